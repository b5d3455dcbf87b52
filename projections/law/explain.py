"""Explanations: a verdict in sentences a parent can be read aloud, in English or Spanish.

Per antigen: the answer, the doses counted, those not counted and why, the clause, what would settle it and by when,
and the open reading behind it. The sentences stand in `data/explain.json`, where the browser reads the same ones;
here they are only filled in. The Spanish is written from the glossary in `docs/law.md`, not from any policy text.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from projections.law.codes import CODES
from projections.law.evaluate import evaluate
from projections.law.intervals import read_span
from projections.law.record import Dose, Record
from projections.law.ruleset import Loaded
from projections.law.verdict import AntigenVerdict, Finding, ReadingUse, Verdict

Language = Literal["en", "es"]


class AntigenExplanation(msgspec.Struct, frozen=True):
    """One antigen told: `sentence` answers (`says` of `name`), the others give the grounds. Empty texts say nothing."""

    antigen: str
    outcome: str
    name: str
    says: str
    sentence: str
    counted: str
    not_counted: tuple[str, ...]
    cite: str
    clause: str
    cure: str
    readings: tuple[str, ...]


class Explanation(msgspec.Struct, frozen=True):
    """A verdict told. `headline` and the sentences of `antigens` alone make sense read aloud. See `spoken`."""

    headline: str
    antigens: tuple[AntigenExplanation, ...]
    findings: tuple[str, ...]
    readings: tuple[str, ...]
    holds: str
    caution: str


@cache
def texts() -> dict[str, Any]:
    """The sentences file."""
    content = resources.files("projections.law").joinpath("data/explain.json").read_bytes()
    found: dict[str, Any] = msgspec.json.decode(content)
    return found


def cited(cite: str, language: Language) -> str:
    """A citation as the page says it: the law's own names stay, the words between them are in its language."""
    own: str = cite if language == "en" else texts()["cites_es"].get(cite, cite)
    return own


def explain_record(record: Record, rule_set: Loaded, as_of: date, language: Language = "en") -> Explanation:
    """Judge a record and tell the verdict."""
    return explain(evaluate(record, rule_set, as_of), record, rule_set, language)


def explain(verdict: Verdict, record: Record, rule_set: Loaded, language: Language = "en") -> Explanation:
    """Tell a verdict of this record under this rule set."""
    return _Teller(record, rule_set, language).tell(verdict)


def spoken(told: Explanation, language: Language = "en") -> str:
    """An explanation as plain text to be read aloud: what is the same for several diseases is said once."""
    lines = [told.headline, *((told.caution,) if told.caution else ())]
    groups: dict[tuple[object, ...], list[AntigenExplanation]] = {}
    for one in told.antigens:
        alike = (one.outcome, one.says, one.counted, one.not_counted, one.clause, one.cure, one.readings)
        groups.setdefault(alike, []).append(one)
    said = {one.clause for one in told.antigens if one.clause and told.headline.endswith(one.clause)}
    for same in groups.values():
        one, names = same[0], [other.name for other in same]
        last = texts()["labels"]["and"][language].join(names[-2:])
        against: str = texts()["labels"]["against"][language]
        lines.append(against.format(antigens=", ".join([*names[:-2], last]), says=one.says))
        clause = one.cite if one.clause in said else one.clause
        said.add(one.clause)
        lines += [
            "  " + ground for ground in (one.counted, *one.not_counted, one.cure, clause, *one.readings) if ground
        ]
    return "\n".join([*lines, *told.findings, *told.readings, told.holds])


def spoken_date(written: str, language: Language) -> str:
    """A date as people say it: `September 5, 2006`, `5 de septiembre de 2006`; as written when it is no date."""
    span = read_span(written)
    if span is None or len(written) == 4:
        return written
    year, month, day = (written + "-0").split("-")[:3]
    name = texts()["months"][language][int(month) - 1]
    if len(written) == 7:
        return f"{name} {year}" if language == "en" else f"{name} de {year}"
    return f"{name} {int(day)}, {year}" if language == "en" else f"{int(day)} de {name} de {year}"


class _Teller:
    """Fills the sentences for one record, rule set and language."""

    def __init__(self, record: Record, rule_set: Loaded, language: Language) -> None:
        self.record, self.rules, self.language = record, rule_set.rules, language
        self.texts = texts()

    def tell(self, verdict: Verdict) -> Explanation:
        headline = self._say("overall", verdict.overall, last_day=self._date(verdict.last_day))
        if verdict.overall == "not_compliant":
            headline += " " + self._say("attendance", "protected" if verdict.may_attend else "barred")
        if verdict.overall not in ("complete", "review"):
            headline += " " + self._cite(verdict.clause)
        asked = [one for one in verdict.antigens if one.outcome != "not_required"]
        holds = self._say("labels", "holds_always")
        if verdict.holds_until is not None:
            holds = self._say("labels", "holds", day=self._date(verdict.holds_until))
        return Explanation(
            headline,
            tuple(self._antigen(one, verdict.readings) for one in asked),
            tuple(dict.fromkeys(self._finding(one) for one in verdict.findings)),
            tuple(self._reading(one) for one in verdict.readings if not one.antigen),
            holds,
            "" if verdict.verified else self._say("labels", "unverified", day=self._date(verdict.as_of)),
        )

    def _say(self, group: str, key: str, **values: object) -> str:
        found: str = self.texts[group][key][self.language]
        return found.format(**values)

    def _date(self, written: str) -> str:
        return spoken_date(written, self.language)

    def _cite(self, clause: str, text: bool = True) -> str:
        known = self.rules.clauses.get(clause)
        if known is None:
            return ""
        cite = self._say("labels", "clause", cite=cited(known.cite, self.language))
        sentence = known.text if self.language == "en" else known.text_es
        return f"{cite} {sentence}" if text and sentence else cite

    def _dose(self, index: int) -> str:
        dose: Dose = self.record.doses[index]
        vaccine = self._vaccine(dose.code)
        if not dose.given_on:
            return self._say("labels", "undated", vaccine=vaccine)
        label = "on" if len(dose.given_on) > 7 else "in_month"
        return self._say("labels", label, vaccine=vaccine, day=self._date(dose.given_on))

    def _vaccine(self, code: str) -> str:
        if self.language == "es":
            return str(self.texts["vaccines_es"].get(CODES.cvx(code) or "", code))
        return CODES.name(code).removesuffix(", kind not stated")

    def _antigen(self, one: AntigenVerdict, readings: tuple[ReadingUse, ...]) -> AntigenExplanation:
        missing = max(1, one.needed - len(one.counted))
        name = self.texts["antigens"][one.antigen][self.language]
        says = self._say(
            "outcome",
            "short_statement" if one.cure == "statement" else one.outcome,
            counted=len(one.counted),
            needed=max(one.needed, len(one.counted)),
            missing=self._say("missing", "one" if missing == 1 else "many", count=missing),
            cure_by=self._date(one.cure_by),
        )
        counted = "; ".join(self._dose(index) for index in one.counted)
        return AntigenExplanation(
            one.antigen,
            one.outcome,
            name,
            says,
            self._say("labels", "against", antigens=name, says=says),
            self._say("labels", "on_record" if one.cure == "statement" else "counted", doses=counted)
            if counted
            else "",
            tuple(self._aside(one)),
            self._cite(one.clause, text=False),
            self._cite(one.clause),
            self._cure(one),
            tuple(self._reading(use) for use in readings if use.antigen == one.antigen),
        )

    def _aside(self, one: AntigenVerdict) -> list[str]:
        """The doses not counted and why, and what keeps the answer open."""
        reasons: dict[str, list[str]] = {}
        for no in one.not_counted:
            reasons.setdefault(no.reason, []).append(self._dose(no.dose))
        lines = [
            self._say("labels", "because", doses="; ".join(doses), reason=self._say("reason", reason))
            for reason, doses in reasons.items()
        ]
        inexact = [self._dose(index) for index in one.counted if len(self.record.doses[index].given_on) < 10]
        if one.outcome == "review" and inexact:
            lines.append(self._say("labels", "unsure", doses="; ".join(inexact)))
        return lines

    def _cure(self, one: AntigenVerdict) -> str:
        """What would settle it, and by when."""
        if not one.cure:
            return ""
        process, key = self.rules.in_process, one.cure
        if one.outcome == "in_process":
            return self._say("cure", "finish")
        if (
            one.outcome == "short"
            and key == "dose"
            and one.antigen in process.antigens
            and one.clause != process.clause
        ):
            key = "begin" if self.record.statement_source not in process.statements else key
        cure = self._say("cure", key)
        if one.outcome not in ("short", "date_defect"):
            return cure
        due = (
            self._say("labels", "due_by", day=self._date(one.cure_by))
            if one.cure_by
            else self._say("labels", "due_now")
        )
        return f"{cure} {due}"

    def _reading(self, use: ReadingUse) -> str:
        reading = self.rules.readings[use.name]
        why = reading.why if self.language == "en" else reading.why_es
        said = {"says": self._say("tokens", use.says), "other": self._say("tokens", use.other)}
        return self._say("labels", "reading", ambiguity=use.ambiguity, why=why, **said).replace(":  ", ": ")

    def _finding(self, finding: Finding) -> str:
        detail = finding.detail
        if "standards_" + detail in self.texts["reason"]:
            detail = self._say("reason", "standards_" + detail)
        elif finding.code == "statement_not_lawful" and detail in self.texts["kinds"]:
            detail = self._say("kinds", detail)
        elif finding.code == "clause_not_verified":
            detail = cited(self.rules.clauses[detail].cite, self.language)
        dose = self._dose(finding.dose) if finding.dose >= 0 else ""
        return self._say("finding", finding.code, on=self._date(finding.on), detail=detail, dose=dose)

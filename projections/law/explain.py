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
    """One antigen told: `sentence` answers, the others give the grounds. Empty texts say nothing."""

    antigen: str
    outcome: str
    sentence: str
    counted: str
    not_counted: tuple[str, ...]
    clause: str
    cure: str
    readings: tuple[str, ...]


class Explanation(msgspec.Struct, frozen=True):
    """A verdict told. `headline` and the sentences of `antigens` alone make sense read aloud."""

    headline: str
    antigens: tuple[AntigenExplanation, ...]
    findings: tuple[str, ...]
    readings: tuple[str, ...]
    holds: str
    caution: str

    def text(self) -> str:
        """The whole as plain text, one thought to a line."""
        lines = [self.headline, *((self.caution,) if self.caution else ())]
        for one in self.antigens:
            grounds = (one.counted, *one.not_counted, one.cure, one.clause, *one.readings)
            lines += [one.sentence, *("  " + ground for ground in grounds if ground)]
        return "\n".join([*lines, *self.findings, *self.readings, self.holds])


@cache
def texts() -> dict[str, Any]:
    """The sentences file."""
    content = resources.files("projections.law").joinpath("data/explain.json").read_bytes()
    found: dict[str, Any] = msgspec.json.decode(content)
    return found


def explain_record(record: Record, rule_set: Loaded, as_of: date, language: Language = "en") -> Explanation:
    """Judge a record and tell the verdict."""
    return explain(evaluate(record, rule_set, as_of), record, rule_set, language)


def explain(verdict: Verdict, record: Record, rule_set: Loaded, language: Language = "en") -> Explanation:
    """Tell a verdict of this record under this rule set."""
    return _Teller(record, rule_set, language).tell(verdict)


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
        if verdict.overall == "not_compliant" and verdict.may_attend:
            headline += " " + self.texts["protected"][self.language]
        if verdict.overall not in ("complete", "review"):
            headline += " " + self._cite(verdict.clause)
        asked = [one for one in verdict.antigens if one.outcome != "not_required"]
        holds = self._say("labels", "holds_always")
        if verdict.holds_until is not None:
            holds = self._say("labels", "holds", day=self._date(verdict.holds_until))
        return Explanation(
            headline,
            tuple(self._antigen(one, verdict.readings) for one in asked),
            tuple(self._finding(one) for one in verdict.findings),
            tuple(self._reading(one) for one in verdict.readings if not one.antigen),
            holds,
            "" if verdict.verified else self._say("labels", "unverified"),
        )

    def _say(self, group: str, key: str, **values: object) -> str:
        found: str = self.texts[group][key][self.language]
        return found.format(**values)

    def _date(self, written: str) -> str:
        return spoken_date(written, self.language)

    def _cite(self, clause: str) -> str:
        known = self.rules.clauses.get(clause)
        if known is None:
            return ""
        cite = self._say("labels", "clause", cite=known.cite)
        return f"{cite} {known.text}" if self.language == "en" else cite

    def _dose(self, index: int) -> str:
        dose: Dose = self.record.doses[index]
        vaccine = self._vaccine(dose.code)
        if not dose.given_on:
            return self._say("labels", "undated", vaccine=vaccine)
        return self._say("labels", "on", vaccine=vaccine, day=self._date(dose.given_on))

    def _vaccine(self, code: str) -> str:
        if self.language == "es":
            return str(self.texts["vaccines_es"].get(CODES.cvx(code) or "", code))
        return CODES.name(code).removesuffix(", kind not stated")

    def _antigen(self, one: AntigenVerdict, readings: tuple[ReadingUse, ...]) -> AntigenExplanation:
        missing = max(1, one.needed - len(one.counted))
        sentence = self._say(
            "outcome",
            one.outcome,
            antigen=self.texts["antigens"][one.antigen][self.language],
            counted=len(one.counted),
            needed=max(one.needed, len(one.counted)),
            missing=self._say("missing", "one" if missing == 1 else "many", count=missing),
            cure_by=self._date(one.cure_by),
        )
        counted = "; ".join(self._dose(index) for index in one.counted)
        return AntigenExplanation(
            one.antigen,
            one.outcome,
            sentence,
            self._say("labels", "counted", doses=counted) if counted else "",
            tuple(
                self._say("labels", "because", dose=self._dose(no.dose), reason=self._say("reason", no.reason))
                for no in one.not_counted
            ),
            self._cite(one.clause),
            self._say("cure", one.cure) if one.cure else "",
            tuple(self._reading(use) for use in readings if use.antigen == one.antigen),
        )

    def _reading(self, use: ReadingUse) -> str:
        why = self.rules.readings[use.name].why
        says, other = use.says, use.other
        if self.language == "es":
            says, other = self.texts["tokens"][says], self.texts["tokens"][other]
        said = {"says": says.replace("_", " "), "other": other.replace("_", " ")}
        return self._say("labels", "reading", ambiguity=use.ambiguity, why=why, **said)

    def _finding(self, finding: Finding) -> str:
        detail = finding.detail
        if "standards_" + detail in self.texts["reason"]:
            detail = self._say("reason", "standards_" + detail)
        return self._say("finding", finding.code, on=self._date(finding.on), detail=detail)

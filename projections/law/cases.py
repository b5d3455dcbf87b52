"""Worked cases: rows of the project's case file made into records, and verdicts compared with what they expect.

The columns are told in `docs/law.md`. To agree is to match the overall token and every per-vaccine token named; a
row marked doubtful may also match its alternative overall. Papers in a case are received and accepted on the
date written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

import msgspec

from projections.law.evaluate import evaluate
from projections.law.intervals import read_day, write_day
from projections.law.record import Dose, Exemption, PolicyReading, Record, Suspension, Transfer
from projections.law.ruleset import Loaded
from projections.law.verdict import Verdict


class CaseResult(msgspec.Struct, frozen=True):
    """One row judged. `differences` is empty when it agrees."""

    case_id: str
    doubtful: bool
    differences: tuple[str, ...]
    verdict: Verdict | None
    record: Record | None


def read_rows(text: str) -> list[dict[str, str]]:
    """The rows of a case file, missing columns empty."""
    return [
        {key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(io.StringIO(text))
    ]


_TICKS = ("x", "✓", "✔", "tick", "yes", "?")
_CARE_WORDS = ("care", "nursery", "preschool")


def facility(kind: str) -> dict[str, object]:
    """The record fields that a case's `facility_kind` stands for."""
    word = kind.lower()
    if "online" in word or "computer" in word:
        resident = "resident" in word and "non_resident" not in word and "nonresident" not in word
        without = "no_contact" in word or "without" in word or "only" in word
        contact = "contact" in word and not without
        return {
            "facility": "online",
            "resident": resident,
            "online_contact": contact,
            "online_classroom": "class" in word and not without,
        }
    if "crisis" in word:
        return {"facility": "child_care", "short_stay": "crisis_nursery"}
    if "drop" in word or "occasional" in word or "short" in word or "75" in word:
        return {"facility": "child_care", "short_stay": "drop_in"}
    if "home" in word and "school" in word:
        return {"facility": "home_school"}
    if "group" in word and "care" in word:
        return {"facility": "group_family_child_care"}
    if "family" in word and "care" in word:
        return {"facility": "family_child_care"}
    if "early_childhood" in word:
        return {"facility": "early_childhood"}
    return {"facility": "child_care" if any(care in word for care in _CARE_WORDS) else "school"}


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace(",", "+").split("+") if part.strip())


_KINDS = {"lab": "laboratory", "laboratory": "laboratory", "medical": "medical", "conscience": "conscience"}
_SIGNERS = {
    "doctor": "physician", "md": "physician", "student": "adult_student", "adult": "adult_student",
    "guardian": "guardian", "np": "nurse_practitioner", "aprn": "nurse_practitioner", "pa": "physician_assistant",
    "emancipated_person": "emancipated", "emancipated_student": "emancipated", "emancipated_minor": "emancipated",
}  # fmt: skip


def _exemption(parts: list[str]) -> Exemption:
    kind, vaccines, signer, how, dated = parts[:5]
    on, _, until = dated.partition("/")
    end = read_day(until)
    kind, signer, how = kind.lower(), signer.lower(), how.lower()
    return Exemption(
        kind="disease" if "disease" in kind else next((v for k, v in _KINDS.items() if kind.startswith(k)), kind),
        antigens=_names(vaccines),
        signer=_SIGNERS.get(signer, signer),
        notarized=how in ("notarized", "notarised"),
        signed=how not in ("unsigned", "not_signed"),
        signed_on=on,
        received_on=on,
        accepted_on=on,
        withdrawn_on=write_day(end + 1) if end is not None else "",
    )


def record_of(row: dict[str, str]) -> Record:
    """The record of one case row."""
    doses = tuple(
        Dose(code=code.strip(), given_on="" if given.strip().lower() in _TICKS else given.strip())
        for code, _, given in (item.partition(":") for item in row.get("doses", "").split(";") if item.strip())
    )
    exemptions: list[Exemption] = []
    suspensions: list[Suspension] = []
    readings: list[PolicyReading] = []
    for item in (one.strip() for one in row.get("exemptions", "").split(";")):
        parts = (item.split("|") + [""] * 5)[:5]
        kind = parts[0].lower()
        since, _, until = parts[4].partition("/")
        if kind == "suspension":
            suspensions.append(Suspension(antigens=_names(parts[1]), since=since, until=until))
        elif "policy" in kind or "schedule" in kind:
            readings.append(PolicyReading(name="schedule", value="adopted", since=since, until=until))
        elif item:
            exemptions.append(_exemption(parts))
    fields: dict[str, object] = facility(row.get("facility_kind", "school"))
    grade = row.get("grade", "")
    if "125A" in grade.upper() or "EXCL" in grade.upper():  # served under 125A.05(c) or 125A.06(d)
        grade, fields["excluded_service"] = "PREK_SPED", True
    return Record(
        born_on=row["birthdate"],
        sex=row.get("sex", "").upper()[:1],
        grade=grade,
        enrolled_on=row.get("enrolled_on", ""),
        clock_from=row.get("clock_from", ""),
        kg_term=row.get("kg_term", ""),
        g7_term=row.get("g7_term", ""),
        statement_source=row.get("statement_source", "") or "none",
        doses=doses,
        exemptions=tuple(exemptions),
        suspensions=tuple(suspensions),
        readings=tuple(readings),
        transfer=_transfer(row.get("transfer", "")),
        **fields,  # type: ignore[arg-type]
    )


def _transfer(text: str) -> Transfer | None:
    given = dict(part.strip().split("=", 1) for part in text.split(";") if "=" in part)
    if not given:
        return None
    days = given.get("grace_days", "")
    moved_from = given.get("from", "none")
    if moved_from not in ("school", "home_school", "out_of_state_school", "none"):
        care = "care" in moved_from or "nursery" in moved_from or "preschool" in moved_from
        moved_from = "child_care" if care else "school" if "school" in moved_from else moved_from
    return Transfer(
        moved_from=moved_from,
        moved_on=given.get("on", ""),
        grace_days=int(days) if days.lstrip("-").isdigit() else None,
        first_mn_enrollment=given.get("first_mn_enrollment", ""),
    )


def check(rows: Iterable[dict[str, str]], rule_sets: dict[str, Loaded]) -> list[CaseResult]:
    """Judge every row; an unknown rule set or date is a difference, not an error."""
    return [_check(row, rule_sets) for row in rows]


def _check(row: dict[str, str], rule_sets: dict[str, Loaded]) -> CaseResult:
    case_id, doubtful = row.get("case_id", "?"), row.get("doubtful", "").lower() in ("yes", "y", "true", "1")
    loaded = rule_sets.get(row.get("ruleset", "").lower())
    try:
        as_of = date.fromisoformat(row.get("as_of", ""))
    except ValueError:
        return CaseResult(case_id, doubtful, (f"as_of {row.get('as_of')!r} is not a date",), None, None)
    if loaded is None:
        return CaseResult(case_id, doubtful, (f"unknown rule set {row.get('ruleset')!r}",), None, None)
    record = record_of(row)
    verdict = evaluate(record, loaded, as_of)
    return CaseResult(case_id, doubtful, _differences(row, verdict, doubtful), verdict, record)


def _differences(row: dict[str, str], verdict: Verdict, doubtful: bool) -> tuple[str, ...]:
    overall = verdict.overall.upper()
    expected = row.get("expected_overall", "").upper()
    if doubtful and overall != expected and overall == row.get("alternative_overall", "").upper():
        return ()
    found = [f"overall: expected {expected}, got {overall}"] if overall != expected else []
    for token in (one for one in row.get("expected_per_vaccine", "").split(";") if "=" in one):
        antigen, _, wanted = token.strip().partition("=")
        got = verdict.outcome(antigen) or "not in the rule set"
        if got != wanted.lower():
            found.append(f"{antigen}: expected {wanted}, got {got}")
    return tuple(found)

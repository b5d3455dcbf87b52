"""Worked cases: rows of the project's case file judged, and verdicts compared with what they expect.

To agree is to match the overall token and every per-vaccine token named; a row marked doubtful may also match its
alternative overall. A row that cannot be read agrees with nothing, marked doubtful or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import get_args

import msgspec

from projections.law.case_records import record_of
from projections.law.case_rows import Columns, Row, chosen
from projections.law.codes import CODES
from projections.law.errors import BadCell
from projections.law.evaluate import evaluate
from projections.law.intervals import read_day
from projections.law.record import Record
from projections.law.ruleset import Loaded
from projections.law.verdict import Outcome, Overall, Verdict

COLUMNS = Columns(
    ("case_id", "ruleset", "birthdate", "as_of", "doses", "expected_overall"),
    (
        "case_id", "ruleset", "birthdate", "facility_kind", "enrolled_on", "grade", "as_of", "doses", "exemptions",
        "transfer", "expected_overall", "expected_per_vaccine", "citation", "statement_source", "sex", "kg_term",
        "g7_term", "clock_from", "boundary", "doubtful", "alternative_overall", "note",
    ),
)  # fmt: skip

OVERALL = {token: token for token in get_args(Overall)}
OUTCOMES = {token: token for token in get_args(Outcome)}
DOUBT = {"yes": "yes", "y": "yes", "true": "yes", "1": "yes", "no": "", "n": "", "false": "", "0": ""}


class CaseResult(msgspec.Struct, frozen=True):
    """One row judged. `differences` is empty when it agrees; a row that cannot be read has no verdict."""

    case_id: str
    doubtful: bool
    differences: tuple[str, ...]
    notes: tuple[str, ...] = ()
    verdict: Verdict | None = None
    record: Record | None = None


def check(rows: Iterable[Row], rule_sets: Mapping[str, Loaded]) -> list[CaseResult]:
    """Judge every row."""
    return [_check(row, rule_sets) for row in rows]


def _check(row: Row, rule_sets: Mapping[str, Loaded]) -> CaseResult:
    cells, notes = row.cells, list[str]()
    case_id = cells["case_id"] or f"line {row.line}"
    if row.fault:
        return CaseResult(case_id, False, (row.fault,))
    try:
        doubtful = bool(chosen(cells, "doubtful", DOUBT, ""))
        loaded, as_of = rule_set_in(cells, rule_sets), _as_of(cells)
        expected, wanted = chosen(cells, "expected_overall", OVERALL), _wanted(cells, loaded)
        alternative = chosen(cells, "alternative_overall", OVERALL, "") if doubtful else ""
        record = record_of(cells, notes)
    except BadCell as error:
        return CaseResult(case_id, False, (f"line {row.line}, {error}",))
    verdict = evaluate(record, loaded, as_of)
    differences = _differences(expected, alternative, wanted, verdict)
    told = tuple(f"line {row.line}, {note}" for note in notes)
    return CaseResult(case_id, doubtful, differences, told, verdict, record)


def rule_set_in(cells: Mapping[str, str], rule_sets: Mapping[str, Loaded]) -> Loaded:
    """The rule set a row names, upper or lower case. Raises BadCell."""
    return rule_sets[chosen(cells, "ruleset", {name.replace("-", "_"): name for name in rule_sets})]


def _as_of(cells: Mapping[str, str]) -> date:
    day = read_day(cells["as_of"])
    if day is None:
        told = f"{cells['as_of']!r} is not a day" if cells["as_of"] else "is empty"
        raise BadCell("as_of", f"{told}: the day to judge, as YYYY-MM-DD")
    return date.fromordinal(day)


def _wanted(cells: Mapping[str, str], loaded: Loaded) -> dict[str, str]:
    wanted: dict[str, str] = {}
    column = "expected_per_vaccine"
    for item in (one.strip() for one in cells[column].split(";") if one.strip()):
        antigen, _, token = (part.strip() for part in item.partition("="))
        if antigen not in CODES.antigens:
            raise BadCell(
                column, f"{item!r}: write ANTIGEN=token, the antigen one of {', '.join(loaded.rules.antigens)}"
            )
        wanted[antigen] = chosen({column: token}, column, OUTCOMES)
    return wanted


def _differences(expected: str, alternative: str, wanted: Mapping[str, str], verdict: Verdict) -> tuple[str, ...]:
    overall = verdict.overall
    if alternative and overall != expected and overall == alternative:
        return ()
    found = [f"overall: expected {expected.upper()}, got {overall.upper()}"] if overall != expected else []
    for antigen, token in wanted.items():
        got = verdict.outcome(antigen) or "not in the rule set"
        if got != token:
            found.append(f"{antigen}: expected {token}, got {got}")
    return tuple(found)

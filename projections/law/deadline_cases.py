"""Worked date computations: rows of the project's deadline file, computed and compared.

To agree is to give the same last day (and first bad day, where the row names one); a row marked doubtful may match
its alternative instead. A local policy's row is computed by the statute it stands under, which it cannot change
(A-21).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from projections.law.case_rows import Columns, Row, chosen
from projections.law.cases import DOUBT
from projections.law.deadlines import Due, compute, find, suggested
from projections.law.errors import BadCell
from projections.law.ruleset import Loaded

COLUMNS = Columns(
    ("id", "ruleset", "kind", "inputs", "expected"),
    ("id", "ruleset", "kind", "inputs", "expected", "first_breach", "citation", "doubtful", "alternative", "note"),
)

POLICY_STATUTE = "mn-2006"
"""The statute that stood over the district policy of 2005 and 2006."""


class DeadlineResult(msgspec.Struct, frozen=True):
    """One row computed. `differences` is empty when it agrees."""

    case_id: str
    doubtful: bool
    differences: tuple[str, ...]
    due: Due | None


def check(rows: Iterable[Row], rule_sets: Mapping[str, Loaded]) -> list[DeadlineResult]:
    """Compute and compare every row."""
    return [_check(row, rule_sets) for row in rows]


def inputs_of(text: str) -> dict[str, str]:
    """`enrolled_on=1989-09-05;dose1=...` as a mapping."""
    return {
        key.strip(): value.strip() for key, _, value in (part.partition("=") for part in text.split(";")) if key.strip()
    }


def _check(row: Row, rule_sets: Mapping[str, Loaded]) -> DeadlineResult:
    cells, case_id = row.cells, row.cells["id"] or f"line {row.line}"
    if row.fault:
        return DeadlineResult(case_id, False, (row.fault,), None)
    try:
        doubtful = bool(chosen(cells, "doubtful", DOUBT, ""))
        due = _due(cells, rule_sets)
        if not cells["expected"]:
            raise BadCell("expected", "is empty: the last good day, or what the text says instead")
    except BadCell as error:
        return DeadlineResult(case_id, False, (f"line {row.line}, {error}",), None)
    return DeadlineResult(case_id, doubtful, _differences(cells, due, doubtful), due)


def _due(cells: Mapping[str, str], rule_sets: Mapping[str, Loaded]) -> Due:
    """The deadline of a row. Raises BadCell."""
    name, kind, given = cells["ruleset"].lower(), cells["kind"], inputs_of(cells["inputs"])
    loaded = rule_sets.get(POLICY_STATUTE if name.startswith("policy") else name.removesuffix("-suggested"))
    if loaded is None:
        known = ", ".join((*rule_sets, "mn-1988-suggested", "policy-530-en", "policy-530-es"))
        raise BadCell("ruleset", f"{cells['ruleset']!r} is none of {known}")
    days = given.get("policy_days", "")
    if days and not days.removeprefix("-").isdecimal():
        raise BadCell("inputs", f"policy_days={days!r} is not a number of days")
    by_schedule = name.endswith("-suggested")
    named = re.search(r"dose (\d)", cells["expected"])
    asked = int(named[1]) if named else 0
    due = suggested(loaded.rules, kind, given, asked) if by_schedule else compute(loaded.rules, kind, given)
    if due is not None:
        return due
    if not by_schedule and find(loaded.rules, kind) is None:
        kinds = ", ".join(one.kind for one in loaded.rules.deadlines)
        raise BadCell("kind", f"{kind!r} is no deadline of {loaded.rules.id}: {kinds}")
    if by_schedule and not any(one.key == kind.partition(";")[0].strip() for one in loaded.rules.schedule):
        keys = ", ".join(dict.fromkeys(f"{one.key};..._dose" for one in loaded.rules.schedule))
        raise BadCell("kind", f"{kind!r} is no row of the suggested schedule of {loaded.rules.id}: {keys}")
    raise BadCell("inputs", f"{cells['inputs']!r} lacks the day it counts from: write name=YYYY-MM-DD, joined by ;")


def _differences(row: Mapping[str, str], due: Due, doubtful: bool) -> tuple[str, ...]:
    if doubtful and row.get("alternative") and _same(row["alternative"], due.last_day):
        return ()
    found = []
    if not _same(row.get("expected", ""), due.last_day):
        found.append(f"expected {row.get('expected')}, got {due.last_day}")
    elif row.get("first_breach") and not _same(row["first_breach"], due.first_breach):
        found.append(f"first bad day: expected {row['first_breach']}, got {due.first_breach}")
    return tuple(found)


def _same(wanted: str, got: str) -> bool:
    """Equal dates, or equal words where there is no date; a dose number named by both must be the same."""
    dates = [re.findall(r"\d{4}-\d{2}-\d{2}", text) for text in (wanted, got)]
    if not any(dates):
        return wanted.strip().lower() == got.strip().lower()
    numbers = [re.findall(r"dose (\d)", text) for text in (wanted, got)]
    return dates[0] == dates[1] and (not all(numbers) or numbers[0] == numbers[1])

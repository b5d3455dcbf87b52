"""Worked date computations: rows of the project's deadline file, computed and compared.

To agree is to give the same last day (and first bad day, where the row names one); a row marked doubtful may match
its alternative instead. A local policy's row is computed by the statute it stands under, which it cannot change
(A-21).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from projections.law.deadlines import Due, compute, suggested
from projections.law.ruleset import Loaded

POLICY_STATUTE = "mn-2006"
"""The statute that stood over the district policy of 2005 and 2006."""


class DeadlineResult(msgspec.Struct, frozen=True):
    """One row computed. `differences` is empty when it agrees."""

    case_id: str
    doubtful: bool
    differences: tuple[str, ...]
    due: Due | None


def check(rows: Iterable[dict[str, str]], rule_sets: Mapping[str, Loaded]) -> list[DeadlineResult]:
    """Compute and compare every row."""
    return [_check(row, rule_sets) for row in rows]


def inputs_of(text: str) -> dict[str, str]:
    """`enrolled_on=1989-09-05;dose1=...` as a mapping."""
    return {
        key.strip(): value.strip() for key, _, value in (part.partition("=") for part in text.split(";")) if key.strip()
    }


def _check(row: dict[str, str], rule_sets: Mapping[str, Loaded]) -> DeadlineResult:
    case_id, doubtful = row.get("id", "?"), row.get("doubtful", "").lower() in ("yes", "y", "true", "1")
    name = row.get("ruleset", "").lower()
    loaded = rule_sets.get(name.removesuffix("-suggested"))
    if loaded is None and name.startswith("policy"):
        loaded = rule_sets.get(POLICY_STATUTE)
    if loaded is None:
        return DeadlineResult(case_id, doubtful, (f"unknown rule set {row.get('ruleset')!r}",), None)
    given, kind = inputs_of(row.get("inputs", "")), row.get("kind", "")
    due = suggested(loaded.rules, kind, given) if name.endswith("-suggested") else compute(loaded.rules, kind, given)
    if due is None:
        return DeadlineResult(case_id, doubtful, (f"no deadline {kind!r} in {loaded.rules.id} for {given}",), None)
    return DeadlineResult(case_id, doubtful, _differences(row, due, doubtful), due)


def _differences(row: dict[str, str], due: Due, doubtful: bool) -> tuple[str, ...]:
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

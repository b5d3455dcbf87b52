"""Dates the office must meet: counted from a day given, or fixed in the year, as the rule set's data says.

Days are calendar days; the first day is left out unless the text counts it; months end on the same day of the month
or its last. Where a count ends on a weekend or holiday, a student's right (transfer grace) moves to the next
working day, while the office's own duties keep the earlier day: the safe side in both cases (A-11).

The suggested exclusion schedule of 1988 is advisory unless a board adopted it: never later than 18 months of
enrollment, and for the last dose never earlier (A-20).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from projections.law.calendar import working_day
from projections.law.form import Deadline, RuleSet, Schedule
from projections.law.intervals import add_months, reach, read_age, read_day, write_day


class Due(msgspec.Struct, frozen=True):
    """A deadline's answer. `last_day` is a full date, `none`, or what the text says; `first_breach` may be empty."""

    kind: str
    clause: str
    last_day: str
    first_breach: str


def find(rules: RuleSet, kind: str) -> Deadline | None:
    """The deadline of a kind, by its name or a name that holds one of its words."""
    name = kind.strip().lower()
    for one in rules.deadlines:
        if one.kind == name:
            return one
    return next((one for one in rules.deadlines if any(word in name for word in one.words)), None)


def compute(rules: RuleSet, kind: str, given: Mapping[str, str]) -> Due | None:
    """The last good day and the first bad one; None when the rule set knows no such deadline or no day is given.

    `given` holds the day counted from under any name (`enrolled_on`, `transfer_on`, ...), and where they matter
    `policy_days`, `extension_requested`, `year` or `school_year`.
    """
    rule = find(rules, kind)
    if rule is None:
        return None
    if rule.answer:
        told = read_day(rule.answer)
        return Due(rule.kind, rule.clause, rule.answer, "" if told is None else write_day(told + 1))
    last = _last(rule, given)
    if last is None:
        return None
    start = _start(given)
    if start is not None and last < start:
        return Due(rule.kind, rule.clause, "none", write_day(start))
    if rule.rolls:
        last = working_day(last)
    return Due(rule.kind, rule.clause, write_day(last), rule.breach + write_day(last + 1))


def _start(given: Mapping[str, str]) -> int | None:
    return next((day for text in given.values() if (day := read_day(text.strip())) is not None), None)


def _last(rule: Deadline, given: Mapping[str, str]) -> int | None:
    if rule.month_day:
        year = re.match(r"\d{4}", given.get("school_year") or given.get("year") or given.get("term_start") or "")
        last = read_day(f"{year[0]}-{rule.month_day}") if year else None
    else:
        last = _counted(rule, given)
    if last is not None and given.get("extension_requested", "").lower() in ("yes", "true", "y", "1"):
        last += rule.extension_days
    return last


def _counted(rule: Deadline, given: Mapping[str, str]) -> int | None:
    start = _start(given)
    if start is None:
        return None
    if rule.majority_age:
        majority = reach(start, read_age(rule.majority_age), True)
        return add_months(majority, rule.years * 12)
    days = rule.days
    if rule.policy_caps:
        granted = given.get("policy_days", "").strip()
        days = min(days, int(granted)) if granted.removeprefix("-").isdecimal() else 0
        if days <= 0:
            return start - 1
    last = add_months(start, rule.months) + days
    return last - (1 if rule.first_day_counts or rule.less_a_day else 0)


_NUMBERS = {"one": 1, "two": 2, "three": 3}


def suggested(rules: RuleSet, kind: str, given: Mapping[str, str], asked: int = 0) -> Due | None:
    """The suggested exclusion date for a dose, of a kind like `dtp_6_and_under;one_dose`.

    `given` holds `dose1`, `dose2`, ... and may hold `enrolled_on`. `asked` is the number of the dose; 0: the next one,
    or with `enrolled_on` the last of the schedule.
    """
    key, _, recorded = kind.partition(";")
    count = _NUMBERS.get(recorded.strip().split("_")[0], 0)
    row = next((one for one in rules.schedule if one.key == key.strip() and one.recorded == count), None)
    doses = {int(name[4:]): day for name, text in given.items() if name[4:].isdecimal() and (day := read_day(text))}
    if row is None or not doses:
        return None
    return _suggested(rules, row, doses, read_day(given.get("enrolled_on", "")), asked)


def _suggested(rules: RuleSet, row: Schedule, doses: dict[int, int], enrolled: int | None, asked: int) -> Due | None:
    final = row.steps[-1].dose
    upcoming = asked or (final if enrolled is not None else max(doses) + 1)
    step = next((one for one in row.steps if one.dose == upcoming), None)
    if step is None or step.after not in doses:
        return None
    due = add_months(doses[step.after], step.months)
    before = doses.get(upcoming - 1)
    if before is not None:
        due = max(due, add_months(before, step.gap_months) + step.gap_weeks * 7)
    if enrolled is not None:
        limit = add_months(enrolled, rules.in_process.months)
        due = limit if upcoming == final else min(due, limit)
    return Due(row.key, rules.in_process.clause, f"dose {upcoming} by {write_day(due)}", write_day(due + 1))

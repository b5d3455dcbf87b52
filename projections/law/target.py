"""One dose held against one dose that a series asks for, its target.

    passed over? --> given by mistake? --> age --> gap --> live vaccines --> vaccine --> valid

What a check needs of the walk it stands in (validity.py) is handed in: the doses that bear on the antigen (`own`), what
was found of those before (`checks`), the day each target was met (`met_by`), and every dose of the record.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from projections.law.intervals import Age, add_months, read_age, read_day
from projections.law.schedule import AgeRule, Condition, GapRule, Schedule, Skip, TargetDose

VALID, NOT_VALID, EXTRANEOUS = "valid", "not_valid", "extraneous"


class Given(NamedTuple):
    """One dose with a whole date: ordinal, CVX code, index in the record."""

    day: int
    cvx: str
    dose: int


class Check(NamedTuple):
    """What the standards say of one dose for one antigen."""

    status: str
    reason: str


IS_VALID = Check(VALID, "")


@lru_cache(maxsize=32768)
def after(day: int, stretch: str) -> int:
    """The day so long after another. A day the month does not have becomes the first of the next month."""
    age: Age = read_age(stretch)
    moved = add_months(day, age.months)
    if date.fromordinal(moved).day != date.fromordinal(day).day:
        moved += 1
    return moved + age.days


@lru_cache(maxsize=4096)
def _least_and_most(stretch: str) -> tuple[int, int]:
    """The days a stretch of time surely takes and never exceeds, wherever in the calendar it begins."""
    age = read_age(stretch)
    if not age.months:
        return age.days, age.days
    about = age.months * 30.436875 + age.days
    return int(about) - 5, int(about) + 5


def reached(start: int, day: int, stretch: str) -> bool:
    """Whether a day is so long after another, or later: `day >= after(start, stretch)`, mostly without a calendar."""
    least, most = _least_and_most(stretch)
    passed = day - start
    return passed >= most or (passed >= least and day >= after(start, stretch))


def _in_force(rule: AgeRule | GapRule, day: int) -> bool:
    if not rule.since and not rule.until:
        return True
    return (read_day(rule.since) or 0) <= day <= (read_day(rule.until) or 9_999_999)


def within(born: int, day: int, age_from: str, age_to: str) -> bool:
    """Whether a day is of an age from one to below another; an empty one is no limit."""
    return (not age_from or reached(born, day, age_from)) and not (age_to and reached(born, day, age_to))


def check_dose(
    schedule: Schedule,
    target: TargetDose,
    first: bool,
    born: int,
    index: int,
    own: list[Given],
    checks: list[Check],
    met_by: dict[int, int],
    everything: list[Given],
) -> Check:
    """The standards' word on the dose at `index` of `own`; `first`: the target is the series' first."""
    given = own[index]
    if given.cvx in target.inadvertent:
        return Check(NOT_VALID, "given_by_mistake")
    late = _late(checks)
    for age in target.ages:
        if not _in_force(age, given.day):
            continue
        if age.least and not reached(born, given.day, age.least):
            return Check(NOT_VALID, "too_young")
        if late and not first and age.asked and not reached(born, given.day, age.asked):
            return Check(NOT_VALID, "too_young")
        if age.before and reached(born, given.day, age.before):
            return Check(EXTRANEOUS, "too_old")
    if not _gaps_kept(target.gaps, first, index, own, checks, met_by, everything, late):
        others = [gap for gap in target.other_gaps if _in_force(gap, given.day)]
        if not others or not _gaps_kept(tuple(others), True, index, own, checks, met_by, everything, False):
            return Check(NOT_VALID, "too_soon")
    if _live_conflict(schedule, given, own, checks, everything):
        return Check(NOT_VALID, "live_conflict")
    for name in (target.vaccines, target.allowed):
        for low, high in schedule.offered.get((name, given.cvx), ()):
            if within(born, given.day, low, high):
                return IS_VALID
    return Check(NOT_VALID, "not_this_vaccine")


def _late(checks: list[Check]) -> bool:
    """Whether the dose before was itself too young or too soon: then no grace is given again."""
    return bool(checks) and checks[-1].reason in ("too_young", "too_soon")


def _gaps_kept(
    gaps: tuple[GapRule, ...],
    first: bool,
    index: int,
    own: list[Given],
    checks: list[Check],
    met_by: dict[int, int],
    everything: list[Given],
    late: bool,
) -> bool:
    given = own[index]
    for gap in gaps:
        if not _in_force(gap, given.day):
            continue
        since = _gap_start(gap, index, own, checks, met_by, everything)
        if since is None:
            continue
        if gap.least and not reached(since, given.day, gap.least):
            return False
        if late and not first and gap.asked and not reached(since, given.day, gap.asked):
            return False
    return True


def _gap_start(
    gap: GapRule, index: int, own: list[Given], checks: list[Check], met_by: dict[int, int], everything: list[Given]
) -> int | None:
    if gap.from_dose:
        return met_by.get(gap.from_dose)
    if gap.from_vaccines:
        earlier = [one.day for one in everything if one < own[index] and one.cvx in gap.from_vaccines]
        return max(earlier) if earlier else None
    for back in range(index - 1, -1, -1):
        if checks[back].reason != "given_by_mistake":
            return own[back].day
    return None


def _live_conflict(
    schedule: Schedule, given: Given, own: list[Given], checks: list[Check], everything: list[Given]
) -> bool:
    rules = schedule.conflicts.get(given.cvx)
    if rules is None:
        return False
    earlier = [other for other in everything if other.day < given.day and other.cvx in rules]
    if not earlier:
        return False
    status = {one.dose: check.status for one, check in zip(own, checks, strict=False)}
    for other in earlier:
        begin, least, end = rules[other.cvx]
        until = least if status.get(other.dose, VALID) == VALID else end
        if other.day + begin.days <= given.day < other.day + until.days:
            return True
    return False


def passed_over(
    target: TargetDose, born: int, index: int, own: list[Given], checks: list[Check], everything: list[Given]
) -> bool:
    """Whether this target is not asked of this person when the dose at `index` is given."""
    return any(_skips(skip, born, index, own, checks, everything) for skip in target.skips)


def _skips(skip: Skip, born: int, index: int, own: list[Given], checks: list[Check], everything: list[Given]) -> bool:
    for one in skip.sets:
        held = (_holds(condition, born, index, own, checks, everything) for condition in one.of)
        if (any(held) if one.any else all(held)) is not skip.all:
            return not skip.all
    return skip.all


def _holds(
    condition: Condition, born: int, index: int, own: list[Given], checks: list[Check], everything: list[Given]
) -> bool:
    given = own[index]
    if condition.kind == "age":
        return within(born, given.day, condition.age_from, condition.age_to)
    if condition.kind == "gap":
        return index > 0 and reached(own[index - 1].day, given.day, condition.least)
    pool = [one for one in everything if one < given] if condition.vaccines else own[:index]
    status = {one.dose: check.status for one, check in zip(own, checks, strict=False)} if condition.valid else {}
    count = 0
    for one in pool:
        if condition.vaccines and one.cvx not in condition.vaccines:
            continue
        if condition.valid and status.get(one.dose) != VALID:
            continue
        count += within(born, one.day, condition.age_from, condition.age_to)
    if condition.compare == "more":
        return count > condition.doses
    return count == condition.doses if condition.compare == "equal" else count < condition.doses

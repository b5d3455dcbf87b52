"""Which doses are valid under medically acceptable standards: ages, gaps, vaccines, live vaccines, grace.

For each antigen every series that could fit is walked dose by dose, and the one that serves the person best is
taken, as the CDC's logic specification describes. A dose is `valid`, `not_valid` (with a reason) or `extraneous`
(beyond the series, or above its age). Only the doses and the birth date count, never today's date: a dose does not
become invalid by waiting.

    dose --> passed over? --> given by mistake? --> age --> gap --> live vaccines --> vaccine --> valid
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from projections.law.intervals import Age, add_months, read_age, read_day
from projections.law.schedule import AgeRule, Condition, GapRule, Schedule, Series, Skip, TargetDose

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


class Walk(NamedTuple):
    """One series walked: a check per dose, and what the choice between series asks."""

    series: Series
    checks: tuple[Check, ...]
    valid: int
    complete: bool
    left: int
    last_valid: int


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


def _within(born: int, day: int, age_from: str, age_to: str) -> bool:
    return (not age_from or reached(born, day, age_from)) and not (age_to and reached(born, day, age_to))


def bearing(schedule: Schedule, born: int, doses: list[Given], antigen: str) -> list[Given]:
    """The doses that bear on an antigen, in the order given."""
    ages = schedule.bears_on.get(antigen, {})
    return [
        given
        for given in doses
        if given.cvx in ages
        for age_from, age_to in ages[given.cvx]
        if _within(born, given.day, age_from, age_to)
    ]


def invalid_doses(schedule: Schedule, born: int, doses: list[Given], antigens: list[str]) -> dict[tuple[int, int], str]:
    """Every dose the standards do not accept: (index of the antigen, index of the dose) -> reason."""
    found: dict[tuple[int, int], str] = {}
    done: dict[str, tuple[list[Given], dict[int, Check]]] = {}
    everything = sorted(doses)
    for index, antigen in enumerate(antigens):
        twin = done.get(schedule.twin.get(antigen, ""))
        own = bearing(schedule, born, everything, antigen)
        checks = twin[1] if twin is not None and twin[0] == own else _checked(schedule, born, own, everything, antigen)
        done[antigen] = own, checks
        for dose, check in checks.items():
            if check.status == NOT_VALID:
                found[(index, dose)] = check.reason
    return found


def check_doses(schedule: Schedule, born: int, doses: list[Given], antigen: str, on: int = 0) -> dict[int, Check]:
    """The standards' word on every dose that bears on the antigen: dose index -> check.

    `on` is a day of assessment for series that may only start from an age; 0: the day of the last dose.
    """
    everything = sorted(doses)
    return _checked(schedule, born, bearing(schedule, born, everything, antigen), everything, antigen, on)


def _checked(
    schedule: Schedule, born: int, own: list[Given], everything: list[Given], antigen: str, on: int = 0
) -> dict[int, Check]:
    if not own:
        return {}
    usual = schedule.usual.get(antigen)
    if usual is not None and _can_start(usual, born, own[-1].day):
        walk = _walk(schedule, usual, born, own, everything)
        if walk.valid == len(own):
            return {given.dose: walk.checks[index] for index, given in enumerate(own)}
    groups: dict[int, list[Walk]] = {}
    for series in schedule.series.get(antigen, ()):
        if _can_start(series, born, max(on, own[-1].day)):
            walk = _walk(schedule, series, born, own, everything)
            groups.setdefault(series.group, []).append(walk)
    most_weight = 1 if max(on, own[-1].day) < (read_day(schedule.file.longer_series_since) or 0) else 3
    best = [_best(walks, most_weight) for walks in groups.values()]
    result: dict[int, Check] = {}
    for index, given in enumerate(own):
        checks = [walk.checks[index] for walk in best]
        result[given.dose] = next(
            (one for one in checks if one.status == VALID), checks[0] if checks else Check(VALID, "")
        )
    return result


def _can_start(series: Series, born: int, on: int) -> bool:
    if series.since and on < (read_day(series.since) or 0):
        return False
    return not series.start_from or reached(born, on, series.start_from)


def _walk(schedule: Schedule, series: Series, born: int, own: list[Given], everything: list[Given]) -> Walk:
    checks: list[Check] = []
    met_by: dict[int, int] = {}
    target, first_valid, last_valid = 0, 0, 0
    for index, given in enumerate(own):
        while target < len(series.doses) and _passed_over(series.doses[target], born, index, own, checks, everything):
            target += 1
        if target >= len(series.doses):
            checks.append(Check(EXTRANEOUS, "series_complete"))
            continue
        check = _check(schedule, series.doses[target], target == 0, born, index, own, checks, met_by, everything)
        checks.append(check)
        if check.status == VALID:
            first_valid, last_valid = first_valid or given.day, given.day
            met_by[target + 1] = given.day
            target += 0 if series.doses[target].again else 1
    valid = sum(1 for check in checks if check.status == VALID)
    if series.start_before and first_valid and reached(born, first_valid, series.start_before):
        valid = -1
    return Walk(series, tuple(checks), valid, target >= len(series.doses), len(series.doses) - target, last_valid)


def _best(walks: list[Walk], most_weight: int) -> Walk:
    """The series that serves best: complete before begun, then the scores, then the committee's preference."""
    open_walks = [walk for walk in walks if walk.valid >= 0] or walks
    complete = [walk for walk in open_walks if walk.complete]
    field = complete or [walk for walk in open_walks if walk.valid] or open_walks
    if not any(walk.valid > 0 for walk in field):
        usual = [walk for walk in field if walk.series.usual]
        return (usual or sorted(field, key=lambda walk: walk.series.preference))[0]
    most = max(walk.valid for walk in field)
    fewest = min(walk.left for walk in field)
    first = min(walk.last_valid for walk in field)
    ties_most = sum(1 for walk in field if walk.valid == most)
    ties_fewest = sum(1 for walk in field if walk.left == fewest)
    ties_first = sum(1 for walk in field if walk.last_valid == first)

    def score(walk: Walk) -> int:
        if complete:
            points = (0 if ties_most > 1 else most_weight) if walk.valid == most else -most_weight
            points += (1 if ties_first > 1 else 2) if walk.last_valid == first else -1
            return points + (1 if walk.series.product else 0)
        points = (0 if ties_most > 1 else 2) if walk.valid == most else -2
        points += (0 if ties_fewest > 1 else 2) if walk.left == fewest else -2
        all_valid = all(check.status == VALID for check in walk.checks)
        return points + (2 if walk.series.product and all_valid else -2 if walk.series.product else 0)

    return max(field, key=lambda walk: (score(walk), -walk.series.preference))


def _check(
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
            if _within(born, given.day, low, high):
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


def _passed_over(
    target: TargetDose, born: int, index: int, own: list[Given], checks: list[Check], everything: list[Given]
) -> bool:
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
        return _within(born, given.day, condition.age_from, condition.age_to)
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
        count += _within(born, one.day, condition.age_from, condition.age_to)
    if condition.compare == "more":
        return count > condition.doses
    return count == condition.doses if condition.compare == "equal" else count < condition.doses

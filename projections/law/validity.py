"""Which doses are valid under medically acceptable standards: ages, gaps, vaccines, live vaccines, grace.

For each antigen every series that could fit is walked dose by dose, and the one that serves the person best is
taken, as the CDC's logic specification describes. A dose is `valid`, `not_valid` (with a reason) or `extraneous`
(beyond the series, or above its age). Only the doses and the birth date count, never today's date: a dose does not
become invalid by waiting. How one dose is held against one target: target.py.
"""

from __future__ import annotations

from typing import NamedTuple

from projections.law.intervals import read_day
from projections.law.schedule import Schedule, Series
from projections.law.target import EXTRANEOUS, NOT_VALID, VALID, Check, Given, check_dose, passed_over, reached, within


class Walk(NamedTuple):
    """One series walked: a check per dose, and what the choice between series asks."""

    series: Series
    checks: tuple[Check, ...]
    valid: int
    complete: bool
    left: int
    last_valid: int


def bearing(schedule: Schedule, born: int, doses: list[Given], antigen: str) -> list[Given]:
    """The doses that bear on an antigen, in the order given."""
    ages = schedule.bears_on.get(antigen, {})
    return [
        given
        for given in doses
        if given.cvx in ages
        for age_from, age_to in ages[given.cvx]
        if within(born, given.day, age_from, age_to)
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
        while target < len(series.doses) and passed_over(series.doses[target], born, index, own, checks, everything):
            target += 1
        if target >= len(series.doses):
            checks.append(Check(EXTRANEOUS, "series_complete"))
            continue
        check = check_dose(schedule, series.doses[target], target == 0, born, index, own, checks, met_by, everything)
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

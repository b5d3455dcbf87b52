"""Bands through time: which band holds on a day, and the shortcut for records that only their age can move.

`State` is one day's judgment, comparable with another's.
"""

from __future__ import annotations

from typing import NamedTuple

from projections.law.facts import Facts
from projections.law.plan_parts import NEVER, BandPlan
from projections.law.verdict import AntigenVerdict, Finding

SETTLED_ELSEWHERE = frozenset(("exempt_medical", "exempt_conscience", "disease_history", "not_required"))
"""Outcomes that a statement or an order gives, which no schedule in process changes."""


class State(NamedTuple):
    """A judgment, comparable day with day."""

    overall: str
    may_attend: bool
    clause: str
    last_day: str
    parts: tuple[AntigenVerdict, ...]
    findings: tuple[Finding, ...]
    flags: frozenset[str]


def next_move(facts: Facts, state: State, day: int) -> int | None:
    """For a record that only its age and its clock can move: the first later day that may; None: judge each day.

    Such a record holds nothing that will come or go with the days. Between two bands only needs not met move, on
    the ages they name. A shortcut: judging every day would find the same.
    """
    plan, marks = facts.plan, facts.marks
    if day < facts.born or day < facts.not_subject_until or facts.moving(day):
        return None
    band = band_on(facts, day, day)
    if band is None:
        return None
    later_days = [NEVER, plan.effective_from, plan.effective_to + 1]
    for one in facts.asks.bands:
        later_days += (marks[one.age_from], marks[one.age_to], one.since)  # -1 is any other age: one day more
    for part, need in zip(state.parts, band.asks, strict=True):
        if need is not None and part.outcome != "ok":
            if facts.professional:
                if part.outcome not in SETTLED_ELSEWHERE:
                    return None  # its schedule moves it too
                for primary in plan.primary:
                    later_days += (marks[primary.age_from], marks[primary.age_to])
            for exempt in need.exempt:
                later_days += (marks[exempt.since], marks[exempt.until])
            later_days += [marks[option.last_at] + option.last_shift for option in need.options]
    later = min([one for one in later_days if one > day])
    for _, _, age in facts.asks.windows:
        if age < 0 or marks[age] < later:
            return None
    return later


def moves_surely(facts: Facts, state: State, day: int, later: int) -> bool:
    """Whether the law comes or goes by then, or a need met is asked by another clause or no more.

    Then the judgment must be another.
    """
    plan = facts.plan
    if (plan.effective_from <= day <= plan.effective_to) != (plan.effective_from <= later <= plan.effective_to):
        return True
    band = band_on(facts, later, later)
    if band is None:
        return True
    for part, need in zip(state.parts, band.asks, strict=True):
        if part.outcome == "ok" and (need is None or need.clause != part.clause):
            return True
    return False


def band_on(facts: Facts, age_day: int, on: int) -> BandPlan | None:
    """The first band that fits the age of one day, of those asked on another."""
    marks = facts.marks
    for band in facts.asks.bands:
        if band.age_from >= 0 and age_day < marks[band.age_from]:
            continue
        if band.age_to >= 0 and age_day >= marks[band.age_to]:
            continue
        if on >= band.since:
            return band
    return None

"""Bands through time: which band holds on a day, and the shortcut for records that only their age can move.

`State` is one day's judgment, comparable with another's.
"""

from __future__ import annotations

from typing import NamedTuple

from projections.law.facts import Facts
from projections.law.plan import NEVER, BandPlan
from projections.law.verdict import AntigenVerdict, Finding


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
    """For a record that only its age can move: the first later day on which its band changes; None: judge each day.

    Such a record meets every need by doses long given and holds nothing that comes or goes with the days. Between
    two bands of a rule set in force its judgment stays. A shortcut: judging each day would say the same.
    """
    plan, marks = facts.plan, facts.marks
    if facts.moving or facts.latest_dose > day or not plan.effective_from <= day <= plan.effective_to:
        return None
    if any(part.outcome not in ("ok", "not_required") for part in state.parts):
        return None
    _, windows = plan.edges_for(facts.bands)
    band = band_on(facts, day, day)
    closing = min([marks[age] if age >= 0 else 0 for _, _, age in windows], default=NEVER)
    ends = [(marks[one.age_from], marks[one.age_to], one.since) for one in facts.bands]  # -1 is any other age
    later_days = [edge for edges in ends for edge in edges if edge > day]
    for later in sorted(later_days):
        if later > plan.effective_to or closing < later:
            return None
        if band_on(facts, later, later) is not band:
            return later
    return None


def moves_surely(facts: Facts, state: State, later: int) -> bool:
    """Whether the new band names another clause for a need met, so that the judgment must be another."""
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
    for band in facts.bands:
        if band.age_from >= 0 and age_day < marks[band.age_from]:
            continue
        if band.age_to >= 0 and age_day >= marks[band.age_to]:
            continue
        if on >= band.since:
            return band
    return None

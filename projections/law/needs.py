"""Needs: whether the doses of one antigen, as they stand on a day, meet what a band asks.

A dose with a whole date counts or does not. One without is taken at its worst for "surely" and at its best for
"possibly"; between the two lies `review`.
"""

from __future__ import annotations

from typing import NamedTuple

from projections.law.entries import AntigenFacts, Cover, Entry
from projections.law.facts import Facts
from projections.law.intervals import add_months
from projections.law.plan_parts import NEVER, NeedPlan, OptionPlan
from projections.law.verdict import NotCounted


class Doses(NamedTuple):
    """The doses of one antigen as they stand on one day."""

    good: list[Entry]
    maybe: list[Entry]
    defect: list[Entry]
    counted: tuple[int, ...]
    not_counted: tuple[NotCounted, ...]


def doses_on(facts: Facts, own: AntigenFacts, as_of: int) -> Doses:
    """Leave out what lies after the day; what may lie after it may count."""
    if facts.latest_dose <= as_of:
        return Doses(own.good, own.maybe, own.defect, own.counted, own.not_counted)
    good = [entry for entry in own.good if entry.last <= as_of]
    maybe = [entry for entry in own.maybe if entry.first <= as_of]
    maybe += [entry for entry in own.good if entry.first <= as_of < entry.last]
    maybe.sort()
    defect = [entry for entry in own.defect if entry.first <= as_of]
    rest = maybe + defect + [entry for entry in own.bad if entry.first <= as_of]
    not_counted = [NotCounted(entry.dose, entry.reason or "date_straddles_as_of") for entry in rest]
    every = own.good + own.maybe + own.defect + own.bad
    not_counted += [NotCounted(entry.dose, "after_as_of") for entry in every if entry.first > as_of]
    return Doses(good, maybe, defect, tuple(entry.dose for entry in good), tuple(not_counted))


def with_aside(doses: Doses, own: AntigenFacts, as_of: int) -> Doses:
    """Take back what only the schedule set aside, for a need that states its own ages."""
    back = [entry for entry in own.aside if entry.last <= as_of]
    good = sorted(doses.good + back)
    taken = [entry.dose for entry in back]
    rest = tuple(one for one in doses.not_counted if one.dose not in taken)
    return doses._replace(good=good, counted=tuple(entry.dose for entry in good), not_counted=rest)


def fitting(option: OptionPlan, doses: list[Entry], marks: tuple[int, ...], as_of: int, possible: bool) -> list[Entry]:
    """The doses that fit the option's conditions on each dose: surely, or possibly."""
    if option.vaccines:
        doses = [e for e in doses if e.cvx in option.vaccines]
    if option.each_from >= 0:
        mark = marks[option.each_from]
        doses = [e for e in doses if (e.last if possible else e.first) >= mark]
    if option.each_to >= 0:
        mark = marks[option.each_to]
        doses = [e for e in doses if (e.first if possible else e.last) < mark]
    if option.within_months:
        since = [(e, min(e.last, as_of) if possible else e.first) for e in doses]
        doses = [e for e, day in since if add_months(day, option.within_months) + option.within_shift >= as_of]
    return doses


def _apart(option: OptionPlan, doses: list[Entry], possible: bool) -> bool:
    """Whether the months asked lie between the first and the last of these doses: surely, or possibly."""
    first = min(entry.first if possible else entry.last for entry in doses)
    last = max(entry.last if possible else entry.first for entry in doses)
    return first < NEVER and last >= add_months(first, option.apart_months) + option.apart_shift


def met(option: OptionPlan, doses: list[Entry], marks: tuple[int, ...], as_of: int, possible: bool) -> bool:
    """Whether these doses meet the option: surely (each date at its worst), or possibly (at its best)."""
    if option.plain:
        return len(doses) >= option.doses
    doses = fitting(option, doses, marks, as_of, possible)
    if len(doses) < option.doses or (option.apart_months and not _apart(option, doses, possible)):
        return False
    if option.last_at < 0:
        return True
    days = sorted(entry.last if possible else entry.first for entry in doses)
    return days[option.doses - 1] >= marks[option.last_at] + option.last_shift


def first_met(
    need: NeedPlan, doses: list[Entry], marks: tuple[int, ...], as_of: int, possible: bool
) -> OptionPlan | None:
    """The first option of the need that these doses meet."""
    for option in need.options:
        if met(option, doses, marks, as_of, possible):
            return option
    return None


def nearest(need: NeedPlan, doses: list[Entry], marks: tuple[int, ...], as_of: int) -> OptionPlan:
    """The option that the fewest further doses, given on this day, would meet."""
    best, fewest = need.options[0], 99
    for option in need.options:
        fit = fitting(option, doses, marks, as_of, False)
        missing = option.doses - len(fit)
        if option.apart_months and missing < 1 and not _apart(option, fit, False):
            missing = 99  # as many as asked, but too close
        if option.last_at >= 0 and missing < 1:
            missing = 99  # the last dose asked is already given, too early
        if option.last_at >= 0 and as_of < marks[option.last_at] + option.last_shift:
            missing = 99  # a dose given today would be too early
        if missing < fewest:
            best, fewest = option, missing
    return best


def age_exempt(facts: Facts, need: NeedPlan, as_of: int) -> tuple[str, bool]:
    """The clause of an age exemption that holds today (empty: none), and whether it hangs on an unknown sex."""
    for one in need.exempt:
        if one.since >= 0 and as_of < facts.marks[one.since]:
            continue
        if one.until >= 0 and as_of >= facts.marks[one.until]:
            continue
        if one.sex and facts.sex != one.sex:
            if not facts.sex:
                return one.clause, True
            continue
        return one.clause, False
    return "", False


def cover_on(covers: list[Cover] | None, as_of: int) -> Cover | None:
    """The cover that holds today: an exemption before a paper under review."""
    best: Cover | None = None
    for cover in covers or ():
        if cover.since <= as_of < cover.until and (best is None or best.outcome == "review"):
            best = cover
    return best

"""Entries: the doses and papers as they bear on one antigen, before any day is asked about."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from projections.law.plain import LIVE_GAP
from projections.law.plan import Plan
from projections.law.verdict import Finding, NotCounted

GOOD, MAYBE, DEFECT, BAD = 0, 1, 2, 3
"""A dose counts; may count (its date straddles a limit); lacks the date the law asks; does not count."""


STANDARDS = "standards_"
"""Begins the reason of a dose set aside by the schedule, not by the rule set's own text."""


class Entry(msgspec.Struct, frozen=True, order=True, gc=False):
    """One dose as it bears on one antigen."""

    first: int
    last: int
    kind: int
    dose: int
    cvx: str
    reason: str


class Cover(NamedTuple):
    """A statement's effect on one antigen from `since` to before `until`: an exemption's outcome, or `review`."""

    since: int
    until: int
    outcome: str
    clause: str
    flag: str


class Note(NamedTuple):
    """A finding that shows from `since` to before `until`."""

    since: int
    until: int
    finding: Finding


NONE: list[Entry] = []


class AntigenFacts(msgspec.Struct, gc=False):
    """The doses that bear on one antigen; `counted` and `not_counted` hold once every dose is past.

    `plain`: every one of them is good.
    """

    plain: bool
    good: list[Entry]
    counted: tuple[int, ...]
    maybe: list[Entry]
    defect: list[Entry]
    bad: list[Entry]
    aside: list[Entry]
    not_counted: tuple[NotCounted, ...]

    def every(self) -> list[Entry]:
        """Every dose that bears on the antigen, counted or not."""
        return self.good + self.maybe + self.defect + self.bad


def even(entries: list[Entry]) -> AntigenFacts:
    """The doses of an antigen, all of them good."""
    return AntigenFacts(True, entries, tuple([entry.dose for entry in entries]), NONE, NONE, NONE, NONE, ())


def weighed(entries: list[Entry]) -> AntigenFacts:
    """The doses of an antigen by what became of them."""
    good = [entry for entry in entries if entry.kind == GOOD]
    maybe = [entry for entry in entries if entry.kind == MAYBE]
    defect = [entry for entry in entries if entry.kind == DEFECT]
    bad = [entry for entry in entries if entry.kind == BAD]
    aside = [entry for entry in bad if entry.reason.startswith(STANDARDS)]
    not_counted = tuple([NotCounted(entry.dose, entry.reason) for entry in maybe + defect + bad])
    counted = tuple([entry.dose for entry in good])
    return AntigenFacts(False, good, counted, maybe, defect, bad, aside, not_counted)


EMPTY = even(NONE)


def close_together(live: list[int]) -> bool:
    """Whether two live vaccines were given on different days less than a month apart."""
    if len(live) < 2:
        return False
    live.sort()
    before = live[0]
    for day in live:
        if 0 < day - before < LIVE_GAP:
            return True
        before = day
    return False


def perhaps_told_twice(entry: Entry, entries: list[Entry]) -> Entry:
    """A dose without its day, of a month in which another has one, may be that other told less exactly."""
    if entry.kind != GOOD or entry.first == entry.last:
        return entry
    for other in entries:
        if other.first == other.last and entry.first <= other.first <= entry.last and other.reason != "same_day":
            return replace(entry, kind=MAYBE, reason="perhaps_the_same_dose")
    return entry


def in_order(plan: Plan, entries: list[Entry], uneven: bool) -> AntigenFacts:
    """In order of date, a second record of one day set aside; what may be a double becomes `MAYBE`."""
    if len(entries) > 1:
        entries = sorted(entries)
        before = entries[0]
        for i in range(1, len(entries)):
            entry = entries[i]
            if entry.first != before.first or entry.last != before.last or BAD in (entry.kind, before.kind):
                before = entry
                continue
            uneven = True
            if entry.first == entry.last:
                entries[i] = replace(entry, kind=BAD, reason="same_day")
            elif entry.kind == GOOD:
                entries[i] = replace(entry, kind=MAYBE, reason="perhaps_the_same_dose")
        if uneven:
            entries = [perhaps_told_twice(entry, entries) for entry in entries]
    if uneven and plan.values.get("partial_date") == "not_counted":
        entries = [replace(entry, kind=BAD) if entry.kind == MAYBE else entry for entry in entries]
    return weighed(entries) if uneven else even(entries)

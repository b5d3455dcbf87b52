"""How long a child's file stays, what stops its end, and the first day it may be destroyed.

    18th birthday + 5 years = last day kept (121A.15 subd. 7)     the day after: may be destroyed
    doses we gave (42 U.S.C. 300aa-25), child care files: no period in the sources, kept until an
    approved, dated schedule covers them       a hold, an open case, an open request: not while it lasts

29 February counts as 1 March here and nowhere else: the later, safer date (law, 1.8). A birth date
without its day counts as the last day it may mean; linked streams keep the latest date of any of them.
One key holds a stream, so a file goes when all of its parts may go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, TypeVar

import msgspec

from events.catalog.policy import RetentionSchedule
from events.catalog.retention import (
    DestructionApproved,
    DestructionCompleted,
    DestructionProposed,
    DestructionRequested,
    HoldPlaced,
    HoldReleased,
)
from events.dates import PartialDate, latest
from events.envelope import SYSTEM_AUTHOR
from projections.fold import Fact
from projections.policy import Policy
from projections.student import Student

MAJORITY_YEARS = 18
KEPT_YEARS = 5

PartKind = Literal["school_file", "administered_dose", "child_care_file"]
Kind = TypeVar("Kind")
State = Literal["kept", "held", "no_period", "may_be_destroyed", "destroyed"]


class Part(msgspec.Struct, frozen=True):
    """One class of record in a file. ``earliest`` is the first day it may go; None: no period covers it."""

    kind: PartKind
    earliest: date | None
    ground: str


class Hold(msgspec.Struct, frozen=True):
    """Something that stops destruction from a day on, until ``until`` (its last day); None: it still holds."""

    reason: str
    since: date
    until: date | None = None

    def stands_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Timeline(msgspec.Struct, frozen=True):
    """One child's retention: how it is computed, and what stands against it."""

    born: str
    majority_on: date | None
    last_day_kept: date | None
    parts: tuple[Part, ...]
    holds: tuple[Hold, ...]
    stage: str
    """How far a destruction has gone: empty, ``proposed``, ``approved``, ``requested``, ``completed``."""

    @property
    def earliest(self) -> date | None:
        """First day on which the whole file may go, holds aside; None while a part has no period."""
        days = [part.earliest for part in self.parts]
        return max((day for day in days if day is not None), default=None) if None not in days else None

    def open_holds(self, on: date) -> tuple[Hold, ...]:
        return tuple(hold for hold in self.holds if hold.stands_on(on))

    def state(self, on: date) -> State:
        """Where the file stands on a civil day."""
        if self.stage == "completed":
            return "destroyed"
        if self.earliest is None:
            return "no_period"
        if on < self.earliest:
            return "kept"
        return "held" if self.open_holds(on) else "may_be_destroyed"


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def last_day_kept(born: date) -> date:
    """The last day on which a school's file must still be there (law_deadlines: DL-21)."""
    return years_after(years_after(born, MAJORITY_YEARS), KEPT_YEARS)


def timeline_of(student: Student, policy: Policy, on: date, open_matters: Iterable[str] = ()) -> Timeline:
    """A child's retention as computed on a civil day.

    ``open_matters`` are sentences about open cases and requests in streams this fold does not read; each is
    a hold from that day.
    """
    births = [latest(PartialDate(one.birth_date)) for one in student.identities if one.birth_date]
    born = max(births, default=None)
    last = last_day_kept(born) if born is not None else None
    holds = [*_placed_holds(student, policy), *(Hold(matter, on) for matter in open_matters)]
    if student.attendance.on(on):
        holds.append(Hold("the child still attends", on))
    return Timeline(
        born=student.birth_date,
        majority_on=years_after(born, MAJORITY_YEARS) if born is not None else None,
        last_day_kept=last,
        parts=_parts(student, policy, on, last),
        holds=tuple(holds),
        stage=_stage(student, policy),
    )


def _parts(student: Student, policy: Policy, on: date, last: date | None) -> tuple[Part, ...]:
    if last is None:
        parts = [Part("school_file", None, "the birth date is not known")]
    else:
        ground = f"18th birthday + {KEPT_YEARS} years is {last}; may go from the day after (121A.15 subd. 7)"
        parts = [Part("school_file", last + timedelta(days=1), ground)]
    given = [line.given_on for line in student.doses if line.basis == "administered" and line.given_on]
    if given:
        parts.append(_scheduled("administered_dose", latest(PartialDate(max(given))), policy, on))
    care = [line for line in student.attendance.lines if line.began.kind in ("child_care", "family_child_care")]
    if care:
        ends = [line.ended.last_day if line.ended else on.isoformat() for line in care]
        parts.append(_scheduled("child_care_file", date.fromisoformat(max(ends)), policy, on))
    return tuple(parts)


def _scheduled(kind: Literal["administered_dose", "child_care_file"], entered: date, policy: Policy, on: date) -> Part:
    schedules = [one for one in policy.all_in_force(RetentionSchedule, on) if one.record == kind]
    if not schedules:
        return Part(kind, None, "no period in the sources and no approved schedule: kept")
    schedule = schedules[-1]
    years = schedule.years_after_last_entry
    ground = f"schedule approved by {schedule.approved_by}: {years} years after the last entry on {entered}"
    return Part(kind, years_after(entered, years) + timedelta(days=1), ground)


def _placed_holds(student: Student, policy: Policy) -> list[Hold]:
    holds = []
    for fact, placed in policy.shelf.of(HoldPlaced):
        if placed.student in student.streams:
            released = of_office(policy.shelf.about(fact.id, HoldReleased))
            ends = [date.fromisoformat(one.on) for _, one in released]
            until = min(ends) - timedelta(days=1) if ends else None
            reason = f"{placed.reason} ({placed.authority})"
            holds.append(Hold(reason, date.fromisoformat(placed.from_day), until))
    return holds


def _stage(student: Student, policy: Policy) -> str:
    stages = (
        ("completed", DestructionCompleted),
        ("requested", DestructionRequested),
        ("approved", DestructionApproved),
        ("proposed", DestructionProposed),
    )
    for stage, kind in stages:
        told = of_office(policy.shelf.of(kind))
        if any(getattr(payload, "student", None) in student.streams for _, payload in told):
            return stage
    return ""


def of_office(told: Iterable[tuple[Fact, Kind]]) -> list[tuple[Fact, Kind]]:
    """Of words on a file's end those of the office's own program. A device's, of which an older log may hold some,
    would name whom it likes: it neither ends a file nor a hold, and stands in no step's way."""
    return [(fact, word) for fact, word in told if fact.header.author == SYSTEM_AUTHOR]

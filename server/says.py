"""Whom a court left without a say for a child, as the office reads and records it.

    a court's paper --> say.ended --> say.restored, a later order      still on the list, with both days
                                 \\--> consent.voided, it was a mistake  on the list, and counts for nothing

What it does to a dose is the fold's (projections/set_aside). The paper is named so that somebody else finds it again:
court and file number · the day of the order · who saw it, in whatever language.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

import msgspec

from events.catalog.consents import (
    ConsentGiven,
    ConsentRefused,
    ConsentVoided,
    ConsentWithdrawn,
    SayEnded,
    SayRestored,
)
from events.catalog.disclosures import DisclosureConsented
from events.catalog.event_type import CivilDate, Name
from events.envelope import SYSTEM_AUTHOR
from events.errors import Refused
from events.ids import EventId, StaffId
from projections.consenting import CHILD, person_of
from projections.directory import Directory
from projections.fold import Fact
from projections.set_aside import EndedSay, ended_says, voiding
from projections.student import Student

AHEAD_DAYS_MAX = 366
"""How far ahead an order may take effect."""
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Order(msgspec.Struct, frozen=True):
    """A court's order as somebody read it. ``seen``: whoever records it had the paper, or its copy, in hand."""

    person: Name
    since: CivilDate
    court: Words
    ordered_on: CivilDate
    seen: bool


class SayShown(msgspec.Struct, frozen=True):
    """Who has no say from ``since``, until the day before ``until`` (empty: it goes on), and what shows it.

    ``mistake``: why it counts for nothing; ``undo``: what to void so that this changes again.
    """

    event: EventId
    person: str
    since: str
    until: str
    document: str
    recorded_on: str
    by: str
    mistake: str
    undo: EventId


def says_of(student: Student, directory: Directory) -> tuple[SayShown, ...]:
    """Every order on record, also one that was a mistake, in log order."""
    standing = {one.fact.id: one for one in ended_says(student.shelf)}

    def shown(fact: Fact, told: SayEnded) -> SayShown:
        void = voiding(student.shelf, fact.id)
        says = standing.get(fact.id)
        return SayShown(
            event=fact.id,
            person=told.person,
            since=told.since,
            until=says.until if says else "",
            document=told.document,
            recorded_on=fact.header.recorded_at[:10],
            by=_writer(fact, told.by, directory),
            mistake=void[1].reason if void else "",
            undo=void[0].id if void else fact.id,
        )

    return tuple(shown(fact, told) for fact, told in student.shelf.of(SayEnded))


def speakers_of(student: Student) -> tuple[str, ...]:
    """Who spoke on consent or is to be called, each person once, as first written: whom an order may be about."""
    named = {person_of(name, "parent"): name for name in reversed(list(_names(student))) if name.strip()}
    return tuple(sorted(named.values()))


def ending(student: Student, order: Order, today: date, seer: str, by: StaffId) -> SayEnded:
    """Raises Refused for an order nobody saw, with a day that cannot be, or for whom has no say already."""
    if not order.seen:
        raise Refused("paper-not-seen", "Look at the order itself, or its copy, before it is recorded.")
    if order.ordered_on > today.isoformat() or order.ordered_on < student.birth_date:
        raise Refused("day-impossible", "The order is of a day between the child's birth and today.")
    if not student.birth_date <= order.since <= (today + timedelta(days=AHEAD_DAYS_MAX)).isoformat():
        raise Refused("day-impossible", "It takes effect on a day after the child's birth, at most a year ahead.")
    if any(_goes_on(one) and one.person == person_of(order.person, "parent") for one in ended_says(student.shelf)):
        raise Refused("no-say-already", "That person has no say already: see the list, and give it back there first.")
    document = " · ".join((order.court.strip(), order.ordered_on, seer))
    return SayEnded(person=order.person.strip(), since=order.since, document=document, by=by)


def restoring(student: Student, event: EventId, on: str, reason: str, by: StaffId) -> SayRestored:
    """Raises Refused where no such order stands, or for a day before it took effect."""
    says = next((one for one in ended_says(student.shelf) if one.fact.id == event), None)
    if says is None or not _goes_on(says):
        raise Refused("no-such-order", "No such order stands: somebody gave the say back, or it was a mistake.")
    if on < says.told.since:
        raise Refused("day-impossible", "A say comes back on the day it ended, where it was never lost, or later.")
    return SayRestored(event=event, on=on, reason=reason, by=by)


def voiding_of(student: Student, event: EventId, reason: str, by: StaffId) -> ConsentVoided:
    """That an order was recorded by mistake, or that this was one. Raises Refused where it was said already."""
    undo = {one for fact, _ in student.shelf.of(SayEnded) for one in [_last(student, fact.id)]}
    if event not in undo:
        raise Refused("no-such-order", "No such order stands: somebody said so already.")
    return ConsentVoided(event=event, reason=reason, by=by)


def _last(student: Student, event: EventId) -> EventId:
    void = voiding(student.shelf, event)
    return void[0].id if void else event


def _goes_on(says: EndedSay) -> bool:
    return says.until == ""


def _names(student: Student) -> Iterator[str]:
    spoken: list[tuple[str, str]] = [(yes.signer, yes.standing) for _, yes in student.shelf.of(ConsentGiven)]
    spoken += [(no.signer, no.standing) for _, no in student.shelf.of(ConsentRefused)]
    spoken += [(paper.signer, paper.standing) for _, paper in student.shelf.of(DisclosureConsented)]
    spoken += [(back.by, back.standing) for _, back in student.shelf.of(ConsentWithdrawn)]
    yield from (name for name, standing in spoken if person_of(name, standing) != CHILD)
    yield from (contact.name for contact in student.contacts)


def _writer(fact: Fact, by: StaffId | None, directory: Directory) -> str:
    """Of the office whom it names; of a phone its author, whomever it names."""
    staff = by if fact.header.author == SYSTEM_AUTHOR else StaffId(fact.header.author)
    known = directory.staff.get(staff) if staff else None
    return known.name if known else ""

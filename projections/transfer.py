"""Whose file must move to the next school, by when, and what was done about it.

    enrollment.ended ──day 0──> 30 days to help move the file (121A.15 subd. 7; law, rows 88, 89, 157)
    transfer.requested ────────> the same clock where no ending is recorded yet
        open --prepared--> open --sent--> done          open --cancelled--> done
        the child begins at another facility of ours: done, the file is there already

The clock runs request or none; only a graduation starts none. Day 0 is the day of the transfer, the last
good day is day 30, counted in calendar days and not moved by weekends (the earlier, safer reading).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

import msgspec

from events.catalog.students import EnrollmentEnded
from events.catalog.transfers import (
    TransferCancelled,
    TransferConfirmed,
    TransferPrepared,
    TransferReceived,
    TransferRequested,
    TransferSent,
)
from events.dates import read_instant
from events.ids import StudentId, TransferId, stream_id
from projections.fold import Fact
from projections.papers import known_at
from projections.policy import Policy
from projections.shelf import Shelf
from projections.student import Student

HELP_DAYS = 30
"""121A.15 subd. 7: help in moving the file within 30 days of the transfer."""

TransferState = Literal["open", "due_soon", "overdue", "done"]
DUE_SOON_DAYS = 7


class Paperwork(msgspec.Struct, frozen=True):
    """One ``transfer/…`` stream: what was asked, made and sent."""

    id: TransferId
    first: Fact
    last: Fact
    requested: TransferRequested | None
    prepared: TransferPrepared | None
    sent: TransferSent | None
    confirmed: TransferConfirmed | None
    cancelled: TransferCancelled | None


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One file that has to move. ``day_0`` is the day of the transfer, ``due_on`` the last good day."""

    student: StudentId
    day_0: date
    to: str
    ended: EnrollmentEnded | None
    paperwork: Paperwork | None
    done_on: date | None
    done_how: str = ""

    @property
    def due_on(self) -> date:
        return self.day_0 + timedelta(days=HELP_DAYS)

    @property
    def requested_on(self) -> str:
        return self.paperwork.requested.requested_on if self.paperwork and self.paperwork.requested else ""

    def state(self, on: date) -> TransferState:
        """Where it stands on a civil day."""
        if self.done_on is not None and self.done_on <= on:
            return "done"
        if on > self.due_on:
            return "overdue"
        return "due_soon" if (self.due_on - on).days <= DUE_SOON_DAYS else "open"

    @property
    def was_late(self) -> bool:
        return self.done_on is not None and self.done_on > self.due_on


def paperwork_of(facts: Iterable[Fact], student: Student) -> tuple[Paperwork, ...]:
    """The outgoing transfer streams about a child, in the order they were opened."""
    streams: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.stream.startswith("transfer/") and getattr(fact.payload, "student", None) in student.streams:
            streams.setdefault(fact.stream, []).append(fact)
    found = [_paperwork(shelf) for shelf in map(Shelf, streams.values()) if not shelf.of(TransferReceived)]
    return tuple(sorted(found, key=lambda one: one.first.order))


def transfers_of(student: Student, facts: Iterable[Fact], policy: Policy) -> tuple[Transfer, ...]:
    """Every file of this child that had or has to move, oldest first. ``facts`` are of transfer streams."""
    waiting = list(paperwork_of(facts, student))
    found = []
    for line in student.attendance.lines:
        if line.ended is None or line.ended_by is None or line.ended.reason == "graduated":
            continue
        paperwork = _take(waiting, line.ended, policy)
        day_0 = _day_0(line.ended, paperwork)
        done_on, how = _done(paperwork, policy)
        next_here = [
            stay.began.first_day
            for stay in student.attendance.lines
            if stay.began.first_day >= line.ended.last_day and stay.fact.id != line.fact.id
        ]
        if done_on is None and next_here:
            done_on, how = date.fromisoformat(next_here[0]), "the next school is ours"
        found.append(_transfer(student, day_0, line.ended, paperwork, done_on, how))
    for paperwork in waiting:
        done_on, how = _done(paperwork, policy)
        found.append(_transfer(student, _day_0(None, paperwork), None, paperwork, done_on, how))
    return tuple(sorted(found, key=lambda one: (one.day_0, one.due_on)))


def _transfer(
    student: Student,
    day_0: date,
    ended: EnrollmentEnded | None,
    paperwork: Paperwork | None,
    done_on: date | None,
    how: str,
) -> Transfer:
    asked = paperwork.requested.to if paperwork and paperwork.requested else ""
    sent = paperwork.sent.to if paperwork and paperwork.sent else ""
    return Transfer(
        student=student.id or StudentId(""),
        day_0=day_0,
        to=sent or asked or (ended.destination if ended else ""),
        ended=ended,
        paperwork=paperwork,
        done_on=done_on,
        done_how=how,
    )


def _paperwork(shelf: Shelf) -> Paperwork:
    requested, prepared = shelf.of(TransferRequested), shelf.of(TransferPrepared)
    sent, confirmed, cancelled = shelf.of(TransferSent), shelf.of(TransferConfirmed), shelf.of(TransferCancelled)
    return Paperwork(
        id=TransferId(stream_id(shelf.facts[0].stream)),
        first=shelf.facts[0],
        last=shelf.facts[-1],
        requested=requested[0][1] if requested else None,
        prepared=prepared[-1][1] if prepared else None,
        sent=sent[0][1] if sent else None,
        confirmed=confirmed[0][1] if confirmed else None,
        cancelled=cancelled[-1][1] if cancelled else None,
    )


def _take(waiting: list[Paperwork], ended: EnrollmentEnded, policy: Policy) -> Paperwork | None:
    """The paperwork that answers an ending: the first not yet taken that was not over before the child left."""
    for paperwork in waiting:
        done_on, _ = _done(paperwork, policy)
        if done_on is None or done_on.isoformat() >= ended.last_day or paperwork.requested is not None:
            waiting.remove(paperwork)
            return paperwork
    return None


def _day_0(ended: EnrollmentEnded | None, paperwork: Paperwork | None) -> date:
    requested = paperwork.requested if paperwork else None
    told = (ended.transfer_on if ended else None) or (requested.transfer_on if requested else None)
    if told is None and ended is not None:
        told = ended.last_day
    if told is None and requested is not None:
        told = requested.requested_on
    if told is None and paperwork is not None:
        told = paperwork.first.header.recorded_at[:10]
    return date.fromisoformat(told or "1900-01-01")


def _done(paperwork: Paperwork | None, policy: Policy) -> tuple[date | None, str]:
    if paperwork is None:
        return None, ""
    if paperwork.sent is not None:
        return policy.civil_day(read_instant(paperwork.sent.sent_at)), f"sent to {paperwork.sent.to}"
    if paperwork.cancelled is not None:
        return policy.civil_day(known_at(paperwork.last)), paperwork.cancelled.reason
    return None, ""

"""Incidents of a child: a dose given although something forbade it, what follows from it, and how it ended.

    incident.opened --> open, due DUE_DAYS after it became known --incident.closed--> closed, with its outcome

The health office owns the follow-up. A second close changes nothing; one that arrives before its opening waits for it.
"""

from datetime import date, timedelta

import msgspec

from events.catalog.incidents import IncidentClosed, IncidentOpened
from events.ids import EventId, StudentId, stream_id
from events.roles import Role
from projections.discrepancy import DUE_DAYS
from projections.fold import Fact
from projections.papers import known_at
from projections.student import Student

FOLLOW_UP_DAYS = DUE_DAYS["hard"]
OWNER = Role.HEALTH_OFFICE


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One incident. Days are civil days of UTC receipt."""

    fact: Fact
    opened: IncidentOpened
    closed: IncidentClosed | None = None

    @property
    def event(self) -> EventId:
        return self.fact.id

    @property
    def student(self) -> StudentId:
        return StudentId(stream_id(self.fact.stream))

    @property
    def opened_on(self) -> date:
        return known_at(self.fact).date()

    @property
    def due_on(self) -> date:
        return self.opened_on + timedelta(days=FOLLOW_UP_DAYS)

    @property
    def is_open(self) -> bool:
        return self.closed is None


def incidents_of(student: Student) -> tuple[Incident, ...]:
    """Every incident of a child, all linked streams together, the oldest first."""
    closed: dict[EventId, IncidentClosed] = {}
    for _, payload in student.shelf.of(IncidentClosed):
        closed.setdefault(payload.event, payload)
    return tuple(
        Incident(fact=fact, opened=payload, closed=closed.get(fact.id))
        for fact, payload in student.shelf.of(IncidentOpened)
    )

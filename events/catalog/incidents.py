"""What went wrong at a clinic and what follows from it.

A dose given although something forbade it is recorded all the same: it happened. The incident beside it
says what forbade it, what the follow-up is, and stays open until a person says how it ended.
"""

from events.catalog.event_type import CARE, CivilDate, EventType, Few, Payload, Sentence, Text
from events.ids import EventId, StaffId


class IncidentOpened(Payload, frozen=True, kw_only=True):
    """A dose was given against a stop: ``stops`` says which, ``follow_up`` what must now be done, one sentence each."""

    dose: EventId
    stops: Few[Sentence]
    reason: Text
    follow_up: Few[Sentence]


class IncidentClosed(Payload, frozen=True, kw_only=True):
    """The follow-up of an incident was done, on the day named, with this outcome."""

    event: EventId
    on: CivilDate
    outcome: Text
    by: StaffId | None = None


TYPES = (
    EventType("incident.opened", IncidentOpened, "student", CARE, "clinic practice; issue 6"),
    EventType("incident.closed", IncidentClosed, "student", CARE, "clinic practice; issue 6"),
)

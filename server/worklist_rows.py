"""What waits for the office, in rows for a screen: discrepancies with both sides, incidents, and whom they are about.

Discrepancy, Incident + names of children, devices and people --> MatterRow, IncidentRow --> OpenMatters
"""

import msgspec

from events.ids import DeviceId, EventId, StaffId, StudentId
from projections.discrepancy import Discrepancy, Side
from projections.incidents import OWNER, Incident
from server.live import Live
from server.worklist import Underway


class Named(msgspec.Struct, frozen=True):
    """A child by id and name."""

    student: StudentId
    name: str
    birth_date: str


class SideRow(msgspec.Struct, frozen=True):
    """One event of a matter: in whose record, from which device, by whom, and what it says."""

    event: EventId
    student: StudentId
    device: str
    author: str
    says: str


class MatterRow(msgspec.Struct, frozen=True):
    """A discrepancy. ``how_known`` is concurrent, or shown: one side was made against what its author could see.

    ``lot``: of a dose of a lot that must not be used, that lot; else empty.
    """

    key: str
    kind: str
    severity: str
    owner: str
    raised_on: str
    due_on: str
    how_known: str
    says: str
    lot: str
    children: tuple[Named, ...]
    sides: tuple[SideRow, ...]


class IncidentRow(msgspec.Struct, frozen=True):
    """A dose given against a stop, with what is still to do."""

    event: EventId
    child: Named
    owner: str
    opened_on: str
    due_on: str
    stops: tuple[str, ...]
    reason: str
    follow_up: tuple[str, ...]


class OpenMatters(msgspec.Struct, frozen=True):
    """What is open as of ``log_size``, gravest and most urgent first; at most 200 of each, and how many there are.

    ``reading``: the server has just started, and this is not known yet.
    """

    as_of: str
    log_size: int
    discrepancies: tuple[MatterRow, ...]
    incidents: tuple[IncidentRow, ...]
    all_discrepancies: int
    all_incidents: int
    reading: Underway | None = None


def is_within(within: frozenset[StudentId] | None, live: Live, students: list[StudentId]) -> bool:
    """Whether each child is still registered, and one of them is among those the person's roles cover."""
    if any(live.register.get(one) is None for one in students):
        return False
    return within is None or any(not within.isdisjoint(live.scopes.linked(one)) for one in students)


def matter_row(one: Discrepancy, live: Live) -> MatterRow:
    children = dict.fromkeys(side.student for side in one.sides)
    return MatterRow(
        one.key,
        one.kind,
        one.severity,
        one.owner.value,
        one.raised_on.isoformat(),
        one.due_on.isoformat(),
        one.how_known,
        one.says,
        one.lot,
        tuple(_named(child, live) for child in children),
        tuple(_side(side, live) for side in one.sides),
    )


def _side(side: Side, live: Live) -> SideRow:
    device = live.directory.devices.get(DeviceId(side.device))
    person = live.directory.staff.get(StaffId(side.author))
    names = (device.label if device else side.device, person.name if person else side.author)
    return SideRow(side.event, side.student, *names, side.says)


def incident_row(one: Incident, live: Live) -> IncidentRow:
    return IncidentRow(
        one.event,
        _named(one.student, live),
        OWNER.value,
        one.opened_on.isoformat(),
        one.due_on.isoformat(),
        one.opened.stops,
        one.opened.reason,
        one.opened.follow_up,
    )


def _named(student: StudentId, live: Live) -> Named:
    entry = live.register.get(student)
    return Named(student, f"{entry.given} {entry.family}" if entry else "", entry.birth_date if entry else "")

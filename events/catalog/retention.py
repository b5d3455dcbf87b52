"""Until when a record is kept, what stops its end, and how it ends (design, sections 6 and 10).

Destruction needs two people: one requests after the period is over, another approves. It runs in two
phases, and a certificate says what was destroyed and who has not confirmed.
"""

from events.catalog.event_type import SYSTEM, CivilDate, Count, EventType, Many, Name, Payload, Sha256, Text
from events.ids import DeviceId, EventId, StaffId, Stream, StudentId


class HoldPlaced(Payload, frozen=True, kw_only=True):
    """The record must stay: an open request, a case, litigation."""

    student: StudentId
    reason: Text
    authority: Name
    from_day: CivilDate
    by: StaffId | None = None


class HoldReleased(Payload, frozen=True, kw_only=True):
    """That hold is over."""

    event: EventId
    student: StudentId
    on: CivilDate
    reason: Text
    by: StaffId | None = None


class DestructionProposed(Payload, frozen=True, kw_only=True):
    """The period is over; the computation, in words, and the first day it may be done."""

    student: StudentId
    earliest_on: CivilDate
    computation: Text
    proposed_by: StaffId | None = None


class DestructionApproved(Payload, frozen=True, kw_only=True):
    """A second person agreed to a proposal."""

    event: EventId
    student: StudentId
    approved_by: StaffId


class DestructionRequested(Payload, frozen=True, kw_only=True):
    """Phase one: from here on nothing of this child is served, and devices forget.

    ``streams`` is all that will be destroyed with it, ``recipients`` who was ever given a copy: what the
    certificate needs once the record itself can no longer be read.
    """

    student: StudentId
    approval: EventId
    streams: Many[Stream] = ()
    recipients: Many[Name] = ()


class DestructionCompleted(Payload, frozen=True, kw_only=True):
    """Phase two, the certificate: keys destroyed, when the last back-up expires, who has not confirmed.

    ``streams`` are all that were about the child; ``submissions`` the refused ones that named it.
    """

    student: StudentId
    events_destroyed: Count
    backups_expire_on: CivilDate
    streams: Many[Stream] = ()
    submissions: Many[Sha256] = ()
    unconfirmed_devices: Many[DeviceId] = ()
    recipients: Many[Name] = ()


TYPES = (
    EventType("hold.placed", HoldPlaced, "district", SYSTEM, "121A.15 subd. 7; design 10"),
    EventType("hold.released", HoldReleased, "district", SYSTEM, "design 10"),
    EventType("destruction.proposed", DestructionProposed, "district", SYSTEM, "121A.15 subd. 7; Minn. Stat. 138.17"),
    EventType("destruction.approved", DestructionApproved, "district", SYSTEM, "Minn. Stat. 138.17"),
    EventType("destruction.requested", DestructionRequested, "district", SYSTEM, "design 6, destruction"),
    EventType("destruction.completed", DestructionCompleted, "district", SYSTEM, "design 6, destruction"),
)

"""Who saw a record, and on what ground: every reading, every disclosure, every request (E24)."""

from typing import Literal

import msgspec

from events.catalog.consents import Interpreter
from events.catalog.event_type import (
    CARE,
    FILES,
    SYSTEM,
    AuthorId,
    CivilDate,
    EventType,
    Instant,
    Language,
    Many,
    Name,
    Payload,
    Photo,
    Sha256,
    Text,
)
from events.ids import DeviceId, EventId, FacilityId, StaffId, StudentId
from events.roles import Role


class Viewing(msgspec.Struct, frozen=True):
    """One look at one child's record; ``part`` names the screen or command."""

    student: StudentId
    at: Instant
    part: Name


class RecordViewed(Payload, frozen=True, kw_only=True):
    """What one staff member read, in batches, on which ground (design, section 10)."""

    staff: AuthorId
    ground: Text
    viewings: Many[Viewing]
    device: DeviceId | None = None


class StaffListed(Payload, frozen=True, kw_only=True):
    """Somebody who plans a clinic was named the staff of its facility: names, titles and roles."""

    staff: AuthorId
    """Who asked."""
    facility: FacilityId
    people: Many[StaffId]
    """Who was named."""
    at: Instant
    device: DeviceId | None = None


class RecordRequested(Payload, frozen=True, kw_only=True):
    """Somebody asked to see or have a child's record."""

    student: StudentId
    party: Name
    ground: Text
    on: CivilDate


class RecordDisclosed(Payload, frozen=True, kw_only=True):
    """A child's record was given to somebody outside, on which ground, and exactly what."""

    student: StudentId
    party: Name
    basis: Text
    what: Text
    on: CivilDate
    sha256: Sha256 | None = None
    redisclosure_notice: bool = True


class DisclosureConsented(Payload, frozen=True, kw_only=True):
    """A parent or adult student allowed a disclosure in writing (34 CFR 99.30); ``MIIC`` is the state registry."""

    student: StudentId
    signer: Name
    party: Name
    what: Text
    on: CivilDate
    until: CivilDate | None = None
    standing: Literal["parent", "guardian", "emancipated", "student_adult", "other", ""] = ""
    language: Language | None = None
    """The language of the paper that was signed."""
    photo: Photo | None = None
    interpreter: Interpreter | None = None
    """Who explained the paper, where somebody did."""


class DisclosureRevoked(Payload, frozen=True, kw_only=True):
    """That permission ended."""

    event: EventId
    on: CivilDate
    by: Name


_PERMISSION = (*CARE, Role.RECORDS)

TYPES = (
    EventType("record.viewed", RecordViewed, "access", SYSTEM, "34 CFR 99.32; Minn. Stat. 13.05; design 10"),
    EventType("staff.listed", StaffListed, "access", SYSTEM, "Minn. Stat. 13.05; design 10"),
    EventType("record.requested", RecordRequested, "student", FILES, "34 CFR 99.10; Minn. Stat. 13.04"),
    EventType("record.disclosed", RecordDisclosed, "student", FILES, "34 CFR 99.32"),
    EventType("disclosure.consented", DisclosureConsented, "student", _PERMISSION, "34 CFR 99.30"),
    EventType("disclosure.revoked", DisclosureRevoked, "student", _PERMISSION, "34 CFR 99.30"),
)

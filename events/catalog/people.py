"""Staff and what they may do. No passwords and no keys: those live outside the log (docs/keys.md)."""

from typing import Literal

from events.catalog.event_type import RUNNERS, SYSTEM, Address, CivilDate, EventType, Label, Name, Note, Payload, Text
from events.ids import ClinicId, FacilityId


class StaffRegistered(Payload, frozen=True, kw_only=True):
    """A person works for the district. Title and address are what a dose must name (42 U.S.C. 300aa-25)."""

    name: Name
    title: Name
    address: Address
    login: Label = ""


class StaffCorrected(Payload, frozen=True, kw_only=True):
    """Name, title or address changed; the fields present replace the old."""

    name: Name | None = None
    title: Name | None = None
    address: Address | None = None
    reason: Note = ""


class StaffLeft(Payload, frozen=True, kw_only=True):
    """The person no longer works here: every role ends."""

    on: CivilDate
    reason: Note = ""


class RoleGranted(Payload, frozen=True, kw_only=True):
    """A role, for one facility, one clinic, or (neither given) the whole district."""

    role: Literal["nurse", "health_office", "records", "administrator", "auditor", "agency", "district_admin"]
    facility: FacilityId | None = None
    clinic: ClinicId | None = None


class RoleRevoked(Payload, frozen=True, kw_only=True):
    """That role ends, for exactly the place it was granted for."""

    role: Literal["nurse", "health_office", "records", "administrator", "auditor", "agency", "district_admin"]
    facility: FacilityId | None = None
    clinic: ClinicId | None = None
    reason: Note = ""


class AccessRefused(Payload, frozen=True, kw_only=True):
    """Somebody was refused: a wrong password, an expired code, a right they do not have.

    ``attempted`` names the deed, never what was typed.
    """

    attempted: Name
    code: Name
    message: Text
    place: Label = ""


TYPES = (
    EventType("staff.registered", StaffRegistered, "staff", RUNNERS, "42 U.S.C. 300aa-25(a)(4); design 10"),
    EventType("staff.corrected", StaffCorrected, "staff", RUNNERS, "design 10"),
    EventType("staff.left", StaffLeft, "staff", RUNNERS, "design 10"),
    EventType("role.granted", RoleGranted, "staff", RUNNERS, "design 10, roles"),
    EventType("role.revoked", RoleRevoked, "staff", RUNNERS, "design 10, roles"),
    EventType("access.refused", AccessRefused, "staff", SYSTEM, "design 10"),
)

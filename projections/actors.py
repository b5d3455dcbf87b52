"""Who and what acts: staff with their grants, seats with their keys, devices with their chains, places.

Frozen records that the directory (directory.py) hands out. Positions are of the log; a grant or a seat with no
end holds still.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from events.catalog.event_type import Address
from events.catalog.people import RoleRevoked
from events.ids import NO_HASH, ClinicId, DeviceId, FacilityId, Hash, SeatId, StaffId
from events.roles import Role


class Grant(msgspec.Struct, frozen=True):
    """A role at a place (neither facility nor clinic: the whole district), over positions."""

    role: Role
    facility: FacilityId | None
    clinic: ClinicId | None
    since: int
    until: int | None = None

    @property
    def is_open(self) -> bool:
        return self.until is None

    def held_within(self, first_size: int, last_size: int) -> bool:
        """Whether the grant stood at any size of the log from the first to the last."""
        return self.since < last_size and (self.until is None or self.until >= first_size)


class Staff(msgspec.Struct, frozen=True):
    """A person who works, or worked, for the district."""

    id: StaffId
    name: str
    title: str
    address: Address
    login: str
    grants: tuple[Grant, ...] = ()
    has_left: bool = False

    @property
    def open_grants(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.is_open)


class Seat(msgspec.Struct, frozen=True):
    """A signing key of one author on one device, valid from ``opened_at`` to before ``closed_at``."""

    seat: SeatId
    device: DeviceId
    author: str
    public_key: bytes
    opened_at: int
    closed_at: int | None = None


class Device(msgspec.Struct, frozen=True):
    """One writer of the district and the head of its chain as the log holds it."""

    id: DeviceId
    kind: str
    label: str
    last_seq: int | None = None
    """Set when the device was closed: what it writes past this goes to review."""


class Chain(msgspec.Struct, frozen=True):
    """The highest seq the log holds of a device, that event's hash, and when a report last came (UTC)."""

    seq: int = 0
    hash: Hash = NO_HASH
    received_at: datetime | None = None


class Facility(msgspec.Struct, frozen=True):
    """A school, child care facility or home-school office."""

    id: FacilityId
    name: str
    kind: str
    is_open: bool = True


class Clinic(msgspec.Struct, frozen=True):
    """An off-site clinic as planned; ``facility`` is None where it is held elsewhere."""

    id: ClinicId
    name: str
    on: str
    facility: FacilityId | None
    staffed: frozenset[StaffId] = frozenset()
    is_cancelled: bool = False


def ended(grants: tuple[Grant, ...], position: int, revoked: RoleRevoked | None = None) -> tuple[Grant, ...]:
    """The grants with every open one that matches (all of them when nothing is named) ended here."""

    def ends(grant: Grant) -> bool:
        if not grant.is_open:
            return False
        return revoked is None or (grant.role, grant.facility, grant.clinic) == (
            revoked.role,
            revoked.facility,
            revoked.clinic,
        )

    return tuple(replace(grant, until=position) if ends(grant) else grant for grant in grants)

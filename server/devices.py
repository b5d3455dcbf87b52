"""Phones, tablets and laptops for the office: which there are, who signs on them, and how a seat or a device ends.

    a seat ends      that person's key signs no more here; the others go on         seat.closed
    a device ends    every open seat and the device at its last known event         seat.closed, device.closed

What a closed seat or device still brings is kept for review, never lost. One way for the command and for the screen.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from events.catalog import Payload
from events.catalog.devices import DeviceClosed, SeatClosed
from events.dates import write_instant
from events.errors import Refused
from events.ids import DeviceId, StaffId, Stream, stream_of
from projections.actors import Chain, Device, Seat
from projections.directory import Directory

SeatReason = Literal["left", "lost", "compromised", "replaced", "other"]
DeviceReason = Literal["lost", "replaced", "retired", "finished", "forked", "other"]
SEAT_REASON: dict[DeviceReason, SeatReason] = {"lost": "lost", "replaced": "replaced", "forked": "compromised"}
"""Why its seats end, where the device's end says it; any other is ``other``."""
MACHINES = ("server", "import", "command")


class SeatRow(msgspec.Struct, frozen=True):
    """One person who signs on a device."""

    staff: StaffId
    login: str
    name: str


class Colleague(msgspec.Struct, frozen=True):
    """One person who works for the district."""

    staff: StaffId
    name: str


class DeviceRow(msgspec.Struct, frozen=True):
    """One device; ``seats`` are the open ones, ``reported_at`` its last event's receipt."""

    device: DeviceId
    label: str
    kind: str
    seats: tuple[SeatRow, ...]
    last_seq: int
    reported_at: str
    state: str

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(seat.login for seat in self.seats)


def device_rows(directory: Directory, everything: bool = False) -> list[DeviceRow]:
    """The devices in the order they joined; without ``everything`` only open ones that people carry."""
    rows = [_row(directory, one) for one in directory.devices.values()]
    return [row for row in rows if everything or (row.state == "open" and row.kind not in MACHINES)]


def colleagues(directory: Directory) -> tuple[Colleague, ...]:
    """Whom a code may be handed to, by name: who did not leave."""
    here = [Colleague(one.id, one.name) for one in directory.staff.values() if not one.has_left]
    return tuple(sorted(here, key=lambda one: one.name.casefold()))


def find_device(directory: Directory, asked: str) -> Device:
    """The one device with this label, or whose id begins so. Raises Refused."""
    found = [one for one in directory.devices.values() if one.id.startswith(asked) or one.label == asked]
    if len(found) != 1:
        raise Refused("unknown-device", f"{asked!r} is not one device: see `doseledger device list`")
    if found[0].last_seq is not None:
        raise Refused("closed-already", f"{found[0].label} was closed at its event {found[0].last_seq}")
    return found[0]


def end_of_seat(
    directory: Directory, device: Device, staff: StaffId, reason: SeatReason, note: str = "", by: StaffId | None = None
) -> list[tuple[Stream, Payload]]:
    """What closes one person's seat on a device. Raises Refused for a person without an open one."""
    seats = [seat for seat in open_seats(directory, device) if seat.author == staff]
    if not seats:
        person = directory.staff.get(staff)
        raise Refused("no-seat", f"{person.name if person else staff} has no open seat on {device.label}")
    return [_closed(seat, reason, note, by) for seat in seats]


def end_of_device(
    directory: Directory, device: Device, reason: DeviceReason, note: str = "", by: StaffId | None = None
) -> list[tuple[Stream, Payload]]:
    """What closes every open seat and the device at its last known event."""
    ends = [_closed(seat, SEAT_REASON.get(reason, "other"), "", by) for seat in open_seats(directory, device)]
    last = directory.chains.get(device.id, Chain()).seq
    return [*ends, (stream_of("device", device.id), DeviceClosed(last_seq=last, reason=reason, note=note, by=by))]


def open_seats(directory: Directory, device: Device) -> Iterable[Seat]:
    return (seat for seat in directory.seats_of(device.id) if seat.closed_at is None)


def _closed(seat: Seat, reason: SeatReason, note: str, by: StaffId | None) -> tuple[Stream, Payload]:
    key = seat.public_key.hex()
    closed = SeatClosed(seat=seat.seat, author=seat.author, public_key=key, reason=reason, note=note, by=by)
    return stream_of("device", seat.device), closed


def _row(directory: Directory, one: Device) -> DeviceRow:
    chain = directory.chains.get(one.id, Chain())
    people = (directory.staff.get(StaffId(seat.author)) for seat in open_seats(directory, one))
    return DeviceRow(
        one.id,
        one.label,
        one.kind,
        tuple(SeatRow(person.id, person.login, person.name) for person in people if person is not None),
        chain.seq,
        write_instant(chain.received_at) if chain.received_at else "",
        "open" if one.last_seq is None else "closed",
    )

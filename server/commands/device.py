"""``doseledger device``: phones, tablets and laptops: a code to enroll one, which there are, and the end of one.

doseledger device code --staff anna              a one-time code for a phone
doseledger device list                           each with its last report
doseledger device close 01a1 --reason lost       its keys sign no more; what it still brings goes to review
"""

import asyncio
import os
from typing import Literal

import click
import msgspec
from rich.table import Table

from events.catalog import Payload
from events.catalog.devices import DeviceClosed, SeatClosed
from events.dates import write_instant
from events.errors import Refused
from events.ids import StaffId, Stream, stream_of
from projections.actors import Chain, Device
from projections.directory import Directory
from server.commands.showing import print_json
from server.commands.staff import open_office
from server.district import wall_clock
from server.identity.enrolment import Enrolment
from server.identity.tokens import show_code
from server.settings import Settings
from server.terminal import Terminal, say

Reason = Literal["lost", "replaced", "retired", "finished", "forked", "other"]
SEAT_REASON: dict[Reason, Literal["lost", "compromised", "replaced", "other"]] = {
    "lost": "lost",
    "replaced": "replaced",
    "forked": "compromised",
}
"""Why its seats end, where the device's end says it; any other is ``other``."""
_MACHINES = ("server", "import", "command")


class DeviceRow(msgspec.Struct, frozen=True):
    """One device; ``people`` are those with an open seat on it, ``reported_at`` its last event's receipt."""

    device: str
    label: str
    kind: str
    people: tuple[str, ...]
    last_seq: int
    reported_at: str
    state: str


@click.group()
def device() -> None:
    """Phones, tablets and laptops."""


@device.command("code")
@click.option("--staff", "login", required=True, help="Login of the person whose device it will be.")
@click.pass_obj
def code_command(settings: Settings, login: str) -> None:
    """A one-time code that enrolls a device, good for 15 minutes."""

    async def run() -> str:
        async with open_office(settings) as office:
            code, _ = await Enrolment(office.identities, os.urandom).issue(office.person(login).id, wall_clock())
            return show_code(code)

    say(asyncio.run(run()))


@device.command("list")
@click.option("--all", "everything", is_flag=True, help="Also servers, imports, commands and closed devices.")
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@click.pass_obj
def list_command(settings: Settings, everything: bool, as_json: bool) -> None:
    """Every device in use, with who signs on it and when it last reported."""
    rows = asyncio.run(list_devices(settings, everything))
    if as_json:
        print_json(rows)
        return
    table = Table("device", "label", "kind", "who", "events", "last report", "state", box=None, pad_edge=False)
    for row in rows:
        people, reported = ", ".join(row.people), row.reported_at[:16].replace("T", " ")
        table.add_row(row.device, row.label, row.kind, people, str(row.last_seq), reported, row.state)
    Terminal().print(table)


async def list_devices(settings: Settings, everything: bool = False) -> list[DeviceRow]:
    """The rows, in the order the devices joined."""
    async with open_office(settings) as office:
        directory = office.directory
        rows = [_row(directory, one) for one in directory.devices.values()]
        return [row for row in rows if everything or (row.state == "open" and row.kind not in _MACHINES)]


def _row(directory: Directory, one: Device) -> DeviceRow:
    chain = directory.chains.get(one.id, Chain())
    seats = [seat for seat in directory.seats_of(one.id) if seat.closed_at is None]
    people = [person.login for seat in seats if (person := directory.staff.get(StaffId(seat.author)))]
    reported = write_instant(chain.received_at) if chain.received_at else ""
    return DeviceRow(
        one.id, one.label, one.kind, tuple(people), chain.seq, reported, "open" if one.last_seq is None else "closed"
    )


@device.command("close")
@click.argument("which")
@click.option("--reason", type=click.Choice(["lost", "replaced", "retired", "forked", "other"]), required=True)
@click.option("--note", default="", help="What happened.")
@click.pass_obj
def close_command(settings: Settings, which: str, reason: Reason, note: str) -> None:
    """A device is used no more: its keys sign nothing from here on, and it fetches nothing."""
    say(asyncio.run(close_device(settings, which, reason, note)))


async def close_device(settings: Settings, which: str, reason: Reason, note: str = "") -> str:
    """Close every open seat and the device at its last known event. Raises Refused for an unclear or closed one."""
    async with open_office(settings) as office:
        directory = office.directory
        found = [one for one in directory.devices.values() if one.id.startswith(which) or one.label == which]
        if len(found) != 1:
            raise Refused("unknown-device", f"{which!r} is not one device: see `doseledger device list`")
        (one,) = found
        if one.last_seq is not None:
            raise Refused("closed-already", f"{one.label} was closed at its event {one.last_seq}")
        stream, last = stream_of("device", one.id), directory.chains.get(one.id, Chain()).seq
        ends: list[Payload] = [
            SeatClosed(
                seat=seat.seat,
                author=seat.author,
                public_key=seat.public_key.hex(),
                reason=SEAT_REASON.get(reason, "other"),
            )
            for seat in directory.seats_of(one.id)
            if seat.closed_at is None
        ]
        closed = DeviceClosed(last_seq=last, reason=reason, note=note)
        facts: list[tuple[Stream, Payload]] = [(stream, end) for end in (*ends, closed)]
        await office.district.record(facts)
        return f"{one.label} is closed at its event {last}; what it still brings goes to review."

"""``doseledger device``: phones, tablets and laptops: a code to enroll one, which there are, and the end of one.

doseledger device code --staff anna                            a one-time code for a phone
doseledger device list                                         each with its last report
doseledger device close-seat 01a1 --staff anna --reason left   that key signs no more there; the others do
doseledger device close 01a1 --reason lost                     no key signs there any more

What a closed seat or device still brings goes to review.
"""

import asyncio
import os

import click
from rich.table import Table

from projections.actors import Chain
from server.commands.showing import print_json
from server.commands.staff import open_office
from server.devices import DeviceReason, DeviceRow, SeatReason, device_rows, end_of_device, end_of_seat, find_device
from server.district import wall_clock
from server.identity.enrolment import Enrolment
from server.identity.tokens import show_code
from server.settings import Settings
from server.terminal import Terminal, say


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
        return device_rows(office.directory, everything)


@device.command("close-seat")
@click.argument("which")
@click.option("--staff", "login", required=True, help="Login of the person who signs there no more.")
@click.option("--reason", type=click.Choice(["left", "lost", "compromised", "replaced", "other"]), required=True)
@click.option("--note", default="", help="What happened.")
@click.pass_obj
def close_seat_command(settings: Settings, which: str, login: str, reason: SeatReason, note: str) -> None:
    """One person signs no more on a device that others go on with; what it still brings of theirs goes to review."""
    say(asyncio.run(close_seat(settings, which, login, reason, note)))


async def close_seat(settings: Settings, which: str, login: str, reason: SeatReason, note: str = "") -> str:
    """Close one person's seat. Raises Refused for an unclear or closed device, or a person who has no seat there."""
    async with open_office(settings) as office:
        one, person = find_device(office.directory, which), office.person(login)
        await office.district.record_first(end_of_seat(office.directory, one, person.id, reason, note))
        return f"{person.name} signs no more on {one.label}; what it still brings of theirs goes to review."


@device.command("close")
@click.argument("which")
@click.option("--reason", type=click.Choice(["lost", "replaced", "retired", "forked", "other"]), required=True)
@click.option("--note", default="", help="What happened.")
@click.pass_obj
def close_command(settings: Settings, which: str, reason: DeviceReason, note: str) -> None:
    """A device is used no more: its keys sign nothing from here on, and it fetches nothing."""
    say(asyncio.run(close_device(settings, which, reason, note)))


async def close_device(settings: Settings, which: str, reason: DeviceReason, note: str = "") -> str:
    """Close every open seat and the device at its last known event. Raises Refused for an unclear or closed one."""
    async with open_office(settings) as office:
        one = find_device(office.directory, which)
        await office.district.record_first(end_of_device(office.directory, one, reason, note))
        last = office.directory.chains.get(one.id, Chain()).seq
        return f"{one.label} is closed at its event {last}; what it still brings goes to review."

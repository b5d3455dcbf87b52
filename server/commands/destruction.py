"""``doseledger retention propose | approve | destroy …``: the end of a child's file, by two people, in two phases.

doseledger retention propose "Ada Okafor" --as rita          the period is over
doseledger retention approve "Ada Okafor" --as admin         a second person
doseledger retention destroy "Ada Okafor" --as rita          keys, rows, traces; leaves a certificate
doseledger retention certificates
doseledger retention hold "Ada Okafor" --as rita --reason "request of the parents" --authority "34 CFR 99.10"
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
import msgspec
from rich.table import Table

from events.catalog.retention import DestructionCompleted
from events.ids import DISTRICT_STREAM, EventId, StaffId
from projections.student import Student
from server.commands.showing import print_json
from server.desk import Desk, day_or_none, open_desk
from server.destroying import PROPOSERS, Ending, release_of
from server.district import Clock, wall_clock
from server.live import Live
from server.settings import Settings
from server.terminal import Terminal, say

_as = click.option("--as", "login", required=True, help="Login of the person who does it; recorded.")


class CertificateRow(msgspec.Struct, frozen=True):
    """One certificate. ``unconfirmed`` are the labels of devices that had not been heard of when it was written."""

    student: str
    on: str
    events: int
    streams: int
    submissions: int
    backups_expire_on: str
    unconfirmed: tuple[str, ...]
    recipients: tuple[str, ...]


class Office(msgspec.Struct, frozen=True):
    """A desk with the steps, and who stands at it."""

    desk: Desk
    live: Live
    ending: Ending
    person: StaffId

    def child(self, who: str) -> Student:
        return self.desk.records.student(self.desk.records.find(who))


@asynccontextmanager
async def open_office(settings: Settings, label: str, login: str, clock: Clock) -> AsyncIterator[Office]:
    """Raises Refused for a login nobody signs in with."""
    async with open_desk(settings, label, login, clock) as desk:
        live = Live(desk.district.log, lambda _: None)
        await live.catch_up()
        yield Office(desk, live, Ending(desk, live), desk.records.staff(login))


@click.command("propose")
@click.argument("who")
@_as
@click.pass_obj
def propose_command(settings: Settings, who: str, login: str) -> None:
    """The period of a child's file is over: propose to destroy it."""
    say(asyncio.run(propose(settings, who, login)))


async def propose(settings: Settings, who: str, login: str, clock: Clock = wall_clock) -> str:
    async with open_office(settings, "retention propose", login, clock) as office:
        child = office.child(who)
        await office.ending.propose(child, office.person)
        await office.desk.viewed([child], "retention propose")
        return f"Proposed: the file of {child.full_name}. Somebody else must approve it."


@click.command("approve")
@click.argument("who")
@_as
@click.pass_obj
def approve_command(settings: Settings, who: str, login: str) -> None:
    """A second person agrees to a proposal."""
    say(asyncio.run(approve(settings, who, login)))


async def approve(settings: Settings, who: str, login: str, clock: Clock = wall_clock) -> str:
    async with open_office(settings, "retention approve", login, clock) as office:
        child = office.child(who)
        await office.ending.approve(child, office.person)
        await office.desk.viewed([child], "retention approve")
        return f"Approved: the file of {child.full_name} may be destroyed."


@click.command("destroy")
@click.argument("who")
@_as
@click.confirmation_option(prompt="This cannot be undone. Destroy the file?")
@click.pass_obj
def destroy_command(settings: Settings, who: str, login: str) -> None:
    """Destroy an approved file: its keys, its rows, every trace; what stays is a certificate."""
    done = asyncio.run(destroy(settings, who, login))
    say(f"Destroyed {done.events_destroyed} events in {len(done.streams)} streams.")
    say(f"The last back-up of their keys expires on {done.backups_expire_on}.")
    if done.unconfirmed_devices:
        say(f"{len(done.unconfirmed_devices)} devices forget at their next pull.")
    for one in done.recipients:
        say(f"a copy was given to: {one}")


async def destroy(settings: Settings, who: str, login: str, clock: Clock = wall_clock) -> DestructionCompleted:
    """Both phases; what a crash cut short before is completed first."""
    async with open_office(settings, "retention destroy", login, clock) as office:
        office.ending.require_role(office.person, PROPOSERS)
        await office.ending.finish()
        return await office.ending.destroy(office.child(who))


@click.command("finish")
@_as
@click.pass_obj
def finish_command(settings: Settings, login: str) -> None:
    """Complete destructions that a crash cut short."""
    say(f"Completed: {asyncio.run(finish(settings, login))}.")


async def finish(settings: Settings, login: str, clock: Clock = wall_clock) -> int:
    async with open_office(settings, "retention finish", login, clock) as office:
        office.ending.require_role(office.person, PROPOSERS)
        return len(await office.ending.finish())


@click.command("certificates")
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@click.pass_obj
def certificates_command(settings: Settings, as_json: bool) -> None:
    """What was destroyed, when the last back-up expires, and who has not confirmed."""
    rows = asyncio.run(certificates(settings))
    if as_json:
        print_json(rows)
        return
    table = Table(
        "child", "on", "events", "back-ups gone by", "devices to forget", "given to", box=None, pad_edge=False
    )
    for row in rows:
        names = (", ".join(row.unconfirmed) or "none", ", ".join(row.recipients) or "nobody")
        table.add_row(row.student, row.on, str(row.events), row.backups_expire_on, *names)
    Terminal().print(table)


async def certificates(settings: Settings, clock: Clock = wall_clock) -> list[CertificateRow]:
    """The certificates, oldest first: no name of a child is in them."""
    async with open_desk(settings, "retention certificates", "", clock) as desk:
        live = Live(desk.district.log, lambda _: None)
        await live.catch_up()
        rows = []
        for fact, done in desk.records.policy.shelf.of(DestructionCompleted):
            known = [live.directory.devices.get(one) for one in done.unconfirmed_devices]
            rows.append(
                CertificateRow(
                    done.student,
                    desk.records.policy.civil_day(fact.received_at or clock()).isoformat(),
                    done.events_destroyed,
                    len(done.streams),
                    len(done.submissions),
                    done.backups_expire_on,
                    tuple(device.label for device in known if device is not None),
                    done.recipients,
                )
            )
        return rows


@click.command("hold")
@click.argument("who")
@_as
@click.option("--reason", required=True, help="Why the file must stay.")
@click.option("--authority", required=True, help="Who or what asks for it.")
@click.option("--from", "from_day", default="", help="First day (default: today).")
@click.pass_obj
def hold_command(settings: Settings, who: str, login: str, reason: str, authority: str, from_day: str) -> None:
    """A file must stay, whatever its period: litigation, a request, a case."""
    event = asyncio.run(hold(settings, who, login, reason, authority, from_day))
    say(f"Held: end it with: doseledger retention unhold {event}")


async def hold(
    settings: Settings, who: str, login: str, reason: str, authority: str, from_day: str = "", clock: Clock = wall_clock
) -> str:
    """Record ``hold.placed``; its event id."""
    async with open_office(settings, "retention hold", login, clock) as office:
        day = day_or_none(from_day) or office.desk.today.isoformat()
        return await office.ending.hold(office.child(who), office.person, reason, authority, day)


@click.command("unhold")
@click.argument("event")
@_as
@click.option("--reason", required=True, help="Why it is over.")
@click.pass_obj
def unhold_command(settings: Settings, event: str, login: str, reason: str) -> None:
    """That hold is over from today."""
    asyncio.run(unhold(settings, event, login, reason))
    say("The hold is over.")


async def unhold(settings: Settings, event: str, login: str, reason: str, clock: Clock = wall_clock) -> None:
    """Record ``hold.released``. Raises Refused for an event that is no hold, or one that is over."""
    async with open_office(settings, "retention unhold", login, clock) as office:
        office.ending.require_role(office.person, PROPOSERS)
        policy, today = office.desk.records.policy, office.desk.today.isoformat()
        released = release_of(policy, EventId(event), today, reason, office.person)
        await office.desk.district.record_first([(DISTRICT_STREAM, released)])


STEPS = (
    propose_command,
    approve_command,
    destroy_command,
    finish_command,
    certificates_command,
    hold_command,
    unhold_command,
)
"""Added to ``doseledger retention``."""

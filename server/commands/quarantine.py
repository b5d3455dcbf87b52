"""``doseledger quarantine``: what could not be taken as an event, and what a person decides about it.

doseledger quarantine list
doseledger quarantine show    3f9a
doseledger quarantine assign  3f9a --as olga --take
doseledger quarantine release 3f9a --as olga --reason "the nurse confirmed it by phone"
doseledger quarantine close   3f9a --as olga --reason "entered by hand from the paper slip"
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
import msgspec
from rich.table import Table
from rich.text import Text

from events.errors import Refused
from events.ids import StudentId
from events.roles import Role
from projections.actors import Staff
from server.access import AccessRecord
from server.commands.showing import print_json
from server.district import Clock, District, open_district, wall_clock
from server.live import Live
from server.review import Kept, Review
from server.review_row import QuarantineRow, row_of
from server.settings import Settings
from server.terminal import Terminal, say

OWNERS = ("health_office", "records", "district_admin")
_as = click.option("--as", "login", required=True, help="Login of the person who decides; recorded.")
_reason = click.option("--reason", required=True, help="Why, or what was done instead; recorded.")
_json = click.option("--json", "as_json", is_flag=True, help="For a machine.")


class Bench(msgspec.Struct, frozen=True):
    """An open district with its quarantine: what these commands work on."""

    district: District
    live: Live
    review: Review

    def person(self, login: str) -> Staff:
        """Raises Refused when nobody signs in so."""
        found = self.live.directory.by_login(login)
        if found is None or found.has_left:
            raise Refused("unknown-login", f"nobody signs in as {login!r}: see `doseledger staff list`")
        return found


@asynccontextmanager
async def open_bench(settings: Settings, clock: Clock = wall_clock) -> AsyncIterator[Bench]:
    """The district with what waits in it; closed again on leaving."""
    async with open_district(settings, clock, "command", "quarantine") as district:
        live = Live(district.log, lambda _: None)
        await live.catch_up()
        review = Review(district, live)
        await review.release_what_is_known_now()
        yield Bench(district, live, review)


@click.group()
def quarantine() -> None:
    """What could not be taken as an event: kept, owned, settled by a person."""


@quarantine.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what was settled.")
@_json
@click.pass_obj
def list_command(settings: Settings, everything: bool, as_json: bool) -> None:
    """What waits, the oldest first, and whose it is to settle."""
    rows = asyncio.run(list_quarantine(settings, everything))
    if as_json:
        print_json(rows)
        return
    table = Table("submission", "received", "why it waits", "from", "for", "state", box=None, pad_edge=False)
    for row in rows:
        why = f"{row.reason.replace('_', ' ')}: {row.detail}"
        state = row.state if row.state == "open" else f"{row.state}: {row.why}"
        style = "yellow" if row.state == "open" else "dim"
        whose = f"{row.device}, {row.staff}" if row.staff else row.device
        owner = f"{row.owner}: {row.taken_by}" if row.taken_by else row.owner
        cells = (row.submission[:12], row.received_at[:16].replace("T", " "), why, whose, owner, state)
        table.add_row(*(Text(cell, style=style) for cell in cells))
    Terminal().print(table)
    say(f"{sum(row.state == 'open' for row in rows)} wait to be settled.")


async def list_quarantine(
    settings: Settings, everything: bool = False, clock: Clock = wall_clock
) -> list[QuarantineRow]:
    """The rows; nothing of them is about a child."""
    async with open_bench(settings, clock) as bench:
        return [row_of(one, bench.live.directory) for one in bench.review.listed(everything)]


@quarantine.command("show")
@click.argument("submission")
@_as
@click.pass_obj
def show_command(settings: Settings, submission: str, login: str) -> None:
    """The bytes as they came; reading a child's is recorded."""
    kept = asyncio.run(show_kept(settings, submission, login))
    say(f"{kept.submission.record.reason.replace('_', ' ')}: {kept.submission.record.detail}")
    if kept.raw is None:
        say("The bytes were destroyed.")
    elif kept.opened is None:
        say(kept.raw.decode(errors="replace"))
    else:
        header = kept.opened.header
        say(f"{header.type} in {header.stream}, event {header.seq} of {header.device}, {header.recorded_at}")
        say(msgspec.json.format(kept.opened.event.payload, indent=2).decode())


async def show_kept(settings: Settings, submission: str, login: str, clock: Clock = wall_clock) -> Kept:
    """The submission with its bytes. Raises Refused for an unknown one or a role without the right."""
    async with open_bench(settings, clock) as bench:
        person = bench.person(login)
        kept = await bench.review.kept(bench.review.find(submission))
        bench.review.require_reader(person.id)
        if kept.student is not None:
            await AccessRecord(bench.district, clock).viewed(person.id, [kept.student], "quarantine")
        return kept


@quarantine.command("assign")
@click.argument("submission")
@_as
@click.option("--to", "owner", default="", type=click.Choice(("", *OWNERS)), help="The role that has it from now on.")
@click.option("--take", is_flag=True, help="Whoever decides settles it in person.")
@click.pass_obj
def assign_command(settings: Settings, submission: str, login: str, owner: str, take: bool) -> None:
    """Say whose it is to settle."""
    asyncio.run(assign(settings, submission, login, owner, take))
    say("Assigned.")


async def assign(
    settings: Settings, submission: str, login: str, owner: str = "", take: bool = False, clock: Clock = wall_clock
) -> None:
    """Record ``submission.assigned``."""
    async with open_bench(settings, clock) as bench:
        held, person = bench.review.find(submission), bench.person(login).id
        await bench.review.assign(held, person, Role(owner) if owner else held.owner, person if take else None)


@quarantine.command("release")
@click.argument("submission")
@_as
@_reason
@click.option("--into", default="", help="Write it to this child's record instead (id).")
@click.pass_obj
def release_command(settings: Settings, submission: str, login: str, reason: str, into: str) -> None:
    """Let it in: as it was signed where it passes every check now, else as an event of the office."""
    event = asyncio.run(release(settings, submission, login, reason, into))
    say(f"Released: it is the event {event}.")


async def release(
    settings: Settings, submission: str, login: str, reason: str, into: str = "", clock: Clock = wall_clock
) -> str:
    """Record ``submission.released``; the event it became."""
    async with open_bench(settings, clock) as bench:
        other = StudentId(into) if into else None
        if other is not None and bench.live.register.get(other) is None:
            raise Refused("unknown-student", f"no child is registered as {into!r}")
        return await bench.review.release(bench.review.find(submission), bench.person(login).id, reason, other)


@quarantine.command("close")
@click.argument("submission")
@_as
@_reason
@click.pass_obj
def close_command(settings: Settings, submission: str, login: str, reason: str) -> None:
    """Settle it without letting it in. What came for a destroyed record is destroyed with it."""
    asyncio.run(close(settings, submission, login, reason))
    say("Closed.")


async def close(settings: Settings, submission: str, login: str, reason: str, clock: Clock = wall_clock) -> None:
    """Record ``submission.closed``."""
    async with open_bench(settings, clock) as bench:
        await bench.review.close(bench.review.find(submission), bench.person(login).id, reason)

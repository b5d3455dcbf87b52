"""``doseledger review``: everything that waits for a person in the office, and the word that lets it rest.

doseledger review list   --as olga
doseledger review accept gap 01a1…/7 --as olga --reason "the phone was run over; its slips were entered by hand"
doseledger review settle duplicate_dose:01a1…+01a2… --as olga --reason "two doses were given"
"""

import asyncio
from datetime import UTC, datetime, timedelta

import click
import msgspec
from rich.table import Table
from rich.text import Text

from events.catalog import TYPE_OF
from events.catalog.discrepancies import DiscrepancySettled
from events.dates import read_instant
from events.errors import Refused
from events.ids import StaffId, StudentId, stream_of
from events.roles import Role
from projections.clocks import one_per_device, settled_with
from projections.discrepancy import Discrepancy
from projections.incidents import OWNER, Incident
from server.access import AccessRecord
from server.alarms import AlarmRow, accept_alarm, alarm_row
from server.commands.quarantine import Bench, open_bench
from server.commands.showing import print_json
from server.district import Clock, wall_clock
from server.identity.rights import READERS, has_role, reach
from server.review_row import QuarantineRow, row_of
from server.settings import Settings
from server.terminal import Terminal, say
from server.worklist import Worklist

_as = click.option("--as", "login", required=True, help="Login of the person who looks or decides; recorded.")
_reason = click.option("--reason", required=True, help="What was found; recorded.")


class Matter(msgspec.Struct, frozen=True):
    """A discrepancy or an incident in one line."""

    key: str
    severity: str
    owner: str
    due_on: str
    child: str
    says: str


class Waiting(msgspec.Struct, frozen=True):
    """What waits, as of one head of the log."""

    alarms: tuple[AlarmRow, ...]
    submissions: tuple[QuarantineRow, ...]
    matters: tuple[Matter, ...]
    log_size: int


@click.group()
def review() -> None:
    """What waits for a person: log and devices, what was set aside, what does not fit."""


@review.command("list")
@_as
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@click.pass_obj
def list_command(settings: Settings, login: str, as_json: bool) -> None:
    """Everything that waits, with its age or due date and whose it is; each child shown is a look on record."""
    found = asyncio.run(list_waiting(settings, login))
    if as_json:
        print_json(found)
    else:
        show_waiting(Terminal(), found, wall_clock())


async def list_waiting(settings: Settings, login: str, clock: Clock = wall_clock) -> Waiting:
    """What waits within the person's reach. Raises Refused for a login without a role that reads records."""
    async with open_bench(settings, clock) as bench:
        person, live = bench.person(login).id, bench.live
        if not has_role(live.directory, person, READERS):
            raise Refused("not-allowed", "none of this person's roles may read records")
        found, within = await Worklist(bench.district, live).open(), reach(live.directory, live.scopes, person)
        known = one_per_device(
            one for one in found.discrepancies if _is_within(within, [side.student for side in one.sides], bench)
        )
        incidents = [one for one in found.incidents if _is_within(within, [one.student], bench)]
        seen = [side.student for one in known for side in one.sides] + [one.student for one in incidents]
        await AccessRecord(bench.district, clock).viewed(person, dict.fromkeys(seen), "review list")
        return Waiting(
            tuple(alarm_row(one, live.directory) for one in live.alarms.open()),
            tuple(row_of(one, live.directory) for one in bench.review.listed()),
            (*(_incident(one, bench) for one in incidents), *(_matter(one, bench) for one in known)),
            found.size,
        )


def _is_within(within: frozenset[str] | None, students: list[str], bench: Bench) -> bool:
    registered = all(bench.live.register.get(one) is not None for one in students)  # type: ignore[arg-type]
    return registered and (within is None or not within.isdisjoint(students))


def _matter(one: Discrepancy, bench: Bench) -> Matter:
    children = ", ".join(dict.fromkeys(_name(side.student, bench) for side in one.sides))
    return Matter(one.key, one.severity, one.owner.value, one.due_on.isoformat(), children, one.says)


def _incident(one: Incident, bench: Bench) -> Matter:
    says = f"incident: {' '.join(one.opened.stops)} To do: {' '.join(one.opened.follow_up)}"
    return Matter(f"incident:{one.event}", "hard", OWNER.value, one.due_on.isoformat(), _name(one.student, bench), says)


def _name(student: str, bench: Bench) -> str:
    entry = bench.live.register.get(student)  # type: ignore[arg-type]
    return f"{entry.given} {entry.family}" if entry else student


def show_waiting(console: Terminal, found: Waiting, now: datetime) -> None:
    """Three short tables; a line where nothing waits."""
    if not (found.alarms or found.submissions or found.matters):
        say("Nothing waits.")
    for title, columns, rows in (
        (
            "Log and devices",
            ("kind", "what", "since", "for", "about"),
            [_alarm_cells(one, now) for one in found.alarms],
        ),
        (
            "Set aside",
            ("submission", "why", "from", "since", "for"),
            [_kept_cells(one, now) for one in found.submissions],
        ),
        ("In records", ("due", "child", "what", "for", "key"), [_matter_cells(one) for one in found.matters]),
    ):
        if rows:
            table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
            table.columns[-1].overflow = "fold"  # it is typed again: never cut short
            for row in rows:
                table.add_row(*(Text(cell) for cell in row))
            console.print(table)


def _alarm_cells(one: AlarmRow, now: datetime) -> tuple[str, ...]:
    what = {
        "rollback": f"a back-up was restored: {one.count} entries went with it ({one.says})",
        "fork": f"two writers act as {one.device}: {one.count} events of the other came",
        "gap": f"{one.device}: {one.count} events are missing, {one.first} to {one.last}",
        "role_lost": f"{one.staff}: {one.count} events came after the role had ended",
    }[one.kind]
    return one.kind, what, age(one.since, now), one.owner, one.about


def _kept_cells(one: QuarantineRow, now: datetime) -> tuple[str, ...]:
    whose = f"{one.owner}: {one.taken_by}" if one.taken_by else one.owner
    return one.submission[:12], one.reason.replace("_", " "), one.device, age(one.received_at, now), whose


def _matter_cells(one: Matter) -> tuple[str, ...]:
    return one.due_on, one.child, one.says, one.owner, one.key


def age(since: str, now: datetime) -> str:
    """``3 h`` or ``2 days``; empty where the moment is not known."""
    if not since:
        return ""
    passed = max(now.astimezone(UTC) - read_instant(since), timedelta(0))
    hours = int(passed.total_seconds() // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


@review.command("accept")
@click.argument("kind", type=click.Choice(("rollback", "fork", "gap", "role_lost")))
@click.argument("about")
@click.option("--count", type=click.IntRange(min=0), required=True, help="How many events `review list` named.")
@_as
@_reason
@click.pass_obj
def accept_command(settings: Settings, kind: str, about: str, count: int, login: str, reason: str) -> None:
    """Let an alarm about the log or a device rest: KIND and ABOUT as `review list` shows them."""
    asyncio.run(accept(settings, kind, about, count, login, reason))
    say("Accepted.")


async def accept(
    settings: Settings, kind: str, about: str, count: int, login: str, reason: str, clock: Clock = wall_clock
) -> None:
    """Record ``alarm.accepted``. Raises Refused: no such alarm, not this person's, or more came than they saw."""
    async with open_bench(settings, clock) as bench:
        alarm = bench.live.alarms.get(kind, about)
        if alarm is None:
            raise Refused("unknown-alarm", f"no alarm {kind} {about} waits: see `doseledger review list`")
        await accept_alarm(bench.district, bench.live, alarm, count, bench.person(login).id, reason)


@review.command("settle")
@click.argument("key")
@_as
@_reason
@click.pass_obj
def settle_command(settings: Settings, key: str, login: str, reason: str) -> None:
    """Say that a discrepancy stands as it is: KEY as `review list` shows it."""
    asyncio.run(settle(settings, key, login, reason))
    say("Settled.")


async def settle(settings: Settings, key: str, login: str, reason: str, clock: Clock = wall_clock) -> None:
    """Record ``discrepancy.settled``. Raises Refused: no such matter, or not this person's."""
    async with open_bench(settings, clock) as bench:
        matters = (await Worklist(bench.district, bench.live).open()).discrepancies
        found = next((one for one in matters if one.key == key), None)
        if found is None:
            raise Refused("unknown-matter", f"nothing open is called {key!r}: see `doseledger review list`")
        person = bench.person(login).id
        sides = {key: _side_to_settle(bench, person, found)}
        within = reach(bench.live.directory, bench.live.scopes, person)
        for one in settled_with(found, matters):
            covered = [side.student for side in one.sides if _is_within(within, [side.student], bench)]
            sides |= {one.key: covered[0]} if covered else {}
        settled = [one for one in matters if one.key in sides]
        await bench.district.record_first(
            [(stream_of("student", sides[one.key]), _settlement(one, reason, person)) for one in settled],
            [f"settle {one.key}" for one in settled],
        )


def _settlement(one: Discrepancy, reason: str, person: StaffId) -> DiscrepancySettled:
    events = tuple(side.event for side in one.sides)
    return DiscrepancySettled(kind=one.kind, events=events, reason=reason, by=person)


def _side_to_settle(bench: Bench, person: StaffId, found: Discrepancy) -> StudentId:
    """In whose record the person settles it: the first side's that its roles cover. Raises Refused."""
    roles = {found.owner, *TYPE_OF[DiscrepancySettled].authors} - {Role.SYSTEM}
    within = reach(bench.live.directory, bench.live.scopes, person)
    covered = [side.student for side in found.sides if _is_within(within, [side.student], bench)]
    if not covered or bench.live.directory.roles_now(person).isdisjoint(roles):
        raise Refused("not-allowed", f"this takes the role {' or '.join(sorted(role.value for role in roles))}")
    return covered[0]

"""``doseledger demo``: a district from a fixed seed, and one clinic day on it, told so that it reads at a glance.

Without ``--no-serve`` the server stays up afterwards for the phone. The demo makes its own home and refuses
to touch one that holds a real district: only a home it marked itself is ever removed.
"""

import asyncio
import logging
import shutil
import signal
import socket
import sys
import time
from contextlib import AsyncExitStack

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from events.errors import Refused
from server.commands.serve import listen
from server.demo.district import NAME, DemoDistrict
from server.demo.play import RULE_SET, Change, Day, civil_day, code_for, found, play
from server.demo.serving import serving
from server.district import District, open_district, wall_clock
from server.home import Home
from server.logs import configure_logs
from server.settings import Settings
from server.terminal import Terminal

MARK = "made-by-doseledger-demo"
DEVICES = "devices"
EXAMPLES = 6
_WORDS = {"not_compliant": "red", "in_process": "cyan", "complete": "green", "review": "yellow"}


@click.command()
@click.option("--no-serve", is_flag=True, help="Stop after the day; exit code 0 only if everything held.")
@click.pass_obj
def demo(settings: Settings, no_serve: bool) -> None:
    """Play a clinic day: two devices, no network, receipts, a duplicate dose, statuses, the verified log."""
    configure_logs(level=logging.WARNING)
    with listen(settings.host, 0 if no_serve else settings.port) as taken:
        _clear(Home(settings.home))
        sys.exit(asyncio.run(_run(settings, taken, Terminal(highlight=False, soft_wrap=True), stay=not no_serve)))


def _clear(home: Home) -> None:
    """Remove what an earlier demo left. Raises Refused for a home that holds anything else."""
    mark = home.path / MARK
    if (home.ledger.exists() or home.keys.exists()) and not mark.exists():
        raise Refused(
            "home-in-use", f"{home.path} holds a district that the demo did not make: set DOSELEDGER_HOME to another"
        )
    if home.is_in_use():
        raise Refused("home-in-use", f"a server or a command works in {home.path} just now: stop it first")
    for database in (home.ledger, home.keyring, home.identity, home.projections):
        for ending in ("", "-wal", "-shm"):
            database.with_name(f"{database.name}{ending}").unlink(missing_ok=True)
    for folder in (home.keys, home.checkpoints, home.out, home.path / DEVICES):
        shutil.rmtree(folder, ignore_errors=True)
    home.make()
    mark.write_text("This folder was made by `doseledger demo` and is remade by it.\n")


async def _run(settings: Settings, taken: socket.socket, console: Console, stay: bool) -> int:
    started = time.monotonic()

    def say(words: str) -> None:
        console.print(Text(f"[{time.monotonic() - started:5.1f} s] ", style="dim") + Text(words))

    console.rule(Text("Doseledger: a clinic day", style="bold"))
    people = await found(settings, civil_day())
    say(f"{NAME}: {len(people.facilities)} facilities, {len(people.students)} students, {len(people.staff)} staff")
    devices = settings.home / DEVICES
    devices.mkdir(mode=0o700, exist_ok=True)
    async with AsyncExitStack() as stack:
        district = await stack.enter_async_context(open_district(settings, wall_clock, "server", "demo server"))
        url = await stack.enter_async_context(serving(settings, district, taken))
        say(f"server up at {url}")
        day = await play(settings, district, people, url, devices, say)
        _show(console, day)
        broken = day.broken()
        for claim in broken:
            console.print(Text(f"DOES NOT HOLD: {claim}", style="bold red"))
        if not broken:
            console.print(Text("Everything above holds.", style="bold green"))
        if stay:
            await _stay(console, district, people, url)
    return 1 if broken else 0


def _show(console: Console, day: Day) -> None:
    console.print()
    table = Table("device", "nurse", "recorded offline", "receipts verified", "positions", title="What came back")
    for one in day.devices:
        span = f"{one.first_position} to {one.last_position}"
        table.add_row(one.name, one.nurse, str(one.recorded), f"{one.receipted} of {one.recorded}", span)
    console.print(table)
    told = day.recorded
    console.print(
        f"On record: {told.given} doses given at a clinic for {day.roster} children, {told.corrected} of them "
        f"corrected, and {told.from_paper} historical dose from a paper"
    )
    for found_one in day.duplicate:
        console.print(Text("\nDiscrepancy found: ", style="bold yellow") + Text(found_one.says))
        for side in found_one.sides:
            console.print(Text(f"   device {side.device[-6:]}: {side.says}"))
        console.print(
            Text(
                f"   {found_one.severity}, {found_one.how_known}; "
                f"the {found_one.owner.replace('_', ' ')} settles it by {found_one.due_on}"
            )
        )
    _show_changes(console, day)
    verified = day.verified
    console.print(Text("\nThe log, verified from position 0", style="bold"))
    console.print(f"   {verified.checked} events, {verified.signatures} signatures, head {verified.origin}")
    console.print(f"   root {verified.root}\n")


def _show_changes(console: Console, day: Day) -> None:
    table = Table("status", "before", "after", title=f"Statuses under {RULE_SET}")
    for status in sorted({*day.statuses_before, *day.statuses_after}):
        was, now = day.statuses_before.get(status, 0), day.statuses_after.get(status, 0)
        table.add_row(Text(status.replace("_", " "), style=_WORDS.get(status, "")), str(was), str(now))
    console.print(table)
    console.print(Text(f"{len(day.changes)} children changed; for example:", style="bold"))
    for change in _examples(day.changes):
        before, after = change.before.replace("_", " "), change.after.replace("_", " ")
        console.print(f"   {change.name}: {before} -> {after}  ({change.clause})")


def _examples(changes: tuple[Change, ...]) -> list[Change]:
    """A few of each kind of change."""
    kinds: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        kinds.setdefault((change.before, change.after), []).append(change)
    each = max(1, EXAMPLES // max(1, len(kinds)))
    return [change for same in kinds.values() for change in same[:each]]


async def _stay(console: Console, district: District, people: DemoDistrict, url: str) -> None:
    console.rule(Text("Try it", style="bold"))
    console.print(f"Open {url} in a phone-sized window. Demo logins, for this machine only:\n")
    table = Table("login", "password", "role", box=None)
    for person in people.staff:
        table.add_row(person.login, person.password, ", ".join(role.role for role in person.roles))
    console.print(table)
    console.print("\nOne-time codes to enroll a phone (15 minutes; more: doseledger device code --staff LOGIN):")
    for login in ("nurse.amina", "nurse.kari"):
        console.print(f"   {login}   {await code_for(district, people, login)}")
    console.print("\nAlso: doseledger verify | replay | transfer list | retention list | student list")
    console.print(Text("Serving until Ctrl-C.", style="dim"))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()

"""``doseledger demo``: a district from a fixed seed, and one clinic day on it, told so that it reads at a glance.

Without ``--no-serve`` the server stays up afterwards for the phone. The demo makes its own home and refuses
to touch one that holds a real district: only a home it marked itself is ever removed.
"""

import asyncio
import logging
import shutil
import sys
import time
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from events.errors import Refused
from server.demo.district import NAME, DemoDistrict
from server.demo.play import RULE_SET, Change, Day, code_for, found, is_port_free, play, serving
from server.district import District, open_district, wall_clock
from server.logs import configure_logs
from server.settings import Settings
from server.terminal import Terminal

MARK = "made-by-doseledger-demo"
EXAMPLES = 6
_WORDS = {"not_compliant": "red", "in_process": "cyan", "complete": "green", "review": "yellow"}


@click.command()
@click.option("--no-serve", is_flag=True, help="Stop after the day; exit code 0 only if everything held.")
@click.pass_obj
def demo(settings: Settings, no_serve: bool) -> None:
    """Play a clinic day: two devices, no network, receipts, a duplicate dose, statuses, the verified log."""
    configure_logs(level=logging.WARNING)
    if not no_serve and not is_port_free(settings.host, settings.port):
        raise Refused(
            "port-in-use", f"port {settings.port} is in use: stop what runs there, or set DOSELEDGER_PORT to another"
        )
    _clear(settings.home)
    chosen = msgspec.structs.replace(settings, port=0) if no_serve else settings
    console = Terminal(highlight=False)
    sys.exit(asyncio.run(_run(chosen, console, stay=not no_serve)))


def _clear(home: Path) -> None:
    """Remove what an earlier demo left. Raises Refused for a home that holds anything else."""
    holds_ledger = (home / "ledger.db").exists() or (home / "keys").exists()
    if holds_ledger and not (home / MARK).exists():
        raise Refused(
            "home-in-use", f"{home} holds a district that the demo did not make: set DOSELEDGER_HOME to another"
        )
    for name in ("ledger.db", "keyring.db", "identity.db"):
        for ending in ("", "-wal", "-shm"):
            (home / f"{name}{ending}").unlink(missing_ok=True)
    for folder in ("keys", "checkpoint", "devices", "out"):
        shutil.rmtree(home / folder, ignore_errors=True)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / MARK).write_text("This folder was made by `doseledger demo` and is remade by it.\n")


async def _run(settings: Settings, console: Console, stay: bool) -> int:
    started = time.monotonic()

    def say(words: str) -> None:
        console.print(Text(f"[{time.monotonic() - started:5.1f} s] ", style="dim") + Text(words))

    console.rule(Text("Doseledger: a clinic day", style="bold"))
    people = await found(settings, date.today())  # noqa: DTZ011  (the day on the wall, as the clinic's staff see it)
    say(f"{NAME}: {len(people.facilities)} facilities, {len(people.students)} students, {len(people.staff)} staff")
    devices = settings.home / "devices"
    devices.mkdir(mode=0o700, exist_ok=True)
    async with AsyncExitStack() as stack:
        district = await stack.enter_async_context(open_district(settings, wall_clock, "server", "demo server"))
        url = await stack.enter_async_context(serving(settings, district))
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
    for found_one in day.duplicate:
        console.print(Text("\nDiscrepancy found: ", style="bold yellow") + Text(found_one.says))
        for side in found_one.sides:
            console.print(Text(f"   device {side.device[-6:]}: {side.says}"))
        console.print(
            Text(f"   {found_one.severity}, {found_one.how_known}; {found_one.owner} settles it by {found_one.due_on}")
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
    await asyncio.Event().wait()

"""``doseledger transfer``: the file moves to the next school within 30 days, and is taken in from the last.

    doseledger transfer list                                        what is open, due, overdue
    doseledger transfer request --student "Okafor" --to "Hamline School"
    doseledger transfer export  --student "Okafor" --to "Hamline School" --out okafor.zip
    doseledger transfer import okafor.zip --log-key "<the key that district publishes>"

An export is recorded as prepared and sent: a disclosure under 34 CFR 99.31(a)(2). ``--not-sent`` only
prepares it. An import shows what it would do with ``--dry-run``, and adds nothing the second time.
"""

import asyncio
from datetime import date
from pathlib import Path
from typing import Literal

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from projections.transfer import Transfer
from server.commands.showing import print_json
from server.desk import FILE_MOVERS, open_desk
from server.district import Clock, wall_clock
from server.settings import Settings
from server.terminal import Terminal, say
from server.transfers import Exported, export_file, request_file
from server.transfers_in import Imported, Wanted, import_file

_as = click.option("--as", "login", default="", help="Login of the person who works; recorded.")
_CHANNELS = click.Choice(["letter", "email", "phone", "portal", "in_person"])


class TransferRow(msgspec.Struct, frozen=True):
    """One file that has or had to move."""

    student: str
    name: str
    left_on: str
    day_0: str
    to: str
    requested_on: str
    due_on: str
    state: str
    days_left: int
    done_on: str
    done_how: str
    was_late: bool


@click.group()
def transfer() -> None:
    """Files that move to the next school, and those that come in."""


@transfer.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what is done.")
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@_as
@click.pass_obj
def list_command(settings: Settings, everything: bool, as_json: bool, login: str) -> None:
    """What is open, when each is due, and what is overdue. The clock runs request or none."""
    rows = asyncio.run(list_transfers(settings, everything, login))
    if as_json:
        print_json(rows)
    else:
        show_transfers(Terminal(), rows)


async def list_transfers(
    settings: Settings, everything: bool = False, login: str = "", clock: Clock = wall_clock
) -> list[TransferRow]:
    """The rows, the nearest due day first and done ones last; the reading is recorded."""
    async with open_desk(settings, "transfer list", login, clock) as desk:
        rows, read = [], []
        for student in desk.records.students():
            for one in desk.records.transfers(student):
                if everything or one.state(desk.today) != "done":
                    rows.append(_row(one, student.full_name, desk.today))
                    read.append(student)
        await desk.viewed(read, "transfer list")
        return sorted(rows, key=lambda row: (row.state == "done", row.due_on, row.name, row.student))


def _row(one: Transfer, name: str, today: date) -> TransferRow:
    return TransferRow(
        student=one.student,
        name=name,
        left_on=one.ended.last_day if one.ended else "",
        day_0=one.day_0.isoformat(),
        to=one.to,
        requested_on=one.requested_on,
        due_on=one.due_on.isoformat(),
        state=one.state(today),
        days_left=(one.due_on - today).days,
        done_on=one.done_on.isoformat() if one.done_on else "",
        done_how=one.done_how,
        was_late=one.was_late,
    )


def show_transfers(console: Console, rows: list[TransferRow]) -> None:
    """Readable at a glance: overdue in red, due this week in yellow."""
    table = Table("due", "child", "transfer on", "to", "requested", "state", box=None, pad_edge=False)
    styles = {"overdue": "red", "due_soon": "yellow", "done": "dim"}
    for row in rows:
        if row.state == "done":
            words = f"done {row.done_on}: {row.done_how}{' (late)' if row.was_late else ''}"
        elif row.state == "overdue":
            words = f"OVERDUE by {-row.days_left} day{'s' if row.days_left != -1 else ''}"
        else:
            words = f"due in {row.days_left} day{'s' if row.days_left != 1 else ''}" if row.days_left else "due today"
        asked = row.requested_on or "nobody asked"
        table.add_row(
            row.due_on, row.name, row.day_0, row.to or "not known", asked, Text(words, styles.get(row.state, ""))
        )
    console.print(table)
    overdue = sum(row.state == "overdue" for row in rows)
    waiting = sum(row.state != "done" for row in rows)
    console.print(f"{waiting} open, {overdue} overdue.")


@transfer.command("request")
@click.option("--student", required=True, help="An id, an outside number, or the beginning of the names.")
@click.option("--to", required=True, help="The next school.")
@click.option("--by", "requested_by", default="", help="Who asked (default: the next school).")
@click.option("--on", "requested_on", default="", help="Day of the request (default: today).")
@click.option("--transfer-on", default="", help="Day the child moved, when the asker says.")
@click.option("--channel", type=_CHANNELS, default="letter", show_default=True)
@_as
@click.pass_obj
def request_command(settings: Settings, /, student: str, to: str, **told: str) -> None:
    """Somebody asked for a child's file."""
    say(asyncio.run(_request(settings, student, to, told)))


async def _request(settings: Settings, student: str, to: str, told: dict[str, str], clock: Clock = wall_clock) -> str:
    async with open_desk(settings, "transfer request", told.get("login", ""), clock, FILE_MOVERS) as desk:
        return await request_file(desk, student, to, told)


@transfer.command("export")
@click.option("--student", required=True, help="An id, an outside number, or the beginning of the names.")
@click.option("--to", default="", help="The next school (default: the one that asked).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the file.")
@click.option("--channel", default="handed over", show_default=True, help="How it goes.")
@click.option("--not-sent", is_flag=True, help="Only prepare it: the clock goes on.")
@_as
@click.pass_obj
def export_command(
    settings: Settings, student: str, to: str, out: Path | None, channel: str, not_sent: bool, login: str
) -> None:
    """Make a child's transfer file, and record that it was sent."""
    made = asyncio.run(run_export(settings, student, to, out, channel, not not_sent, login))
    say(f"{made.path}  ({made.bytes:,} bytes, SHA-256 {made.sha256})")
    switch = "with" if made.conscientious else "without"
    say(f"{made.events} events of the child, {made.withheld} kept here, {switch} conscientious statements.")
    say(f"Check it anywhere: doseledger verify {made.path}")
    say(f"Log key to compare: {made.log_key}")


async def run_export(
    settings: Settings,
    student: str,
    to: str = "",
    out: Path | None = None,
    channel: str = "handed over",
    sent: bool = True,
    login: str = "",
    clock: Clock = wall_clock,
) -> Exported:
    """Make, write and record the file."""
    async with open_desk(settings, "transfer export", login, clock, FILE_MOVERS) as desk:
        return await export_file(desk, student, to, out, channel, sent)


@transfer.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--student", default="", help="The child of ours it is, when the match is not clear.")
@click.option("--new", "as_new", is_flag=True, help="Register a new child whatever matches.")
@click.option("--log-key", default="", help="The log key that district publishes; without it the file's own is shown.")
@click.option("--dry-run", is_flag=True, help="Check and show; record nothing.")
@_as
@click.pass_obj
def import_command(
    settings: Settings, file: Path, student: str, as_new: bool, log_key: str, dry_run: bool, login: str
) -> None:
    """Check another district's transfer file and take it in; a second run adds nothing."""
    wanted = Wanted(student, as_new, log_key, dry_run)
    show_imported(Terminal(), asyncio.run(run_import(settings, file, wanted, login)))


async def run_import(
    settings: Settings, file: Path, wanted: Wanted, login: str = "", clock: Clock = wall_clock
) -> Imported:
    """Verify, match, plan and (unless it is a dry run) record."""
    async with open_desk(settings, "transfer import", login, clock, FILE_MOVERS) as desk:
        return await import_file(desk, file, wanted)


_OUTCOMES: dict[Literal["registered", "matched"], str] = {
    "registered": "registered as a new child",
    "matched": "matched to a child of ours",
}


def show_imported(console: Console, found: Imported) -> None:
    """What the file proved, who it is about, and what it added."""
    console.print(Text(f"{found.name}, born {found.birth_date}: {_OUTCOMES[found.outcome]} ({found.student})"))
    console.print(f"From {found.from_district}, proven against the log {found.origin} at size {found.log_size}.")
    counts = [
        f"{count} {what.removesuffix('s') if count == 1 else what}" for what, count in found.added.items() if count
    ]
    words = ", ".join(counts) or "nothing"
    console.print(f"{'Would add' if found.dry_run else 'Added'}: {words}. Unchanged: {found.unchanged}.")
    for doubt in found.doubts:
        console.print(Text(f"doubt: {doubt}", style="yellow"))
    if not found.is_enrolled and not found.dry_run:
        console.print(f"Not enrolled here yet. Next: doseledger student enroll {found.student}", soft_wrap=True)

"""``doseledger import``: rosters and dose files of other systems, taken in as signed events.

Both commands read the whole file before they write anything, refuse a file that cannot be trusted, and end
with the same summary: new, unchanged, changed, refused. ``docs/imports.md`` describes the formats.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from events.errors import Refused
from events.ids import DISTRICT_STREAM, DistrictId, uuid7
from projections.fold import fact_of
from projections.policy import Policy, policy_of
from server.commands.showing import print_json
from server.desk import civil_date
from server.district import Clock, District, open_district, wall_clock
from server.exchange.formats import dose_reader, roster_reader
from server.exchange.reconcile import Options
from server.exchange.report import OUTCOMES, PLURALS, Notice, Summary
from server.exchange.run import Run, run_import
from server.home import PRIVATE_FILE, Home
from server.settings import Settings
from server.terminal import Terminal, say


@click.group(name="import")
def imports() -> None:
    """Take in rosters and doses from other systems. A second run of the same file adds nothing."""


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """The options both commands share."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Compare only; write nothing at all."),
        click.option("--accept-changes", is_flag=True, help="Go on when more than 20 % of existing records change."),
        click.option("--json", "as_json", is_flag=True, help="The summary as JSON on standard output."),
    ):
        command = option(command)
    return command


@imports.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--first-day", default="", help="First day attended (YYYY-MM-DD) where the file gives none.")
@_common
@click.pass_obj
def roster(settings: Settings, path: Path, first_day: str, dry_run: bool, accept_changes: bool, as_json: bool) -> None:
    """Children, schools and contacts from OneRoster CSV (folder or zip) or Ed-Fi XML."""
    if first_day:
        first_day = civil_date(first_day).isoformat()
    _run(
        settings,
        path,
        as_json,
        roster=True,
        register=False,
        first_day=first_day,
        dry_run=dry_run,
        accept=accept_changes,
    )


@imports.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--register", is_flag=True, help="Register children who are not on record yet.")
@_common
@click.pass_obj
def doses(settings: Settings, path: Path, register: bool, dry_run: bool, accept_changes: bool, as_json: bool) -> None:
    """Historical doses from a registry's 24-column file, FHIR Immunization NDJSON or Ed-Fi health records."""
    _run(settings, path, as_json, roster=False, register=register, first_day="", dry_run=dry_run, accept=accept_changes)


def _run(
    settings: Settings,
    path: Path,
    as_json: bool,
    *,
    roster: bool,
    register: bool,
    first_day: str,
    dry_run: bool,
    accept: bool,
) -> None:
    console = Terminal(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("opening", total=None)

        def progress(stage: str, rows: int) -> None:
            bar.update(task, description=stage, completed=rows)

        try:
            summary = asyncio.run(
                import_path(
                    settings,
                    path,
                    roster=roster,
                    register=register,
                    first_day=first_day,
                    dry_run=dry_run,
                    accept_changes=accept,
                    progress=progress,
                )
            )
        except KeyboardInterrupt:
            bar.stop()
            say("What was recorded until now stays; the same command again does the rest.", err=True)
            raise
    if as_json:
        print_json(summary)
    else:
        show(Terminal(), summary)


async def import_path(
    settings: Settings,
    path: Path,
    *,
    roster: bool,
    register: bool = False,
    first_day: str = "",
    dry_run: bool = False,
    accept_changes: bool = False,
    progress: Callable[[str, int], None] = lambda _stage, _rows: None,
    clock: Clock = wall_clock,
) -> Summary:
    """Import one path; a roster always registers. Raises UnreadableFile or Refused before anything is written."""
    label = "import roster" if roster else "import doses"
    async with open_district(settings, clock, "import", label) as district:
        with _alone(district.home, district.id):
            now = clock()
            today = (await _policy(district)).civil_day(now)
            reader = roster_reader(path, today) if roster else dose_reader(path, today)
            options = Options(today=today, register=register or roster, roster=roster, first_day=first_day)
            run = Run(
                reader=reader,
                options=options,
                log=district.log,
                record=district.record,
                mint=lambda: uuid7(clock(), os.urandom(10)),
                out=district.home.out,
                now=now,
                dry_run=dry_run,
                accept_changes=accept_changes,
                progress=progress,
            )
            return await run_import(run)


async def _policy(district: District) -> Policy:
    head = await district.log.head()
    rows = await district.log.read_streams([DISTRICT_STREAM], head.checkpoint.size)
    return policy_of(fact_of(row.event, row.position, row.received_at) for row in rows if row.event is not None)


@contextmanager
def _alone(home: Home, district: DistrictId) -> Iterator[None]:
    """One import at a time: two would not see each other's children. The lock goes with the process.

    It lies in the one folder that all machines of the district share (decision 0014).
    """
    handle = os.open(home.checkpoints / f".{district}.import", os.O_WRONLY | os.O_CREAT, PRIVATE_FILE)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("import-running", "another import is running here; wait until it is done") from error
        yield
    finally:
        os.close(handle)


def show(console: Console, summary: Summary) -> None:
    """The summary for a person."""
    table = Table("", *OUTCOMES, box=None, pad_edge=False)
    for subject, rows in summary.counts.items():
        table.add_row(PLURALS[subject], *(Text(f"{rows.get(outcome, 0):,}", justify="right") for outcome in OUTCOMES))
    console.print(table if summary.counts else "The file holds no rows.")
    if summary.dry_run:
        console.print("Dry run: nothing was written.")
    else:
        console.print(f"{summary.events:,} events written." if summary.events else "Nothing to write.")
    _notices(console, "Refused", "red", summary.refused)
    _notices(console, "To look at", "yellow", summary.look_at)
    if summary.refused_file:
        console.print(Text(f"Refused rows, without names: {summary.refused_file}"), soft_wrap=True)


def _notices(console: Console, title: str, colour: str, notices: tuple[Notice, ...]) -> None:
    if notices:
        console.print(Text(f"{title}:", style=colour))
    for one in notices:
        places = ", ".join(one.places) + (" …" if one.count > len(one.places) else "")
        fix = f" Fix: {one.fix}." if one.fix else ""
        column = f"{one.column}: " if one.column else ""
        console.print(Text(f"  {one.count:,} × {column}{one.reason}.{fix} ({places})"), soft_wrap=True)

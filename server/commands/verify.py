"""``doseledger verify [FILE]``: prove the log on this disk, or a bundle from anywhere, and say what is wrong first.

The log first, from its bytes alone; when it holds, the rows of projections against the same built from zero.
"""

import asyncio
import sys
from pathlib import Path

import click
import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from events.errors import Refused
from server.bundle.verify import verify_bundle
from server.commands.projections import check_projections
from server.commands.projections import told as told_of_rows
from server.home import Home
from server.keys import load_keys
from server.settings import Settings
from server.store.checking import check_log
from server.store.folding import Compared
from server.store.fsck import Verified
from server.terminal import Terminal, say


class Found(msgspec.Struct, frozen=True):
    """What ``verify --json`` prints. ``projections`` is empty when the log does not hold."""

    log: Verified
    projections: tuple[Compared, ...]

    @property
    def holds(self) -> bool:
        return self.log.fault is None and all(one.holds for one in self.projections)


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--log-key", help="The verifier key a bundle must be signed under, from a source you trust.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_obj
def verify(settings: Settings, file: Path | None, log_key: str | None, as_json: bool) -> None:
    """Re-derive the whole log from its bytes, and the rows folded from it; or check a transfer FILE alone.

    Exit code 0 if everything holds, 1 if something is wrong.
    """
    if file is not None:
        _verify_file(file, log_key, as_json)
        return
    log = _verify_log(settings, as_json)
    rows = asyncio.run(check_projections(settings)) if log.fault is None else []
    found = Found(log, tuple(rows))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    else:
        say("\n".join([*told(log), *(told_of_rows(one) for one in rows)]))
    sys.exit(0 if found.holds else 1)


def _verify_log(settings: Settings, quiet: bool) -> Verified:
    keys = load_keys(Home(settings.home), settings.log_name, settings.district)
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Terminal(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("verify", total=None)
        return asyncio.run(check_log(settings, keys, lambda done, size: bar.update(task, completed=done, total=size)))


def told(found: Verified) -> list[str]:
    """The findings in words."""
    lines = [
        f"log          {found.origin}, {found.size} events",
        f"root         {found.root}",
        f"checked      positions 0 to {found.checked - 1}: hashes, commitments, {found.signatures} signatures, tiles"
        if found.checked
        else "checked      the log is empty",
    ]
    if found.destroyed:
        lines.append(f"destroyed    {found.destroyed} events: place proven, signatures no longer checkable")
    lines += [f"gap          {gap}" for gap in found.gaps]
    if found.fault is None:
        lines.append("verdict      everything holds, and extends the checkpoint kept outside")
    elif found.fault.position is None:
        lines.append(f"WRONG        {found.fault.what}")
    else:
        lines.append(f"WRONG        at position {found.fault.position}: {found.fault.what}")
    return lines


def _verify_file(file: Path, log_key: str | None, as_json: bool) -> None:
    try:
        report = verify_bundle(file, log_key)
    except Refused as error:
        click.echo(msgspec.json.encode({"wrong": str(error)}).decode() if as_json else f"WRONG        {error}")
        sys.exit(1)
    if as_json:
        click.echo(msgspec.json.encode(report).decode())
        return
    say(f"bundle       {file.name}, SHA-256 {report.sha256}")
    say(f"log          {report.checkpoint.origin}, head of {report.checkpoint.size} events")
    say(f"checked      {report.opened} events opened, {report.withheld} withheld, {report.seats} seats")
    pinned = "as you gave it" if report.is_pinned else "as the bundle carries it: compare it with a source you trust"
    say(f"log key      {report.log_key} ({pinned})")
    say("verdict      everything in this file holds")

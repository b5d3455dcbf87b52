"""``doseledger projections``: what folds made of the log: how far each has read, checked, or built anew.

doseledger projections list            how far each has read, and what stands still
doseledger projections check           each built from zero beside the live rows, and compared by digest
doseledger projections rebuild student

``doseledger verify`` does the check too, after the log itself was found whole.
"""

import asyncio
import sys

import click
import msgspec
from rich.table import Table

from projections.tables import PROJECTIONS
from server.commands.showing import print_json
from server.district import Clock, open_district, wall_clock
from server.settings import Settings
from server.store.folding import Compared, Reached
from server.terminal import Terminal

NAMES = [projection.name for projection in PROJECTIONS]


class Standing(msgspec.Struct, frozen=True):
    """Where one projection stands after it was caught up. ``paused`` names the error it stands before."""

    name: str
    position: int
    rows: int
    paused: str
    digest: str


@click.group()
def projections() -> None:
    """What folds made of the log."""


@projections.command("list")
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@click.pass_obj
def list_command(settings: Settings, as_json: bool) -> None:
    """How far each has read, how many rows it has, and their digest. Exit code 1 if one stands still."""
    found = asyncio.run(list_projections(settings))
    if as_json:
        print_json(found)
    else:
        table = Table("projection", "read up to", "rows", "digest", "stands still", box=None, pad_edge=False)
        for one in found:
            table.add_row(one.name, f"{one.position:,}", f"{one.rows:,}", one.digest[:16], one.paused)
        Terminal().print(table)
    sys.exit(1 if any(one.paused for one in found) else 0)


async def list_projections(settings: Settings, clock: Clock = wall_clock) -> list[Standing]:
    """Each projection, brought up to the head."""
    async with open_district(settings, clock, "command", "projections") as district:
        projector = district.reading.projector
        reached = await projector.catch_up()
        found = []
        for name, there in reached.items():
            rows = 0 if there.paused else len(await projector.rows(name))
            digest = "" if there.paused else await projector.digest(name)
            found.append(Standing(name, there.position, rows, there.paused, digest))
        return found


@projections.command("check")
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@click.pass_obj
def check_command(settings: Settings, as_json: bool) -> None:
    """Build each from zero beside its live rows and compare. Exit code 1 if one differs or stands still."""
    found = asyncio.run(check_projections(settings))
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(told(one) for one in found))
    sys.exit(0 if all(one.holds for one in found) else 1)


async def check_projections(settings: Settings, clock: Clock = wall_clock) -> list[Compared]:
    """Live rows against the same built from zero, for every projection. Safe beside a running server."""
    async with open_district(settings, clock, "command", "projections") as district:
        projector = district.reading.projector
        reached = await projector.catch_up()
        return [
            Compared(name, there.position, "", "", there.paused) if there.paused else await projector.compare(name)
            for name, there in reached.items()
        ]


def told(found: Compared) -> str:
    """One line of the findings."""
    if found.paused:
        return f"WRONG        {found.name} rows stand still before position {found.position} ({found.paused})"
    if found.live != found.rebuilt:
        wanted = f"what the first {found.position} events make is {found.rebuilt}"
        return f"WRONG        {found.name} rows are {found.live}; {wanted}: doseledger projections rebuild {found.name}"
    return f"{'projection':<12} {found.name} rows as of {found.position} equal those built from zero ({found.live})"


@projections.command("rebuild")
@click.argument("name", type=click.Choice(NAMES))
@click.pass_obj
def rebuild_command(settings: Settings, name: str) -> None:
    """Build one from zero beside its live rows, then put it in their place."""
    reached = asyncio.run(rebuild(settings, name))
    if reached.paused:
        click.echo(f"{name} stands still before position {reached.position} ({reached.paused}); the old rows stay.")
        sys.exit(1)
    click.echo(f"{name} was built anew from {reached.position:,} events.")


async def rebuild(settings: Settings, name: str, clock: Clock = wall_clock) -> Reached:
    """Rebuild and swap one projection."""
    async with open_district(settings, clock, "command", "projections") as district:
        return await district.reading.projector.rebuild(name)

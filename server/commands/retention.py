"""``doseledger retention list``: how long each child's file stays, and what may be destroyed when.

Nothing is destroyed here: that takes a proposal, a second person, and its own commands (destruction.py).
"""

import asyncio
from datetime import date
from typing import Literal

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from projections.retention import Timeline, timeline_of
from server.commands.destruction import STEPS
from server.commands.showing import print_json
from server.desk import open_desk
from server.district import Clock, wall_clock
from server.replay import open_matters
from server.settings import Settings
from server.terminal import Terminal

State = Literal["kept", "held", "no_period", "may_be_destroyed", "destroyed"]
_WORDS = {
    "kept": "kept",
    "held": "held",
    "no_period": "kept: no approved period",
    "may_be_destroyed": "may be destroyed",
    "destroyed": "destroyed",
}


class RetentionRow(msgspec.Struct, frozen=True):
    """One child's line."""

    student: str
    name: str
    state: State
    timeline: Timeline
    earliest: date | None


@click.group()
def retention() -> None:
    """How long files stay, and how they end."""


for step in STEPS:
    retention.add_command(step)


@retention.command("list")
@click.option("--ripe", is_flag=True, help="Only what may be destroyed now, or could but for a hold.")
@click.option("--as", "login", default="", help="Login of the person who looks; recorded.")
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@click.pass_obj
def list_command(settings: Settings, ripe: bool, login: str, as_json: bool) -> None:
    """Every child's timeline: 18th birthday, five years on, holds, and the first day the file may go."""
    rows = asyncio.run(list_retention(settings, ripe, login))
    if as_json:
        print_json(rows)
    else:
        show_retention(Terminal(), rows)


async def list_retention(
    settings: Settings, ripe: bool = False, login: str = "", clock: Clock = wall_clock
) -> list[RetentionRow]:
    """The rows, the soonest first; the reading is recorded."""
    async with open_desk(settings, "retention list", login, clock) as desk:
        on, records = desk.today, desk.records
        rows, read = [], []
        for student in records.students():
            timeline = timeline_of(student, records.policy, on, open_matters(records, student, on))
            state = timeline.state(on)
            if not ripe or state in ("may_be_destroyed", "held"):
                rows.append(RetentionRow(student.id or "", student.full_name, state, timeline, timeline.earliest))
                read.append(student)
        await desk.viewed(read, "retention list")
        return sorted(rows, key=lambda row: (row.earliest or date.max, row.name, row.student))


def show_retention(console: Console, rows: list[RetentionRow]) -> None:
    """One line a child, with what stands against destruction."""
    table = Table("child", "born", "18 on", "kept until", "may go from", "state", "why", box=None, pad_edge=False)
    for row in rows:
        line = row.timeline
        why = [hold.reason for hold in line.holds] + [part.ground for part in line.parts if part.earliest is None]
        why += [f"destruction {line.stage}"] if line.stage else []
        style = {"may_be_destroyed": "yellow", "held": "cyan"}.get(row.state, "")
        days = (line.majority_on, line.last_day_kept, row.earliest)
        table.add_row(
            row.name,
            line.born or "not known",
            *(day.isoformat() if day else "" for day in days),
            Text(_WORDS[row.state], style=style),
            "; ".join(dict.fromkeys(why)),
        )
    console.print(table)
    ripe = sum(row.state == "may_be_destroyed" for row in rows)
    console.print(f"{len(rows)} files; {ripe} may be destroyed.")

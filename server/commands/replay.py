"""``doseledger replay``: what the school knew of a child on a day, of a day, under which law.

doseledger replay --student "Okafor" --true-on 2026-03-01 --known-on 2026-03-09
doseledger replay --student 1234567 --true-on 2006-09-11 --rule-set mn-1988 --json
"""

import asyncio

import click
from rich.console import Console
from rich.text import Text

from server.commands.showing import print_json, show_summary, show_verdict
from server.desk import civil_date, open_desk
from server.district import Clock, wall_clock
from server.live import Live
from server.records import read_records
from server.replay import Replay, Witnesses
from server.replay import replay as replay_child
from server.settings import Settings
from server.terminal import Terminal


@click.command()
@click.option("--student", required=True, help="An id, an outside number, or the beginning of the names.")
@click.option("--true-on", default="", help="The day asked about (YYYY-MM-DD; default: today).")
@click.option("--known-on", default="", help="What was known at the end of this day (default: today).")
@click.option("--rule-set", default="", help="Judge under this version of the law too (see `doseledger law list`).")
@click.option("--as", "login", default="", help="Login of the person who looks; recorded.")
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@click.pass_obj
def replay(
    settings: Settings, student: str, true_on: str, known_on: str, rule_set: str, login: str, as_json: bool
) -> None:
    """Record, verdict with clauses and open deadlines of a child, as they then were."""
    found = asyncio.run(run_replay(settings, student, true_on, known_on, rule_set, login))
    if as_json:
        print_json(found)
    else:
        show_replay(Terminal(), found)


async def run_replay(
    settings: Settings,
    student: str,
    true_on: str = "",
    known_on: str = "",
    rule_set: str = "",
    login: str = "",
    clock: Clock = wall_clock,
) -> Replay:
    """The replay; the reading is recorded. Raises Refused for an unknown child, date or rule set."""
    async with open_desk(settings, "replay", login, clock) as desk:
        true_day = civil_date(true_on) if true_on else desk.today
        known_day = civil_date(known_on) if known_on else desk.today
        child = desk.records.find(student)
        until = desk.records.policy.end_of_day(known_day)
        then = await read_records(desk.district, until)
        live = Live(desk.district.log, lambda _: None)
        await live.catch_up()
        witnesses = Witnesses(live.reports, live.known_since)
        found = replay_child(then, desk.records, child, true_day, known_day, rule_set, witnesses)
        await desk.viewed([desk.records.student(child)], "replay")
        return found


def show_replay(console: Console, found: Replay) -> None:
    """Readable at a glance: what was known, then what was only learned later."""
    console.print(
        Text(f"True on {found.true_on}, known on {found.known_on}", style="bold"),
        Text(f"(the first {found.known_size} of {found.log_size} events of the log)", style="dim"),
    )
    if found.known is None:
        console.print("Nothing was known of this child on that day.")
    else:
        show_summary(console, found.known)
        if found.otherwise is not None:
            console.print(Text("\nUnder the version asked for:", style="bold"), end="")
            show_verdict(console, found.otherwise, found.true_on)
    for dose in found.later_doses:
        line = f"learned only later: {dose.vaccine} on {dose.given_on or 'a day not written'}, {dose.source}"
        console.print(Text(line, style="magenta"))
    for proven in found.known_by_receipt:
        line = f"known since {proven.known_since[:10]} by a receipt of an earlier epoch: {proven.dose.vaccine}"
        console.print(Text(line, style="magenta"))
    for device in found.devices:
        console.print(
            Text(
                f"{device.label} holds this child and had last reported {device.heard_at:%Y-%m-%d %H:%M} UTC",
                style="dim",
            )
        )
    for paper in found.later_papers:
        line = f"learned only later: {paper.kind.replace('_', ' ')} statement, received {paper.received_on}"
        console.print(Text(line, style="magenta"))

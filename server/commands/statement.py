"""``doseledger statement``: papers that satisfy the law, and exemptions: filed, checked, withdrawn, forwarded.

    doseledger statement receive "Ada Okafor" --kind conscientious --signer "B. Okafor" --standing parent \\
               --antigen hepatitis_b --notary "M. Notary" --signed-on 2026-11-20
    doseledger statement list "Ada Okafor"
    doseledger statement check <event> --accept        or --reject --finding "not notarized"
    doseledger statement withdraw <event> --by "B. Okafor"

A paper acts from the day it is received; until it is checked, what it covers is under review.
"""

import asyncio
from collections.abc import Mapping

import click
from rich.table import Table

from events.catalog.statements import StatementChecked, StatementForwarded, StatementReceived, StatementWithdrawn
from events.errors import Refused
from events.ids import EventId, stream_of
from projections.papers import PaperLine
from projections.student import Student
from server.desk import Desk, civil_date, day_or_none, open_desk, typed
from server.district import Clock, wall_clock
from server.settings import Settings
from server.terminal import Terminal, say

KINDS = ["immunization", "in_process", "medical", "laboratory", "disease_history", "conscientious"]
STANDINGS = ["physician", "public_clinic", "parent", "emancipated", "health_care_provider", "other"]


@click.group()
def statement() -> None:
    """Statements and exemptions."""


@statement.command("receive")
@click.argument("who")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--signer", required=True, help="Name of who signed.")
@click.option("--standing", type=click.Choice(STANDINGS), required=True, help="In what standing they signed.")
@click.option(
    "--antigen", "antigens", multiple=True, help="What it covers; several times; none: as the paper has none."
)
@click.option("--signed-on", default="", help="Day it was signed.")
@click.option("--received-on", default="", help="Day it reached the school (default: today).")
@click.option("--notary", default="", help="Name of the notary, if it is notarized.")
@click.option("--notarized-on", default="", help="Default: the day it was signed.")
@click.option("--recorder", default="records office", show_default=True, help="Who writes it down.")
@click.pass_obj
def receive_command(settings: Settings, /, who: str, antigens: tuple[str, ...], **told: str) -> None:
    """A paper reached the school."""
    event = asyncio.run(receive(settings, who, told, antigens))
    say(f"Received as {event}. It acts from its receipt; check it with: doseledger statement check {event}")


async def receive(
    settings: Settings, who: str, told: Mapping[str, str], antigens: tuple[str, ...] = (), clock: Clock = wall_clock
) -> EventId:
    """Record ``statement.received``; its event id."""
    async with open_desk(settings, "statement receive", "", clock) as desk:
        child = desk.records.student(desk.records.find(who))
        received = day_or_none(told.get("received_on", "")) or desk.today.isoformat()
        signed = day_or_none(told.get("signed_on", ""))
        notary = told.get("notary", "")
        on = day_or_none(told.get("notarized_on", "")) or signed or received
        paper = typed(
            StatementReceived,
            kind=told["kind"],
            signer=told["signer"],
            standing=told["standing"],
            received_on=received,
            signed_on=signed,
            antigens=list(antigens),
            notary={"name": notary, "on": on} if notary else None,
            told={"source": "paper", "recorder": told.get("recorder") or "records office"},
        )
        [event] = await desk.district.record([(stream_of("student", str(child.id)), paper)])
        return event


@statement.command("check")
@click.argument("event")
@click.option("--accept/--reject", "accepted", required=True, default=None, help="What the comparison came to.")
@click.option("--finding", "findings", multiple=True, help="What was found; several times.")
@click.option("--told-parent", default="", help="How and when the parent was told of a rejection.")
@click.pass_obj
def check_command(settings: Settings, event: str, accepted: bool, findings: tuple[str, ...], told_parent: str) -> None:
    """Somebody compared a paper with what the law asks of it."""
    say(asyncio.run(check(settings, event, accepted, findings, told_parent)))


async def check(
    settings: Settings,
    event: str,
    accepted: bool,
    findings: tuple[str, ...] = (),
    told_parent: str = "",
    clock: Clock = wall_clock,
) -> str:
    """Record ``statement.checked``; what follows, in words. Raises Refused where somebody was faster."""
    async with open_desk(settings, "statement check", "", clock) as desk:
        child, line = find_paper(desk, event)
        if line.state == "withdrawn":
            raise Refused("paper-withdrawn", "the paper was withdrawn: there is nothing left to check")
        outcome = "accepted" if accepted else "rejected"
        done = typed(
            StatementChecked, event=line.event, outcome=outcome, findings=list(findings), told_parent=told_parent
        )
        deed = f"check {line.event} after {line.checked_by.id if line.checked_by else None}"
        await desk.district.record_first([(line.fact.stream, done)], [deed])
        words = f"{outcome.capitalize()}: {line.paper.kind.replace('_', ' ')} statement for {child.full_name}"
        forward = accepted and line.paper.kind == "conscientious"
        return f"{words}.{' Forward it to the commissioner of health (subd. 3(d)).' if forward else ''}"


@statement.command("withdraw")
@click.argument("event")
@click.option("--by", required=True, help="Who took it back.")
@click.option("--on", "day", default="", help="From which day (default: today).")
@click.option("--reason", default="")
@click.pass_obj
def withdraw_command(settings: Settings, event: str, by: str, day: str, reason: str) -> None:
    """Whoever filed a paper takes it back: it acted until then."""
    say(asyncio.run(withdraw(settings, event, by, day, reason)))


async def withdraw(
    settings: Settings, event: str, by: str, day: str = "", reason: str = "", clock: Clock = wall_clock
) -> str:
    """Record ``statement.withdrawn``; what follows, in words."""
    async with open_desk(settings, "statement withdraw", "", clock) as desk:
        child, line = find_paper(desk, event)
        if line.state == "withdrawn":
            raise Refused("paper-withdrawn", "the paper was withdrawn already")
        on = day_or_none(day) or desk.today.isoformat()
        await desk.district.record_first(
            [(line.fact.stream, typed(StatementWithdrawn, event=line.event, by=by, on=on, reason=reason))]
        )
        return f"The {line.paper.kind.replace('_', ' ')} statement for {child.full_name} covers nothing from {on} on."


@statement.command("forward")
@click.argument("event")
@click.option("--channel", default="mail", show_default=True)
@click.option("--on", "day", default="", help="Default: today.")
@click.pass_obj
def forward_command(settings: Settings, event: str, channel: str, day: str) -> None:
    """A conscientious statement was sent to the commissioner of health; no other kind may be (A-23)."""
    say(asyncio.run(forward(settings, event, channel, day)))


async def forward(settings: Settings, event: str, channel: str, day: str = "", clock: Clock = wall_clock) -> str:
    """Record ``statement.forwarded``. Raises Refused for any other kind of paper, and for one that was sent already."""
    async with open_desk(settings, "statement forward", "", clock) as desk:
        child, line = find_paper(desk, event)
        if line.paper.kind != "conscientious":
            raise Refused("not-forwarded", "only conscientious statements go to the commissioner of health (A-23)")
        if line.forwarded is not None:
            raise Refused("paper-forwarded", f"the paper was forwarded on {line.forwarded.on}")
        on = civil_date(day).isoformat() if day else desk.today.isoformat()
        await desk.district.record_first(
            [(line.fact.stream, typed(StatementForwarded, event=line.event, on=on, channel=channel))]
        )
        return f"Forwarded on {on}: the conscientious statement for {child.full_name}."


@statement.command("list")
@click.argument("who")
@click.option("--as", "login", default="", help="Login of the person who looks; recorded.")
@click.pass_obj
def list_command(settings: Settings, who: str, login: str) -> None:
    """A child's papers with their event ids and what became of them."""
    table = Table("event", "kind", "signer", "received", "state", "covers", box=None, pad_edge=False)
    for line in asyncio.run(list_papers(settings, who, login)):
        paper = line.paper
        covers = ", ".join(paper.antigens) or "names none"
        table.add_row(line.event, paper.kind, paper.signer, paper.received_on, line.state, covers)
    Terminal().print(table)


async def list_papers(
    settings: Settings, who: str, login: str = "", clock: Clock = wall_clock
) -> tuple[PaperLine, ...]:
    """The papers; the reading is recorded."""
    async with open_desk(settings, "statement list", login, clock) as desk:
        child = desk.records.student(desk.records.find(who))
        await desk.viewed([child], "statement list")
        return child.papers


def find_paper(desk: Desk, event: str) -> tuple[Student, PaperLine]:
    """The paper an event id names. Raises Refused when no paper has it."""
    for child in desk.records.students():
        for line in child.papers:
            if line.event == event:
                return child, line
    raise Refused("unknown-paper", f"no paper is recorded as {event!r}: see `doseledger statement list`")

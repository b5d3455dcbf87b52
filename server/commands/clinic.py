"""``doseledger clinic``: the district's clinics, and one day as it went.

doseledger clinic list
doseledger clinic show "Gym" --as olga
doseledger clinic books "Gym" --as olga
doseledger clinic repay "Gym" <loan> --lot W2
doseledger clinic withdraw-order "Gym" <order> --by "R. Vance, MD" --reason "a new protocol"
"""

import asyncio

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from events.errors import Refused
from events.ids import ClinicId, EventId, stream_of
from projections.clinic import Clinic, clinic_of
from server.clinic_books import TakenBackRow, repayment
from server.clinic_day import ClinicDay, clinic_day
from server.commands.showing import print_json, show_loan
from server.desk import day_or_none, open_desk
from server.district import Clock, District, wall_clock
from server.settings import Settings
from server.standing_orders import withdrawal
from server.terminal import Terminal, say

_json = click.option("--json", "as_json", is_flag=True, help="For a machine.")
_STYLES = {"served": "green", "not_given": "yellow", "waiting": ""}


class ClinicRow(msgspec.Struct, frozen=True):
    """One clinic: its day, state and how many children are expected."""

    clinic: ClinicId
    name: str
    on: str
    state: str
    expected: int


@click.group()
def clinic() -> None:
    """Clinics and their days."""


@clinic.command("list")
@_json
@click.pass_obj
def list_command(settings: Settings, as_json: bool) -> None:
    """Every clinic, by day."""
    rows = asyncio.run(list_clinics(settings))
    if as_json:
        print_json(rows)
        return
    table = Table("on", "name", "state", "expected", "id", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row.on, row.name, row.state, str(row.expected), row.clinic)
    Terminal().print(table)


async def list_clinics(settings: Settings, clock: Clock = wall_clock) -> list[ClinicRow]:
    """The rows; nothing of them is about a child."""
    async with open_desk(settings, "clinic list", "", clock) as desk:
        return await _clinics(desk.district)


async def _clinics(district: District) -> list[ClinicRow]:
    rows = []
    for facts in await district.reading.clinics():
        one = clinic_of(facts)
        if one.id is not None and one.plan is not None:
            rows.append(ClinicRow(one.id, one.plan.name, one.plan.on, one.state, len(one.roster)))
    return sorted(rows, key=lambda row: (row.on, row.name, row.clinic))


@clinic.command("show")
@click.argument("which")
@click.option("--as", "login", default="", help="Login of the person who looks; recorded.")
@_json
@click.pass_obj
def show_command(settings: Settings, which: str, login: str, as_json: bool) -> None:
    """One day: who was served, what was not given and why, what does not fit together."""
    day = asyncio.run(show_clinic(settings, which, login))
    if as_json:
        print_json(day)
    else:
        show_day(Terminal(), day)


@clinic.command("books")
@click.argument("which")
@click.option("--as", "login", default="", help="Login of the person who looks; recorded.")
@_json
@click.pass_obj
def books_command(settings: Settings, which: str, login: str, as_json: bool) -> None:
    """Doses per lot, container and fund; consents; loans between funds; reactions and papers still open."""
    day = asyncio.run(show_clinic(settings, which, login))
    if as_json:
        print_json(day.books)
    else:
        show_books(Terminal(), day)


@clinic.command("repay")
@click.argument("which")
@click.argument("loan")
@click.option("--lot", required=True, help="The lot that replaced the dose.")
@click.option("--on", default="", help="Day it was paid back (default: today).")
@click.pass_obj
def repay_command(settings: Settings, which: str, loan: str, lot: str, on: str) -> None:
    """A dose lent between funds was paid back; LOAN is its event in `clinic books`."""
    asyncio.run(repay(settings, which, loan, lot, on))
    say("Paid back.")


async def repay(
    settings: Settings, which: str, loan: str, lot: str, on: str = "", clock: Clock = wall_clock
) -> EventId:
    """Record ``stock.replaced``; its event id. Raises Refused: no loan, paid already, or not on that day."""
    async with open_desk(settings, "clinic repay", "", clock) as desk:
        found = await _one_clinic(desk.district, which)
        clinic = await _read(desk.district, found.clinic)
        today = desk.today.isoformat()
        paid = repayment(clinic, loan, lot, day_or_none(on) or today, today)
        [event] = await desk.district.record_first([(stream_of("clinic", found.clinic), paid)])
        return event


@clinic.command("withdraw-order")
@click.argument("which")
@click.argument("order")
@click.option("--by", required=True, help="The prescriber, or who speaks for them.")
@click.option("--reason", required=True, help="Why it holds no longer.")
@click.option("--on", default="", help="First day on which nothing is given under it (default: today).")
@click.pass_obj
def withdraw_command(settings: Settings, which: str, order: str, by: str, reason: str, on: str) -> None:
    """A standing order holds no longer; ORDER is its event in `clinic show`. Every phone of the clinic stops it."""
    asyncio.run(withdraw_order(settings, which, order, by, reason, on))
    say("Withdrawn.")


async def withdraw_order(
    settings: Settings, which: str, order: str, by: str, reason: str, on: str = "", clock: Clock = wall_clock
) -> EventId:
    """Record ``clinic.order_withdrawn``; its event id. Raises Refused for an order that is none or holds no longer."""
    async with open_desk(settings, "clinic withdraw-order", "", clock) as desk:
        found = await _one_clinic(desk.district, which)
        clinic = await _read(desk.district, found.clinic)
        told = withdrawal(clinic, order, day_or_none(on) or desk.today.isoformat(), by, reason)
        [event] = await desk.district.record_first([(stream_of("clinic", found.clinic), told)])
        return event


async def _read(district: District, clinic: ClinicId) -> Clinic:
    facts, _ = await district.reading.some([stream_of("clinic", clinic)])
    return clinic_of(facts)


async def _one_clinic(district: District, which: str) -> ClinicRow:
    rows = await _clinics(district)
    found = [row for row in rows if row.clinic == which or row.name.casefold().startswith(which.casefold())]
    if len(found) != 1:
        known = "; ".join(f"{row.name}, {row.on}" for row in rows)
        raise Refused("unknown-clinic", f"{which!r} is not one clinic here: {known or 'none yet'}")
    return found[0]


async def show_clinic(settings: Settings, which: str, login: str = "", clock: Clock = wall_clock) -> ClinicDay:
    """The day of the one clinic meant by its id or the beginning of its name; the reading is recorded."""
    async with open_desk(settings, "clinic show", login, clock) as desk:
        found = await _one_clinic(desk.district, which)
        students = desk.records.students()
        day = clinic_day(await _read(desk.district, found.clinic), students, desk.records.size)
        shown = {visit.student for visit in day.visits}
        await desk.viewed([one for one in students if not shown.isdisjoint(one.streams)], "clinic show")
        return day


def show_day(console: Console, day: ClinicDay) -> None:
    """Counts first, then child by child, then what does not fit."""
    console.print(Text(f"{day.name}, {day.on}: {day.state}", style="bold"))
    console.print(f"{day.served} of {day.expected} expected children served, {day.waiting} wait.")
    table = Table("child", "born", "state", "who pays", "given here", "not given", box=None, pad_edge=False)
    for visit in day.visits:
        state = visit.state.replace("_", " ") if visit.expected else f"{visit.state.replace('_', ' ')}, not on the list"
        pays = visit.eligibility.replace("_", " ")
        cells = (visit.name, visit.birth_date, state, pays, ", ".join(visit.given), ", ".join(visit.not_given))
        table.add_row(*(Text(cell, style=_STYLES.get(visit.state, "")) for cell in cells))
    console.print(table)
    for order in day.orders:
        gone = f", withdrawn from {order.withdrawn_on} by {order.withdrawn_by}" if order.withdrawn_on else ""
        words = (
            f"Order: {order.vaccine}, {order.prescriber}, {order.valid_from} to {order.valid_to}{gone} ({order.event})"
        )
        console.print(Text(words, style="dim" if gone else ""))
    for one in day.discrepancies:
        words = f"{one.severity} {one.kind.replace('_', ' ')}: {one.says}; {one.owner} by {one.due_on}"
        console.print(Text(words, style="yellow"))


def _entry_words(entry: TakenBackRow) -> str:
    if entry.celsius is None:
        what = entry.kind.removeprefix("stock.")
        return f"{entry.doses} {what}, lot {entry.lot}, {entry.container}"
    freed = "" if entry.freed is None else f"; holds no more: {', '.join(entry.freed)}"
    return f"{entry.celsius} °C, {entry.container}{freed}"


def show_books(console: Console, day: ClinicDay) -> None:
    """Stock line by line, then consents, then what is owed: loans, reports, comparisons."""
    books = day.books
    console.print(Text(f"{day.name}, {day.on}: books", style="bold"))
    table = Table("vaccine", "lot", "container", "fund", box=None, pad_edge=False)
    for name in ("loaded", "given", "wasted", "drawn", "returned", "left"):
        table.add_column(name, justify="right")
    for line in books.stock:
        counts = (line.loaded, line.given, line.wasted, line.drawn, line.returned, line.left)
        table.add_row(line.vaccine, line.lot, line.container, line.funding, *(str(one) for one in counts))
    console.print(table)
    for entry in books.taken_back:
        console.print(Text(f"Taken back {entry.at}: {_entry_words(entry)} ({entry.reason})"))
    told = books.consents
    console.print(
        f"Consents: {told.consents} in, {told.given} given, {told.not_given} not given with a reason, {told.open} open."
    )
    for loan in books.loans:
        show_loan(console, loan)
    for row in books.to_report:
        console.print(Text(f"Report to VAERS: {row.name}, {row.since}, {row.says}", style="yellow"))
    for row in books.to_verify:
        console.print(Text(f"Compare with its paper: {row.name}, {row.since}, {row.says}", style="yellow"))

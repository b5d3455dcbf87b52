"""A child's summary on a terminal: readable at a glance, the same words everywhere, or JSON for a machine."""

from datetime import date
from itertools import groupby

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from projections.deadlines import Deadline
from projections.summary import DoseRow, StayRow, Summary
from projections.verdict_words import AntigenRow, VerdictRow, antigen_word
from server.clinic_books import LoanRow
from server.paying import Paying

_COLOURS = {"not_compliant": "red", "transfer_grace": "yellow", "review": "yellow", "in_process": "cyan"}
_OUTCOMES = {"short": "red", "date_defect": "yellow", "review": "yellow", "in_process": "cyan"}

FAR_DAYS = 730
"""Beyond two years what is left is said in years."""


def print_json(value: object) -> None:
    """Any struct as indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def show_summary(console: Console, summary: Summary) -> None:
    """The whole record: who, where, the verdict and what is due first, then what it rests on."""
    console.print(Text(f"{summary.name}, born {summary.birth_date or 'on a day not known'}", style="bold"))
    console.print(Text(", ".join((summary.student, *summary.numbers)), style="dim"))
    for one in summary.linked:
        console.print(
            Text(f"linked record: {one.name}, born {one.birth_date or 'unknown'} ({one.student})", style="cyan")
        )
    for stay in summary.enrollments:
        console.print(Text(_stay_words(stay)))
    show_verdict(console, summary.verdict, summary.on)
    show_deadlines(console, summary.deadlines, date.fromisoformat(summary.on))
    for found in summary.discrepancies:
        words = f"{found.severity} {found.kind.replace('_', ' ')} ({found.how_known}): {found.says}; due {found.due_on}"
        console.print(Text(words, style="yellow"))
    console.print()
    show_record(console, summary)
    for words in summary.not_understood:
        console.print(Text(f"not understood, kept: {words}", style="dim"))


def show_record(console: Console, summary: Summary) -> None:
    """Doses a day at a time, papers and alerts."""
    if summary.doses:
        table = Table("given on", "vaccines", "source", "remarks", box=None, pad_edge=False)
        for (given_on, source, counts, note), doses in groupby(summary.doses, key=_day_of):
            style = "" if counts else "dim strike"
            names = ", ".join(dose.vaccine for dose in doses)
            table.add_row(*(Text(text, style=style) for text in (given_on or "no date", names, source)), note)
        console.print(table)
    else:
        console.print("No doses on record.")
    for paper in summary.papers:
        names = paper.antigens or "all vaccines"
        line = f"{paper.kind.replace('_', ' ')} statement of {paper.signer}, {names}, received {paper.received_on}"
        console.print(Text(f"{line}: {paper.state}"))
    for alert in summary.alerts:
        console.print(Text(alert, style="red"))


def _day_of(dose: DoseRow) -> tuple[str, str, bool, str]:
    return dose.given_on, dose.source, dose.counts, dose.note


def _stay_words(stay: StayRow) -> str:
    """``Lincoln School, grade 3 (elementary, full): 2023-09-05 to now``."""
    where = stay.facility_name or f"facility {stay.facility}"
    grade = f", grade {stay.grade}" if stay.grade else ""
    kind = f"{stay.kind.replace('_', ' ')}, {stay.basis.replace('_', ' ')}"
    return f"{where}{grade} ({kind}): {stay.first_day} to {stay.last_day or 'now'}"


def show_verdict(console: Console, verdict: VerdictRow, on: str) -> None:
    """The verdict, a line for vaccines that stand alike with their clause, and the law's words where any is open."""
    law = f"{verdict.rule_set} revision {verdict.revision}{'' if verdict.verified else ', not verified'}"
    console.print()
    words = Text(f"{verdict.overall.upper()}  ", style=f"bold {_COLOURS.get(verdict.overall, 'green')}")
    console.print(words.append(f"{verdict.words} As of {on} under {law}.", style="default"))
    if verdict.uncovered:
        console.print(Text(verdict.uncovered, style="yellow"))
    if verdict.last_day:
        console.print(f"Last day: {verdict.last_day}")
    console.print(Text(f"Holds until {verdict.holds_until or 'something new is recorded'}.", style="dim"))
    shown = [row for row in verdict.antigens if row.outcome != "not_required" or row.counted]
    alike = [list(rows) for _, rows in groupby(shown, key=_standing_of)]
    table = Table("against", "result", "doses", "clause", box=None, pad_edge=False)
    for rows in alike:
        first = rows[0]
        result = Text(first.words, style=_OUTCOMES.get(first.outcome, ""))
        table.add_row(_against(rows), result, f"{first.counted}/{first.needed}", first.cite)
    console.print(table)
    for rows in alike:
        _show_why(console, rows)
    for reading in verdict.readings:
        console.print(Text(f"reading {reading}", style="dim"))
    for finding in verdict.findings:
        console.print(Text(f"to look at: {finding}", style="yellow"))


def _standing_of(row: AntigenRow) -> tuple[str, int, int, str, tuple[str, ...]]:
    return row.outcome, row.counted, row.needed, row.clause, row.not_counted


def _against(rows: list[AntigenRow]) -> str:
    return ", ".join(antigen_word(row.antigen) for row in rows)


def _show_why(console: Console, rows: list[AntigenRow]) -> None:
    """The clause's words where something is open, and the doses that were not counted."""
    first = rows[0]
    if first.outcome in _OUTCOMES:
        console.print(Text(f"{_against(rows)}: {first.clause}", style=_OUTCOMES[first.outcome]))
    if first.not_counted:
        console.print(Text(f"{_against(rows)}, not counted: {'; '.join(first.not_counted)}", style="dim"))


def show_deadlines(console: Console, deadlines: tuple[Deadline, ...], on: date) -> None:
    """What is due, counted from what."""
    if not deadlines:
        return
    table = Table("due", "what", "counted from", "clause", "state", box=None, pad_edge=False)
    for one in deadlines:
        style = {"overdue": "red", "done": "dim"}.get(one.state, "")
        due = one.due_on.isoformat() if one.due_on else "no day in the text"
        table.add_row(
            Text(due, style=style), one.says, one.counted_from, one.clause, Text(state_words(one, on), style=style)
        )
    console.print()
    console.print(table)


def state_words(deadline: Deadline, on: date) -> str:
    """``open, 12 days left``, ``overdue by 3 days`` or ``done``."""
    left = deadline.days_left(on)
    if deadline.state == "done" or left is None:
        return deadline.state
    if deadline.state == "overdue" or left < 0:
        return f"overdue by {-left} day{'s' if left != -1 else ''}"
    if left > FAR_DAYS:
        return f"in {left // 365} years"
    return f"{left} day{'s' if left != 1 else ''} left"


def show_paying(console: Console, paying: Paying) -> None:
    """Who pays, as said at each visit, then doses lent between funds."""
    for told in paying.eligibility:
        console.print(f"Who pays, {told.on}: {told.category.replace('_', ' ')} (said by {told.said_by})")
    for loan in paying.loans:
        show_loan(console, loan)


def show_loan(console: Console, loan: LoanRow) -> None:
    """``Loan: Tdap lot W1, 2026-11-21, Ada Okafor, lent by private for vfc (box empty); owed: <event>``."""
    state = f"paid back on {loan.paid_on} with lot {loan.paid_lot}" if loan.paid_on else f"owed: {loan.event}"
    words = f"Loan: {loan.vaccine} lot {loan.lot}, {loan.on}, {loan.name}, lent by {loan.lent_by} for {loan.owed_by}"
    console.print(Text(f"{words} ({loan.reason}); {state}", style="" if loan.paid_on else "yellow"))

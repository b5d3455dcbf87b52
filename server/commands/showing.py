"""A child's summary on a terminal: readable at a glance, the same words everywhere, or JSON for a machine."""

from datetime import date

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from projections.deadlines import Deadline
from projections.summary import Summary, VerdictRow, antigen_word

_COLOURS = {"not_compliant": "red", "transfer_grace": "yellow", "review": "yellow", "in_process": "cyan"}
_OUTCOMES = {"short": "red", "date_defect": "yellow", "review": "yellow", "in_process": "cyan"}


def print_json(value: object) -> None:
    """Any struct as indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def show_summary(console: Console, summary: Summary) -> None:
    """The whole record: who, where, doses, papers, verdict, deadlines, discrepancies."""
    console.print(Text(f"{summary.name}, born {summary.birth_date or 'on a day not known'}", style="bold"))
    console.print(Text(", ".join((summary.student, *summary.numbers)), style="dim"))
    show_record(console, summary)
    show_verdict(console, summary.verdict, summary.on)
    show_deadlines(console, summary.deadlines, date.fromisoformat(summary.on))
    for one in summary.discrepancies:
        words = f"{one.severity} {one.kind.replace('_', ' ')} ({one.how_known}): {one.says}; due {one.due_on}"
        console.print(Text(words, style="yellow"))
    for words in summary.not_understood:
        console.print(Text(f"not understood, kept: {words}", style="dim"))


def show_record(console: Console, summary: Summary) -> None:
    """Enrollment, doses and papers on the day."""
    for stay in summary.enrollments:
        until = stay.last_day or "now"
        grade = f"grade {stay.grade}" if stay.grade else ""
        line = f"{stay.kind.replace('_', ' ')}, {stay.basis.replace('_', ' ')}, {grade}: {stay.first_day} to {until}"
        console.print(Text(line))
    if summary.doses:
        table = Table("given on", "vaccine", "source", "remarks", box=None, pad_edge=False)
        for dose in summary.doses:
            style = "" if dose.counts else "dim strike"
            table.add_row(
                *(Text(t, style=style) for t in (dose.given_on or "no date", dose.vaccine, dose.source)), dose.note
            )
        console.print(table)
    else:
        console.print("No doses on record.")
    for paper in summary.papers:
        names = paper.antigens or "all vaccines"
        line = f"{paper.kind.replace('_', ' ')} statement of {paper.signer}, {names}, received {paper.received_on}"
        console.print(Text(f"{line}: {paper.state}"))
    for alert in summary.alerts:
        console.print(Text(alert, style="red"))


def show_verdict(console: Console, verdict: VerdictRow, on: str) -> None:
    """The verdict with the clause that decided each vaccine."""
    law = f"{verdict.rule_set} revision {verdict.revision}{'' if verdict.verified else ', not verified'}"
    console.print()
    words = Text(f"{verdict.overall.upper()}  ", style=f"bold {_COLOURS.get(verdict.overall, 'green')}")
    console.print(words.append(f"{verdict.words} As of {on} under {law}.", style="default"))
    if verdict.uncovered:
        console.print(Text(verdict.uncovered, style="yellow"))
    if verdict.last_day:
        console.print(f"Last day: {verdict.last_day}")
    console.print(Text(f"Holds until {verdict.holds_until or 'something new is recorded'}.", style="dim"))
    table = Table("against", "result", "doses", "clause", "says", box=None, pad_edge=False)
    for row in verdict.antigens:
        if row.outcome == "not_required" and not row.counted:
            continue
        result = Text(row.words, style=_OUTCOMES.get(row.outcome, ""))
        table.add_row(antigen_word(row.antigen), result, f"{row.counted}/{row.needed}", row.cite, row.clause)
        for words_not in row.not_counted:
            table.add_row("", Text(f"not counted: {words_not}", style="dim"), "", "", "")
    console.print(table)
    for reading in verdict.readings:
        console.print(Text(f"reading {reading}", style="dim"))
    for finding in verdict.findings:
        console.print(Text(f"to look at: {finding}", style="yellow"))


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
    return f"{left} day{'s' if left != 1 else ''} left"

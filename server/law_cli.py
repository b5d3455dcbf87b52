"""`doseledger law`: list the rule sets, check worked cases, compute deadlines, compare with the CDC, explain.

The commands read files and print; all judging is in `projections.law`. `law_group(load_record)` is wired into the
command line by one call; `load_record(student, as_of, known_at)` gives the record of a student from the log, known
up to a moment (None: everything known now). Exit status 1: something that must agree disagrees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import click

from projections.law import cases, deadline_cases
from projections.law.case_rows import Columns, Row, read_rows, text_of
from projections.law.cases import CaseResult
from projections.law.deadline_cases import DeadlineResult
from projections.law.errors import BadCaseFile
from projections.law.explain import Language, explain, explain_record, spoken
from projections.law.library import rule_set_for, rule_set_named, rule_sets
from projections.law.record import Record
from projections.law.ruleset import Loaded, NoVerifiedVersion
from server.law_workbook import ANTIGENS, NoTestWorkbook, compare_workbook

LoadRecord = Callable[[str, date, datetime | None], Record]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(formats=["%Y-%m-%d"])


class UnreadableFile(click.ClickException):
    """A file that is not of the form a command reads: exit status 2."""

    exit_code = 2


def law_group(load_record: LoadRecord) -> click.Group:
    """The `law` commands, with the way to read a student's record."""
    group = click.Group("law", help="The law as versioned data: rule sets, verdicts, deadlines.")
    for command in (list_command, check_command, deadlines_command, cdsi_command):
        group.add_command(command)
    group.add_command(explain_command(load_record))
    return group


@click.command("list")
def list_command() -> None:
    """Show the rule sets this program ships, with their dates and SHA-256."""
    for one in rule_sets():
        rules = one.rules
        until = rules.effective_to or "today"
        mark = "verified" if rules.verified else "not verified"
        click.echo(f"{rules.id}  {rules.effective_from} to {until}  {mark}  revision {rules.revision}")
        click.echo(f"  {rules.title}. {rules.note}")
        click.echo(f"  sha256 {one.sha256}")


def _by_id() -> dict[str, Loaded]:
    return {one.rules.id: one for one in rule_sets()}


def _read(file: Path, columns: Columns) -> tuple[Row, ...]:
    """The rows of a case file, with what its header lacks or adds told. Exit status 2 for a file that is none."""
    try:
        found = read_rows(text_of(file.read_bytes()), columns)
    except BadCaseFile as error:
        raise UnreadableFile(f"{file.name}: {error}") from error
    for note in found.notes:
        click.echo(f"note: {note}")
    return found.rows


def _finish(results: Sequence[CaseResult | DeadlineResult]) -> None:
    """The last line, and exit status 1 when a row not marked doubtful disagrees or there is no row."""
    wrong = [one for one in results if one.differences]
    doubtful = sum(one.doubtful for one in results)
    if not results:
        click.echo("note: the file holds no case")
    click.echo(f"{len(results)} cases, {len(results) - len(wrong)} agree, {len(wrong)} disagree, {doubtful} doubtful")
    if not results or not all(one.doubtful for one in wrong):
        raise SystemExit(1)


def _said(one: CaseResult | DeadlineResult) -> str:
    return f"{one.case_id}{' (doubtful)' if one.doubtful else ''}: {'; '.join(one.differences)}"


@click.command("check")
@click.argument("file", type=_FILE)
def check_command(file: Path) -> None:
    """Judge the cases of a CSV file and compare with what it expects."""
    known = _by_id()
    results = cases.check(_read(file, cases.COLUMNS), known)
    for one in results:
        for note in one.notes:
            click.echo(f"note: {note}")
        if one.differences:
            click.echo(_said(one))
        if one.differences and one.verdict is not None and one.record is not None:
            told = spoken(explain(one.verdict, one.record, known[one.verdict.rule_set]))
            click.echo("  " + told.replace("\n", "\n  "))
    _finish(results)


@click.command("deadlines")
@click.argument("file", type=_FILE)
def deadlines_command(file: Path) -> None:
    """Compute the deadlines of a CSV file and compare with what it expects."""
    results = deadline_cases.check(_read(file, deadline_cases.COLUMNS), _by_id())
    for one in (one for one in results if one.differences):
        click.echo(_said(one) + (f" (clause {one.due.clause})" if one.due is not None else ""))
    _finish(results)


@click.command("cdsi")
@click.argument("workbook", type=_FILE)
@click.option("--show/--no-show", default=True, help="Print each disagreement.")
def cdsi_command(workbook: Path, show: bool) -> None:
    """Compare dose validity with a CDC test workbook: agreement and recall per vaccine group."""
    try:
        report = compare_workbook(workbook)
    except NoTestWorkbook as error:
        raise UnreadableFile(f"{workbook.name}: {error}") from error
    if not report.groups:
        raise UnreadableFile(f"{workbook.name}: no case of a group compared here ({', '.join(ANTIGENS)})")
    for note in report.notes:
        click.echo(f"note: {note}")
    for line in report.disagreements if show else ():
        click.echo(line)
    for name, count in report.groups.items():
        click.echo(f"{name}: {count.told()}")
    others = ", ".join(f"{name} ({count} cases)" for name, count in report.others.items())
    if others:
        click.echo(f"not compared: {others}")
    click.echo(f"all: {report.total.told()}")


def explain_command(load_record: LoadRecord) -> click.Command:
    """`law explain` for a way to read records."""

    @click.command("explain")
    @click.option("--student", required=True, help="Student id.")
    @click.option("--as-of", "as_of", type=_DAY, required=True, help="The day to judge.")
    @click.option("--known-at", "known_at", default=None, help="Only what was known by this moment (RFC 3339).")
    @click.option("--rule-set", "rule_set", default=None, help="Judge by this rule set, whatever the day.")
    @click.option("--language", type=click.Choice(["en", "es"]), default="en")
    def explain_one(
        student: str, as_of: datetime, known_at: str | None, rule_set: str | None, language: Language
    ) -> None:
        """Explain a student's verdict on a day."""
        day = as_of.date()
        loaded = rule_set_named(rule_set) if rule_set else rule_set_for(day)
        if loaded is None:
            raise click.ClickException(f"no rule set {rule_set!r}; `law list` shows them")
        if isinstance(loaded, NoVerifiedVersion):
            raise click.ClickException(f"{loaded}; name one with --rule-set to see what it would say")
        record = load_record(student, day, _moment(known_at))
        click.echo(spoken(explain_record(record, loaded, day, language), language))

    return explain_one


def _moment(text: str | None) -> datetime | None:
    """An aware instant. Raises a usage error for anything else."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not a moment like 2026-11-21T08:00:00Z") from error
    if moment.tzinfo is None:
        raise click.BadParameter("a moment needs a time zone, for example 2026-11-21T08:00:00Z")
    return moment

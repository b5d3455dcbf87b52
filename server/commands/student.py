"""``doseledger student``: find a child, show the record, enter where it attends.

doseledger student list Okafor
doseledger student show "Ada Okafor"
doseledger student enroll "Ada Okafor" --facility Lincoln --first-day 2026-09-08 --grade K
doseledger student leave  "Ada Okafor" --last-day 2026-11-20 --reason transfer --to "Hamline School"
"""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Literal

import click
import msgspec
from rich.table import Table

from events.catalog.students import EnrollmentBegan, EnrollmentEnded
from events.catalog.transfers import TransferReceived
from events.dates import PartialDate, earliest
from events.errors import Refused
from events.ids import FacilityId, stream_of
from projections.compliance import judge
from projections.student import Student
from projections.transfer import HELP_DAYS
from server.commands.showing import print_json, show_paying, show_summary
from server.desk import Desk, civil_date, day_or_none, open_desk, typed
from server.district import Clock, wall_clock
from server.paying import ShownStudent, with_paying
from server.replay import summary_on
from server.settings import Settings
from server.terminal import Terminal, say

Reason = Literal["transfer", "graduated", "withdrew", "moved_up", "other"]
_as = click.option("--as", "login", default="", help="Login of the person who looks; recorded.")
_json = click.option("--json", "as_json", is_flag=True, help="For a machine.")
LISTED_MAX = 1_000


class StudentRow(msgspec.Struct, frozen=True):
    """One child in a list."""

    student: str
    name: str
    birth_date: str
    facility: str
    grade: str
    status: str
    holds_until: str


@click.group()
def student() -> None:
    """Children and their records."""


@student.command("list")
@click.argument("query", default="")
@_as
@_json
@click.pass_obj
def list_command(settings: Settings, query: str, login: str, as_json: bool) -> None:
    """Children whose names begin with QUERY (all, without one), with their status today."""
    rows = asyncio.run(list_students(settings, query, login))
    if as_json:
        print_json(rows)
        return
    table = Table("name", "born", "facility", "grade", "status", "holds until", "id", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row.name, row.birth_date, row.facility, row.grade, row.status, row.holds_until, row.student)
    Terminal().print(table)


async def list_students(
    settings: Settings, query: str = "", login: str = "", clock: Clock = wall_clock
) -> list[StudentRow]:
    """Up to LISTED_MAX rows by name; the reading is recorded."""
    async with open_desk(settings, "student list", login, clock) as desk:
        records = desk.records
        if query:
            wanted = dict.fromkeys(records.student(entry.student).id for entry in records.search(query))
            found = [records.student(one) for one in wanted if one is not None]
        else:
            found = records.students()[:LISTED_MAX]
        await desk.viewed(found, "student list")
        return sorted((_row(desk, one) for one in found), key=lambda row: (row.name.casefold(), row.student))


def _row(desk: Desk, child: Student) -> StudentRow:
    judgment = judge(child, desk.records.policy, desk.today, cases=desk.records.cases(child))
    line = child.attendance.current(desk.today)
    name, _ = desk.records.facilities.get(line.facility, ("", "")) if line else ("", "")
    return StudentRow(
        child.id or "",
        child.full_name,
        child.birth_date,
        name,
        line.grade_on(desk.today) if line else "",
        judgment.verdict.overall,
        judgment.holds_until.isoformat() if judgment.holds_until else "",
    )


@student.command("show")
@click.argument("who")
@_as
@_json
@click.pass_obj
def show_command(settings: Settings, who: str, login: str, as_json: bool) -> None:
    """The whole record of one child today, with the verdict and its clauses."""
    summary = asyncio.run(show_student(settings, who, login))
    if as_json:
        print_json(summary)
    else:
        show_summary(Terminal(), summary)
        show_paying(Terminal(), summary.paying)


async def show_student(settings: Settings, who: str, login: str = "", clock: Clock = wall_clock) -> ShownStudent:
    """The summary; the reading is recorded."""
    async with open_desk(settings, "student show", login, clock) as desk:
        child = desk.records.student(desk.records.find(who))
        await desk.viewed([child], "student show")
        return await with_paying(desk.district, child, summary_on(desk.records, child, desk.today))


@student.command("enroll")
@click.argument("who")
@click.option("--facility", required=True, help="Its id or the beginning of its name.")
@click.option("--first-day", required=True, help="First day attended: clocks count from it.")
@click.option("--grade", required=True, help="PREK, K, 1 … 12, UNGRADED.")
@click.option(
    "--basis", default="full", show_default=True, help="full, part, shared, home_school, nonresident_online, …"
)
@click.option("--kindergarten-term", default="", help="School year of kindergarten entry, 2006-2007.")
@click.option("--grade-7-term", default="", help="School year of grade 7 entry.")
@click.option("--from", "transferred_from", default="", help="school, child_care, home_school or out_of_state_school.")
@click.option("--transferred-on", default="", help="Day of the transfer: day 0 of the grace.")
@click.option("--first-minnesota", default="", help="First day in any covered facility of the state.")
@click.option("--file-holder", default="", help="Where two schools share the child: who keeps the file.")
@click.pass_obj
def enroll_command(settings: Settings, /, who: str, **told: str) -> None:
    """A child begins to attend. What a transfer file told fills what you leave out."""
    say(asyncio.run(enroll(settings, who, told)))


async def enroll(settings: Settings, who: str, told: Mapping[str, str], clock: Clock = wall_clock) -> str:
    """Record ``enrollment.began``; returns what was recorded, in words. Raises Refused for what cannot be."""
    async with open_desk(settings, "student enroll", "", clock) as desk:
        records = desk.records
        child = records.student(records.find(who))
        facility = records.facility(told["facility"])
        name, kind = records.facilities[facility]
        first_day = civil_date(told["first_day"])
        came = _came_with(desk, child, first_day)
        holder = told.get("file_holder", "")
        began = typed(
            EnrollmentBegan,
            facility=facility,
            kind=kind,
            basis=told.get("basis") or "full",
            first_day=first_day.isoformat(),
            grade=told["grade"].upper(),
            kindergarten_term=told.get("kindergarten_term") or (came.kindergarten_term if came else ""),
            grade_7_term=told.get("grade_7_term") or (came.grade_7_term if came else ""),
            file_holder=records.facility(holder) if holder else None,
            transferred_from=told.get("transferred_from") or (came.came_from if came else ""),
            transferred_on=day_or_none(told.get("transferred_on", "")) or (came.left_on if came else None),
            first_minnesota_enrollment=day_or_none(told.get("first_minnesota", ""))
            or (came.first_minnesota_enrollment if came else None),
        )
        _check_first_day(child, first_day)
        _check_not_there(child, facility, name, first_day)
        deed = f"enroll {child.id} after {'+'.join(sorted(line.fact.id for line in child.attendance.lines))}"
        await desk.district.record_first([(stream_of("student", str(child.id)), began)], [deed])
        return f"{child.full_name} attends {name} from {first_day}, grade {began.grade}."


def _came_with(desk: Desk, child: Student, first_day: date) -> TransferReceived | None:
    """What the last transfer file taken in told of attendance elsewhere, for the first stay after it."""
    told = [fact.payload for fact in desk.records.transfer_facts(child) if isinstance(fact.payload, TransferReceived)]
    before = [line for line in child.attendance.lines if line.began.first_day < first_day.isoformat()]
    return told[-1] if told and not before else None


def _check_first_day(child: Student, first_day: date) -> None:
    if child.birth_date and first_day < earliest(PartialDate(child.birth_date)):
        raise Refused("bad-date", f"{first_day} is before {child.full_name} was born ({child.birth_date})")


def _check_not_there(child: Student, facility: FacilityId, name: str, first_day: date) -> None:
    """One stay at one facility at a time: a second would start its clocks twice."""
    for line in child.attendance.lines:
        last = line.ended.last_day if line.ended is not None else None
        if line.began.facility == facility and (last is None or first_day.isoformat() <= last):
            until = f"until {last}" if last else "and has not left"
            raise Refused(
                "attends-already", f"{child.full_name} attends {name} since {line.began.first_day} {until}: leave first"
            )


@student.command("leave")
@click.argument("who")
@click.option("--last-day", required=True, help="Last day attended.")
@click.option("--reason", type=click.Choice(["transfer", "graduated", "withdrew", "moved_up", "other"]), required=True)
@click.option("--facility", default="", help="Which one, where the child attends two.")
@click.option("--to", "destination", default="", help="The next school, as far as known.")
@click.option("--transfer-on", default="", help="Day of the transfer, when it is not the last day.")
@click.pass_obj
def leave_command(
    settings: Settings, who: str, last_day: str, reason: Reason, facility: str, destination: str, transfer_on: str
) -> None:
    """A child leaves: the 30 days to help move the file begin, request or none."""
    say(asyncio.run(leave(settings, who, last_day, reason, facility, destination, transfer_on)))


async def leave(
    settings: Settings,
    who: str,
    last_day: str,
    reason: Reason,
    facility: str = "",
    destination: str = "",
    transfer_on: str = "",
    clock: Clock = wall_clock,
) -> str:
    """Record ``enrollment.ended``; returns what follows, in words."""
    async with open_desk(settings, "student leave", "", clock) as desk:
        child = desk.records.student(desk.records.find(who))
        last = civil_date(last_day)
        open_lines = [line for line in child.attendance.on(last) if line.ended is None]
        if facility:
            asked = desk.records.facility(facility)
            open_lines = [line for line in open_lines if line.facility == asked]
        if len(open_lines) != 1:
            many = "attends several facilities: give --facility" if open_lines else "attends none of ours"
            raise Refused("no-enrollment", f"on {last} {child.full_name} {many}")
        ended = typed(
            EnrollmentEnded,
            facility=open_lines[0].facility,
            last_day=last.isoformat(),
            reason=reason,
            destination=destination,
            transfer_on=day_or_none(transfer_on),
        )
        stay = open_lines[0].fact
        await desk.district.record_first([(stay.stream, ended)], [f"leave {stay.id}"])
        if reason == "graduated":
            return f"{child.full_name} graduated on {last}."
        day_0 = civil_date(ended.transfer_on or ended.last_day)
        due = date.fromordinal(day_0.toordinal() + HELP_DAYS)
        return f"{child.full_name} left on {last}. Help move the file by {due} (121A.15 subd. 7)."

"""Reading a child's record: GET /api/students?query=, GET /api/students/{student} and …/replay.

The record is read as every command reads it (server.records), as of the head the answer names. Opening it is
itself on record before it is shown (``record.viewed``), and so is being refused. A search shows name, birth
date and school of children within the asker's reach, and counts as a look at each child it shows.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from events.errors import Refused
from events.ids import FacilityId, StudentId, is_uuid7
from projections.actors import Staff
from projections.compliance import judge
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.district import District
from server.identity.rights import READERS, has_role, may_read, reach
from server.live import Live
from server.records import read_child
from server.register import FOUND_MAX, Entry
from server.replay import Replay, replay_of
from server.student_record import StudentRecord, damaged, shown, unreadable
from server.sync.freshness import Freshness

QUERY_LENGTH_MIN = 2
QUERY_LENGTH_MAX = 100


class StudentFound(msgspec.Struct, frozen=True):
    """One child of a search."""

    student: StudentId
    given: str
    family: str
    birth_date: str
    facility: FacilityId | None
    facility_name: str


class Found(msgspec.Struct, frozen=True):
    """Up to 50 children by family name; ``more`` when there may be others: type more letters."""

    students: tuple[StudentFound, ...]
    more: bool


class Reading:
    """What the handlers share: whom a person may find, a child opened for somebody, its record on a day."""

    def __init__(
        self,
        district: District,
        live: Live,
        freshness: Freshness,
        asking: Asking,
        access: AccessRecord,
        clock: Callable[[], datetime],
    ) -> None:
        self._district, self._live, self._freshness = district, live, freshness
        self._asking, self._access, self._clock = asking, access, clock

    async def found(self, request: AnyRequest, typed: str) -> Found:
        """Children within the asker's reach; a look at each."""
        person = await self._asking.staff(request)
        if not has_role(self._live.directory, person.id, READERS):
            detail = "None of your roles may read records."
            raise await self._asking.refuse(person.id, "search for children", detail)
        entries = self._live.register.find(typed, reach(self._live.directory, self._live.scopes, person.id))
        await self._access.viewed(person.id, [entry.student for entry in entries], "search")
        return Found(tuple(_found(entry, self._live) for entry in entries), len(entries) == FOUND_MAX)

    async def opened(self, request: AnyRequest, student: str, part: str) -> StudentId:
        """A child that the asker may read; the look is on record."""
        wanted, person = await opening(self._live, self._asking, request, student)
        await self._access.viewed(person.id, self._live.scopes.linked(wanted), part)
        return wanted

    async def record(self, wanted: StudentId, as_of: date | None) -> StudentRecord:
        """Raises Refused for a record that was destroyed or that the disk does not give back."""
        live, linked = self._live, self._live.scopes.linked(wanted)
        records = await read_child(self._district, linked, live.about.streams(linked))
        student = records.student(wanted)
        if student.id is None and damaged(live, linked):
            raise unreadable(damaged(live, linked))
        if student.id is None:
            raise Refused("record-destroyed", "This record was destroyed; its certificate is in the district's stream.")
        day = as_of or records.policy.civil_day(self._clock())
        judgment = judge(student, records.policy, day, cases=records.cases(student))
        return shown(student, judgment, day, records.size, live, self._freshness)

    async def replay(self, wanted: StudentId, true_on: date | None, known_on: date | None, rule_set: str) -> Replay:
        return await replay_of(self._district, self._live, wanted, true_on, known_on, rule_set, self._clock())


Records = NamedDependency[Reading]


def student_routes(
    district: District,
    live: Live,
    freshness: Freshness,
    asking: Asking,
    access: AccessRecord,
    clock: Callable[[], datetime],
) -> Router:
    """The routes of /api/students that read."""
    reading = Reading(district, live, freshness, asking, access, clock)
    return Router(
        "/api/students",
        route_handlers=[find_students, read_student, replay_student],
        dependencies={"reading": Provide(lambda: reading, sync_to_thread=False)},
        tags=["students"],
    )


@get("/")
async def find_students(
    request: AnyRequest,
    reading: Records,
    typed: Annotated[str, QueryParameter(name="query", min_length=QUERY_LENGTH_MIN, max_length=QUERY_LENGTH_MAX)],
) -> Found:
    """Children within the asker's reach by the beginnings of their names, birth date or number."""
    return await reading.found(request, typed)


@get("/{student:str}")
async def read_student(
    request: AnyRequest, reading: Records, student: FromPath[str], as_of: FromQuery[date | None] = None
) -> StudentRecord:
    """A child's doses, papers, discrepancies and verdict with its clauses, on a day (default: today)."""
    return await reading.record(await reading.opened(request, student, "record"), as_of)


@get("/{student:str}/replay")
async def replay_student(
    request: AnyRequest,
    reading: Records,
    student: FromPath[str],
    true_on: FromQuery[date | None] = None,
    known_on: FromQuery[date | None] = None,
    rule_set: FromQuery[str] = "",
) -> Replay:
    """What was known of the child at the end of one day, of another day, under the law then in force."""
    return await reading.replay(await reading.opened(request, student, "replay"), true_on, known_on, rule_set)


async def opening(live: Live, asking: Asking, request: AnyRequest, student: str) -> tuple[StudentId, Staff]:
    """Whose record is opened, by whom. Raises ProblemError; a refusal is on record first."""
    await live.catch_up()
    person = await asking.staff(request)
    wanted = StudentId(student)
    known = is_uuid7(student) and live.register.get(wanted) is not None
    if not known or not may_read(live.directory, live.scopes, person.id, wanted):
        if not has_role(live.directory, person.id, READERS) or known:
            detail = "Your roles do not cover this child; ask the health office."
            raise await asking.refuse(person.id, "open a record", detail, stream_place(student))
        if is_uuid7(student) and damaged(live, (wanted,)):
            raise unreadable(damaged(live, (wanted,)))
        raise ProblemError("not-found", "No child with this id is registered.")
    return wanted, person


def stream_place(student: str) -> str:
    """Which record was asked for, by its random id; empty for anything else that was typed."""
    return f"student/{student}" if is_uuid7(student) else ""


def _found(entry: Entry, live: Live) -> StudentFound:
    facility = live.directory.facilities.get(entry.facility) if entry.facility else None
    name = facility.name if facility else ""
    return StudentFound(entry.student, entry.given, entry.family, entry.birth_date, entry.facility, name)

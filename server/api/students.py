"""Reading a child's record: GET /api/students?query= and GET /api/students/{student}.

The record is read as every command reads it (server.records), as of the head the answer names. Opening it is
itself on record before it is shown (``record.viewed``), and so is being refused. A search shows name, birth
date and school of children within the asker's reach, and counts as a look at each child it shows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from events.catalog.consents import ConsentGiven
from events.catalog.event_type import Photo
from events.catalog.statements import StatementReceived
from events.dates import write_instant
from events.errors import Refused
from events.ids import EventId, FacilityId, Position, StudentId, is_uuid7, stream_of
from events.wire import DeviceReport
from projections.actors import Staff
from projections.compliance import Judgment, judge
from projections.discrepancies import Discrepancy, discrepancies_of
from projections.history import DoseLine
from projections.incidents import Incident, incidents_of
from projections.known_since import KnownSince
from projections.law.verdict import Verdict
from projections.papers import PaperLine
from projections.student import Student
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.district import District
from server.identity.rights import READERS, has_role, may_read, reach
from server.live import Live
from server.records import read_child
from server.register import FOUND_MAX, Entry
from server.replay import Replay, replay_of
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


class DoseShown(msgspec.Struct, frozen=True):
    """A dose with its current values; ``void_reason`` set: it counts for nothing and stays visible."""

    event: EventId
    basis: str
    cvx: str
    given_on: str
    lot: str
    provider: str
    source: str
    corrections: int
    void_reason: str | None
    received_at: str
    known_since: str
    """When the district first had it: earlier than ``received_at`` where a back-up lost it and a receipt proves it."""


class PaperShown(msgspec.Struct, frozen=True):
    """A statement on file and what became of it. ``photo`` names its picture; empty without one."""

    event: EventId
    kind: str
    received_on: str
    state: str
    antigens: tuple[str, ...]
    photo: str = ""


class PictureShown(msgspec.Struct, frozen=True):
    """A picture of a paper: of which event, what it is (``kind``: a statement's, else empty), and its day."""

    event: EventId
    type: str
    kind: str
    on: str
    photo: str


class DiscrepancyShown(msgspec.Struct, frozen=True):
    """What does not fit together, and who settles it."""

    key: str
    kind: str
    severity: str
    owner: str
    due_on: str
    says: str
    events: tuple[EventId, ...]
    concurrent: bool


class IncidentShown(msgspec.Struct, frozen=True):
    """A dose given against a stop; ``outcome`` is empty while the follow-up is open."""

    event: EventId
    stops: tuple[str, ...]
    reason: str
    follow_up: tuple[str, ...]
    opened_on: str
    due_on: str
    outcome: str


class StudentRecord(msgspec.Struct, frozen=True):
    """A child's record as of ``log_size`` entries of the log, judged on ``as_of`` (the district's civil day).

    ``doses`` stand in the order of ``verdict``'s indexes for those that count; voided ones follow.
    """

    student: StudentId
    streams: tuple[StudentId, ...]
    name: str
    birth_date: str
    sex: str
    facility: FacilityId | None
    facility_name: str
    grade: str
    doses: tuple[DoseShown, ...]
    papers: tuple[PaperShown, ...]
    pictures: tuple[PictureShown, ...]
    """Of statements and consents; each is opened on its own (``…/photos/<photo>``), and the look is on record."""
    discrepancies: tuple[DiscrepancyShown, ...]
    incidents: tuple[IncidentShown, ...]
    devices: tuple[DeviceReport, ...]
    """Devices that hold this child and when they last reported, longest silent first: what they made since lacks."""
    not_understood: int
    damaged: tuple[Position, ...]
    """Entries of this record (or of nobody knows whose) that the disk does not give back: it may lack what they say."""
    verdict: Verdict
    holds_until: str | None
    uncovered: str
    as_of: str
    log_size: int


def student_routes(
    district: District,
    live: Live,
    freshness: Freshness,
    asking: Asking,
    access: AccessRecord,
    clock: Callable[[], datetime],
) -> list[HTTPRouteHandler]:
    """GET /api/students, GET /api/students/{student} and GET /api/students/{student}/replay."""

    @get("/api/students", tags=["students"])
    async def find_students(
        request: AnyRequest,
        typed: Annotated[str, QueryParameter(name="query", min_length=QUERY_LENGTH_MIN, max_length=QUERY_LENGTH_MAX)],
    ) -> Found:
        """Children within the asker's reach by the beginnings of their names, birth date or number."""
        person = await asking.staff(request)
        if not has_role(live.directory, person.id, READERS):
            raise await asking.refuse(person.id, "search for children", "None of your roles may read records.")
        entries = live.register.find(typed, reach(live.directory, live.scopes, person.id))
        await access.viewed(person.id, [entry.student for entry in entries], "search")
        return Found(tuple(_found(entry, live) for entry in entries), len(entries) == FOUND_MAX)

    @get("/api/students/{student:str}", tags=["students"])
    async def read_student(
        request: AnyRequest, student: FromPath[str], as_of: FromQuery[date | None] = None
    ) -> StudentRecord:
        """A child's doses, papers, discrepancies and verdict with its clauses, on a day (default: today)."""
        wanted, person = await opening(live, asking, request, student)
        await access.viewed(person.id, live.scopes.linked(wanted), "record")
        return await _read(district, live, freshness, wanted, as_of, clock())

    @get("/api/students/{student:str}/replay", tags=["students"])
    async def replay_student(
        request: AnyRequest,
        student: FromPath[str],
        true_on: FromQuery[date | None] = None,
        known_on: FromQuery[date | None] = None,
        rule_set: FromQuery[str] = "",
    ) -> Replay:
        """What was known of the child at the end of one day, of another day, under the law then in force."""
        wanted, person = await opening(live, asking, request, student)
        await access.viewed(person.id, live.scopes.linked(wanted), "replay")
        return await replay_of(district, live, wanted, true_on, known_on, rule_set, clock())

    return [find_students, read_student, replay_student]


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
        if is_uuid7(student) and _damaged(live, (wanted,)):
            raise _unreadable(_damaged(live, (wanted,)))
        raise ProblemError("not-found", "No child with this id is registered.")
    return wanted, person


def _damaged(live: Live, streams: Iterable[StudentId]) -> tuple[Position, ...]:
    return tuple(sorted({at for one in streams for at in live.lacks(stream_of("student", one))}))


def _unreadable(positions: Sequence[Position]) -> Refused:
    places = ", ".join(map(str, positions))
    return Refused("record-damaged", f"The disk does not give this record back (positions {places}); it is asked for.")


def stream_place(student: str) -> str:
    """Which record was asked for, by its random id; empty for anything else that was typed."""
    return f"student/{student}" if is_uuid7(student) else ""


async def _read(
    district: District, live: Live, freshness: Freshness, wanted: StudentId, as_of: date | None, now: datetime
) -> StudentRecord:
    linked = live.scopes.linked(wanted)
    records = await read_child(district, linked, live.about.streams(linked))
    student = records.student(wanted)
    if student.id is None and _damaged(live, linked):
        raise _unreadable(_damaged(live, linked))
    if student.id is None:
        raise Refused("record-destroyed", "This record was destroyed; its certificate is in the district's stream.")
    day = as_of or records.policy.civil_day(now)
    judgment = judge(student, records.policy, day, cases=records.cases(student))
    return _shown(student, judgment, day, records.size, live, freshness)


def _shown(
    student: Student, judgment: Judgment, day: date, size: int, live: Live, freshness: Freshness
) -> StudentRecord:
    line = student.attendance.current(day)
    facility = None if line is None else live.directory.facilities.get(line.facility)
    standing = [dose for dose in student.doses if dose.is_standing]
    voided = [dose for dose in student.doses if not dose.is_standing]
    return StudentRecord(
        student=student.id or StudentId(""),
        streams=student.streams,
        name=student.full_name,
        birth_date=student.birth_date,
        sex=student.identity.sex,
        facility=None if line is None else line.facility,
        facility_name=facility.name if facility else "",
        grade="" if line is None else line.grade_on(day),
        doses=tuple(_dose(dose, live.known_since) for dose in (*standing, *voided)),
        papers=tuple(_paper(paper) for paper in student.papers),
        pictures=tuple(_pictures(student)),
        discrepancies=tuple(_discrepancy(one) for one in discrepancies_of(student)),
        incidents=tuple(_incident(one) for one in incidents_of(student)),
        devices=freshness.of_child(student.streams),
        not_understood=len(student.not_understood),
        damaged=_damaged(live, student.streams),
        verdict=judgment.verdict,
        holds_until=judgment.holds_until.isoformat() if judgment.holds_until else None,
        uncovered=judgment.uncovered,
        as_of=day.isoformat(),
        log_size=size,
    )


def _found(entry: Entry, live: Live) -> StudentFound:
    facility = live.directory.facilities.get(entry.facility) if entry.facility else None
    name = facility.name if facility else ""
    return StudentFound(entry.student, entry.given, entry.family, entry.birth_date, entry.facility, name)


def _dose(dose: DoseLine, known_since: KnownSince) -> DoseShown:
    received = dose.fact.received_at
    since = known_since.of(dose.fact.event_hash, received) if received else None
    source = dose.told.source if dose.told else ""
    return DoseShown(
        dose.event,
        dose.basis,
        dose.cvx,
        dose.given_on,
        dose.lot,
        dose.provider,
        source,
        len(dose.corrections),
        dose.void_reason,
        write_instant(received) if received else "",
        write_instant(since) if since else "",
    )


def _paper(line: PaperLine) -> PaperShown:
    photo = line.paper.photo.sealed if line.paper.photo else None
    return PaperShown(line.event, line.paper.kind, line.paper.received_on, line.state, line.paper.antigens, photo or "")


def _pictures(student: Student) -> Iterator[PictureShown]:
    for fact in student.facts:
        match fact.payload:
            case StatementReceived(photo=Photo(sealed=str(name)), kind=kind, received_on=on):
                yield PictureShown(fact.id, fact.header.type, kind, on, name)
            case ConsentGiven(photo=Photo(sealed=str(name)), on=on):
                yield PictureShown(fact.id, fact.header.type, "", on, name)
            case _:
                pass


def _discrepancy(one: Discrepancy) -> DiscrepancyShown:
    events = tuple(side.event for side in one.sides)
    due = one.due_on.isoformat()
    return DiscrepancyShown(one.key, one.kind, one.severity, one.owner.value, due, one.says, events, one.concurrent)


def _incident(one: Incident) -> IncidentShown:
    told, outcome = one.opened, one.closed.outcome if one.closed else ""
    days = one.opened_on.isoformat(), one.due_on.isoformat()
    return IncidentShown(one.event, told.stops, told.reason, told.follow_up, *days, outcome)

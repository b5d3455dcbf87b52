"""A child's record as a screen shows it: doses, papers, pictures, what does not fit, devices, the verdict of a day.

    Student + Judgment + how fresh it is --> StudentRecord, as of one head of the log

One reading for the API; the commands print projections/summary.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from events.catalog.consents import ConsentGiven
from events.catalog.disclosures import DisclosureConsented
from events.catalog.event_type import Photo
from events.catalog.statements import StatementReceived
from events.dates import write_instant
from events.errors import Refused
from events.ids import EventId, FacilityId, Position, StudentId, stream_of
from events.wire import DeviceReport
from projections.compliance import Judgment
from projections.discrepancies import discrepancies_of
from projections.discrepancy import Discrepancy
from projections.history import DoseLine
from projections.incidents import Incident, incidents_of
from projections.known_since import KnownSince
from projections.law.verdict import Verdict
from projections.papers import PaperLine
from projections.sharing import Permission, permissions_of
from projections.student import Student
from server.live import Live
from server.sync.freshness import Freshness


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
    sharing: tuple[Permission, ...]
    """Permissions to share with the state registry, as they stand that day; to look at before entering a dose there."""
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


def shown(
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
        sharing=permissions_of(student.shelf, day.isoformat()),
        discrepancies=tuple(_discrepancy(one) for one in discrepancies_of(student, live.clinic_words)),
        incidents=tuple(_incident(one) for one in incidents_of(student)),
        devices=freshness.of_child(student.streams),
        not_understood=len(student.not_understood),
        damaged=damaged(live, student.streams),
        verdict=judgment.verdict,
        holds_until=judgment.holds_until.isoformat() if judgment.holds_until else None,
        uncovered=judgment.uncovered,
        as_of=day.isoformat(),
        log_size=size,
    )


def damaged(live: Live, streams: Iterable[StudentId]) -> tuple[Position, ...]:
    return tuple(sorted({at for one in streams for at in live.lacks(stream_of("student", one))}))


def unreadable(positions: Sequence[Position]) -> Refused:
    places = ", ".join(map(str, positions))
    return Refused("record-damaged", f"The disk does not give this record back (positions {places}); it is asked for.")


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
            case (
                ConsentGiven(photo=Photo(sealed=str(name)), on=on)
                | DisclosureConsented(photo=Photo(sealed=str(name)), on=on)
            ):
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

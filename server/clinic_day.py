"""A clinic's day in words: who was expected, who was served, what was not given and why, what does not fit, its books.

    clinic row + rows of the children on its list, or served there --fold--> visits --> ClinicDay

One reading for the API and the command, so they cannot differ.
"""

from collections.abc import Iterable

import msgspec

from events.catalog.doses import DoseNotGiven
from events.ids import DISTRICT_STREAM, ClinicId, StudentId, stream_of
from projections.clinic import Clinic, Visit, clinic_discrepancies, clinic_of, visits
from projections.discrepancy import vaccine_name
from projections.eligibility import eligibility_of
from projections.student import Student
from server.clinic_books import Books, books_of
from server.district import District
from server.live import Live
from server.records import Records
from server.standing_orders import OrderRow, orders_of


class VisitRow(msgspec.Struct, frozen=True):
    """One child at the clinic. ``state`` is served, not_given or waiting; ``given`` and ``not_given`` are words.

    ``eligibility`` is the category stated on the clinic's day; empty where nobody said.
    """

    student: StudentId
    name: str
    birth_date: str
    expected: bool
    state: str
    given: tuple[str, ...]
    not_given: tuple[str, ...]
    discrepancies: int
    eligibility: str


class OpenMatter(msgspec.Struct, frozen=True):
    """What does not fit together among the children of the clinic, and whose it is to settle."""

    kind: str
    severity: str
    owner: str
    says: str
    due_on: str


class ClinicDay(msgspec.Struct, frozen=True, kw_only=True):
    """The day so far, as of ``log_size`` entries of the log."""

    clinic: ClinicId
    name: str
    on: str
    state: str
    expected: int
    served: int
    waiting: int
    visits: tuple[VisitRow, ...]
    discrepancies: tuple[OpenMatter, ...]
    orders: tuple[OrderRow, ...]
    books: Books
    log_size: int


async def read_clinic_day(district: District, live: Live, clinic: ClinicId) -> ClinicDay:
    """The day, off the projections' rows. Raises ProjectionPaused."""
    stream = stream_of("clinic", clinic)
    facts, _ = await district.reading.some([stream])
    planned = clinic_of(facts)
    here = {one for child in (*planned.roster, *live.about.visitors(clinic)) for one in live.scopes.linked(child)}
    streams = [DISTRICT_STREAM, stream, *(stream_of("student", child) for child in sorted(here))]
    facts, size = await district.reading.some(streams)
    records = Records([fact for fact in facts if fact.stream != stream], size)
    return clinic_day(clinic_of(facts), records.students(), size)


def clinic_day(clinic: Clinic, students: Iterable[Student], size: int) -> ClinicDay:
    """The day of these children; those who have nothing to do with the clinic are left out."""
    everyone = list(students)
    known = {stream: student for student in everyone for stream in student.streams}
    day = visits(clinic, everyone)
    plan = clinic.plan
    return ClinicDay(
        clinic=clinic.id or ClinicId(""),
        name=plan.name if plan else "",
        on=plan.on if plan else "",
        state=clinic.state,
        expected=sum(visit.expected for visit in day),
        served=sum(visit.state == "served" for visit in day),
        waiting=sum(visit.state == "waiting" for visit in day),
        visits=tuple(_visit_row(visit, known[visit.student], clinic) for visit in day),
        discrepancies=tuple(
            OpenMatter(one.kind, one.severity, one.owner.value, one.says, one.due_on.isoformat())
            for one in clinic_discrepancies(day)
        ),
        orders=orders_of(clinic),
        books=books_of(clinic, everyone),
        log_size=size,
    )


def _visit_row(visit: Visit, student: Student, clinic: Clinic) -> VisitRow:
    on = clinic.plan.on if clinic.plan is not None else ""
    told = eligibility_of(student.shelf, clinic.id or ClinicId(""), on)
    return VisitRow(
        visit.student,
        student.full_name,
        student.birth_date,
        visit.expected,
        visit.state,
        tuple(f"{vaccine_name(dose.cvx)} {dose.given_on}" for dose in visit.given),
        tuple(_why_not(told) for told in visit.not_given),
        len(visit.discrepancies),
        told.category if told is not None else "",
    )


def _why_not(told: DoseNotGiven) -> str:
    return f"{', '.join(vaccine_name(cvx) for cvx in told.cvx)}: {told.reason.replace('_', ' ')}"

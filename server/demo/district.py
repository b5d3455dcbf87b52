"""The whole demo district as facts, ready to be recorded by a system seat in three steps.

    demo = demo_district(seed, today)
    ids = await seat.record(demo.opening)            # people, enrollments, papers, the clinic
    await seat.record(demo.following(ids))           # doses and checks, which name the papers' event ids
    await seat.record(demo.packed(now))              # what the boxes read as they leave

``demo.founded`` gives name, kind and zone for founding the district first. Equal seed and day make equal
facts, ids included; only keys, salts and event ids are new each time.
"""

from collections.abc import Sequence
from datetime import date, datetime
from random import Random
from typing import Literal

import msgspec

from events.catalog.doses import DoseRecorded
from events.catalog.event_type import Payload, Told
from events.catalog.policy import ConscientiousInTransfer, PolicyAdopted, TransferGrace
from events.catalog.statements import StatementChecked
from events.catalog.students import (
    Contact,
    ContactsRecorded,
    EnrollmentEnded,
    StudentRegistered,
)
from events.ids import DISTRICT_STREAM, EventId, Stream, StudentId, stream_of
from server.demo.clinic import DemoClinic, make_clinic
from server.demo.enrollments import enrollment, grade_this_year
from server.demo.histories import tell
from server.demo.people import (
    DemoChild,
    DemoFacility,
    DemoStaff,
    Minter,
    make_children,
    make_facilities,
    make_staff,
)
from server.demo.stories import History

NAME = "Aspen Prairie School District"
KIND: Literal["school_district"] = "school_district"
TIME_ZONE = "America/Chicago"

Entry = tuple[Stream, Payload]


class DemoStudent(msgspec.Struct, frozen=True):
    """A child and the file the district has of it."""

    child: DemoChild
    history: History

    @property
    def id(self) -> StudentId:
        return self.child.id

    @property
    def stream(self) -> Stream:
        return stream_of("student", self.child.id)


class DemoDistrict(msgspec.Struct, frozen=True, kw_only=True):
    """Everyone and everything; ``opening`` is recorded first, ``following`` with the ids that gave, then ``packed``."""

    facilities: tuple[DemoFacility, ...]
    staff: tuple[DemoStaff, ...]
    students: tuple[DemoStudent, ...]
    clinic: DemoClinic
    opening: tuple[Entry, ...]
    papers: dict[StudentId, int]
    """Where in ``opening`` each child's paper is."""

    def following(self, ids: Sequence[EventId]) -> list[Entry]:
        """Checks of papers, and doses that stand on them; ``ids`` are those of ``opening``, in order."""
        entries: list[Entry] = []
        for student in self.students:
            place = self.papers.get(student.id)
            paper = None if place is None else ids[place]
            if paper is not None and student.history.accepted:
                entries.append((student.stream, StatementChecked(event=paper, outcome="accepted")))
            entries += [(student.stream, dose) for dose in _doses(student, paper)]
        return entries

    def packed(self, now: datetime) -> list[Entry]:
        """The clinic's boxes, cold as of now."""
        return [(stream_of("clinic", self.clinic.id), reading) for reading in self.clinic.packed(now)]


def demo_district(seed: int, today: date) -> DemoDistrict:
    """The district as of ``today``, drawn from ``seed``."""
    mint = Minter(Random(seed), today)  # noqa: S311  (believable people, not secrets)
    facilities = make_facilities(mint)
    staff = make_staff(mint, facilities)
    files = [(child, tell(mint.rng, child, today)) for child in make_children(mint, facilities, today)]
    clinic = make_clinic(mint, facilities[1], staff, files, today)
    students = tuple(DemoStudent(child, history) for child, history in files)
    opening = [*_policies(), *_places(facilities), *_people(staff)]
    papers: dict[StudentId, int] = {}
    for student in students:
        opening += [(student.stream, payload) for payload in _file(student, today)]
        if student.history.paper is not None:
            papers[student.id] = len(opening)
            opening.append((student.stream, student.history.paper))
    opening += _clinic(clinic)
    return DemoDistrict(
        facilities=facilities, staff=staff, students=students, clinic=clinic, opening=tuple(opening), papers=papers
    )


def _policies() -> list[Entry]:
    board = "School board resolution 2026-14"
    return [
        (DISTRICT_STREAM, PolicyAdopted(value=value, effective_from="2026-07-01", authority=board))
        for value in (TransferGrace(30), ConscientiousInTransfer(included=False))
    ]


def _places(facilities: tuple[DemoFacility, ...]) -> list[Entry]:
    return [(stream_of("facility", facility.id), facility.opened) for facility in facilities]


def _people(staff: tuple[DemoStaff, ...]) -> list[Entry]:
    entries: list[Entry] = []
    for person in staff:
        stream = stream_of("staff", person.id)
        entries += [(stream, person.registered), *((stream, role) for role in person.roles)]
    return entries


def _file(student: DemoStudent, today: date) -> list[Payload]:
    child, history = student.child, student.history
    language = child.community.language
    payloads: list[Payload] = [
        StudentRegistered(
            name=child.name,
            birth_date=child.born.isoformat(),
            sex="female" if child.sex == "female" else "male",
            identifiers=child.identifiers,
            language=language,
        ),
        ContactsRecorded(
            contacts=(
                Contact(
                    name=f"Parent of {child.name.given} {child.name.family}",
                    relation="parent",
                    phone=child.phone,
                    language=language,
                    address=child.address,
                ),
            )
        ),
        enrollment(child, history, today),
    ]
    assigned = grade_this_year(child, history, today)
    if assigned is not None:
        payloads.append(assigned)
    if history.last_day is not None:
        graduated = child.grade == "POST"
        payloads.append(
            EnrollmentEnded(
                facility=child.facility,
                last_day=history.last_day.isoformat(),
                reason="graduated" if graduated else "transfer",
                destination="" if graduated else "Harbor View School, Duluth",
            )
        )
    return payloads


def _doses(student: DemoStudent, paper: EventId | None) -> list[DoseRecorded]:
    history = student.history
    recorder, clinic = "Pakou Yang-Sayavong", "copied from the family's paper"
    if history.paper is not None:
        recorder, clinic = history.paper.told.recorder, history.paper.told.detail
    told = Told(source=history.source, recorder=recorder, detail=clinic)
    on_record = history.paper is not None and history.paper.kind in ("immunization", "in_process")
    return [
        DoseRecorded(
            told=told,
            cvx=shot.cvx,
            given_on=shot.written,
            provider=clinic if history.source == "clinic_record" else "",
            statement=paper if on_record else None,
        )
        for shot in history.shots
    ]


def _clinic(clinic: DemoClinic) -> list[Entry]:
    stream = stream_of("clinic", clinic.id)
    facts: list[Payload] = [clinic.planned, clinic.staffed, *clinic.orders, *clinic.stock]
    return [
        *((stream, payload) for payload in facts),
        (stream, clinic.roster),
        *((stream_of("student", student), consent) for student, consent in clinic.consents.items()),
    ]

"""What the log already says of the children, doses and schools that an import may meet.

A fold of student and facility streams, kept small: identities, stays, imported doses by source key. Beside
each value in force stands what an import last said of it (``sourced``), so that a row which still says
the same changes nothing, even after a person has corrected the record by hand. The reconciler feeds what
it is about to write through ``learn`` as well: one fold for what is on record and what is being added.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from events.catalog import Payload
from events.catalog.doses import DoseAdministered, DoseCorrected, DoseRecorded, DoseVoided
from events.catalog.event_type import PersonName
from events.catalog.statements import StatementReceived
from events.catalog.students import (
    Contact,
    ContactsRecorded,
    EnrollmentBegan,
    EnrollmentEnded,
    GradeAssigned,
    Identifier,
    StudentCorrected,
    StudentLinked,
    StudentRegistered,
)
from events.codec import Unknown
from events.envelope import SYSTEM_AUTHOR
from events.ids import EventId, FacilityId, StudentId, stream_id, stream_kind
from projections.fold import Fact
from server.exchange.places import Places
from server.exchange.written import person_key

RECORDER = "import run"
"""Who wrote down what an import brought; marks its events among all others."""

DOSE_FIELDS = ("cvx", "given_on", "lot", "mvx")
FULL_DATE = len("2026-11-21")
CHILD_FIELDS = ("name", "birth_date", "sex")


@dataclass
class Stay:
    """One stay at one facility; ``last_day`` is empty while it lasts."""

    facility: FacilityId
    first_day: str
    grade: str
    sourced_grade: str
    classroom: str = ""
    sourced_classroom: str = ""
    last_day: str = ""


@dataclass
class KnownDose:
    """A recorded dose: its values in force and those the source last gave. ``event`` is None within this run."""

    student: StudentId
    event: EventId | None
    current: dict[str, Any]
    sourced: dict[str, Any]
    voided: bool = False


@dataclass
class KnownChild:
    """A registered child."""

    id: StudentId
    current: dict[str, Any] = field(default_factory=dict)
    sourced: dict[str, Any] = field(default_factory=dict)
    identifiers: tuple[Identifier, ...] = ()
    contacts: tuple[Contact, ...] = ()
    sourced_contacts: tuple[Contact, ...] | None = None
    stays: list[Stay] = field(default_factory=list)
    statements: set[tuple[str, str]] = field(default_factory=set)
    given: set[tuple[str | None, str | None]] = field(default_factory=set)
    """CVX code and full date of the doses that stand."""

    @property
    def name(self) -> PersonName | None:
        return self.current.get("name")

    @property
    def birth_date(self) -> str:
        return str(self.current.get("birth_date", ""))


class Known:
    """Changed in place by its one owner, in log order."""

    def __init__(self) -> None:
        self.children: dict[StudentId, KnownChild] = {}
        self.doses: dict[str, KnownDose] = {}
        self.places = Places()
        self._by_event: dict[EventId, KnownDose] = {}
        self._by_number: dict[Identifier, dict[StudentId, None]] = {}
        self._by_value: dict[str, dict[StudentId, None]] = {}
        self._by_person: dict[tuple[str, str, str], dict[StudentId, None]] = {}
        self._leader: dict[StudentId, StudentId] = {}

    def apply(self, fact: Fact) -> None:
        """Take in one event of the log."""
        if not isinstance(fact.payload, Unknown):
            self.learn(stream_kind(fact.stream), stream_id(fact.stream), fact.payload, fact.id, fact.header.author)

    def learn(
        self, kind: str, subject: str, payload: Payload, event: EventId | None, author: str = SYSTEM_AUTHOR
    ) -> None:
        """Take in one payload, from the log or about to be written (then ``event`` is None)."""
        if kind == "facility":
            self.places.learn(FacilityId(subject), payload)
        elif kind == "student":
            child = self.children.setdefault(StudentId(subject), KnownChild(StudentId(subject)))
            self._student(child, payload, event, author)

    def numbered(self, number: Identifier) -> list[KnownChild]:
        """The children that carry this number, linked streams once."""
        return self._whole(self._by_number.get(number, ()))

    def valued(self, value: str) -> list[KnownChild]:
        """The children that carry a number of this value in any system."""
        return self._whole(self._by_value.get(value, ()))

    def named(self, name: PersonName, birth_date: str) -> list[KnownChild]:
        return self._whole(self._by_person.get(person_key(name, birth_date), ()))

    def _whole(self, students: Iterable[StudentId]) -> list[KnownChild]:
        return [self.children[one] for one in dict.fromkeys(self._led(student) for student in students)]

    def _led(self, student: StudentId) -> StudentId:
        while (leader := self._leader.get(student, student)) != student:
            student = leader
        return student

    def _student(self, child: KnownChild, payload: Payload, event: EventId | None, author: str) -> None:
        match payload:
            case StudentRegistered() | StudentCorrected():
                self._identity(child, payload)
            case ContactsRecorded(contacts=contacts):
                child.contacts = contacts
                if author == SYSTEM_AUTHOR:
                    child.sourced_contacts = contacts
            case EnrollmentBegan(facility=facility, first_day=first_day, grade=grade, classroom=classroom):
                child.stays.append(Stay(facility, first_day, grade, grade, classroom, classroom))
            case GradeAssigned(facility=facility):
                for stay in child.stays:
                    if stay.facility == facility:
                        _assign(stay, payload)
            case EnrollmentEnded(facility=facility, last_day=last_day):
                for stay in child.stays:
                    if stay.facility == facility and stay.first_day <= last_day:
                        stay.last_day = last_day
            case StatementReceived(kind=kind, received_on=received_on):
                child.statements.add((kind, received_on))
            case DoseRecorded():
                self._dose(child, payload, event)
            case DoseAdministered(cvx=cvx, given_on=given_on):
                child.given.add((cvx, given_on))
            case DoseCorrected():
                self._correct(child, payload)
            case DoseVoided(event=voided):
                self._void(child, voided)
            case StudentLinked(other=other):
                self.children.setdefault(other, KnownChild(other))
                first, second = sorted((self._led(child.id), self._led(other)))
                if first != second:
                    self._leader[second] = first
            case _:
                return

    def _identity(self, child: KnownChild, told: StudentRegistered | StudentCorrected) -> None:
        said = {one: getattr(told, one) for one in CHILD_FIELDS if getattr(told, one) is not None}
        child.current |= said
        if told.told is not None and told.told.recorder == RECORDER:
            child.sourced |= said
        if told.identifiers is not None:
            child.identifiers = told.identifiers
            for number in told.identifiers:
                self._by_number.setdefault(number, {})[child.id] = None
                self._by_value.setdefault(number.value, {})[child.id] = None
        if child.name is not None:
            self._by_person.setdefault(person_key(child.name, child.birth_date), {})[child.id] = None

    def _dose(self, child: KnownChild, dose: DoseRecorded, event: EventId | None) -> None:
        said = {one: getattr(dose, one) for one in DOSE_FIELDS}
        known = KnownDose(child.id, event, dict(said), dict(said))
        if event is not None:
            self._by_event[event] = known
        if dose.source_key:
            self.doses.setdefault(dose.source_key, known)
        if dose.cvx and dose.given_on and len(dose.given_on) == FULL_DATE:
            child.given.add((dose.cvx, dose.given_on))

    def _correct(self, child: KnownChild, corrected: DoseCorrected) -> None:
        dose = self._by_event.get(corrected.event)
        if dose is None:
            return
        child.given.discard((dose.current["cvx"], dose.current["given_on"]))
        said = {one: getattr(corrected, one) for one in DOSE_FIELDS if getattr(corrected, one) is not None}
        dose.current |= said
        if corrected.told is not None and corrected.told.recorder == RECORDER:
            dose.sourced |= said
        if dose.current["cvx"] and len(dose.current["given_on"] or "") == FULL_DATE:
            child.given.add((dose.current["cvx"], dose.current["given_on"]))

    def _void(self, child: KnownChild, event: EventId) -> None:
        dose = self._by_event.get(event)
        if dose is not None:
            dose.voided = True
            child.given.discard((dose.current["cvx"], dose.current["given_on"]))


def _assign(stay: Stay, told: GradeAssigned) -> None:
    """The grade and class now; what a roster said last is kept beside what a person has set since."""
    stay.grade, stay.classroom = told.grade, told.classroom
    if told.told is not None:
        stay.sourced_grade, stay.sourced_classroom = told.grade, told.classroom

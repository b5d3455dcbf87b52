"""A clinic day: who is expected, who was served, what was not given, and what two devices say differently.

Folded from the clinic's own stream and the streams of the children on its roster. A child taken off the
roster stays in view if a dose was given here: doses are facts.

    planned --> roster, staff, orders --> doses, refusals --> closed        or: cancelled
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec

from events.catalog.clinics import (
    ClinicCancelled,
    ClinicClosed,
    ClinicPlanned,
    ClinicStaffed,
    OrderIssued,
    RosterAdded,
    RosterRemoved,
)
from events.catalog.doses import DoseNotGiven
from events.ids import ClinicId, StaffId, StudentId, stream_id
from projections.clinic_words import ClinicWords
from projections.discrepancies import discrepancies_of
from projections.discrepancy import Discrepancy, settled_keys
from projections.fold import Fact, arrange
from projections.forms import form_entries, forms_entered_twice
from projections.history import DoseLine
from projections.not_given import not_given
from projections.shelf import Shelf
from projections.student import Student


class Clinic(msgspec.Struct, frozen=True, dict=True):
    """One clinic read off its stream. Make it with ``clinic_of``."""

    facts: tuple[Fact, ...] = ()

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.facts)

    @property
    def id(self) -> ClinicId | None:
        return ClinicId(stream_id(self.facts[0].stream)) if self.facts else None

    @cached_property
    def plan(self) -> ClinicPlanned | None:
        """The latest plan: a second one moves day or place."""
        plans = self.shelf.of(ClinicPlanned)
        return plans[-1][1] if plans else None

    @cached_property
    def roster(self) -> tuple[StudentId, ...]:
        """Children expected, in the order they were put on the list."""
        on_list: dict[StudentId, None] = {}
        for fact in self.facts:
            match fact.payload:
                case RosterAdded(students=students):
                    on_list |= dict.fromkeys(students)
                case RosterRemoved(students=students):
                    for student in students:
                        on_list.pop(student, None)
                case _:
                    continue
        return tuple(on_list)

    @cached_property
    def staff(self) -> tuple[tuple[StaffId, str], ...]:
        told = self.shelf.of(ClinicStaffed)
        return tuple(told[-1][1].staff) if told else ()

    @cached_property
    def orders(self) -> tuple[OrderIssued, ...]:
        return tuple(order for _, order in self.shelf.of(OrderIssued))

    @cached_property
    def words(self) -> ClinicWords:
        return ClinicWords(self.facts)

    @property
    def state(self) -> str:
        """``planned``, ``closed``, ``cancelled``, or ``unknown`` before its plan arrived."""
        if self.shelf.of(ClinicCancelled):
            return "cancelled"
        if self.shelf.of(ClinicClosed):
            return "closed"
        return "planned" if self.plan is not None else "unknown"


class Visit(msgspec.Struct, frozen=True):
    """One child at one clinic: doses given here (voided ones left out) and what was not given, with reasons."""

    student: StudentId
    expected: bool
    given: tuple[DoseLine, ...]
    not_given: tuple[DoseNotGiven, ...]
    discrepancies: tuple[Discrepancy, ...]

    @property
    def state(self) -> str:
        """``served``, ``not_given`` or ``waiting``."""
        if self.given:
            return "served"
        return "not_given" if self.not_given else "waiting"


def clinic_of(facts: Iterable[Fact]) -> Clinic:
    """The clinic told by the facts of its stream; facts of other streams are passed over."""
    return Clinic(tuple(arrange(fact for fact in facts if fact.stream.startswith("clinic/"))))


def visits(clinic: Clinic, students: Iterable[Student]) -> tuple[Visit, ...]:
    """The day so far, child by child, in the roster's order; children served without being on it come last.

    Each Student must hold all its linked streams, so that a child on two lists is one visit.
    """
    place = {student: i for i, student in enumerate(clinic.roster)}
    everyone = list(students)
    settled = {key for student in everyone for key in settled_keys(student)}
    forms = forms_entered_twice([entry for student in everyone for entry in form_entries(student)], settled)
    found = [(_place(place, student), _visit(clinic, student, place, forms)) for student in everyone]
    here = [(order, visit) for order, visit in found if visit.expected or visit.given or visit.not_given]
    return tuple(visit for _, visit in sorted(here, key=lambda pair: (pair[0], pair[1].student)))


def clinic_discrepancies(day: Iterable[Visit]) -> tuple[Discrepancy, ...]:
    """Everything open among the children of a clinic, gravest and oldest first, each once."""
    found = {one.key: one for visit in day for one in visit.discrepancies}
    return tuple(sorted(found.values(), key=lambda one: (one.severity, one.raised_on, one.key)))


def _place(place: dict[StudentId, int], student: Student) -> int:
    return min((place[stream] for stream in student.streams if stream in place), default=len(place))


def _visit(clinic: Clinic, student: Student, place: dict[StudentId, int], forms: Iterable[Discrepancy]) -> Visit:
    listed = [stream for stream in student.streams if stream in place]
    its = [one for one in forms if any(side.student in student.streams for side in one.sides)]
    found = {one.key: one for one in (*discrepancies_of(student, clinic.words), *its)}
    return Visit(
        student=listed[0] if listed else student.id or StudentId(""),
        expected=bool(listed),
        given=tuple(dose for dose in student.standing_doses if dose.clinic == clinic.id),
        not_given=tuple(told for _, told in not_given(student.shelf) if told.clinic == clinic.id),
        discrepancies=tuple(found.values()),
    )

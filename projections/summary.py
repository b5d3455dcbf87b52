"""A child's record on a day in words and plain values: what a screen, a page or a packet prints.

Everything here is text a person reads or a machine parses (ISO dates, codes); nothing is decided here. The
same summary is shown by ``student show``, by ``replay`` and on a bundle's page, so they cannot differ.
``on`` is the civil day asked about: doses, papers and enrollments that happened later are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

import msgspec

from events.dates import PartialDate, earliest
from events.ids import FacilityId
from projections.clinic_words import ClinicWords
from projections.compliance import Judgment
from projections.deadlines import Deadline
from projections.discrepancies import discrepancies_of
from projections.discrepancy import Discrepancy, vaccine_name
from projections.enrollment import EnrollmentLine
from projections.history import DoseLine
from projections.papers import PaperLine
from projections.student import Student, written_name
from projections.verdict_words import VerdictRow, verdict_row

NO_NAMES: Mapping[FacilityId, str] = MappingProxyType({})


class DoseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One dose. ``source`` says who gave or told it; ``note`` what was corrected or why it does not count."""

    event: str
    vaccine: str
    cvx: str
    given_on: str
    basis: str
    source: str
    lot: str
    counts: bool
    note: str


class PaperRow(msgspec.Struct, frozen=True):
    """One paper with its state and the vaccines it names."""

    event: str
    kind: str
    signer: str
    received_on: str
    state: str
    antigens: str


class StayRow(msgspec.Struct, frozen=True):
    """One enrollment."""

    facility: str
    facility_name: str
    kind: str
    basis: str
    grade: str
    first_day: str
    last_day: str


class LinkedRow(msgspec.Struct, frozen=True):
    """One of the records that a person linked to one child, as it tells who the child is."""

    student: str
    name: str
    birth_date: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The whole record on a day. ``linked`` is empty for a child with one record."""

    student: str
    name: str
    birth_date: str
    sex: str
    numbers: tuple[str, ...]
    linked: tuple[LinkedRow, ...]
    on: str
    enrollments: tuple[StayRow, ...]
    doses: tuple[DoseRow, ...]
    papers: tuple[PaperRow, ...]
    alerts: tuple[str, ...]
    verdict: VerdictRow
    deadlines: tuple[Deadline, ...]
    discrepancies: tuple[Discrepancy, ...]
    not_understood: tuple[str, ...]


def summary_of(
    student: Student,
    judgment: Judgment,
    on: date,
    clinics: ClinicWords,
    deadlines: Iterable[Deadline] = (),
    facilities: Mapping[FacilityId, str] = NO_NAMES,
) -> Summary:
    """The record as it stood on a civil day, judged as ``judgment`` says. ``clinics``: what they say of orders and
    lots. ``facilities`` gives their names."""
    day = on.isoformat()
    identity = student.identity
    return Summary(
        student=student.id or "",
        name=student.full_name,
        birth_date=student.birth_date,
        sex=identity.sex,
        numbers=tuple(f"{number.system} {number.value}" for number in student.identifiers),
        on=day,
        linked=_linked(student),
        enrollments=tuple(
            _stay_row(line, on, facilities) for line in student.attendance.lines if line.began.first_day <= day
        ),
        doses=tuple(_dose_row(dose) for dose in student.doses if happened_by(dose, on)),
        papers=tuple(_paper_row(line, day) for line in student.papers if line.paper.received_on <= day),
        alerts=tuple(f"{alert.kind}: {alert.text}" for alert in student.alerts if alert.stands_on(day)),
        verdict=verdict_row(judgment),
        deadlines=tuple(deadlines),
        discrepancies=discrepancies_of(student, clinics),
        not_understood=tuple(f"{fact.header.type} at position {fact.position}" for fact in student.not_understood),
    )


def happened_by(dose: DoseLine, on: date) -> bool:
    """Whether the dose may have been given by that day; one without a date is always shown."""
    return not dose.given_on or earliest(PartialDate(dose.given_on)) <= on


def _linked(student: Student) -> tuple[LinkedRow, ...]:
    if len(student.identities) < 2:
        return ()
    return tuple(LinkedRow(one.student, written_name(one.name), one.birth_date) for one in student.identities)


def _stay_row(line: EnrollmentLine, on: date, facilities: Mapping[FacilityId, str]) -> StayRow:
    ended = line.ended.last_day if line.ended and line.ended.last_day <= on.isoformat() else ""
    name, began = facilities.get(line.facility, ""), line.began
    return StayRow(line.facility, name, began.kind, began.basis, line.grade_on(on), began.first_day, ended)


def _dose_row(dose: DoseLine) -> DoseRow:
    notes = [f"{change.field} was {change.was or 'empty'}" for one in dose.corrections for change in one.changes]
    if dose.void_reason is not None:
        notes.append(f"voided: {dose.void_reason}")
    if dose.giver is not None:
        source = f"given by {dose.giver.name}, {dose.giver.title}"
    else:
        source = f"told by {dose.told.source.replace('_', ' ')} ({dose.told.recorder})" if dose.told else ""
    return DoseRow(
        event=dose.event,
        vaccine=vaccine_name(dose.cvx) if dose.cvx else dose.as_written or vaccine_name(""),
        cvx=dose.cvx,
        given_on=dose.given_on,
        basis=dose.basis,
        source=source,
        lot=dose.lot,
        counts=dose.is_standing,
        note="; ".join(notes),
    )


def _paper_row(line: PaperLine, day: str) -> PaperRow:
    withdrawn_later = line.withdrawn is not None and line.withdrawn.on > day
    state = (line.outcome or "review") if withdrawn_later else line.state
    names = ", ".join(name.replace("_", " ") for name in line.paper.antigens)
    return PaperRow(line.event, line.paper.kind, line.paper.signer, line.paper.received_on, state, names)

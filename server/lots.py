"""Who had a lot: the children of one lot number, with whom to call; for a recall, a warm box, a question of the maker.

    lot as typed --> the children given it, here or elsewhere (server/worklist.py) --> their records --> LotList

Read off the records as they stand: a dose undone or of another lot by now is not in it. A child is done with when
nothing about its dose is open any more: no matter that the lot raised, no incident.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from events.dates import write_instant
from events.ids import ClinicId, EventId, FacilityId, StudentId
from projections.discrepancies import discrepancies_of
from projections.held import Hold
from projections.history import DoseLine
from projections.incidents import incidents_of
from projections.loads import lot_number
from projections.student import Student
from server.live import Live
from server.worklist import Underway


class LotDose(msgspec.Struct, frozen=True):
    """One dose of the lot. ``where`` is the clinic's or provider's name; ``basis`` is administered or historical."""

    event: EventId
    cvx: str
    given_on: str
    lot: str
    mvx: str
    basis: str
    where: str


class Call(msgspec.Struct, frozen=True):
    """Whom to call, in which language; no address, which some families keep secret."""

    name: str
    relation: str
    phone: str
    email: str
    language: str


class HadIt(msgspec.Struct, frozen=True):
    """A child and whom to call. ``open``: a matter about such a dose, or an incident, waits for somebody."""

    student: StudentId
    name: str
    family: str
    birth_date: str
    facility: FacilityId | None
    facility_name: str
    grade: str
    doses: tuple[LotDose, ...]
    contacts: tuple[Call, ...]
    open: bool


class HeldLot(msgspec.Struct, frozen=True):
    """A lot that must not be used somewhere, by its letters and digits; the gravest reason, since when (UTC)."""

    lot: str
    why: str
    since: str


class LotHold(msgspec.Struct, frozen=True):
    """Where and why the lot must not be used, since when (UTC). ``mvx``: that maker's alone; any where it is empty."""

    clinic: ClinicId
    clinic_name: str
    why: str
    mvx: str
    since: str


class LotList(msgspec.Struct, frozen=True):
    """Every child who had the lot, by family name, as of ``log_size``; ``reading``: the server has just started."""

    lot: str
    as_of: str
    log_size: int
    holds: tuple[LotHold, ...]
    children: tuple[HadIt, ...]
    reading: Underway | None = None


def held_lots(live: Live) -> tuple[HeldLot, ...]:
    """Every lot that is held now, the last held first."""
    holds = sorted(live.clinic_words.held.standing, key=lambda hold: hold.fact.order, reverse=True)
    return tuple(HeldLot(hold.number, hold.why, _since(hold)) for hold in holds)


def holds_of(live: Live, lot: str) -> tuple[LotHold, ...]:
    """What holds the lot now, the first of each clinic, reason and maker."""
    found: dict[tuple[str, str, str], LotHold] = {}
    for hold in live.clinic_words.held.of(lot):
        clinic = live.directory.clinics.get(hold.clinic)
        row = LotHold(hold.clinic, clinic.name if clinic else "", hold.why, hold.maker, _since(hold))
        found.setdefault((hold.clinic, hold.why, hold.maker), row)
    return tuple(found.values())


def _since(hold: Hold) -> str:
    return write_instant(hold.fact.received_at) if hold.fact.received_at else ""


def who_had(students: Iterable[Student], lot: str, day: date, live: Live) -> tuple[HadIt, ...]:
    """A row a child of those who stand with a dose of the lot, by family name."""
    number = lot_number(lot)
    rows = []
    for student in students:
        doses = [dose for dose in student.standing_doses if lot_number(dose.lot) == number]
        if doses:
            rows.append(_row(student, doses, day, live))
    return tuple(sorted(rows, key=lambda row: (row.family.casefold(), row.name.casefold(), row.student)))


def _row(student: Student, doses: list[DoseLine], day: date, live: Live) -> HadIt:
    line = student.attendance.current(day)
    facility = None if line is None else live.directory.facilities.get(line.facility)
    events = {dose.event for dose in doses}
    return HadIt(
        student=student.id or StudentId(""),
        name=student.full_name,
        family=student.identity.name.family if student.identity.name else "",
        birth_date=student.birth_date,
        facility=None if line is None else line.facility,
        facility_name=facility.name if facility else "",
        grade="" if line is None else line.grade_on(day),
        doses=tuple(_dose(dose, live) for dose in doses),
        contacts=tuple(Call(one.name, one.relation, one.phone, one.email, one.language) for one in student.contacts),
        open=_is_open(student, events, live),
    )


def _dose(dose: DoseLine, live: Live) -> LotDose:
    clinic = live.directory.clinics.get(dose.clinic) if dose.clinic else None
    where = clinic.name if clinic else dose.provider
    return LotDose(dose.event, dose.cvx, dose.given_on, dose.lot, dose.mvx, dose.basis, where)


def _is_open(student: Student, events: set[EventId], live: Live) -> bool:
    matters = [one for one in discrepancies_of(student, live.clinic_words) if one.kind == "dose_of_held_lot"]
    if any(not events.isdisjoint(side.event for side in one.sides) for one in matters):
        return True
    return any(one.is_open and one.opened.dose in events for one in incidents_of(student))

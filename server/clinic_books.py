"""A clinic's books: what became of each dose and consent, which doses one fund owes another, what is still owed.

    clinic + the children served there --fold--> stock · what was taken back · loans · consents · reactions to report
                                                 · papers to compare

Part of the clinic's day (server/clinic_day.py), so that the API and the commands say the same.
"""

from collections.abc import Iterable

import msgspec

from events.catalog.clinics import ConsentCount
from events.catalog.stock import StockEntryVoided, StockReplaced, TemperatureRead
from events.errors import Refused
from events.ids import EventId, StaffId, StudentId
from projections.clinic import Clinic
from projections.discrepancy import vaccine_name
from projections.fold import Fact
from projections.held import freed_by_a_reading
from projections.outcomes import outcomes_of
from projections.reactions import reactions_of
from projections.stock import borrowings_of, tallies_of
from projections.student import Student
from projections.taken_back import AnyEntry, all_taken_back
from server.desk import typed


class StockRow(msgspec.Struct, frozen=True, kw_only=True):
    """One lot in one container of one fund, in doses: loaded = given + wasted + drawn + returned + left."""

    vaccine: str
    lot: str
    container: str
    funding: str
    loaded: int
    given: int
    wasted: int
    drawn: int
    returned: int
    left: int


class LoanRow(msgspec.Struct, frozen=True, kw_only=True):
    """One dose that ``lent_by`` gave for ``owed_by``; ``paid_on`` is empty while it is owed."""

    event: EventId
    vaccine: str
    lot: str
    on: str
    lent_by: str
    owed_by: str
    student: StudentId | None
    name: str
    birth_date: str
    reason: str
    paid_on: str
    paid_lot: str


class OwedRow(msgspec.Struct, frozen=True):
    """A reaction not yet reported to VAERS, or a dose nobody compared with its paper: about whom, since when, what."""

    event: EventId
    student: StudentId
    name: str
    since: str
    says: str


class TakenBackRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of stock or loggers somebody took back, when (UTC), who and why. A reading has degrees and no lot.

    ``freed``: the lots a reading held until then, by letters and digits; None where it holds them all the same, its box
    not having been found cold since, or never held any.
    """

    event: EventId
    kind: str
    """The entry's event type."""
    lot: str
    container: str
    doses: int
    celsius: float | None
    at: str
    by: str
    reason: str
    freed: tuple[str, ...] | None


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """The books of one clinic as they stand."""

    stock: tuple[StockRow, ...]
    taken_back: tuple[TakenBackRow, ...]
    loans: tuple[LoanRow, ...]
    consents: ConsentCount
    to_report: tuple[OwedRow, ...]
    to_verify: tuple[OwedRow, ...]


def books_of(clinic: Clinic, students: Iterable[Student]) -> Books:
    """The books; only what belongs to this clinic is in them."""
    everyone = list(students)
    return Books(
        stock=tuple(
            StockRow(
                vaccine=vaccine_name(line.cvx),
                lot=line.lot,
                container=line.container,
                funding=line.funding,
                loaded=line.loaded,
                given=line.given,
                wasted=line.wasted,
                drawn=line.drawn,
                returned=line.returned,
                left=line.left,
            )
            for line in tallies_of(clinic, everyone)
        ),
        taken_back=tuple(_taken_back(clinic, *one) for one in all_taken_back(clinic.shelf)),
        loans=loans_of(clinic, everyone),
        consents=outcomes_of(clinic, (one for one in everyone if _is_expected(clinic, one)), ""),
        to_report=tuple(row for student in everyone for row in _to_report(clinic, student)),
        to_verify=tuple(row for student in everyone for row in _to_verify(clinic, student)),
    )


def _taken_back(clinic: Clinic, fact: Fact, entry: AnyEntry, word: Fact, told: StockEntryVoided) -> TakenBackRow:
    lot, doses, celsius = (
        ("", 0, entry.celsius) if isinstance(entry, TemperatureRead) else (entry.lot, entry.doses, None)
    )
    return TakenBackRow(
        event=fact.id,
        kind=fact.header.type,
        lot=lot,
        container=entry.container,
        doses=doses,
        celsius=celsius,
        at=word.header.recorded_at,
        by=word.header.author,
        reason=told.reason,
        freed=freed_by_a_reading(clinic.shelf, fact),
    )


def _is_expected(clinic: Clinic, student: Student) -> bool:
    return not set(clinic.roster).isdisjoint(student.streams)


def loans_of(clinic: Clinic, students: Iterable[Student]) -> tuple[LoanRow, ...]:
    """Every loan of the clinic, oldest first, with the child it was for where it is among these."""
    students = list(students)
    by_stream = {stream: student for student in students for stream in student.streams}
    rows = []
    for loan in borrowings_of(clinic, students):
        told, paid = loan.told, loan.paid
        student = by_stream.get(told.student) if told.student else None
        rows.append(
            LoanRow(
                event=loan.fact.id,
                vaccine=vaccine_name(told.cvx) if told.cvx else "",
                lot=told.lot,
                on=told.on or loan.fact.header.recorded_at[:10],
                lent_by=told.from_funding,
                owed_by=told.to_funding,
                student=told.student,
                name=student.full_name if student else "",
                birth_date=student.birth_date if student else "",
                reason=told.reason,
                paid_on=paid.on if paid else "",
                paid_lot=paid.lot if paid else "",
            )
        )
    return tuple(rows)


def repayment(clinic: Clinic, loan: str, lot: str, on: str, today: str, by: StaffId | None = None) -> StockReplaced:
    """What pays a loan back. Raises Refused: none, paid already, a day before it or after today (the district's)."""
    found = next((one for one in loans_of(clinic, ()) if one.event == loan and not one.paid_on), None)
    if found is None:
        raise Refused("unknown-loan", f"{loan!r} is no loan that is still owed at this clinic")
    paid = typed(StockReplaced, event=loan, lot=lot, on=on, by=by)
    if not min(found.on, today) <= on <= today:
        raise Refused(
            "bad-date", f"on: {on} is no day from the loan ({found.on}) to today ({today}): write one of these"
        )
    return paid


def _to_report(clinic: Clinic, student: Student) -> list[OwedRow]:
    here = {dose.event for dose in student.doses if dose.clinic == clinic.id}
    return [
        OwedRow(one.fact.id, student.id or StudentId(""), student.full_name, one.told.began_at, one.told.description)
        for one in reactions_of(student.shelf)
        if one.is_owed and not here.isdisjoint(one.told.doses)
    ]


def _to_verify(clinic: Clinic, student: Student) -> list[OwedRow]:
    return [
        OwedRow(
            line.event,
            student.id or StudentId(""),
            student.full_name,
            line.given_on,
            f"{vaccine_name(line.cvx)}, lot {line.lot}, given by {line.giver.name if line.giver else '?'}",
        )
        for line in student.doses
        if line.is_to_verify and line.clinic == clinic.id
    ]

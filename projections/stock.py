"""What became of the doses of each lot, per container and fund; mirrored by web/src/projections/stock.ts.

    loaded = given + wasted + drawn and not given + returned + still here

Given doses are read off the children's records, so that a dose undone comes back into the count. A lot is of one
vaccine and one maker: two of one number are two lines. What does not say of which vaccine, maker, container or fund it
was is counted on the line of its number that fits best; a number that was never loaded is a line of its own, of which
more was used than loaded.
"""

from collections.abc import Iterable

import msgspec

from events.catalog.stock import Funding, StockBorrowed, StockReplaced, StockReturned, StockWasted
from events.dates import least_months_old
from projections.clinic import Clinic
from projections.eligibility import eligibility_of, owes
from projections.fold import Fact
from projections.history import DoseLine
from projections.loads import box_name, loads_of, lot_number
from projections.returns import returns_of
from projections.student import Student
from projections.taken_back import standing


class LotTally(msgspec.Struct, kw_only=True):
    """One lot in one container of one fund, in doses."""

    cvx: str
    mvx: str
    lot: str
    container: str
    funding: Funding
    loaded: int = 0
    given: int = 0
    wasted: int = 0
    drawn: int = 0
    returned: int = 0

    @property
    def left(self) -> int:
        """What must still be in the box; below zero where more was used than loaded."""
        return self.loaded - self.given - self.wasted - self.drawn - self.returned


class Borrowing(msgspec.Struct, frozen=True):
    """A dose of one fund given to a child of another. ``paid`` is None while it is owed."""

    fact: Fact
    told: StockBorrowed
    paid: StockReplaced | None


def tallies_of(clinic: Clinic, students: Iterable[Student]) -> tuple[LotTally, ...]:
    """Every line of the clinic's stock, in the order first loaded; then what came from elsewhere."""
    tallies = _loaded(clinic)
    for student in students:
        for dose in student.standing_doses:
            if dose.basis == "administered" and dose.clinic == clinic.id:
                _count(tallies, "given", 1, _from(dose))
    for _, waste in standing(clinic.shelf, StockWasted):
        what = "drawn" if waste.drawn else "wasted"
        _count(tallies, what, waste.doses, _from(waste))
    for back in returns_of(clinic.shelf):
        _count(tallies, "returned", back.doses, _from(back))
    return tuple(tallies)


class _From(msgspec.Struct, frozen=True):
    """What a dose says of where it came from; empty where it does not."""

    cvx: str
    mvx: str
    lot: str
    container: str
    funding: str


def _from(told: DoseLine | StockWasted | StockReturned) -> _From:
    return _From(told.cvx or "", told.mvx or "", told.lot, told.container, told.funding or "")


def _loaded(clinic: Clinic) -> list[LotTally]:
    """The lines as loaded, nothing counted on them."""
    lines: dict[tuple[str, ...], LotTally] = {}
    for load in loads_of(clinic.shelf):
        key = (load.cvx, load.mvx, lot_number(load.lot), box_name(load.container), load.funding)
        line = lines.setdefault(
            key,
            LotTally(cvx=load.cvx, mvx=load.mvx, lot=load.lot, container=load.container, funding=load.funding),
        )
        line.loaded += load.doses
    return list(lines.values())


def _count(tallies: list[LotTally], what: str, doses: int, came: _From) -> None:
    line = _line_of(tallies, came)
    if line is None:
        line = _never_loaded(came)
        tallies.append(line)
    setattr(line, what, getattr(line, what) + doses)


def _never_loaded(came: _From) -> LotTally:
    funding: Funding = msgspec.convert(came.funding or "other", Funding)
    return LotTally(cvx=came.cvx, mvx=came.mvx, lot=came.lot, container=came.container, funding=funding)


def _line_of(tallies: Iterable[LotTally], came: _From) -> LotTally | None:
    """The line that fits best: the number must agree, then the vaccine, the maker, the container, the fund."""

    def fits(line: LotTally) -> tuple[bool, ...]:
        is_there = box_name(line.container) == box_name(came.container)
        return line.cvx == came.cvx, line.mvx == came.mvx, is_there, line.funding == came.funding

    return max((line for line in tallies if lot_number(line.lot) == lot_number(came.lot)), key=fits, default=None)


def borrowings_of(clinic: Clinic, students: Iterable[Student]) -> tuple[Borrowing, ...]:
    """What was borrowed here, oldest first; a dose that was voided owes nothing, one of another lot follows that."""
    doses = {dose.event: (student, dose) for student in students for dose in student.doses}
    lines = _loaded(clinic)
    found = []
    for fact, told in clinic.shelf.of(StockBorrowed):
        paid = next((payment for _, payment in clinic.shelf.about(fact.id, StockReplaced)), None)
        student, dose = doses.get(told.dose, (None, None)) if told.dose is not None else (None, None)
        if dose is not None and not dose.is_standing:
            continue
        if student is None or dose is None or paid is not None:
            found.append(Borrowing(fact, told, paid))
        elif (now := _followed(told, clinic, student, dose, lines)) is not None:
            found.append(Borrowing(fact, now, None))
    return tuple(found)


def _followed(
    told: StockBorrowed, clinic: Clinic, student: Student, dose: DoseLine, lines: Iterable[LotTally]
) -> StockBorrowed | None:
    """The loan of a dose that may have been corrected to another lot since: of that lot's fund, None where it fits.

    Of a lot that is in no stock nobody knows whose it was: the loan stays as it was logged.
    """
    line = _line_of(lines, _from(dose))
    if line is None or clinic.id is None or lot_number(dose.lot) == lot_number(told.lot):
        return told
    on = told.on or dose.given_on
    stated = eligibility_of(student.shelf, clinic.id, on)
    months = least_months_old(student.birth_date, on)
    fund = owes(stated.category if stated is not None else "unknown", months, line.funding)
    if fund is None:
        return None
    return msgspec.structs.replace(
        told, lot=dose.lot, cvx=line.cvx, container=line.container, from_funding=line.funding, to_funding=fund
    )

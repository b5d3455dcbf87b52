"""What became of the doses of each lot, per container and fund; mirrored by web/src/projections/stock.ts.

    loaded = given + wasted + drawn and not given + returned + still here

Given doses are read off the children's records, so that a dose undone comes back into the count. What does not say
from which container or fund it came is counted on the line of its lot that fits best.
"""

from collections.abc import Iterable

import msgspec

from events.catalog.stock import StockBorrowed, StockReplaced, StockWasted
from projections.clinic import Clinic
from projections.fold import Fact
from projections.loads import box_name, loads_of, lot_number
from projections.returns import returns_of
from projections.student import Student


class LotTally(msgspec.Struct, kw_only=True):
    """One lot in one container of one fund, in doses."""

    cvx: str
    lot: str
    container: str
    funding: str
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
    """Every line of the clinic's stock, in the order first loaded."""
    lines: dict[tuple[str, ...], LotTally] = {}
    for load in loads_of(clinic.shelf):
        key = (load.cvx, lot_number(load.lot), box_name(load.container), load.funding)
        line = lines.setdefault(
            key, LotTally(cvx=load.cvx, lot=load.lot, container=load.container, funding=load.funding)
        )
        line.loaded += load.doses
    tallies = tuple(lines.values())
    for student in students:
        for dose in student.standing_doses:
            if dose.basis == "administered" and dose.clinic == clinic.id:
                _count(tallies, "given", 1, dose.lot, dose.container, dose.funding)
    for _, waste in clinic.shelf.of(StockWasted):
        what = "drawn" if waste.drawn else "wasted"
        _count(tallies, what, waste.doses, waste.lot, waste.container, waste.funding or "")
    for back in returns_of(clinic.shelf):
        _count(tallies, "returned", back.doses, back.lot, back.container, back.funding or "")
    return tallies


def _count(tallies: tuple[LotTally, ...], what: str, doses: int, lot: str, container: str, funding: str) -> None:
    """Add to the line that fits best: the lot must agree, then the container, then the fund."""
    of_lot = [line for line in tallies if lot_number(line.lot) == lot_number(lot)]
    if of_lot:
        best = max(
            of_lot, key=lambda line: (box_name(line.container) == box_name(container)) * 2 + (line.funding == funding)
        )
        setattr(best, what, getattr(best, what) + doses)


def borrowings_of(clinic: Clinic, students: Iterable[Student]) -> tuple[Borrowing, ...]:
    """What was borrowed here, oldest first; a dose that was voided owes nothing."""
    voided = {dose.event for student in students for dose in student.doses if not dose.is_standing}
    found = []
    for fact, told in clinic.shelf.of(StockBorrowed):
        if told.dose is None or told.dose not in voided:
            paid = clinic.shelf.about(fact.id, StockReplaced)
            found.append(Borrowing(fact, told, paid[0][1] if paid else None))
    return tuple(found)

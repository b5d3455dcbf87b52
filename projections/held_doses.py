"""Doses of lots that must not be used: a matter of the health office, whoever knew what when.

Mirrors web/src/projections/held_doses.ts. What holds a lot, and which doses that is about: ``held``.
"""

from collections.abc import Iterator

from events.catalog.discrepancies import DiscrepancySettled
from events.catalog.incidents import IncidentOpened
from events.catalog.stock import StockHeld, TemperatureRead
from events.roles import Role
from projections.discrepancy import Discrepancy, dose_words, raised, vaccine_name
from projections.fold import knew
from projections.held import HeldLots, Hold
from projections.history import DoseLine
from projections.student import Student

_HELD = {
    "recall": "was recalled",
    "excursion": "was too warm or too cold",
    "expired": "was set aside as expired",
    "other": "was set aside",
}


def doses_of_held_lots(student: Student, held: HeldLots) -> Iterator[Discrepancy]:
    """Doses of lots that must not be used, known then or only since, until somebody who knew that has seen to it."""
    for dose in student.standing_doses:
        holds = held.against(dose)
        if holds and not any(_is_seen_to(student, dose, hold) for hold in holds):
            why = _HELD[holds[0].why]
            says = f"{vaccine_name(dose.cvx)} of lot {dose.lot} was given on {dose.given_on}; the lot {why}"
            sides = [(holds[0].fact, _hold_words(holds[0], dose)), (dose.fact, dose_words(dose))]
            yield raised("dose_of_held_lot", "hard", sides, Role.HEALTH_OFFICE, says, lot=dose.lot)


def _is_seen_to(student: Student, dose: DoseLine, hold: Hold) -> bool:
    """Whether an incident of the dose was opened, or it was said to stand, by somebody who knew of the hold."""
    opened = [fact for fact, told in student.shelf.of(IncidentOpened) if told.dose == dose.event]
    said = [(fact, told) for fact, told in student.shelf.of(DiscrepancySettled) if told.kind == "dose_of_held_lot"]
    stands = [fact for fact, told in said if dose.event in told.events]
    return any(knew(fact, hold.fact) for fact in (*opened, *stands))


def _hold_words(hold: Hold, dose: DoseLine) -> str:
    match hold.fact.payload:
        case StockHeld(note=note) if note:
            return f"lot {dose.lot} {_HELD[hold.why]}: {note}"
        case TemperatureRead(container=container, celsius=celsius):
            return f"lot {dose.lot} {_HELD[hold.why]}: {container}, {celsius} °C"
        case _:
            return f"lot {dose.lot} {_HELD[hold.why]}"

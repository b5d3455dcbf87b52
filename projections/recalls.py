"""Which clinics are to be told of a lot recalled at one of them: a recall is the maker's word about it everywhere.

    held as recalled at A  -->  (B, lot) is owed a hold, for every other clinic B     once: what B cleared stays cleared

Those that loaded it, open or closed, and those still to be held or not closed that never did: a vial somebody brings
along is typed there. An excursion is of one clinic's box and goes no further. A lot is known by maker and number, the
number by its letters and digits; a clinic that has only another maker's lot of that number is not told. A fold in log
order, changed in place by its one owner.
"""

from collections import defaultdict

from events.catalog.clinics import ClinicCancelled, ClinicClosed, ClinicPlanned
from events.catalog.stock import StockCleared, StockCorrected, StockHeld, StockLoaded
from events.ids import ClinicId, EventId, stream_id, stream_kind
from projections.fold import Fact
from projections.loads import lot_number

Vial = tuple[str, str]
"""Maker (MVX) and lot number."""


class Recalls:
    """Lots by clinic, and what each was told of them."""

    def __init__(self) -> None:
        self._loads: dict[EventId, tuple[str, str]] = {}
        self._loaded: defaultdict[ClinicId, defaultdict[str, set[Vial]]] = defaultdict(lambda: defaultdict(set))
        self._recalled: dict[str, tuple[str, set[Vial]]] = {}
        """By number: the lot as it was written, and whose it is; nobody's where it was never loaded."""
        self._told: set[tuple[ClinicId, str]] = set()
        self._over: set[ClinicId] = set()
        self._cancelled: set[ClinicId] = set()
        self._clinics: dict[ClinicId, None] = {}
        self._owed: dict[tuple[ClinicId, str], str] = {}

    def owed(self) -> dict[ClinicId, tuple[str, ...]]:
        """The lots each clinic is still to be told of."""
        found: defaultdict[ClinicId, list[str]] = defaultdict(list)
        for (clinic, number), lot in self._owed.items():
            if self._is_its(clinic, number):
                found[clinic].append(lot)
        return {clinic: tuple(lots) for clinic, lots in found.items()}

    def clinics_for(self, lot: str) -> tuple[ClinicId, ...]:
        """Where to say that a lot is recalled: each clinic that has it, was told of it before, or may come by it.

        One that is over where there is no such: the doses given of it are known for what they are all the same.
        """
        number = lot_number(lot)
        held = [one for one in self._clinics if one not in self._cancelled]
        told = {clinic for clinic, recalled in self._told if recalled == number}
        may = [one for one in held if self._loaded[one][number] or one in told or one not in self._over]
        return tuple(may or held[-1:])

    def apply(self, fact: Fact) -> None:
        """Take the next fact of the log."""
        if stream_kind(fact.stream) != "clinic":
            return
        clinic = ClinicId(stream_id(fact.stream))
        match fact.payload:
            case ClinicPlanned():
                self._know(clinic)
            case StockLoaded(mvx=mvx, lot=lot):
                self._load(clinic, fact.id, (mvx, lot))
            case StockCorrected(event=event, mvx=mvx, lot=lot) if event in self._loads:
                was = self._loads[event]
                self._load(clinic, event, (mvx or was[0], lot or was[1]))
            case StockHeld(lots=lots, why="recall"):
                for lot in lots:
                    self._recall(clinic, lot)
            case StockCleared(lots=lots):
                for lot in lots:
                    self._clear(clinic, lot_number(lot))
            case ClinicClosed():
                self._over.add(clinic)
            case ClinicCancelled():
                self._over.add(clinic)
                self._cancelled.add(clinic)
            case _:
                pass

    def _know(self, clinic: ClinicId) -> None:
        self._clinics[clinic] = None
        for number in self._recalled:
            self._owe(clinic, number)

    def _load(self, clinic: ClinicId, event: EventId, load: tuple[str, str]) -> None:
        """What a correction says lies there; what it said before may lie there too, and is held rather than not."""
        mvx, lot = load
        number = lot_number(lot)
        self._clinics[clinic] = None
        self._loads[event] = load
        self._loaded[clinic][number].add((mvx, number))
        if number in self._recalled:
            self._owe(clinic, number)

    def _recall(self, clinic: ClinicId, lot: str) -> None:
        number = lot_number(lot)
        self._told.add((clinic, number))
        self._owed.pop((clinic, number), None)
        written, vials = self._recalled.get(number, (lot, set[Vial]()))
        self._recalled[number] = (written, vials | self._loaded[clinic][number])
        for other in self._clinics:
            self._owe(other, number)

    def _clear(self, clinic: ClinicId, number: str) -> None:
        """Whose lot it is at that clinic is recalled no more; who was told of it is to hear it from the maker."""
        if number not in self._recalled:
            return
        lot, vials = self._recalled[number]
        left = vials - self._loaded[clinic][number]
        if left:
            self._recalled[number] = (lot, left)
        else:
            del self._recalled[number]

    def _owe(self, clinic: ClinicId, number: str) -> None:
        if (clinic, number) not in self._told and self._is_its(clinic, number):
            self._owed[clinic, number] = self._recalled[number][0]

    def _is_its(self, clinic: ClinicId, number: str) -> bool:
        """Whether a clinic has the lot, or may come by it and has none of that number of another maker."""
        if clinic in self._cancelled or number not in self._recalled:
            return False
        _, vials = self._recalled[number]
        here = self._loaded[clinic][number]
        if not here:
            return clinic not in self._over
        return not vials or not here.isdisjoint(vials)

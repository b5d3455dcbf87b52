"""Which clinics hold a lot that was recalled at another: a recall is the maker's word about the lot, wherever it lies.

    loaded at A and B, held as recalled at A  -->  (B, lot) is owed a hold      once: what B cleared stays cleared

An excursion is of one box and goes no further. A lot is known by maker and number. A fold in log order, changed in
place by its one owner.
"""

from collections import defaultdict

from events.catalog.clinics import ClinicCancelled
from events.catalog.stock import StockCleared, StockCorrected, StockHeld, StockLoaded
from events.ids import ClinicId, EventId, stream_id, stream_kind
from projections.fold import Fact

Vial = tuple[str, str]
"""Maker (MVX) and lot number."""


class Recalls:
    """Lots by clinic, and what each was told of them."""

    def __init__(self) -> None:
        self._loads: dict[EventId, Vial] = {}
        self._loaded: defaultdict[ClinicId, dict[str, set[Vial]]] = defaultdict(lambda: defaultdict(set))
        self._holders: defaultdict[Vial, set[ClinicId]] = defaultdict(set)
        self._recalled: set[Vial] = set()
        self._told: set[tuple[ClinicId, str]] = set()
        self._cancelled: set[ClinicId] = set()
        self._owed: dict[tuple[ClinicId, str], None] = {}

    def owed(self) -> dict[ClinicId, tuple[str, ...]]:
        """The lots each clinic is still to be told of."""
        found: defaultdict[ClinicId, list[str]] = defaultdict(list)
        for clinic, lot in self._owed:
            found[clinic].append(lot)
        return {clinic: tuple(lots) for clinic, lots in found.items()}

    def apply(self, fact: Fact) -> None:
        """Take the next fact of the log."""
        if stream_kind(fact.stream) != "clinic":
            return
        clinic = ClinicId(stream_id(fact.stream))
        match fact.payload:
            case StockLoaded(mvx=mvx, lot=lot):
                self._load(clinic, fact.id, (mvx, lot))
            case StockCorrected(event=event, mvx=mvx, lot=lot) if event in self._loads:
                was = self._loads[event]
                self._load(clinic, event, (mvx or was[0], lot or was[1]))
            case StockHeld(lots=lots, why="recall"):
                for lot in lots:
                    self._told.add((clinic, lot))
                    self._owed.pop((clinic, lot), None)
                    self._recall(clinic, lot)
            case StockCleared(lots=lots):
                for lot in lots:
                    self._recalled -= self._loaded[clinic].get(lot, set())
            case ClinicCancelled():
                self._cancelled.add(clinic)
            case _:
                pass

    def _load(self, clinic: ClinicId, event: EventId, vial: Vial) -> None:
        """What a correction says lies there; what it said before may lie there too, and is held rather than not."""
        self._loads[event] = vial
        self._loaded[clinic][vial[1]].add(vial)
        self._holders[vial].add(clinic)
        if vial in self._recalled:
            self._owe(clinic, vial[1])

    def _recall(self, clinic: ClinicId, lot: str) -> None:
        for vial in self._loaded[clinic].get(lot, ()):
            self._recalled.add(vial)
            for holder in sorted(self._holders[vial]):
                self._owe(holder, lot)

    def _owe(self, clinic: ClinicId, lot: str) -> None:
        if (clinic, lot) not in self._told and clinic not in self._cancelled:
            self._owed[clinic, lot] = None

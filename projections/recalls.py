"""Which clinics are to be told of a lot recalled at one of them: a recall is the maker's word about it everywhere.

    held as recalled at A  -->  (B, lot) is owed a hold, for every other clinic B     once: what B cleared stays cleared

Those that loaded it, open or closed, and those still to be held or not closed that never did: a vial somebody brings
along is typed there. An excursion is of one clinic's box and goes no further. A lot is known by maker and number, the
number by its letters and digits; a clinic that has only another maker's lot of that number is not told. A recall that
names its maker is passed on with the name. A fold in log
order, changed in place by its one owner.
"""

from collections import defaultdict

from events.catalog.clinics import ClinicCancelled, ClinicClosed, ClinicPlanned
from events.catalog.stock import StockCleared, StockCorrected, StockHeld, StockLoaded
from events.ids import ClinicId, EventId, stream_id, stream_kind
from projections.fold import Fact
from projections.loads import lot_number, maker_named

Vial = tuple[str, str]
"""Maker (MVX), empty where nobody named it and it may be any, and lot number."""


class Recalls:
    """Lots by clinic, and what each was told of them."""

    def __init__(self) -> None:
        self._loads: dict[EventId, Vial] = {}
        self._loaded: defaultdict[ClinicId, defaultdict[str, set[Vial]]] = defaultdict(lambda: defaultdict(set))
        self._recalled: dict[Vial, tuple[str, set[Vial]]] = {}
        """By the maker the recall names, else empty, and number: the lot as written, and whose; nobody's if unknown."""
        self._told: set[tuple[ClinicId, Vial]] = set()
        self._over: set[ClinicId] = set()
        self._cancelled: set[ClinicId] = set()
        self._clinics: dict[ClinicId, None] = {}
        self._owed: dict[tuple[ClinicId, Vial], str] = {}

    def owed(self) -> dict[ClinicId, tuple[Vial, ...]]:
        """The lots each clinic is still to be told of, each with the maker its recall names, else with an empty one."""
        found: defaultdict[ClinicId, list[Vial]] = defaultdict(list)
        for (clinic, recall), lot in self._owed.items():
            if self._is_its(clinic, recall):
                found[clinic].append((recall[0], lot))
        return {clinic: tuple(lots) for clinic, lots in found.items()}

    def clinics_for(self, lot: str, mvx: str = "") -> tuple[ClinicId, ...]:
        """Where to say that a lot is recalled: each clinic that has it, was told of it before, or may come by it.

        Of a maker that is named, not where only another's lot of that number lies. One that is over where there is no
        such: the doses given of it are known for what they are all the same.
        """
        number, mvx = lot_number(lot), maker_named(mvx)
        held = [one for one in self._clinics if one not in self._cancelled]
        told = {one for one, (whose, recalled) in self._told if recalled == number and (not mvx or whose in ("", mvx))}
        may = [one for one in held if one in told or self._may_have(one, mvx, number)]
        return tuple(may or held[-1:])

    def _may_have(self, clinic: ClinicId, mvx: str, number: str) -> bool:
        here = self._loaded[clinic][number]
        if not here:
            return clinic not in self._over
        return not mvx or not here.isdisjoint({(mvx, number), ("", number)})

    def apply(self, fact: Fact) -> None:
        """Take the next fact of the log."""
        if stream_kind(fact.stream) != "clinic":
            return
        clinic = ClinicId(stream_id(fact.stream))
        match fact.payload:
            case ClinicPlanned():
                self._know(clinic)
            case StockLoaded(mvx=mvx, lot=lot):
                self._load(clinic, fact.id, (maker_named(mvx), lot))
            case StockCorrected(event=event, mvx=mvx, lot=lot) if event in self._loads:
                was = self._loads[event]
                self._load(clinic, event, (was[0] if mvx is None else maker_named(mvx), lot or was[1]))
            case StockHeld(lots=lots, why="recall", mvx=mvx):
                for lot in lots:
                    self._recall(clinic, maker_named(mvx), lot)
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
        for recall in self._recalled:
            self._owe(clinic, recall)

    def _load(self, clinic: ClinicId, event: EventId, load: Vial) -> None:
        """What a correction says lies there; what it said before may lie there too, and is held rather than not."""
        mvx, lot = load
        number = lot_number(lot)
        self._clinics[clinic] = None
        self._loads[event] = load
        self._loaded[clinic][number].add((mvx, number))
        for recall in self._recalls_of(number):
            self._owe(clinic, recall)

    def _recall(self, clinic: ClinicId, mvx: str, lot: str) -> None:
        number = lot_number(lot)
        recall = (mvx, number)
        self._told.add((clinic, recall))
        self._owed.pop((clinic, recall), None)
        written, vials = self._recalled.get(recall, (lot, set[Vial]()))
        here = self._loaded[clinic][number]
        self._recalled[recall] = (written, vials | (here & {recall} if mvx else here))
        for other in self._clinics:
            self._owe(other, recall)

    def _clear(self, clinic: ClinicId, number: str) -> None:
        """Whose lot it is at that clinic is recalled no more; who was told of it is to hear it from the maker."""
        for recall in self._recalls_of(number):
            lot, vials = self._recalled[recall]
            left = vials - self._loaded[clinic][number]
            if left:
                self._recalled[recall] = (lot, left)
            else:
                del self._recalled[recall]

    def _recalls_of(self, number: str) -> list[Vial]:
        return [recall for recall in self._recalled if recall[1] == number]

    def _owe(self, clinic: ClinicId, recall: Vial) -> None:
        was_told = any((clinic, one) in self._told for one in (recall, ("", recall[1])))
        if not was_told and self._is_its(clinic, recall):
            self._owed[clinic, recall] = self._recalled[recall][0]

    def _is_its(self, clinic: ClinicId, recall: Vial) -> bool:
        """Whether a clinic has the lot, or may come by it and has none of that number of another maker."""
        if clinic in self._cancelled or recall not in self._recalled:
            return False
        whose = {recall} if recall[0] else self._recalled[recall][1]
        here, nameless = self._loaded[clinic][recall[1]], ("", recall[1])
        if not here:
            return clinic not in self._over
        return not whose or nameless in here | whose or not here.isdisjoint(whose)

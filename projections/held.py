"""Lots that must not be used, told or read off a logger, and which doses that is about. Mirrors web's held.ts.

    stock.held                            what a person or the server said: recalled, too warm, expired, other
    temperature.read outside 2 to 8 °C    every lot that lay in the box by then, moved since or not, whoever loaded it
    stock.cleared                         ends the holds its author knew of, and no other

A recall is the maker's word and reaches a dose wherever it was given, of that maker and number; where the dose's own
clinic was told of it, what stands there counts. Any other hold is of one clinic. A lot set aside as expired says
nothing against a dose given before its day. Added to in place by its one owner, in any order of arrival.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from events.catalog.stock import StockCleared, StockCorrected, StockHeld, StockLoaded, TemperatureRead
from events.dates import PartialDate, latest, read_instant
from events.ids import ClinicId, stream_id, stream_kind
from projections.fold import Fact, knew, types_of
from projections.history import DoseLine
from projections.loads import box_name, corrected, lot_number
from projections.shelf import Shelf

HeldWhy = Literal["recall", "excursion", "expired", "other"]
GRAVITY: tuple[HeldWhy, ...] = ("recall", "excursion", "expired", "other")
"""The gravest is said first."""
COLDEST_CELSIUS, WARMEST_CELSIUS = 2, 8
_TYPES = types_of(StockHeld, StockCleared, StockLoaded, StockCorrected, TemperatureRead)


class Hold(msgspec.Struct, frozen=True):
    """One lot, by its letters and digits, that must not be used. ``makers``: whose; anybody's where it is empty."""

    fact: Fact
    clinic: ClinicId
    number: str
    why: HeldWhy
    makers: frozenset[str]


class HeldLots:
    """Holds that stand, by lot number."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._by_clinic: defaultdict[ClinicId, tuple[Fact, ...]] = defaultdict(tuple)
        self._standing: dict[ClinicId, tuple[Hold, ...]] = {}
        self._numbers: defaultdict[ClinicId, frozenset[str]] = defaultdict(frozenset)
        self._recalled: defaultdict[ClinicId, frozenset[str]] = defaultdict(frozenset)
        self._by_number: dict[str, tuple[Hold, ...]] = {}
        for fact in facts:
            self.apply(fact)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All of a clinic where ever a lot was held, none of another."""
        return tuple(fact for clinic in self._standing for fact in self._by_clinic[clinic])

    def numbers(self, clinic: ClinicId) -> frozenset[str]:
        """The lots that are or ever were held at a clinic."""
        return self._numbers[clinic]

    def of(self, lot: str) -> tuple[Hold, ...]:
        """What holds a lot now, however it is written, at whatever clinic, in log order."""
        return self._by_number.get(lot_number(lot), ())

    @property
    def standing(self) -> tuple[Hold, ...]:
        """The gravest of what holds each lot now, the first in the log of that reason."""
        return tuple(
            min(holds, key=lambda hold: GRAVITY.index(hold.why)) for holds in self._by_number.values() if holds
        )

    def apply(self, fact: Fact) -> None:
        if fact.header.type not in _TYPES or stream_kind(fact.stream) != "clinic" or not _matters(fact):
            return
        clinic = ClinicId(stream_id(fact.stream))
        self._by_clinic[clinic] = (*self._by_clinic[clinic], fact)
        if isinstance(fact.payload, StockHeld | TemperatureRead) or clinic in self._standing:
            self._read(clinic)

    def _read(self, clinic: ClinicId) -> None:
        """A clinic's holds anew; each table changes in one step, for those who read beside."""
        shelf = Shelf(self._by_clinic[clinic])
        before, all_holds = self._standing.get(clinic, ()), tuple(_holds(clinic, shelf))
        self._standing[clinic] = standing = tuple(_still(all_holds, shelf))
        self._numbers[clinic] |= {hold.number for hold in all_holds}
        told = {lot_number(lot) for _, held in shelf.of(StockHeld) if held.why == "recall" for lot in held.lots}
        self._recalled[clinic] |= told
        for number in {hold.number for hold in (*before, *standing)}:
            others = [hold for hold in self._by_number.get(number, ()) if hold.clinic != clinic]
            mine = [hold for hold in standing if hold.number == number]
            self._by_number[number] = tuple(sorted((*others, *mine), key=lambda hold: hold.fact.order))

    def against(self, dose: DoseLine) -> tuple[Hold, ...]:
        """What stands against a dose of ours: all holds for the gravest reason there is, in log order."""
        if dose.basis != "administered" or not dose.lot:
            return ()
        found = [hold for hold in self._by_number.get(lot_number(dose.lot), ()) if self._is_about(hold, dose)]
        gravest = min((GRAVITY.index(hold.why) for hold in found), default=0)
        return tuple(hold for hold in found if hold.why == GRAVITY[gravest])

    def _is_about(self, hold: Hold, dose: DoseLine) -> bool:
        if hold.why == "expired" and _was_in_date(dose):
            return False
        if hold.clinic == dose.clinic:
            return True
        was_told = dose.clinic is not None and hold.number in self._recalled.get(dose.clinic, frozenset())
        return hold.why == "recall" and not was_told and (not hold.makers or not dose.mvx or dose.mvx in hold.makers)


def _was_in_date(dose: DoseLine) -> bool:
    return bool(dose.expires_on and dose.given_on) and latest(PartialDate(dose.given_on)).isoformat() <= dose.expires_on


def _matters(fact: Fact) -> bool:
    """All but the readings of a box that was cold, of which there are many."""
    return not isinstance(fact.payload, TemperatureRead) or is_excursion(fact.payload)


def is_excursion(read: TemperatureRead) -> bool:
    """Whether a reading, or the lowest or highest the logger kept since the last, was too cold or too warm."""
    told = (read.celsius, read.minimum_celsius, read.maximum_celsius)
    return any(one is not None and not COLDEST_CELSIUS <= one <= WARMEST_CELSIUS for one in told)


def _holds(clinic: ClinicId, shelf: Shelf) -> Iterator[Hold]:
    """Every hold, one a lot, in log order."""
    told = shelf.of(StockLoaded)
    loads = [_load(fact, load, [fix for _, fix in shelf.about(fact.id, StockCorrected)]) for fact, load in told]
    makers: defaultdict[str, set[str]] = defaultdict(set)
    for load in loads:
        makers[load.number].add(load.mvx)
    for fact in shelf.facts:
        match fact.payload:
            case StockHeld(lots=lots, why=why):
                numbers = [lot_number(lot) for lot in lots]
                reason = why
            case TemperatureRead() as read if is_excursion(read):
                numbers = [load.number for load in loads if _lay(fact, read, load)]
                reason = "excursion"
            case _:
                continue
        for number in dict.fromkeys(numbers):
            yield Hold(fact, clinic, number, reason, frozenset(makers[number]))


class _Load(msgspec.Struct, frozen=True):
    """What was put in, and every box it was ever said to lie in: moved, or written down wrongly, nobody knows."""

    fact: Fact
    number: str
    mvx: str
    boxes: frozenset[str]


def _load(fact: Fact, load: StockLoaded, fixes: list[StockCorrected]) -> _Load:
    now = corrected(load, fixes)
    boxes = frozenset(box_name(box) for box in (load.container, *(fix.container for fix in fixes)) if box is not None)
    return _Load(fact, lot_number(now.lot), now.mvx, boxes)


def _lay(fact: Fact, read: TemperatureRead, load: _Load) -> bool:
    """By what whoever read the logger had seen; of what that phone had not heard of, by the clocks."""
    if box_name(read.container) not in load.boxes:
        return False
    return knew(fact, load.fact) or read_instant(load.fact.header.recorded_at) <= read_instant(read.at)


def _still(holds: Iterable[Hold], shelf: Shelf) -> Iterator[Hold]:
    cleared = [(fact, {lot_number(lot) for lot in told.lots}) for fact, told in shelf.of(StockCleared)]
    for hold in holds:
        if not any(hold.number in lots and knew(fact, hold.fact) for fact, lots in cleared):
            yield hold

"""Lots that must not be used, told or read off a logger, and which doses that is about. Mirrors web's held.ts.

    stock.held                            what a person or the server said: recalled, too warm, expired, other
    temperature.read outside 2 to 8 °C    every lot that lay in the box by then, moved since or not, whoever loaded it
                                          taken back: until the box is read again, for that moment or later, and cold
    stock.cleared                         ends the holds its author knew of, and no other

A recall is the maker's word and reaches a dose wherever it was given, of that maker and number; where the dose's own
clinic was told of it, what stands there counts. One that names its maker holds nobody else's lot of the number. Any
other hold is of one clinic. A lot set aside as expired says nothing against a dose given before its day. A reading
typed wrongly frees nothing by being taken back: the logger says whether the box was cold, and a load taken back lay in
it all the same. Added to in place by its one owner, in any order of arrival.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from events.catalog.stock import (
    StockCleared,
    StockCorrected,
    StockEntryVoided,
    StockHeld,
    StockLoaded,
    TemperatureRead,
)
from events.dates import PartialDate, latest, read_instant
from events.ids import ClinicId, stream_id, stream_kind
from projections.fold import Fact, knew, types_of
from projections.history import DoseLine
from projections.loads import box_name, loads_of, lot_number, maker_named
from projections.shelf import Shelf
from projections.taken_back import standing, taken_back

HeldWhy = Literal["recall", "excursion", "expired", "other"]
GRAVITY: tuple[HeldWhy, ...] = ("recall", "excursion", "expired", "other")
"""The gravest is said first."""
COLDEST_CELSIUS, WARMEST_CELSIUS = 2, 8
HOLDING = types_of(StockHeld, StockCleared, StockLoaded, StockCorrected, StockEntryVoided, TemperatureRead)
"""What may hold a lot, or free one."""


class Hold(msgspec.Struct, frozen=True):
    """One lot, by its letters and digits, that must not be used. ``makers``: whose; anybody's where it is empty.

    ``maker`` is named by who holds it, and it is nobody else's; empty where those who loaded the number tell whose.
    """

    fact: Fact
    clinic: ClinicId
    number: str
    why: HeldWhy
    makers: frozenset[str]
    maker: str


class HeldLots:
    """Holds that stand, by lot number."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._by_clinic: defaultdict[ClinicId, tuple[Fact, ...]] = defaultdict(tuple)
        self._standing: dict[ClinicId, tuple[Hold, ...]] = {}
        self._numbers: defaultdict[ClinicId, frozenset[str]] = defaultdict(frozenset)
        self._recalled: defaultdict[ClinicId, frozenset[tuple[str, str]]] = defaultdict(frozenset)
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
        if fact.header.type not in HOLDING or stream_kind(fact.stream) != "clinic":
            return
        clinic = ClinicId(stream_id(fact.stream))
        self._by_clinic[clinic] = (*self._by_clinic[clinic], fact)
        if clinic in self._standing or _begins_a_hold(fact.payload):
            self._read(clinic)

    def _read(self, clinic: ClinicId) -> None:
        """A clinic's holds anew; each table changes in one step, for those who read beside."""
        shelf = Shelf(self._by_clinic[clinic])
        before, all_holds = self._standing.get(clinic, ()), tuple(_holds(clinic, shelf))
        self._standing[clinic] = still = tuple(_still(all_holds, shelf))
        self._numbers[clinic] |= {hold.number for hold in all_holds}
        told = [held for _, held in shelf.of(StockHeld) if held.why == "recall"]
        self._recalled[clinic] |= {(maker_named(held.mvx), lot_number(lot)) for held in told for lot in held.lots}
        for number in {hold.number for hold in (*before, *still)}:
            others = [hold for hold in self._by_number.get(number, ()) if hold.clinic != clinic]
            mine = [hold for hold in still if hold.number == number]
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
        maker = maker_named(dose.mvx)
        if hold.maker and maker and hold.maker != maker:
            return False
        if hold.clinic == dose.clinic:
            return True
        is_its = not hold.makers or not maker or maker in hold.makers
        return hold.why == "recall" and is_its and not self._was_told(dose, hold.number)

    def _was_told(self, dose: DoseLine, number: str) -> bool:
        """Whether the dose's own clinic heard of a recall of it: then what stands there counts."""
        told = self._recalled.get(dose.clinic, frozenset()) if dose.clinic is not None else frozenset()
        maker = maker_named(dose.mvx)
        return any(one == number and (not mvx or not maker or mvx == maker) for mvx, one in told)


def _was_in_date(dose: DoseLine) -> bool:
    return bool(dose.expires_on and dose.given_on) and latest(PartialDate(dose.given_on)).isoformat() <= dose.expires_on


def _begins_a_hold(told: object) -> bool:
    return isinstance(told, StockHeld) or (isinstance(told, TemperatureRead) and is_excursion(told))


def is_excursion(read: TemperatureRead) -> bool:
    """Whether a reading, or the lowest or highest the logger kept since the last, was too cold or too warm."""
    told = (read.celsius, read.minimum_celsius, read.maximum_celsius)
    return any(one is not None and not COLDEST_CELSIUS <= one <= WARMEST_CELSIUS for one in told)


def _holds(clinic: ClinicId, shelf: Shelf) -> Iterator[Hold]:
    """Every hold, one a lot, in log order."""
    loads = _loads(shelf)
    makers: defaultdict[str, set[str]] = defaultdict(set)
    for one in loads_of(shelf):
        makers[lot_number(one.lot)].add(maker_named(one.mvx))
    for fact in shelf.facts:
        match fact.payload:
            case StockHeld(lots=lots, why=why, mvx=mvx):
                numbers = [lot_number(lot) for lot in lots]
                reason, maker = why, maker_named(mvx)
            case TemperatureRead() as read if is_excursion(read) and not _was_misread(shelf, fact, read):
                numbers = [number for load in loads if _lay(fact, read, load) for number in load.numbers]
                reason, maker = "excursion", ""
            case _:
                continue
        for number in dict.fromkeys(numbers):
            whose = frozenset((maker,)) if maker else frozenset(makers[number])
            yield Hold(fact, clinic, number, reason, frozenset() if "" in whose else whose, maker)


def freed_by_a_reading(shelf: Shelf, fact: Fact) -> tuple[str, ...] | None:
    """The lots an excursion held before it was taken back; None where the fact is none, or its box waits to be read."""
    read = fact.payload
    if not isinstance(read, TemperatureRead) or not is_excursion(read) or not _was_misread(shelf, fact, read):
        return None
    return tuple(dict.fromkeys(number for load in _loads(shelf) if _lay(fact, read, load) for number in load.numbers))


def _was_misread(shelf: Shelf, fact: Fact, read: TemperatureRead) -> bool:
    """Whether a reading was taken back and its box was cold by another, for that moment or a later one."""
    return bool(taken_back(shelf, fact.id)) and any(
        box_name(again.container) == box_name(read.container)
        and read_instant(again.at) >= read_instant(read.at)
        and not is_excursion(again)
        for _, again in standing(shelf, TemperatureRead)
    )


class _Load(msgspec.Struct, frozen=True):
    """What was put in: each number it was written under, each box it was said to lie in, taken back since or not.

    Moved, or written down wrongly, nobody knows; and a dose may be on record under a number corrected since.
    """

    fact: Fact
    numbers: tuple[str, ...]
    boxes: frozenset[str]


def _loads(shelf: Shelf) -> list[_Load]:
    told = shelf.of(StockLoaded)
    return [_load(fact, load, [fix for _, fix in shelf.about(fact.id, StockCorrected)]) for fact, load in told]


def _load(fact: Fact, load: StockLoaded, fixes: list[StockCorrected]) -> _Load:
    told: tuple[StockLoaded | StockCorrected, ...] = (load, *fixes)
    numbers = tuple(dict.fromkeys(lot_number(one.lot) for one in told if one.lot is not None))
    return _Load(fact, numbers, frozenset(box_name(one.container) for one in told if one.container is not None))


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

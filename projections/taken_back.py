"""Entries of a clinic's stock and loggers that were taken back. Mirrored by web/src/projections/taken_back.ts.

    loaded, wasted, returned, read  <-- voided           stays visible and counts for nothing
                                    <-- voided <-- voided    counts again: to take back was the mistake

Looked up and never attached: the word may arrive before what it is about. Two of them are one, and each has to be
undone by itself. What names anything else, or something of another clinic, says nothing.
"""

from collections.abc import Iterator
from typing import TypeVar

from events.catalog import Payload
from events.catalog.stock import StockEntryVoided, StockLoaded, StockReturned, StockWasted, TemperatureRead
from events.ids import EventId
from projections.fold import Fact
from projections.shelf import Shelf

Entry = TypeVar("Entry", bound=Payload)
AnyEntry = StockLoaded | StockWasted | StockReturned | TemperatureRead


def standing(shelf: Shelf, kind: type[Entry]) -> list[tuple[Fact, Entry]]:
    """Entries of one kind that nobody took back, in log order."""
    return [(fact, told) for fact, told in shelf.of(kind) if not taken_back(shelf, fact.id)]


def taken_back(shelf: Shelf, event: EventId) -> list[tuple[Fact, StockEntryVoided]]:
    """The words that take an entry back, in log order; none where it stands."""
    voids = shelf.about(event, StockEntryVoided)
    return [(fact, told) for fact, told in voids if not shelf.about(fact.id, StockEntryVoided)]


def all_taken_back(shelf: Shelf) -> Iterator[tuple[Fact, AnyEntry, Fact, StockEntryVoided]]:
    """Every entry that was taken back, in log order, each with the last word that did."""
    for fact in shelf.facts:
        voids = taken_back(shelf, fact.id)
        if voids and isinstance(fact.payload, AnyEntry):
            yield fact, fact.payload, *voids[-1]

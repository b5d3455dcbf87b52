"""Doses that went back unused; mirrored by web/src/projections/returns.ts.

Who closes a day counts its boxes once, and says what goes back together with the close. Two phones that could not talk
may both close: then the same doses went back once and not twice, and the close that the log holds last is the one that
counts. Doses that were sent back for themselves count always.

    returned, returned, closed   of one device, one number after the other: they belong together
"""

from events.catalog.clinics import ClinicClosed
from events.catalog.stock import StockReturned
from events.ids import DeviceId
from projections.fold import Fact
from projections.shelf import Shelf
from projections.taken_back import standing


def returns_of(shelf: Shelf) -> list[StockReturned]:
    """What went back, in log order, without what a close said that another one followed."""
    counted = {(fact.header.device, fact.header.seq) for fact, _ in shelf.of(StockReturned)}
    followed = {number for fact, _ in shelf.of(ClinicClosed)[:-1] for number in _before(fact, counted)}
    returned = standing(shelf, StockReturned)
    return [back for fact, back in returned if (fact.header.device, fact.header.seq) not in followed]


def _before(close: Fact, counted: set[tuple[DeviceId, int]]) -> list[tuple[DeviceId, int]]:
    """The numbers of the returns that stand right before a close."""
    device, seq = close.header.device, close.header.seq - 1
    found = []
    while (device, seq) in counted:
        found.append((device, seq))
        seq -= 1
    return found

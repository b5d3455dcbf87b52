"""What was put into a clinic's boxes, as last corrected. Mirrored by web/src/projections/loads.ts.

stock.loaded  --stock.corrected-->  the same load with other fields; the last word on each field stands
"""

import msgspec

from events.catalog.stock import StockCorrected, StockLoaded
from projections.shelf import Shelf
from projections.taken_back import standing

CORRECTABLE = ("container", "cvx", "mvx", "lot", "expires_on", "doses", "funding", "product", "ndc", "gtin")


def lot_number(written: str) -> str:
    """A lot number as labels, codes and people write it: letters and digits, in capitals."""
    return "".join(one for one in written if one.isalnum()).upper()


NAMELESS = frozenset(("OTH", "UNK"))
"""MVX codes of a maker that is another, or not known: it may be any."""


def maker_named(mvx: str | None) -> str:
    """The maker a code names; empty where it names none, and a lot of that number may be anybody's."""
    return "" if mvx is None or mvx in NAMELESS else mvx


def box_name(written: str) -> str:
    """A box's name as people write it: the same by its letters and digits; as it stands where it has none."""
    return lot_number(written) or written.strip()


def loads_of(shelf: Shelf) -> tuple[StockLoaded, ...]:
    """Each load that nobody took back, in log order."""
    return tuple(
        corrected(load, [fix for _, fix in shelf.about(fact.id, StockCorrected)])
        for fact, load in standing(shelf, StockLoaded)
    )


def corrected(load: StockLoaded, fixes: list[StockCorrected]) -> StockLoaded:
    for fix in fixes:
        told = {field: getattr(fix, field) for field in CORRECTABLE if getattr(fix, field) is not None}
        load = msgspec.structs.replace(load, **told)
    return load

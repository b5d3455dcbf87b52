"""Vaccine by lot, in a container with a logger, at a clinic. Temperatures are degrees Celsius."""

from typing import Annotated, Literal

import msgspec

from events.catalog.doses import LotNumber
from events.catalog.event_type import (
    CARE,
    DOSES_MAX,
    CivilDate,
    Cvx,
    EventType,
    Few,
    Instant,
    Label,
    Mvx,
    Name,
    Note,
    Payload,
    Text,
)
from events.ids import EventId, StaffId, StudentId

Doses = Annotated[int, msgspec.Meta(ge=1, le=DOSES_MAX)]
"""A number of doses, from 1."""
Celsius = Annotated[float, msgspec.Meta(ge=-100, le=60)]
"""Degrees Celsius."""
Funding = Literal["private", "vfc", "state", "other"]
"""Who paid for the vaccine; ``vfc`` is Vaccines for Children."""


class StockLoaded(Payload, frozen=True, kw_only=True):
    """Doses of one lot were put in a container for the clinic."""

    container: Name
    cvx: Cvx
    mvx: Mvx
    lot: LotNumber
    expires_on: CivilDate
    doses: Doses
    funding: Funding
    product: Label = ""
    ndc: Label = ""
    gtin: Label = ""


class StockCorrected(Payload, frozen=True, kw_only=True):
    """A load was written down wrongly: the fields present replace those of the event named.

    Doses given under the wrong lot are corrected each in its child's record.
    """

    event: EventId
    reason: Text
    container: Name | None = None
    cvx: Cvx | None = None
    mvx: Mvx | None = None
    lot: LotNumber | None = None
    expires_on: CivilDate | None = None
    doses: Doses | None = None
    funding: Funding | None = None
    product: Label | None = None
    ndc: Label | None = None
    gtin: Label | None = None


class StockWasted(Payload, frozen=True, kw_only=True):
    """Doses were spoiled, or drawn and not given."""

    lot: LotNumber
    container: Name
    doses: Doses
    drawn: bool
    reason: Text
    funding: Funding | None = None
    """Where doses of one lot in one container have different funds."""
    cvx: Cvx | None = None
    mvx: Mvx | None = None
    """Vaccine and maker, where another lot of that number lies in the same container."""


class StockReturned(Payload, frozen=True, kw_only=True):
    """Doses went back unused."""

    lot: LotNumber
    container: Name
    doses: Doses
    funding: Funding | None = None
    cvx: Cvx | None = None
    mvx: Mvx | None = None


class StockEntryVoided(Payload, frozen=True, kw_only=True):
    """A load, loss, return or reading of this clinic was entered wrongly: it stays visible and counts for nothing.

    Naming such a taking back, it puts back what that took. A reading outside 2 to 8 °C holds what lay in the box, taken
    back or not, until the box was read within them for that moment or a later one.
    """

    event: EventId
    reason: Text


class StockHeld(Payload, frozen=True, kw_only=True):
    """Do not use these lots: recalled, or a temperature excursion."""

    lots: Few[LotNumber]
    mvx: Mvx | None = None
    """Whose lots, where the recall names the maker and another's have the number; everybody's where it is absent."""
    why: Literal["recall", "excursion", "expired", "other"]
    note: Note = ""


class StockCleared(Payload, frozen=True, kw_only=True):
    """The maker or the programme said that held lots may be used."""

    lots: Few[LotNumber]
    authority: Name


class TemperatureRead(Payload, frozen=True, kw_only=True):
    """A container's reading: at the start, at each opening, at the end. Refrigerated stock belongs at 2 to 8 °C."""

    container: Name
    at: Instant
    celsius: Celsius
    occasion: Literal["start", "opening", "end", "check"]
    logger: Label = ""
    minimum_celsius: Celsius | None = None
    maximum_celsius: Celsius | None = None


class StockBorrowed(Payload, frozen=True, kw_only=True):
    """A dose of one funding was given to a child of another, and is owed back; one event a dose."""

    lot: LotNumber
    from_funding: Funding
    """The fund that lent it: whose stock it was."""
    to_funding: Funding
    """The fund that owes it: the child's."""
    doses: Doses
    reason: Text
    cvx: Cvx | None = None
    container: Label = ""
    student: StudentId | None = None
    dose: EventId | None = None
    """The dose; voided, nothing is owed."""
    on: CivilDate | None = None


class StockReplaced(Payload, frozen=True, kw_only=True):
    """A borrowed dose was paid back to the fund that lent it; ``by`` entered it in the office."""

    event: EventId
    on: CivilDate
    lot: LotNumber
    note: Note = ""
    by: StaffId | None = None


TYPES = (
    EventType("stock.loaded", StockLoaded, "clinic", CARE, "CDC storage and handling; issue 6"),
    EventType("stock.corrected", StockCorrected, "clinic", CARE, "issue 6"),
    EventType("stock.wasted", StockWasted, "clinic", CARE, "issue 6"),
    EventType("stock.returned", StockReturned, "clinic", CARE, "issue 6"),
    EventType("stock.entry_voided", StockEntryVoided, "clinic", CARE, "issue 6"),
    EventType("stock.held", StockHeld, "clinic", CARE, "21 CFR 600.14; issue 6"),
    EventType("stock.cleared", StockCleared, "clinic", CARE, "issue 6"),
    EventType("stock.borrowed", StockBorrowed, "clinic", CARE, "VFC borrowing; issue 6"),
    EventType("stock.replaced", StockReplaced, "clinic", CARE, "VFC borrowing; issue 6"),
    EventType("temperature.read", TemperatureRead, "clinic", CARE, "CDC storage and handling; issue 6"),
)

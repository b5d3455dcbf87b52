"""A child's doses as the record knows them: what was written first, what was corrected, what never happened.

    dose.administered | dose.recorded --corrected--> the same line, new values, old ones kept beside them
                                      --voided-----> the same line, counts for nothing, stays visible

Corrections apply in log order, whatever order they came in, and a correction never revives a voided
dose; a copy from paper that was corrected is to be compared anew. Lines stand in order of the day given, an
unknown day last (design, section 3.3: never by arrival).
"""

from __future__ import annotations

import msgspec

from events.catalog.doses import DoseAdministered, DoseCorrected, DoseRecorded, DoseVerified, DoseVoided
from events.catalog.event_type import Giver, Told
from events.dates import PartialDate, earliest, latest
from events.ids import ClinicId, EventId
from projections.fold import Fact, knew
from projections.shelf import Shelf

CORRECTABLE = ("cvx", "given_on", "lot", "mvx", "site", "route", "dose_ml", "expires_on", "told")


class Change(msgspec.Struct, frozen=True):
    """One field of a correction: its name, what it said, what it says now (text; empty where unknown)."""

    field: str
    was: str
    now: str


class Correction(msgspec.Struct, frozen=True):
    """A ``dose.corrected`` as it applied, with both values of every field it changed."""

    fact: Fact
    reason: str
    changes: tuple[Change, ...]


class DoseLine(msgspec.Struct, frozen=True, kw_only=True):
    """One dose with its current values. ``given_on`` is empty where the source has only a tick.

    ``fact.payload`` keeps the first writing untouched. ``void_reason`` is None for a dose that stands.
    """

    fact: Fact
    basis: str
    """``administered`` by our staff, or ``historical``: told by somebody."""
    cvx: str
    given_on: str
    lot: str = ""
    mvx: str = ""
    site: str = ""
    route: str = ""
    dose_ml: float | None = None
    expires_on: str = ""
    as_written: str = ""
    provider: str = ""
    source_key: str = ""
    told: Told | None = None
    giver: Giver | None = None
    clinic: ClinicId | None = None
    container: str = ""
    funding: str = ""
    given_at: str = ""
    """The true moment, where it was written down later than given."""
    from_paper: bool = False
    """Copied from the clinic's paper form after the dose."""
    consent: EventId | None = None
    order: EventId | None = None
    paper_form: str = ""
    statement: EventId | None = None
    corrections: tuple[Correction, ...] = ()
    verified: bool | None = None
    """A second person compared it, as it now stands, with the paper and agreed, or did not; None: nobody has yet."""
    void_reason: str | None = None

    @property
    def event(self) -> EventId:
        return self.fact.id

    @property
    def is_standing(self) -> bool:
        return self.void_reason is None

    @property
    def is_to_verify(self) -> bool:
        """Whether it was copied from the clinic's paper and nobody has found it to agree with it."""
        return self.is_standing and self.from_paper and self.verified is not True

    @property
    def sort_key(self) -> tuple[str, str, int, str]:
        if not self.given_on:
            return ("9999", "9999", *self.fact.order)
        written = PartialDate(self.given_on)
        return (earliest(written).isoformat(), latest(written).isoformat(), *self.fact.order)


def dose_lines(shelf: Shelf) -> tuple[DoseLine, ...]:
    """Every dose on the shelf, voided ones included, in order of the day given."""
    lines = [_administered(fact, payload) for fact, payload in shelf.of(DoseAdministered)]
    lines += [_recorded(fact, payload) for fact, payload in shelf.of(DoseRecorded)]
    settled = [_void(_verify(_correct(line, shelf), shelf), shelf) for line in lines]
    return tuple(sorted(settled, key=lambda line: line.sort_key))


def _administered(fact: Fact, dose: DoseAdministered) -> DoseLine:
    return DoseLine(
        fact=fact,
        basis="administered",
        cvx=dose.cvx,
        given_on=dose.given_on,
        lot=dose.lot,
        mvx=dose.mvx,
        site=dose.site,
        route=dose.route,
        dose_ml=dose.dose_ml,
        expires_on=dose.expires_on or "",
        as_written=dose.product,
        giver=dose.giver,
        clinic=dose.clinic,
        container=dose.container,
        funding=dose.funding,
        given_at=dose.given_at or "",
        from_paper=dose.from_paper,
        consent=dose.consent,
        order=dose.order,
        paper_form=dose.paper_form,
    )


def _recorded(fact: Fact, dose: DoseRecorded) -> DoseLine:
    return DoseLine(
        fact=fact,
        basis="historical",
        cvx=dose.cvx or "",
        given_on=dose.given_on or "",
        lot=dose.lot,
        mvx=dose.mvx,
        as_written=dose.as_written,
        provider=dose.provider,
        source_key=dose.source_key,
        told=dose.told,
        statement=dose.statement,
    )


def _correct(line: DoseLine, shelf: Shelf) -> DoseLine:
    for fact, correction in shelf.about(line.event, DoseCorrected):
        new = {field: getattr(correction, field) for field in CORRECTABLE if getattr(correction, field) is not None}
        changes = tuple(Change(field, _text(getattr(line, field)), _text(value)) for field, value in new.items())
        kept = (*line.corrections, Correction(fact, correction.reason, changes))
        line = msgspec.structs.replace(line, **new, corrections=kept)
    return line


def _verify(line: DoseLine, shelf: Shelf) -> DoseLine:
    """Nobody verifies what they wrote, copying or correcting it; nor what was corrected without their knowing."""
    corrections = [one.fact for one in line.corrections]
    writers = {fact.header.author for fact in (line.fact, *corrections)}
    looks = [
        look.agrees
        for fact, look in shelf.about(line.event, DoseVerified)
        if fact.header.author not in writers and all(knew(fact, one) for one in corrections)
    ]
    return msgspec.structs.replace(line, verified=looks[-1]) if looks else line


def _void(line: DoseLine, shelf: Shelf) -> DoseLine:
    voids = shelf.about(line.event, DoseVoided)
    if not voids:
        return line
    _, void = voids[0]
    return msgspec.structs.replace(line, void_reason=void.reason)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case Told():
            return f"{value.source}: {value.recorder}"
        case _:
            return str(value)

"""The papers on file and what became of each: received, checked, withdrawn, forwarded.

    received --> review --accepted--> acts from receipt --withdrawn--> acted until then
                   |----rejected---> never acted, and was under review until then

A later check replaces an earlier one. Which day a check fell on is the civil day its event was received
(the device's own clock sets no legal date); for a check still on this device it is the day recorded.
"""

from datetime import datetime
from typing import Literal

import msgspec

from events.catalog.statements import StatementChecked, StatementForwarded, StatementReceived, StatementWithdrawn
from events.dates import read_instant
from events.ids import EventId
from projections.fold import Fact
from projections.shelf import Shelf

EXEMPTION_KINDS = ("medical", "laboratory", "disease_history", "conscientious")

PaperState = Literal["review", "accepted", "rejected", "withdrawn"]


class PaperLine(msgspec.Struct, frozen=True, kw_only=True):
    """One paper. ``checked_at`` is an instant (UTC), the other days are civil dates."""

    fact: Fact
    paper: StatementReceived
    checked: StatementChecked | None = None
    checked_by: Fact | None = None
    withdrawn: StatementWithdrawn | None = None
    withdrawn_by: Fact | None = None
    forwarded: StatementForwarded | None = None

    @property
    def event(self) -> EventId:
        return self.fact.id

    @property
    def is_exemption(self) -> bool:
        return self.paper.kind in EXEMPTION_KINDS

    @property
    def outcome(self) -> Literal["accepted", "rejected"] | None:
        return self.checked.outcome if self.checked is not None else None

    @property
    def checked_at(self) -> datetime | None:
        return known_at(self.checked_by) if self.checked_by is not None else None

    @property
    def state(self) -> PaperState:
        if self.withdrawn is not None:
            return "withdrawn"
        return self.outcome or "review"


def known_at(fact: Fact) -> datetime:
    """When the log received it; for an event still on this device, when the device recorded it."""
    return fact.received_at if fact.received_at is not None else read_instant(fact.header.recorded_at)


def paper_lines(shelf: Shelf) -> tuple[PaperLine, ...]:
    """Every paper on the shelf in order of receipt."""
    lines = [_line(shelf, fact, paper) for fact, paper in shelf.of(StatementReceived)]
    return tuple(sorted(lines, key=lambda line: (line.paper.received_on, line.fact.order)))


def _line(shelf: Shelf, fact: Fact, paper: StatementReceived) -> PaperLine:
    checks = shelf.about(fact.id, StatementChecked)
    withdrawals = sorted(shelf.about(fact.id, StatementWithdrawn), key=lambda pair: (pair[1].on, pair[0].order))
    sent = shelf.about(fact.id, StatementForwarded)
    return PaperLine(
        fact=fact,
        paper=paper,
        checked_by=checks[-1][0] if checks else None,
        checked=checks[-1][1] if checks else None,
        withdrawn_by=withdrawals[0][0] if withdrawals else None,
        withdrawn=withdrawals[0][1] if withdrawals else None,
        forwarded=sent[0][1] if sent else None,
    )

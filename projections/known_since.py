"""Since when the district has known an event, over restored back-ups (design, section 6).

An event that was lost with a database and pushed again stands in the log with the time of its second arrival. A
device's old receipt, once shown (``receipt.presented``, verified by the server that recorded it), proves when it
came first: known since is the oldest valid one.
"""

from datetime import datetime

from events.catalog.devices import ReceiptPresented
from events.errors import BadProof
from events.ids import Hash
from events.receipt import parse_entry, parse_receipt
from projections.fold import Fact, types_of

_PRESENTING = types_of(ReceiptPresented)


class KnownSince:
    """The oldest receipt shown for each event that was ever pushed again. Changed in place, in log order."""

    def __init__(self) -> None:
        self._since: dict[Hash, datetime] = {}

    def of(self, event_hash: Hash, received_at: datetime) -> datetime:
        """Since when the event is known, given when the log received it."""
        return min(received_at, self._since.get(event_hash, received_at))

    def apply(self, fact: Fact) -> None:
        if fact.header.type not in _PRESENTING or not isinstance(fact.payload, ReceiptPresented):
            return
        try:
            named, since = parse_entry(parse_receipt(fact.payload.receipt).entry)
        except BadProof:
            return
        if named == fact.payload.event_hash:
            self._since[named] = min(since, self._since.get(named, since))

"""Collecting from the log what a bundle needs: the chosen events, the seats that signed them, every proof.

All receipts are made under one head, so that the bundle carries one checkpoint. The seats are followed
from signer to signer until the log key's own certificate: what ``verify`` will walk back down.
"""

from collections.abc import Iterable

import msgspec

from events.catalog.devices import SeatOpened
from events.envelope import SYSTEM_AUTHOR
from events.errors import Refused
from events.ids import Position, stream_of
from events.receipt import encode_receipt
from projections.fold import Fact, fact_of
from server.bundle.make import Proven
from server.store.port import Log, LogHead, StoredEvent


class Gathered(msgspec.Struct, frozen=True):
    """Events with receipts, in log order, and the head they are proven under."""

    events: tuple[Proven, ...]
    head: LogHead


async def gather(log: Log, chosen: Iterable[StoredEvent]) -> Gathered:
    """The chosen events (all readable) with their seats and receipts under the present head."""
    rows = {row.position: row for row in chosen}
    head = await log.head()
    for row in await _seats(log, list(rows.values()), head.checkpoint.size):
        rows[row.position] = row
    return Gathered(tuple([await _prove(log, rows[place], head) for place in sorted(rows)]), head)


def fact_of_row(row: StoredEvent) -> Fact | None:
    """The fact a row of the log states; None when its stream's key is destroyed."""
    if row.event is None:
        return None
    return fact_of(row.event, row.position, row.received_at, row.header, row.event_hash)


async def _prove(log: Log, row: StoredEvent, head: LogHead) -> Proven:
    if row.event is None:
        raise Refused("destroyed", f"the event at position {row.position} was destroyed and cannot be exported")
    entry, path = await log.inclusion(row.position, head.checkpoint.size)
    return Proven(row.position, row.event, encode_receipt(entry, row.position, path, head.note))


async def _seats(log: Log, signed: list[StoredEvent], size: int) -> list[StoredEvent]:
    """The seat.opened events behind these signatures, and those behind theirs, up to the log key."""
    found: dict[Position, StoredEvent] = {}
    asked: set[tuple[str, str]] = set()
    waiting = signed
    while waiting:
        wanted = {(row.header.device, row.header.author) for row in waiting if row.header is not None} - asked
        asked |= wanted
        streams = sorted({stream_of("device", device) for device, _ in wanted})
        rows = await log.read_streams(streams, size) if streams else []
        waiting = [row for row in rows if _seat_of(row) in wanted and row.position not in found]
        found |= {row.position: row for row in waiting}
    return list(found.values())


def _seat_of(row: StoredEvent) -> tuple[str, str] | None:
    """Device and author of the seat a row opens."""
    if row.event is None or row.header is None or row.header.type != "seat.opened":
        return None
    fact = fact_of_row(row)
    if fact is None or not isinstance(fact.payload, SeatOpened):
        return None
    author = fact.payload.author
    if author == SYSTEM_AUTHOR and row.header.author != SYSTEM_AUTHOR:
        return None
    return row.header.stream.partition("/")[2], author

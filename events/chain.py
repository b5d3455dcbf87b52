"""The chain each device makes of its own events: seq 1, 2, 3 …, each naming the hash before it.

The log does not need the chain to be whole to accept an event (one lost message must not block the
rest); it needs to see where it is not. ``Head`` is what the log or a replica knows of one device.

    next    extends the head                      repeat  the very event already there
    gap     a predecessor has not arrived         fork    another event at a known seq, or another past
"""

from enum import StrEnum

import msgspec

from events.envelope import Header
from events.ids import NO_HASH, Hash


class Link(StrEnum):
    NEXT = "next"
    GAP = "gap"
    REPEAT = "repeat"
    FORK = "fork"


class Head(msgspec.Struct, frozen=True):
    """The last event known of a device: seq 0 and no hash before its first."""

    seq: int = 0
    hash: Hash = NO_HASH


def link(
    head: Head,
    header: Header,
    event_hash: Hash,
    at_seq: Hash | None = None,
    *,
    before: Hash | None = None,
    wanted: Hash | None = None,
) -> Link:
    """How an event joins a device's chain.

    ``at_seq`` is the hash already known at the event's own seq, when its seq is not past the head.
    A late arrival that fills a gap (nothing known at its seq) is NEXT: it completes what was missing,
    unless it contradicts its neighbours: ``before`` is the hash known at seq - 1, ``wanted`` the ``prev``
    that the known event at seq + 1 names.
    """
    if header.seq <= head.seq:
        if at_seq is not None:
            return Link.REPEAT if at_seq == event_hash else Link.FORK
        fits = before in (None, header.prev) and wanted in (None, event_hash)
        return Link.NEXT if fits else Link.FORK
    if header.seq > head.seq + 1:
        return Link.GAP
    return Link.NEXT if header.prev == head.hash else Link.FORK

"""A fact: one event as every fold reads it, and the one order in which folds take facts.

    signed event + where the log holds it  --fact_of-->     Fact(position, received_at, …)
    signed event not yet in any log        --local_fact-->  Fact(position >= LOCAL, received_at None)

Invariants. The order is the log's (design, section 5): no device clock orders anything, here or in any
fold. A device's own undelivered events stand after everything received, in the order it made them.
``arrange`` gives the same sequence for the same set of facts however they arrived, and drops a fact that
came twice, so that a fold over it is a function of the *set*. A payload that cannot be read becomes
``Unknown`` and stays in the record: a fold never raises over what somebody else wrote.

A fact holds the payload's signed bytes and reads them when somebody first looks: whoever goes by
``header.type`` alone, as most readers do with most facts, pays nothing for the rest.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import reduce
from itertools import pairwise
from typing import TypeVar

import msgspec

from events.catalog import TYPE_OF, Payload
from events.codec import Unknown, decode_payload
from events.envelope import Header, SignedEvent, event_hash, parse_header
from events.errors import MalformedEvent
from events.ids import EventId, Hash, Position, Stream

LOCAL = 2**52
"""Positions from here on belong to events that no log has received: above any real position."""

_BEHIND_UTC = timedelta(hours=10)
"""The furthest west a school of the United States lies: no civil day is earlier than that of this moment."""

State = TypeVar("State")


class _Reading:
    """Reads a fact's payload when it is first asked for, and leaves it there. No lock: to read twice does no harm."""

    def __get__(self, fact: "Fact", _: object = None) -> Payload | Unknown:
        read = fact.__dict__["payload"] = _read_payload(fact.header, fact.written)
        return read


class Fact(msgspec.Struct, frozen=True, dict=True):
    """One event with its place in the log. ``received_at`` (server clock, UTC) is None for a local event.

    ``written`` is the payload as it was signed; ``payload`` what it says, Unknown where this program cannot read it.
    ``is_aside``: the district set it aside and nobody settled it; only the device that made it has such a fact.
    """

    position: Position
    received_at: datetime | None
    event_hash: Hash
    header: Header
    written: bytes
    is_aside: bool = False
    payload = _Reading()

    @property
    def id(self) -> EventId:
        return self.header.id

    @property
    def stream(self) -> Stream:
        return self.header.stream

    @property
    def order(self) -> tuple[int, str]:
        """The sort key of every fold; the hash only matters between local events of several devices."""
        return (self.position, self.event_hash)


def fact_of(
    event: SignedEvent,
    position: Position,
    received_at: datetime | None,
    header: Header | None = None,
    known_hash: Hash | None = None,
) -> Fact:
    """The fact an event in the log states. Pass header and hash when they are at hand already.

    Raises MalformedEvent for a header that is not canonical; the payload is not looked at.
    """
    header = parse_header(event.header) if header is None else header
    known_hash = event_hash(event) if known_hash is None else known_hash
    return Fact(position, received_at, known_hash, header, event.payload)


def local_fact(event: SignedEvent) -> Fact:
    """The fact an undelivered event states, placed after everything received, by its device's seq."""
    header = parse_header(event.header)
    return fact_of(event, Position(LOCAL + header.seq), None, header)


def arrange(facts: Iterable[Fact]) -> list[Fact]:
    """The facts in log order, each event once: where it was both local and received, as received."""
    seen: dict[Hash, Fact] = {}
    for fact in facts:
        held = seen.get(fact.event_hash)
        if held is None or fact.position < held.position:
            seen[fact.event_hash] = fact
    arranged = list(seen.values())
    if all(before.position < after.position for before, after in pairwise(arranged)):
        return arranged
    return sorted(arranged, key=lambda fact: fact.order)


def knew(later: Fact, earlier: Fact) -> bool:
    """Whether whoever signed ``later`` could have seen ``earlier`` on that device."""
    if later.header.device == earlier.header.device:
        return earlier.header.seq < later.header.seq
    return was_shown(earlier, later)


def was_shown(earlier: Fact, later: Fact) -> bool:
    """Whether it stood in the log that the device of ``later`` had verified.

    Positions come again behind a restored back-up: who saw an earlier epoch knew of nothing written in a later one.
    KNOWN GAP: of what was pushed again then, nobody here knows where it had stood before.
    """
    seen = later.header.seen
    return earlier.position < min(seen.size, later.position) and earlier.header.seen.epoch <= seen.epoch


def civil_day(instant: datetime) -> str:
    """The day of a moment, nowhere in the United States an earlier one."""
    return (instant - _BEHIND_UTC).date().isoformat()


def types_of(*payloads: type[Payload]) -> frozenset[str]:
    """The event types with these payloads: a fold that reads few looks at ``header.type`` first."""
    return frozenset(TYPE_OF[payload].name for payload in payloads)


def fold(initial: State, evolve: Callable[[State, Fact], State], facts: Iterable[Fact]) -> State:
    """What the facts amount to, in whatever order they are given."""
    return reduce(evolve, arrange(facts), initial)


def _read_payload(header: Header, payload: bytes) -> Payload | Unknown:
    try:
        return decode_payload(header.type, header.schema, payload)
    except MalformedEvent as error:
        return Unknown(header.type, header.schema, str(error))

"""What one group commit does, decided without a database: positions, duplicates, clashes, the new head.

    arrived + what the log knows of them + head before  ->  outcomes, rows to insert, head after

Pure, so that each store's appending transaction is a few statements around it (appending.py, postgres/appending.py).
"""

from collections.abc import Iterable, Sequence

import msgspec

from events.dates import from_milliseconds
from events.envelope import Header, SignedEvent, event_hash, read_header
from events.errors import MalformedEvent
from events.ids import DeviceId, EventId, Hash, Position, Stream
from events.merkle import Edge, leaf_hash
from events.receipt import make_entry
from server.store.port import Appended, Clash, Outcome, Present, ReadEvent, Refuse


class Batch(msgspec.Struct, frozen=True):
    """What one caller brought."""

    events: tuple[SignedEvent, ...]
    refused: tuple[Refuse, ...]
    is_whole: bool = False
    """All of its events are appended or, where one of them clashes, none."""


class HeadRow(msgspec.Struct, frozen=True):
    """The locked row: epoch, right edge, and the time of the newest entry (ms, UTC)."""

    epoch: int
    edge: Edge
    received_at: int


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """An event as its caller brought it, with what its header says of its place."""

    event: SignedEvent
    header: Header
    stream: Stream
    named: Hash
    hash: bytes
    id: EventId
    device: DeviceId
    seq: int


class Held(msgspec.Struct, frozen=True, gc=False):
    """A row of the log, or one that this group is about to insert."""

    position: int
    hash: bytes
    received_at: int
    id: EventId
    device: DeviceId
    seq: int


class Placed(msgspec.Struct, frozen=True):
    """A group decided: ``new`` stand at ``before.edge.size`` and on, in order, with their ``leaves`` in the tree."""

    before: HeadRow
    after: HeadRow
    outcomes: list[tuple[Outcome, ...]]
    new: list[Arrival]
    leaves: list[bytes]


class ArrivedBatch(Batch, frozen=True, kw_only=True):
    """A caller's batch, looked at before it waits for its turn."""

    arrivals: tuple[Arrival, ...]


class Group(msgspec.Struct, frozen=True):
    """One caller's arrivals."""

    arrivals: tuple[Arrival, ...]
    is_whole: bool


def groups_of(batches: Iterable[Batch]) -> list[Group]:
    """Raises MalformedEvent for bytes that are no header."""
    return [
        Group(batch.arrivals if isinstance(batch, ArrivedBatch) else arrivals(batch.events), batch.is_whole)
        for batch in batches
    ]


def arrivals(events: Iterable[SignedEvent]) -> tuple[Arrival, ...]:
    """Of well-formed events, as ``port.Log.append`` asks for. Raises MalformedEvent for bytes that are no header."""
    found = []
    for event in events:
        header, named = (event.read, event.name) if isinstance(event, ReadEvent) else _read(event)
        place = header.id, header.device, header.seq
        found.append(Arrival(event, header, header.stream, named, bytes.fromhex(named), *place))
    return tuple(found)


def _read(event: SignedEvent) -> tuple[Header, Hash]:
    try:
        return read_header(event.header), event_hash(event)
    except msgspec.MsgspecError as error:
        raise MalformedEvent(f"header: {error}") from error


class Index:
    """Rows by hash, by id, and by device and seq."""

    def __init__(self, held: Iterable[Held]) -> None:
        self._by_hash: dict[bytes, Held] = {}
        self._by_id: dict[EventId, Held] = {}
        self._by_seq: dict[tuple[DeviceId, int], Held] = {}
        for one in held:
            self.add(one)

    def add(self, one: Held) -> None:
        self._by_hash[one.hash] = one
        self._by_id[one.id] = one
        self._by_seq[one.device, one.seq] = one

    def clash_in(self, group: Group) -> Clash | None:
        """Why nothing of a group is appended that may only be appended whole."""
        known = map(self.known, group.arrivals if group.is_whole else ())
        return next((one for one in known if isinstance(one, Clash)), None)

    def known(self, arrival: Arrival) -> Present | Clash | None:
        same = self._by_hash.get(arrival.hash)
        if same is not None:
            return Present(Position(same.position), from_milliseconds(same.received_at))
        field, other = "id", self._by_id.get(arrival.id)
        if other is None:
            field, other = "seq", self._by_seq.get((arrival.device, arrival.seq))
        return None if other is None else Clash(field, Hash(other.hash.hex()), Position(other.position))


def place(before: HeadRow, groups: Sequence[Group], held: Iterable[Held], now: int) -> Placed:
    """Decide a group. ``held`` is every row of the log with an arrival's hash, id, or device and seq."""
    index, received_at = Index(held), max(now, before.received_at)
    moment = from_milliseconds(received_at)
    new: list[Arrival] = []
    outcomes: list[tuple[Outcome, ...]] = []
    for group in groups:
        clash = index.clash_in(group)
        if clash is not None:
            outcomes.append((clash,) * len(group.arrivals))
            continue
        answers: list[Outcome] = []
        for arrival in group.arrivals:
            known = index.known(arrival)
            if known is None:
                position = Position(before.edge.size + len(new))
                new.append(arrival)
                index.add(Held(position, arrival.hash, received_at, arrival.id, arrival.device, arrival.seq))
                answers.append(Appended(position, moment))
            else:
                answers.append(known)
        outcomes.append(tuple(answers))
    leaves = [leaf_hash(make_entry(arrival.named, moment)) for arrival in new]
    after = HeadRow(before.epoch, before.edge.extend(leaves), received_at if new else before.received_at)
    return Placed(before, after, outcomes, new, leaves)


def edge_of(size: int, hashes: bytes) -> Edge:
    return Edge(size, tuple(hashes[at : at + 32] for at in range(0, len(hashes), 32)))

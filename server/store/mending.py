"""Rows of the log's table that a disk changed or lost, made good from what else says the same.

    tree     leaf = H(event_hash, received_at): each leaf of a full tile, and of the newest 255 each complete subtree
    vault    header and signature, and so event_hash, id, device and seq; it opens at its own position only
    beside   times of receipt never go back: a lost one lies between its neighbours'

A row is believed only where the tree bears it out; id, device and seq, which the tree does not cover, are the ones of
the header under the hash that it does cover. Where the event itself is destroyed, one changed bit of hash or time is
still found. Pure: each store finds the rows and keeps what comes of it (``healed_log``).

KNOWN GAP: not made good are a row whose event the vault does not hold either, two wrong times in one subtree of the
newest entries, and a time changed in more than one bit between neighbours TIMES_MAX ms apart. They are named.
"""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.envelope import SignedEvent, check_shape, event_hash
from events.ids import Position
from events.merkle import leaf_hash, node_hash
from events.tiles import TILE_WIDTH
from server.store.grouping import HeadRow
from server.store.port import Verdict
from server.store.second_rows import LogRow, entry_of

TIMES_MAX = 4_000_000
"""Milliseconds tried between two neighbours, an hour: some seconds of work."""
_TIME_BITS = 44
"""Of a time of receipt, until the year 2500."""
_COLUMNS = ("id", "device", "seq", "event_hash", "received_at")


class Known(msgspec.Struct, frozen=True):
    """What the tree says of ``count`` entries (a power of two) from ``start`` on."""

    start: int
    count: int
    hash: bytes


class Found(msgspec.Struct, frozen=True):
    """A position as the disk has it: the log's row, and the event that the vault holds, opened by itself."""

    position: int
    row: LogRow | None
    event: SignedEvent | None


def examine_tile(
    found: Sequence[Found], hashes: bytes, head: HeadRow, before: int | None, after: int | None
) -> list[Verdict]:
    """What is wrong with the rows under one tile of level 0, or under what there is of the newest one.

    ``hashes`` are the full tile's, ``before`` and ``after`` the times of the rows beside it, where there are any.
    """
    start = found[0].position if found else 0
    known = known_of_tile(start, hashes) if hashes else known_of_edge(head.edge.size, head.edge.hashes, TILE_WIDTH)
    verdicts: list[Verdict] = []
    for one in known:
        first, last = one.start - start, one.start - start + one.count
        earlier = next((row.row.received_at for row in reversed(found[:first]) if row.row is not None), before or 0)
        end = head.received_at if after is None else after
        later = next((row.row.received_at for row in found[last:] if row.row is not None), end)
        verdicts += examine(one, found[first:last], earlier, later)
    return verdicts


def known_of_tile(start: int, hashes: bytes) -> list[Known]:
    """Of the leaves of a full tile."""
    return [Known(start + nr, 1, hashes[nr * 32 : nr * 32 + 32]) for nr in range(len(hashes) // 32)]


def known_of_edge(size: int, hashes: Sequence[bytes], width: int) -> list[Known]:
    """Of the complete subtrees that the newest ``size`` % ``width`` entries make."""
    start, found = size - size % width, list[Known]()
    sizes = [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
    for count, known in zip(sizes, hashes, strict=True):
        if count < width:
            found.append(Known(start, count, known))
            start += count
    return found


def examine(known: Known, found: Sequence[Found], earliest: int, latest: int) -> list[Verdict]:
    """What is wrong with the rows under ``known``, in order. All of them were received in earliest … latest (ms)."""
    rows = [_as_told(one, earliest) for one in found]
    if None not in rows:
        whole = [row for row in rows if row is not None]
        truth = whole if root_of(whole) == known.hash else _searched(known, found, whole, earliest, latest)
        if truth is not None:
            return [_verdict(one, row) for one, row in zip(found, truth, strict=True) if one.row != row]
    suspects = [one for one, row in zip(found, rows, strict=True) if row is None or one.row != row] or found[:1]
    places = f"positions {known.start} to {known.start + known.count - 1}"
    why = "the log's row is not the one in the tree" if known.count == 1 else f"a row at {places} is not in the tree"
    return [Verdict(Position(one.position), why, None) for one in suspects]


def _as_told(found: Found, earliest: int) -> LogRow | None:
    """The row as the event has it, with the stored time; as stored where there is no event."""
    if found.event is None:
        return found.row
    header = check_shape(found.event)
    received_at = found.row.received_at if found.row is not None else earliest
    return LogRow(
        found.position, UUID(header.id).bytes, UUID(header.device).bytes, header.seq,
        bytes.fromhex(event_hash(found.event)), received_at,
    )  # fmt: skip


def _verdict(found: Found, truth: LogRow) -> Verdict:
    if found.row is None:
        return Verdict(Position(found.position), "the log's row is missing", truth)
    changed = [name for name in _COLUMNS if getattr(found.row, name) != getattr(truth, name)]
    return Verdict(Position(found.position), f"the log's row was changed: {', '.join(changed)}", truth)


def _searched(
    known: Known, found: Sequence[Found], rows: list[LogRow], earliest: int, latest: int
) -> list[LogRow] | None:
    """The rows with one of them made another, such that they are what the tree says; None where nothing fits."""
    leaves = [_leaf(row.event_hash, row.received_at) for row in rows]
    for tries in (_flipped, _between):
        for nr, row in enumerate(rows):
            above = _siblings(leaves, nr)
            bounds = (
                (rows[nr - 1].received_at if nr else earliest),
                (rows[nr + 1].received_at if nr + 1 < len(rows) else latest),
            )
            for name, time in tries(row, found[nr].event is not None, *bounds):
                if _climbed(_leaf(name, time), nr, above) == known.hash:
                    return [*rows[:nr], replace(row, event_hash=name, received_at=time), *rows[nr + 1 :]]
    return None


def _flipped(row: LogRow, is_named: bool, low: int, high: int) -> Iterator[tuple[bytes, int]]:
    """As a disk does it: a neighbour's time or one bit of the time; one bit of a hash that no event tells."""
    times = [low, high, *(row.received_at ^ 1 << bit for bit in range(_TIME_BITS))]
    yield from ((row.event_hash, time) for time in times if 0 <= time < 1 << _TIME_BITS)
    if not is_named and len(row.event_hash) == 32:
        whole = int.from_bytes(row.event_hash)
        yield from (((whole ^ 1 << bit).to_bytes(32), row.received_at) for bit in range(256))


def _between(row: LogRow, is_named: bool, low: int, high: int) -> Iterator[tuple[bytes, int]]:  # noqa: ARG001
    """Every time between the neighbours'."""
    if high - low <= TIMES_MAX:
        yield from ((row.event_hash, time) for time in range(low, high + 1))


def _leaf(name: bytes, time: int) -> bytes:
    return leaf_hash(entry_of(name, time))


def leaf_of(row: LogRow) -> bytes:
    return _leaf(row.event_hash, row.received_at)


def root_of(rows: Iterable[LogRow]) -> bytes:
    """Over rows that make a complete subtree."""
    hashes = [leaf_of(row) for row in rows]
    while len(hashes) > 1:
        hashes = [node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _siblings(leaves: Sequence[bytes], nr: int) -> list[bytes]:
    above, hashes = list[bytes](), list(leaves)
    while len(hashes) > 1:
        above.append(hashes[nr ^ 1])
        hashes = [node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
        nr >>= 1
    return above


def _climbed(leaf: bytes, nr: int, above: Sequence[bytes]) -> bytes:
    for sibling in above:
        leaf = node_hash(sibling, leaf) if nr & 1 else node_hash(leaf, sibling)
        nr >>= 1
    return leaf

"""Rows of the log table that were damaged and made good: their second copies, which stand wherever the log is read.

    log (as the disk has it) + healed_log (insert-only, mending.py) --> the rows that the signed tree is over

There are hardly ever any, so queries read the log's table as it is, and what they found is put right here. One for
each open log; the newest copy of a position stands.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from events.ids import EventId, Hash, Position
from events.receipt import ENTRY_BYTES, ENTRY_VERSION

HeldRow = tuple[int, bytes, int, bytes, bytes, int]
"""Position, hash, time, id, device, seq."""

NO_ENTRY = ENTRY_VERSION + bytes(ENTRY_BYTES - 1)
"""In the place of a row that is gone, so that those beside it keep theirs: no tree holds it."""


class LogRow(msgspec.Struct, frozen=True):
    """A row of the log's table. Ids and hash are raw bytes, the time is in ms since 1970, UTC."""

    position: int
    id: bytes
    device: bytes
    seq: int
    event_hash: bytes
    received_at: int


def entry_of(event_hash: bytes, received_at: int) -> bytes:
    """``receipt.make_entry`` of raw columns, whatever a disk made of them."""
    return ENTRY_VERSION + event_hash + received_at.to_bytes(8, signed=received_at < 0)


class SecondRows:
    """By position. Changed as a whole, so any thread may look."""

    def __init__(self) -> None:
        self._rows: dict[int, LogRow] = {}
        self._hashes: frozenset[bytes] = frozenset()
        self._twins: frozenset[int] = frozenset()
        self._named: set[LogRow] = set()
        self.copies = 0
        """How many there were, believed or not, when they were read last: another count says to read them again."""

    def __bool__(self) -> bool:
        return bool(self._rows)

    def know(self, rows: Iterable[LogRow], twins: Iterable[LogRow] = (), copies: int = 0) -> None:
        """All there are; of several of one position the last. ``twins`` hold the same bytes at a place of their own."""
        found = {row.position: row for row in rows}
        self._twins = frozenset(row.position for row in twins)
        self._rows, self._hashes = found, frozenset(row.event_hash for row in found.values())
        self.copies = copies

    def is_news(self, row: LogRow) -> bool:
        """Whether a copy that is not believed is to be named: once."""
        is_new = row not in self._named
        self._named.add(row)
        return is_new

    @property
    def rows(self) -> tuple[LogRow, ...]:
        return tuple(self._rows.values())

    @property
    def twins(self) -> list[int]:
        return sorted(self._twins)

    def at(self, position: int) -> LogRow | None:
        return self._rows.get(position)

    def between(self, start: int, end: int) -> list[LogRow]:
        """Those at positions start … end - 1."""
        rows = self._rows
        return [rows[at] for at in range(start, end) if at in rows] if rows else []

    def entries(self, stored: Iterable[tuple[int, bytes, int]], start: int, count: int) -> list[bytes]:
        """The entries of stored rows (position, hash, time) in order, each in its place."""
        found = [(at, entry_of(name, time)) for at, name, time in stored]
        if len(found) == count and not self._rows:
            return [entry for _, entry in found]
        second = self.between(start, start + count)
        there = dict(found) | {row.position: entry_of(row.event_hash, row.received_at) for row in second}
        return [there.get(at, NO_ENTRY) for at in range(start, start + count)]

    def is_false(self, position: int, event_hash: bytes) -> bool:
        """Whether a row as the disk has it is another in truth, or lies where it does not belong."""
        return position in self._rows or (event_hash in self._hashes and position not in self._twins)

    def find(self, named: Mapping[Hash, EventId], stored: Mapping[Hash, Position]) -> dict[Hash, Position]:
        """Where the events asked for stand, of what was found stored under their ids."""
        found = {name: at for name, at in stored.items() if name in named}
        for row in self._rows.values():
            name = Hash(row.event_hash.hex())
            if name in named:
                found[name] = Position(row.position)
        return found

    def held(self, stored: Iterable[HeldRow], asked: Collection[tuple[bytes, bytes, bytes, int]]) -> Iterator[HeldRow]:
        """What the log holds of the events asked for (hash, id, device, seq), of what was found stored under their
        ids and seqs. A false row comes too: it stands in the way of the table's own indexes; our copies come last."""
        for held in stored:
            true = self._rows.get(held[0])
            yield held if true is None else (held[0], true.event_hash, true.received_at, *held[3:])
        if not self._rows:
            return
        names, ids = {one[0] for one in asked}, {one[1] for one in asked}
        seqs = {one[2:] for one in asked}
        for row in self._rows.values():
            if row.event_hash in names or row.id in ids or (row.device, row.seq) in seqs:
                yield row.position, row.event_hash, row.received_at, row.id, row.device, row.seq

    def heads(self, stored: Iterable[tuple[bytes, int, bytes, int]]) -> list[tuple[bytes, int, bytes, int]]:
        """Of each device the highest seq with its hash, and the latest time of receipt; ``stored`` without ours."""
        found = {device: (seq, name, at) for device, seq, name, at in stored}
        for row in self._rows.values():
            seq, name, at = found.get(row.device, (0, b"", 0))
            seq, name = max((seq, name), (row.seq, row.event_hash))
            found[row.device] = seq, name, max(at, row.received_at)
        return [(device, *head) for device, head in found.items()]

    def seqs(self, stored: Iterable[int], device: bytes, first: int, last: int) -> list[int]:
        """The numbers of a device, its own rows here among them."""
        ours = (row.seq for row in self._rows.values() if row.device == device and first <= row.seq <= last)
        return sorted({*stored, *ours}) if self._rows else list(stored)

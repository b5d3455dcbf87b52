"""One group commit: lock the head, look up what is known, append what is new, advance, commit, publish.

    keyring durable -> BEGIN IMMEDIATE -> head row == ours, not behind the outside checkpoint
        -> per event: present | clash | insert into log and vault -> tiles -> head row -> COMMIT
        -> sign -> outside checkpoint -> answer

It all runs in the writer thread, one group at a time, so no cancellation can come between its steps. A
failure before COMMIT rolls back and is the callers' to retry; one at COMMIT is StoreFailed: nobody knows
what is on disk, and the process must stop.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint
from events.dates import from_milliseconds, to_milliseconds
from events.envelope import SignedEvent, event_hash, parse_header
from events.ids import DistrictId, Hash, Position
from events.merkle import Edge, leaf_hash
from events.receipt import make_entry
from server.errors import StoreFailed
from server.keys import Keys, Random
from server.store.keyring import Keyring
from server.store.outside import OutsideCheckpoint, require_not_behind
from server.store.port import Appended, Clash, LogHead, Outcome, Present, Refuse
from server.store.tree import Tree
from server.store.vault import place_of, seal, seal_event
from server.store.wrapping import StreamKey


class Batch(msgspec.Struct, frozen=True):
    """What one caller brought."""

    events: tuple[SignedEvent, ...]
    refused: tuple[Refuse, ...]


class HeadRow(msgspec.Struct, frozen=True):
    """The locked row: epoch, right edge, and the time of the newest entry (ms, UTC)."""

    epoch: int
    edge: Edge
    received_at: int


class Appender:
    """The writer of one district's log in this process. Lives in one thread."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        keyring: Keyring,
        keys: Keys,
        outside: OutsideCheckpoint,
        district: DistrictId,
        log_name: str,
        clock: Callable[[], datetime],
        random: Random,
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._keys = keys
        self._outside = outside
        self._district = district
        self._log_name = log_name
        self._clock = clock
        self._random = random
        self._tree = Tree(connection, district)

    def commit(self, batches: Sequence[Batch]) -> tuple[list[tuple[Outcome, ...]], LogHead]:
        """Append several callers' batches in one transaction; their outcomes in order, and the head over all."""
        headers = [[parse_header(event.header) for event in batch.events] for batch in batches]
        streams = [header.stream for group in headers for header in group]
        streams += [refuse.stream for batch in batches for refuse in batch.refused]
        self._keyring.ensure(streams)  # durable before the ledger is locked
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            keys = self._keyring.ensure(streams)  # under the lock: none of them can be destroyed meanwhile
            before = self.head_row()
            require_not_behind(self.checkpoint_of(before), self._outside.read())
            group = _Group(self._connection, self._district, before, to_milliseconds(self._clock()), self._random)
            outcomes = [
                tuple(
                    group.append(event, header.id, header.device, header.seq, keys[header.stream])
                    for event, header in zip(batch.events, rows, strict=True)
                )
                for batch, rows in zip(batches, headers, strict=True)
            ]
            for batch in batches:
                for refuse in batch.refused:
                    group.keep(refuse, keys[refuse.stream])
            after = group.finish(self._tree)
        except BaseException:
            if self._connection.in_transaction:  # SQLite rolls back by itself when the disk fails
                self._connection.execute("ROLLBACK")
            self._tree = Tree(self._connection, self._district)  # it may have kept tiles of what was rolled back
            raise
        try:
            self._connection.execute("COMMIT")
            return outcomes, self._publish(after)
        except (sqlite3.Error, OSError) as error:
            raise StoreFailed(f"the commit's outcome is unknown: {error}") from error

    def current(self) -> LogHead:
        """The committed head, signed and outside. Raises RolledBack before signing what is behind.

        The checkpoint is read before the row: other processes move the database first, so a healthy row read
        later is never behind it.
        """
        outside = self._outside.read()
        row = self.head_row()
        require_not_behind(self.checkpoint_of(row), outside)
        return self._publish(row)

    def _publish(self, row: HeadRow) -> LogHead:
        """Sign a head that was checked under the lock; another process may have published a later one since."""
        head = self.checkpoint_of(row)
        note = sign_checkpoint(head, self._keys.name, self._keys.log)
        self._outside.advance(head, note)
        return LogHead(row.epoch, head, note)

    def checkpoint_of(self, row: HeadRow) -> Checkpoint:
        origin = origin_of(self._log_name, self._district, row.epoch)
        return Checkpoint(origin, row.edge.size, row.edge.root())

    def head_row(self) -> HeadRow:
        return read_head_row(self._connection, self._district)


def read_head_row(connection: sqlite3.Connection, district: DistrictId) -> HeadRow:
    row = connection.execute(
        "SELECT epoch, size, edge, received_at FROM head WHERE district = ?", (district,)
    ).fetchone()
    if row is None:
        return HeadRow(0, Edge(), 0)
    epoch, size, edge, received_at = row
    return HeadRow(epoch, Edge(size, tuple(edge[i : i + 32] for i in range(0, len(edge), 32))), received_at)


class _Group:
    """The inside of one transaction."""

    def __init__(
        self, connection: sqlite3.Connection, district: DistrictId, before: HeadRow, now: int, random: Random
    ) -> None:
        self._connection = connection
        self._district = district
        self._before = before
        self._random = random
        self._received_at = max(now, before.received_at)
        self._leaves: list[bytes] = []

    def append(self, event: SignedEvent, event_id: str, device: str, seq: int, key: StreamKey) -> Outcome:
        named = event_hash(event)
        known = self._known(bytes.fromhex(named), UUID(event_id).bytes, UUID(device).bytes, seq)
        if known is not None:
            return known
        position = Position(self._before.edge.size + len(self._leaves))
        raw_hash = bytes.fromhex(named)
        self._connection.execute(
            "INSERT INTO log (district, position, id, device, seq, event_hash, received_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._district, position, UUID(event_id).bytes, UUID(device).bytes, seq, raw_hash, self._received_at),
        )
        sealed = seal_event(event, key, self._district, position, raw_hash, self._random)
        self._connection.execute(
            "INSERT INTO vault (district, position, stream_key, sealed) VALUES (?, ?, ?, ?)",
            (self._district, position, key.id, sealed),
        )
        received_at = from_milliseconds(self._received_at)
        self._leaves.append(leaf_hash(make_entry(named, received_at)))
        return Appended(position, received_at)

    def keep(self, refuse: Refuse, key: StreamKey) -> None:
        """Keep refused bytes once, under the stream they were quarantined in."""
        submission = bytes.fromhex(refuse.submission)
        there = self._connection.execute(
            "SELECT 1 FROM refused WHERE district = ? AND submission = ?", (self._district, submission)
        ).fetchone()
        if there is None:
            sealed = seal(refuse.raw, key, place_of(self._district, -1, submission), self._random)
            self._connection.execute(
                "INSERT INTO refused (district, submission, stream_key, sealed) VALUES (?, ?, ?, ?)",
                (self._district, submission, key.id, sealed),
            )

    def finish(self, tree: Tree) -> HeadRow:
        """Advance tiles and head row over what was appended."""
        edge = self._before.edge.extend(self._leaves)
        tree.complete(self._before.edge.size, edge.size)
        after = HeadRow(self._before.epoch, edge, self._received_at if self._leaves else self._before.received_at)
        self._connection.execute(
            "INSERT INTO head (district, epoch, size, root, edge, received_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (district) DO UPDATE SET epoch = excluded.epoch, size = excluded.size, root = excluded.root,"
            " edge = excluded.edge, received_at = excluded.received_at",
            (self._district, after.epoch, edge.size, edge.root(), b"".join(edge.hashes), after.received_at),
        )
        return after

    def _known(self, raw_hash: bytes, event_id: bytes, device: bytes, seq: int) -> Present | Clash | None:
        """What the log already holds of this event, under the lock (the INSERT has no ON CONFLICT)."""
        rows = self._connection.execute(
            "SELECT position, event_hash, received_at, id FROM log WHERE district = ? AND event_hash = ?"
            " UNION ALL SELECT position, event_hash, received_at, id FROM log WHERE district = ? AND id = ?"
            " UNION ALL SELECT position, event_hash, received_at, id FROM log"
            " WHERE district = ? AND device = ? AND seq = ?",
            (self._district, raw_hash, self._district, event_id, self._district, device, seq),
        ).fetchall()
        for position, there, received_at, _ in rows:
            if there == raw_hash:
                return Present(Position(position), from_milliseconds(received_at))
        for position, there, _, held_id in rows:
            return Clash("id" if held_id == event_id else "seq", Hash(there.hex()), Position(position))
        return None

"""One group commit: lock the head, look up what is known, append what is new, advance, commit, publish.

    keyring durable -> BEGIN IMMEDIATE -> head row == ours, not behind the outside checkpoint
        -> what is known of the arrivals -> place (grouping.py) -> log and vault -> tiles -> head row -> COMMIT
        -> sign -> outside checkpoint -> answer

It all runs in the writer thread, one group at a time, so no cancellation can come between its steps. A
failure before COMMIT rolls back and is the callers' to retry; one at COMMIT is StoreFailed: nobody knows
what is on disk, and the process must stop.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint
from events.dates import from_milliseconds, to_milliseconds
from events.envelope import Header, SignedEvent, event_hash
from events.ids import DeviceId, DistrictId, EventId, Position, Stream
from events.merkle import Edge
from server.errors import StoreFailed
from server.keys import Keys, Random
from server.store.grouping import Arrival, Batch, HeadRow, Held, Placed, groups_of, place
from server.store.keyring import Keyring
from server.store.outside import OutsideCheckpoint, require_not_behind
from server.store.port import LogHead, Outcome, Refuse, StoredEvent, Verdict
from server.store.recent import Recent, RecentRow
from server.store.row_check import check_tile, count_copies, keep_rows, read_second
from server.store.second_rows import LogRow, SecondRows
from server.store.tree import Tree
from server.store.vault import at_one_draw, place_of, seal, seal_event
from server.store.wrapping import StreamKey

ROWS_PER_STATEMENT = 500
BY_ID = "INDEXED BY log_id WHERE district = ? AND id IN"
"""Said, because SQLite thinks little of a district: for more than a few ids it would read the whole log of one."""
_HELD = "SELECT position, event_hash, received_at, id, device, seq FROM log"


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
        self.second = SecondRows()
        self._tree = Tree(connection, district, second=self.second)
        self.recent = Recent()

    def commit(self, batches: Sequence[Batch]) -> tuple[list[tuple[Outcome, ...]], LogHead]:
        """Append several callers' batches in one transaction; their outcomes in order, and the head over all."""
        groups = groups_of(batches)
        arrived = [arrival for group in groups for arrival in group.arrivals]
        refused = [refuse for batch in batches for refuse in batch.refused]
        streams = [*(arrival.stream for arrival in arrived), *(refuse.stream for refuse in refused)]
        self._keyring.ensure(streams)  # durable before the ledger is locked
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            keys = self._keyring.ensure(streams)  # under the lock: none of them can be destroyed meanwhile
            before = self.head_row()
            require_not_behind(self.checkpoint_of(before), self._outside.read())
            if count_copies(self._connection, self._district) != self.second.copies:  # another process made some
                self.read_second()
            placed = place(before, groups, self._held(arrived), to_milliseconds(self._clock()))
            self._insert(placed, keys)
            for refuse in refused:
                self._keep(refuse, keys[refuse.stream])
        except BaseException:
            if self._connection.in_transaction:  # SQLite rolls back by itself when the disk fails
                self._connection.execute("ROLLBACK")
            # the old one may have kept tiles of what was rolled back
            self._tree = Tree(self._connection, self._district, second=self.second)
            raise
        try:
            self._connection.execute("COMMIT")
            self._remember(placed, keys)
            return placed.outcomes, self._publish(placed.after)
        except (sqlite3.Error, OSError) as error:
            raise StoreFailed(f"the commit's outcome is unknown: {error}") from error

    def heal(self, position: Position, event: SignedEvent, header: Header) -> bool:
        """A second copy of a damaged row's event, beside it. False where its stream's key is gone."""
        key = self._keyring.find(header.stream)
        if key is None:
            return False
        sealed = seal_event(event, key, self._district, position, bytes.fromhex(event_hash(event)), self._random)
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            now = self._keyring.find(header.stream)
            if now is None or now.id != key.id:  # destroyed meanwhile
                self._connection.execute("ROLLBACK")
                return False
            self._connection.execute(
                "INSERT INTO healed (district, position, number, stream_key, sealed) SELECT ?, ?, count(*), ?, ?"
                " FROM healed WHERE district = ? AND position = ?",
                (self._district, position, key.id, sealed, self._district, position),
            )
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return True

    def read_second(self) -> None:
        """Learn which rows have a second copy."""
        read_second(self._connection, self._tree, self._district, self.second)

    def mend(self, rows: Sequence[LogRow]) -> None:
        """Second copies of rows of the log that were changed or lost, beside them."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            keep_rows(self._connection, self._district, rows)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self.read_second()

    def check_tile(self, number: int) -> list[Verdict]:
        return check_tile(self._connection, self._keyring, self._tree, self._district, self.second, number)

    def current(self) -> LogHead:
        """The committed head, signed and outside. Raises RolledBack before signing what is behind.

        The checkpoint is read before the row: other processes move the database first, so a healthy row read
        later is never behind it.
        """
        outside = self._outside.read()
        row = self.head_row()
        require_not_behind(self.checkpoint_of(row), outside)
        return self._publish(row)

    def _held(self, arrived: Sequence[Arrival]) -> Iterator[Held]:
        """What the log already holds of these events, under the lock (the INSERT has no ON CONFLICT).

        One hash is one header and so one id: whose id is not there is new.
        """
        for at in range(0, len(arrived), ROWS_PER_STATEMENT):
            part = arrived[at : at + ROWS_PER_STATEMENT]
            marks = ",".join("?" * len(part))
            pairs = [value for one in part for value in (_raw(one.device), one.seq)]
            rows = self._connection.execute(
                f"{_HELD} {BY_ID} ({marks})", (self._district, *(_raw(one.id) for one in part))
            ).fetchall()
            rows += self._connection.execute(
                f"WITH asked (a_device, a_seq) AS (VALUES {','.join(['(?, ?)'] * len(part))})"
                f" {_HELD.replace('FROM log', 'FROM asked CROSS JOIN log')}"
                " WHERE district = ? AND device = a_device AND seq = a_seq",
                (*pairs, self._district),
            ).fetchall()
            for row in self.second.held(rows, [(one.hash, _raw(one.id), _raw(one.device), one.seq) for one in part]):
                yield Held(*row[:3], EventId(_text(row[3])), DeviceId(_text(row[4])), row[5])

    def _insert(self, placed: Placed, keys: Mapping[Stream, StreamKey]) -> None:
        """The new rows, the tiles they fill and the head. Many rows a statement: each is a change of threads."""
        start, after = placed.before.edge.size, placed.after
        for at in range(0, len(placed.new), ROWS_PER_STATEMENT):
            part = list(enumerate(placed.new[at : at + ROWS_PER_STATEMENT], start + at))
            nonces = at_one_draw(self._random, len(part))
            self._insert_rows(
                "INSERT INTO log (district, position, id, device, seq, event_hash, received_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (self._district, position, _raw(one.id), _raw(one.device), one.seq, one.hash, after.received_at)
                    for position, one in part
                ],
            )
            self._insert_rows(
                "INSERT INTO vault (district, position, stream_key, sealed) VALUES (?, ?, ?, ?)",
                [
                    (self._district, position, key.id, self._sealed(one, position, key, nonces))
                    for position, one in part
                    for key in (keys[one.stream],)
                ],
            )
        if self._tree.complete(start, after.edge.size) and self._tree.root(after.edge.size) != after.edge.root():
            raise StoreFailed("a row of the newest tile was changed on disk: a restart makes it good")
        self._connection.execute(
            "INSERT INTO head (district, epoch, size, root, edge, received_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (district) DO UPDATE SET epoch = excluded.epoch, size = excluded.size, root = excluded.root,"
            " edge = excluded.edge, received_at = excluded.received_at",
            (
                self._district,
                after.epoch,
                after.edge.size,
                after.edge.root(),
                b"".join(after.edge.hashes),
                after.received_at,
            ),
        )

    def _insert_rows(self, insert: str, rows: Sequence[tuple[object, ...]]) -> None:
        """``insert`` is the statement for one row; it is run once for all of them."""
        marks = insert[insert.rindex("(") :]
        self._connection.execute(insert + f", {marks}" * (len(rows) - 1), tuple(chain.from_iterable(rows)))

    def _sealed(self, arrival: Arrival, position: int, key: StreamKey, random: Random) -> bytes:
        return seal_event(arrival.event, key, self._district, position, arrival.hash, random)

    def _keep(self, refuse: Refuse, key: StreamKey) -> None:
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

    def _remember(self, placed: Placed, keys: Mapping[Stream, StreamKey]) -> None:
        at = from_milliseconds(placed.after.received_at)
        self.recent.add(
            RecentRow(StoredEvent(Position(position), one.named, at, one.event, one.header), keys[one.stream].id)
            for position, one in enumerate(placed.new, placed.before.edge.size)
        )

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


def _raw(uuid: str) -> bytes:
    return bytes.fromhex(uuid.replace("-", ""))


def _text(raw: bytes) -> str:
    return str(UUID(bytes=raw))

"""One group commit in PostgreSQL: lock the head, look up what is known, append what is new, advance, commit, publish.

    keyring durable -> BEGIN, head row FOR UPDATE (waits LOCK_SECONDS at most)
        -> the head, not behind the outside; rows that the arrivals' hashes, ids and seqs have already
        -> decide (grouping.py) -> log, vault and head in one statement, head compared again -> tiles -> COMMIT
        -> sign -> outside checkpoint -> answer        (while the next group is committed)

Only the sequencer's one task calls ``commit``, and nobody cancels that task, so no cancellation comes between
these steps. A connection lost before COMMIT was sent leaves nothing behind: the group is tried again. One
lost at COMMIT leaves it unknown: the group is tried again too, finds its own rows under the lock if they are
there, and answers as if the reply had come. If no server answers for RETRY_SECONDS, it is StoreFailed.
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import asyncpg
import structlog

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint
from events.dates import to_milliseconds
from events.ids import DistrictId, Stream
from server.errors import StoreBusy, StoreFailed
from server.keys import Keys, Random
from server.store.appending import Batch, HeadRow
from server.store.outside import OutsideCheckpoint, require_not_behind
from server.store.port import Appended, LogHead, Outcome, Present, Refuse
from server.store.postgres.connecting import Connection, dial, is_lost
from server.store.postgres.grouping import Arrival, ArrivedBatch, Held, Placed, arrivals, edge_of, place
from server.store.postgres.keyring import PostgresKeyring
from server.store.postgres.tree import PostgresTree
from server.store.vault import place_of, seal, seal_event
from server.store.wrapping import StreamKey

RETRY_SECONDS = 20.0
"""How long a lost server is tried again: longer than a standby takes to be promoted."""
PAUSE_SECONDS = 0.2

HEAD = "SELECT epoch, size, edge, received_at, destructions FROM ledger.head WHERE district = $1"

_LOCK = "BEGIN; SELECT FROM ledger.head WHERE district = current_setting('doseledger.district') FOR UPDATE"
"""One message for both. What the next statement sees was committed before the lock was had."""

_KNOWN = """
SELECT size AS position, edge AS event_hash, received_at, NULL::uuid AS id, NULL::uuid AS device, epoch::bigint AS seq,
    destructions FROM ledger.head WHERE district = $1
UNION ALL
SELECT position, event_hash, received_at, id, device, seq, 0 FROM ledger.log
    WHERE district = $1 AND event_hash = ANY($2::bytea[])
UNION ALL
SELECT position, event_hash, received_at, id, device, seq, 0 FROM ledger.log
    WHERE district = $1 AND id = ANY($3::uuid[])
UNION ALL
SELECT log.position, log.event_hash, log.received_at, log.id, log.device, log.seq, 0
    FROM unnest($4::uuid[], $5::bigint[]) AS asked (device, seq)
    JOIN ledger.log ON log.district = $1 AND log.device = asked.device AND log.seq = asked.seq
"""

_APPEND = """
WITH entries AS (
    INSERT INTO ledger.log (district, position, id, device, seq, event_hash, received_at)
    SELECT $1, $2 + nr - 1, id, device, seq, event_hash, $3
    FROM unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::bytea[]) WITH ORDINALITY
        AS new (id, device, seq, event_hash, nr)
), contents AS (
    INSERT INTO ledger.vault (district, position, stream_key, sealed)
    SELECT $1, $2 + nr - 1, stream_key, sealed
    FROM unnest($8::bytea[], $9::bytea[]) WITH ORDINALITY AS new (stream_key, sealed, nr)
)
UPDATE ledger.head SET size = $10, root = $11, edge = $12, received_at = $3
    WHERE district = $1 AND epoch = $13 AND size = $2
"""

_TOUCH = "UPDATE ledger.head SET size = size WHERE district = $1"
"""Makes a COMMIT wait for a synchronous standby, and so for every commit before it: a process may have died, or its
connection been cut, between its commit and that wait, and what it left may be on this server alone."""

Answer = tuple[list[tuple[Outcome, ...]], asyncio.Future[LogHead]]
_log = structlog.get_logger(__name__)


class PostgresAppender:
    """The writer of one district's log in this process: one connection, one group at a time."""

    def __init__(
        self,
        url: str,
        keyring: PostgresKeyring,
        keys: Keys,
        outside: OutsideCheckpoint,
        district: DistrictId,
        log_name: str,
        clock: Callable[[], datetime],
        random: Random = os.urandom,
    ) -> None:
        self._url = url
        self._keyring = keyring
        self._keys = keys
        self._outside = outside
        self._district = district
        self._log_name = log_name
        self._clock = clock
        self._random = random
        self._connection: Connection | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._unpublished: list[asyncio.Future[LogHead]] = []
        self._newest: HeadRow | None = None
        self._is_news = False
        self._tree = PostgresTree(district)

    async def commit(self, batches: Sequence[Batch]) -> Answer:
        """Append several callers' batches in one transaction; their outcomes in order, and the head over all."""
        groups = [batch.arrivals if isinstance(batch, ArrivedBatch) else arrivals(batch.events) for batch in batches]
        streams = [arrival.stream for group in groups for arrival in group]
        refused = [refuse for batch in batches for refuse in batch.refused]
        keys = await self._keyring.ensure([*streams, *(refuse.stream for refuse in refused)])
        lost: Placed | None = None
        give_up = time.monotonic() + RETRY_SECONDS
        while True:
            try:
                db = await self._writer()
                placed = await self._prepare(db, groups, refused, keys)
            except Exception as error:
                await self._drop(error)
                if not is_lost(error) or time.monotonic() > give_up:
                    raise _failed(error, lost) from error
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            try:
                await db.execute("COMMIT")
            except Exception as error:
                await self._drop(error)
                if not is_lost(error) or time.monotonic() > give_up:
                    raise StoreFailed(f"the commit's outcome is unknown: {error}") from error
                _log.warning("commit.reply_lost", error=type(error).__name__)
                lost = placed if lost is None else lost
                continue
            return self._outcomes(placed, lost), self._publish_soon(placed.after)

    async def current(self, db: Connection) -> LogHead:
        """The committed head, signed and outside. Raises RolledBack before signing what is behind.

        The checkpoint is read before the row: other processes move the database first, so a healthy row read
        later is never behind it.
        """
        outside = self._outside.read()
        row = head_row(await db.fetchrow(HEAD, self._district))
        require_not_behind(self.checkpoint_of(row), outside)
        if outside.size < row.edge.size:
            await db.execute(_TOUCH, self._district)
        return await self._publish(row)

    def checkpoint_of(self, row: HeadRow) -> Checkpoint:
        return Checkpoint(origin_of(self._log_name, self._district, row.epoch), row.edge.size, row.edge.root())

    async def close(self) -> None:
        if self._publishing is not None:
            await self._publishing
        if self._connection is not None:
            await self._connection.close()

    async def _writer(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await dial(self._url, self._district)
        return self._connection

    async def _drop(self, error: Exception) -> None:
        """Leave the transaction; leave the connection too where it cannot be trusted."""
        db = self._connection
        if db is None:
            return
        if not is_lost(error):
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await db.execute("ROLLBACK")
                return
        db.terminate()
        self._connection = None

    async def _prepare(
        self,
        db: Connection,
        groups: Sequence[Sequence[Arrival]],
        refused: Sequence[Refuse],
        keys: dict[Stream, StreamKey],
    ) -> Placed:
        """Everything up to COMMIT."""
        await db.execute(_LOCK)
        before, held = await self._held(db, [arrival for group in groups for arrival in group])
        outside = self._outside.read()
        require_not_behind(self.checkpoint_of(before), outside)
        if self._is_news:  # nothing is ever sealed under a key that is destroyed
            keys = await self._keyring.ensure(keys)
        placed = place(before, groups, held, to_milliseconds(self._clock()))
        if placed.new:
            await self._insert(db, placed, keys)
        elif outside.size < before.edge.size:
            await db.execute(_TOUCH, self._district)
        if refused:
            await self._keep(db, refused, keys)
        return placed

    async def _held(self, db: Connection, all_: Sequence[Arrival]) -> tuple[HeadRow, list[Held]]:
        """The locked head, and the rows that arrivals collide with."""
        rows = await db.fetch(
            _KNOWN, self._district, [one.hash for one in all_], [one.id for one in all_],
            [one.device for one in all_], [one.seq for one in all_],
        )  # fmt: skip
        locked = next((row for row in rows if row["id"] is None), None)
        if locked is None:
            raise no_head()
        before = HeadRow(locked["seq"], edge_of(locked["position"], locked["event_hash"]), locked["received_at"])
        self._is_news = self._keyring.know(locked["destructions"])
        return before, [Held(*row[:6]) for row in rows if row["id"] is not None]

    async def _insert(self, db: Connection, placed: Placed, keys: dict[Stream, StreamKey]) -> None:
        start, new, after = placed.before.edge.size, placed.new, placed.after
        sealed = [
            seal_event(one.event, keys[one.stream], self._district, start + nr, one.hash, self._random)
            for nr, one in enumerate(new)
        ]
        status = await db.execute(
            _APPEND, self._district, start, after.received_at,
            [one.id for one in new], [one.device for one in new], [one.seq for one in new], [one.hash for one in new],
            [keys[one.stream].id for one in new], sealed,
            after.edge.size, after.edge.root(), b"".join(after.edge.hashes), placed.before.epoch,
        )  # fmt: skip
        if status != "UPDATE 1":
            raise StoreFailed("the head moved while its row was locked")
        tiles = await self._tree.completed(db, start, after.edge.size)
        if tiles:
            await db.executemany(
                "INSERT INTO ledger.tile (district, level, number, hashes, root) VALUES ($1, $2, $3, $4, $5)",
                [(self._district, *tile) for tile in tiles],
            )

    async def _keep(self, db: Connection, refused: Sequence[Refuse], keys: dict[Stream, StreamKey]) -> None:
        """Keep refused bytes once, under the stream they were quarantined in."""
        for one in refused:
            submission, key = bytes.fromhex(one.submission), keys[one.stream]
            there = await db.fetchval(
                "SELECT 1 FROM ledger.refused WHERE district = $1 AND submission = $2", self._district, submission
            )
            if there is None:
                sealed = seal(one.raw, key, place_of(self._district, -1, submission), self._random)
                await db.execute(
                    "INSERT INTO ledger.refused (district, submission, stream_key, sealed) VALUES ($1, $2, $3, $4)",
                    self._district, submission, key.id, sealed,
                )  # fmt: skip

    def _outcomes(self, placed: Placed, lost: Placed | None) -> list[tuple[Outcome, ...]]:
        """As decided; what a commit whose reply was lost has appended is told as appended."""
        if lost is None:
            return placed.outcomes
        return [
            tuple(_as_if_answered(now, then) for now, then in zip(*pair, strict=True))
            for pair in zip(placed.outcomes, lost.outcomes, strict=True)
        ]

    def _publish_soon(self, row: HeadRow) -> asyncio.Future[LogHead]:
        """Publish while the next group is committed; heads that wait meanwhile are covered by the newest of them."""
        published: asyncio.Future[LogHead] = asyncio.get_running_loop().create_future()
        self._newest = row
        self._unpublished.append(published)
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.create_task(self._publish_all(), name="publish heads")
        return published

    async def _publish_all(self) -> None:
        while self._unpublished and self._newest is not None:
            waiting, self._unpublished = self._unpublished, []
            try:
                head = await self._publish(self._newest)
            except Exception as error:
                for published in waiting:
                    published.set_exception(error)
            else:
                for published in waiting:
                    published.set_result(head)

    async def _publish(self, row: HeadRow) -> LogHead:
        """Sign a head that was checked under the lock; another process may have published a later one since."""
        head = self.checkpoint_of(row)
        note = sign_checkpoint(head, self._keys.name, self._keys.log)
        try:
            await asyncio.to_thread(self._outside.advance, head, note)
        except OSError as error:
            raise StoreFailed(f"the checkpoint outside the database could not be written: {error}") from error
        return LogHead(row.epoch, head, note)


def head_row(row: asyncpg.Record | None) -> HeadRow:
    """Raises StoreFailed where the district's head row is missing."""
    if row is None:
        raise no_head()
    return HeadRow(row["epoch"], edge_of(row["size"], row["edge"]), row["received_at"])


def no_head() -> StoreFailed:
    return StoreFailed("the database holds no head of this district: run 'doseledger init', or restore it")


def _as_if_answered(now: Outcome, then: Outcome) -> Outcome:
    if isinstance(now, Present) and isinstance(then, Appended) and now.position == then.position:
        return then
    return now


def _failed(error: Exception, lost: Placed | None) -> Exception:
    if lost is not None:
        return StoreFailed(f"the commit's outcome is unknown: {error}")
    if is_lost(error) or isinstance(error, asyncpg.LockNotAvailableError):
        return StoreBusy(f"nothing was written: {type(error).__name__}: {error}")
    return error

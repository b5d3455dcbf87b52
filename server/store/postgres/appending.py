"""Group commits in PostgreSQL: at once where this process wrote last, with the head locked and looked at elsewhere.

at once     one statement and nothing else: it moves the head if that stands where this process left it, and inserts
carefully   keyring durable -> BEGIN, head row FOR UPDATE (waits LOCK_SECONDS at most)
                -> the head, not behind the outside; rows that the arrivals' hashes, ids and seqs have already
                -> decide (grouping.py) -> log, vault, tiles and head in one statement -> COMMIT
afterwards  sign -> outside checkpoint -> answer        (while the next group is committed: publishing.py)

At once is tried after a careful commit found the head where this process had left it. It writes nothing when the head
has moved, a key was destroyed or an arrival is known already (the INSERT collides); the careful way then decides the
group, under the lock. The head outside is compared before the statement is sent: on one connection to one server a
database cannot fall behind in between.

Only the sequencer's one task calls ``commit``, and nobody cancels that task, so no cancellation comes between these
steps. A connection lost before COMMIT was sent leaves nothing behind: the group is tried again. One lost at COMMIT, or
in the one statement, leaves it unknown: the group is tried again too, finds its own rows under the lock if they are
there, and answers as if the reply had come. If no server answers for RETRY_SECONDS, it is StoreFailed.
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog

from events.dates import to_milliseconds
from events.ids import DeviceId, DistrictId, EventId, Stream
from events.tiles import TILE_WIDTH
from server.errors import StoreBusy, StoreFailed
from server.keys import Random
from server.store.grouping import Arrival, Batch, Group, HeadRow, Held, Placed, edge_of, groups_of, place
from server.store.port import Appended, LogHead, Outcome, Present, Refuse
from server.store.postgres.connecting import Connection, dial, is_lost
from server.store.postgres.frontier import Frontier
from server.store.postgres.keyring import PostgresKeyring
from server.store.postgres.mending import read_second
from server.store.postgres.publishing import Publisher
from server.store.postgres.tree import PostgresTree
from server.store.second_rows import SecondRows
from server.store.vault import place_of, seal, seal_event
from server.store.wrapping import StreamKey

RETRY_SECONDS = 20.0
"""How long a lost server is tried again: longer than a standby takes to be promoted."""
PAUSE_SECONDS = 0.2

HEAD = """
SELECT epoch, size, edge, received_at, destructions,
    (SELECT count(*) FROM ledger.healed_log WHERE district = $1) AS copies
FROM ledger.head WHERE district = $1
"""

_LOCK = "BEGIN; SELECT FROM ledger.head WHERE district = current_setting('doseledger.district') FOR UPDATE"
"""One message for both. What the next statement sees was committed before the lock was had."""

_KNOWN = """
SELECT size AS position, edge AS event_hash, received_at, NULL::uuid AS id, NULL::uuid AS device, epoch::bigint AS seq,
    destructions, (SELECT count(*) FROM ledger.healed_log WHERE district = $1) AS copies
    FROM ledger.head WHERE district = $1
UNION ALL
SELECT log.position, log.event_hash, log.received_at, log.id, log.device, log.seq, 0, 0
    FROM unnest($2::uuid[]) AS asked (id) CROSS JOIN LATERAL (
        SELECT * FROM ledger.log WHERE district = $1 AND log.id = asked.id OFFSET 0) AS log
UNION ALL
SELECT log.position, log.event_hash, log.received_at, log.id, log.device, log.seq, 0, 0
    FROM unnest($3::uuid[], $4::bigint[]) AS asked (device, seq) CROSS JOIN LATERAL (
        SELECT * FROM ledger.log WHERE district = $1 AND log.device = asked.device AND log.seq = asked.seq
        OFFSET 0) AS log
"""
"""One hash is one header and so one id: whose id is not there is new. LATERAL and OFFSET 0: one look into one unique
index for each, whatever the planner knows of a growing table."""

_APPEND = """
WITH moved AS (
    UPDATE ledger.head SET size = $10, root = $11, edge = $12, received_at = $3
    WHERE district = $1 AND epoch = $13 AND size = $2 AND root = $14 AND destructions = $15
    RETURNING district
), entries AS (
    INSERT INTO ledger.log (district, position, id, device, seq, event_hash, received_at)
    SELECT district, $2 + nr - 1, id, device, seq, event_hash, $3
    FROM moved, unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::bytea[]) WITH ORDINALITY
        AS new (id, device, seq, event_hash, nr)
), contents AS (
    INSERT INTO ledger.vault (district, position, stream_key, sealed)
    SELECT district, $2 + nr - 1, stream_key, sealed
    FROM moved, unnest($8::bytea[], $9::bytea[]) WITH ORDINALITY AS new (stream_key, sealed, nr)
), full_tiles AS (
    INSERT INTO ledger.tile (district, level, number, hashes, root)
    SELECT district, new.* FROM moved, unnest($16::int[], $17::bigint[], $18::bytea[], $19::bytea[]) AS new
)
SELECT count(*) FROM moved
"""

_TOUCH = "UPDATE ledger.head SET size = size WHERE district = $1"
"""Makes a COMMIT wait for a synchronous standby, and so for every commit before it: a process may have died, or its
connection been cut, between its commit and that wait, and what it left may be on this server alone."""

Answer = tuple[list[tuple[Outcome, ...]], asyncio.Future[LogHead]]
Groups = Sequence[Group]
Keys = dict[Stream, StreamKey]
_log = structlog.get_logger(__name__)


class PostgresAppender:
    """The writer of one district's log in this process: one connection, one group at a time."""

    def __init__(
        self,
        url: str,
        keyring: PostgresKeyring,
        publisher: Publisher,
        district: DistrictId,
        clock: Callable[[], datetime],
        random: Random = os.urandom,
        second: SecondRows | None = None,
    ) -> None:
        self._second = SecondRows() if second is None else second
        self._url = url
        self._keyring = keyring
        self._publisher = publisher
        self._district = district
        self._clock = clock
        self._random = random
        self._connection: Connection | None = None
        self._tree = PostgresTree(district, self._second)
        self._left: HeadRow | None = None
        self._is_alone = False
        self._frontier: tuple[HeadRow, Frontier] | None = None

    async def commit(self, batches: Sequence[Batch]) -> Answer:
        """Append several callers' batches in one transaction; their outcomes in order, and the head over all."""
        groups = groups_of(batches)
        refused = [refuse for batch in batches for refuse in batch.refused]
        streams = [arrival.stream for group in groups for arrival in group.arrivals]
        destructions = self._keyring.destructions
        keys = await self._keyring.ensure([*streams, *(refuse.stream for refuse in refused)])
        placed = lost = None
        if self._is_alone and not refused and not self._second:  # what a second copy holds, no index of the log knows
            self._is_alone = False
            placed, lost = await self._at_once(groups, keys, destructions)
        if placed is None:
            placed, lost = await self._carefully(groups, refused, keys, lost)
        self._is_alone = placed.before == self._left
        self._left = placed.after
        return _outcomes(placed, lost), self._publisher.soon(placed.after)

    async def current(self, db: Connection) -> LogHead:
        """The committed head, signed and outside. Raises RolledBack before signing what is behind.

        The checkpoint is read before the row: other processes move the database first, so a healthy row read
        later is never behind it.
        """
        outside = self._publisher.outside()
        row = head_row(await db.fetchrow(HEAD, self._district))
        self._publisher.require_not_behind(row, outside)
        if outside.size < row.edge.size:
            await db.execute(_TOUCH, self._district)
        return await self._publisher.now(row)

    async def close(self) -> None:
        await self._publisher.close()
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
                if db.is_in_transaction():
                    await db.execute("ROLLBACK")
                return
        db.terminate()
        self._connection = None

    async def _at_once(self, groups: Groups, keys: Keys, destructions: int) -> tuple[Placed | None, Placed | None]:
        """Appended with one statement; or, second, what may have been appended when the reply was lost; or neither."""
        before, db = self._left, self._connection
        if before is None or db is None or db.is_closed() or not self._publisher.is_newest(before):
            return None, None
        placed = place(before, groups, (), to_milliseconds(self._clock()))
        if not placed.new:
            return None, None
        try:
            moved, frontier = await self._insert(db, placed, keys, destructions)
        except asyncpg.UniqueViolationError:
            return None, None
        except Exception as error:
            await self._drop(error)
            if not is_lost(error):
                raise _failed(error, None) from error
            _log.warning("commit.reply_lost", error=type(error).__name__)
            return None, placed
        if not moved:
            return None, None
        self._keep_frontier(placed, frontier)
        return placed, None

    async def _carefully(
        self, groups: Groups, refused: Sequence[Refuse], keys: Keys, lost: Placed | None
    ) -> tuple[Placed, Placed | None]:
        """Appended under the lock; and what a commit whose reply was lost had meant to append."""
        give_up = time.monotonic() + RETRY_SECONDS
        while True:
            try:
                db = await self._writer()
                placed, frontier = await self._prepare(db, groups, refused, keys)
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
            self._keep_frontier(placed, frontier)
            return placed, lost

    async def _prepare(
        self, db: Connection, groups: Groups, refused: Sequence[Refuse], keys: Keys
    ) -> tuple[Placed, Frontier | None]:
        """Everything up to COMMIT."""
        await db.execute(_LOCK)
        before, held, destructions = await self._held(db, [arrival for group in groups for arrival in group.arrivals])
        outside = self._publisher.outside()
        self._publisher.require_not_behind(before, outside)
        if self._keyring.know(destructions):  # nothing is ever sealed under a key that is destroyed
            keys = await self._keyring.ensure(keys)
        placed, frontier = place(before, groups, held, to_milliseconds(self._clock())), None
        if placed.new:
            moved, frontier = await self._insert(db, placed, keys, destructions)
            if not moved:
                raise StoreFailed("the head moved while its row was locked")
        elif outside.size < before.edge.size:
            await db.execute(_TOUCH, self._district)
        if refused:
            await self._keep(db, refused, keys)
        return placed, frontier

    async def _held(self, db: Connection, all_: Sequence[Arrival]) -> tuple[HeadRow, list[Held], int]:
        """The locked head, the rows that arrivals collide with, and how many destructions the head counts."""
        rows = await db.fetch(
            _KNOWN, self._district, [one.id for one in all_], [one.device for one in all_], [one.seq for one in all_]
        )  # fmt: skip
        locked = next((row for row in rows if row["id"] is None), None)
        if locked is None:
            raise no_head()
        if locked["copies"] != self._second.copies:  # another process made some
            await read_second(db, PostgresTree(self._district), self._district, self._second)
        before = HeadRow(locked["seq"], edge_of(locked["position"], locked["event_hash"]), locked["received_at"])
        stored = (
            (position, name, received_at, event_id.bytes, device.bytes, seq)
            for position, name, received_at, event_id, device, seq, *_ in rows
            if event_id is not None
        )
        asked = (
            [(one.hash, UUID(one.id).bytes, UUID(one.device).bytes, one.seq) for one in all_] if self._second else ()
        )
        held = [
            Held(*row[:3], EventId(str(UUID(bytes=row[3]))), DeviceId(str(UUID(bytes=row[4]))), row[5])
            for row in self._second.held(stored, asked)
        ]
        return before, held, locked["destructions"]

    async def _insert(
        self, db: Connection, placed: Placed, keys: Keys, destructions: int
    ) -> tuple[bool, Frontier | None]:
        """Whether the head stood where it had to, and so all was inserted; and the frontier if that is known then."""
        before, new, after = placed.before, placed.new, placed.after
        start = before.edge.size
        sealed = [
            seal_event(one.event, keys[one.stream], self._district, start + nr, one.hash, self._random)
            for nr, one in enumerate(new)
        ]
        frontier = self._frontier[1] if self._frontier is not None and self._frontier[0] == before else None
        if frontier is None and start // TILE_WIDTH < after.edge.size // TILE_WIDTH:
            frontier = await self._tree.frontier(db, start)
            if frontier.edge() != before.edge:
                raise StoreFailed("a row of the newest tile was changed on disk: a restart makes it good")
        extended, tiles = (None, []) if frontier is None else frontier.extend(placed.leaves)
        moved = await db.fetchval(
            _APPEND, self._district, start, after.received_at,
            [one.id for one in new], [one.device for one in new], [one.seq for one in new], [one.hash for one in new],
            [keys[one.stream].id for one in new], sealed,
            after.edge.size, after.edge.root(), b"".join(after.edge.hashes),
            before.epoch, before.edge.root(), destructions,
            [tile.level for tile in tiles], [tile.number for tile in tiles],
            [tile.hashes for tile in tiles], [tile.root for tile in tiles],
        )  # fmt: skip
        return moved == 1, extended

    def _keep_frontier(self, placed: Placed, frontier: Frontier | None) -> None:
        """Of what is committed for certain: bound to the whole head row, so that another history never meets it."""
        self._frontier = None if frontier is None else (placed.after, frontier)

    async def _keep(self, db: Connection, refused: Sequence[Refuse], keys: Keys) -> None:
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


def head_row(row: asyncpg.Record | None) -> HeadRow:
    """Raises StoreFailed where the district's head row is missing."""
    if row is None:
        raise no_head()
    return HeadRow(row["epoch"], edge_of(row["size"], row["edge"]), row["received_at"])


def no_head() -> StoreFailed:
    return StoreFailed("the database holds no head of this district: run 'doseledger init', or restore it")


def _outcomes(placed: Placed, lost: Placed | None) -> list[tuple[Outcome, ...]]:
    """As decided; what a commit whose reply was lost has appended is told as appended."""
    if lost is None:
        return placed.outcomes
    return [
        tuple(_as_if_answered(now, then) for now, then in zip(*pair, strict=True))
        for pair in zip(placed.outcomes, lost.outcomes, strict=True)
    ]


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

"""The log on PostgreSQL: any number of server processes, no leader, one order.

Keeps the promises of ``port.Log``. Each process groups its callers' batches (sequencer.py) and appends a group
in one transaction under the lock of the district's head row (appending.py). Readers see committed prefixes
only, because positions are assigned under that lock, which is held until the commit is visible.

Other processes are told that the log has grown by a NOTIFY of its own, after the commit and never inside it
(a NOTIFY inside would make every commit of the cluster wait for the other); it carries the district's name
and nothing else, and whoever misses it looks every POLL_SECONDS.
"""

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

import asyncpg

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint
from events.dates import from_milliseconds
from events.envelope import SignedEvent
from events.errors import Refused
from events.ids import DeviceId, DistrictId, EventId, Hash, Position, Stream
from events.merkle import Edge
from server.errors import RolledBack
from server.home import Home
from server.keys import Keys, Random
from server.store.grouping import ArrivedBatch, HeadRow, arrivals
from server.store.outside import OutsideCheckpoint
from server.store.port import SEQS_MAX, AppendResult, Counts, DeviceHead, LogHead, Refuse, StoredEvent
from server.store.postgres.appending import HEAD, PostgresAppender, head_row
from server.store.postgres.building import Job
from server.store.postgres.connecting import Pool, connect, open_pool
from server.store.postgres.destroying import Destroyer
from server.store.postgres.keyring import PostgresKeyring
from server.store.postgres.migrating import check_schema
from server.store.postgres.news import News
from server.store.postgres.publishing import Publisher
from server.store.postgres.reading import opened, rows_of_range, rows_of_streams
from server.store.postgres.tables import PostgresTables
from server.store.postgres.tree import PostgresTree
from server.store.sequencer import Sequencer
from server.store.vault import place_of, unseal

READ_ROWS = 500
"""Rows decrypted in one go."""
READERS_MAX = 4
KEYRING_MAX = 2


class PostgresLog:
    """One district's log as one process has it open. Open with ``open_postgres_log``."""

    def __init__(
        self, readers: Pool, ring: Pool, keyring: PostgresKeyring, appender: PostgresAppender,
        publisher: Publisher, news: News, destroyer: Destroyer, district: DistrictId, random: Random,
        builder: Job,
    ) -> None:  # fmt: skip
        self._builder = builder
        self._destroyer = destroyer
        self._readers, self._ring, self._keyring = readers, ring, keyring
        self._appender, self._publisher, self._news = appender, publisher, news
        self._district = district
        self._random = random
        self._sequencer = Sequencer(appender.commit)
        self._latest: LogHead | None = None
        self._trees: tuple[int, PostgresTree] = (0, PostgresTree(district))

    # Writing

    async def append(self, events: Sequence[SignedEvent], refused: Sequence[Refuse] = ()) -> AppendResult:
        arrived = arrivals(events)
        await self._keyring.ensure([one.stream for one in arrived])  # here, where it holds up nobody else
        result = await self._sequencer.append(ArrivedBatch(tuple(events), tuple(refused), arrived))
        if self._latest is None or self._latest.checkpoint.size < result.head.checkpoint.size:
            self._latest = result.head
        self._news.tell()
        return result

    @property
    def counts(self) -> Counts:
        return self._sequencer.counts

    async def wait_for_growth(self) -> None:
        await self._news.wait()

    # Heads and proofs

    async def head(self) -> LogHead:
        checkpoint = self._publisher.checkpoint_of(await self._row())
        latest = self._latest
        if latest is None or latest.checkpoint != checkpoint:
            async with self._readers.acquire() as connection:
                latest = await self._appender.current(connection)
            self._latest = latest
        return latest

    async def inclusion(self, position: Position, size: int) -> tuple[bytes, list[bytes]]:
        return await self._tree.inclusion(self._readers, position, size)

    async def consistency(self, old: int, new: int) -> list[bytes]:
        return await self._tree.consistency(self._readers, old, new)

    async def root_at(self, size: int) -> bytes:
        return await self._tree.root(self._readers, size)

    async def tile(self, level: int, number: int, width: int) -> bytes:
        return await self._tree.tile(self._readers, level, number, width)

    async def entries(self, number: int, width: int) -> list[bytes]:
        return await self._tree.entries(self._readers, number * 256, width)

    # Reading

    async def read(self, start: Position, end: Position | None = None) -> AsyncIterator[StoredEvent]:
        last = end if end is not None else (await self._row()).edge.size
        for at in range(int(start), last, READ_ROWS):
            rows = await rows_of_range(self._readers, self._district, at, min(at + READ_ROWS, last))
            for stored in await self._opened(rows):
                yield stored

    async def newest(self, start: Position, end: Position) -> list[StoredEvent]:
        return [row async for row in self.read(start, end)]

    async def read_streams(self, streams: Sequence[Stream], size: int) -> list[StoredEvent]:
        keys = await self._keyring.find(streams)
        rows = await rows_of_streams(self._readers, self._district, [key.id for key in keys.values()], size)
        rows.sort(key=itemgetter("position"))
        return await self._opened(rows)

    async def find(self, named: Mapping[Hash, EventId]) -> dict[Hash, Position]:
        rows = await self._readers.fetch(
            "SELECT event_hash, position FROM ledger.log WHERE district = $1 AND id = ANY($2::uuid[])",
            self._district, list(named.values()),
        )  # fmt: skip
        found = {Hash(name.hex()): Position(position) for name, position in rows}
        return {name: position for name, position in found.items() if name in named}

    async def device_heads(self) -> list[DeviceHead]:
        rows = await self._readers.fetch(
            "SELECT DISTINCT ON (device) device, seq, event_hash, max(received_at) OVER (PARTITION BY device) AS at"
            " FROM ledger.log WHERE district = $1 ORDER BY device, seq DESC",
            self._district,
        )  # fmt: skip
        return [
            DeviceHead(DeviceId(str(row["device"])), row["seq"], Hash(row["event_hash"].hex()), _instant(row["at"]))
            for row in rows
        ]

    async def seqs(self, device: DeviceId, first: int, last: int) -> list[int]:
        rows = await self._readers.fetch(
            "SELECT seq FROM ledger.log WHERE district = $1 AND device = $2 AND seq BETWEEN $3 AND $4"
            " ORDER BY seq LIMIT $5",
            self._district, UUID(device), first, last, SEQS_MAX,
        )  # fmt: skip
        return [row["seq"] for row in rows]

    async def refused(self, submission: Hash) -> bytes | None:
        named = bytes.fromhex(submission)
        row = await self._readers.fetchrow(
            "SELECT stream_key, sealed FROM ledger.refused WHERE district = $1 AND submission = $2",
            self._district, named,
        )  # fmt: skip
        if row is None:
            return None
        key = (await self._keyring.by_ids([row["stream_key"]])).get(row["stream_key"])
        return None if key is None else unseal(row["sealed"], key, place_of(self._district, -1, named))

    def tables(self) -> PostgresTables:
        """The projections' rows beside this log, over its connections."""
        return PostgresTables(self._readers, self._keyring, self._district, self._random, self._builder)

    async def heal(self, position: Position, event: SignedEvent) -> bool:  # noqa: ARG002
        """KNOWN GAP: never. A damaged row is named; it is to be had again from a standby or a back-up."""
        return False

    async def destroy(self, names: Sequence[Stream]) -> int:
        return await self._destroyer.destroy(names)

    async def close(self) -> None:
        """Finish what waits, then close every connection."""
        await self._sequencer.close()
        await self._news.close()
        await self._appender.close()
        await self._readers.close()
        await self._ring.close()

    async def check_outside(self) -> None:
        """Compare with the outside checkpoint at opening, and bring it up to date after a crash.

        Raises RolledBack when the database does not extend it.
        """
        outside = self._publisher.outside()
        size = (await self._row()).edge.size
        if outside.size <= size and await self._tree.root(self._readers, outside.size) != outside.root:
            raise RolledBack(f"the database does not extend the head of size {outside.size} that was signed")
        self._latest = None
        await self.head()

    @property
    def _tree(self) -> PostgresTree:
        return self._trees[1]

    async def _row(self) -> HeadRow:
        found = await self._readers.fetchrow(HEAD, self._district)
        row = head_row(found)
        if found is not None:
            self._keyring.know(found["destructions"])
        if row.epoch != self._trees[0]:
            self._trees = (row.epoch, PostgresTree(self._district))
        return row

    async def _opened(self, rows: Sequence[asyncpg.Record]) -> list[StoredEvent]:
        keys = await self._keyring.by_ids(row["stream_key"] for row in rows)
        return opened(rows, keys, self._district)


async def open_postgres_log(
    url: str, keyring_url: str, records_url: str, home: Home, district: DistrictId, log_name: str, keys: Keys,
    clock: Callable[[], datetime], random: Random = os.urandom,
) -> PostgresLog:  # fmt: skip
    """Open a founded district's log. Raises RolledBack when the database is behind the outside checkpoint, Refused
    when there is none, or its schema is not this program's."""
    readers = await open_pool(url, district, READERS_MAX)
    opened: list[Any] = [readers]
    try:
        async with readers.acquire() as connection:
            await check_schema(connection, "ledger")
        ring = await open_pool(keyring_url, district, KEYRING_MAX)
        opened.append(ring)
        async with ring.acquire() as connection:
            await check_schema(connection, "keyring")
        destroyer = Destroyer(url, records_url, home, district)
        await destroyer.destroy_again(ring)
        keyring = PostgresKeyring(ring, district, keys.wrapping, random)
        outside = OutsideCheckpoint(home.checkpoints, district, keys.log_verifier)
        publisher = Publisher(keys, outside, log_name, district)
        appender = PostgresAppender(url, keyring, publisher, district, clock, random)
        news = News(url, district, readers)
        builder = Job(url, keyring_url, district, keys.wrapping)
        log = PostgresLog(readers, ring, keyring, appender, publisher, news, destroyer, district, random, builder)
        await log.check_outside()
    except BaseException:
        for pool in opened:
            with suppress(OSError, asyncpg.PostgresError):
                await pool.close()
        raise
    return log


async def check_vacant(url: str, district: DistrictId) -> None:
    """Raises Refused when the database holds the district already, or its schema is not this program's."""
    connection = await connect(url, district)
    try:
        await check_schema(connection, "ledger")
        if await connection.fetchval("SELECT 1 FROM ledger.head WHERE district = $1", district):
            message = (
                f"the database already holds district {district!r}: choose another DOSELEDGER_DISTRICT or database"
            )
            raise Refused("already-founded", message)
    finally:
        await connection.close()


async def start_postgres_log(url: str, home: Home, district: DistrictId, log_name: str, keys: Keys) -> None:
    """Write the head row and the outside checkpoint of an empty log, once, before its first commit."""
    empty = Checkpoint(origin_of(log_name, district, 0), 0, Edge().root())
    connection = await connect(url, district)
    try:
        await connection.execute(
            "INSERT INTO ledger.head (district, epoch, size, root, edge, received_at) VALUES ($1, 0, 0, $2, '', 0)",
            district, empty.root,
        )  # fmt: skip
    finally:
        await connection.close()
    note = sign_checkpoint(empty, keys.name, keys.log)
    OutsideCheckpoint(home.checkpoints, district, keys.log_verifier).start(note)


def _instant(milliseconds: int) -> datetime:
    return from_milliseconds(milliseconds)

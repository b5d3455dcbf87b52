"""The log on PostgreSQL: any number of server processes, no leader, one order.

Keeps the promises of ``port.Log``. Each process groups its callers' batches (sequencer.py) and appends a group
in one transaction under the lock of the district's head row (appending.py). Readers see committed prefixes
only, because positions are assigned under that lock, which is held until the commit is visible.

Other processes are told that the log has grown by a NOTIFY of its own, after the commit and never inside it
(a NOTIFY inside would make every commit of the cluster wait for the other); it carries the district's name
and nothing else, and whoever misses it looks every POLL_SECONDS.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from events.dates import from_milliseconds
from events.envelope import SignedEvent
from events.ids import DeviceId, DistrictId, EventId, Hash, Position, Stream
from events.tiles import TILE_WIDTH
from server.errors import RolledBack
from server.keys import Random
from server.store.destruction import DestructionList
from server.store.grouping import ArrivedBatch, HeadRow, arrivals
from server.store.healing import header_of, is_in_tree, require_mended
from server.store.port import SEQS_MAX, AppendResult, Counts, DeviceHead, LogHead, Refuse, StoredEvent, Verdict
from server.store.postgres.appending import HEAD, PostgresAppender, head_row
from server.store.postgres.building import Job
from server.store.postgres.connecting import Pool
from server.store.postgres.destroying import Destroyer
from server.store.postgres.keyring import PostgresKeyring, streams_of_kinds
from server.store.postgres.mending import check_tile, keep_event, keep_rows, read_second
from server.store.postgres.news import News
from server.store.postgres.publishing import Publisher
from server.store.postgres.reading import Row, made_good, opened, rows_of_range, rows_of_streams
from server.store.postgres.tables import PostgresTables
from server.store.postgres.tree import PostgresTree
from server.store.second_rows import LogRow, SecondRows
from server.store.sequencer import Sequencer
from server.store.vault import place_of, seal_event, unseal

_SOUND = "NOT (position = ANY($2::bigint[]) OR (event_hash = ANY($3::bytea[]) AND NOT position = ANY($4::bigint[])))"
READ_ROWS = 500
"""Rows decrypted in one go."""


class PostgresLog:
    """One district's log as one process has it open. Open with ``open_postgres_log``."""

    def __init__(
        self, readers: Pool, ring: Pool, keyring: PostgresKeyring, appender: PostgresAppender,
        publisher: Publisher, news: News, destroyer: Destroyer, district: DistrictId, random: Random,
        builder: Job, listed: DestructionList, second: SecondRows,
    ) -> None:  # fmt: skip
        self._listed, self._second = listed, second
        self._builder = builder
        self._destroyer = destroyer
        self._readers, self._ring, self._keyring = readers, ring, keyring
        self._appender, self._publisher, self._news = appender, publisher, news
        self._district = district
        self._random = random
        self._sequencer = Sequencer(appender.commit)
        self._latest: LogHead | None = None
        self._trees: tuple[tuple[int, int], PostgresTree] = ((0, 0), PostgresTree(district, second))
        """Of one epoch and so many second copies: what was read under others may be of rows that were not true."""

    # Writing

    async def append(
        self, events: Sequence[SignedEvent], refused: Sequence[Refuse] = (), is_whole: bool = False
    ) -> AppendResult:
        arrived = arrivals(events)
        await self._keyring.ensure([one.stream for one in arrived])  # here, where it holds up nobody else
        batch = ArrivedBatch(tuple(events), tuple(refused), is_whole, arrivals=arrived)
        result = await self._sequencer.append(batch)
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
            rows = await rows_of_range(self._readers, self._district, self._second, at, min(at + READ_ROWS, last))
            for stored in await self._opened(rows):
                yield stored

    async def newest(self, start: Position, end: Position) -> list[StoredEvent]:
        return [row async for row in self.read(start, end)]

    async def read_streams(self, streams: Sequence[Stream], size: int) -> list[StoredEvent]:
        keys = await self._keyring.find(streams)
        ids = [key.id for key in keys.values()]
        return await self._opened(await rows_of_streams(self._readers, self._district, self._second, ids, size))

    async def streams(self, kinds: Collection[str]) -> list[Stream]:
        return await streams_of_kinds(self._ring, self._district, kinds)

    async def find(self, named: Mapping[Hash, EventId]) -> dict[Hash, Position]:
        rows = await self._readers.fetch(
            "SELECT event_hash, position FROM ledger.log WHERE district = $1 AND id = ANY($2::uuid[])",
            self._district, list(named.values()),
        )  # fmt: skip
        found = {
            Hash(name.hex()): Position(position) for name, position in rows if not self._second.is_false(position, name)
        }
        return self._second.find(named, found)

    async def device_heads(self) -> list[DeviceHead]:
        rows = await self._readers.fetch(
            "SELECT DISTINCT ON (device) device, seq, event_hash, max(received_at) OVER (PARTITION BY device) AS at"  # noqa: S608
            f" FROM ledger.log WHERE district = $1 AND {_SOUND} ORDER BY device, seq DESC",
            self._district, *self._unsound(),
        )  # fmt: skip
        heads = self._second.heads((device.bytes, seq, name, at) for device, seq, name, at in rows)
        return [
            DeviceHead(DeviceId(str(UUID(bytes=device))), seq, Hash(name.hex()), _instant(at))
            for device, seq, name, at in heads
        ]

    async def seqs(self, device: DeviceId, first: int, last: int) -> list[int]:
        rows = await self._readers.fetch(
            f"SELECT seq FROM ledger.log WHERE district = $1 AND {_SOUND} AND device = $5"  # noqa: S608
            " AND seq BETWEEN $6 AND $7 ORDER BY seq LIMIT $8",
            self._district, *self._unsound(), UUID(device), first, last, SEQS_MAX,
        )  # fmt: skip
        return self._second.seqs((row["seq"] for row in rows), UUID(device).bytes, first, last)

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

    # Damage

    async def heal(self, position: Position, event: SignedEvent) -> bool:
        rows = await rows_of_range(self._readers, self._district, self._second, position, position + 1)
        (row,) = await self._opened(rows)
        header = header_of(event, row.event_hash)
        if row.event is not None or header is None:
            return False
        checkpoint = (await self.head()).checkpoint
        _, path = await self.inclusion(position, checkpoint.size)
        if not is_in_tree(row.event_hash, row.received_at, position, checkpoint.size, path, checkpoint.root):
            return False
        async with self._readers.acquire() as db, db.transaction():
            self._known(await db.fetchrow(f"{HEAD} FOR UPDATE", self._district))  # no key is destroyed meanwhile
            key = (await self._keyring.find([header.stream])).get(header.stream)
            if key is None:
                return False
            name = bytes.fromhex(row.event_hash)
            sealed = seal_event(event, key, self._district, position, name, self._random)
            await keep_event(db, self._district, position, key.id, sealed)
        return True

    @property
    def second_rows(self) -> tuple[LogRow, ...]:
        return self._second.rows

    async def check_rows(self, tile: int) -> list[Verdict]:
        await self._read_second()
        head = await self._row()
        found = await check_tile(
            self._readers, self._keyring, PostgresTree(self._district, self._second), self._district, self._second,
            tile, head,
        )  # fmt: skip
        rows = [one.row for one in found if one.row is not None]
        if rows:
            await keep_rows(self._readers, self._district, rows)
            await self._row()
        return found

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
        edge = (await self._row()).edge
        size, both = edge.size, {edge.size: edge.root()}
        both |= {outside.size: outside.root} if outside.size < size else {}
        if not all([await self._root(at) == root for at, root in both.items()]):
            require_mended(await self.check_rows(size // TILE_WIDTH))  # what every head is computed from
        if outside.size <= size and await self._root(outside.size) != outside.root:
            raise RolledBack(f"the database does not extend the head of size {outside.size} that was signed")
        self._latest = None
        await self.head()

    async def _root(self, size: int) -> bytes:
        return await self._tree.root(self._readers, size)

    def _unsound(self) -> tuple[list[int], list[bytes], list[int]]:
        """What ``_SOUND`` leaves out: the places and the hashes of rows that have a second copy, but for twins."""
        rows = self._second.rows
        return [row.position for row in rows], [row.event_hash for row in rows], self._second.twins

    @property
    def _tree(self) -> PostgresTree:
        return self._trees[1]

    async def _row(self) -> HeadRow:
        """The head as it stands; second copies that another process made are known from then on."""
        found = await self._readers.fetchrow(HEAD, self._district)
        if found is not None and found["copies"] != self._second.copies:
            await self._read_second()
        return self._known(found)

    async def _read_second(self) -> None:
        await read_second(self._readers, PostgresTree(self._district), self._district, self._second)

    def _known(self, found: asyncpg.Record | None) -> HeadRow:
        """The head as read just now; keys that were destroyed since are forgotten."""
        row = head_row(found)
        if found is not None:
            self._keyring.know(found["destructions"])
        state = (row.epoch, self._second.copies)
        if state != self._trees[0]:
            self._trees = (state, PostgresTree(self._district, self._second))
        return row

    async def _opened(self, rows: Sequence[Row]) -> list[StoredEvent]:
        keys = await self._keyring.by_ids(row[3] for row in rows if row[3] is not None)
        found = opened(rows, keys, self._district)
        if all(row.event is not None for row in found):
            return found
        destroyed = await asyncio.to_thread(self._listed.read)
        return await made_good(self._readers, self._keyring, self._district, destroyed, rows, found)


def _instant(milliseconds: int) -> datetime:
    return from_milliseconds(milliseconds)

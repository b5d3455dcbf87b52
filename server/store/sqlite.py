"""The log on SQLite: one writer thread, reader threads, several processes on the same files.

Keeps the promises of ``port.Log``. WAL with ``synchronous=FULL``: a commit is on disk before it is answered.
Readers see committed prefixes only, because positions are assigned under the write lock.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint
from events.envelope import SignedEvent
from events.ids import DISTRICT_STREAM, DeviceId, DistrictId, EventId, Hash, Position, Stream
from events.merkle import Edge
from events.tiles import TILE_WIDTH
from server.errors import RolledBack
from server.home import Home
from server.keys import Keys, Random
from server.store.appending import Appender, read_head_row
from server.store.connection import connect
from server.store.destruction import destroy_again, destroy_keys
from server.store.grouping import ArrivedBatch, Batch, HeadRow, arrivals
from server.store.healing import header_of, is_in_tree, require_mended
from server.store.keyring import open_keyring
from server.store.outside import OutsideCheckpoint
from server.store.port import AppendResult, Counts, DeviceHead, LogHead, Outcome, Refuse, StoredEvent, Verdict
from server.store.row_check import count_copies
from server.store.second_rows import LogRow
from server.store.sequencer import Sequencer
from server.store.sqlite_reader import SqliteReader
from server.store.tree import Tree

READ_ROWS = 500
"""Rows decrypted in one go by a reader thread."""
WRITER_CACHE_KIB = 32 * 1024
"""Of the writer alone: new ids fall anywhere in their index, and a page that was let go is read again."""
WAL_PAGES = 8_192
"""32 MiB are written ahead before they are copied into the file: a page that many commits change is copied once."""
POLL_SECONDS = 0.5
"""How soon a process notices what another one (an import, a command) appended."""


class SqliteLog:
    """One district's log in ``ledger.db``. Open with ``open_sqlite_log``."""

    def __init__(
        self,
        home: Home,
        district: DistrictId,
        log_name: str,
        keys: Keys,
        clock: Callable[[], datetime],
        random: Random = os.urandom,
    ) -> None:
        self._home = home
        self._district = district
        self._keyring = open_keyring(home, district, keys.wrapping, random)
        outside = OutsideCheckpoint(home.checkpoints, district, keys.log_verifier)
        writer = connect(home.ledger, "ledger")
        writer.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        writer.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
        self._writing = writer
        self._appender = Appender(writer, self._keyring, keys, outside, district, log_name, clock, random)
        self._outside = outside
        self._write_thread = ThreadPoolExecutor(1, "log-writer")
        self._reader = SqliteReader(home, district, self._keyring, self._appender.recent, self._appender.second)
        self._sequencer = Sequencer(self._commit)
        self._latest: LogHead | None = None

    # Writing

    async def append(
        self, events: Sequence[SignedEvent], refused: Sequence[Refuse] = (), is_whole: bool = False
    ) -> AppendResult:
        batch = ArrivedBatch(tuple(events), tuple(refused), is_whole, arrivals=arrivals(events))
        result = await self._sequencer.append(batch)
        self._latest = result.head
        return result

    async def _commit(self, batches: Sequence[Batch]) -> tuple[list[tuple[Outcome, ...]], asyncio.Future[LogHead]]:
        loop = asyncio.get_running_loop()
        outcomes, head = await loop.run_in_executor(self._write_thread, self._appender.commit, batches)
        published = loop.create_future()  # SQLite's thread publishes within the commit
        published.set_result(head)
        return outcomes, published

    @property
    def counts(self) -> Counts:
        return self._sequencer.counts

    async def wait_for_growth(self) -> None:
        await asyncio.sleep(POLL_SECONDS)

    # Heads and proofs

    async def head(self) -> LogHead:
        row = await self._head_row()
        checkpoint = self._appender.checkpoint_of(row)
        latest = self._latest
        if latest is None or latest.checkpoint != checkpoint:
            loop = asyncio.get_running_loop()
            latest = await loop.run_in_executor(self._write_thread, self._appender.current)
            self._latest = latest
        return latest

    async def _head_row(self) -> HeadRow:
        """The head as it stands; second copies that another process made are known from then on."""
        row, copies = await self._reader.run(
            lambda db: (read_head_row(db, self._district), count_copies(db, self._district))
        )
        if copies != self._appender.second.copies:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._write_thread, self._appender.read_second)
        return row

    async def inclusion(self, position: Position, size: int) -> tuple[bytes, list[bytes]]:
        return await self._reader.in_tree(lambda tree: tree.inclusion(position, size))

    async def consistency(self, old: int, new: int) -> list[bytes]:
        return await self._reader.in_tree(lambda tree: tree.consistency(old, new))

    async def root_at(self, size: int) -> bytes:
        return await self._reader.in_tree(lambda tree: tree.root(size))

    async def tile(self, level: int, number: int, width: int) -> bytes:
        return await self._reader.in_tree(lambda tree: tree.tile(level, number, width))

    async def entries(self, number: int, width: int) -> list[bytes]:
        return await self._reader.in_tree(lambda tree: tree.entries(number * 256, width))

    # Reading

    async def read(self, start: Position, end: Position | None = None) -> AsyncIterator[StoredEvent]:
        last = end if end is not None else (await self._head_row()).edge.size
        at = int(start)
        while at < last:
            rows = await self._reader.rows(at, min(at + READ_ROWS, last))
            for row in rows:
                yield row
            at += READ_ROWS

    async def newest(self, start: Position, end: Position) -> list[StoredEvent]:
        return await self._reader.newest(start, end)

    async def read_streams(self, streams: Sequence[Stream], size: int) -> list[StoredEvent]:
        return await self._reader.read_streams(streams, size)

    async def streams(self, kinds: Collection[str]) -> list[Stream]:
        return await self._reader.streams(kinds)

    async def find(self, named: Mapping[Hash, EventId]) -> dict[Hash, Position]:
        return await self._reader.find(named)

    async def device_heads(self) -> list[DeviceHead]:
        return await self._reader.device_heads()

    async def seqs(self, device: DeviceId, first: int, last: int) -> list[int]:
        return await self._reader.seqs(device, first, last)

    async def refused(self, submission: Hash) -> bytes | None:
        return await self._reader.refused(submission)

    async def heal(self, position: Position, event: SignedEvent) -> bool:
        (row,) = await self._reader.rows(position, position + 1)
        header = header_of(event, row.event_hash)
        if row.event is not None or header is None:
            return False
        checkpoint = (await self.head()).checkpoint
        _, path = await self.inclusion(position, checkpoint.size)
        if not is_in_tree(row.event_hash, row.received_at, position, checkpoint.size, path, checkpoint.root):
            return False
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._write_thread, self._appender.heal, position, event, header)

    @property
    def second_rows(self) -> tuple[LogRow, ...]:
        return self._appender.second.rows

    async def check_rows(self, tile: int) -> list[Verdict]:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._write_thread, self._appender.read_second)
        verdicts = await self._reader.check_tile(tile)
        rows = [one.row for one in verdicts if one.row is not None]
        if rows:
            await loop.run_in_executor(self._write_thread, self._appender.mend, rows)
        return verdicts

    async def destroy(self, names: Sequence[Stream]) -> int:
        return await self._reader.run(lambda _: destroy_keys(self._home, self._district, names))

    async def close(self) -> None:
        """Finish what waits, then close every file."""
        await self._sequencer.close()
        self._write_thread.shutdown()
        self._reader.close()
        self._writing.close()
        self._keyring.close()

    def check_keyring(self) -> None:
        """Raises Refused for a keyring under another wrapping key, before anything is sealed under this one."""
        self._keyring.find(DISTRICT_STREAM)

    def check_outside(self) -> None:
        """Compare with the outside checkpoint at opening, and bring it up to date after a crash.

        Raises RolledBack when the database does not extend it.
        """
        outside = self._outside.read()  # before the row: see Appender.current
        self._appender.read_second()
        row = self._appender.head_row()
        if not self._is_whole(row, outside):
            self._mend_newest(row)
        if outside.size <= row.edge.size and self._root(outside.size) != outside.root:
            raise RolledBack(f"the database does not extend the head of size {outside.size} that was signed")
        self._latest = self._appender.current()

    def _is_whole(self, row: HeadRow, outside: Checkpoint) -> bool:
        """Whether the rows make the head they say, and the one outside that it extends."""
        sizes = {row.edge.size: row.edge.root()} | (
            {outside.size: outside.root} if outside.size < row.edge.size else {}
        )
        return all(self._root(size) == root for size, root in sizes.items())

    def _root(self, size: int) -> bytes:
        return Tree(self._writing, self._district, self._reader.roots, self._appender.second).root(size)

    def _mend_newest(self, row: HeadRow) -> None:
        """Make good rows of the tile that is not full, which every head is computed from."""
        verdicts = self._appender.check_tile(row.edge.size // TILE_WIDTH)
        self._appender.mend([one.row for one in verdicts if one.row is not None])
        require_mended(verdicts)


def open_sqlite_log(
    home: Home,
    district: DistrictId,
    log_name: str,
    keys: Keys,
    clock: Callable[[], datetime],
    random: Random = os.urandom,
) -> SqliteLog:
    """Open a founded district's log. Raises RolledBack when the database is behind the outside checkpoint.

    Keys that were destroyed and came back with a restored keyring are destroyed again first.
    """
    destroy_again(home, district)
    log = SqliteLog(home, district, log_name, keys, clock, random)
    log.check_keyring()
    log.check_outside()
    return log


def start_sqlite_log(home: Home, district: DistrictId, log_name: str, keys: Keys) -> None:
    """Write the outside checkpoint of an empty log, once, before its first commit."""
    empty = Checkpoint(origin_of(log_name, district, 0), 0, Edge().root())
    note = sign_checkpoint(empty, keys.name, keys.log)
    OutsideCheckpoint(home.checkpoints, district, keys.log_verifier).start(note)

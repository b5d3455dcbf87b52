"""The log on SQLite: one writer thread, reader threads, several processes on the same files.

Keeps the promises of ``port.Log``. WAL with ``synchronous=FULL``: a commit is on disk before it is answered.
Readers see committed prefixes only, because positions are assigned under the write lock.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint
from events.dates import from_milliseconds
from events.envelope import SignedEvent, read_header
from events.ids import DeviceId, DistrictId, Hash, Position, Stream
from events.merkle import Edge
from server.errors import RolledBack
from server.home import Home
from server.keys import Keys, Random
from server.store.appending import Appender, Batch, read_head_row
from server.store.connection import connect
from server.store.destruction import destroy_again, destroy_keys
from server.store.keyring import open_keyring
from server.store.outside import OutsideCheckpoint
from server.store.port import AppendResult, Counts, DeviceHead, LogHead, Outcome, Refuse, StoredEvent
from server.store.sequencer import Sequencer
from server.store.tree import Tree
from server.store.vault import open_event, place_of, unseal

READ_ROWS = 500
"""Rows decrypted in one go by a reader thread."""
READERS = 3
POLL_SECONDS = 0.5
"""How soon a process notices what another one (an import, a command) appended."""
HASHES_PER_QUERY = 500

_Result = TypeVar("_Result")
_Row = tuple[int, bytes, int, bytes, bytes]
_COLUMNS = "log.position, log.event_hash, log.received_at, vault.stream_key, vault.sealed"
_JOIN = "log JOIN vault ON vault.district = log.district AND vault.position = log.position"


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
        self._writing = writer
        self._appender = Appender(writer, self._keyring, keys, outside, district, log_name, clock, random)
        self._outside = outside
        self._write_thread = ThreadPoolExecutor(1, "log-writer")
        self._read_threads = ThreadPoolExecutor(READERS, "log-reader")
        self._sequencer = Sequencer(self._commit)
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._latest: LogHead | None = None

    # Writing

    async def append(self, events: Sequence[SignedEvent], refused: Sequence[Refuse] = ()) -> AppendResult:
        result = await self._sequencer.append(Batch(tuple(events), tuple(refused)))
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
        row = await self._read(lambda db: read_head_row(db, self._district))
        checkpoint = self._appender.checkpoint_of(row)
        latest = self._latest
        if latest is None or latest.checkpoint != checkpoint:
            loop = asyncio.get_running_loop()
            latest = await loop.run_in_executor(self._write_thread, self._appender.current)
            self._latest = latest
        return latest

    async def inclusion(self, position: Position, size: int) -> tuple[bytes, list[bytes]]:
        return await self._read(lambda db: self._tree(db).inclusion(position, size))

    async def consistency(self, old: int, new: int) -> list[bytes]:
        return await self._read(lambda db: self._tree(db).consistency(old, new))

    async def root_at(self, size: int) -> bytes:
        return await self._read(lambda db: self._tree(db).root(size))

    async def tile(self, level: int, number: int, width: int) -> bytes:
        return await self._read(lambda db: self._tree(db).tile(level, number, width))

    async def entries(self, number: int, width: int) -> list[bytes]:
        return await self._read(lambda db: self._tree(db).entries(number * 256, width))

    # Reading

    async def read(self, start: Position, end: Position | None = None) -> AsyncIterator[StoredEvent]:
        last = end if end is not None else (await self._read(lambda db: read_head_row(db, self._district))).edge.size
        at = int(start)
        while at < last:
            rows = await self._read(self._range(at, min(at + READ_ROWS, last)))
            for row in rows:
                yield row
            at += READ_ROWS

    async def read_streams(self, streams: Sequence[Stream], size: int) -> list[StoredEvent]:
        def find(db: sqlite3.Connection) -> list[StoredEvent]:
            found: list[StoredEvent] = []
            for stream in streams:
                key = self._keyring.find(stream)
                if key is not None:
                    rows = db.execute(
                        f"SELECT {_COLUMNS} FROM vault JOIN log ON log.district = vault.district"  # noqa: S608
                        " AND log.position = vault.position"
                        " WHERE vault.district = ? AND vault.stream_key = ? AND vault.position < ?",
                        (self._district, key.id, size),
                    )
                    found += [self._opened(row) for row in rows]
            return sorted(found, key=lambda stored: stored.position)

        return await self._read(find)

    async def find(self, hashes: Sequence[Hash]) -> dict[Hash, Position]:
        def look(db: sqlite3.Connection) -> dict[Hash, Position]:
            found: dict[Hash, Position] = {}
            for at in range(0, len(hashes), HASHES_PER_QUERY):
                part = [bytes.fromhex(name) for name in hashes[at : at + HASHES_PER_QUERY]]
                marks = ",".join("?" * len(part))
                rows = db.execute(
                    f"SELECT event_hash, position FROM log WHERE district = ? AND event_hash IN ({marks})",  # noqa: S608
                    (self._district, *part),
                )
                found.update((Hash(name.hex()), Position(position)) for name, position in rows)
            return found

        return await self._read(look)

    async def device_heads(self) -> list[DeviceHead]:
        def look(db: sqlite3.Connection) -> list[DeviceHead]:
            rows = db.execute(
                "SELECT device, max(seq), event_hash,"
                " (SELECT max(received_at) FROM log AS every WHERE every.district = log.district"
                "  AND every.device = log.device)"
                " FROM log WHERE district = ? GROUP BY device",
                (self._district,),
            )
            return [
                DeviceHead(DeviceId(str(UUID(bytes=device))), seq, Hash(name.hex()), from_milliseconds(at))
                for device, seq, name, at in rows
            ]

        return await self._read(look)

    async def refused(self, submission: Hash) -> bytes | None:
        def look(db: sqlite3.Connection) -> bytes | None:
            self._keyring.refresh()
            named = bytes.fromhex(submission)
            row = db.execute(
                "SELECT stream_key, sealed FROM refused WHERE district = ? AND submission = ?", (self._district, named)
            ).fetchone()
            key = self._keyring.by_id(row[0]) if row is not None else None
            return None if key is None else unseal(row[1], key, place_of(self._district, -1, named))

        return await self._read(look)

    async def destroy(self, names: Sequence[Stream]) -> int:
        return await self._read(lambda _: destroy_keys(self._home, self._district, names))

    async def close(self) -> None:
        """Finish what waits, then close every file."""
        await self._sequencer.close()
        self._write_thread.shutdown()
        self._read_threads.shutdown()
        for connection in (self._writing, *self._readers):
            connection.close()
        self._keyring.close()

    def check_outside(self) -> None:
        """Compare with the outside checkpoint at opening, and bring it up to date after a crash.

        Raises RolledBack when the database does not extend it.
        """
        outside = self._outside.read()  # before the row: see Appender.current
        row = self._appender.head_row()
        if outside.size <= row.edge.size and Tree(self._writing, self._district).root(outside.size) != outside.root:
            raise RolledBack(f"the database does not extend the head of size {outside.size} that was signed")
        self._latest = self._appender.current()

    def _tree(self, connection: sqlite3.Connection) -> Tree:
        if not hasattr(self._local, "tree"):
            self._local.tree = Tree(connection, self._district)
        tree: Tree = self._local.tree
        return tree

    def _range(self, start: int, end: int) -> Callable[[sqlite3.Connection], list[StoredEvent]]:
        def look(db: sqlite3.Connection) -> list[StoredEvent]:
            self._keyring.refresh()
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM {_JOIN} WHERE log.district = ? AND log.position >= ? AND log.position < ?"  # noqa: S608
                " ORDER BY log.position",
                (self._district, start, end),
            )
            return [self._opened(row) for row in rows]

        return look

    def _opened(self, row: _Row) -> StoredEvent:
        position, name, received_at, key_id, sealed = row
        key = self._keyring.by_id(key_id)
        event = None if key is None else open_event(sealed, key, self._district, Position(position), name)
        header = None if event is None else read_header(event.header)
        at = from_milliseconds(received_at)
        return StoredEvent(Position(position), Hash(name.hex()), at, event, header)

    async def _read(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, self._with_reader, work)

    def _with_reader(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        if not hasattr(self._local, "connection"):
            self._local.connection = connect(self._home.ledger)
            self._readers.append(self._local.connection)
        return work(self._local.connection)


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
    log.check_outside()
    return log


def start_sqlite_log(home: Home, district: DistrictId, log_name: str, keys: Keys) -> None:
    """Write the outside checkpoint of an empty log, once, before its first commit."""
    empty = Checkpoint(origin_of(log_name, district, 0), 0, Edge().root())
    note = sign_checkpoint(empty, keys.name, keys.log)
    OutsideCheckpoint(home.checkpoints, district, keys.log_verifier).start(note)

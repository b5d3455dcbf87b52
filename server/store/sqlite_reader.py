"""Reading one district's log in SQLite: a few threads with a connection each, rows opened in batches.

A reader sees committed prefixes only. Keys another process destroyed are forgotten before each batch.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

from msgspec.structs import replace

from events.dates import from_milliseconds
from events.envelope import read_header
from events.ids import NO_HASH, DeviceId, DistrictId, EventId, Hash, Position, Stream
from server.home import Home
from server.store.appending import BY_ID
from server.store.connection import connect
from server.store.destruction import DestructionList
from server.store.healing import NO_LOG_ROW, NO_VAULT_ROW, UNKNOWN_KEY
from server.store.keyring import Keyring
from server.store.port import SEQS_MAX, DeviceHead, StoredEvent
from server.store.recent import Recent
from server.store.tree import Roots, Tree
from server.store.vault import Unopenable, open_event, place_of, unseal
from server.store.wrapping import StreamKey

READERS = 3
IDS_PER_QUERY = 500

_Result = TypeVar("_Result")
_Row = tuple[int, bytes, int, bytes | None, bytes | None]
_COLUMNS = "log.position, log.event_hash, log.received_at, vault.stream_key, vault.sealed"
_JOIN = "log LEFT JOIN vault ON vault.district = log.district AND vault.position = log.position"


class SqliteReader:
    """The reading half of ``SqliteLog``."""

    def __init__(self, home: Home, district: DistrictId, keyring: Keyring, recent: Recent) -> None:
        self._recent = recent
        self._home = home
        self._district = district
        self._keyring = keyring
        self._threads = ThreadPoolExecutor(READERS, "log-reader")
        self._local = threading.local()
        self.roots: Roots = {}
        self._connections: list[sqlite3.Connection] = []

    async def run(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Work in one of the threads, with its connection."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._with_connection, work)

    async def in_tree(self, work: Callable[[Tree], _Result]) -> _Result:
        """Work with the tree as one connection sees it."""
        return await self.run(lambda db: work(self._tree(db)))

    async def rows(self, start: int, end: int) -> list[StoredEvent]:
        """The events at positions start … end - 1, opened."""
        return await self.run(self._range(start, end))

    async def newest(self, start: int, end: int) -> list[StoredEvent]:
        """As ``rows``, without reading what this process has just appended."""

        def look(db: sqlite3.Connection) -> list[StoredEvent]:
            self._keyring.refresh()
            at_hand = self._recent.take(start, end, self._keyring)
            return self._range(start, end)(db) if at_hand is None else at_hand

        return await self.run(look)

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
                    found += self._opened(db, rows)
                    found += self._healed_of(db, key.id, size, {row.position for row in found})
            return sorted(found, key=lambda stored: stored.position)

        return await self.run(find)

    async def find(self, named: Mapping[Hash, EventId]) -> dict[Hash, Position]:
        def look(db: sqlite3.Connection) -> dict[Hash, Position]:
            found: dict[Hash, Position] = {}
            ids = list(named.values())
            for at in range(0, len(ids), IDS_PER_QUERY):
                part = [UUID(one).bytes for one in ids[at : at + IDS_PER_QUERY]]
                marks = ",".join("?" * len(part))
                rows = db.execute(
                    f"SELECT event_hash, position FROM log {BY_ID} ({marks})",  # noqa: S608
                    (self._district, *part),
                )
                found.update((Hash(name.hex()), Position(position)) for name, position in rows)
            return {name: position for name, position in found.items() if name in named}

        return await self.run(look)

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

        return await self.run(look)

    async def seqs(self, device: DeviceId, first: int, last: int) -> list[int]:
        def look(db: sqlite3.Connection) -> list[int]:
            rows = db.execute(
                "SELECT seq FROM log WHERE district = ? AND device = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?",
                (self._district, UUID(device).bytes, first, last, SEQS_MAX),
            )
            return [seq for (seq,) in rows]

        return await self.run(look)

    async def refused(self, submission: Hash) -> bytes | None:
        def look(db: sqlite3.Connection) -> bytes | None:
            self._keyring.refresh()
            named = bytes.fromhex(submission)
            row = db.execute(
                "SELECT stream_key, sealed FROM refused WHERE district = ? AND submission = ?", (self._district, named)
            ).fetchone()
            key = self._keyring.by_id(row[0]) if row is not None else None
            return None if key is None else unseal(row[1], key, place_of(self._district, -1, named))

        return await self.run(look)

    def close(self) -> None:
        """Let running work finish, then close every connection."""
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()

    def _tree(self, connection: sqlite3.Connection) -> Tree:
        if not hasattr(self._local, "tree"):
            self._local.tree = Tree(connection, self._district, self.roots)
        tree: Tree = self._local.tree
        return tree

    def _healed_of(self, db: sqlite3.Connection, key_id: bytes, size: int, found: set[Position]) -> list[StoredEvent]:
        """Events of a stream whose vault row no longer says so: healed since."""
        places = db.execute(
            "SELECT DISTINCT position FROM healed WHERE district = ? AND stream_key = ? AND position < ?",
            (self._district, key_id, size),
        )
        return [row for (at,) in places.fetchall() if at not in found for row in self._range(at, at + 1)(db)]

    def _range(self, start: int, end: int) -> Callable[[sqlite3.Connection], list[StoredEvent]]:
        def look(db: sqlite3.Connection) -> list[StoredEvent]:
            self._keyring.refresh()
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM {_JOIN} WHERE log.district = ? AND log.position >= ? AND log.position < ?"  # noqa: S608
                " ORDER BY log.position",
                (self._district, start, end),
            ).fetchall()
            if len(rows) < end - start:
                rows = self._with_missing(db, rows, start, end)
            return self._opened(db, rows)

        return look

    def _with_missing(self, db: sqlite3.Connection, rows: list[_Row], start: int, end: int) -> list[_Row]:
        """Below the head no position is empty: where a row is gone, its place is told all the same."""
        size = db.execute("SELECT size FROM head WHERE district = ?", (self._district,)).fetchone()
        there = {row[0]: row for row in rows}
        gone = (0, bytes(32), 0, None, None)
        return [there.get(at, (at, *gone[1:])) for at in range(start, min(end, size[0] if size else 0))]

    def _opened(self, db: sqlite3.Connection, rows: Iterable[_Row]) -> list[StoredEvent]:
        """Rows as events; each key is looked up once for all of them."""
        keys: dict[bytes | None, StreamKey | None] = {}
        opened: list[StoredEvent] = []
        for row in rows:
            position, name, received_at, key_id, sealed = row
            if key_id not in keys:
                keys[key_id] = None if key_id is None else self._keyring.by_id(key_id)
            key = keys[key_id]
            if key is None or sealed is None:
                opened.append(self._unopened(db, row, UNKNOWN_KEY if sealed is not None else NO_VAULT_ROW))
                continue
            try:
                event = open_event(sealed, key, self._district, Position(position), name)
            except Unopenable as error:
                opened.append(self._unopened(db, row, str(error)))
                continue
            at = from_milliseconds(received_at)
            opened.append(StoredEvent(Position(position), Hash(name.hex()), at, event, read_header(event.header)))
        return opened

    def _unopened(self, db: sqlite3.Connection, row: _Row, why: str) -> StoredEvent:
        """A row whose own bytes give nothing: destroyed, or read from its second copy, or damaged."""
        position, name, received_at, key_id, _ = row
        place = StoredEvent(Position(position), Hash(name.hex()), from_milliseconds(received_at), None, None)
        destroyed = DestructionList(self._home.checkpoints, self._district).read()
        copies = db.execute(
            "SELECT stream_key, sealed FROM healed WHERE district = ? AND position = ? ORDER BY number DESC",
            (self._district, position),
        ).fetchall()
        if destroyed.intersection([key_id, *(copy_key for copy_key, _ in copies)]):
            return place
        for copy_key, sealed in copies:
            key = self._keyring.by_id(copy_key)
            with suppress(Unopenable):
                if key is not None:
                    event = open_event(sealed, key, self._district, place.position, name)
                    return replace(place, event=event, header=read_header(event.header))
        stream = None if key_id is None else self._keyring.stream_of(key_id)
        return replace(place, damage=NO_LOG_ROW if place.event_hash == NO_HASH else why, stream=stream)

    def _with_connection(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        if not hasattr(self._local, "connection"):
            self._local.connection = connect(self._home.ledger)
            self._connections.append(self._local.connection)
        return work(self._local.connection)

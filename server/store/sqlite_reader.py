"""Reading one district's log in SQLite: a few threads with a connection each, rows opened in batches.

A reader sees committed prefixes only. Keys another process destroyed are forgotten before each batch.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID

from msgspec.structs import replace

from events.dates import from_milliseconds
from events.envelope import read_header
from events.ids import DeviceId, DistrictId, EventId, Hash, Position, Stream
from server.home import Home
from server.store.appending import BY_ID
from server.store.connection import connect
from server.store.destruction import DestructionList
from server.store.healing import NO_VAULT_ROW, UNKNOWN_KEY, from_copies, is_destroyed, place_of_row, why_damaged
from server.store.keyring import Keyring
from server.store.port import SEQS_MAX, DeviceHead, StoredEvent, Verdict
from server.store.recent import Recent
from server.store.row_check import check_tile
from server.store.second_rows import SecondRows
from server.store.tree import Roots, Tree
from server.store.vault import Unopenable, open_event, place_of, unseal
from server.store.wrapping import StreamKey

READERS = 3
IDS_PER_QUERY = 500

_Result = TypeVar("_Result")
_Row = tuple[int, bytes, int, bytes | None, bytes | None]
_COLUMNS = "log.position, log.event_hash, log.received_at, vault.stream_key, vault.sealed"
_JOIN = "log LEFT JOIN vault ON vault.district = log.district AND vault.position = log.position"
_OF_STREAM = """
SELECT vault.position, log.event_hash, log.received_at, vault.stream_key, vault.sealed
FROM vault INDEXED BY vault_stream LEFT JOIN log ON log.district = vault.district AND log.position = vault.position
WHERE vault.district = ? AND vault.stream_key = ? AND vault.position < ?
"""
"""The index is said, because SQLite would rather read the whole vault below a position."""


class SqliteReader:
    """The reading half of ``SqliteLog``."""

    def __init__(self, home: Home, district: DistrictId, keyring: Keyring, recent: Recent, second: SecondRows) -> None:
        self._recent = recent
        self._second = second
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
                    rows = db.execute(_OF_STREAM, (self._district, key.id, size))
                    its = self._opened(db, map(self._in_place, rows))
                    found += its + self._healed_of(db, key.id, size, {row.position for row in its})
            return sorted(found, key=lambda stored: stored.position)

        return await self.run(find)

    async def streams(self, kinds: Collection[str]) -> list[Stream]:
        return await self.run(lambda _: self._keyring.streams(kinds))

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
            return self._second.find(named, found)

        return await self.run(look)

    async def device_heads(self) -> list[DeviceHead]:
        def look(db: sqlite3.Connection) -> list[DeviceHead]:
            rows = db.execute(
                "SELECT device, max(seq), event_hash,"  # noqa: S608
                " (SELECT max(received_at) FROM log AS every WHERE every.district = log.district"
                f"  AND every.device = log.device{self._sound('every')})"
                f" FROM log WHERE district = ?{self._sound('log')} GROUP BY device",
                (self._district,),
            )
            return [
                DeviceHead(DeviceId(str(UUID(bytes=device))), seq, Hash(name.hex()), from_milliseconds(at))
                for device, seq, name, at in self._second.heads(rows)
            ]

        return await self.run(look)

    async def seqs(self, device: DeviceId, first: int, last: int) -> list[int]:
        def look(db: sqlite3.Connection) -> list[int]:
            rows = db.execute(
                f"SELECT seq FROM log WHERE district = ? AND device = ? AND seq BETWEEN ? AND ?{self._sound('log')}"  # noqa: S608
                " ORDER BY seq LIMIT ?",
                (self._district, UUID(device).bytes, first, last, SEQS_MAX),
            )
            return self._second.seqs((seq for (seq,) in rows), UUID(device).bytes, first, last)

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

    async def check_tile(self, number: int) -> list[Verdict]:
        """What is wrong with the log's rows under a tile of level 0."""

        def check(db: sqlite3.Connection) -> list[Verdict]:
            self._keyring.refresh()
            return check_tile(db, self._keyring, self._tree(db), self._district, self._second, number)

        return await self.run(check)

    def close(self) -> None:
        """Let running work finish, then close every connection."""
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()

    def _tree(self, connection: sqlite3.Connection) -> Tree:
        if not hasattr(self._local, "tree"):
            self._local.tree = Tree(connection, self._district, self.roots, self._second)
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
            if len(rows) < end - start or self._second:
                rows = list(self._whole(db, rows, start, end))
            return self._opened(db, rows)

        return look

    def _whole(self, db: sqlite3.Connection, rows: list[_Row], start: int, end: int) -> Iterator[_Row]:
        """Below the head no position is empty: where a row is gone, its place is told all the same."""
        size = db.execute("SELECT size FROM head WHERE district = ?", (self._district,)).fetchone()
        there = {row[0]: row for row in rows}
        for at in range(start, min(end, size[0] if size else 0)):
            if at in there:
                yield self._in_place(there[at])
                continue
            kept = db.execute(
                "SELECT stream_key, sealed FROM vault WHERE district = ? AND position = ?", (self._district, at)
            ).fetchone()
            yield self._in_place((at, None, None, *(kept or (None, None))))

    def _in_place(self, row: "_Row | tuple[int, None, None, bytes | None, bytes | None]") -> _Row:
        """A row with its second copy in place of what the disk has."""
        position, name, received_at, key_id, sealed = row
        second = self._second.at(position)
        if second is not None:
            return position, second.event_hash, second.received_at, key_id, sealed
        return position, name or bytes(32), received_at or 0, key_id, sealed

    def _sound(self, table: str) -> str:
        """A condition that leaves out rows which are others in truth; none where there are none."""
        if not self._second:
            return ""
        places = ",".join(str(row.position) for row in self._second.rows)
        names = ",".join(f"x'{row.event_hash.hex()}'" for row in self._second.rows)
        twins = ",".join(map(str, self._second.twins))
        name_is_sound = f"({table}.event_hash NOT IN ({names}) OR {table}.position IN ({twins}))"
        return f" AND {table}.position NOT IN ({places}) AND {name_is_sound}"

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
                at = from_milliseconds(received_at)
            except (Unopenable, OverflowError) as error:
                opened.append(self._unopened(db, row, str(error)))
                continue
            opened.append(StoredEvent(Position(position), Hash(name.hex()), at, event, read_header(event.header)))
        return opened

    def _unopened(self, db: sqlite3.Connection, row: _Row, why: str) -> StoredEvent:
        """A row whose own bytes give nothing: destroyed, or read from its second copy, or damaged."""
        position, name, received_at, key_id, _ = row
        place = place_of_row(position, name, received_at)
        copies = db.execute(
            "SELECT stream_key, sealed FROM healed WHERE district = ? AND position = ? ORDER BY number DESC",
            (self._district, position),
        ).fetchall()
        key_ids = [key_id, *(copy_key for copy_key, _ in copies)]
        destroyed = DestructionList(self._home.checkpoints, self._district).read()
        keys = {key.id: key for key in (self._keyring.by_id(one) for one, _ in copies if one not in destroyed) if key}
        healed = None if place.damage else from_copies(place, copies, keys, self._district)
        if healed is not None:
            return healed
        if is_destroyed(key_ids, destroyed):
            return replace(place, damage="")
        stream = None if key_id is None else self._keyring.stream_of(key_id)
        return replace(place, damage=place.damage or why_damaged(place, why), stream=stream)

    def _with_connection(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        if not hasattr(self._local, "connection"):
            self._local.connection = connect(self._home.ledger)
            self._connections.append(self._local.connection)
        return work(self._local.connection)

"""The rows of projections in SQL: sealed states beside plain columns, in generations of which one a version is live.

A generation is one reading of the log from position 0 by one version of a projection. It knows the root of
the log it has read, so that rows of another history are never taken for this one's. The plain columns are
bound to the sealed state: a changed one makes the row fail to open.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from events.ids import DistrictId, Stream
from events.merkle import Edge
from projections.projection import Plain
from server.keys import Random
from server.store.keyring import Keyring
from server.store.tables import Generation, SealedRow, dropped
from server.store.vault import seal, unseal
from server.store.wrapping import StreamKey


class ProjectionRows:
    """One district's projection tables. The caller holds the transaction."""

    def __init__(self, keyring: Keyring, district: DistrictId, random: Random) -> None:
        self._keyring = keyring
        self._district = district
        self._random = random

    def generations(self, db: sqlite3.Connection, name: str) -> list[Generation]:
        rows = db.execute(
            "SELECT generation, version, position, root, live FROM projection WHERE district = ? AND name = ?"
            " ORDER BY generation",
            (self._district, name),
        )
        return [
            Generation(number, version, position, root, bool(live)) for number, version, position, root, live in rows
        ]

    def begin(self, db: sqlite3.Connection, name: str, version: int) -> int:
        """A new generation beside the live ones; an unfinished one before it is dropped."""
        there = self.generations(db, name)
        for old in there:
            if not old.is_live:
                self.drop(db, name, old.number)
        number = max((old.number for old in there), default=0) + 1
        db.execute(
            "INSERT INTO projection (district, name, generation, version, position, root, live)"
            " VALUES (?, ?, ?, ?, 0, ?, 0)",
            (self._district, name, number, version, Edge().root()),
        )
        return number

    def move(self, db: sqlite3.Connection, name: str, generation: int, old: int, new: int, root: bytes) -> bool:
        """Advance what a generation has read. False when another process moved or dropped it meanwhile."""
        moved = db.execute(
            "UPDATE projection SET position = ?, root = ?"
            " WHERE district = ? AND name = ? AND generation = ? AND position = ?",
            (new, root, self._district, name, generation, old),
        )
        return moved.rowcount == 1

    def swap(self, db: sqlite3.Connection, name: str, generation: int) -> None:
        """Make a generation the one that readers of its version see, and drop the one before it."""
        there = {one.number: one for one in self.generations(db, name)}
        if generation not in there:
            raise dropped(name, generation)
        before = there[generation].before(there.values())
        if before is not None:
            self.drop(db, name, before.number)
        db.execute(
            "UPDATE projection SET live = 1 WHERE district = ? AND name = ? AND generation = ?",
            (self._district, name, generation),
        )

    def load(self, db: sqlite3.Connection, name: str, generation: int, stream: Stream) -> bytes | None:
        """The state of one row; None when there is none, or its key was destroyed."""
        found = next(self._select(db, name, generation, " AND stream = ?", stream), None)
        return None if found is None else found.state

    def read(self, db: sqlite3.Connection, name: str, generation: int) -> Iterator[SealedRow]:
        """Every row that opens, by stream."""
        return self._select(db, name, generation, " ORDER BY stream")

    def one(self, db: sqlite3.Connection, name: str, generation: int, stream: Stream) -> SealedRow | None:
        return next(self._select(db, name, generation, " AND stream = ?", stream), None)

    def digest(self, db: sqlite3.Connection, name: str, generation: int) -> str:
        """SHA-256 over every row that opens, in order: equal for a live and a rebuilt generation."""
        total = hashlib.sha256()
        for row in self.read(db, name, generation):
            total.update(hashlib.sha256(msgspec.msgpack.encode((row.stream, row.plain, row.state))).digest())
        return total.hexdigest()

    def forget(self, db: sqlite3.Connection, streams: Iterable[Stream]) -> None:
        """Delete these streams' rows from every generation: their keys are destroyed."""
        db.executemany(
            "DELETE FROM projection_row WHERE district = ? AND stream = ?",
            [(self._district, stream) for stream in streams],
        )

    def store(self, db: sqlite3.Connection, name: str, generation: int, row: SealedRow, key: StreamKey) -> None:
        bound = self._bound_to(name, generation, row.stream, row.plain)
        sealed = seal(row.state, key, bound, self._random)
        db.execute(
            "INSERT OR REPLACE INTO projection_row"
            " (district, name, generation, stream, stream_key, status, holds_until, count, sealed)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._district, name, generation, row.stream, key.id, *msgspec.structs.astuple(row.plain), sealed),
        )

    def _select(
        self, db: sqlite3.Connection, name: str, generation: int, more: str, *values: str
    ) -> Iterator[SealedRow]:
        self._keyring.refresh()
        rows = db.execute(
            "SELECT stream, stream_key, status, holds_until, count, sealed FROM projection_row"  # noqa: S608
            f" WHERE district = ? AND name = ? AND generation = ?{more}",
            (self._district, name, generation, *values),
        )
        for stream, key_id, status, holds_until, count, sealed in rows:
            key = self._keyring.by_id(key_id)
            if key is not None:
                plain = Plain(status, holds_until, count)
                yield SealedRow(stream, plain, unseal(sealed, key, self._bound_to(name, generation, stream, plain)))

    def drop(self, db: sqlite3.Connection, name: str, generation: int, position: int | None = None) -> None:
        which = (self._district, name, generation)
        gone = db.execute(
            "DELETE FROM projection WHERE district = ? AND name = ? AND generation = ?"
            " AND position = ifnull(?, position)",
            (*which, position),
        )
        if gone.rowcount:
            db.execute("DELETE FROM projection_row WHERE district = ? AND name = ? AND generation = ?", which)

    def _bound_to(self, name: str, generation: int, stream: Stream, plain: Plain) -> bytes:
        return msgspec.json.encode(["projection", self._district, name, generation, stream, plain])

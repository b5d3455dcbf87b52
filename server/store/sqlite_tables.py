"""Projections' rows in ``projections.db``: the promises of tables.py, each in one transaction of the file's thread.

A turn is a lock on ``projections.lock``, a file beside it, which the system lets go of with the process.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from events.ids import DistrictId, Stream
from server.home import PRIVATE_FILE, Home
from server.keys import Keys, Random
from server.store.keyring import open_keyring
from server.store.projection_file import ProjectionFile
from server.store.projection_rows import ProjectionRows
from server.store.tables import DAMAGED, Generation, SealedRow, Step, dropped, never_built
from server.store.vault import Unopenable

TURN_LOOK_SECONDS = 0.05


class SqliteTables:
    """One district's rows. Raises Refused when the file is damaged."""

    def __init__(self, home: Home, district: DistrictId, keys: Keys, random: Random = os.urandom) -> None:
        self._keyring = open_keyring(home, district, keys.wrapping, random)
        self._rows = ProjectionRows(self._keyring, district, random)
        self._file = ProjectionFile(home.projections)
        self._lock_path = home.projections.with_suffix(".lock")

    async def generations(self, name: str) -> list[Generation]:
        return await self._file.run(lambda db: self._rows.generations(db, name))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            while not _is_taken(handle):  # noqa: ASYNC110 - another process has it, and a thread waits uncancelled
                await asyncio.sleep(TURN_LOOK_SECONDS)
            yield
        finally:
            os.close(handle)

    async def begin(self, name: str, version: int) -> int:
        return await self._file.transact(lambda db: self._rows.begin(db, name, version))

    async def states(self, name: str, generation: int, streams: Iterable[Stream]) -> dict[Stream, bytes]:
        wanted = tuple(streams)

        def load(db: sqlite3.Connection) -> dict[Stream, bytes]:
            found = ((stream, self._rows.load(db, name, generation, stream)) for stream in wanted)
            return {stream: state for stream, state in found if state is not None}

        return await self._file.transact(load)

    async def write(self, name: str, generation: int, step: Step, rows: Sequence[SealedRow]) -> bool:
        def store(db: sqlite3.Connection) -> bool:
            if not self._rows.move(db, name, generation, step.start, step.end, step.root):
                return False
            for row in rows:
                key = self._keyring.find(row.stream)
                if key is not None:
                    self._rows.store(db, name, generation, row, key)
            return True

        return await self._file.transact(store)

    async def build(self, name: str, generation: int, step: Step) -> bool:  # noqa: ARG002
        """Never: the log of one machine is folded by position."""
        return False

    async def swap(self, name: str, generation: int) -> None:
        await self._file.transact(lambda db: self._rows.swap(db, name, generation))

    async def drop(self, name: str, generation: int, position: int | None = None) -> None:
        await self._file.transact(lambda db: self._rows.drop(db, name, generation, position))

    async def read(
        self, name: str, version: int, streams: Sequence[Stream] | None = None
    ) -> tuple[int, list[SealedRow]]:
        def look(db: sqlite3.Connection) -> tuple[int, list[SealedRow]]:
            live = next((one for one in self._rows.generations(db, name) if _is_live(one, version)), None)
            if live is None:
                raise never_built(name, version)
            if streams is None:
                return live.position, list(self._rows.read(db, name, live.number))
            found = [self._rows.one(db, name, live.number, stream) for stream in streams]
            return live.position, [row for row in found if row is not None]

        return await self._file.transact(look)

    async def digests(self, name: str, generations: Sequence[int]) -> list[tuple[int, str]]:
        return await self._file.transact(self._digests(name, generations))

    async def forget(self, streams: Iterable[Stream]) -> None:
        await self._file.transact(lambda db: self._rows.forget(db, streams))

    async def close(self) -> None:
        self._file.close()
        self._keyring.close()

    def _digests(self, name: str, numbers: Sequence[int]) -> Callable[[sqlite3.Connection], list[tuple[int, str]]]:
        def both(db: sqlite3.Connection) -> list[tuple[int, str]]:
            positions = {one.number: one.position for one in self._rows.generations(db, name)}
            gone = [number for number in numbers if number not in positions]
            if gone:
                raise dropped(name, gone[0])
            return [(positions[number], self._digest(db, name, number)) for number in numbers]

        return both

    def _digest(self, db: sqlite3.Connection, name: str, generation: int) -> str:
        try:
            return self._rows.digest(db, name, generation)
        except Unopenable:
            return DAMAGED


def _is_live(one: Generation, version: int) -> bool:
    return one.is_live and one.version == version


def _is_taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

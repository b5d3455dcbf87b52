"""Runs projections over the log: rows and the position they stand at move in one transaction.

    catch_up   live generation --facts from its position--> rows + position, batch by batch
    rebuild    new generation from 0 beside the live one --at the log's head--> swapped in, old one dropped

A crash leaves rows exactly as of the stored position. Several processes may run it: a batch whose start
another process has passed is dropped and read again.

When a projection raises, what came before the fact is kept, the projection stands still before it and an
alarm is logged; the others go on. The fact is tried again at each catch_up and is never passed over. The
alarm names the exception's type only: its text may hold what the fact tells of a person.
"""

import asyncio
import hashlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec
import structlog

from events.ids import DistrictId, Position, Stream
from projections.fold import Fact, fact_of
from projections.projection import Plain, Projection
from server.home import Home
from server.keys import Keys, Random
from server.store.connection import connect
from server.store.keyring import Keyring
from server.store.port import Log
from server.store.projection_rows import Generation, ProjectionRows, SealedRow

FACTS_PER_BATCH = 500

_Result = TypeVar("_Result")
_log = structlog.get_logger(__name__)


class Reached(msgspec.Struct, frozen=True):
    """How far a projection has read. ``paused`` names the exception's type when it cannot go on."""

    position: Position
    paused: str = ""


class Row(msgspec.Struct, frozen=True):
    """A row as readers get it; ``state`` is the projection's own struct."""

    stream: Stream
    plain: Plain
    state: Any


class Projector:
    """One process's runner for one district."""

    def __init__(
        self,
        home: Home,
        district: DistrictId,
        keys: Keys,
        log: Log,
        projections: Sequence[Projection[Any]],
        random: Random = os.urandom,
    ) -> None:
        self._log = log
        self._projections = {projection.name: projection for projection in projections}
        self._keyring = Keyring(home, district, keys.wrapping, random)
        self._rows = ProjectionRows(self._keyring, district, random)
        self._database = connect(home.ledger, "projection")
        self._thread = ThreadPoolExecutor(1, "projector")
        self._turn = asyncio.Lock()

    async def catch_up(self) -> dict[str, Reached]:
        """Bring every projection to the log's head, building anew those whose version changed."""
        async with self._turn:
            return {name: await self._catch_up(projection) for name, projection in self._projections.items()}

    async def rebuild(self, name: str) -> Reached:
        """Build a projection from position 0 beside its live rows, then swap. A paused one is not swapped in."""
        async with self._turn:
            return await self._rebuild(self._projections[name])

    async def rows(self, name: str) -> list[Row]:
        """Every row of the live generation, by stream. Raises LookupError before the first catch_up."""
        projection = self._projections[name]

        def read(db: sqlite3.Connection) -> list[Row]:
            return [_row(projection, row) for row in self._rows.read(db, name, self._live(db, projection).number)]

        return await self._run(read)

    async def row(self, name: str, stream: Stream) -> Row | None:
        projection = self._projections[name]

        def read(db: sqlite3.Connection) -> Row | None:
            found = self._rows.one(db, name, self._live(db, projection).number, stream)
            return None if found is None else _row(projection, found)

        return await self._run(read)

    async def digest(self, name: str) -> str:
        """SHA-256 over every live row as opened: equal for a live and a rebuilt generation."""
        found = await self.rows(name)
        return hashlib.sha256(msgspec.json.encode(found, order="deterministic")).hexdigest()

    async def close(self) -> None:
        async with self._turn:
            self._thread.shutdown()
            self._database.close()
            self._keyring.close()

    async def _catch_up(self, projection: Projection[Any]) -> Reached:
        there = await self._run(lambda db: self._rows.generations(db, projection.name))
        live = next((one for one in there if one.is_live and one.version == projection.version), None)
        if live is None:
            return await self._rebuild(projection)
        return await self._advance(projection, live.number)

    async def _rebuild(self, projection: Projection[Any]) -> Reached:
        number = await self._transact(lambda db: self._rows.begin(db, projection.name, projection.version))
        reached = await self._advance(projection, number)
        if not reached.paused:
            await self._transact(lambda db: self._rows.swap(db, projection.name, number))
        return reached

    async def _advance(self, projection: Projection[Any], generation: int) -> Reached:
        while True:
            at = await self._run(lambda db: self._position(db, projection.name, generation))
            size = (await self._log.head()).checkpoint.size
            end = Position(min(at + FACTS_PER_BATCH, size))
            if at >= size:
                return Reached(Position(at))
            rows = [row async for row in self._log.read(Position(at), end)]
            facts = [
                fact_of(row.event, row.position, row.received_at, row.header, row.event_hash)
                for row in rows
                if row.event is not None
            ]
            paused = await self._transact(_Batch(self._rows, self._keyring, projection, generation, at, end, facts))
            if paused is not None:
                _log.error("projection.paused", projection=projection.name, position=paused.position, why=paused.paused)
                return paused

    def _position(self, db: sqlite3.Connection, name: str, generation: int) -> int:
        for one in self._rows.generations(db, name):
            if one.number == generation:
                return one.position
        raise LookupError(f"generation {generation} of {name} was dropped: another process built it anew")

    def _live(self, db: sqlite3.Connection, projection: Projection[Any]) -> Generation:
        for one in self._rows.generations(db, projection.name):
            if one.is_live and one.version == projection.version:
                return one
        raise LookupError(f"projection {projection.name} version {projection.version} was not built yet")

    async def _run(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._database)

    async def _transact(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        def whole(db: sqlite3.Connection) -> _Result:
            db.execute("BEGIN IMMEDIATE")
            try:
                result = work(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            return result

        return await self._run(whole)


class _Batch:
    """One transaction: facts of positions ``start`` to ``end`` - 1 folded into a generation's rows."""

    def __init__(
        self,
        rows: ProjectionRows,
        keyring: Keyring,
        projection: Projection[Any],
        generation: int,
        start: int,
        end: int,
        facts: Sequence[Fact],
    ) -> None:
        self._rows, self._keyring = rows, keyring
        self._projection, self._generation = projection, generation
        self._start, self._end, self._facts = start, end, facts
        self._states: dict[Stream, Any] = {}

    def __call__(self, db: sqlite3.Connection) -> Reached | None:
        """Where the projection paused, or None when the whole batch is in (or another process was first)."""
        end, paused = self._end, ""
        for fact in self._facts:
            try:
                self._states.update(self._fold(db, fact))
            except Exception as error:  # a bug in the projection: whatever it is, stand still before the fact
                end, paused = fact.position, type(error).__name__
                break
        name = self._projection.name
        if not self._rows.move(db, name, self._generation, self._start, end):
            return None
        keys = self._keyring.ensure(self._states)
        for stream, state in self._states.items():
            row = SealedRow(stream, self._projection.plain(state), msgspec.json.encode(state))
            self._rows.store(db, name, self._generation, row, keys[stream])
        return Reached(Position(end), paused) if paused else None

    def _fold(self, db: sqlite3.Connection, fact: Fact) -> dict[Stream, Any]:
        """Every row the fact changes, or none: a row is never left half told."""
        changed: dict[Stream, Any] = {}
        for stream in self._projection.keys(fact):
            before = self._states[stream] if stream in self._states else self._load(db, stream)
            changed[stream] = self._projection.evolve(before, fact)
            self._projection.plain(changed[stream])
        return changed

    def _load(self, db: sqlite3.Connection, stream: Stream) -> Any:
        kept = self._rows.load(db, self._projection.name, self._generation, stream)
        return None if kept is None else msgspec.json.decode(kept, type=self._projection.state)


def _row(projection: Projection[Any], row: SealedRow) -> Row:
    return Row(row.stream, row.plain, msgspec.json.decode(row.state, type=projection.state))

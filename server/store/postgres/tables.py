"""Projections' rows in PostgreSQL, beside the log: shared by all server processes of a district.

The promises of server/store/tables.py. Whichever process is first to move a generation past a batch writes its
rows; the others read the next one.

One lock order: a transaction touches ``projection`` before ``projection_row``, and several rows of ``projection`` by
name and generation. So nobody waits for a row while holding what its writer waits for. A turn is a lock of a
connection of its own, which the server lets go of with the process.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import asyncpg
import msgspec
import structlog

from events.ids import DistrictId, Stream
from events.merkle import Edge
from server.keys import Random
from server.store.postgres.building import CannotFold, Job, build, is_by_streams
from server.store.postgres.connecting import Connection, Pool, dial
from server.store.postgres.keyring import PostgresKeyring
from server.store.postgres.sealing import ROW, STORE, RowSealer, parts
from server.store.tables import DAMAGED, Generation, SealedRow, Step, dropped, never_built
from server.store.vault import Unopenable

ROWS_PER_FETCH = 1_000
TURN_SECONDS_MAX = 600
"""How long to wait for another process's build; by the measured rate, that of a log of 20 million events."""
_SILENT_SECONDS = 30
"""After which the server asks whether the machine of who has the turn is still there."""

_LIVE = f"""
SELECT projection.generation, projection.position, {ROW} FROM ledger.projection
LEFT JOIN ledger.projection_row ON projection_row.district = projection.district
    AND projection_row.name = projection.name AND projection_row.generation = projection.generation
"""  # noqa: S608


_DELETE_ROWS = "DELETE FROM ledger.projection_row WHERE district = $1 AND name = $2"

_log = structlog.get_logger(__name__)


class PostgresTables:
    """One district's rows. The pool and the keyring are the log's, which closes them."""

    def __init__(
        self, pool: Pool, keyring: PostgresKeyring, district: DistrictId, random: Random, builder: Job
    ) -> None:
        self._pool, self._keyring, self._district = pool, keyring, district
        self._sealer, self._builder = RowSealer(district, random), builder

    async def generations(self, name: str) -> list[Generation]:
        return await self._generations(self._pool, name)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        connection = await dial(self._builder.url, self._district)
        try:
            await connection.execute(
                "SELECT set_config('lock_timeout', '0', false), set_config('tcp_keepalives_count', '3', false),"
                " set_config('tcp_keepalives_idle', $1, false), set_config('tcp_keepalives_interval', '5', false)",
                str(_SILENT_SECONDS),
            )
            lock = "SELECT pg_advisory_lock(hashtextextended($1, 0))"
            await connection.execute(lock, f"{self._district}\nprojections", timeout=TURN_SECONDS_MAX)
            yield
        finally:
            await connection.close()

    async def begin(self, name: str, version: int) -> int:
        async with self._pool.acquire() as db, db.transaction():
            there = await self._locked(db, name)
            for old in there:
                if not old.is_live:
                    await self._drop(db, name, old.number)
            number = max((old.number for old in there), default=0) + 1
            await db.execute(
                "INSERT INTO ledger.projection (district, name, generation, version, position, root, live)"
                " VALUES ($1, $2, $3, $4, 0, $5, false)",
                self._district, name, number, version, Edge().root(),
            )  # fmt: skip
        return number

    async def states(self, name: str, generation: int, streams: Iterable[Stream]) -> dict[Stream, bytes]:
        rows = await self._pool.fetch(
            f"SELECT {ROW} FROM ledger.projection_row"  # noqa: S608
            " WHERE district = $1 AND name = $2 AND generation = $3 AND stream = ANY($4::text[])",
            self._district, name, generation, list(streams),
        )  # fmt: skip
        return {row.stream: row.state for row in await self._opened(name, generation, rows)}

    async def write(self, name: str, generation: int, step: Step, rows: Sequence[SealedRow]) -> bool:
        keys = await self._keyring.find([row.stream for row in rows])
        sealed = await asyncio.to_thread(self._sealer.sealed, name, generation, rows, keys)  # before: it is long
        async with self._pool.acquire() as db, db.transaction():
            status = await db.execute(
                "UPDATE ledger.projection SET position = $5, root = $6"
                " WHERE district = $1 AND name = $2 AND generation = $3 AND position = $4",
                self._district, name, generation, step.start, step.end, step.root,
            )  # fmt: skip
            if status != "UPDATE 1":
                return False
            for part in parts(sealed):
                await db.execute(STORE, self._district, name, generation, *map(list, zip(*part, strict=True)))
        return True

    async def build(self, name: str, generation: int, step: Step) -> bool:
        if not is_by_streams(name):
            return False
        try:
            destroyed = await build(
                msgspec.structs.replace(self._builder, name=name, generation=generation, size=step.end)
            )
        except CannotFold as error:
            _log.warning("projection.raised", projection=name, why=str(error))
            async with self._pool.acquire() as db, db.transaction():
                await self._locked(db, name)
                await db.execute(f"{_DELETE_ROWS} AND generation = $3", self._district, name, generation)
            return False
        await self.forget(destroyed)
        return await self.write(name, generation, step, ())

    async def swap(self, name: str, generation: int) -> None:
        async with self._pool.acquire() as db, db.transaction():
            there = {one.number: one for one in await self._locked(db, name)}
            if generation not in there:
                raise dropped(name, generation)
            before = there[generation].before(there.values())
            if before is not None:
                await self._set_live(db, name, before.number, False)
            await self._set_live(db, name, generation, True)
        if before is not None:
            await self.drop(name, before.number)  # afterwards: it takes long, and would hold up the new one's writers

    async def drop(self, name: str, generation: int, position: int | None = None) -> None:
        async with self._pool.acquire() as db, db.transaction():
            await self._drop(db, name, generation, position)

    async def read(
        self, name: str, version: int, streams: Sequence[Stream] | None = None
    ) -> tuple[int, list[SealedRow]]:
        some = "" if streams is None else " AND projection_row.stream = ANY($4::text[])"
        rows = await self._pool.fetch(
            f"{_LIVE}{some} WHERE projection.district = $1 AND projection.name = $2 AND projection.version = $3"
            ' AND projection.live ORDER BY stream COLLATE "C"',
            self._district, name, version, *([] if streams is None else [list(streams)]),
        )  # fmt: skip
        if not rows:
            raise never_built(name, version)
        generation, position = rows[0]["generation"], rows[0]["position"]
        found = await self._opened(name, generation, [row for row in rows if row["stream"] is not None])
        if streams is None:
            return position, found
        by_stream = {row.stream: row for row in found}
        return position, [by_stream[stream] for stream in streams if stream in by_stream]

    async def digests(self, name: str, generations: Sequence[int]) -> list[tuple[int, str]]:
        async with self._pool.acquire() as db, db.transaction(isolation="repeatable_read", readonly=True):
            positions = {one.number: one.position for one in await self._generations(db, name)}
            gone = [number for number in generations if number not in positions]
            if gone:
                raise dropped(name, gone[0])
            return [(positions[number], await self._digest(db, name, number)) for number in generations]

    async def forget(self, streams: Iterable[Stream]) -> None:
        async with self._pool.acquire() as db, db.transaction():
            await db.execute(
                "SELECT 1 FROM ledger.projection WHERE district = $1 ORDER BY name, generation FOR UPDATE",
                self._district,
            )
            await db.execute(
                "DELETE FROM ledger.projection_row WHERE district = $1 AND stream = ANY($2::text[])",
                self._district, list(streams),
            )  # fmt: skip

    async def close(self) -> None:
        """Nothing of its own to close."""

    async def _generations(self, db: "Pool | Connection", name: str, lock: str = "") -> list[Generation]:
        rows = await db.fetch(
            "SELECT generation, version, position, root, live FROM ledger.projection"  # noqa: S608
            f" WHERE district = $1 AND name = $2 ORDER BY generation {lock}",
            self._district, name,
        )  # fmt: skip
        return [Generation(*row) for row in rows]

    async def _locked(self, db: Connection, name: str) -> list[Generation]:
        """The generations, once whoever moves, swaps or drops one of them is done."""
        return await self._generations(db, name, "FOR UPDATE")

    async def _set_live(self, db: Connection, name: str, generation: int, is_live: bool) -> None:
        await db.execute(
            "UPDATE ledger.projection SET live = $4 WHERE district = $1 AND name = $2 AND generation = $3",
            self._district, name, generation, is_live,
        )  # fmt: skip

    async def _drop(self, db: Connection, name: str, generation: int, position: int | None = None) -> None:
        status = await db.execute(
            "DELETE FROM ledger.projection WHERE district = $1 AND name = $2 AND generation = $3"
            " AND position = coalesce($4, position)",
            self._district, name, generation, position,
        )  # fmt: skip
        if status == "DELETE 1":
            await db.execute(f"{_DELETE_ROWS} AND generation = $3", self._district, name, generation)

    async def _digest(self, db: Connection, name: str, generation: int) -> str:
        total = hashlib.sha256()
        query = (
            f"SELECT {ROW} FROM ledger.projection_row"  # noqa: S608
            ' WHERE district = $1 AND name = $2 AND generation = $3 ORDER BY stream COLLATE "C"'
        )
        cursor = await db.cursor(query, self._district, name, generation)
        try:
            while rows := await cursor.fetch(ROWS_PER_FETCH):
                for row in await self._opened(name, generation, rows):
                    total.update(hashlib.sha256(msgspec.msgpack.encode((row.stream, row.plain, row.state))).digest())
        except Unopenable:
            return DAMAGED
        return total.hexdigest()

    async def _opened(self, name: str, generation: int, rows: Sequence[asyncpg.Record]) -> list[SealedRow]:
        keys = await self._keyring.by_ids(row["stream_key"] for row in rows)
        return await asyncio.to_thread(self._sealer.opened, name, generation, rows, keys)

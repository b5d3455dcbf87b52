"""A PostgreSQL server for a bench run, with fsync on, and a founded log in it; and floors over the same tables.

A floor stores the rows an append stores (log and vault, ciphertexts of the same size, the same indexes) in a
transaction of the same size, and does nothing else: no look-up, no keys, no tree, no head, no signature, no
checkpoint. It runs as the tables' owner, without row-level security.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from events.envelope import SignedEvent
from events.ids import DistrictId
from server.district import wall_clock
from server.home import Home
from server.keys import create_keys
from server.store.postgres.log import PostgresLog
from server.store.postgres.migrating import SCHEMAS, migrate
from server.store.postgres.opening import open_postgres_log, start_postgres_log
from tests.postgres.cluster import Cluster

SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "shared_buffers": "2GB",
    "max_wal_size": "4GB",
    "wal_compression": "lz4",
}
"""As docs/scale.md asks for."""
GCM_BYTES = 28

Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]

UNNEST_LOG = (
    "INSERT INTO ledger.log SELECT * FROM unnest($1::text[], $2::bigint[], $3::uuid[], $4::uuid[], $5::bigint[],"
    " $6::bytea[], $7::bigint[])"
)
UNNEST_VAULT = "INSERT INTO ledger.vault SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::bytea[])"


class Place:
    """A database of the run's server, with a founded log that is opened as often as asked."""

    def __init__(self, url: str, folder: Path, district: DistrictId, server: int) -> None:
        self.url, self.server, self._district = url, server, district
        self.home = folder / "home"
        self._home = Home(self.home)
        self._home.make()
        self._keys = create_keys(self._home, "bench.example", district, environment={})

    async def found(self) -> None:
        await start_postgres_log(self.url, self._home, self._district, "bench.example", self._keys)

    async def warm(self) -> None:
        """Bring every index into PostgreSQL's memory, where a server that has run for a while holds them."""
        owner = await asyncpg.connect(self.url)
        await owner.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        await owner.execute("VACUUM ledger.log, ledger.vault")
        await owner.execute(
            "SELECT pg_prewarm(indexrelid) FROM pg_index WHERE indrelid IN ('ledger.log'::regclass,"
            " 'ledger.vault'::regclass)"
        )
        await owner.close()

    async def open(self) -> PostgresLog:
        return await open_postgres_log(
            self.url, self.url, self.url, self._home, self._district, "bench.example", self._keys, wall_clock
        )


class Floor:
    """The same bytes into the same two tables, and nothing else."""

    def __init__(self, connection: Any, district: str) -> None:
        self._connection = connection
        self._district = district
        self._size = 0
        self._device = UUID(bytes=os.urandom(16))

    @classmethod
    async def open(cls, url: str, district: str = "floor") -> "Floor":
        return cls(await asyncpg.connect(url), district)

    def rows(self, events: list[SignedEvent], stream_keys: int = 150) -> Rows:
        """What these events would store, made before the clock starts."""
        log: list[tuple[Any, ...]] = []
        vault: list[tuple[Any, ...]] = []
        for event in events:
            plain = len(event.header) + len(event.signature) + len(event.salt) + len(event.payload)
            at = self._size
            # ids in order of time, as UUIDv7 are
            log.append((self._district, at, UUID(int=(at << 64) | 7), self._device, at + 1, os.urandom(32), 0))
            vault.append((self._district, at, (at % stream_keys).to_bytes(16), os.urandom(plain + GCM_BYTES)))
            self._size += 1
        return log, vault

    async def unnest(self, rows: Rows) -> None:
        async with self._connection.transaction():
            await self._connection.execute(UNNEST_LOG, *map(list, zip(*rows[0], strict=True)))
            await self._connection.execute(UNNEST_VAULT, *map(list, zip(*rows[1], strict=True)))

    async def copy(self, rows: Rows) -> None:
        async with self._connection.transaction():
            await self._connection.copy_records_to_table("log", schema_name="ledger", records=rows[0])
            await self._connection.copy_records_to_table("vault", schema_name="ledger", records=rows[1])

    async def close(self) -> None:
        await self._connection.close()


@asynccontextmanager
async def place(folder: Path, district: DistrictId) -> AsyncIterator[Place]:
    """A server, a database, a founded log. Raises NoPostgres."""
    with Cluster.start(SETTINGS) as cluster:
        server = await asyncpg.connect(cluster.url("postgres"))
        await server.execute("CREATE DATABASE bench")
        await server.close()
        owner = await asyncpg.connect(cluster.url("bench"))
        for schema in SCHEMAS:
            await migrate(owner, schema)
        await owner.close()
        there = Place(cluster.url("bench"), folder, district, cluster.process)
        await there.found()
        yield there

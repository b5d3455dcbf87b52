"""One district carried between PostgreSQL and SQLite's files, ciphertext for ciphertext, row for row.

    copy_out   a consistent snapshot of the district into ledger.db and keyring.db     (verify, back-up, moving out)
    copy_in    such files into a database that does not hold the district yet          (restore, moving up)

So there is one form of a back-up for both stores, and ``doseledger verify`` is one program: it derives everything
from a copy, and a copy that was restored is checked the same way. Nothing is opened on the way.
"""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import msgspec

from events.ids import DistrictId
from events.tiles import tile_root
from server.home import Home
from server.store.connection import connect as open_file
from server.store.postgres.connecting import Connection, connect
from server.store.postgres.guards import missing_guard
from server.store.postgres.migrating import Schema

ROWS_PER_STEP = 2_000


class Table(msgspec.Struct, frozen=True):
    """A table that both stores have, with its columns in order; ``types`` are PostgreSQL's."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def select(self) -> str:
        return f"SELECT {', '.join(self.columns)} FROM ledger.{self.name} WHERE district = $1"  # noqa: S608


LEDGER = (
    Table("log", ("position", "id", "device", "seq", "event_hash", "received_at"),
          ("bigint", "uuid", "uuid", "bigint", "bytea", "bigint")),
    Table("vault", ("position", "stream_key", "sealed"), ("bigint", "bytea", "bytea")),
    Table("healed", ("position", "number", "stream_key", "sealed"), ("bigint", "int", "bytea", "bytea")),
    Table("healed_log", ("position", "number", "id", "device", "seq", "event_hash", "received_at"),
          ("bigint", "int", "uuid", "uuid", "bigint", "bytea", "bigint")),
    Table("refused", ("submission", "stream_key", "sealed"), ("bytea", "bytea", "bytea")),
    Table("tile", ("level", "number", "hashes"), ("int", "bigint", "bytea")),
    Table("head", ("epoch", "size", "root", "edge", "received_at"), ("int", "bigint", "bytea", "bytea", "bigint")),
)  # fmt: skip
_KEYS = "SELECT stream, key_id, wrapped FROM keyring.stream_key WHERE district = $1"


async def copy_out(url: str, keyring_url: str, district: DistrictId, ledger: Path, keyring: Path) -> None:
    """Write both files anew. Safe beside running servers: all of the ledger is as of one moment."""
    await copy_ledger_out(url, district, ledger)
    await copy_keyring_out(keyring_url, district, keyring)  # afterwards: a key is there before what it seals


async def copy_ledger_out(url: str, district: DistrictId, path: Path) -> None:
    source = await connect(url, district)
    try:
        with closing(open_file(path, "ledger")) as file:
            file.execute("BEGIN")
            async with source.transaction(isolation="repeatable_read", readonly=True):
                for table in LEDGER:
                    await _pour(source, file, table, district)
            file.execute("COMMIT")
    finally:
        await source.close()


async def copy_keyring_out(url: str, district: DistrictId, path: Path) -> None:
    source = await connect(url, district)
    try:
        rows = await source.fetch(_KEYS, district)
    finally:
        await source.close()
    with closing(open_file(path, "keyring")) as file:
        file.execute("BEGIN")
        file.executemany("INSERT INTO stream_key VALUES (?, ?, ?, ?)", [(district, *row) for row in rows])
        file.execute("COMMIT")


async def copy_in(url: str, keyring_url: str, district: DistrictId, ledger: Path, keyring: Path) -> None:
    """Fill a database that holds nothing of the district. The keys first, the ledger in one transaction."""
    ring = await connect(keyring_url, district)
    try:
        with closing(open_file(keyring)) as file:
            query = "SELECT stream, key_id, wrapped FROM stream_key WHERE district = ?"
            for rows in _steps(file, query, district):
                await ring.execute(
                    "INSERT INTO keyring.stream_key (district, stream, key_id, wrapped)"
                    " SELECT $1, new.* FROM unnest($2::text[], $3::bytea[], $4::bytea[]) AS new",
                    district, *_columns(rows, 3),
                )  # fmt: skip
    finally:
        await ring.close()
    target = await connect(url, district)
    try:
        with closing(open_file(ledger)) as file:
            async with target.transaction():
                for table in LEDGER:
                    await _fill(file, target, table, district)
    finally:
        await target.close()


@asynccontextmanager
async def copied_home(url: str, keyring_url: str, home: Home, district: DistrictId) -> AsyncIterator[Home]:
    """A home in a temporary folder that holds the district's files and what is kept outside, for checking.

    What is outside is copied first: running servers move the database before it.
    """
    with TemporaryDirectory(prefix="doseledger-copy-") as folder:
        copy = Home(Path(folder))
        copy.make()
        for name in (district, f"{district}.destroyed"):  # the head, and the list of destroyed keys
            if (home.checkpoints / name).exists():
                shutil.copyfile(home.checkpoints / name, copy.checkpoints / name)
        await copy_out(url, keyring_url, district, copy.ledger, copy.keyring)
        yield copy


async def guard_fault(url: str, keyring_url: str, district: DistrictId) -> str | None:
    """The first guard of the live tables that is missing, in words."""
    places: tuple[tuple[Schema, str], ...] = (("ledger", url), ("keyring", keyring_url))
    for schema, place in places:
        connection = await connect(place, district)
        try:
            gone = await missing_guard(connection, schema)
        finally:
            await connection.close()
        if gone is not None:
            return gone
    return None


async def _pour(source: Connection, file: sqlite3.Connection, table: Table, district: DistrictId) -> None:
    marks = ", ".join("?" * (len(table.columns) + 1))
    names = ", ".join(("district", *table.columns))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608
    cursor = await source.cursor(table.select, district)
    while rows := await cursor.fetch(ROWS_PER_STEP):
        file.executemany(statement, [(district, *map(_plain, row)) for row in rows])


async def _fill(file: sqlite3.Connection, target: Connection, table: Table, district: DistrictId) -> None:
    columns, types = table.columns, table.types
    if table.name == "tile":
        columns, types = (*columns, "root"), (*types, "bytea")
    places = ", ".join(f"${number}::{type_}[]" for number, type_ in enumerate(types, 2))
    statement = (
        f"INSERT INTO ledger.{table.name} (district, {', '.join(columns)})"  # noqa: S608
        f" SELECT $1, new.* FROM unnest({places}) AS new"
    )
    query = f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE district = ?"  # noqa: S608
    if file.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table.name,)).fetchone() is None:
        return  # a back-up of a version that had no such table
    for rows in _steps(file, query, district):
        if table.name == "tile":
            rows = [(*row, tile_root(row[2])) for row in rows]
        if "uuid" in types:
            at = types.index("uuid")  # of id, with device behind it
            rows = [(*row[:at], UUID(bytes=row[at]), UUID(bytes=row[at + 1]), *row[at + 2 :]) for row in rows]
        await target.execute(statement, district, *_columns(rows, len(types)))


def _steps(file: sqlite3.Connection, query: str, district: DistrictId) -> Iterator[list[tuple[Any, ...]]]:
    cursor = file.execute(query, (district,))
    while rows := cursor.fetchmany(ROWS_PER_STEP):
        yield rows


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [[row[column] for row in rows] for column in range(width)]


def _plain(value: object) -> object:
    return value.bytes if isinstance(value, UUID) else value

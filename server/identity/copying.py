"""Small tables carried between PostgreSQL and a file, for back-ups: ``identity.db`` and ``photos.db``."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from events.ids import DistrictId
from server.identity.store import IdentityStore
from server.photos import SCHEMA
from server.store.postgres.connecting import connect

IDENTITIES = {
    "credentials": "staff, password_hash, set_at",
    "sessions": "token_hash, staff, begun_at, used_at",
    "codes": "code_hash, staff, expires_at, used_at",
    "devices": "token_hash, device, seat, staff, issued_at",
}
PHOTOS = {"photos": "name, device, size_bytes, begun_at, note", "photo_pieces": "name, number, bytes"}
PREFETCH_ROWS = 16
"""Of half a MiB each, where they are pieces of pictures."""


async def copy_identities_out(url: str, district: DistrictId, path: Path) -> None:
    async with IdentityStore(path):
        """Its tables are made by opening it."""
    await _copy_out(url, district, path, IDENTITIES)


async def copy_identities_in(url: str, district: DistrictId, path: Path) -> None:
    """Into a database that holds none of the district's."""
    await _copy_in(url, district, path, IDENTITIES)


async def copy_photos_out(url: str, district: DistrictId, path: Path) -> None:
    async with IdentityStore(path, SCHEMA):
        """Its tables are made by opening it."""
    await _copy_out(url, district, path, PHOTOS)


async def copy_photos_in(url: str, district: DistrictId, path: Path) -> None:
    """Into a database that holds none of the district's."""
    await _copy_in(url, district, path, PHOTOS)


async def _copy_out(url: str, district: DistrictId, path: Path, tables: Mapping[str, str]) -> None:
    source = await connect(url, district)
    try:
        with closing(sqlite3.connect(path)) as file, file:
            async with source.transaction():
                for table, columns in tables.items():
                    marks = ", ".join("?" for _ in columns.split(","))
                    query = f"SELECT {columns} FROM ledger.{table} WHERE district = $1"  # noqa: S608
                    async for row in source.cursor(query, district, prefetch=PREFETCH_ROWS):
                        file.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row))  # noqa: S608
    finally:
        await source.close()


async def _copy_in(url: str, district: DistrictId, path: Path, tables: Mapping[str, str]) -> None:
    target = await connect(url, district)
    try:
        with closing(sqlite3.connect(path)) as file:
            async with target.transaction():
                for table, columns in tables.items():
                    places = ", ".join(f"${number}" for number, _ in enumerate(columns.split(","), 1))
                    for row in file.execute(f"SELECT {columns} FROM {table}"):  # noqa: S608
                        await target.execute(f"INSERT INTO ledger.{table} ({columns}) VALUES ({places})", *row)  # noqa: S608
    finally:
        await target.close()

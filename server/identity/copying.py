"""Logins, sessions, codes and tokens carried between PostgreSQL and ``identity.db``, for back-ups."""

import sqlite3
from contextlib import closing
from pathlib import Path

from events.ids import DistrictId
from server.identity.store import IdentityStore
from server.store.postgres.connecting import connect

TABLES = {
    "credentials": "staff, password_hash, set_at",
    "sessions": "token_hash, staff, begun_at, used_at",
    "codes": "code_hash, staff, expires_at, used_at",
    "devices": "token_hash, device, seat, staff, issued_at",
}


async def copy_identities_out(url: str, district: DistrictId, path: Path) -> None:
    async with IdentityStore(path):
        """Its tables are made by opening it."""
    source = await connect(url, district)
    try:
        with closing(sqlite3.connect(path)) as file, file:
            for table, columns in TABLES.items():
                marks = ", ".join("?" for _ in columns.split(","))
                rows = await source.fetch(f"SELECT {columns} FROM ledger.{table} WHERE district = $1", district)  # noqa: S608
                file.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", map(tuple, rows))  # noqa: S608
    finally:
        await source.close()


async def copy_identities_in(url: str, district: DistrictId, path: Path) -> None:
    """Into a database that holds none of the district's."""
    target = await connect(url, district)
    try:
        with closing(sqlite3.connect(path)) as file:
            async with target.transaction():
                for table, columns in TABLES.items():
                    places = ", ".join(f"${number}" for number, _ in enumerate(columns.split(","), 1))
                    rows = file.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608
                    await target.executemany(f"INSERT INTO ledger.{table} ({columns}) VALUES ({places})", rows)  # noqa: S608
    finally:
        await target.close()

"""The keyring's rows as they lie in either store, for changing the key they are wrapped under (rewrapping.py).

In PostgreSQL they are read and replaced as the tables' owner: no role of a running program may change one.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from typing import Any

import asyncpg
import msgspec

from events.errors import Refused
from events.ids import DistrictId, Stream
from server.home import Home
from server.settings import Settings
from server.store.connection import connect
from server.store.postgres.connecting import application_name
from server.store.postgres.setting_up import connect_owner, owner_urls

_READ = "SELECT district, stream, key_id, wrapped FROM keyring.stream_key WHERE district = ANY($1::text[])"
_REPLACE = """
UPDATE keyring.stream_key AS kept SET wrapped = anew.wrapped
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) AS anew (district, stream, key_id, wrapped)
WHERE (kept.district, kept.stream, kept.key_id) = (anew.district, anew.stream, anew.key_id)
"""


class WrappedKey(msgspec.Struct, frozen=True):
    """One stream's key as it lies on disk."""

    district: DistrictId
    stream: Stream
    key_id: bytes
    wrapped: bytes


async def read_wrapped(settings: Settings, districts: Sequence[DistrictId]) -> list[WrappedKey]:
    """Every stream key of these districts. Raises Refused in words when the owner's login cannot read them."""
    if settings.is_postgres:
        async with _as_owner(settings) as owner:
            return [WrappedKey(*row) for row in await owner.fetch(_READ, list(districts))]
    with closing(connect(Home(settings.home).keyring, "keyring")) as ring:
        rows = ring.execute("SELECT district, stream, key_id, wrapped FROM stream_key")
        return [WrappedKey(*row) for row in rows if row[0] in districts]


async def replace_wrapped(settings: Settings, rows: Sequence[WrappedKey]) -> None:
    """All of them in one transaction, and no copy of the former left in journal or pages."""
    if settings.is_postgres:
        async with _as_owner(settings) as owner:
            columns = ([getattr(row, name) for row in rows] for name in WrappedKey.__struct_fields__)
            await owner.execute(_REPLACE, *columns)
            await owner.execute("VACUUM keyring.stream_key")
        return
    with closing(connect(Home(settings.home).keyring, "keyring")) as ring:
        ring.execute("BEGIN IMMEDIATE")
        ring.executemany(
            "UPDATE stream_key SET wrapped = ? WHERE district = ? AND stream = ? AND key_id = ?",
            [(row.wrapped, row.district, row.stream, row.key_id) for row in rows],
        )
        ring.execute("COMMIT")
        ring.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def refuse_others(settings: Settings, districts: Sequence[DistrictId]) -> None:
    """Raises Refused while a program of one of these districts, on whichever machine, is connected to PostgreSQL."""
    names = [application_name(district) for district in districts]
    for url in set(owner_urls(settings).values()):
        owner = await connect_owner(url)
        try:
            at_work = await owner.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = ANY($1::text[])",
                names,
            )
        finally:
            await owner.close()
        if at_work:
            raise Refused("home-in-use", "a server or a command works in the database just now: stop it first")


@asynccontextmanager
async def _as_owner(settings: Settings) -> AsyncIterator["asyncpg.Connection[Any]"]:
    owner = await connect_owner(owner_urls(settings)["keyring"])
    try:
        await owner.execute("SET row_security = off")  # rather an error than rows that are not shown
        yield owner
    except asyncpg.InsufficientPrivilegeError as error:
        message = f"this login may not change the keyring ({error}): name its owner's in DOSELEDGER_KEYRING_OWNER_URL"
        raise Refused("database-rights", message) from error
    finally:
        await owner.close()

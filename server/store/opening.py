"""Which store a district lives in: SQLite under the home, or PostgreSQL where the settings name one."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from server.home import Home
from server.identity.postgres import PostgresIdentityStore
from server.identity.store import Identities, IdentityStore
from server.keys import Keys, Random
from server.photos import SCHEMA as PHOTO_SCHEMA
from server.settings import Settings
from server.store.port import Log
from server.store.postgres.opening import check_vacant, open_postgres_log, start_postgres_log
from server.store.postgres.setting_up import set_up
from server.store.sqlite import open_sqlite_log, start_sqlite_log
from server.store.sqlite_tables import SqliteTables
from server.store.tables import Tables


class Store(msgspec.Struct, frozen=True):
    """A district's log, and its projections' rows to be opened when they are asked for."""

    log: Log
    open_tables: Callable[[], Tables]


async def open_store(settings: Settings, keys: Keys, clock: Callable[[], datetime], random: Random) -> Store:
    """Raises Refused when there is none, RolledBack when it is behind the outside checkpoint."""
    home, mine = Home(settings.home), settings.district
    if settings.is_postgres:
        ring = settings.keyring_url or settings.database_url
        urls = settings.database_url, ring, settings.records_url or ring
        log = await open_postgres_log(*urls, home, mine, settings.log_name, keys, clock, random)
        return Store(log, log.tables)
    sqlite_log = open_sqlite_log(home, mine, settings.log_name, keys, clock, random)
    return Store(sqlite_log, lambda: SqliteTables(home, mine, keys, random))


async def prepare(settings: Settings) -> None:
    """Make PostgreSQL's tables where they are missing, and see that the district is not there yet. Raises Refused."""
    if settings.is_postgres:
        await set_up(settings)
        await check_vacant(settings.database_url, settings.district)


async def start_log(settings: Settings, keys: Keys) -> None:
    """Begin an empty log, once, before its first commit."""
    home, mine = Home(settings.home), settings.district
    if settings.is_postgres:
        await start_postgres_log(settings.database_url, home, mine, settings.log_name, keys)
    else:
        start_sqlite_log(home, mine, settings.log_name, keys)


def identities_of(settings: Settings) -> Identities:
    """Logins, sessions, codes and tokens; to be entered before use."""
    if settings.is_postgres:
        return PostgresIdentityStore(settings.database_url, settings.district)
    return IdentityStore(Home(settings.home).identity)


def photo_rows_of(settings: Settings) -> Identities:
    """Sealed pictures of papers (server/photos.py); to be entered before use."""
    if settings.is_postgres:
        return PostgresIdentityStore(settings.database_url, settings.district)
    return IdentityStore(Home(settings.home).photos, PHOTO_SCHEMA)

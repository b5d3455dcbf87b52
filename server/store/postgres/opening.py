"""Opening a district's log in PostgreSQL, and founding an empty one.

    schema as this program's -> destroyed keys that a restore brought back destroyed again -> the wrapping key tried
        -> the database not behind the checkpoint outside -> the log

Whatever is wrong is said before anything is sealed or signed.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import asyncpg

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint
from events.errors import Refused
from events.ids import DISTRICT_STREAM, DistrictId
from events.merkle import Edge
from server.home import Home
from server.keys import Keys, Random
from server.store.destruction import DestructionList
from server.store.outside import OutsideCheckpoint
from server.store.postgres.appending import PostgresAppender
from server.store.postgres.building import Job
from server.store.postgres.connecting import connect, open_pool
from server.store.postgres.destroying import Destroyer
from server.store.postgres.keyring import PostgresKeyring
from server.store.postgres.log import PostgresLog
from server.store.postgres.migrating import check_schema
from server.store.postgres.news import News
from server.store.postgres.publishing import Publisher
from server.store.second_rows import SecondRows

READERS_MAX = 4
KEYRING_MAX = 2


async def open_postgres_log(
    url: str, keyring_url: str, records_url: str, home: Home, district: DistrictId, log_name: str, keys: Keys,
    clock: Callable[[], datetime], random: Random = os.urandom,
) -> PostgresLog:  # fmt: skip
    """Open a founded district's log. Raises RolledBack when the database is behind the outside checkpoint, Refused
    when there is none, or its schema is not this program's."""
    readers = await open_pool(url, district, READERS_MAX)
    opened: list[Any] = [readers]
    try:
        async with readers.acquire() as connection:
            await check_schema(connection, "ledger")
        ring = await open_pool(keyring_url, district, KEYRING_MAX)
        opened.append(ring)
        async with ring.acquire() as connection:
            await check_schema(connection, "keyring")
        destroyer = Destroyer(url, records_url, home, district)
        await destroyer.destroy_again(ring)
        keyring = PostgresKeyring(ring, district, keys.wrapping, random)
        await keyring.find([DISTRICT_STREAM])  # refuses an older wrapping key before anything is sealed under it
        outside = OutsideCheckpoint(home.checkpoints, district, keys.log_verifier)
        publisher = Publisher(keys, outside, log_name, district)
        second = SecondRows()
        appender = PostgresAppender(url, keyring, publisher, district, clock, random, second)
        news = News(url, district, readers)
        builder = Job(url, keyring_url, district, keys.wrapping)
        listed = DestructionList(home.checkpoints, district)
        log = PostgresLog(
            readers, ring, keyring, appender, publisher, news, destroyer, district, random, builder, listed, second
        )
        await log.check_outside()
    except BaseException:
        for pool in opened:
            with suppress(OSError, asyncpg.PostgresError):
                await pool.close()
        raise
    return log


async def check_vacant(url: str, district: DistrictId) -> None:
    """Raises Refused when the database holds the district already, or its schema is not this program's."""
    connection = await connect(url, district)
    try:
        await check_schema(connection, "ledger")
        if await connection.fetchval("SELECT 1 FROM ledger.head WHERE district = $1", district):
            message = (
                f"the database already holds district {district!r}: choose another DOSELEDGER_DISTRICT or database"
            )
            raise Refused("already-founded", message)
    finally:
        await connection.close()


async def start_postgres_log(url: str, home: Home, district: DistrictId, log_name: str, keys: Keys) -> None:
    """Write the head row and the outside checkpoint of an empty log, once, before its first commit."""
    empty = Checkpoint(origin_of(log_name, district, 0), 0, Edge().root())
    connection = await connect(url, district)
    try:
        await connection.execute(
            "INSERT INTO ledger.head (district, epoch, size, root, edge, received_at) VALUES ($1, 0, 0, $2, '', 0)",
            district, empty.root,
        )  # fmt: skip
    finally:
        await connection.close()
    note = sign_checkpoint(empty, keys.name, keys.log)
    OutsideCheckpoint(home.checkpoints, district, keys.log_verifier).start(note)

"""Where a contract test keeps its log on PostgreSQL: one database, opened as often as other processes would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg

from events.ids import Hash, Stream
from server.home import Home
from server.keys import Keys, create_keys
from server.store.outside import OutsideCheckpoint
from server.store.port import Log
from server.store.postgres.connecting import connect
from server.store.postgres.log import PostgresLog
from server.store.postgres.opening import open_postgres_log, start_postgres_log
from server.store.postgres.tables import PostgresTables
from tests.contract.place import FLIPPED, KEY_AT, LOG_NAME, Hand, Harm, flipped
from tests.postgres.fixtures import Databases
from tests.server.making import DISTRICT


class PostgresPlace:
    """A founded, empty PostgreSQL log."""

    def __init__(self, url: str, path: Path) -> None:
        self.url, self.home, self.clock = url, Home(path), Hand()
        self.home.make()
        self.keys: Keys = create_keys(self.home, LOG_NAME, DISTRICT, environment={})
        self._opened: list[PostgresLog] = []

    async def found(self) -> None:
        await start_postgres_log(self.url, self.home, DISTRICT, LOG_NAME, self.keys)

    async def open(self) -> PostgresLog:
        log = await open_postgres_log(
            self.url, self.url, self.url, self.home, DISTRICT, LOG_NAME, self.keys, self.clock
        )
        self._opened.append(log)
        return log

    async def close(self) -> None:
        while self._opened:
            await self._opened.pop().close()

    async def destroy(self, stream: Stream) -> None:
        connection = await connect(self.url, DISTRICT, "doseledger_records")
        await connection.execute("DELETE FROM keyring.stream_key WHERE district = $1 AND stream = $2", DISTRICT, stream)
        await connection.close()

    def checkpoint(self) -> str:
        return OutsideCheckpoint(self.home.checkpoints, DISTRICT, self.keys.log_verifier).note()

    async def files(self) -> dict[str, bytes]:
        """The cluster's files after a CHECKPOINT, WAL included, and the home's."""
        owner = await asyncpg.connect(self.url)
        await owner.execute("CHECKPOINT")
        folder = Path(await owner.fetchval("SHOW data_directory"))
        await owner.close()
        return await asyncio.to_thread(files_below, folder) | await asyncio.to_thread(files_below, self.home.path)

    def tables(self, log: Log) -> PostgresTables:
        assert isinstance(log, PostgresLog)
        return log.tables()

    async def forge(self, statement: str) -> None:
        owner = await asyncpg.connect(self.url, server_settings={"search_path": "ledger"})
        await owner.execute(statement)
        await owner.close()

    async def harm(self, harm: Harm, position: int) -> None:
        await harm_database(self.url, harm, position)

    async def misname(self, position: int, other: int) -> None:
        named = KEY_AT.replace("?", str(other))
        await self.forge(f"UPDATE vault SET stream_key = ({named}) WHERE position = {position}")

    async def rename(self, position: int, event_hash: Hash) -> None:
        await self.forge(
            "ALTER TABLE log DISABLE TRIGGER USER;"
            f"UPDATE log SET event_hash = decode('{event_hash}', 'hex') WHERE position = {position};"
            "ALTER TABLE log ENABLE TRIGGER USER"
        )

    async def lie(self, position: int) -> None:
        await self.forge(
            "INSERT INTO healed_log (district, position, number, id, device, seq, event_hash, received_at)"
            " SELECT district, position, 0, id, device, seq, decode(repeat('00', 32), 'hex'), received_at + 1"
            f" FROM log WHERE position = {position}"
        )

    async def key_count(self, stream: Stream) -> int:
        owner = await asyncpg.connect(self.url)
        count: int = await owner.fetchval("SELECT count(*) FROM keyring.stream_key WHERE stream = $1", stream)
        await owner.close()
        return count


async def harm_database(url: str, harm: Harm, position: int) -> None:
    """As a disk does it, behind the triggers' back."""
    table, column = harm.split(".")
    owner = await asyncpg.connect(url, server_settings={"search_path": "ledger"})
    await owner.execute("ALTER TABLE log DISABLE TRIGGER USER")
    if column == "row":
        await owner.execute(f"DELETE FROM {table} WHERE position = $1", position)
    else:
        value = await owner.fetchval(f"SELECT {column} FROM {table} WHERE position = $1", position)
        new: object = value ^ FLIPPED if isinstance(value, int) else flipped(getattr(value, "bytes", value))
        new = UUID(bytes=flipped(value.bytes)) if isinstance(value, UUID) else new
        await owner.execute(f"UPDATE {table} SET {column} = $2 WHERE position = $1", position, new)
    await owner.execute("ALTER TABLE log ENABLE TRIGGER USER")
    await owner.close()


@asynccontextmanager
async def opened_place(databases: Databases, home: Path) -> AsyncIterator[PostgresPlace]:
    """A founded log in a database that is dropped afterwards."""
    url = await databases.new()
    place = PostgresPlace(url, home)
    await place.found()
    try:
        yield place
    finally:
        await place.close()
        await databases.drop(url)


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

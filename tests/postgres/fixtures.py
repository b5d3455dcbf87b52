"""The PostgreSQL server of a test run, one for all, and a database of its own for each test that asks.

``DOSELEDGER_DATABASE_URL`` names another server to use; its login must be allowed to make databases and roles.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from server.store.postgres.migrating import SCHEMAS, migrate
from tests.postgres.cluster import Cluster

GIVEN_URL = ""
"""What DOSELEDGER_DATABASE_URL said when the run began; set by tests/conftest.py."""
TEMPLATE = "doseledger_template"
PERSONAL = (
    b"Okafor", b"Lindqvist", b"Garcia-Lopez", b"Quillfeather", b"N. Nurse", b"1 Main St", b"left_deltoid",
    b"dose.administered",
)  # fmt: skip
"""Of the children, the staff and the doses that tests make."""


class Databases:
    """Makes databases of one server, each already migrated."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._made = 0
        with ThreadPoolExecutor(1) as thread:  # a loop of its own: an async test may be what asks first
            thread.submit(asyncio.run, self._prepare()).result()

    def url(self, database: str, user: str = "") -> str:
        """The server's URL with another database, and another login if one is named."""
        parts = urlsplit(self._url)
        place = f"{user}@{parts.netloc.rpartition('@')[2]}" if user else parts.netloc
        return urlunsplit(parts._replace(path=f"/{database}", netloc=place))

    async def new(self, template: str = TEMPLATE) -> str:
        """The URL of a new database."""
        self._made += 1
        name = f"doseledger_test_{os.getpid()}_{self._made}"
        connection = await self._connect()
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        await connection.close()
        return self.url(name)

    async def drop(self, url: str) -> None:
        connection = await self._connect()
        await connection.execute(f"DROP DATABASE {urlsplit(url).path[1:]} WITH (FORCE)")
        await connection.close()

    async def _prepare(self) -> None:
        connection = await self._connect()
        await connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {TEMPLATE}")
        await connection.close()
        owner = await asyncpg.connect(self.url(TEMPLATE))
        for schema in SCHEMAS:
            await migrate(owner, schema)
        await owner.close()

    async def _connect(self) -> Any:
        return await asyncpg.connect(self._url)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    if GIVEN_URL:
        yield Databases(GIVEN_URL)
        return
    with Cluster.start() as cluster:
        yield Databases(cluster.url("postgres"))
        cluster.down()
        assert personal_in(cluster.files()) == [], "PG-R53: the cluster's files, WAL and all, after the whole run"


def personal_in(files: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """Where something personal of the tests' people and doses stands in plain text."""
    return [(path, name) for path, content in files.items() for name in PERSONAL if name in content]


@pytest.fixture
async def database(databases: Databases) -> Any:
    """The URL of an empty, migrated database that is dropped afterwards."""
    url = await databases.new()
    yield url
    await databases.drop(url)

"""A founded log in a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.postgres.fixtures import Databases
from tests.postgres.place import PostgresPlace, opened_place


@pytest.fixture
async def place(databases: Databases, tmp_path: Path) -> AsyncIterator[PostgresPlace]:
    async with opened_place(databases, tmp_path / "home") as place:
        yield place

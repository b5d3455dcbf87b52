"""A founded log in a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.postgres.place import PostgresPlace


@pytest.fixture
async def place(database: str, tmp_path: Path) -> AsyncIterator[PostgresPlace]:
    place = PostgresPlace(database, tmp_path / "home")
    await place.found()
    yield place
    await place.close()

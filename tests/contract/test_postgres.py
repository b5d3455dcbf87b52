"""The PostgreSQL store keeps the contract, in the same run as the SQLite store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.log_contract import LogContract
from tests.postgres.place import PostgresPlace


class TestPostgresLog(LogContract):
    @pytest.fixture
    async def place(self, database: str, tmp_path: Path) -> AsyncIterator[PostgresPlace]:
        place = PostgresPlace(database, tmp_path / "home")
        await place.found()
        yield place
        await place.close()

"""The PostgreSQL store keeps the contract, in the same run as the SQLite store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.damage_contract import DamageContract
from tests.contract.log_contract import LogContract
from tests.postgres.fixtures import Databases
from tests.postgres.place import PostgresPlace, opened_place


class TestPostgresLog(LogContract, DamageContract):
    @pytest.fixture
    async def place(self, databases: Databases, tmp_path: Path) -> AsyncIterator[PostgresPlace]:
        async with opened_place(databases, tmp_path / "home") as place:
            yield place

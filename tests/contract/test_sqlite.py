"""The SQLite store keeps the contract."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.damage_contract import DamageContract
from tests.contract.log_contract import LogContract
from tests.contract.place import SqlitePlace


class TestSqliteLog(LogContract, DamageContract):
    @pytest.fixture
    async def place(self, tmp_path: Path) -> AsyncIterator[SqlitePlace]:
        place = SqlitePlace(tmp_path / "home")
        yield place
        await place.close()

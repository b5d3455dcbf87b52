"""The keyring in a database of its own, as deploy/ recommends: one district on two of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from msgspec.structs import replace

from events.ids import Position, stream_of
from server.backup import make_backup, restore_backup
from server.district import found_district, open_district, wall_clock
from server.doctor import examine
from server.settings import Settings
from server.store.checking import check_log
from tests.postgres.fixtures import Databases
from tests.server.house import ADA, BEA, settings_for
from tests.server.making import a_dose

LEDGER = "ledger.log, ledger.vault, ledger.tile, ledger.head, ledger.refused, ledger.projection, ledger.projection_row"


@pytest.fixture
async def settings(databases: Databases, tmp_path: Path) -> AsyncIterator[Settings]:
    log, keyring = await databases.new(), await databases.new()
    yield replace(settings_for(tmp_path / "home", log), keyring_url=keyring, records_url=keyring)
    for url in (log, keyring):
        await databases.drop(url)


async def count(url: str, table: str) -> int:
    owner = await asyncpg.connect(url)
    try:
        return int(await owner.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await owner.close()


async def doses_of(settings: Settings) -> dict[str, int]:
    """How many events of each child still open."""
    found: dict[str, int] = {}
    async with open_district(settings, wall_clock, "command", "test") as district:
        async for row in district.log.read(Position(0)):
            if row.header is not None and row.header.stream in (stream_of("student", ADA), stream_of("student", BEA)):
                found[row.header.stream] = found.get(row.header.stream, 0) + 1
    return found


async def test_a_district_lives_on_two_databases(settings: Settings, tmp_path: Path) -> None:
    """PG-R16: founded, written, looked at, a child destroyed, backed up, restored; neither holds the other's part."""
    await found_district(settings, wall_clock, "Two ISD", "school_district", "America/Chicago")
    ada, bea = stream_of("student", ADA), stream_of("student", BEA)
    async with open_district(settings, wall_clock, "command", "test") as district:
        await district.record([(ada, a_dose()), (bea, a_dose()), (bea, a_dose("21"))])
        keys = district.keys
    assert await count(settings.keyring_url, "ledger.log") == 0
    assert await count(settings.database_url, "keyring.stream_key") == 0
    assert await count(settings.keyring_url, "keyring.stream_key") >= 2
    faults = [one async for one in examine(settings, wall_clock) if one.state == "fault" and "power" not in one.says]
    assert faults == []
    assert (await check_log(settings, keys, lambda done, size: None)).fault is None

    folder, ring = tmp_path / "back-up", tmp_path / "keys"
    await make_backup(settings, folder, ring, wall_clock())
    async with open_district(settings, wall_clock, "command", "test") as district:
        await district.log.destroy([ada])
    assert await doses_of(settings) == {bea: 2}
    for url, tables in ((settings.database_url, LEDGER), (settings.keyring_url, "keyring.stream_key")):
        owner = await asyncpg.connect(url)
        await owner.execute(f"SET session_replication_role = replica; TRUNCATE {tables}")
        await owner.close()
    await restore_backup(settings, folder, ring, wall_clock())
    assert await doses_of(settings) == {bea: 2}, "a restored key is destroyed again before the log opens"

"""Drills: a back-up is restored, a clinic's day comes back from its device, a standby takes over.

What is lost with the newest back-up is given up openly (a new epoch), and comes back from devices by itself.
"""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from client_sync.replica import Replica, open_replica
from client_sync.transport import HttpTransport
from events.catalog.devices import EpochOpened
from events.errors import Refused
from events.ids import Position, stream_of
from events.receipt import verify_receipt
from projections.fold import fact_of
from server.backup import make_backup, restore_backup
from server.district import open_district, wall_clock
from server.errors import RolledBack
from server.settings import Settings
from server.store.checking import check_log
from server.store.epochs import open_epoch
from tests.client_sync.test_real_server import KEY, logged
from tests.postgres.fixtures import Databases
from tests.server.house import ADA, House, open_house, settings_for
from tests.server.making import a_dose


class Site:
    """Where a district lives, and how its store is lost."""

    def __init__(self, home: Path, databases: Databases | None) -> None:
        self.home, self._databases = home, databases
        self.url = ""

    async def open(self) -> "Site":
        if self._databases is not None:
            self.url = await self._databases.new()
        return self

    @property
    def settings(self) -> Settings:
        return settings_for(self.home, self.url)

    async def lose(self) -> None:
        """The store is gone; keys and the outside checkpoint, kept elsewhere, are not."""
        for file in self.home.glob("*.db*"):
            file.unlink()
        if self._databases is not None:
            await self._databases.drop(self.url)
            self.url = await self._databases.new()

    async def close(self) -> None:
        if self._databases is not None:
            await self._databases.drop(self.url)


@pytest.fixture(params=["sqlite", "postgres"])
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    databases = request.getfixturevalue("databases") if request.param == "postgres" else None
    site = await Site(tmp_path / "home", databases).open()
    yield site
    await site.close()


@asynccontextmanager
async def device_of(house: House, path: Path) -> AsyncIterator[Replica]:
    """Anna's laptop. It follows no scope: after a reset it would come back for one within a minute, by chance."""
    async with HttpTransport(house.url) as wire, open_replica(path, KEY, wire, house.clock, lambda: 0.001) as device:
        if device.enrolled is None:
            await device.enroll(await house.code("anna"), "gym laptop")
        yield device


async def record(device: Replica, count: int) -> None:
    for _ in range(count):
        await device.record(stream_of("student", ADA), a_dose("21"))
    report = await device.sync()
    assert (report.waiting, report.is_quiet) == (0, True)


async def expect_all_there(house: House, device: Replica, count: int) -> None:
    """Every event of the device is in the log once, at the position of a receipt that proves it."""
    held = await logged(house, device.state.identity.device)
    assert len(held) == count
    for row in await device.outbox():
        assert row.words == f"receipted at position {held[row.event_hash]}"
    newest = {receipt.event_hash: receipt for receipt in await device.receipts()}
    for name, receipt in newest.items():
        assert verify_receipt(receipt.text, receipt.event_hash, device.state.identity.log_key).position == held[name]


async def test_a_back_up_is_restored_and_the_day_comes_back_from_the_device(site: Site, tmp_path: Path) -> None:
    """PG-R40, PG-R41: SQLite and PostgreSQL; made while serving, refused to sign, then opened in a new epoch."""
    folder, keyring = tmp_path / "backup", tmp_path / "keyring"
    async with (
        open_house(site.home, database_url=site.url) as house,
        device_of(house, tmp_path / "device.db") as device,
    ):
        await record(device, 10)
        manifest = await make_backup(site.settings, folder, keyring, wall_clock())
        await record(device, 15)
        await expect_all_there(house, device, 25)
        keys = house.district.keys
    await site.lose()
    assert await restore_backup(site.settings, folder, keyring, wall_clock()) == manifest
    with pytest.raises(RolledBack, match="a back-up was restored"):
        async with open_district(site.settings, wall_clock, "command", "test"):
            pass
    assert await open_epoch(site.settings, wall_clock, "drill", os.urandom) == 1
    async with (
        open_house(site.home, database_url=site.url) as house,
        device_of(house, tmp_path / "device.db") as device,
    ):
        await record(device, 1)
        await expect_all_there(house, device, 26)
        head = (await house.district.log.head()).checkpoint
        assert head.origin.endswith("/1")
        (told,) = [fact async for fact in facts_of(house) if isinstance(fact, EpochOpened)]
        assert told.survived == manifest.size
    found = await check_log(site.settings, keys, lambda done, size: None)
    assert found.fault is None


async def test_what_was_not_rolled_back_opens_no_epoch(site: Site) -> None:
    """PG-R41: a new epoch gives up signed history; without need it is refused."""
    async with open_house(site.home, database_url=site.url):
        pass
    with pytest.raises(Refused) as refused:
        await open_epoch(site.settings, wall_clock, "drill", os.urandom)
    assert refused.value.code == "not-rolled-back"


async def test_a_damaged_or_expired_back_up_is_not_restored(site: Site, tmp_path: Path) -> None:
    """PG-R40: nor is anything written over."""
    folder, keyring = tmp_path / "backup", tmp_path / "keyring"
    async with open_house(site.home, database_url=site.url):
        pass
    await make_backup(site.settings, folder, keyring, wall_clock())
    kept = {"ledger.db", "identity.db", "photos.db", "keys", "manifest.json"}
    assert {file.name for file in folder.iterdir()} == kept
    assert not (folder / "keys" / "wrapping.key").exists()
    with pytest.raises(Refused, match="not empty"):
        await make_backup(site.settings, folder, keyring, wall_clock())
    with pytest.raises(Refused):
        await restore_backup(site.settings, folder, keyring, wall_clock())
    await site.lose()
    with pytest.raises(Refused, match="had to be deleted"):
        await restore_backup(site.settings, folder, keyring, wall_clock() + timedelta(days=36))
    with sqlite3.connect(folder / "ledger.db") as damaged:
        damaged.execute("UPDATE vault SET sealed = zeroblob(40) WHERE position = 3")
    damaged.close()
    with pytest.raises(Refused, match="its SHA-256 differs"):
        await restore_backup(site.settings, folder, keyring, wall_clock())


async def test_a_district_moves_up_from_sqlite_to_postgres(database: str, tmp_path: Path) -> None:
    """PG-R42: the same back-up, restored into the other store; every proof and receipt stays as it was."""
    home, folder, keyring = tmp_path / "home", tmp_path / "backup", tmp_path / "keyring"
    async with open_house(home) as house, device_of(house, tmp_path / "device.db") as device:
        await record(device, 10)
    async with open_district(settings_for(home), wall_clock, "command", "test") as district:
        before, keys = await district.log.head(), district.keys
    await make_backup(settings_for(home), folder, keyring, wall_clock())
    for file in home.glob("*.db*"):
        file.unlink()
    await restore_backup(settings_for(home, database), folder, keyring, wall_clock())
    async with open_district(settings_for(home, database), wall_clock, "command", "test") as district:
        assert (await district.log.head()) == before
    async with open_house(home, database_url=database) as house, device_of(house, tmp_path / "device.db") as device:
        await record(device, 5)
        await expect_all_there(house, device, 15)
    assert (await check_log(settings_for(home, database), keys, lambda done, size: None)).fault is None


async def test_verify_sees_a_guard_that_is_gone(database: str, tmp_path: Path) -> None:
    """PG-R43: rows may be whole and the log still unguarded."""
    async with open_house(tmp_path / "home", database_url=database) as house:
        keys = house.district.keys
    owner = await asyncpg.connect(database)
    await owner.execute("ALTER TABLE ledger.log DISABLE TRIGGER log_keeps_every_row")
    await owner.close()
    found = await check_log(settings_for(tmp_path / "home", database), keys, lambda done, size: None)
    assert found.fault is not None
    assert "log_keeps_every_row" in found.fault.what


async def test_verify_names_the_position_of_a_changed_row(database: str, tmp_path: Path) -> None:
    """PG-R43: changed behind the program's back by someone who may."""
    async with open_house(tmp_path / "home", database_url=database) as house:
        keys = house.district.keys
    owner = await asyncpg.connect(database)
    flip = "set_byte(sealed, 20, get_byte(sealed, 20) # 1)"
    await owner.execute(f"UPDATE ledger.vault SET sealed = {flip} WHERE position = 5")
    await owner.close()
    found = await check_log(settings_for(tmp_path / "home", database), keys, lambda done, size: None)
    assert found.fault is not None
    assert found.fault.position == 5


async def facts_of(house: House) -> AsyncIterator[object]:
    async for row in house.district.log.read(Position(0)):
        if row.event is not None:
            yield fact_of(row.event, row.position, row.received_at, row.header, row.event_hash).payload

"""Rows of the log itself, and of the vault, that a disk damages under a whole server: on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from events.catalog.devices import RowHealed
from events.envelope import event_hash
from events.packing import unpack
from events.wire import Pull
from server.district import open_district
from server.healing import Healing
from server.home import Home
from server.keys import load_keys
from server.live import Live
from server.store.checking import check_log
from server.sync.pages import Pages
from tests.contract.place import Harm, harm_file
from tests.postgres.fixtures import Databases
from tests.postgres.place import harm_database
from tests.server.house import ADA, BEA, CLINIC, House, Phone, open_house, settings_for
from tests.server.test_healing import device_of, event_at, healed_in_the_log, is_whole
from tests.server.test_pull_http import page_of

GYM = f"clinic/{CLINIC}"
PATIENCE_SECONDS = 20.0
OF_THE_LOG: tuple[Harm, ...] = ("log.event_hash", "log.received_at", "log.seq", "log.row")
OF_THE_VAULT: tuple[Harm, ...] = ("vault.sealed", "vault.row")


class Ground:
    """Where a district lies: in files, or in a database."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url

    async def harm(self, harm: Harm, position: int) -> None:
        if self.url:
            await harm_database(self.url, harm, position)
        else:
            harm_file(Home(self.home), harm, position)

    async def fault(self) -> object:
        """What ``doseledger verify`` finds."""
        settings = settings_for(self.home, database_url=self.url)
        keys = load_keys(Home(self.home), settings.log_name, settings.district)
        return (await check_log(settings, keys, lambda *_: None)).fault


@pytest.fixture(params=["sqlite", "postgres"])
async def ground(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ground]:
    if request.param == "sqlite":
        yield Ground(tmp_path / "home", "")
        return
    databases: Databases = request.getfixturevalue("databases")
    url = await databases.new()
    yield Ground(tmp_path / "home", url)
    await databases.drop(url)


async def look_at_every_row(house: House) -> None:
    """What the server does every day."""
    live = Live(house.district.log, lambda _: None)
    await live.catch_up()
    await Healing(house.district, live).mend([0, 1])


async def filled(house: House, phone: Phone) -> int:
    """Doses enough to fill a tile; the position of one among them."""
    (answer,) = await phone.push(phone.dose())
    for _ in range(3):
        await phone.push(*(phone.dose(BEA) for _ in range(90)))
    return int(answer.proof.position)


@pytest.mark.parametrize("harm", OF_THE_LOG)
async def test_a_server_starts_on_a_changed_row_of_the_log_and_puts_it_on_record(ground: Ground, harm: Harm) -> None:
    """SYNC-R37: among the newest entries and in an old tile; nothing is missing, and the log holds anew."""
    async with open_house(ground.home, database_url=ground.url) as house:
        phone = await house.enroll()
        old = await filled(house, phone)
        dose = phone.dose(cvx="21")
        (answer,) = await phone.push(dose)
        newest = int(answer.proof.position)
        signed = [await event_at(house.district, at) for at in (old, newest)]
    assert old < 256 < newest
    for position in (old, newest):
        await ground.harm(harm, position)
    assert await ground.fault() is not None
    async with open_house(ground.home, database_url=ground.url) as house:
        phone.house = house
        await look_at_every_row(house)
        told = await healed_in_the_log(house.district)
        assert {one.position for one in told} == {old, newest}
        assert {one.from_device for one in told} == {None}
        assert [await event_at(house.district, at) for at in (old, newest)] == signed
        health = (await house.http.get("/health")).json()
        assert (health["status"], health["damaged"]) == ("ok", [])
        await house.sign_in("olga")
        assert len((await house.http.get(f"/api/students/{ADA}")).json()["doses"]) == 2
        (again,) = await phone.push(dose)
        assert again.proof.position == newest
        await is_whole(phone)
        await look_at_every_row(house)
        assert await healed_in_the_log(house.district) == told
    assert await ground.fault() is None


@pytest.mark.parametrize("harm", ["log.received_at", "vault.row"])
async def test_another_server_unlearns_damage_that_was_made_good_elsewhere(
    ground: Ground, harm: Harm, tmp_path: Path
) -> None:
    """SYNC-R33, SYNC-R37: told by the log, long before it would look itself; its folds and pages are whole."""
    async with (
        open_house(ground.home, database_url=ground.url) as house,
        device_of(house, tmp_path / "device.db") as device,
    ):
        phone = await house.enroll()
        position = await filled(house, phone)
        await device.sync()
        await house.sign_in("olga")
        await house.http.get(f"/api/students/{ADA}")
        events = unpack(page_of(await phone.turn(scope=GYM, limit=1000)).events)
        received_at = next(one.received_at for one in events if one.position == position)
        await ground.harm(harm, position)
        settings = settings_for(ground.home, database_url=ground.url)
        async with open_district(settings, house.clock, "command", "another server") as district:
            other = Live(district.log, lambda _: None)
            healing, pages = Healing(district, other, breathe_seconds=0.0), Pages(district, other)
            async with other.following(), healing.following(), asyncio.timeout(PATIENCE_SECONDS):
                if harm == "vault.row":
                    assert list(other.damaged) == [position]
                pull, folded = Pull(GYM, limit=1000), other.nodes
                assert not await gives(pages, pull, position, received_at)
                if harm == "vault.row":
                    await house.http.get(f"/api/students/{ADA}")  # finds it
                    await device.sync()
                else:
                    await look_at_every_row(house)
                assert [one.position for one in await healed_in_the_log(house.district)] == [position]
                while other.nodes is folded:
                    await other.catch_up()
                    await asyncio.sleep(0.01)
                assert other.damaged == {}
                assert await gives(pages, pull, position, received_at)


async def gives(pages: Pages, pull: Pull, position: int, received_at: int) -> bool:
    page = await pages.page(pull)
    return (position, received_at) in {(one.position, one.received_at) for one in unpack(page.events)}


@pytest.mark.parametrize("harm", OF_THE_VAULT)
async def test_a_damaged_event_comes_back_from_a_device(ground: Ground, harm: Harm, tmp_path: Path) -> None:
    """SYNC-R33, SYNC-R34: on either store, also when the server starts on it."""
    async with (
        open_house(ground.home, database_url=ground.url) as house,
        device_of(house, tmp_path / "device.db") as device,
    ):
        phone = await house.enroll()
        dose = phone.dose()
        (answer,) = await phone.push(dose)
        await device.sync()
    position = answer.proof.position
    await ground.harm(harm, position)
    assert await ground.fault() is not None
    async with open_house(ground.home, database_url=ground.url) as house:
        phone.house = house
        assert (await house.http.get("/health")).json()["damaged"] == [position]
        response = await phone.turn(scope=GYM)
        assert response.wanted == (event_hash(dose),)
        assert response.page is None or position not in {one.position for one in unpack(page_of(response).events)}
        async with device_of(house, tmp_path / "device.db") as device:
            await device.sync()
        assert await event_at(house.district, position) == dose
        (told,) = await healed_in_the_log(house.district)
        assert isinstance(told, RowHealed)
        assert (told.position, told.from_device) == (position, device.state.identity.device)
        assert (await house.http.get("/health")).json()["damaged"] == []
        await is_whole(phone)
    assert await ground.fault() is None

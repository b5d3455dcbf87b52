"""A picture that a back-up put back is without: its device has kept the sealed bytes, and carries them again."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from client_sync import photos, store
from client_sync.courier import Courier
from client_sync.errors import ServerRefused
from client_sync.photos import SPARE_BYTES_MAX, SPARE_DAYS, KeptPhoto, to_free
from client_sync.replica import open_replica
from client_sync.transport import HttpTransport
from events.dates import write_instant
from events.ids import Hash
from events.photos import PhotoReceived, vouch_for_photo
from events.signing import SigningKey
from events.wire import PhotoState
from server.backup import make_backup, restore_backup
from server.store.epochs import open_epoch
from tests.client_sync.test_photos import STUDENT, THERE, Wire, bytes_of, paper, picture, seen_in_the_office, watched
from tests.client_sync.test_real_server import KEY, device_of
from tests.server.house import House, open_house, settings_for

AGAIN = "; picture still on this device; receipted before the log was restored, carried again"
GONE = "; picture receipted before the log was restored and not confirmed since: it is no longer on this device"
NAMES = [Hash(f"{number:064x}") for number in range(4)]
NOW_MS = 1_795_300_000_000


class Refusing(Wire):
    """A network where no picture comes through."""

    async def photo(self, token: str, name: str) -> PhotoState:
        raise ServerRefused(409, "refused", "not now")


def lose(home: Path) -> None:
    for file in home.glob("*.db*"):
        file.unlink()


@asynccontextmanager
async def restored(home: Path, meanwhile: Callable[[House], Awaitable[None]]) -> AsyncIterator[House]:
    """The server after its disk was lost: a back-up of before ``meanwhile`` is put back, in a new epoch.

    The device in ``device.db`` was enrolled before it.
    """
    settings, folder, ring = settings_for(home), home.parent / "copy", home.parent / "ring"
    async with open_house(home) as house:
        clock = house.clock
        async with device_of(house, home.parent / "device.db"):
            pass
        await make_backup(settings, folder, ring, clock())
        await meanwhile(house)
    lose(home)
    await restore_backup(settings, folder, ring, clock())
    await open_epoch(settings, clock, "the disk was replaced", os.urandom)
    async with open_house(home) as house:
        yield house


async def test_a_picture_the_back_up_is_without_is_carried_again(tmp_path: Path) -> None:
    """CLIENT-R38, SYNC-R65: one was backed up, one came after; both are in the district again, and called so."""
    path, early, late = tmp_path / "device.db", picture(1), picture(2)
    async with open_house(tmp_path / "home") as house, device_of(house, path) as device:
        await device.record(STUDENT, paper("Dr. A"), early)
        assert (await device.sync()).is_quiet

    async def one_more(house: House) -> None:
        async with device_of(house, path) as device:
            await device.record(STUDENT, paper("Dr. B"), late)
            assert (await device.sync()).is_quiet
            assert late[1_000:1_500] not in bytes_of(path), "what is kept is sealed"

    async with restored(tmp_path / "home", one_more) as house, watched(house, path) as (device, wire):
        assert [row.picture for row in await device.outbox()] == ["receipted"] * 2, "nothing is known of a new epoch"
        report = await device.sync()
        assert (report.receipted, report.pictures, report.is_quiet) == (2, 0, True)
        assert [word for word in wire.log if word != "push"] == ["piece 0", "piece 1"], "only what was lost"
        rows = await device.outbox()
        assert [row.words for row in rows] == [f"receipted at position {row.position}{THERE}" for row in rows]
        for row, taken in zip(rows, (early, late), strict=True):
            assert await seen_in_the_office(house, device, row.event) == taken


async def test_until_it_is_there_again_the_row_says_so(tmp_path: Path) -> None:
    """CLIENT-R38: in the new epoch the former receipt is no longer called one."""
    path = tmp_path / "device.db"

    async def one(house: House) -> None:
        async with device_of(house, path) as device:
            await device.record(STUDENT, paper(), picture(1))
            assert (await device.sync()).is_quiet

    async with restored(tmp_path / "home", one) as house:
        async with watched(house, path, Refusing) as (device, _):
            report = await device.sync()
            assert (report.receipted, report.pictures, report.is_quiet) == (1, 1, False)
            (row,) = await device.outbox()
            assert (row.state, row.picture) == ("receipted", "on_device")
            assert row.words.endswith(AGAIN)
        async with watched(house, path) as (device, _):
            assert (await device.sync()).is_quiet


async def test_a_picture_nobody_has_any_more_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CLIENT-R38: its bytes were freed; the district is asked, and a person told. Nothing else waits for it."""
    path = tmp_path / "device.db"
    monkeypatch.setattr(photos, "SPARE_BYTES_MAX", 0)

    async def one(house: House) -> None:
        async with device_of(house, path) as device:
            await device.record(STUDENT, paper(), picture(1))
            assert (await device.sync()).is_quiet

    async with restored(tmp_path / "home", one) as house, device_of(house, path) as device:
        report = await device.sync()
        assert (report.receipted, report.pictures, report.is_quiet) == (1, 0, True)
        assert report.problem == "the picture of event 1 was lost with the server's disk: photograph the paper again"
        (row,) = await device.outbox()
        assert (row.picture, row.words.endswith(GONE)) == ("unconfirmed", True)
        await device.record(STUDENT, paper(), picture(1))
        assert (await device.sync()).receipted == 1
        assert [row.picture for row in await device.outbox()] == ["unconfirmed", "receipted"]


class Usage:
    """What ``shutil.disk_usage`` tells."""

    def __init__(self, free: int) -> None:
        self.free = free


def bytes_kept(path: Path) -> int:
    """Of sealed pictures in the device's file."""
    with closing(sqlite3.connect(path)) as file:
        found: int = file.execute("SELECT coalesce(sum(length(bytes)), 0) FROM photo_pieces").fetchone()[0]
        return found


@pytest.mark.parametrize("room", [True, False], ids=["with room", "a full disk"])
async def test_a_full_disk_frees_what_is_receipted_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: bool
) -> None:
    """CLIENT-R39"""
    path, taken = tmp_path / "device.db", picture(1)
    monkeypatch.setattr(store, "disk_usage", lambda _: Usage(10**12 if room else 0))
    async with open_house(tmp_path / "home") as house:
        async with device_of(house, path) as device:
            await device.record(STUDENT, paper("Dr. A"), taken)
            assert (await device.sync()).is_quiet
        assert (bytes_kept(path) > len(taken)) is room
        async with watched(house, path, Refusing) as (device, _):
            await device.record(STUDENT, paper("Dr. B"), taken)
            await device.sync()
            assert [row.picture for row in await device.outbox()] == ["receipted", "on_device"]
        async with device_of(house, path) as device:
            assert (await device.sync()).is_quiet


def note_of(name: Hash, epoch: int, days_ago: float) -> str:
    then = write_instant(datetime.fromtimestamp(NOW_MS / 1000 - days_ago * 86_400, UTC))
    key = SigningKey(bytes(32))
    return vouch_for_photo(PhotoReceived(f"log.example/isd-900/{epoch}", name, 9, then), "log.example/isd-900", key)


def kept(number: int, *, epoch: int = 1, days_ago: float = 1, mib: int = 1, receipted: bool = True) -> KeptPhoto:
    name = NAMES[number]
    note = note_of(name, epoch, days_ago) if receipted else ""
    return KeptPhoto(name, number, mib * 1024 * 1024, note, is_here=True, is_receipted=receipted and epoch == 1)


def test_what_is_freed_is_old_or_too_much_and_never_the_only_copy() -> None:
    """CLIENT-R39"""
    limit = SPARE_BYTES_MAX // 1024 // 1024
    assert to_free([kept(0, days_ago=SPARE_DAYS + 1), kept(1, days_ago=SPARE_DAYS - 1)], NOW_MS) == [NAMES[0]]
    grown = [kept(0, days_ago=3, mib=2), kept(1, days_ago=1, mib=limit - 2), kept(2, days_ago=2, mib=1)]
    assert to_free(grown, NOW_MS) == [NAMES[0]], "the oldest receipt goes first"
    waiting = [kept(0, receipted=False, mib=limit), kept(1, epoch=0, days_ago=99, mib=limit), kept(2)]
    assert to_free(waiting, NOW_MS) == []
    assert set(to_free([*waiting[:2], kept(2), kept(3)], NOW_MS, bytes_max=0)) == {NAMES[2], NAMES[3]}


async def test_a_clock_a_year_ahead_frees_no_spare(tmp_path: Path) -> None:
    """CLIENT-R39: the 30 days are over when a receipt was signed 30 days later, not when the device's clock jumps."""
    path = tmp_path / "device.db"
    async with open_house(tmp_path / "home") as house:
        async with device_of(house, path) as device:
            await device.record(STUDENT, paper(), picture(1))
            assert (await device.sync()).is_quiet
        ahead = house.clock() + timedelta(days=366)
        async with HttpTransport(house.url) as wire, open_replica(path, KEY, wire, lambda: ahead) as device:
            assert (await device.sync()).is_quiet
        kept_then = bytes_kept(path)
        assert kept_then > len(picture(1))
        house.clock.turn(days=31)
        async with device_of(house, path) as device:
            await device.record(STUDENT, paper("Dr. B"), picture(2))
            assert (await device.sync()).is_quiet
            assert (await device.sync()).is_quiet
        assert bytes_kept(path) == len(picture(2)) + 28, "the other is a spare of today's"


class Told:
    """A server that has no picture, and how often it was asked; the device's file, and what its engine knows."""

    def __init__(self) -> None:
        self.asked, self.origin = 0, "log.example/isd-900/1"
        self.photos = self
        gone = kept(0, epoch=0)
        self.held = [KeptPhoto(gone.name, 1, gone.size_bytes, gone.note, is_here=False, is_receipted=False)]

    async def photo(self, _token: str, _name: str) -> PhotoState:
        self.asked += 1
        return PhotoState(0)

    async def all(self) -> list[KeptPhoto]:
        return self.held

    def is_nearly_full(self) -> bool:
        return False

    def state(self) -> Any:
        return SimpleNamespace(alarm=None, outbox={}, checkpoint=SimpleNamespace(origin=self.origin))


async def test_a_lost_picture_is_asked_for_again_in_each_epoch() -> None:
    """CLIENT-R38: once for each log it may be in; a second back-up, put back while the device ran on, may have it."""
    told: Any = Told()
    enrolled: Any = SimpleNamespace(token="token", log_key="key")
    courier = Courier(told, told, enrolled, asyncio.Lock(), told.state, lambda: 0.5, lambda: datetime.now(UTC))
    for _ in range(2):
        assert await courier.carry() == "all"
        assert "was lost" in courier.problem
    assert told.asked == 1
    told.origin = "log.example/isd-900/2"
    assert len(await courier.waiting()) == 1, "it may be there: nobody has looked"
    for _ in range(2):
        assert await courier.carry() == "all"
        assert "was lost" in courier.problem
    assert told.asked == 2

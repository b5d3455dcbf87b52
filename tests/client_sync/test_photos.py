"""A headless device's pictures of papers at the real server: behind the events, in pieces, gone by a receipt alone."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client_sync.errors import NotAPicture, ServerRefused, Unreachable
from client_sync.photos import PICTURE_BYTES_MAX
from client_sync.replica import Replica
from client_sync.transport import HttpTransport
from events.catalog.event_type import Told
from events.catalog.statements import StatementReceived
from events.ids import EventId, stream_of
from events.photos import PIECE_BYTES
from events.wire import PhotoState, SyncRequest, SyncResponse
from tests.client_sync.test_real_server import device_of
from tests.server.house import ADA, House, open_house
from tests.server.making import a_dose

STUDENT = stream_of("student", ADA)
HERE, THERE = "; picture still on this device", "; picture in the district, receipt verified"


def paper(signer: str = "Dr. B") -> StatementReceived:
    told = Told(source="paper", recorder="A. Ek")
    return StatementReceived(
        kind="medical", signer=signer, standing="physician", received_on="2026-11-21", told=told, antigens=("measles",)
    )


def picture(pieces: int = 3) -> bytes:
    """Noise of so many pieces, which begins as a JPEG does."""
    return b"\xff\xd8\xff\xe0" + os.urandom((pieces - 1) * PIECE_BYTES + 1_000)


class Wire(HttpTransport):
    """A network that is watched: what was asked, in order. Tests say what becomes of a part of a piece."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.log: list[str] = []
        self.parts: list[int] = []

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse:
        response = await super().sync(token, request)
        self.log += ["push"] * len(request.push)
        return response

    async def send_piece(self, token: str, name: str, number: int, size_bytes: int, part: bytes, at: int) -> PhotoState:
        await self.meet(name, number)
        if self.log[-1:] != [f"piece {number}"]:
            self.log.append(f"piece {number}")
        self.parts.append(len(part))
        return self.answer(await super().send_piece(token, name, number, size_bytes, part, at))

    async def meet(self, name: str, number: int) -> None:
        """Nothing happens."""

    def answer(self, honest: PhotoState) -> PhotoState:
        return honest


@asynccontextmanager
async def watched(house: House, path: Path, kind: type[Wire] = Wire) -> AsyncIterator[tuple[Replica, Wire]]:
    wire = kind(house.url)
    async with device_of(house, path, wire) as device:
        yield device, wire


async def seen_in_the_office(house: House, device: Replica, event: EventId) -> bytes:
    """The picture as the office opens it."""
    (fact,) = [fact for fact in await device.facts(STUDENT) if fact.header.id == event]
    await house.sign_in("olga")
    photo = getattr(fact.payload, "photo", None)
    assert photo is not None
    answer = await house.http.get(f"/api/students/{ADA}/photos/{photo.sealed}")
    assert answer.status_code == 200, answer.text
    return answer.content


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def test_a_picture_taken_offline_follows_its_event_over_a_restart(tmp_path: Path) -> None:
    """CLIENT-R35, CLIENT-R36: sealed on the disk, sent in pieces after every event, opened in the office."""
    path, taken = tmp_path / "device.db", picture()
    async with open_house(tmp_path / "server") as house:
        async with device_of(house, path) as device:
            await device.pull()
            made = await device.record(STUDENT, paper(), taken)
            await device.record(STUDENT, a_dose())
            assert [row.words for row in await device.outbox()] == [f"on this device{HERE}", "on this device"]
        assert taken[1_000:2_000] not in bytes_of(path)
        async with watched(house, path) as (device, wire):
            assert (await device.outbox())[0].picture == "on_device"
            report = await device.sync()
            assert (report.receipted, report.pictures, report.is_quiet) == (2, 0, True)
            assert wire.log == ["push", "push", "piece 0", "piece 1", "piece 2"]
            row, dose = await device.outbox()
            assert (row.state, row.picture, dose.picture) == ("receipted", "receipted", "")
            assert row.words == f"receipted at position {row.position}{THERE}"
            assert await seen_in_the_office(house, device, made) == taken
        async with watched(house, path) as (device, wire):
            assert (await device.sync()).is_quiet
            assert wire.log == [], "what is receipted is not sent again"
            assert (await device.outbox())[0].picture == "receipted"


async def test_a_picture_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    """CLIENT-R36: the answer to the second piece is lost, and the program ends."""

    class Cut(Wire):
        async def meet(self, name: str, number: int) -> None:
            if number == 1:
                raise Unreachable("cut off")

    path = tmp_path / "device.db"
    async with open_house(tmp_path / "server") as house:
        async with watched(house, path, Cut) as (device, wire):
            await device.record(STUDENT, paper(), picture())
            report = await device.sync()
            assert wire.log == ["push", "piece 0"]
            assert (report.is_quiet, report.receipted, report.pictures) == (False, 1, 1)
            assert "cut off" in report.problem
            (row,) = await device.outbox()
            assert (row.state, row.picture) == ("receipted", "on_device")
        async with watched(house, path) as (device, wire):
            assert (await device.sync()).pictures == 0
            assert wire.log == ["piece 1", "piece 2"]


async def test_an_event_recorded_between_two_pieces_goes_first(tmp_path: Path) -> None:
    """CLIENT-R36"""
    async with open_house(tmp_path / "server") as house, watched(house, tmp_path / "device.db") as (device, wire):

        async def busy(name: str, number: int) -> None:
            if number == 0 and wire.log == ["push"]:
                await device.record(STUDENT, a_dose())

        wire.meet = busy  # type: ignore[method-assign]
        await device.record(STUDENT, paper(), picture())
        report = await device.sync()
        assert wire.log == ["push", "piece 0", "push", "piece 0", "piece 1", "piece 2"]
        assert wire.parts[0] < PIECE_BYTES, "the event did not wait for the piece"
        assert (report.receipted, report.is_quiet) == (2, True)


async def test_a_picture_nobody_takes_holds_up_no_event_and_no_other_picture(tmp_path: Path) -> None:
    """CLIENT-R36: the first one is refused for ever."""

    class Choosy(Wire):
        refused = ""

        async def meet(self, name: str, number: int) -> None:
            self.refused = self.refused or name
            if name == self.refused:
                raise ServerRefused(409, "refused", "not this one")

    async with open_house(tmp_path / "server") as house, watched(house, tmp_path / "d.db", Choosy) as (device, _):
        for signer in ("Dr. A", "Dr. B", "Dr. C"):
            await device.record(STUDENT, paper(signer), picture(1))
        report = await device.sync()
        assert (report.receipted, report.pictures, report.is_quiet) == (3, 1, False)
        assert report.problem == "a picture: not this one (409)"
        rows = await device.outbox()
        assert [row.state for row in rows] == ["receipted"] * 3
        assert [row.picture for row in rows] == ["on_device", "receipted", "receipted"]
        await device.record(STUDENT, a_dose())
        assert (await device.sync()).receipted == 1


@pytest.mark.parametrize("lie", ["no note", "changed", "another's", "more than there are"])
async def test_nothing_but_the_log_s_word_about_these_bytes_frees_a_picture(tmp_path: Path, lie: str) -> None:
    """CLIENT-R35"""

    class Lying(Wire):
        true: PhotoState | None = None

        def answer(self, honest: PhotoState) -> PhotoState:
            notes = {
                "no note": "",
                "changed": honest.note.replace("/0\n", "/1\n", 1),
                "another's": "" if self.true is None else self.true.note,
                "more than there are": "",
            }
            if self.true is None:
                self.true = honest
                return honest
            bytes_here = 10**9 if lie == "more than there are" else honest.bytes_here
            return PhotoState(honest.pieces, notes[lie], bytes_here)

    path = tmp_path / "device.db"
    async with open_house(tmp_path / "server") as house:
        async with watched(house, path, Lying) as (device, _):
            await device.record(STUDENT, paper("Dr. A"), picture(1))
            await device.sync()
            await device.record(STUDENT, paper("Dr. B"), picture(1))
            report = await device.sync()
            assert (report.pictures, report.is_quiet) == (1, False)
            assert report.problem.startswith("a picture has no receipt")
            assert [row.picture for row in await device.outbox()] == ["receipted", "on_device"]
        async with watched(house, path) as (device, _):
            assert (await device.sync()).is_quiet
            assert [row.picture for row in await device.outbox()] == ["receipted", "receipted"]


async def test_a_picture_the_disk_spoilt_is_named_and_holds_up_nothing(tmp_path: Path) -> None:
    """CLIENT-R35: bytes that are not their name are not sent; a person is told to photograph the paper again."""
    path = tmp_path / "device.db"
    async with open_house(tmp_path / "server") as house:
        async with device_of(house, path) as device:
            await device.record(STUDENT, paper("Dr. A"), picture(2))
            await device.record(STUDENT, paper("Dr. B"), picture(1))
        spoil(path)
        async with watched(house, path) as (device, wire):
            report = await device.sync()
            assert (report.receipted, report.pictures, report.is_quiet) == (2, 1, False)
            assert report.problem == "the picture of event 1 is damaged on this device and cannot be delivered"
            assert wire.log == ["push", "push", "piece 0"]
            rows = await device.outbox()
            assert [row.picture for row in rows] == ["damaged", "receipted"]
            assert rows[0].words.endswith("cannot be delivered: photograph the paper again")


def spoil(path: Path) -> None:
    """One bit of the first picture's second piece."""
    file = sqlite3.connect(path)
    with file:
        file.execute("DROP TRIGGER photo_is_sealed_once")
        changed = file.execute(
            "UPDATE photo_pieces SET bytes = CAST(substr(bytes, 1, 99) || x'00' || substr(bytes, 101) AS BLOB)"
            " WHERE number = 1 AND substr(bytes, 100, 1) <> x'00'"
        )
        assert changed.rowcount == 1
    file.close()


async def test_the_file_refuses_to_lose_a_picture_without_a_receipt(tmp_path: Path) -> None:
    """CLIENT-R35: whatever a later program tries."""
    path = tmp_path / "device.db"
    async with open_house(tmp_path / "server") as house, device_of(house, path) as device:
        await device.record(STUDENT, paper(), picture(1))
    file = sqlite3.connect(path)
    for statement in ("DELETE FROM photo_pieces", "DELETE FROM photos", "UPDATE photo_pieces SET bytes = x''"):
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(statement)
    file.close()


async def test_what_cannot_be_attached_is_said_and_nothing_is_recorded(tmp_path: Path) -> None:
    """CLIENT-R35"""
    async with open_house(tmp_path / "server") as house, device_of(house, tmp_path / "device.db") as device:
        too_large = b"\xff\xd8\xff\xe0" + bytes(PICTURE_BYTES_MAX)
        for payload, taken, why in (
            (paper(), b"%PDF-1.7", "not a JPEG"),
            (paper(), too_large, "at most"),
            (a_dose(), picture(1), "names no picture"),
        ):
            with pytest.raises(NotAPicture, match=why):
                await device.record(STUDENT, payload, taken)
        assert await device.outbox() == []


async def test_a_running_device_carries_pictures_by_itself(tmp_path: Path) -> None:
    """CLIENT-R36: also after a connection that broke."""

    class Flaky(Wire):
        failures = 0

        async def meet(self, name: str, number: int) -> None:
            self.failures += 1
            if self.failures < 3:
                raise Unreachable("cut off")

    async with open_house(tmp_path / "server") as house, watched(house, tmp_path / "d.db", Flaky) as (device, wire):
        running = asyncio.create_task(device.run())
        await device.record(STUDENT, paper(), picture(2))
        for _ in range(400):
            if [row.picture for row in await device.outbox()] == ["receipted"]:
                break
            await asyncio.sleep(0.05)
        running.cancel()
        assert wire.log == ["push", "piece 0", "piece 1"]
        assert [row.picture for row in await device.outbox()] == ["receipted"]


class Slow(Wire):
    """A link that lets so many bytes through before the time for an answer is over."""

    bytes_max = 100_000

    async def send_piece(self, token: str, name: str, number: int, size_bytes: int, part: bytes, at: int) -> PhotoState:
        if len(part) > self.bytes_max:
            self.log.append("too slow")
            raise Unreachable("no answer in time")
        return await super().send_piece(token, name, number, size_bytes, part, at)


async def test_a_slow_link_gets_a_picture_through_in_parts(tmp_path: Path) -> None:
    """CLIENT-R45: a piece of 512 KiB would never come through; each turn of the program gets on by what does."""
    path, taken = tmp_path / "device.db", picture(1) + bytes(400_000)
    async with open_house(tmp_path / "server") as house:
        for _ in range(20):
            async with watched(house, path, Slow) as (device, wire):
                if not await device.outbox():
                    made = await device.record(STUDENT, paper(), taken)
                report = await device.sync()
                assert max(wire.parts) <= Slow.bytes_max
                if report.is_quiet:
                    assert await seen_in_the_office(house, device, made) == taken
                    break
                assert wire.log[-1] == "too slow"
        assert report.is_quiet


async def test_parts_grow_while_the_link_is_quick_and_shrink_when_it_is_not(tmp_path: Path) -> None:
    """CLIENT-R45"""
    async with open_house(tmp_path / "server") as house, watched(house, tmp_path / "device.db", Slow) as (device, wire):
        assert isinstance(wire, Slow)
        wire.bytes_max = 10**9
        await device.record(STUDENT, paper(), picture(3))
        assert (await device.sync()).is_quiet
        kib = [part // 1024 for part in wire.parts]
        assert kib == [32, 64, 128, 256, 32, 512, 1]
        wire.parts.clear()
        wire.bytes_max = 100_000
        await device.record(STUDENT, paper(), picture(1) + bytes(200_000))
        while not (await device.sync()).is_quiet:
            pass
        assert max(wire.parts) <= wire.bytes_max

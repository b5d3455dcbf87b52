"""A headless device against the real server over real sockets: a clinic day, lost answers, restarts."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client_sync.errors import DeviceInUse, NotEnrolled, ServerRefused, Unreachable, WrongKey
from client_sync.replica import Replica, open_replica
from client_sync.transport import HttpTransport
from events.catalog.devices import DeviceClosed, SeatClosed
from events.catalog.people import RoleGranted, RoleRevoked
from events.dates import write_instant
from events.envelope import event_hash
from events.ids import DeviceId, Position, StudentId, stream_of
from events.receipt import verify_receipt
from events.wire import SyncRequest, SyncResponse
from projections.fold import Fact
from tests.server.house import ADA, BEA, CLINIC, NURIA, House, open_house
from tests.server.making import a_dose

CLINIC_SCOPE = f"clinic/{CLINIC}"
KEY = bytes(32)


@asynccontextmanager
async def device_of(house: House, path: Path, transport: HttpTransport | None = None) -> AsyncIterator[Replica]:
    """The device whose file is at ``path``, enrolled for Anna and following her clinic."""
    async with transport or HttpTransport(house.url) as wire, open_replica(path, KEY, wire, house.clock) as device:
        if device.enrolled is None:
            await device.enroll(await house.code("anna"), "gym laptop")
            await device.choose(CLINIC_SCOPE)
        yield device


async def doses_of_ada(device: Replica) -> list[str]:
    """Where the doses stand that count for Ada on this device."""
    facts = await device.facts(stream_of("student", ADA))
    doses = [fact for fact in facts if fact.header.type == "dose.administered"]
    return ["here" if fact.received_at is None else "in the log" for fact in doses]


async def logged(house: House, device: DeviceId) -> dict[str, int]:
    """Event hash to position of everything the log holds of a device."""
    rows = [row async for row in house.district.log.read(Position(0))]
    assert [row.position for row in rows] == list(range(len(rows)))
    return {row.event_hash: row.position for row in rows if row.header is not None and row.header.device == device}


async def test_a_clinic_day_without_network(tmp_path: Path) -> None:
    """CLIENT-R01, CLIENT-R05, CLIENT-R06: pull, forty doses offline over a restart, push, every receipt verified."""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "device.db"
        async with device_of(house, path) as device:
            report = await device.pull()
            assert report.is_quiet
            assert report.unverified == report.downloaded, (
                "there to be used at once, its signatures still to be checked"
            )
            assert await device.verify() == report.downloaded
            assert await device.facts(stream_of("student", ADA))
            assert await device.facts(stream_of("student", NURIA)) == []
            for number in range(25):
                await device.record(stream_of("student", ADA if number % 2 else BEA), a_dose())
        async with device_of(house, path) as device:
            for number in range(15):
                await device.record(stream_of("student", ADA if number % 2 else BEA), a_dose("21"))
            assert {row.words for row in await device.outbox()} == {"on this device"}
            report = await device.sync()
            assert (report.receipted, report.waiting, report.is_quiet) == (40, 0, True)
            held = await logged(house, device.state.identity.device)
            receipts = await device.receipts()
            for receipt in receipts:
                proven = verify_receipt(receipt.text, receipt.event_hash, device.state.identity.log_key)
                assert held[receipt.event_hash] == proven.position == receipt.position
            assert len(receipts) == len(held) == 40
            rows = await device.outbox()
            assert [row.words for row in rows] == [f"receipted at position {held[row.event_hash]}" for row in rows]
            assert sum(fact.header.device == device.state.identity.device for fact in await device.facts()) == 40


async def test_a_child_s_screen_knows_which_devices_have_not_reported(tmp_path: Path) -> None:
    """SYNC-R26: and since when; a closed device is no one's to wait for."""
    async with open_house(tmp_path / "server") as house, HttpTransport(house.url) as wire:
        async with open_replica(tmp_path / "silent.db", KEY, wire, house.clock) as silent:
            await silent.enroll(await house.code("anna"), "the silent one")
            await silent.choose(CLINIC_SCOPE)
            await silent.sync()
            left = house.clock()
            closing = silent.state.identity.device
        house.clock.turn(hours=5)
        async with device_of(house, tmp_path / "mine.db") as mine:
            await mine.sync()
            (other,) = await mine.unheard(stream_of("student", ADA))
            assert (other.label, other.reported_at) == ("the silent one", write_instant(left))
            assert await mine.unheard(stream_of("student", NURIA)) == [], "not a child of this clinic"
            await house.tell(stream_of("device", closing), DeviceClosed(last_seq=0, reason="lost"))
            await mine.sync()
            assert await mine.unheard(stream_of("student", ADA)) == []


class Lossy(HttpTransport):
    """A network that loses requests and answers by a seed."""

    def __init__(self, url: str, seed: int) -> None:
        super().__init__(url)
        self._random = random.Random(seed)
        self.lost = 0

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse:
        chance = self._random.random()
        if chance < 0.3:
            self.lost += 1
            raise Unreachable("the request was lost")
        response = await super().sync(token, request)
        if chance < 0.7:
            self.lost += 1
            raise Unreachable("the answer was lost")
        return response


async def test_lost_answers_lose_and_double_nothing(tmp_path: Path) -> None:
    """CLIENT-R07: retried with other batch bounds, each event is in the log once, at the position of its receipt."""
    async with open_house(tmp_path / "server") as house:
        wire = Lossy(house.url, seed=7)
        path = tmp_path / "device.db"
        async with wire, open_replica(path, KEY, wire, house.clock, chance=lambda: 0.001) as device:
            await device.enroll(await house.code("anna"), "gym laptop")
            await device.choose(CLINIC_SCOPE)
            made = 0
            for _, batch in zip(range(12), itertools.cycle((1, 3, 7)), strict=False):
                for _ in range(batch):
                    await device.record(stream_of("student", ADA), a_dose())
                    made += 1
                await device.sync(patience_seconds=0.2)
            report = await device.sync(patience_seconds=20)
            assert report.is_quiet
            assert wire.lost > 5
            held = await logged(house, device.state.identity.device)
            assert len(held) == made
            assert {receipt.event_hash: receipt.position for receipt in await device.receipts()} == held


@pytest.mark.parametrize(
    ("deed", "words"),
    [("release", "let in by Olga Ek: asked her"), ("close", "closed by Olga Ek, not let in: asked her")],
)
async def test_a_row_learns_how_the_office_settled_it(tmp_path: Path, deed: str, words: str) -> None:
    """QUARANTINE-R05, CLIENT-R08, CLIENT-R40: by the next pull, from its own stream; the dose counts till then."""
    async with open_house(tmp_path / "server") as house, device_of(house, tmp_path / "device.db") as device:
        await device.pull()
        staff = stream_of("staff", house.staff["anna"])
        await house.tell(staff, RoleRevoked(role="nurse", clinic=CLINIC), RoleGranted(role="auditor", clinic=CLINIC))
        await device.pull()
        await device.record(stream_of("student", ADA), a_dose())
        await device.sync()
        (row,) = await device.outbox()
        assert row.state == "quarantined"
        assert await doses_of_ada(device) == ["here"]
        await house.sign_in("olga")
        take = f"/api/quarantine/{row.event_hash}/assign"
        assert (await house.http.post(take, json={"take": True}, headers={"X-Doseledger": "1"})).status_code == 200
        await device.pull()
        (row,) = await device.outbox()
        assert (row.state, row.words.endswith("; Olga Ek settles it")) == ("quarantined", True)
        asked = f"/api/quarantine/{row.event_hash}/{deed}"
        answer = await house.http.post(asked, json={"reason": "asked her"}, headers={"X-Doseledger": "1"})
        assert answer.status_code == 200, answer.text
        await device.pull()
        (row,) = await device.outbox()
        assert row.state == answer.json()["state"]
        assert row.words.endswith(words)
        assert await doses_of_ada(device) == (["in the log"] if deed == "release" else [])


async def test_what_the_server_cannot_take_is_named_and_blocks_nothing(tmp_path: Path) -> None:
    """CLIENT-R08: a refused event leaves the outbox only against the proven record of its quarantine."""
    async with open_house(tmp_path / "server") as house, device_of(house, tmp_path / "device.db") as device:
        await device.pull()
        staff = stream_of("staff", house.staff["anna"])
        await device.record(stream_of("student", ADA), a_dose())
        await device.record(staff, RoleRevoked(role="nurse", reason="not hers to say"))
        await device.record(stream_of("student", ADA), a_dose("21"))
        report = await device.sync()
        assert (report.receipted, report.quarantined, report.waiting) == (2, 1, 0)
        row = (await device.outbox())[1]
        assert row.state == "quarantined"
        assert row.words.endswith("the health office settles it")
        assert [receipt.is_quarantine for receipt in await device.receipts()] == [False, True, False]


async def test_a_device_that_was_closed_still_delivers(tmp_path: Path) -> None:
    """CLIENT-R09: a scope that is no longer given takes the download, never the outbox."""
    async with open_house(tmp_path / "server") as house, device_of(house, tmp_path / "device.db") as device:
        await device.pull()
        await device.record(stream_of("student", ADA), a_dose())
        revoked = RoleRevoked(role="nurse", clinic=CLINIC, reason="moved")
        await house.tell(stream_of("staff", house.staff["anna"]), revoked)
        report = await device.sync()
        assert report.refused_scopes == ((CLINIC_SCOPE, "scope_not_allowed"),)
        assert (report.receipted + report.quarantined, report.waiting) == (1, 0)
        assert all(fact.header.device == device.state.identity.device for fact in await device.facts())


@pytest.mark.parametrize(("days", "is_lapsed"), [(13, False), (14, True)])
async def test_what_was_downloaded_lapses(tmp_path: Path, days: int, is_lapsed: bool) -> None:
    """CLIENT-R41: after 14 days without a complete pull no child is on the device; what it made is, and goes out."""
    path = tmp_path / "device.db"
    async with open_house(tmp_path / "server") as house:
        async with device_of(house, path) as device:
            await device.pull()
            await device.record(stream_of("student", ADA), a_dose())
        house.clock.turn(days=days, minutes=1)
        async with device_of(house, path) as device:
            assert (await device.held() == []) is is_lapsed
            assert [row.words for row in await device.outbox()] == ["on this device"]
            report = await device.sync()
            assert (report.receipted, report.waiting, report.is_quiet) == (1, 0, True)
            assert await doses_of_ada(device) == ["in the log"]


@pytest.mark.parametrize(
    ("deed", "words"),
    [("release", "let in by Olga Ek: asked her"), ("close", "closed by Olga Ek, not let in: asked her")],
)
async def test_a_closed_device_asks_what_became_of_its_rows(tmp_path: Path, deed: str, words: str) -> None:
    """QUARANTINE-R08, CLIENT-R08: by proof of its own key, since no scope is given to it; known after a restart."""
    path = tmp_path / "device.db"
    async with open_house(tmp_path / "server") as house:
        async with device_of(house, path) as device:
            await device.pull()
            await device.record(stream_of("student", ADA), a_dose())
            enrolled = device.state.identity
            key = (await device._seat_key()).public.hex()
            closed = SeatClosed(seat=enrolled.seat, author=enrolled.staff, public_key=key, reason="lost")
            await house.tell(stream_of("device", enrolled.device), closed)
            await device.sync()
            await device.sync()
            (row,) = await device.outbox()
            assert row.words.endswith("the district administrator settles it")
            await house.sign_in("olga")
            await house.tell(stream_of("staff", house.staff["olga"]), RoleGranted(role="nurse"))
            asked = f"/api/quarantine/{row.event_hash}/{deed}"
            answer = await house.http.post(asked, json={"reason": "asked her"}, headers={"X-Doseledger": "1"})
            assert answer.status_code == 200, answer.text
        async with device_of(house, path) as device:
            await device.sync()
        async with device_of(house, path) as device:
            (row,) = await device.outbox()
            assert (row.state, row.words) == (answer.json()["state"], words)


async def test_one_writer_and_the_right_key(tmp_path: Path) -> None:
    """CLIENT-R10: a second process is refused, and so is another passphrase; nothing personal lies open on disk."""
    path = tmp_path / "device.db"
    async with open_house(tmp_path / "server") as house:
        async with device_of(house, path) as device:
            await device.pull()
            await device.record(stream_of("student", ADA), a_dose())
            with pytest.raises(DeviceInUse):
                async with open_replica(path, KEY, HttpTransport(house.url)):
                    pass
            with pytest.raises(NotEnrolled):
                await device.enroll("any", "again")
        with pytest.raises(WrongKey):
            async with open_replica(path, "1234", HttpTransport(house.url)):
                pass
    on_disk = read_all(tmp_path)
    assert b"Okafor" not in on_disk
    assert b"left_deltoid" not in on_disk


def read_all(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("device.db*"))


async def test_news_keeps_a_running_device_in_step(tmp_path: Path) -> None:
    """CLIENT-R12: what another device delivers arrives without anybody asking, and what is recorded leaves."""
    async with (
        open_house(tmp_path / "server") as house,
        device_of(house, tmp_path / "one.db") as one,
        device_of(house, tmp_path / "two.db") as two,
    ):
        await two.pull()
        running = asyncio.create_task(two.run())
        await asyncio.sleep(0.3)
        await one.record(stream_of("student", ADA), a_dose())
        await one.sync()
        await two.record(stream_of("student", ADA), a_dose("21"))
        for _ in range(200):
            if len(await doses_of(two, ADA)) == 2 and (await two.outbox())[0].state == "receipted":
                break
            await asyncio.sleep(0.05)
        running.cancel()
        assert len(await doses_of(two, ADA)) == 2
        assert (await two.outbox())[0].state == "receipted"


async def doses_of(device: Replica, child: StudentId) -> list[Fact]:
    facts = await device.facts(stream_of("student", child))
    return [fact for fact in facts if fact.header.type == "dose.administered"]


@pytest.mark.parametrize("code", ["", "0000-0000"])
async def test_a_wrong_code_enrolls_nothing(tmp_path: Path, code: str) -> None:
    async with (
        open_house(tmp_path / "server") as house,
        HttpTransport(house.url) as wire,
        open_replica(tmp_path / "device.db", KEY, wire) as device,
    ):
        with pytest.raises(ServerRefused) as refused:
            await device.enroll(code, "laptop")
        assert refused.value.code.startswith("code-")
        assert device.enrolled is None


async def test_no_server_is_a_report_and_not_an_exception(tmp_path: Path) -> None:
    """CLIENT-R11"""
    async with open_house(tmp_path / "server") as house, device_of(house, tmp_path / "device.db") as device:
        await device.record(stream_of("student", ADA), a_dose())
    async with device_of(house, tmp_path / "device.db") as device:
        report = await device.sync(patience_seconds=0.5)
        assert (report.is_quiet, report.waiting) == (False, 1)
        assert "ConnectError" in report.problem
        assert [row.state for row in await device.outbox()] == ["sent"]


async def test_the_same_bytes_are_sent_for_ever(tmp_path: Path) -> None:
    """CLIENT-R02: signed once, kept over a restart byte for byte."""
    async with open_house(tmp_path / "server") as house:
        async with device_of(house, tmp_path / "device.db") as device:
            await device.record(stream_of("student", ADA), a_dose())
            (first,) = device.state.outbox.values()
        async with device_of(house, tmp_path / "device.db") as device:
            (second,) = device.state.outbox.values()
    assert first.event == second.event
    assert event_hash(second.event) == first.event_hash

"""Undelivered events by another hand: sealed, carried unopened, taken in as who recorded them (SYNC-R25)."""

import json
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from client_sync.errors import DeviceInUse, StoreDamaged, Unreachable
from client_sync.hand_off import carry, read_hand_off
from client_sync.replica import Replica, open_replica
from client_sync.transport import HttpTransport
from events.errors import Refused
from events.ids import DistrictId, Position, stream_of
from events.receipt import verify_receipt
from events.wire import Enrolled, HandOff, SyncRequest, SyncResponse, WireEvent
from server.commands.hand_off import take_in
from tests.client_sync.test_real_server import KEY, device_of
from tests.server.house import ADA, BEA, House, open_house
from tests.server.making import a_dose


async def offline_doses(house: House, path: Path) -> None:
    """A device that never sees the network again."""
    async with device_of(house, path) as device:
        await device.record(stream_of("student", ADA), a_dose())
        await device.record(stream_of("student", BEA), a_dose("21"))


async def writers(house: House) -> list[tuple[str, str]]:
    """(author, device) of every dose in the log."""
    rows = [row async for row in house.district.log.read(Position(0))]
    return [
        (row.header.author, row.header.device) for row in rows if row.header and row.header.type.startswith("dose.")
    ]


async def test_another_device_carries_a_file_it_cannot_read(tmp_path: Path) -> None:
    """SYNC-R25: author and device stay, receipts are verified by the carrier, and the owner finds duplicates."""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "lost pin.db"
        await offline_doses(house, path)
        file = read_hand_off(path)
        raw = msgspec.json.encode(file)
        assert b"cvx" not in raw
        assert b"student/" not in raw
        async with HttpTransport(house.url) as wire, open_replica(tmp_path / "o.db", KEY, wire, house.clock) as other:
            await other.enroll(await house.code("olga"), "office laptop")
            carried = await other.carry(msgspec.json.decode(raw, type=HandOff))
            key = other.state.identity.log_key
            assert [verify_receipt(one.receipt, one.event_hash, key).position for one in carried] == [
                one.position for one in carried
            ]
            again = await other.carry(file)
            assert [one.position for one in again] == [one.position for one in carried]
        async with device_of(house, path) as owner:
            me = owner.state.identity
            assert await writers(house) == [(me.staff, me.device)] * 2
            report = await owner.sync()
            assert (report.receipted, report.waiting) == (2, 0)
            assert [row.position for row in await owner.outbox()] == [one.position for one in carried]
        with pytest.raises(StoreDamaged, match="nothing undelivered"):
            read_hand_off(path)


async def test_an_operator_takes_a_file_in(tmp_path: Path) -> None:
    """SYNC-R25: what was changed on the way is named and kept, the rest goes in; twice adds nothing."""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "gym.db"
        await offline_doses(house, path)
        file, settings = read_hand_off(path), house.district.settings
        spoilt = replace(file.events[1], sealed="AAAA" + file.events[1].sealed[4:])
        raw = msgspec.json.encode(replace(file, events=(file.events[0], spoilt)))
        first = await take_in(settings, raw, house.clock)
        assert (first.accepted, first.known, len(first.quarantined)) == (1, 0, 1)
        whole = await take_in(settings, msgspec.json.encode(file), house.clock)
        assert (whole.accepted, whole.known, whole.quarantined) == (1, 1, ())
        other = msgspec.json.encode(replace(file, district=DistrictId("isd-901")))
        for wrong in (b"{}", b"\xff", other):
            with pytest.raises(Refused):
                await take_in(settings, wrong, house.clock)


async def test_what_is_handed_off_goes_with_its_receipt_and_not_before(tmp_path: Path) -> None:
    """SYNC-R25"""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "gym.db"
        async with device_of(house, path) as device:
            await device.record(stream_of("student", ADA), a_dose())
            with pytest.raises(DeviceInUse):
                read_hand_off(path)
            await device.sync()
            await device.record(stream_of("student", BEA), a_dose())
        (left,) = read_hand_off(path).events
        assert left.seq == 2
        assert json.loads(msgspec.json.encode(read_hand_off(path)))["is"] == "doseledger/hand-off/v1"


class _Liar(HttpTransport):
    """Says of whatever is carried that it is in quarantine, and shows the record of something else."""

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse:
        if not request.sealed:
            return await super().sync(token, request)
        answer = await super().sync(token, SyncRequest(push=(WireEvent("{}", "", "", "{}"),)))
        return replace(answer, answers=(), carried=answer.answers * len(request.sealed))


async def test_another_s_quarantine_delivers_nothing(tmp_path: Path) -> None:
    """SYNC-R25: a record that is in the log, and says nothing of what was carried."""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "gym.db"
        await offline_doses(house, path)
        async with _Liar(house.url) as wire, open_replica(tmp_path / "o.db", KEY, wire, house.clock) as other:
            await other.enroll(await house.code("olga"), "office laptop")
            with pytest.raises(Unreachable, match="another submission"):
                await other.carry(read_hand_off(path))


async def test_a_log_that_is_not_the_one_seen_before_delivers_nothing(tmp_path: Path) -> None:
    """SYNC-R25, CLIENT-R03: who carries is a witness too."""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "gym.db"
        await offline_doses(house, path)
        async with HttpTransport(house.url) as wire, open_replica(tmp_path / "o.db", KEY, wire, house.clock) as other:
            await other.enroll(await house.code("olga"), "office laptop")
            await other.choose("district")
            await other.pull()
            seen = other.state.checkpoint
            assert seen is not None
            ahead = replace(other.state, checkpoint=replace(seen, size=seen.size + 100))
            with pytest.raises(Unreachable, match="shrank"):
                await carry(read_hand_off(path), wire, enrolled_of(other), ahead)


def enrolled_of(device: Replica) -> Enrolled:
    assert device.enrolled is not None
    return device.enrolled

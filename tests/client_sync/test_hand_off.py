"""Undelivered events by another hand: sealed, carried unopened, taken in as who recorded them (SYNC-R25)."""

import json
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from msgspec.structs import replace

from client_sync import carrying
from client_sync.carrying import Carried, NotCarried, carry, read_carried
from client_sync.errors import DeviceInUse, NotAHandOff, ServerRefused, StoreDamaged, Unreachable
from client_sync.hand_off import SUITE, read_hand_off
from client_sync.replica import Replica, open_replica
from client_sync.transport import HttpTransport
from events.errors import Refused
from events.ids import DistrictId, Hash, Position, stream_of
from events.receipt import verify_receipt
from events.wire import (
    Duplicate,
    Enrolled,
    HandOff,
    SealedEvent,
    SyncRequest,
    SyncResponse,
    WireEvent,
    b64,
    hand_off_info,
    to_wire,
)
from server.commands.hand_off import take_in
from tests.client_sync.test_real_server import KEY, device_of
from tests.server.house import ADA, BEA, House, open_house
from tests.server.making import a_dose
from tests.server.test_quarantine import decide


async def offline_doses(house: House, path: Path) -> None:
    """A device that never sees the network again."""
    async with device_of(house, path) as device:
        await device.record(stream_of("student", ADA), a_dose())
        await device.record(stream_of("student", BEA), a_dose("21"))


def delivered(found: list[Carried | NotCarried]) -> list[Carried]:
    assert all(isinstance(one, Carried) for one in found), found
    return [one for one in found if isinstance(one, Carried)]


def sealed_words(words: bytes, like: SealedEvent, enrolled: Enrolled) -> SealedEvent:
    """Any words sealed to the district, under the name of an event."""
    receiver = X25519PublicKey.from_public_bytes(bytes.fromhex(enrolled.sealing_key))
    box = SUITE.encrypt(words, receiver, hand_off_info(enrolled.district, like.event_hash))
    return replace(like, sealed=b64(bytes(box)))


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
            carried = delivered(await other.carry(msgspec.json.decode(raw, type=HandOff)))
            key = other.state.identity.log_key
            assert [verify_receipt(one.receipt, one.event_hash, key).position for one in carried] == [
                one.position for one in carried
            ]
            again = delivered(await other.carry(file))
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
        words = json.loads(msgspec.json.encode(file))
        words["events"][:0] = [{"device": "a phone", "seq": "3"}, 7]
        garbled = await take_in(settings, json.dumps(words).encode(), house.clock)
        assert (garbled.accepted, garbled.known, [one.device for one in garbled.unread]) == (0, 2, ["a phone", ""])
        assert garbled.unread[1].why.startswith("element 2 of the file cannot be read")
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
            found = await other.carry(read_hand_off(path))
            assert [isinstance(one, NotCarried) and "another submission" in one.why for one in found] == [True, True]


async def test_one_that_opens_and_is_no_event_holds_up_no_other(tmp_path: Path) -> None:
    """SYNC-R67: its quarantine goes by the sealed element, so its carrier has proof; twice adds nothing."""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "gym.db"
        await offline_doses(house, path)
        file = read_hand_off(path)
        async with HttpTransport(house.url) as wire, open_replica(tmp_path / "o.db", KEY, wire, house.clock) as other:
            enrolled = await other.enroll(await house.code("olga"), "office laptop")
            poison = sealed_words(
                b'{"header":"{}"}', replace(file.events[0], seq=9, event_hash=Hash("ab" * 32)), enrolled
            )
            found = await other.carry(replace(file, events=(file.events[0], poison, file.events[1])))
            assert [one.is_quarantined for one in delivered(found)] == [False, True, False]
            again = delivered(await other.carry(replace(file, events=(poison,))))
            assert [one.position for one in again] == [delivered(found)[1].position]
        assert len(await writers(house)) == 2
        await house.sign_in("root")
        (row,) = (await house.http.get("/api/quarantine")).json()["submissions"]
        assert row["reason"] == "malformed", "the district has its bytes all the same"


async def test_one_that_opens_and_is_another_event_is_kept_and_let_go(tmp_path: Path) -> None:
    """SYNC-R67: its carrier could never prove a receipt of the event inside to be that of what it carries."""
    async with open_house(tmp_path / "server") as house:
        path, phone = tmp_path / "gym.db", await house.enroll()
        await offline_doses(house, path)
        file, event = read_hand_off(path), phone.dose()
        async with HttpTransport(house.url) as wire, open_replica(tmp_path / "o.db", KEY, wire, house.clock) as other:
            enrolled = await other.enroll(await house.code("olga"), "office laptop")
            swapped = sealed_words(msgspec.json.encode(to_wire(event)), file.events[0], enrolled)
            found = await other.carry(replace(file, events=(swapped, *file.events)))
            assert [one.is_quarantined for one in delivered(found)] == [True, False, False]
        await house.sign_in("olga")
        (row,) = (await house.http.get("/api/quarantine")).json()["submissions"]
        assert row["reason"] == "malformed"
        released = await decide(house, row["submission"], "release")
        assert released.json()["state"] == "released", "signed as it is, the office may let it in"
        (again,) = await phone.push(event)
        assert isinstance(again, Duplicate)


class _Refusing(HttpTransport):
    """A server that cannot take a request which holds one certain event."""

    poison = 1

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse:
        if any(one.seq == self.poison for one in request.sealed):
            raise ServerRefused(409, "record-damaged", "the disk does not give it back")
        return await super().sync(token, request)


async def test_one_that_a_request_is_refused_for_holds_up_no_other(tmp_path: Path) -> None:
    """SYNC-R67"""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "gym.db"
        await offline_doses(house, path)
        async with _Refusing(house.url) as wire, open_replica(tmp_path / "o.db", KEY, wire, house.clock) as other:
            await other.enroll(await house.code("olga"), "office laptop")
            first, second = await other.carry(read_hand_off(path))
            assert isinstance(first, NotCarried)
            assert (first.seq, first.why) == (1, "the disk does not give it back (409)")
            assert isinstance(second, Carried)


async def test_a_malformed_element_of_a_file_holds_up_no_other(tmp_path: Path) -> None:
    """SYNC-R67: it is named by what the file says of it."""
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "gym.db"
        await offline_doses(house, path)
        words = json.loads(msgspec.json.encode(read_hand_off(path)))
        words["events"][:0] = [{"device": "a phone", "seq": "3", "event_hash": "ab", "sealed": ""}, 7]
        file, malformed = read_carried(json.dumps(words).encode())
        assert file == read_hand_off(path)
        assert [(one.device, one.seq, one.event_hash) for one in malformed] == [("a phone", 0, "ab"), ("", 0, "")]
        assert [one.why[:26] for one in malformed] == ["element 1 of the file cann", "element 2 of the file cann"]
        for raw in (b"{}", b"\xff", b"[]", json.dumps({**words, "is": "another"}).encode()):
            with pytest.raises(NotAHandOff):
                read_carried(raw)


async def test_another_district_s_file_is_not_carried_here(tmp_path: Path) -> None:
    """SYNC-R67: this district could only keep it as bytes that nobody can open, and the file would be thrown away."""
    async with open_house(tmp_path / "server") as house, device_of(house, tmp_path / "gym.db") as device:
        with pytest.raises(NotAHandOff, match="isd-901"):
            await device.carry(HandOff(DistrictId("isd-901"), ()))


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
                await carry(read_hand_off(path), wire, enrolled_of(other).token, ahead)


class _Forked(HttpTransport):
    """From its second answer on one that does not prove to extend the first."""

    asked = 0

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse:
        answer = await super().sync(token, request)
        self.asked += 1
        return answer if self.asked == 1 else replace(answer, consistency=())


async def test_each_answer_of_a_file_extends_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SYNC-R25, CLIENT-R03: also for a device that has seen nothing yet, and within one file."""
    monkeypatch.setattr(carrying, "CARRIED_AT_ONCE", 1)
    async with open_house(tmp_path / "server") as house:
        path = tmp_path / "gym.db"
        await offline_doses(house, path)
        async with _Forked(house.url) as wire, open_replica(tmp_path / "o.db", KEY, wire, house.clock) as other:
            await other.enroll(await house.code("olga"), "office laptop")
            with pytest.raises(Unreachable, match="no proof that"):
                await other.carry(read_hand_off(path))


def enrolled_of(device: Replica) -> Enrolled:
    assert device.enrolled is not None
    return device.enrolled

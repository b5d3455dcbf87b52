"""Many devices at the same moment, and a server that starts anew: the same answers, each event once."""

import asyncio
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from events.ids import NO_HASH, DeviceId, Position, stream_of
from events.wire import Accepted, Duplicate, Quarantined, SyncResponse, to_wire
from server.api.problems import ProblemError
from server.district import open_district
from server.identity.enrolment import Bearer
from server.live import Live
from server.sync import http
from server.sync.http import TURNS_PER_DEVICE_MAX, one_of
from server.sync.turn import Turn
from tests.server.house import House, Phone, open_house
from tests.server.making import make_id
from tests.server.test_sync_http import raw


async def count(house: House, name: str) -> int:
    rows = [row async for row in house.district.log.read(Position(0))]
    return sum(1 for row in rows if row.header is not None and row.header.type == name)


def bearer_of(phone: Phone) -> Bearer:
    return Bearer(phone.enrolled.device, phone.enrolled.seat, phone.enrolled.staff)


async def test_eight_phones_push_at_once_and_each_event_is_there_once(tmp_path: Path) -> None:
    """SYNC-R20"""
    async with open_house(tmp_path) as house:
        phones = [await house.enroll("anna", f"phone {number}") for number in range(8)]
        batches = [[phone.dose() for _ in range(25)] for phone in phones]
        results = await asyncio.gather(*(phone.push(*batch) for phone, batch in zip(phones, batches, strict=True)))
        answers = [answer for result in results for answer in result]
        assert all(isinstance(answer, Accepted) and answer.flags == () for answer in answers)
        assert len({answer.proof.position for answer in answers}) == 200
        assert await count(house, "dose.administered") == 200


async def test_the_same_events_by_two_ways_at_once_are_one(tmp_path: Path) -> None:
    """A hand-off file and the phone itself arrive together."""
    async with open_house(tmp_path) as house:
        phone, courier = await house.enroll(), await house.enroll("olga", "laptop")
        events = [phone.dose() for _ in range(20)]
        ours, theirs = await asyncio.gather(phone.push(*events), courier.push(*events))
        for one, other in zip(ours, theirs, strict=True):
            assert {type(one), type(other)} == {Accepted, Duplicate}
            assert one.proof.position == other.proof.position


async def test_refused_bytes_from_many_at_once_get_one_record(tmp_path: Path) -> None:
    """SYNC-R13"""
    async with open_house(tmp_path) as house:
        phones = [await house.enroll("anna", f"phone {number}") for number in range(5)]
        staff = stream_of("staff", house.staff["anna"])
        refused = phones[0].writer.write_raw(staff, "role.granted", b'{"role":"district_admin"}')
        results = await asyncio.gather(*(phone.push(refused) for phone in phones))
        records = {answer.record for (answer,) in results if isinstance(answer, Quarantined)}
        assert len(records) == 1
        assert await count(house, "submission.quarantined") == 1


async def test_refused_bytes_at_two_processes_at_once_get_one_record(tmp_path: Path) -> None:
    """SYNC-R13: beside what only one of them was brought, and a fork."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        async with open_district(house.district.settings, house.clock, "server", "another server") as district:
            other = Turn(district, Live(district.log, lambda _: None), house.clock)
            await phone.push(phone.dose())
            for _ in range(5):
                both = [raw(phone.dose(district="isd-901")), raw(phone.dose(seq=1, prev=NO_HASH))]
                alone = raw(phone.dose(district="isd-902"))
                here, there = await asyncio.gather(
                    phone.raw_turn(both), other.take(bearer_of(phone), [*both, alone], None, None)
                )
                assert [one.record for one in quarantined(here)] == [one.record for one in quarantined(there)[:2]]
        assert await count(house, "submission.quarantined") == 15
        assert await count(house, "device.fork_found") == 5


def quarantined(response: SyncResponse) -> list[Quarantined]:
    return [answer for answer in response.answers if isinstance(answer, Quarantined)]


async def test_a_server_that_starts_anew_gives_the_answers_it_gave(tmp_path: Path) -> None:
    """SYNC-R03, SYNC-R13"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        good = phone.dose()
        bad = phone.dose(district="isd-901")
        first = await phone.push(good, bad)
        again = Turn(house.district, Live(house.district.log, lambda _: None), house.clock)
        raws = [msgspec.json.encode(to_wire(event)) for event in (good, bad)]
        accepted, quarantined = (await again.take(bearer_of(phone), raws, None, None)).answers
        assert isinstance(accepted, Duplicate)
        assert accepted.proof.position == first[0].proof.position
        assert isinstance(quarantined, Quarantined)
        assert isinstance(first[1], Quarantined)
        assert quarantined.record == first[1].record


async def unfinished(house: House, phone: Phone) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A push of 8 MiB of which only the first bytes come."""
    port = int(house.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /sync HTTP/1.1\r\nHost: x\r\nAuthorization: {phone.headers['Authorization']}\r\n"
    writer.write(f'{head}Content-Length: 8000000\r\n\r\n{{"push":['.encode())
    await writer.drain()
    return reader, writer


async def test_requests_that_never_end_are_bounded_and_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SYNC-R32: a device holds no more of the server's memory than its turns do; nobody else notices."""
    async with open_house(tmp_path) as house:
        phone, other = await house.enroll(), await house.enroll("olga", "laptop")
        monkeypatch.setattr(http, "BODY_WITHIN_SECONDS", 1)
        half = [await unfinished(house, phone) for _ in range(TURNS_PER_DEVICE_MAX)]
        await asyncio.sleep(0.2)
        refused = await phone.post(b"{}")
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-attempts")
        assert isinstance((await other.push(other.dose()))[0], Quarantined | Accepted)
        said = [await asyncio.wait_for(reader.read(4_000), 5) for reader, _ in half]
        assert all(b" 413 " in one and b"did not come whole" in one for one in said)
        assert (await phone.post(b"{}")).status_code == 200
        monkeypatch.setattr(http, "BODY_WITHIN_SECONDS", 60)
        cut = [await unfinished(house, phone) for _ in range(TURNS_PER_DEVICE_MAX)]
        for _, writer in (*half, *cut):
            writer.close()
        await asyncio.sleep(0.2)
        assert (await phone.post(b"{}")).status_code == 200, "a connection that was cut holds no turn"


def test_a_device_has_so_many_turns_at_once() -> None:
    """SYNC-R32: one more is told to wait; another device is none of its business."""
    under_way: Counter[DeviceId] = Counter()
    greedy, modest = DeviceId(make_id("greedy")), DeviceId(make_id("modest"))
    with ExitStack() as turns:
        for _ in range(TURNS_PER_DEVICE_MAX):
            turns.enter_context(one_of(under_way, greedy))
        with pytest.raises(ProblemError, match="under way") as refused, one_of(under_way, greedy):
            pass
        assert (refused.value.code, refused.value.headers) == ("too-many-attempts", {"Retry-After": "1"})
        with one_of(under_way, modest):
            pass
    with one_of(under_way, greedy):
        assert under_way == {greedy: 1}
    assert not under_way

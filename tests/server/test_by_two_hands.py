"""The same refused bytes from two hands, pushed by their phone and carried sealed, are one matter for the office."""

import os
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from client_sync.hand_off import SUITE
from events.catalog.devices import SubmissionAssigned, SubmissionClosed, SubmissionQuarantined
from events.envelope import event_hash
from events.ids import Hash, stream_of
from events.wire import Answer, Quarantined, SealedEvent, b64, hand_off_info, to_wire
from server.desk import open_desk
from server.destroying import Ending
from server.live import Live
from tests.server.house import ADA, House, Phone, open_house, prove
from tests.server.making import a_dose
from tests.server.test_quarantine import HEADERS, decide, facts


def malformed(phone: Phone) -> tuple[bytes, SealedEvent]:
    """A dose whose payload a fault of the phone changed after it was signed: as pushed, and as sealed."""
    event = phone.writer.write(stream_of("student", ADA), a_dose())
    pushed = msgspec.json.encode(to_wire(msgspec.structs.replace(event, payload=b'{"cvx":"03"}')))
    named, enrolled = event_hash(event), phone.enrolled
    receiver = X25519PublicKey.from_public_bytes(bytes.fromhex(enrolled.sealing_key))
    box = SUITE.encrypt(pushed, receiver, hand_off_info(enrolled.district, named))
    return pushed, SealedEvent(enrolled.device, 1, named, b64(bytes(box)))


async def brought(phone: Phone, hand: str, pushed: bytes, sealed: SealedEvent) -> Hash:
    """By one hand; the name its receipt proves."""
    if hand == "pushed":
        response = await phone.raw_turn([pushed])
        answers: tuple[Answer, ...] = response.answers
    else:
        body = await phone.post(msgspec.json.encode({"sealed": [sealed], "version": 1}))
        answers = (response := msgspec.json.decode(body.content, type=type(await phone.turn()))).carried
    (answer,) = answers
    assert isinstance(answer, Quarantined)
    prove(answer, response.checkpoint, phone.enrolled.log_key)
    return answer.submission


async def listed(house: House, everything: bool = False) -> list[str]:
    answer = await house.http.get(f"/api/quarantine?everything={str(everything).lower()}")
    return [f"{row['submission']} {row['state']} {row['owner']}" for row in answer.json()["submissions"]]


@pytest.mark.parametrize("hands", [("pushed", "carried"), ("carried", "pushed")])
async def test_what_its_phone_and_a_carrier_bring_is_one_matter(tmp_path: Path, hands: tuple[str, str]) -> None:
    """QUARANTINE-R11: each has its receipt; the office has one row, and each word of it is told to both."""
    async with open_house(tmp_path) as house:
        phone, carrier = await house.enroll(), await house.enroll("olga", "tablet")
        by = {"pushed": phone, "carried": carrier}
        bad = malformed(phone)
        first, second = [await brought(by[hand], hand, *bad) for hand in hands]
        assert first != second
        await house.sign_in("root")
        assert await listed(house) == [f"{first} open district_admin"]
        assert "doseledger_quarantine_open 1.0" in (await house.http.get("/metrics")).text
        given = await house.http.post(f"/api/quarantine/{first}/assign", json={"owner": "records"}, headers=HEADERS)
        assert given.status_code == 200
        assert await listed(house) == [f"{first} open records"]
        await house.sign_in("olga")
        assert (await decide(house, second, "close", "entered by hand")).status_code == 200
        assert await listed(house) == []
        assert await listed(house, everything=True) == [f"{first} closed records"]
        for kind in (SubmissionAssigned, SubmissionClosed):
            told = {(fact.stream, fact.payload.submission) for fact in await facts(house, kind)}  # type: ignore[union-attr]
            streams = [stream_of("device", by[hand].enrolled.device) for hand in hands]
            assert told == set(zip(streams, (first, second), strict=True))
        assert [await brought(by[hand], hand, *bad) for hand in hands] == [first, second]
        assert len(await facts(house, SubmissionQuarantined)) == 2


async def test_what_comes_again_by_another_hand_was_settled_before(tmp_path: Path) -> None:
    """QUARANTINE-R11: nobody is asked twice; who brings it later is told what was said, with its record."""
    async with open_house(tmp_path) as house:
        phone, carrier = await house.enroll(), await house.enroll("olga", "tablet")
        bad = malformed(phone)
        first = await brought(phone, "pushed", *bad)
        await house.sign_in("olga")
        assert (await decide(house, first, "close", "entered by hand")).status_code == 200
        second = await brought(carrier, "carried", *bad)
        assert await listed(house) == []
        _, told = await facts(house, SubmissionClosed)
        assert isinstance(told.payload, SubmissionClosed)
        assert told.stream == stream_of("device", carrier.enrolled.device)
        assert (told.payload.submission, told.payload.reason) == (second, "entered by hand")
        assert told.payload.by == house.staff["olga"]


async def test_other_bytes_are_another_matter(tmp_path: Path) -> None:
    """QUARANTINE-R11: what does not open, and a garbled copy, stand for themselves."""
    async with open_house(tmp_path) as house:
        phone, carrier = await house.enroll(), await house.enroll("olga", "tablet")
        pushed, sealed = malformed(phone)
        spoilt = msgspec.structs.replace(sealed, sealed=b64(os.urandom(200)))
        named = [
            await brought(phone, "pushed", pushed, sealed),
            await brought(phone, "pushed", pushed.replace(b"03", b"08"), sealed),
            await brought(carrier, "carried", pushed, spoilt),
        ]
        await house.sign_in("root")
        assert await listed(house) == [f"{one} open district_admin" for one in named]


async def test_the_bytes_end_with_the_child_under_every_name(tmp_path: Path) -> None:
    """QUARANTINE-R11, RETENTION-R03: they are kept once for each hand, and destroyed for each."""
    async with open_house(tmp_path) as house:
        phone, carrier = await house.enroll(), await house.enroll("olga", "tablet")
        bad = malformed(phone)
        named = [await brought(phone, "pushed", *bad), await brought(carrier, "carried", *bad)]
        async with open_desk(house.district.settings, "destroy", "", house.clock) as desk:
            live = Live(desk.district.log, lambda _: None)
            await live.catch_up()
            assert await Ending(desk, live)._submissions_naming([ADA]) == named

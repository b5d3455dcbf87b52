"""How old a record may be, and since when it was known: in the API and in the replay of a day in the past."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec.json import decode, encode

from events.catalog.clinics import RosterAdded
from events.catalog.devices import DeviceClosed
from events.envelope import SignedEvent, event_hash
from events.ids import stream_of
from events.wire import Accepted, Presented, Reset, SyncRequest, SyncResponse, to_wire
from server.backup import make_backup, restore_backup
from server.commands.replay import run_replay
from server.home import Home
from server.store.epochs import open_epoch
from tests.server.house import ADA, CLINIC, NURIA, House, Phone, open_house, prove, settings_for


async def devices(house: House, child: str = ADA) -> list[tuple[str, str]]:
    await house.sign_in("olga")
    record = (await house.http.get(f"/api/students/{child}")).json()
    return [(one["label"], one["reported_at"][:16]) for one in record["devices"]]


async def replayed(house: House, **asked: str) -> dict[str, Any]:
    answer = await house.http.get(f"/api/students/{ADA}/replay", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def minute(house: House) -> str:
    return house.clock().isoformat()[:16]


async def test_a_record_says_which_devices_have_not_reported_since_when(tmp_path: Path) -> None:
    """FRESH-R01: those that hold the child, the longest silent first; a closed one is no longer waited for."""
    async with open_house(tmp_path) as house:
        phone, tablet = await house.enroll("anna"), await house.enroll("anna", "tablet")
        await house.enroll("anna", "never pulled")
        await phone.turn(scope=f"clinic/{CLINIC}")
        early = minute(house)
        house.clock.turn(hours=3)
        await tablet.turn(scope=f"clinic/{CLINIC}")
        await house.sign_in("olga")
        assert await devices(house) == [("anna's phone", early), ("anna's tablet", minute(house))]
        assert await devices(house, NURIA) == []
        await house.tell(stream_of("clinic", CLINIC), RosterAdded(students=(NURIA,)))
        both = ["anna's phone", "anna's tablet"]
        assert [label for label, _ in await devices(house, NURIA)] == both, "at work there, though not told of her yet"
        house.clock.turn(hours=1)
        await phone.push(phone.dose())
        assert [label for label, _ in await devices(house)] == ["anna's tablet", "anna's phone"]
        await house.tell(stream_of("device", tablet.enrolled.device), DeviceClosed(last_seq=0, reason="lost"))
        assert await devices(house) == [("anna's phone", minute(house))]
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        assert [label for label, _ in await devices(house)] == ["anna's phone"]


async def test_who_asks_for_a_scope_in_vain_is_not_at_work_there(tmp_path: Path) -> None:
    """SYNC-R26: nobody is told to wait for such a device, and what it asked for takes up no memory."""
    async with open_house(tmp_path) as house:
        phone, stranger = await house.enroll("anna"), await house.enroll("rita", "laptop")
        scope = f"clinic/{CLINIC}"
        for asked in (scope, "x" * 1_000):
            assert isinstance((await stranger.turn(scope=asked)).page, Reset)
        assert (await phone.turn(scope=scope)).devices == ()
        assert await devices(house) == [("anna's phone", minute(house))]


async def test_a_replay_says_which_devices_had_not_reported_then(tmp_path: Path) -> None:
    """FRESH-R02: as of the day asked, in the API and by the command."""
    async with open_house(tmp_path) as house:
        phone, tablet = await house.enroll("anna"), await house.enroll("anna", "tablet")
        await phone.turn(scope=f"clinic/{CLINIC}")
        first, first_day = house.clock(), house.today
        house.clock.turn(days=2)
        await tablet.turn(scope=f"clinic/{CLINIC}")
        house.clock.turn(days=2)
        await phone.push(phone.dose())
        await house.sign_in("olga")
        then = await replayed(house, known_on=(first_day + timedelta(days=1)).isoformat())
        assert [(one["label"], one["heard_at"][:16]) for one in then["devices"]] == [
            ("anna's phone", first.isoformat()[:16])
        ]
        now = await replayed(house)
        assert [one["label"] for one in now["devices"]] == ["anna's tablet", "anna's phone"]
        assert len(now["known"]["doses"]) == 1
        settings, clock = house.district.settings, house.clock
    day = (first_day + timedelta(days=1)).isoformat()
    told = await run_replay(settings, ADA, known_on=day, clock=clock)
    assert [one.label for one in told.devices] == ["anna's phone"]


async def test_a_dose_that_a_back_up_lost_is_known_since_its_first_receipt(tmp_path: Path) -> None:
    """FRESH-R03: after a real restore, in the record and in the replay of the day it first came."""
    home, folder, ring = tmp_path / "home", tmp_path / "backup", tmp_path / "ring"
    async with open_house(home) as house:
        phone, clock = await house.enroll(), house.clock
        await make_backup(house.district.settings, folder, ring, clock())
        dose = phone.dose()
        first = clock()
        receipt = await _delivered(phone, dose)
    for file in home.glob("*.db*"):
        file.unlink()
    settings = settings_for(home)
    clock.turn(days=3)
    await restore_backup(settings, folder, ring, clock())
    assert Home(home).ledger.exists()
    await open_epoch(settings, clock, "the disk was replaced", os.urandom)
    async with open_house(home) as house:
        house.clock.now = clock.now
        phone.house = house
        asked = SyncRequest(push=(to_wire(dose),), presented=(Presented(event_hash(dose), receipt),))
        answer = decode((await phone.post(encode(asked))).content, type=SyncResponse)
        assert isinstance(answer.answers[0], Accepted)
        await house.sign_in("olga")
        (shown,) = (await house.http.get(f"/api/students/{ADA}")).json()["doses"]
        assert shown["known_since"][:16] == first.isoformat()[:16]
        assert shown["received_at"][:10] == clock.now.date().isoformat()
        then = await replayed(house, known_on=(first + timedelta(days=1)).date().isoformat())
        assert then["known"]["doses"] == []
        (proven,) = then["known_by_receipt"]
        assert (proven["dose"]["cvx"], proven["known_since"]) == ("03", shown["known_since"])
        assert (await replayed(house))["known_by_receipt"] == []


async def _delivered(phone: Phone, dose: SignedEvent) -> str:
    answer = await phone.turn(dose)
    return prove(answer.answers[0], answer.checkpoint, phone.enrolled.log_key)

"""What the office is shown of the log and its devices: in the API, in health and metrics, after a real restore."""

import asyncio
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import uvicorn

from events.catalog.devices import AlarmAccepted, DeviceClosed
from events.catalog.people import RoleGranted, RoleRevoked
from events.envelope import SignedEvent
from events.ids import stream_of
from events.wire import Accepted, Quarantined
from server.backup import make_backup, restore_backup
from server.commands.serve import server_config
from server.standby import create_standby
from server.store.epochs import open_epoch
from tests.server.house import ADA, CLINIC, House, Phone, open_house, settings_for
from tests.server.making import Writer, a_dose, make_id
from tests.server.test_identity_http import refusals
from tests.server.test_quarantine import HEADERS, facts


async def alarms(house: House) -> list[dict[str, object]]:
    answer = await house.http.get("/api/alarms")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["alarms"])


async def accept(house: House, row: dict[str, object], reason: str = "called the nurse") -> httpx.Response:
    body = {"kind": row["kind"], "about": row["about"], "count": row["count"], "reason": reason}
    return await house.http.post("/api/alarms/accept", json=body, headers=HEADERS)


async def test_a_gap_is_shown_with_its_age_until_it_is_filled(tmp_path: Path) -> None:
    """ALARM-R01: also with the device's name and the numbers that lack; after a restart just the same."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        first, second, third, fourth = (phone.dose() for _ in range(4))
        await phone.push(first, fourth)
        since = house.clock()
        house.clock.turn(hours=5)
        await house.sign_in("olga")
        (row,) = await alarms(house)
        assert (row["kind"], row["device"], row["count"], row["owner"]) == ("gap", "anna's phone", 2, "health_office")
        assert (row["first"], row["last"]) == (2, 3)
        assert str(row["since"])[:16] == since.isoformat()[:16]
        assert (await house.http.get("/health")).json()["alarms"] == {"gap": 1}
        assert (await house.http.get("/health")).json()["status"] == "ok"
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        (again,) = await alarms(house)
        assert again == row
        phone.house = house
        await phone.push(second, third)
        assert await alarms(house) == []


async def test_a_forked_device_alarms_and_its_nurse_goes_on(tmp_path: Path) -> None:
    """ALARM-R02, ALARM-R05: health says so until a person with the right accepted it."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        twin = Writer(make_id("unused"), phone.writer.author)
        twin.key, twin.device, twin.seat = phone.writer.key, phone.writer.device, phone.writer.seat
        mine, theirs = phone.dose(), twin.write(stream_of("student", ADA), a_dose("08"), id=make_id("twin"))
        _, kept = await phone.push(mine, theirs)
        assert isinstance(kept, Quarantined)
        (goes_on,) = await phone.push(phone.dose())
        assert isinstance(goes_on, Accepted)
        await house.sign_in("root")
        (row,) = await alarms(house)
        assert (row["kind"], row["owner"], row["count"]) == ("fork", "district_admin", 1)
        assert (await house.http.get("/health")).json()["status"] == "alarm"
        metrics = (await house.http.get("/metrics")).text
        assert 'doseledger_alarms_open{kind="fork"} 1.0' in metrics
        await house.sign_in("rita")
        assert (await accept(house, row)).status_code == 403
        assert len(await refusals(house, "rita")) == 1
        await house.sign_in("anna")
        assert (await house.http.get("/api/alarms")).status_code == 403
        await house.sign_in("root")
        assert (await accept(house, row, "")).status_code == 400
        assert (await accept(house, row)).json()["alarms"] == []
        assert (await accept(house, row)).status_code == 404
        assert (await house.http.get("/health")).json()["status"] == "ok"
        (told,) = await facts(house, AlarmAccepted)
        assert isinstance(told.payload, AlarmAccepted)
        assert (told.payload.by, told.payload.reason) == (house.staff["root"], "called the nurse")


async def test_what_came_after_a_role_ended_is_shown(tmp_path: Path) -> None:
    """ALARM-R04: accepted, and somebody looks at it; whom and which record."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        phone.writer.seen = (await house.district.log.head()).checkpoint.size
        dose = phone.dose()
        await house.tell(stream_of("staff", house.staff["anna"]), RoleRevoked(role="nurse", clinic=CLINIC))
        (answer,) = await phone.push(dose)
        assert isinstance(answer, Accepted)
        assert "role_lost_since" in answer.flags
        await house.sign_in("olga")
        (row,) = await alarms(house)
        assert (row["kind"], row["staff"], row["count"], row["students"]) == ("role_lost", "Anna Ek", 1, [ADA])
        await house.tell(stream_of("staff", house.staff["anna"]), RoleGranted(role="nurse"))
        assert (await accept(house, row)).json()["alarms"] == []


async def test_nobody_accepts_what_they_have_not_seen(tmp_path: Path) -> None:
    """ALARM-R07: what came since the list was shown, and what comes between the look and the log's word."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        phone.writer.seen = (await house.district.log.head()).checkpoint.size
        doses = [phone.dose(), phone.dose(), phone.dose()]
        await house.tell(stream_of("staff", house.staff["anna"]), RoleRevoked(role="nurse", clinic=CLINIC))
        await phone.push(doses[0])
        await house.sign_in("olga")
        (row,) = await alarms(house)
        await phone.push(doses[1])
        late = await accept(house, row)
        assert (late.status_code, late.json()["code"]) == (409, "more-came")
        assert await facts(house, AlarmAccepted) == []
        (row,) = await alarms(house)
        record_first = house.district.record_first

        async def after_another(*told: Any) -> Any:
            await phone.push(doses[2])
            return await record_first(*told)

        with patch.object(house.district, "record_first", after_another):
            assert (await accept(house, row)).json()["code"] == "more-came"
        (row,) = await alarms(house)
        assert row["count"] == 3
        assert (await accept(house, {**row, "count": 2**40})).json()["alarms"] == []
        *_, told = await facts(house, AlarmAccepted)
        assert isinstance(told.payload, AlarmAccepted)
        assert told.payload.count == 3


async def test_what_comes_from_a_closed_seat_waits_for_a_person(tmp_path: Path) -> None:
    """ALARM-R06: in quarantine, with the device and the person; the list says whose it is."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        await close_phone(house, phone)
        (kept,) = await phone.push(phone.dose())
        assert isinstance(kept, Quarantined)
        await house.sign_in("root")
        (row,) = (await house.http.get("/api/quarantine")).json()["submissions"]
        assert (row["reason"], row["owner"], row["device"], row["staff"]) == (
            "revoked_key",
            "district_admin",
            "anna's phone",
            "Anna Ek",
        )


async def close_phone(house: House, phone: Phone) -> None:
    await house.tell(stream_of("device", phone.enrolled.device), DeviceClosed(last_seq=0, reason="lost"))


async def test_a_restored_back_up_alarms_until_a_person_accepts_it(tmp_path: Path) -> None:
    """ALARM-R03: the restored database answers 503 and why; in the new epoch health alarms until it is accepted."""
    home, folder, ring = tmp_path / "home", tmp_path / "backup", tmp_path / "ring"
    settings = settings_for(home)
    async with open_house(home) as house:
        phone = await house.enroll()
        await make_backup(settings, folder, ring, house.clock())
        lost: list[SignedEvent] = [phone.dose(), phone.dose()]
        await phone.push(*lost)
        clock = house.clock
    for file in home.glob("*.db*"):
        file.unlink()
    await restore_backup(settings, folder, ring, clock())
    await _expect_standby(home)
    assert await open_epoch(settings, clock, "the disk was replaced", os.urandom) == 1
    async with open_house(home) as house:
        health = (await house.http.get("/health")).json()
        assert (health["status"], health["alarms"]["rollback"]) == ("alarm", 1)
        assert (await house.http.get("/ready")).status_code == 200
        assert 'doseledger_alarms_open{kind="rollback"} 1.0' in (await house.http.get("/metrics")).text
        phone.house = house
        assert all(isinstance(one, Accepted) for one in await phone.push(*lost))
        await house.sign_in("olga")
        row = next(one for one in await alarms(house) if one["kind"] == "rollback")
        assert (row["says"], row["about"]) == ("the disk was replaced", "1")
        assert int(str(row["count"])) >= 2
        await accept(house, row, "all phones delivered again")
        health = (await house.http.get("/health")).json()
        assert (health["status"], health["alarms"].get("rollback")) == ("ok", None)


async def _expect_standby(home: Path) -> None:
    """As ``doseledger serve`` on a rolled-back database: every address says so."""
    server = uvicorn.Server(
        server_config(create_standby("the database ends at 3", home / "no web app"), "127.0.0.1", 0)
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), serving.result()
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        health = await http.get("/health")
        assert (health.status_code, health.json()["database"]) == (503, "rolled back: open a new epoch")
        assert (await http.get("/ready")).status_code == 503
        for path in ("/sync", "/api/session", "/enroll"):
            told = await http.post(path, content=b"{}")
            assert (told.status_code, told.json()["code"]) == (503, "rolled-back")
    server.should_exit = True
    await serving

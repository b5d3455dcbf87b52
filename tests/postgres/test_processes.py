"""Several server processes on one district: a device goes to any of them, and processes come and go meanwhile."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest
import websockets

from events.envelope import event_hash
from events.ids import Hash, Position, StaffId
from events.receipt import verify_receipt
from events.wire import Hello, News
from server.api.asking import CSRF_HEADER
from server.district import open_district, wall_clock
from server.identity.credentials import Credentials
from server.identity.passwords import Passwords
from server.store.checking import check_log
from server.store.opening import identities_of
from tests.postgres.serving import Fleet, found_with_nurse, push_anywhere, settings_of
from tests.server.making import make_id
from tests.server.test_stopping import Device

PROCESSES, DEVICES = 2, 4
PASSWORD = "correct horse battery staple"


@pytest.fixture
async def fleet(database: str, tmp_path: Path) -> AsyncIterator[Fleet]:
    settings = settings_of(tmp_path / "home", database)
    await found_with_nurse(settings)
    fleet = Fleet(settings, PROCESSES)
    await asyncio.gather(*map(fleet.start, fleet.ports))
    yield fleet
    await fleet.stop_all()


async def test_a_device_goes_on_at_another_process(fleet: Fleet) -> None:
    """PG-R30: enrolled at one, pushing at the other and back; its token and its chain are known at both."""
    device = await fleet.enroll("phone", fleet.ports[0])
    for port in (*fleet.ports, *fleet.ports):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as http:
            await device.push(http)
    assert len(device.receipts) == device.writer.seq == 40
    await compare_receipts_with_the_log(fleet, [device])


async def test_news_of_what_one_process_took_is_heard_at_another(fleet: Fleet) -> None:
    """PG-R30: a device listens at one process and hears of what another device pushed to the other."""
    here, there = fleet.ports
    listener, writer = await fleet.enroll("listener", here), await fleet.enroll("writer", there)
    async with websockets.connect(f"ws://127.0.0.1:{here}/news") as socket:
        await socket.send(msgspec.json.encode(Hello(listener.enrolled.token)).decode())
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{there}", timeout=20) as http:
            await writer.push(http)
        key = writer.enrolled.log_key
        last = max(verify_receipt(receipt, named, key).position for named, receipt in writer.receipts.items())
        async with asyncio.timeout(20):
            while msgspec.json.decode(await socket.recv(), type=News).size <= last:
                pass


async def test_who_signs_in_at_one_process_works_at_another(fleet: Fleet) -> None:
    """PG-R30: the session is the district's, not the process's; signed out here is signed out there."""
    here, there = (f"http://127.0.0.1:{port}" for port in fleet.ports)
    async with identities_of(fleet.settings) as store:
        await Credentials(store, Passwords()).set_password(StaffId(make_id("staff anna")), PASSWORD, wall_clock())
    async with httpx.AsyncClient(timeout=20, headers={CSRF_HEADER: "1"}) as http:
        signed_in = await http.post(f"{here}/api/session", json={"login": "anna", "password": PASSWORD})
        cookie = {"cookie": signed_in.headers["set-cookie"].split(";")[0]}
        http.cookies.clear()
        assert (await http.get(f"{there}/api/session", headers=cookie)).status_code == 200
        (await http.delete(f"{there}/api/session", headers=cookie)).raise_for_status()
        assert (await http.get(f"{here}/api/session", headers=cookie)).status_code == 401


async def test_a_rolling_restart_under_load_loses_nothing(fleet: Fleet) -> None:
    """PG-R31: each process is told to stop, drains, ends with 0 and comes back; one more is killed."""
    devices = [await fleet.enroll(f"phone {number}", fleet.ports[0]) for number in range(DEVICES)]
    done, chance = asyncio.Event(), random.Random(20261121)
    pushing = [asyncio.create_task(push_anywhere(device, fleet.ports, done, chance)) for device in devices]
    for port in fleet.ports:
        await until_pushed(devices, 20)
        assert await fleet.stop(port, signal.SIGTERM) == 0
        await until_pushed(devices, 20)
        await fleet.start(port)
    await until_pushed(devices, 20)
    await fleet.stop(fleet.ports[0], signal.SIGKILL)
    await until_pushed(devices, 20)
    done.set()
    await asyncio.gather(*pushing)
    assert all(len(device.receipts) == device.writer.seq >= 20 for device in devices)
    await compare_receipts_with_the_log(fleet, devices)
    async with open_district(fleet.settings, wall_clock, "command", "test") as district:
        keys = district.keys
    found = await check_log(fleet.settings, keys, lambda done, size: None)
    assert (found.fault, found.gaps) == (None, ())


async def until_pushed(devices: list[Device], more: int) -> None:
    """Wait until every device got so many receipts more."""
    wanted = [len(device.receipts) + more for device in devices]
    async with asyncio.timeout(120):
        while any(len(device.receipts) < target for device, target in zip(devices, wanted, strict=True)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def compare_receipts_with_the_log(fleet: Fleet, devices: list[Device]) -> None:
    """Every receipt is for what the log holds there; every event is there once, in its device's order."""
    held: dict[Hash, Position] = {}
    chains: dict[str, list[int]] = {}
    async with open_district(fleet.settings, wall_clock, "command", "test") as district:
        async for row in district.log.read(Position(0)):
            held[row.event_hash] = row.position
            if row.header is not None:
                chains.setdefault(row.header.device, []).append(row.header.seq)
    for device in devices:
        assert chains[device.enrolled.device] == list(range(1, device.writer.seq + 1))
        assert device.writer.prev in held
        for named, receipt in device.receipts.items():
            assert held[named] == verify_receipt(receipt, named, device.enrolled.log_key).position
        assert not [event for event in device.outbox if event_hash(event) not in held]

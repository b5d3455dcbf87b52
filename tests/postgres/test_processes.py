"""Several server processes on one district: a device goes to any of them, and processes come and go meanwhile."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from events.envelope import event_hash
from events.ids import Hash, Position
from events.receipt import verify_receipt
from server.district import open_district, wall_clock
from server.store.checking import check_log
from tests.postgres.serving import Fleet, found_with_nurse, push_anywhere, settings_of
from tests.server.test_stopping import Device

PROCESSES, DEVICES = 2, 4


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

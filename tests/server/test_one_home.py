"""One home, hard used: two server processes at once, and a disk that is full. Real processes, real sockets."""

import asyncio
import os
import resource
from pathlib import Path

import httpx
import msgspec
import pytest

from events.envelope import SignedEvent, event_hash
from events.ids import stream_of
from events.wire import Accepted, Duplicate, SyncResponse, to_wire
from server.district import open_district, wall_clock
from server.store.fsck import verify_log
from tests.server.house import ADA, Turnable, found, prove, settings_for
from tests.server.making import a_dose
from tests.server.test_stopping import Device, compare_receipts_with_the_log, enrolled_device, free_port, serving

PUSHES = int(os.environ.get("PUSHES", "12"))


def at(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)


async def require_whole(home: Path) -> None:
    """The log as it lies there verifies from position 0."""
    async with open_district(settings_for(home), wall_clock, "command", "test") as district:
        settings = district.settings
        told = await asyncio.to_thread(
            verify_log, district.home, settings.district, settings.log_name, district.keys, lambda *_: None
        )
    assert told.fault is None, told.fault


async def test_two_servers_on_one_home_make_one_order(tmp_path: Path) -> None:
    """SERVER-R20: a device goes from one to the other and back, events come to both at once, one is killed."""
    await found(tmp_path, Turnable())
    left, right = free_port(), free_port()
    async with serving(tmp_path, left) as first, serving(tmp_path, right):
        device = await enrolled_device(tmp_path, left)
        async with at(left) as one, at(right) as other:
            for number in range(PUSHES):
                await device.push((one, other)[number % 2])
            same = device.writer.write(stream_of("student", ADA), a_dose())
            told = await asyncio.gather(*(_answered(device, http, same) for http in (one, other) * 4))
            assert len({answer.proof.position for answer, _ in told}) == 1
            assert sum(isinstance(answer, Accepted) for answer, _ in told) == 1
            device.receipts[event_hash(same)] = prove(*told[0], device.enrolled.log_key)
            first.kill()
            await first.wait()
            for _ in range(PUSHES):
                await device.push(other)
    await compare_receipts_with_the_log(tmp_path, device)
    await require_whole(tmp_path)


async def _answered(device: Device, http: httpx.AsyncClient, event: SignedEvent) -> tuple[Accepted | Duplicate, str]:
    """The answer to one event, and the checkpoint it stands under."""
    body = msgspec.json.encode({"push": [to_wire(event)]})
    answer = await http.post("/sync", content=body, headers={"Authorization": f"Bearer {device.enrolled.token}"})
    response = msgspec.json.decode(answer.content, type=SyncResponse)
    (told,) = response.answers
    assert isinstance(told, Accepted | Duplicate), told
    return told, response.checkpoint


def largest_file(home: Path) -> int:
    return max(file.stat().st_size for file in home.rglob("*") if file.is_file())


async def push_until_full(device: Device, http: httpx.AsyncClient) -> None:
    for _ in range(400):
        await device.push(http)


@pytest.mark.parametrize("room_bytes", [20_000, 90_000, 250_000])
async def test_a_full_disk_loses_nothing_that_was_receipted(tmp_path: Path, room_bytes: int) -> None:
    """SERVER-R21: no file may grow beyond what is there and a little more; then room again."""
    await found(tmp_path, Turnable())
    port = free_port()
    async with serving(tmp_path, port) as process, at(port) as http:
        device = await enrolled_device(tmp_path, port)
        await device.push(http)
        limit = largest_file(tmp_path) + room_bytes
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        with pytest.raises((httpx.TransportError, msgspec.MsgspecError)):  # no answer, or a problem: never a receipt
            await push_until_full(device, http)
        assert device.outbox
    async with serving(tmp_path, port), at(port) as http:
        while device.outbox:
            await device.push(http, record=0)
    await compare_receipts_with_the_log(tmp_path, device)
    await require_whole(tmp_path)

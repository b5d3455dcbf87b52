"""kill -9 of a device at random moments, and a disk without room: what it said was recorded is on it, and arrives.

Rounds: KILL_ROUNDS in the environment (default 6).
"""

import asyncio
import os
import random
import resource
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client_sync.replica import Replica, open_replica
from client_sync.transport import HttpTransport
from events.envelope import parse_header
from events.ids import Position
from tests.client_sync.recorder import KEY
from tests.server.house import ADA, CLINIC, House, open_house

ROUNDS = int(os.environ.get("KILL_ROUNDS", "6"))
ROOT = Path(__file__).parents[2]
LINE_SECONDS_MAX = 60.0


@asynccontextmanager
async def device_of(house: House, path: Path) -> AsyncIterator[Replica]:
    async with HttpTransport(house.url) as wire, open_replica(path, KEY, wire) as device:
        if device.enrolled is None:
            await device.enroll(await house.code("anna"), "gym laptop")
            await device.choose(f"clinic/{CLINIC}")
            await device.sync()
        yield device


class Told:
    """What a device's program said before it ended."""

    def __init__(self) -> None:
        self.recorded: list[str] = []
        self.receipted: dict[str, int] = {}

    def take(self, line: bytes) -> None:
        """A line that was cut off by the kill says nothing."""
        if line.endswith(b"\n"):
            match line.decode().split():
                case ["recorded", event]:
                    self.recorded.append(event)
                case ["receipted", event, position]:
                    assert self.receipted.setdefault(event, int(position)) == int(position)


def largest_file(path: Path) -> int:
    """Of the device's file and its journals."""
    return max(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))


async def started(house: House, path: Path) -> Process:
    command = (sys.executable, "-m", "tests.client_sync.recorder", house.url, str(path), ADA)
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=PIPE)


async def hear(process: Process, told: Told, lines: int) -> None:
    assert process.stdout is not None
    for _ in range(lines):
        async with asyncio.timeout(LINE_SECONDS_MAX):
            told.take(await process.stdout.readline())


async def hear_the_rest(process: Process, told: Told) -> None:
    assert process.stdout is not None
    for line in (await process.stdout.read()).splitlines(keepends=True):
        told.take(line)
    await process.wait()


async def require_all_of_it(house: House, path: Path, told: Told) -> None:
    """The device has what it said, delivers it, and each receipt is for where the log has the event."""
    async with device_of(house, path) as device:
        rows = {str(row.event): row for row in await device.outbox()}
        assert set(told.recorded) <= rows.keys()
        assert {event: rows[event].position for event in told.receipted} == told.receipted
        assert sorted(row.seq for row in rows.values()) == list(range(1, len(rows) + 1))
        assert (await device.sync()).waiting == 0
        rows = {str(row.event): row for row in await device.outbox()}
    stored = {}
    async for row in house.district.log.read(Position(0)):
        assert row.event is not None
        stored[str(parse_header(row.event.header).id)] = row.position
    assert {event: stored.get(event) for event in rows} == {event: row.position for event, row in rows.items()}


async def test_what_a_killed_device_said_was_recorded_arrives(tmp_path: Path) -> None:
    """CLIENT-R34: killed while it records, delivers or writes receipts down."""
    chance, told, path = random.Random(20261121), Told(), tmp_path / "device.db"
    async with open_house(tmp_path / "home") as house:
        async with device_of(house, path):
            pass
        for number in range(ROUNDS):
            process = await started(house, path)
            await hear(process, told, 1 + number % 5)
            await asyncio.sleep(chance.uniform(0, 0.1))
            process.kill()
            await hear_the_rest(process, told)
            await require_all_of_it(house, path, told)
    assert len(told.recorded) >= ROUNDS
    assert told.receipted


@pytest.mark.parametrize("room_bytes", [0, 12_000, 60_000])
async def test_a_device_without_room_says_so_and_keeps_what_it_has(tmp_path: Path, room_bytes: int) -> None:
    """CLIENT-R34: no file may grow beyond what is there and a little more; then there is room again."""
    told, path = Told(), tmp_path / "device.db"
    async with open_house(tmp_path / "home") as house:
        async with device_of(house, path):
            pass
        process = await started(house, path)
        await hear(process, told, 1)
        limit = largest_file(path) + room_bytes
        assert process.pid is not None
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        await hear_the_rest(process, told)
        assert process.returncode != 0, "it went on as if everything were kept"
        await require_all_of_it(house, path, told)
    assert told.recorded

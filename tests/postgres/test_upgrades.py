"""A newer program takes an older one's place, process by process, while phones push and the office reads at both."""

import asyncio
import random
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec

from server.store.checking import check_log
from tests.postgres.serving import NEWER, At, Fleet, NotNow
from tests.postgres.test_processes import compare_receipts_with_the_log, until_pushed
from tests.server.house import ADA, PASSWORD, open_house, settings_for
from tests.server.test_stopping import Device

DEVICES = 2
ANSWERS = 4
"""Of each process, before the next step."""


class Office:
    """Somebody who reads a child's record at every process, again and again, and checks each answer."""

    def __init__(self, fleet: Fleet, devices: list[Device]) -> None:
        self._fleet, self._devices, self.ports = fleet, devices, fleet.ports
        self.answers: Counter[int] = Counter()

    async def read(self, port: int, until: asyncio.Event) -> None:
        """Raises AssertionError for an error, and for an answer that lacks what had a receipt when it was asked."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            while not until.is_set():
                if port not in self._fleet.running:
                    await asyncio.sleep(0.05)
                    continue
                with suppress(httpx.TransportError):  # it is being replaced
                    if "doseledger" not in "".join(http.cookies):
                        await http.post(
                            "/api/session", json={"login": "olga", "password": PASSWORD}, headers={"X-Doseledger": "1"}
                        )
                    least = sum(len(device.receipts) for device in self._devices)
                    answer = await http.get(f"/api/students/{ADA}")
                    assert answer.status_code == 200, (port, answer.text)
                    shown = len(msgspec.json.decode(answer.content)["doses"])
                    assert least <= shown <= sum(device.writer.seq for device in self._devices)
                    self.answers[port] += 1

    async def until_answered(self) -> None:
        """Until every process has answered so often again."""
        wanted = {port: self.answers[port] + ANSWERS for port in self._fleet.running}
        async with asyncio.timeout(120):
            while any(self.answers[port] < least for port, least in wanted.items()):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_rolling_upgrade_under_load_is_answered_by_both_versions(database: str, tmp_path: Path) -> None:
    """PG-R33, STORE-R49: no answer fails or shows less, neither version builds anew what it has, nothing is lost."""
    async with open_house(tmp_path / "home", database_url=database) as house:
        keys = house.district.keys
    fleet = Fleet(settings_for(tmp_path / "home", database), 2)
    owner = await asyncpg.connect(database)
    try:
        for port in fleet.ports:
            await fleet.start(port)
        devices = [await fleet.enroll(f"phone {number}", fleet.ports[0]) for number in range(DEVICES)]
        office, done, chance = Office(fleet, devices), asyncio.Event(), random.Random(20261121)
        async with asyncio.TaskGroup() as work:
            for device in devices:
                work.create_task(push_as_it_is_read(device, office, done, chance))
            for port in fleet.ports:
                work.create_task(office.read(port, done))
            await office.until_answered()
            old = await live_rows(owner)
            assert await fleet.stop(fleet.ports[0], signal.SIGTERM) == 0
            await fleet.start(fleet.ports[0], NEWER)
            await office.until_answered()
            both = await live_rows(owner)
            assert (set(both.values()), len(both)) == ({True}, 2 * len(old))
            await until_pushed(devices, 5)
            await office.until_answered()
            assert await live_rows(owner) == both
            assert await fleet.stop(fleet.ports[1], signal.SIGTERM) == 0
            await fleet.start(fleet.ports[1], NEWER)
            await office.until_answered()
            assert await live_rows(owner) == both
            done.set()
        assert all(len(device.receipts) == device.writer.seq >= 10 for device in devices)
        await compare_receipts_with_the_log(fleet, devices)
        found = await check_log(fleet.settings, keys, lambda done, size: None)
        assert (found.fault, found.gaps) == (None, ())
    finally:
        await fleet.stop_all()
        await owner.close()


async def push_as_it_is_read(device: Device, office: Office, until: asyncio.Event, chance: random.Random) -> None:
    """A dose for each answer, pushed to whichever process answers: a record that grows no faster than it is read."""
    async with httpx.AsyncClient(timeout=60) as http:
        while not until.is_set() or device.outbox:
            record = int(not until.is_set() and device.writer.seq <= office.answers.total())
            if record or device.outbox:
                with suppress(httpx.TransportError, NotNow):
                    await device.push(At(http, chance.choice(office.ports)), record)  # type: ignore[arg-type]
            await asyncio.sleep(0.01)


async def live_rows(owner: Any) -> dict[tuple[str, int, int], bool]:
    """Every generation of rows, by projection, version and number, and whether it is live."""
    rows = await owner.fetch("SELECT name, version, generation, live FROM ledger.projection")
    return {(row["name"], row["version"], row["generation"]): row["live"] for row in rows}

"""kill -9 of a real server while people read: what was shown is on record, exactly once.

Rounds: KILL_ROUNDS in the environment (default 5).
"""

import asyncio
import os
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

import httpx
from argon2 import PasswordHasher

from events.catalog.disclosures import RecordViewed
from events.catalog.event_type import PersonName
from events.catalog.people import RoleGranted, StaffRegistered
from events.catalog.students import StudentRegistered
from events.codec import decode_payload
from events.ids import Position, StaffId, StudentId, stream_of
from server.district import open_district, wall_clock
from server.home import Home
from server.identity.credentials import Credentials
from server.identity.passwords import Passwords
from server.identity.store import IdentityStore
from tests.server.house import PASSWORD, WORK, Turnable, found, settings_for
from tests.server.making import make_id
from tests.server.test_stopping import free_port, serving

ROUNDS = int(os.environ.get("KILL_ROUNDS", "5"))
CHILDREN = [StudentId(make_id(f"read child {number}")) for number in range(8)]
OLGA = StaffId(make_id("staff olga"))


async def furnish(home: Path) -> None:
    async with open_district(settings_for(home), wall_clock, "command", "test") as district:
        person = StaffRegistered(name="Olga Ek", title="RN", address=WORK, login="olga")
        stream = stream_of("staff", OLGA)
        await district.record([(stream, person), (stream, RoleGranted(role="health_office"))])
        for number, child in enumerate(CHILDREN):
            name = PersonName(given=f"Child{number}", family="Okafor")
            await district.record(
                [(stream_of("student", child), StudentRegistered(name=name, birth_date="2015-06-15"))]
            )
    async with IdentityStore(Home(home).identity) as store:
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        await Credentials(store, Passwords(hasher)).set_password(OLGA, PASSWORD, wall_clock())


async def read_until_killed(port: int, process: asyncio.subprocess.Process, chance: Random) -> Counter[str]:
    """Read children, several at a time, until the server is gone; what was shown."""
    shown: Counter[str] = Counter()
    began = asyncio.Event()

    async def keep_reading(http: httpx.AsyncClient, order: Random) -> None:
        with suppress(httpx.TransportError):
            while True:
                child = order.choice(CHILDREN)
                answer = await http.get(f"/api/students/{child}")
                assert answer.status_code == 200, answer.text
                shown[child] += 1
                began.set()

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as http:
        signed_in = await http.post(
            "/api/session", json={"login": "olga", "password": PASSWORD}, headers={"X-Doseledger": "1"}
        )
        assert signed_in.status_code == 200, signed_in.text
        readers = [asyncio.create_task(keep_reading(http, Random(number))) for number in range(4)]
        await began.wait()
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        process.send_signal(signal.SIGKILL)
        await asyncio.gather(*readers)
    return shown


async def looks(home: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    async with open_district(settings_for(home), wall_clock, "command", "test") as district:
        async for row in district.log.read(Position(0)):
            if row.event is not None and row.header is not None and row.header.type == "record.viewed":
                payload = decode_payload(row.header.type, 1, row.event.payload)
                assert isinstance(payload, RecordViewed)
                found.update(viewing.student for viewing in payload.viewings)
    return found


async def test_after_every_kill_each_record_shown_has_its_look(tmp_path: Path) -> None:
    """SERVER-R19: never fewer looks than records shown; more only where the kill came before the answer."""
    await found(tmp_path, Turnable())
    await furnish(tmp_path)
    chance, port = Random(7), free_port()
    shown: Counter[str] = Counter()
    for number in range(ROUNDS):
        async with serving(tmp_path, port) as process:
            shown += await read_until_killed(port, process, chance)
        recorded = await looks(tmp_path)
        assert all(recorded[child] >= shown[child] for child in CHILDREN)
        assert recorded.total() - shown.total() <= 4 * (number + 1), "at most what each reader waited for at a kill"
    assert shown.total() >= ROUNDS

"""Several ``doseledger serve`` processes on one database, and devices that go to any of them."""

import asyncio
import os
import random
import signal
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import msgspec

from events.catalog.people import RoleGranted, StaffRegistered
from events.ids import StaffId, stream_of
from events.wire import Enrolled, EnrollRequest
from server.district import found_district, open_district, wall_clock
from server.identity.enrolment import Enrolment
from server.settings import Settings
from server.store.opening import identities_of
from tests.server.house import WORK
from tests.server.making import DISTRICT, Writer, make_id
from tests.server.test_stopping import Device, free_port

ROOT = Path(__file__).parents[2]
START_SECONDS_MAX = 60
PROGRAM = ("-m", "server.cli")
NEWER = (
    "-c",
    "from projections.tables import PROJECTIONS\n"
    "for one in PROJECTIONS: one.version += 1 << 32\n"
    "from server.cli import main; main()",
)
"""The program as after a change of what rows hold, or of the catalogue of events."""


def settings_of(home: Path, url: str) -> Settings:
    return Settings(home, DISTRICT, "log.example", "127.0.0.1", 0, database_url=url)


async def found_with_nurse(settings: Settings) -> None:
    await found_district(settings, wall_clock, "Fleet ISD", "school_district", "America/Chicago")
    async with open_district(settings, wall_clock, "command", "test") as district:
        stream = stream_of("staff", StaffId(make_id("staff anna")))
        person = StaffRegistered(name="Anna Quillfeather", title="RN", address=WORK, login="anna")
        await district.record([(stream, person), (stream, RoleGranted(role="nurse"))])


class Fleet:
    """Server processes by port."""

    def __init__(self, settings: Settings, size: int) -> None:
        self.settings = settings
        self.ports = [free_port() for _ in range(size)]
        self.running: dict[int, asyncio.subprocess.Process] = {}

    async def start(self, port: int, program: tuple[str, ...] = PROGRAM) -> None:
        """One process, ready to answer."""
        environment = os.environ | {
            "DOSELEDGER_HOME": str(self.settings.home), "DOSELEDGER_DISTRICT": self.settings.district,
            "DOSELEDGER_LOG_NAME": self.settings.log_name, "DOSELEDGER_DATABASE_URL": self.settings.database_url,
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, *program, "serve", "--port", str(port), cwd=ROOT, env=environment,
            stderr=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        self.running[port] = process
        async with asyncio.timeout(START_SECONDS_MAX), httpx.AsyncClient() as http:
            while True:
                assert process.returncode is None, "the server did not start"
                with suppress(httpx.TransportError):
                    if (await http.get(f"http://127.0.0.1:{port}/health")).status_code == 200:
                        return
                await asyncio.sleep(0.05)

    async def stop(self, port: int, how: signal.Signals) -> int:
        process = self.running.pop(port)
        process.send_signal(how)
        return await process.wait()

    async def stop_all(self) -> None:
        for port in list(self.running):
            await self.stop(port, signal.SIGKILL)

    async def enroll(self, name: str, port: int) -> Device:
        """A phone of Anna's, enrolled at one process."""
        staff = StaffId(make_id("staff anna"))
        writer = Writer(make_id(f"unused {name}"), staff)
        async with identities_of(self.settings) as store:
            code, _ = await Enrolment(store, os.urandom).issue(staff, wall_clock())
        asked = EnrollRequest(code, writer.key.public.hex(), name)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as http:
            answer = await http.post("/enroll", content=msgspec.json.encode(asked))
        enrolled = msgspec.json.decode(answer.content, type=Enrolled)
        writer.device = enrolled.device
        return Device(enrolled, writer)


async def push_anywhere(device: Device, ports: list[int], until: asyncio.Event, chance: random.Random) -> None:
    """Push to whichever process answers, each time another one, until told to stop and all is delivered."""
    async with httpx.AsyncClient(timeout=20) as http:
        while not until.is_set() or device.outbox:
            client = At(http, chance.choice(ports))
            with suppress(httpx.TransportError, NotNow):
                await device.push(client, record=0 if until.is_set() else 5)  # type: ignore[arg-type]


class NotNow(Exception):
    """A process that is stopping, or whose database is away, says 5xx: ask again."""


class At:
    """An HTTP client bound to one process, for ``Device.push``."""

    def __init__(self, http: httpx.AsyncClient, port: int) -> None:
        self._http, self._port = http, port

    async def post(self, path: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        answer = await self._http.post(f"http://127.0.0.1:{self._port}{path}", content=content, headers=headers)
        if answer.status_code >= 500:
            await asyncio.sleep(0.05)
            raise NotNow
        return answer

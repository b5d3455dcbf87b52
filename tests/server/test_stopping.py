"""kill -9 in the middle of pushes, again and again: no receipt is ever for something the log does not hold.

Rounds: KILL_ROUNDS in the environment (default 20); ``KILL_ROUNDS=100 pytest tests/server/test_stopping.py``.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random, SystemRandom

import httpx
import msgspec
import pytest

from events.catalog.people import RoleGranted, StaffRegistered
from events.envelope import SignedEvent, event_hash
from events.errors import Refused
from events.ids import Hash, Position, StaffId, stream_of
from events.receipt import verify_receipt
from events.wire import Accepted, Duplicate, Enrolled, EnrollRequest, SyncResponse, to_wire
from server.commands.serve import listen
from server.district import open_district, wall_clock
from server.home import Home
from server.identity.enrolment import Enrolment
from server.identity.store import IdentityStore
from tests.server.house import ADA, WORK, Turnable, found, prove, settings_for
from tests.server.making import Writer, a_dose, make_id

ROUNDS = int(os.environ.get("KILL_ROUNDS", "20"))
ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def serving(home: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """``doseledger serve`` in a process of its own, ready to answer."""
    environment = os.environ | {
        "DOSELEDGER_HOME": str(home), "DOSELEDGER_DISTRICT": "isd-900", "DOSELEDGER_LOG_NAME": "log.example",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", "serve", "--port", str(port),
        cwd=ROOT, env=environment, stderr=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with httpx.AsyncClient() as http:
            while True:
                assert process.returncode is None, "the server did not start"
                with suppress(httpx.TransportError):
                    if (await http.get(f"http://127.0.0.1:{port}/health")).status_code == 200:
                        break
                await asyncio.sleep(0.05)
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Device:
    """Pushes in small batches until each event has a verified receipt; whatever else happens, it asks again."""

    def __init__(self, enrolled: Enrolled, writer: Writer) -> None:
        self.enrolled, self.writer = enrolled, writer
        self.outbox: list[SignedEvent] = []
        self.receipts: dict[Hash, str] = {}

    async def push(self, http: httpx.AsyncClient, record: int = 10) -> None:
        """Record that many more doses, then push the oldest ten."""
        self.outbox += [self.writer.write(stream_of("student", ADA), a_dose()) for _ in range(record)]
        batch = self.outbox[:10]
        body = msgspec.json.encode({"push": [to_wire(event) for event in batch]})
        headers = {"Authorization": f"Bearer {self.enrolled.token}"}
        answer = await http.post("/sync", content=body, headers=headers)
        response = msgspec.json.decode(answer.content, type=SyncResponse)
        for event, told in zip(batch, response.answers, strict=True):
            assert isinstance(told, Accepted | Duplicate), told
            receipt = prove(told, response.checkpoint, self.enrolled.log_key)
            self.receipts.setdefault(event_hash(event), receipt)
        self.outbox = self.outbox[len(batch) :]


async def push_until_killed(
    device: Device, port: int, process: asyncio.subprocess.Process, after_seconds: float
) -> None:
    async def kill() -> None:
        await asyncio.sleep(after_seconds)
        process.send_signal(signal.SIGKILL)

    killing = asyncio.create_task(kill())
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
        with suppress(httpx.TransportError):
            while True:
                await device.push(http)
    await killing


async def enrolled_device(home: Path, port: int) -> Device:
    """A nurse's phone, enrolled at the running server."""
    staff = StaffId(make_id("staff anna"))
    writer = Writer(make_id("unused"), staff)
    async with open_district(settings_for(home), wall_clock, "command", "test") as district:
        person = StaffRegistered(name="Anna Ek", title="RN", address=WORK, login="anna")
        stream = stream_of("staff", staff)
        await district.record([(stream, person), (stream, RoleGranted(role="nurse"))])
    async with IdentityStore(Home(home).identity) as store:
        code, _ = await Enrolment(store, os.urandom).issue(staff, wall_clock())
    asked = EnrollRequest(code, writer.key.public.hex(), "phone")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        await http.get("/log/isd-900/0/checkpoint")  # the server knows the newest head, and so its staff
        answer = await http.post("/enroll", content=msgspec.json.encode(asked))
    enrolled = msgspec.json.decode(answer.content, type=Enrolled)
    writer.device = enrolled.device
    return Device(enrolled, writer)


def free_port() -> int:
    """One of those that the system gives to nobody unasked, so that it stays free while no server is up."""
    while True:
        port = SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


async def test_after_every_kill_each_receipt_is_in_the_log_and_nothing_is_lost(tmp_path: Path) -> None:
    """SERVER-R12"""
    await found(tmp_path, Turnable())
    chance, port = Random(5), free_port()
    async with serving(tmp_path, port):
        device = await enrolled_device(tmp_path, port)
    for _ in range(ROUNDS):
        async with serving(tmp_path, port) as process:
            await push_until_killed(device, port, process, chance.uniform(0.02, 0.3))
    async with serving(tmp_path, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
        while device.outbox:
            await device.push(http, record=0)
    await compare_receipts_with_the_log(tmp_path, device)


async def compare_receipts_with_the_log(home: Path, device: Device) -> None:
    async with open_district(settings_for(home), wall_clock, "command", "test") as district:
        seqs = []
        held: dict[Hash, Position] = {}
        async for row in district.log.read(Position(0)):
            held[row.event_hash] = row.position
            if row.header is not None and row.header.device == device.enrolled.device:
                seqs.append(row.header.seq)
    assert seqs == list(range(1, device.writer.seq + 1)), "every event once, in the device's order"
    assert len(device.receipts) == device.writer.seq
    for named, receipt in device.receipts.items():
        assert held[named] == verify_receipt(receipt, named, device.enrolled.log_key).position


async def test_a_request_that_runs_when_told_to_stop_is_finished(tmp_path: Path) -> None:
    """SERVER-R05: SIGTERM drains; the process ends with 0."""
    await found(tmp_path, Turnable())
    port = free_port()
    async with serving(tmp_path, port) as process:
        device = await enrolled_device(tmp_path, port)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
            await device.push(http)
            running = asyncio.create_task(device.push(http))
            await asyncio.sleep(0.005)
            process.terminate()
            with suppress(httpx.TransportError):
                await running
        assert await asyncio.wait_for(process.wait(), 20) == 0
    assert len(device.receipts) in (10, 20)


def test_an_address_that_is_taken_is_refused_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder, pytest.raises(Refused, match="choose --port") as refused:
        listen("127.0.0.1", holder.getsockname()[1])
    assert refused.value.code == "address-not-free"

"""Every system call of a device's file fails: the 1st, the 2nd … nth read, write, truncation and sync, in a life that
records, attaches a picture, delivers, and pulls in several pages. The program goes on as far as it can; then the power
goes, so that what a failed sync only pretended to keep is gone too.

Nothing it said was recorded is lost, nothing it called receipted or delivered is less than that, and what is on the
disk is one state or the other.
"""

import asyncio
import copy
import gc
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random
from typing import Any, cast

import aiosqlite
import apsw
import msgspec
import pytest
from msgspec.structs import replace

from client_sync.effects import Send
from client_sync.errors import DeviceError
from client_sync.replica import Replica
from client_sync.sealing import Sealer
from client_sync.store import Store
from client_sync.wal import write_again
from events.catalog.event_type import Told
from events.catalog.statements import StatementReceived
from events.ids import EventId, Hash, stream_of
from events.photos import PIECE_BYTES, PhotoReceived, pieces_of, vouch_for_photo
from events.receipt import verify_receipt
from events.wire import (
    ClinicChoice,
    Cursor,
    Enrolled,
    EnrollRequest,
    Fates,
    FatesRequest,
    News,
    Page,
    PhotoState,
    SyncRequest,
    SyncResponse,
)
from tests.client_sync.on_disk import Connection, translated
from tests.client_sync.rig import CHILD, IDENTITY, Rig, enrolled
from tests.server.making import START, Writer, a_dose, make_id
from tests.simulation.memory_log import LOG_NAME
from tests.store.failing_disk import FailingDisk

OTHERS = 9
PAGE_EVENTS = 2
PATIENCE_SECONDS = 5.0
SCOPE = f"clinic/{make_id('gym')}"
STUDENT = stream_of("student", CHILD)
PAPER = StatementReceived(
    kind="medical",
    signer="Dr. B",
    standing="physician",
    received_on="2026-11-21",
    told=Told(source="paper", recorder="A. Ek"),
    antigens=("measles",),
)
PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
ENROLLED = replace(enrolled(IDENTITY), sealing_key="07" * 32)
_disks = iter(range(10**6))
pytestmark = pytest.mark.usefixtures("only_new_garbage")


class District:
    """An honest server in memory, as a transport: small pages, and pictures."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.photos: dict[str, list[bytes]] = {}
        other = Writer(make_id("other phone"))
        for _ in range(OTHERS):
            self.rig.append(other.write(STUDENT, a_dose()))

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse:
        response = self.rig.honest(Send(1, request))
        if request.pull is None:
            return response
        return replace(response, page=self._page(request.pull.scope, request.pull.cursor))

    def _page(self, scope: str, cursor: Cursor | None) -> Page:
        rows = [row for row in self.rig.rows() if cursor is None or row.position > cursor.position]
        if len(rows) <= PAGE_EVENTS:
            return self.rig.page(scope, cursor)
        given = rows[:PAGE_EVENTS]
        until = replace(self.rig.cursor(scope), effective=given[-1].position, position=given[-1].position)
        return self.rig.vouched(scope, given, cursor, until, None)

    async def photo(self, token: str, name: str) -> PhotoState:
        pieces = self.photos.get(name, [])
        whole = b"".join(pieces)
        if hashlib.sha256(whole).hexdigest() != name:
            return PhotoState(len(whole) // PIECE_BYTES, bytes_here=len(whole))
        said = PhotoReceived(ENROLLED.origin, Hash(name), len(whole), "2026-11-21T15:09:09.123Z")
        return PhotoState(pieces_of(len(whole)), vouch_for_photo(said, LOG_NAME, self.rig.log.key), len(whole))

    async def send_piece(self, token: str, name: str, number: int, size_bytes: int, part: bytes, at: int) -> PhotoState:
        assert number * PIECE_BYTES + at == len(b"".join(self.photos.get(name, []))) < size_bytes
        self.photos.setdefault(name, []).append(part)
        return await self.photo(token, name)

    async def enroll(self, request: EnrollRequest) -> Enrolled:
        return ENROLLED

    async def fates(self, token: str, request: FatesRequest) -> Fates:
        raise AssertionError("nothing is in quarantine")

    async def clinics(self, token: str) -> tuple[ClinicChoice, ...]:
        return ()

    async def news(self, token: str) -> AsyncIterator[News]:
        for _ in ():
            yield News("", 0)


class Counting(FailingDisk):
    """``made``: what was called, in order."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.made: list[str] = []

    def call(self, what: str) -> None:
        if not self.is_unplugged:
            self.made.append(what)
        super().call(what)


class SeenFile:
    """A file as a process of the same machine sees it."""

    def __init__(self, disk: FailingDisk, name: str) -> None:
        self._file = disk.xOpen(name, [0, 0])
        self._at = 0

    def seek(self, offset: int, /) -> None:
        self._at = offset

    def read(self, size: int, /) -> bytes:
        return self._file.xRead(size, self._at)

    def write(self, data: bytes, /) -> None:
        self._file.xWrite(data, self._at)


class Shaky:
    """A device whose disk refuses one call, or every one from then on, in each of its lives."""

    def __init__(self, wal_pages: int) -> None:
        self.wal_pages = wal_pages
        """After so many a commit copies the log into the file: every few commits, or never."""
        self.disk = Counting(f"device-failing-{next(_disks)}")
        self.chance = Random(20261121)
        self.refused = 0
        """What the device would not do, and said so."""
        self._open: list[apsw.Connection] = []
        self.begin()

    def begin(self) -> None:
        """Nothing was said yet."""
        self.district = District()
        self.recorded: dict[EventId, bool] = {}
        """What ``record`` came back from, and whether with a picture."""
        self.shown: dict[EventId, tuple[str, str]] = {}
        """What the outbox told of state and picture, the furthest each."""

    async def start(self) -> Replica:
        with translated():
            self._open.append(apsw.Connection("/device.db", vfs=self.disk.name))
        db = Connection(self._open[-1], wal_pages=self.wal_pages)
        store = Store(cast(aiosqlite.Connection, db), Sealer(bytes(32)))
        replica = Replica(store, self.district, lambda: START, lambda: 0.0)
        await replica.start()
        return replica

    def stop(self) -> None:
        self.disk.is_unplugged = True
        while self._open:
            self._open.pop().close(True)
        gc.collect()
        self.disk.is_unplugged = False

    async def live(self) -> None:
        """One life: every step is tried twice, and what it says afterwards is remembered."""
        try:
            device = await self.start()
        except (sqlite3.Error, DeviceError):
            return  # it did not even begin
        for step in (self._dose, self._pull, self._paper, self._pull, self._dose):
            for _ in range(2):
                if await self._tries(device, step):
                    break

    async def live_on(self, is_trusting: bool = False) -> None:
        """The next process, while what a failed sync forgot still seems to be there: it records and delivers."""
        if not is_trusting:
            write_again(SeenFile(self.disk, "/device.db-wal"))
            self.disk.files["/device.db-wal"].sync()
        device = await self.start()
        for step in (self._dose, self._pull, self._dose):
            assert await self._tries(device, step)

    async def _tries(self, device: Replica, step: Callable[[Replica], Awaitable[None]]) -> bool:
        is_done = True
        try:
            await step(device)
        except (sqlite3.Error, DeviceError):
            self.refused, is_done = self.refused + 1, False
        try:
            for row in await device.outbox():
                state, picture = self.shown.get(row.event, ("", ""))
                self.shown[row.event] = _further(state, row.state), _further(picture, row.picture)
        except (sqlite3.Error, DeviceError):
            pass  # nothing was shown
        return is_done

    async def _dose(self, device: Replica) -> None:
        self.recorded[await device.record(STUDENT, a_dose())] = False

    async def _paper(self, device: Replica) -> None:
        self.recorded[await device.record(STUDENT, PAPER, PICTURE)] = True

    async def _pull(self, device: Replica) -> None:
        await device.pull(PATIENCE_SECONDS)

    async def wrong(self) -> list[str]:
        """What is wrong after the power is back, in words; at last it has to deliver everything."""
        device = await self.start()
        found = [f"integrity: {said}" for (said,) in self._open[-1].execute("PRAGMA integrity_check") if said != "ok"]
        rows = {row.event: row for row in await device.outbox()}
        found += [f"{event} was recorded and is gone" for event in self.recorded if event not in rows]
        found += [
            f"the picture of {event} is gone"
            for event, has in self.recorded.items()
            if has and event in rows and not rows[event].picture
        ]
        for event, (state, picture) in self.shown.items():
            if event not in rows:
                found.append(f"{event} was shown as {state} and is gone")
            elif (state == "receipted" != rows[event].state) or (picture == "receipted" != rows[event].picture):
                found.append(f"{event} was {state} {picture}, is {rows[event].state} {rows[event].picture}")
        held = [one.position for one in await device.held()]
        if held != list(range(len(held))):
            found.append(f"positions {held} are held")
        return found or await self._delivered(device)

    async def _delivered(self, device: Replica) -> list[str]:
        report = await device.pull(PATIENCE_SECONDS)
        log = self.district.rig.log
        rows, held = await device.outbox(), await device.held()
        found = [] if report.is_quiet else [f"not quiet: {report}"]
        found += [f"seq {row.seq} at place {place}" for place, row in enumerate(rows, 1) if row.seq != place]
        found += [
            f"{row.event} is {row.state} {row.picture}" for row in rows if {row.state, row.picture} - {"receipted", ""}
        ]
        for receipt in await device.receipts():
            proven = verify_receipt(receipt.text, receipt.event_hash, IDENTITY.log_key)
            if log.by_hash.get(receipt.event_hash) != proven.position:
                found.append(f"the receipt of {receipt.event} is of {proven.position}")
        if [one.event_hash for one in held] != [row.event_hash for row in log.rows]:
            found.append("what is held is not what the log has")
        return found


def _further(before: str, now: str) -> str:
    return before if before == "receipted" else now


def furnished(wal_pages: int) -> Shaky:
    """Enrolled, following a clinic, with an event that waits: nothing of it is on its way to the disk any more."""
    shaky = Shaky(wal_pages)

    async def furnish() -> None:
        device = await shaky.start()
        async with device._store.transaction() as transaction:
            await transaction.put("enrolled", msgspec.json.encode(ENROLLED))
        await device.start()
        await device.choose(SCOPE)
        await device.record(STUDENT, a_dose())

    asyncio.run(furnish())
    shaky.stop()
    return shaky


def failing(shaky: Shaky, files: dict[str, Any], call: int, is_lasting: bool) -> str:
    """One life, in which this call fails; what it was."""
    shaky.begin()
    shaky.disk.files = copy.deepcopy(files)
    shaky.disk.plan(call, is_lasting)
    asyncio.run(shaky.live())
    shaky.stop()
    failed = shaky.disk.failed
    shaky.disk.plan(-1, is_lasting=False)
    return failed


def after_the_power_went(shaky: Shaky) -> list[str]:
    shaky.disk.restore(shaky.chance)
    wrong = asyncio.run(shaky.wrong())
    shaky.stop()
    return wrong


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("is_lasting", "wal_pages", "every"),
    [(False, 12, 1), (False, 1_000, 5), (True, 12, 7)],
    ids=["once", "once, and the log is never copied", "from then on"],
)
def test_any_system_call_of_a_device_may_fail(is_lasting: bool, wal_pages: int, every: int) -> None:
    """CLIENT-R37: each sync, and each or every so many of the rest; another process may go on before the power goes."""
    shaky = furnished(wal_pages)
    files = copy.deepcopy(shaky.disk.files)
    shaky.disk.made.clear()
    assert not failing(shaky, files, -1, is_lasting), "what is swept over is a life that goes well"
    calls = [number for number, what in enumerate(shaky.disk.made) if what == "sync" or not number % every]
    assert set(shaky.disk.made) >= {"read", "write", "sync"}
    for call in calls:
        failed = failing(shaky, files, call, is_lasting)
        assert failed
        assert after_the_power_went(shaky) == [], f"call {call}, a {failed}"
        if failed == "sync" and not is_lasting:
            assert failing(shaky, files, call, is_lasting) == "sync"
            asyncio.run(shaky.live_on())
            shaky.stop()
            assert after_the_power_went(shaky) == [], f"call {call}, a {failed}, and a process after it"
    assert shaky.refused


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_process_that_trusts_what_a_failed_sync_left_loses_what_it_records() -> None:
    """CLIENT-R37: the control, which has to fail."""
    shaky = furnished(1_000)
    files, wrong = copy.deepcopy(shaky.disk.files), list[str]()
    shaky.disk.made.clear()
    failing(shaky, files, -1, is_lasting=False)
    for call in [number for number, what in enumerate(shaky.disk.made) if what == "sync"]:
        assert failing(shaky, files, call, is_lasting=False) == "sync"
        asyncio.run(shaky.live_on(is_trusting=True))
        shaky.stop()
        wrong += after_the_power_went(shaky)
    assert any("was recorded and is gone" in one for one in wrong)

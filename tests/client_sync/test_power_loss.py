"""The power goes on a device at any change of its disk: a page that was not waited for may go, as a whole; no more.

The store that ships runs, through apsw, on a disk that loses unsynced sectors at random. Rounds: POWER_ROUNDS
(default 60); a failure names the seed.
"""

import asyncio
import gc
import os
from random import Random
from typing import cast

import aiosqlite
import apsw
import pytest

from client_sync.effects import KeepCheckpoint, KeepOwn, KeepPage, KeepScope, Write, can_be_asked_again
from client_sync.sealing import Sealer
from client_sync.store import Store
from events.envelope import event_hash, parse_header
from events.ids import Position, StudentId, stream_of
from events.packing import Pulled
from events.wire import Cursor
from tests.client_sync.on_disk import Connection
from tests.server.making import Writer, a_dose, make_id
from tests.store.lossy_disk import LossyDisk

ROUNDS = int(os.environ.get("POWER_ROUNDS", "60"))
CHANGES_MAX = 120
PAGES = 5
ORIGIN = "log.example/isd-900/0"
SCOPE = f"clinic/{make_id('gym')}"
CHILDREN = [stream_of("student", StudentId(make_id(f"child {number}"))) for number in range(4)]
_disks = iter(range(10**6))
pytestmark = pytest.mark.usefixtures("only_new_garbage")


class Device:
    """One device that pulls and records by turns. ``waiting`` is what it takes for waiting for the disk."""

    def __init__(self, seed: int, waiting: str = "FULL") -> None:
        self.chance, self.disk = Random(seed), LossyDisk(f"device-{next(_disks)}")
        self.waiting = waiting
        self.writer = Writer(make_id(f"phone {seed}"))
        self.recorded: list[str] = []
        self.sure = self.pulled = 0
        """Events of the scope that must be there after a power cut, and those that may."""
        self.lost_pages = 0
        self._open: list[apsw.Connection] = []

    def start(self) -> Store:
        self._open.append(apsw.Connection("/device.db", vfs=self.disk.name))
        db = Connection(self._open[-1], self.waiting)
        return Store(cast(aiosqlite.Connection, db), Sealer(bytes(32)))

    def stop(self) -> None:
        self.disk.is_unplugged = True
        while self._open:
            self._open.pop().close(True)
        gc.collect()
        self.disk.is_unplugged = False

    async def work(self) -> None:
        """Pull and record until the power goes; remember what was waited for."""
        try:
            store = self.start()
            while True:
                if self.chance.random() < 0.3:
                    await self.record(store)
                else:
                    await self.pull(store)
        except Exception:
            if not self.disk.is_off:
                raise

    async def record(self, store: Store) -> None:
        """What is recorded is waited for, and with it every page before."""
        event = self.writer.write(self.chance.choice(CHILDREN), a_dose())
        seq = parse_header(event.header).seq
        await self.write(store, [KeepOwn(seq, event_hash(event), event)])
        self.recorded.append(event_hash(event))

    async def pull(self, store: Store) -> None:
        """One page: the last of a pull is waited for, one in the middle is not."""
        begin, count = self.pulled, self.chance.randint(1, 6)
        events = tuple(self.event(begin + number) for number in range(count))
        size = begin + count
        cursor = Cursor(ORIGIN, SCOPE, size - 1, size - 1, size, "00" * 32)
        page = KeepPage(SCOPE, events, cursor, complete=self.chance.random() < 1 / PAGES)
        first: list[Write] = [] if begin else [KeepScope(SCOPE)]
        await self.write(store, [KeepCheckpoint(ORIGIN, size, f"note {size}"), *first, page], size)

    async def write(self, store: Store, writes: list[Write], size: int = 0) -> None:
        waits, reached = not can_be_asked_again(writes), max(size, self.pulled)
        async with store.transaction(waits) as transaction:
            await transaction.write(writes)
        self.pulled = reached
        if waits:
            self.sure = reached

    def event(self, position: int) -> Pulled:
        """The log's event at a position, the same one each time it is pulled."""
        event = Writer(make_id(f"other phone {position}")).write(CHILDREN[position % len(CHILDREN)], a_dose())
        at, header = Position(position), parse_header(event.header)
        return Pulled(at, position, 1_780_000_000_000 + position, event_hash(event), header, event)

    async def wrong(self) -> list[str]:
        """What is wrong after the power is back, in words; from here the device goes on."""
        store = self.start()
        found = [f"integrity: {said}" for (said,) in self._open[-1].execute("PRAGMA integrity_check") if said != "ok"]
        own = {one.event_hash for one in await store.own()}
        found += [f"{name} was recorded and is gone" for name in self.recorded if name not in own]
        cursors = [row[0] for row in self._open[-1].execute("SELECT json_extract(cursor, '$.size') FROM scopes")]
        notes = [row[0] for row in self._open[-1].execute("SELECT size FROM checkpoints")]
        held = sorted((one.position, one.event_hash) for one in await store.held())
        size = cursors[0] if cursors else 0
        if not self.sure <= size <= self.pulled + 6:
            found.append(f"the cursor stands at {size}; at {self.sure} it was waited for")
        if [name for name, _ in held] != list(range(size)):
            found.append(f"the cursor stands at {size}, and {len(held)} events are there")
        if (notes or [0]) != [size]:
            found.append(f"the checkpoint stands at {notes}, the cursor at {size}")
        self.lost_pages += size < self.pulled
        self.recorded = [name for name in self.recorded if name in own]
        self.writer = self.writer if not own else await self._writer(store)
        self.pulled = self.sure = size
        return found

    async def _writer(self, store: Store) -> Writer:
        """The device's own chain as the file has it."""
        again = Writer(self.writer.device)
        again.seq, again.prev = len(await store.own()), (await store.own())[-1].event_hash
        return again


def rounds(device: Device, count: int) -> list[str]:
    """So many losses of power, each at a random change; what was found wrong first."""
    for number in range(count):
        device.disk.fuse = device.chance.randrange(CHANGES_MAX)
        asyncio.run(device.work())
        device.stop()
        device.disk.restore(device.chance)
        try:
            wrong = asyncio.run(device.wrong())
        except Exception as error:
            wrong = [f"{type(error).__name__}: {error}"]
        device.stop()
        if wrong:
            return [f"round {number}", *wrong]
    return []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_power_cut_takes_whole_pages_of_a_pull_and_nothing_that_was_recorded(seed: int) -> None:
    """CLIENT-R30"""
    device = Device(seed)
    assert rounds(device, ROUNDS // 3) == [], f"seed {seed}"
    assert device.recorded


def test_the_disk_does_take_pages_that_were_not_waited_for() -> None:
    """CLIENT-R30: else the test above says nothing of them."""
    device = Device(4)
    assert rounds(device, ROUNDS) == []
    assert device.lost_pages


def test_a_device_that_never_waits_for_its_disk_loses_what_was_recorded() -> None:
    """CLIENT-R30: the control, which has to fail."""
    assert any(rounds(Device(seed, "OFF"), 30) for seed in range(3))

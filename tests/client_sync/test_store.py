"""The device's file: what a step writes is all there or not at all, and a receipt is the only way out."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client_sync.effects import DeliverAgain, KeepOwn, KeepReceipt
from client_sync.errors import DeviceInUse, StoreDamaged, WrongKey
from client_sync.opening import open_store
from client_sync.store import Store
from client_sync.wal import make_durable
from events.dates import read_instant
from events.ids import Position
from tests.client_sync.rig import IDENTITY, Rig, enrolled
from tests.simulation.disk import DeviceDisk
from tests.simulation.world import World

KEY = b"k" * 32


@pytest.mark.parametrize("seed", [3, 8, 11])
def test_the_file_gives_back_what_the_simulated_disk_gives_back(tmp_path: Path, seed: int) -> None:
    """CLIENT-R04: so what the simulator finds true of its disks is true of this store."""
    world = World(seed)
    world.run()
    for number, device in enumerate(world.town.devices):
        asyncio.run(write_and_compare(tmp_path / f"{number}.db", device.disk))


async def write_and_compare(path: Path, disk: DeviceDisk) -> None:
    async with open_store(path, KEY) as store:
        again = DeviceDisk(disk.identity)
        for writes in disk.log:
            async with store.transaction() as transaction:
                found = await transaction.write(writes)
            assert found == again.write(writes)
        assert await store.load(enrolled(disk.identity)) == again.load() == disk.load()
        states = {own.event_hash: own.state for own in await store.own()}
        assert states == {known: own.state for known, own in again.own.items()}
        held = {(one.scope, one.position): one.event for one in await store.held()}
        assert held == {
            (name, at): kept.event for name, scope in again.scopes.items() for at, kept in scope.events.items()
        }
        for name, scope in again.scopes.items():
            assert await store.downloads.scrub(name, scope.forgetting) is again.scrub(name) is True


async def write_then_fail(store: Store, write: KeepOwn) -> None:
    async with store.transaction() as transaction:
        await transaction.write([write])
        raise RuntimeError("power")


async def test_a_step_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    """CLIENT-R04"""
    rig = Rig()
    rig.record(2)
    first, second = (write for write in rig.writes if isinstance(write, KeepOwn))
    async with open_store(tmp_path / "device.db", KEY) as store:
        with pytest.raises(RuntimeError, match="power"):
            await write_then_fail(store, first)
        assert await store.own() == []
        with pytest.raises(StoreDamaged, match="does not follow"):
            async with store.transaction() as transaction:
                await transaction.write([second])
        async with store.transaction() as transaction:
            await transaction.write([first, second])
        assert [own.event for own in await store.own()] == [first.event, second.event]


async def test_only_a_receipt_takes_an_event_out(tmp_path: Path) -> None:
    """CLIENT-R01: the file itself refuses to delete, change or settle an event that has none."""
    rig = Rig()
    (known,) = rig.record(1)
    async with open_store(tmp_path / "device.db", KEY) as store:
        async with store.transaction() as transaction:
            await transaction.write(rig.writes[:1])
        receipt = KeepReceipt(known, "o/0", Position(0), read_instant("2026-11-21T00:00:00.000Z"), "text")
        with pytest.raises(StoreDamaged):
            async with store.transaction() as transaction:
                await transaction.write([receipt, receipt])
    with sqlite3.connect(tmp_path / "device.db") as db:
        for statement in (
            "DELETE FROM own",
            "UPDATE own SET state = 'receipted'",
            "UPDATE own SET sealed = x'00'",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(statement)
    db.close()


async def test_another_process_is_refused(tmp_path: Path) -> None:
    """CLIENT-R10: a second writer would fork the device's chain."""
    program = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom client_sync.errors import DeviceInUse\n"
        "from client_sync.opening import open_store\n"
        "async def main():\n"
        "    async with open_store(Path(sys.argv[1]), b'k' * 32): print('in')\n"
        "try: asyncio.run(main())\nexcept DeviceInUse: print('refused')\n"
    )
    path = tmp_path / "device.db"
    async with open_store(path, KEY):
        assert _run(program, path) == "refused"
        with pytest.raises(DeviceInUse):
            async with open_store(path, KEY):
                pass
    assert _run(program, path) == "in"


def _run(program: str, path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


async def test_a_passphrase_opens_and_another_does_not(tmp_path: Path) -> None:
    """CLIENT-R10"""
    path = tmp_path / "device.db"
    async with open_store(path, "correct horse") as store, store.transaction() as transaction:
        await transaction.put("seat", b"s" * 32)
    with pytest.raises(WrongKey):
        async with open_store(path, "wrong horse"):
            pass
    async with open_store(path, "correct horse") as store:
        assert await store.get("seat") == b"s" * 32
    assert path.stat().st_mode & 0o077 == 0


async def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    """CLIENT-R10: sealed boxes are authenticated and bound to their row."""
    rig = Rig()
    rig.record(2)
    path = tmp_path / "device.db"
    async with open_store(path, KEY) as store, store.transaction() as transaction:
        await transaction.write(rig.writes)
    with sqlite3.connect(path) as db:
        db.execute("DROP TRIGGER own_is_signed_once")
        db.execute("UPDATE own SET sealed = (SELECT sealed FROM own WHERE seq = 2) WHERE seq = 1")
    db.close()
    async with open_store(path, KEY) as store:
        with pytest.raises(StoreDamaged):
            await store.load(enrolled(IDENTITY))


async def test_after_lost_logs_the_receipt_of_the_earliest_time_is_shown(tmp_path: Path) -> None:
    """CLIENT-R17: the server's clock was a year ahead in the first epoch (found by seeds 1815, 2302 and 2816)."""
    rig = Rig()
    (known,) = rig.record(1)
    told = [("log.example/isd-900/0", 2027, "in the future"), ("log.example/isd-900/1", 2026, "in time")]
    async with open_store(tmp_path / "device.db", KEY) as store:
        async with store.transaction() as transaction:
            await transaction.write(rig.writes)
            for origin, year, words in told:
                received_at = datetime(year, 11, 21, tzinfo=UTC)
                await transaction.write([KeepReceipt(known, origin, Position(3), received_at, words)])
                await transaction.write([DeliverAgain()])
        (waiting,) = (await store.load(enrolled(IDENTITY))).outbox
    assert waiting.receipt == "in time"


def test_what_a_dead_process_left_in_the_log_is_written_again(tmp_path: Path) -> None:
    """CLIENT-R37: byte for byte, and what it was the end of is there."""
    path, left = tmp_path / "device.db", tmp_path / "left.db"

    async def record() -> None:
        async with open_store(path, KEY) as store, store.transaction() as transaction:
            await transaction.put("scrubbed", b"then")
            await transaction._db.execute("COMMIT")
            for name in ("", "-wal"):
                shutil.copy(f"{path}{name}", f"{left}{name}")
            await transaction._db.execute("BEGIN")

    asyncio.run(record())
    log = left.with_name("left.db-wal")
    before = log.read_bytes()
    assert before
    make_durable(left)
    assert log.read_bytes() == before

    async def read() -> bytes | None:
        async with open_store(left, KEY) as store:
            return await store.get("scrubbed")

    assert asyncio.run(read()) == b"then"

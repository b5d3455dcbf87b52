"""The power goes at any change of the disk, and unsynced sectors are lost at random: nothing answered is.

The writer that ships (appending, keyring, tree) runs on a disk that forgets. Rounds: POWER_ROUNDS (default 60);
a failure names the seed.
"""

import gc
import os
import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import cast

import apsw
import pytest

from events.envelope import SignedEvent, event_hash
from events.ids import Hash, Position
from server.home import Home
from server.keys import Keys, create_keys
from server.store.appending import Appender
from server.store.connection import connect
from server.store.grouping import Batch
from server.store.keyring import Keyring
from server.store.outside import OutsideCheckpoint
from server.store.port import Appended
from server.store.sqlite import start_sqlite_log
from server.store.tree import Tree
from server.store.vault import open_event
from tests.contract.place import CHILD, LOG_NAME, OTHER_CHILD, Hand, SqlitePlace
from tests.server.making import DISTRICT, Writer, a_dose, make_id
from tests.store.lossy_disk import LossyDisk

ROUNDS = int(os.environ.get("POWER_ROUNDS", "60"))
CHANGES_MAX = 200
FULL = 2
"""What SQLite says of PRAGMA synchronous."""
_disks = iter(range(10**6))
pytestmark = pytest.mark.usefixtures("only_new_garbage")


class Machine:
    """A computer with a lossy disk, started again after each loss. The outside checkpoint stands elsewhere."""

    def __init__(self, path: Path, synchronous: str, seed: int) -> None:
        self.home, self.clock, self.chance = Home(path), Hand(), Random(seed)
        self.home.make()
        self.keys: Keys = create_keys(self.home, LOG_NAME, DISTRICT, environment={})
        start_sqlite_log(self.home, DISTRICT, LOG_NAME, self.keys)
        self.disk, self.synchronous = LossyDisk(f"lossy-{next(_disks)}"), synchronous
        self.answered: dict[Position, Hash] = {}
        self.made = 0
        self._open: list[apsw.Connection] = []

    def stop(self) -> None:
        """Pull the plug, and let go of every file."""
        self.disk.is_unplugged = True
        while self._open:
            self._open.pop().close(True)
        gc.collect()
        self.disk.is_unplugged = False

    def start(self) -> tuple[Appender, Keyring, sqlite3.Connection]:
        """What ``open_sqlite_log`` wires, on this disk."""
        ledger, ring = self.connect("ledger"), self.connect("keyring")
        keyring = Keyring(ring, DISTRICT, self.keys.wrapping, self.chance.randbytes)
        outside = OutsideCheckpoint(self.home.checkpoints, DISTRICT, self.keys.log_verifier)
        appender = Appender(ledger, keyring, self.keys, outside, DISTRICT, LOG_NAME, self.clock, self.chance.randbytes)
        return appender, keyring, ledger

    def connect(self, schema: str) -> sqlite3.Connection:
        """As ``connection.connect``; alone on the file, since a memory map of this disk is not to be had."""
        database = apsw.Connection(f"/{schema}.db", vfs=self.disk.name)
        self._open.append(database)
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(f"PRAGMA synchronous={self.synchronous}")
        database.execute("PRAGMA temp_store=MEMORY")
        database.execute("PRAGMA secure_delete=ON")
        database.execute(files("server.store").joinpath(f"schema/{schema}.sql").read_text())
        return cast(sqlite3.Connection, database)

    def work(self) -> None:
        """Append until the power goes; remember what was answered."""
        try:
            appender, _, _ = self.start()
            while True:
                events = list(self.some_events())
                outcomes, head = appender.commit([Batch(tuple(events), ())])
                for event, outcome in zip(events, outcomes[0], strict=True):
                    assert isinstance(outcome, Appended)
                    assert outcome.position < head.checkpoint.size
                    self.answered[outcome.position] = event_hash(event)
        except Exception:  # whatever the lost power makes of it: it is no answer
            if not self.disk.is_off:
                raise

    def some_events(self) -> Iterator[SignedEvent]:
        for _ in range(self.chance.randint(1, 6)):
            self.made += 1
            yield Writer(make_id(f"phone {self.made}")).write(self.chance.choice((CHILD, OTHER_CHILD)), a_dose())

    def lost(self) -> list[str]:
        """What is wrong after the power is back, in words."""
        appender, keyring, ledger = self.start()
        head = appender.current()
        found = {}
        rows = ledger.execute(
            "SELECT log.position, log.event_hash, vault.stream_key, vault.sealed FROM log JOIN vault"
            " ON vault.district = log.district AND vault.position = log.position ORDER BY log.position"
        )
        for position, name, key_id, sealed in rows:
            key = keyring.by_id(key_id)
            assert key is not None, f"the key of position {position} is gone"
            open_event(sealed, key, DISTRICT, position, name)
            found[Position(position)] = Hash(name.hex())
        wrong = [
            f"position {at} was answered and is gone" for at, name in self.answered.items() if found.get(at) != name
        ]
        if list(found) != list(range(head.checkpoint.size)):
            wrong.append(f"the head says {head.checkpoint.size} entries, the log holds {len(found)}")
        if found and Tree(ledger, DISTRICT).root(len(found)) != head.checkpoint.root:
            wrong.append("the root is not that of the entries")
        return wrong


def rounds(machine: Machine, count: int) -> list[str]:
    """So many losses of power, each at a random change; what was found wrong first."""
    for number in range(count):
        machine.disk.fuse = machine.chance.randrange(CHANGES_MAX)
        machine.work()
        machine.stop()
        machine.disk.restore(machine.chance)
        try:
            wrong = machine.lost()
        except Exception as error:
            wrong = [f"{type(error).__name__}: {error}"]
        machine.stop()
        if wrong:
            return [f"round {number}", *wrong]
    return []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_answered_is_lost_when_the_power_goes(tmp_path: Path, seed: int) -> None:
    """STORE-R35"""
    machine = Machine(tmp_path, "FULL", seed)
    assert rounds(machine, ROUNDS // 3) == [], f"seed {seed}"
    assert len(machine.answered) > ROUNDS


async def test_every_file_that_ships_waits_for_its_disk(tmp_path: Path) -> None:
    """STORE-R35: as the machine above; nothing else here would notice another setting."""
    place = SqlitePlace(tmp_path / "home")
    log = await place.open()
    for database in (log._writing, log._keyring._connection, connect(tmp_path / "any.db")):
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA synchronous").fetchone() == (FULL,)
    await place.close()


def test_the_disk_does_lose_what_is_not_synced(tmp_path: Path) -> None:
    """STORE-R35: the control, without waiting for the disk, has to fail."""
    assert any(rounds(Machine(tmp_path / str(seed), "OFF", seed), 20) for seed in range(3))

"""Every system call of the store fails: the 1st, the 2nd … nth read, write, truncation and sync, until a process needs
no more calls than that. Nothing that was answered is lost, nobody is answered by what failed, and a store that does not
know what is on the disk stops.
"""

import copy
import gc
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import cast

import apsw
import pytest

from events.envelope import event_hash
from server.errors import StoreFailed
from server.store.grouping import Batch
from server.store.port import Clash
from tests.server.making import DISTRICT
from tests.store.failing_disk import FailingDisk, Translated
from tests.store.test_power_loss import Machine

CALLS_MAX = 600
GROUPS = 1
_disks = iter(range(10**6))
pytestmark = pytest.mark.usefixtures("only_new_garbage")


class Shaky(Machine):
    """A computer whose disk refuses one call, or every one from then on, in each of its lives."""

    def __init__(self, path: Path, seed: int) -> None:
        super().__init__(path, "FULL", seed)
        self.failing = FailingDisk(f"failing-{next(_disks)}")
        self.disk = self.failing
        self.refused = 0
        """Groups that were brought again to a process that lived on."""

    def remember(self) -> None:
        """Each life of the sweep begins with what is there now."""
        outside = self.home.checkpoints / DISTRICT
        self._files, self._outside, self._answered = copy.deepcopy(self.disk.files), outside.read_bytes(), self.answered

    def begin_again(self) -> None:
        self.disk.files, self.answered = copy.deepcopy(self._files), dict(self._answered)
        (self.home.checkpoints / DISTRICT).write_bytes(self._outside)

    def connect(self, schema: str) -> sqlite3.Connection:
        database = apsw.Connection(f"/{schema}.db", vfs=self.disk.name)
        self._open.append(database)
        wrapped = Translated(database)
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=12"):
            wrapped.execute(f"PRAGMA {pragma}")
        wrapped.execute(files("server.store").joinpath(f"schema/{schema}.sql").read_text())
        return cast(sqlite3.Connection, wrapped)

    def live(self, call: int, is_lasting: bool) -> str:
        """Start, append some groups; bring again what failed, while the store takes any. What was refused."""
        self.failing.plan(call, is_lasting)
        try:
            appender, _, _ = self.start()
            for _ in range(GROUPS):
                events = list(self.some_events())
                for _ in range(2):
                    try:
                        outcomes, _ = appender.commit([Batch(tuple(events), ())])
                    except sqlite3.Error:
                        self.refused += 1
                        continue
                    for event, outcome in zip(events, outcomes[0], strict=True):
                        assert not isinstance(outcome, Clash)
                        self.answered[outcome.position] = event_hash(event)
                    break
        except (StoreFailed, sqlite3.Error, apsw.Error):
            pass  # the process ends here, or did not even begin
        return self.failing.failed


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("is_lasting", [False, True], ids=["once", "from then on"])
def test_any_system_call_may_fail(tmp_path: Path, is_lasting: bool) -> None:
    """STORE-R45: and the power goes afterwards, so that what a failed sync only pretended to keep is gone."""
    machine, kinds = Shaky(tmp_path, 1), set[str]()
    assert not machine.live(-1, is_lasting)
    machine.stop()
    machine.remember()
    for call in range(0, CALLS_MAX, 5 if is_lasting else 1):
        machine.begin_again()
        failed = machine.live(call, is_lasting)
        machine.stop()
        machine.failing.plan(-1, is_lasting=False)
        machine.disk.restore(machine.chance)
        assert machine.lost() == [], f"call {call}, a {failed}"
        machine.stop()
        kinds.add(failed)
        if not failed:
            break
    else:
        raise AssertionError(f"more than {CALLS_MAX} calls: the sweep is not whole")
    gc.collect()
    assert kinds >= ({"", "write"} if is_lasting else {"", "read", "write", "sync"})
    assert machine.refused

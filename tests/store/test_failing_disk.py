"""A disk that fails while committing: nobody is answered, and the process takes nothing more (STORE-R30)."""

import errno
import sqlite3
from pathlib import Path

import pytest

from server.errors import StoreFailed
from server.store import outside
from server.store.grouping import Batch
from tests.contract.log_contract import rows
from tests.contract.place import SqlitePlace, doses


async def test_a_checkpoint_that_cannot_be_written_stops_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STORE-R30: committed, but not covered outside: no answer; a restart finds the events."""
    place = SqlitePlace(tmp_path / "home")
    log, events = await place.open(), doses(2)

    def full(path: Path, content: bytes, slot: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(outside, "write_in_place", full)
        with pytest.raises(StoreFailed):
            await log.append(events[:1])
    with pytest.raises(StoreFailed):
        await log.append(events[1:])
    await place.close()
    reopened = await place.open()
    assert [row.event for row in await rows(reopened)] == events[:1]
    await place.close()


async def test_another_process_publishing_first_is_no_roll_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STORE-R03: between this process's commit and its checkpoint another one commits and publishes more."""
    place = SqlitePlace(tmp_path / "home")
    slow, quick = await place.open(), await place.open()
    await slow.append(doses(1))
    signed = slow._appender._publish

    def overtaken(row: object) -> object:
        monkeypatch.undo()
        quick._appender.commit([Batch(tuple(doses(1, "tablet")), ())])
        return signed(row)  # type: ignore[arg-type]

    monkeypatch.setattr(slow._appender, "_publish", overtaken)
    result = await slow.append(doses(1, "laptop"))
    assert result.head.checkpoint.size == 2
    assert (await slow.head()).checkpoint.size == 3
    assert (await slow.append(doses(1, "kiosk"))).head.checkpoint.size == 4
    await place.close()


class FailsToCommit:
    """A keyring's connection whose next COMMIT fails, as on a full disk."""

    def __init__(self, real: sqlite3.Connection) -> None:
        self.real = real

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        if statement == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")
        return self.real.execute(statement, *values)  # type: ignore[arg-type]

    @property
    def in_transaction(self) -> bool:
        return self.real.in_transaction


async def test_a_keyring_that_cannot_commit_seals_nothing(tmp_path: Path) -> None:
    """STORE-R31: else events would be sealed under a key that is on no disk, and lost at the next start."""
    place = SqlitePlace(tmp_path / "home")
    log, events = await place.open(), doses(1)
    ring = log._keyring
    real = ring._connection
    ring._connection = FailsToCommit(real)  # type: ignore[assignment]
    with pytest.raises(sqlite3.OperationalError, match="full"):
        await log.append(events)
    ring._connection = real
    await log.append(events)
    await place.close()
    assert [row.event for row in await rows(await place.open())] == events
    await place.close()

"""SQLite looks up what arrives in an index, however many arrive at once: a long log makes no append or push longer."""

import sqlite3
from pathlib import Path

import pytest

from events.envelope import event_hash, read_header
from server.store import sqlite_reader
from server.store.connection import connect
from tests.contract.place import CHILD, OTHER_CHILD, SqlitePlace, doses


@pytest.mark.parametrize("events", [1, 50, 600])
async def test_nothing_of_an_append_or_a_look_reads_the_log_of_a_district(tmp_path: Path, events: int) -> None:
    """STORE-R38"""
    place = SqlitePlace(tmp_path / "home")
    log = await place.open()
    await log.append(doses(1, "before"))
    asked: list[str] = []
    brought = doses(events)
    await log.find({})
    for connection in (log._appender._connection, *log._reader._connections):
        connection.set_trace_callback(asked.append)
    await log.append(brought)
    await log.find({event_hash(event): read_header(event.header).id for event in brought})
    await place.close()
    looks = [one for one in asked if "FROM log" in one]
    assert looks
    db = sqlite3.connect(place.home.ledger)
    plans = [str(row[3]) for one in looks for row in db.execute(f"EXPLAIN QUERY PLAN {one}")]
    db.close()
    assert [plan for plan in plans if "log" in plan.split()]
    assert not [plan for plan in plans if plan.startswith("SCAN log") or plan.endswith("(district=?)")], plans


async def test_the_events_of_a_child_are_read_by_their_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """STORE-R38: a look at one record does not read everybody's."""
    asked: list[str] = []

    def traced(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr(sqlite_reader, "connect", traced)
    place = SqlitePlace(tmp_path / "home")
    log = await place.open()
    await log.append([*doses(3), *doses(3, "tablet", OTHER_CHILD)])
    assert len(await log.read_streams([CHILD, OTHER_CHILD], 6)) == 6
    await place.close()
    db = sqlite3.connect(place.home.ledger)
    plans = [str(row[3]) for one in asked if "FROM vault" in one for row in db.execute(f"EXPLAIN QUERY PLAN {one}")]
    db.close()
    assert [plan for plan in plans if "vault_stream (district=? AND stream_key=?" in plan]
    assert not [plan for plan in plans if "vault USING PRIMARY KEY" in plan or plan.startswith("SCAN")], plans

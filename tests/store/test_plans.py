"""SQLite looks up what arrives in an index, however many arrive at once: a long log makes no append or push longer."""

import sqlite3
from pathlib import Path

import pytest

from events.envelope import event_hash, read_header
from tests.contract.place import SqlitePlace, doses


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

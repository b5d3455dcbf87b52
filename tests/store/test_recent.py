"""What was just appended is told from memory: the same events, of this process and of others, and no destroyed one."""

from pathlib import Path

from events.ids import NO_HASH, Position
from server.store.port import StoredEvent
from server.store.recent import ROWS_MAX, Recent, RecentRow
from tests.contract.place import CHILD, SqlitePlace, doses
from tests.server.making import START


async def test_the_newest_are_what_reading_them_gives(tmp_path: Path) -> None:
    """STORE-R14"""
    place = SqlitePlace(tmp_path / "home")
    one, two = await place.open(), await place.open()
    await one.append(doses(3, "phone one"))
    await two.append(doses(2, "phone two"))
    await one.append(doses(1, "phone three"))
    for log in (one, two):
        for start in range(6):
            newest = await log.newest(Position(start), Position(6))
            assert newest == [row async for row in log.read(Position(start), Position(6))]
            assert [row.position for row in newest] == list(range(start, 6))
    await place.close()


async def test_what_another_process_destroyed_is_told_from_no_memory(tmp_path: Path) -> None:
    """STORE-R17"""
    place = SqlitePlace(tmp_path / "home")
    log = await place.open()
    await log.append(doses(2))
    assert all(row.event is not None for row in await log.newest(Position(0), Position(2)))
    await place.destroy(CHILD)
    assert [row.event for row in await log.newest(Position(0), Position(2))] == [None, None]
    await place.close()


def test_only_so_many_are_kept() -> None:
    kept = Recent()
    kept.add(RecentRow(StoredEvent(Position(at), NO_HASH, START, None, None), b"key") for at in range(5))
    kept.add(RecentRow(StoredEvent(Position(at), NO_HASH, START, None, None), b"key") for at in range(5, ROWS_MAX + 5))
    assert sorted(kept._rows) == list(range(5, ROWS_MAX + 5))

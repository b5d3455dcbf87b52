"""The log's rows in SQLite against the tree, a tile at a time, and the second copies of those that differ.

tile n: rows, neighbours' times, events by themselves --mending.examine--> verdicts --keep_rows--> healed_log
"""

import sqlite3
from collections.abc import Iterable, Sequence

from events.envelope import SignedEvent
from events.ids import DistrictId, Position
from events.tiles import TILE_WIDTH
from server.store.grouping import HeadRow, edge_of
from server.store.keyring import Keyring
from server.store.mending import Found, examine_tile
from server.store.port import Verdict
from server.store.second_check import believe, tiles_of
from server.store.second_rows import LogRow, SecondRows
from server.store.tree import Tree
from server.store.vault import open_by_itself

_ROW = "position, id, device, seq, event_hash, received_at"


def read_second(connection: sqlite3.Connection, tree: Tree, district: DistrictId, second: SecondRows) -> None:
    """Learn which rows have a second copy that the tree bears out."""
    copies, head = _copies(connection, district), _head(connection, district)
    if not copies or head is None:
        second.know(())
        return
    elsewhere = [
        LogRow(*row)
        for name, copy_id in {(copy.event_hash, copy.id) for copy in copies}
        for row in connection.execute(
            f"SELECT {_ROW} FROM log WHERE district = ? AND id = ? AND event_hash = ?",  # noqa: S608
            (district, copy_id, name),
        )
    ]
    size = head.edge.size
    numbers = tiles_of([*copies, *elsewhere], size)
    tiles = {nr: tree.tile(0, nr, TILE_WIDTH) for nr in numbers if (nr + 1) * TILE_WIDTH <= size}
    start = size - size % TILE_WIDTH
    believe(second, copies, elsewhere, tiles, head, _stored(connection, district, start, size))


def count_copies(connection: sqlite3.Connection, district: DistrictId) -> int:
    """How many second copies there are: told at each look at the head, so that every process learns of new ones."""
    found: tuple[int] = connection.execute("SELECT count(*) FROM healed_log WHERE district = ?", (district,)).fetchone()
    return found[0]


def _copies(connection: sqlite3.Connection, district: DistrictId) -> list[LogRow]:
    """Every second copy, the newest of a position last; none in a database of before there were any."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'healed_log'").fetchone() is None:
        return []
    rows = connection.execute(
        f"SELECT {_ROW} FROM healed_log WHERE district = ? ORDER BY position, number",  # noqa: S608
        (district,),
    )
    return [LogRow(*row) for row in rows]


def check_tile(
    connection: sqlite3.Connection,
    keyring: Keyring,
    tree: Tree,
    district: DistrictId,
    second: SecondRows,
    number: int,
) -> list[Verdict]:
    """What is wrong with the rows under tile ``number`` of level 0, full or not."""
    head = _head(connection, district)
    if head is None:
        return []
    start, end = number * TILE_WIDTH, min((number + 1) * TILE_WIDTH, head.edge.size)
    rows = _rows(connection, district, second, start - 1, end + 1)
    events = _events(connection, keyring, district, start, end)
    found = [Found(at, rows.get(at), events.get(at)) for at in range(start, end)]
    hashes = tree.tile(0, number, TILE_WIDTH) if end - start == TILE_WIDTH else b""
    before, after = (rows[at].received_at if at in rows else None for at in (start - 1, end))
    return examine_tile(found, hashes, head, before, after)


def keep_rows(connection: sqlite3.Connection, district: DistrictId, rows: Sequence[LogRow]) -> None:
    """Second copies of these rows, in the caller's transaction."""
    connection.executemany(
        f"INSERT INTO healed_log (district, number, {_ROW})"  # noqa: S608
        " SELECT ?1, (SELECT count(*) FROM healed_log WHERE district = ?1 AND position = ?2), ?2, ?3, ?4, ?5, ?6, ?7",
        [(district, row.position, row.id, row.device, row.seq, row.event_hash, row.received_at) for row in rows],
    )


def _rows(
    connection: sqlite3.Connection, district: DistrictId, second: SecondRows, start: int, end: int
) -> dict[int, LogRow]:
    """As they are read now: with second copies in place."""
    return _stored(connection, district, start, end) | {row.position: row for row in second.between(start, end)}


def _stored(connection: sqlite3.Connection, district: DistrictId, start: int, end: int) -> dict[int, LogRow]:
    stored: Iterable[tuple[int, bytes, bytes, int, bytes, int]] = connection.execute(
        f"SELECT {_ROW} FROM log WHERE district = ? AND position >= ? AND position < ?",  # noqa: S608
        (district, start, end),
    )
    return {row[0]: LogRow(*row) for row in stored}


def _head(connection: sqlite3.Connection, district: DistrictId) -> HeadRow | None:
    row = connection.execute("SELECT size, edge, received_at FROM head WHERE district = ?", (district,)).fetchone()
    return None if row is None else HeadRow(0, edge_of(row[0], row[1]), row[2])


def _events(
    connection: sqlite3.Connection, keyring: Keyring, district: DistrictId, start: int, end: int
) -> dict[int, SignedEvent]:
    """What the vault, or a second copy of its row, holds for each position."""
    found: dict[int, SignedEvent] = {}
    for table in ("vault", "healed"):
        for position, key_id, sealed in connection.execute(
            f"SELECT position, stream_key, sealed FROM {table}"  # noqa: S608
            " WHERE district = ? AND position >= ? AND position < ?",
            (district, start, end),
        ):
            key = keyring.by_id(key_id)
            event = None if key is None else open_by_itself(sealed, key, district, Position(position))
            if event is not None:
                found[position] = event
    return found

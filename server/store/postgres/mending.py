"""Second copies in PostgreSQL: of vault rows, from what devices return; of the log's rows, from tree and vault.

What is right is decided by server/store/healing.py and server/store/mending.py, the same for every store. Under the
application's role, which may insert into both tables and change neither. What is tried out is tried in a thread.
"""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

import asyncpg

from events.envelope import SignedEvent
from events.ids import DistrictId, Position
from events.merkle import Edge
from events.tiles import TILE_WIDTH
from server.store.grouping import HeadRow, edge_of
from server.store.mending import Found, examine_tile
from server.store.port import Verdict
from server.store.postgres.connecting import Connection, Pool
from server.store.postgres.keyring import PostgresKeyring
from server.store.postgres.tree import PostgresTree
from server.store.second_check import believe, tiles_of
from server.store.second_rows import LogRow, SecondRows
from server.store.vault import open_by_itself

_COLUMNS = "position, id, device, seq, event_hash, received_at"
_KEEP_ROWS = f"""
INSERT INTO ledger.healed_log (district, number, {_COLUMNS})
SELECT $1, (SELECT count(*) FROM ledger.healed_log WHERE district = $1 AND healed_log.position = new.position), new.*
FROM unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bytea[], $7::bigint[])
    AS new ({_COLUMNS})
ON CONFLICT (district, position, number) DO NOTHING
"""  # noqa: S608
"""Nothing, where another process is making the same row good at the same moment."""
_KEEP_EVENT = """
INSERT INTO ledger.healed (district, position, number, stream_key, sealed)
SELECT $1, $2, count(*), $3, $4 FROM ledger.healed WHERE district = $1 AND position = $2
"""
_Source: TypeAlias = "Connection | Pool"


async def read_second(db: _Source, tree: PostgresTree, district: DistrictId, second: SecondRows) -> None:
    """Learn which rows have a second copy that the tree bears out."""
    copies = await _copies(db, district)
    if not copies:
        second.know(())
        return
    found = await db.fetch(
        f"SELECT {_COLUMNS} FROM ledger.log WHERE district = $1 AND id = ANY($2::uuid[]) AND event_hash = ANY($3)",  # noqa: S608
        district, [UUID(bytes=copy.id) for copy in copies], [copy.event_hash for copy in copies],
    )  # fmt: skip
    row = await db.fetchrow("SELECT size, edge, received_at FROM ledger.head WHERE district = $1", district)
    head = HeadRow(0, Edge(), 0) if row is None else HeadRow(0, edge_of(row["size"], row["edge"]), row["received_at"])
    elsewhere, size = [_log_row(one) for one in found], head.edge.size
    numbers = tiles_of([*copies, *elsewhere], size)
    tiles = {nr: await tree.tile(db, 0, nr, TILE_WIDTH) for nr in numbers if (nr + 1) * TILE_WIDTH <= size}
    newest = await db.fetch(
        f"SELECT {_COLUMNS} FROM ledger.log WHERE district = $1 AND position >= $2 AND position < $3",  # noqa: S608
        district, size - size % TILE_WIDTH, size,
    )  # fmt: skip
    stored = {one["position"]: _log_row(one) for one in newest}
    await asyncio.to_thread(believe, second, copies, elsewhere, tiles, head, stored)


async def _copies(db: _Source, district: DistrictId) -> list[LogRow]:
    """Every second copy of a row, the newest of a position last."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} FROM ledger.healed_log WHERE district = $1 ORDER BY position, number",  # noqa: S608
        district,
    )
    return [_log_row(row) for row in rows]


async def check_tile(
    db: _Source, keyring: PostgresKeyring, tree: PostgresTree, district: DistrictId, second: SecondRows, number: int,
    head: HeadRow,
) -> list[Verdict]:  # fmt: skip
    """What is wrong with the rows under tile ``number`` of level 0, full or not."""
    start, end = number * TILE_WIDTH, min((number + 1) * TILE_WIDTH, head.edge.size)
    stored = await db.fetch(
        f"SELECT {_COLUMNS} FROM ledger.log WHERE district = $1 AND position >= $2 AND position < $3",  # noqa: S608
        district, start - 1, end + 1,
    )  # fmt: skip
    rows = {row["position"]: _log_row(row) for row in stored}
    rows |= {row.position: row for row in second.between(start - 1, end + 1)}
    events = await _events(db, keyring, district, start, end)
    found = [Found(at, rows.get(at), events.get(at)) for at in range(start, end)]
    hashes = await tree.tile(db, 0, number, TILE_WIDTH) if end - start == TILE_WIDTH else b""
    before, after = (rows[at].received_at if at in rows else None for at in (start - 1, end))
    return await asyncio.to_thread(examine_tile, found, hashes, head, before, after)


async def keep_rows(db: _Source, district: DistrictId, rows: Sequence[LogRow]) -> None:
    """Second copies of these rows of the log."""
    columns = list(zip(*((r.position, UUID(bytes=r.id), UUID(bytes=r.device), r.seq, r.event_hash, r.received_at)
                         for r in rows), strict=True))  # fmt: skip
    await db.execute(_KEEP_ROWS, district, *columns)


async def keep_event(db: _Source, district: DistrictId, position: Position, key_id: bytes, sealed: bytes) -> None:
    """A second copy of a vault row."""
    await db.execute(_KEEP_EVENT, district, position, key_id, sealed)


async def _events(
    db: _Source, keyring: PostgresKeyring, district: DistrictId, start: int, end: int
) -> dict[int, SignedEvent]:
    """What the vault, or a second copy of its row, holds for each position."""
    found: dict[int, SignedEvent] = {}
    for table in ("vault", "healed"):
        rows = await db.fetch(
            f"SELECT position, stream_key, sealed FROM ledger.{table}"  # noqa: S608
            " WHERE district = $1 AND position >= $2 AND position < $3",
            district, start, end,
        )  # fmt: skip
        keys = await keyring.by_ids(row["stream_key"] for row in rows)
        for position, key_id, sealed in rows:
            key = keys.get(key_id)
            event = None if key is None else open_by_itself(sealed, key, district, Position(position))
            if event is not None:
                found[position] = event
    return found


def _log_row(row: asyncpg.Record) -> LogRow:
    position, event_id, device, seq, event_hash, received_at = row
    return LogRow(position, event_id.bytes, device.bytes, seq, event_hash, received_at)

"""A long log made fast: real rows and ciphertexts at every position, from a few thousand events signed once.

Contents repeat, so ids inside them do; the columns that must be unique are made anew for each row. Good for what
reads by position and opens, as a rebuild does; not for verifying signatures.
"""

import os
from uuid import UUID

import asyncpg

from events.dates import from_milliseconds
from events.envelope import SignedEvent, parse_header
from events.ids import DistrictId, Hash
from events.merkle import Edge, leaf_hash
from events.receipt import make_entry
from server.store.postgres.frontier import Frontier
from server.store.postgres.log import PostgresLog
from server.store.vault import seal_event

ROWS_PER_STEP = 20_000
DEVICE = UUID(int=7)


async def fill(url: str, log: PostgresLog, district: DistrictId, events: list[SignedEvent], size: int) -> None:
    """Make the log ``size`` entries long. The log is empty, and is opened again afterwards."""
    streams = [parse_header(event.header).stream for event in events]
    keys = await log._keyring.ensure(streams)
    owner = await asyncpg.connect(url)
    edge, frontier = Edge(), Frontier()
    for start in range(0, size, ROWS_PER_STEP):
        end = min(start + ROWS_PER_STEP, size)
        rows, vault, leaves = [], [], []
        for at in range(start, end):
            which = at % len(events)
            named = os.urandom(32)
            rows.append((district, at, UUID(int=(at << 64) | 7), DEVICE, at + 1, named, at))
            key = keys[streams[which]]
            vault.append((district, at, key.id, seal_event(events[which], key, district, at, named, os.urandom)))
            leaves.append(leaf_hash(make_entry(Hash(named.hex()), from_milliseconds(at))))
        edge = edge.extend(leaves)
        frontier, tiles = frontier.extend(leaves)
        async with owner.transaction():
            await owner.copy_records_to_table("log", schema_name="ledger", records=rows)
            await owner.copy_records_to_table("vault", schema_name="ledger", records=vault)
            full = [(district, tile.level, tile.number, tile.hashes, tile.root) for tile in tiles]
            await owner.copy_records_to_table("tile", schema_name="ledger", records=full)
            await owner.execute(
                "UPDATE ledger.head SET size = $2, root = $3, edge = $4, received_at = $5 WHERE district = $1",
                district, edge.size, edge.root(), b"".join(edge.hashes), end - 1,
            )  # fmt: skip
    await owner.execute("ANALYZE ledger.log, ledger.vault, ledger.tile")
    await owner.close()

"""Rows of the log with what the vault holds of them, fetched by position or by stream, and opened."""

from collections.abc import Mapping, Sequence

import asyncpg

from events.dates import from_milliseconds
from events.envelope import read_header
from events.ids import DistrictId, Hash, Position
from server.store.port import StoredEvent
from server.store.postgres.connecting import Connection, Pool
from server.store.vault import Unopenable, open_event
from server.store.wrapping import StreamKey

_RANGE = """
SELECT log.position, log.event_hash, log.received_at, vault.stream_key, vault.sealed
FROM ledger.log JOIN ledger.vault ON vault.district = log.district AND vault.position = log.position
WHERE log.district = $1 AND log.position >= $2 AND log.position < $3 ORDER BY log.position
"""

_OF_STREAMS = """
SELECT vault.position, log.event_hash, log.received_at, vault.stream_key, vault.sealed
FROM unnest($2::bytea[]) AS asked (stream_key) CROSS JOIN LATERAL (
    SELECT * FROM ledger.vault
    WHERE district = $1 AND vault.stream_key = asked.stream_key AND vault.position < $3 OFFSET 0) AS vault
CROSS JOIN LATERAL (
    SELECT * FROM ledger.log WHERE district = $1 AND log.position = vault.position OFFSET 0) AS log
"""
"""LATERAL and OFFSET 0: one look into one index for each, whatever the planner knows of a growing table."""


async def rows_of_range(db: "Connection | Pool", district: DistrictId, start: int, end: int) -> list[asyncpg.Record]:
    """Positions start … end - 1, in order."""
    return await db.fetch(_RANGE, district, start, end)


async def rows_of_streams(
    db: "Connection | Pool", district: DistrictId, key_ids: Sequence[bytes], size: int
) -> list[asyncpg.Record]:
    """Everything under these keys below position ``size``, in no order."""
    return await db.fetch(_OF_STREAMS, district, list(key_ids), size)


def opened(rows: Sequence[asyncpg.Record], keys: Mapping[bytes, StreamKey], district: DistrictId) -> list[StoredEvent]:
    """The events; of those whose key is missing, and of a changed row, the places."""
    found = []
    for position, name, received_at, key_id, sealed in rows:
        key, event, damage = keys.get(key_id), None, ""
        try:
            event = None if key is None else open_event(sealed, key, district, Position(position), name)
        except Unopenable as error:
            damage = str(error)
        header = None if event is None else read_header(event.header)
        at = from_milliseconds(received_at)
        found.append(StoredEvent(Position(position), Hash(name.hex()), at, event, header, damage))
    return found

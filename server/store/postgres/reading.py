"""Rows of the log with what the vault holds of them, fetched by position or by stream, and opened.

log ⟕ vault --second rows in place--> opened --of what does not open: second copies--> events, places, damage
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from events.dates import from_milliseconds
from events.envelope import read_header
from events.ids import DistrictId, Hash, Position
from server.store.healing import (
    NO_VAULT_ROW,
    UNKNOWN_KEY,
    Copy,
    from_copies,
    is_destroyed,
    place_of_row,
    why_damaged,
)
from server.store.port import StoredEvent
from server.store.postgres.connecting import Connection, Pool
from server.store.postgres.keyring import PostgresKeyring
from server.store.second_rows import SecondRows
from server.store.vault import Unopenable, open_event
from server.store.wrapping import StreamKey

_RANGE = """
SELECT log.position, log.event_hash, log.received_at, vault.stream_key, vault.sealed
FROM ledger.log LEFT JOIN ledger.vault ON vault.district = log.district AND vault.position = log.position
WHERE log.district = $1 AND log.position >= $2 AND log.position < $3 ORDER BY log.position
"""

_OF_STREAMS = """
SELECT vault.position, log.event_hash, log.received_at, vault.stream_key, vault.sealed
FROM unnest($2::bytea[]) AS asked (stream_key) CROSS JOIN LATERAL (
    SELECT * FROM ledger.vault
    WHERE district = $1 AND vault.stream_key = asked.stream_key AND vault.position < $3 OFFSET 0) AS vault
LEFT JOIN LATERAL (
    SELECT * FROM ledger.log WHERE district = $1 AND log.position = vault.position OFFSET 0) AS log ON true
"""
"""LATERAL and OFFSET 0: one look into one index for each, whatever the planner knows of a growing table."""

_HEALED_OF = (
    "SELECT DISTINCT position FROM ledger.healed WHERE district = $1 AND stream_key = ANY($2) AND position < $3"
)
_VAULT = "SELECT stream_key, sealed FROM ledger.vault WHERE district = $1 AND position = $2"
_COPIES = """
SELECT position, stream_key, sealed FROM ledger.healed WHERE district = $1 AND position = ANY($2) ORDER BY number DESC
"""

Row = tuple[int, bytes, int, bytes | None, bytes | None]
"""Position, hash, time, id of the key, ciphertext."""
_Source: TypeAlias = "Connection | Pool"


async def rows_of_range(db: _Source, district: DistrictId, second: SecondRows, start: int, end: int) -> list[Row]:
    """Positions start … end - 1, in order. Below the head none is empty: where a row is gone, its place is told."""
    found = [tuple(row) for row in await db.fetch(_RANGE, district, start, end)]
    if len(found) == end - start and not second:
        return found
    size = await db.fetchval("SELECT size FROM ledger.head WHERE district = $1", district)
    there, rows = {row[0]: row for row in found}, list[Row]()
    for at in range(start, min(end, size or 0)):
        if at not in there:
            kept = await db.fetchrow(_VAULT, district, at)
            there[at] = (at, None, None, *(kept or (None, None)))
        rows.append(_in_place(second, *there[at]))
    return rows


async def rows_of_streams(
    db: _Source, district: DistrictId, second: SecondRows, key_ids: Sequence[bytes], size: int
) -> list[Row]:
    """Everything under these keys below position ``size``, in order; also what only a second copy says is theirs."""
    rows = [_in_place(second, *row) for row in await db.fetch(_OF_STREAMS, district, list(key_ids), size)]
    there = {row[0] for row in rows}
    for (at,) in await db.fetch(_HEALED_OF, district, list(key_ids), size):
        rows += [] if at in there else await rows_of_range(db, district, second, at, at + 1)
    return sorted(rows, key=lambda row: row[0])


def opened(rows: Sequence[Row], keys: Mapping[bytes, StreamKey], district: DistrictId) -> list[StoredEvent]:
    """The events; of those that their own row does not give back, the places with a reason (see ``made_good``)."""
    found = []
    for position, name, received_at, key_id, sealed in rows:
        key = None if key_id is None else keys.get(key_id)
        if key is None or sealed is None:
            why = UNKNOWN_KEY if sealed is not None else NO_VAULT_ROW
        else:
            try:
                event = open_event(sealed, key, district, Position(position), name)
                at, known = from_milliseconds(received_at), Hash(name.hex())
                found.append(StoredEvent(Position(position), known, at, event, read_header(event.header)))
                continue
            except (Unopenable, OverflowError) as error:
                why = str(error)
        place = place_of_row(position, name, received_at)
        found.append(replace(place, damage=place.damage or why_damaged(place, why)))
    return found


async def made_good(
    db: _Source, keyring: PostgresKeyring, district: DistrictId, destroyed: frozenset[bytes],
    rows: Sequence[Row], found: Sequence[StoredEvent],
) -> list[StoredEvent]:  # fmt: skip
    """What ``opened`` gave, with what does not open destroyed, read from its second copy, or damaged."""
    lacking = [row.position for row in found if row.event is None]
    if not lacking:
        return list(found)
    copies: dict[int, list[Copy]] = {}
    for at, key_id, sealed in await db.fetch(_COPIES, district, lacking):
        copies.setdefault(at, []).append((key_id, sealed))
    named = {row[0]: row[3] for row in rows}
    ids = {key_id for key_id in named.values() if key_id is not None}
    keys = await keyring.by_ids({*ids, *(key_id for some in copies.values() for key_id, _ in some)})
    streams = keyring.streams_of(ids)
    whole = []
    for place in found:
        mine = copies.get(place.position, [])
        alive = [copy for copy in mine if copy[0] not in destroyed]
        healed = place if place.event is not None else from_copies(place, alive, keys, district)
        if healed is not None:
            whole.append(healed)
        elif is_destroyed([named[place.position], *(key_id for key_id, _ in mine)], destroyed):
            whole.append(replace(place, damage=""))
        else:
            whole.append(replace(place, stream=streams.get(named[place.position] or b"")))
    return whole


def _in_place(
    second: SecondRows, position: int, name: bytes | None, received_at: int | None, *kept: bytes | None
) -> Row:
    """A row with its second copy in place of what the disk has."""
    row, (key_id, sealed) = second.at(position), kept
    if row is not None:
        return position, row.event_hash, row.received_at, key_id, sealed
    return position, name or bytes(32), received_at or 0, key_id, sealed

"""A long log made fast: headers of one device's unbroken chain, real ciphertexts, hashes and tiles, by COPY.

Everything is as an append would have stored it but the signature, which is the first event's at every position: good
for whatever reads, opens, folds and proves, not for checking signatures.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from bench.log import Phone
from events.dates import from_milliseconds
from events.envelope import SignedEvent, event_hash, read_header
from events.ids import NO_HASH, DistrictId, Stream
from events.merkle import Edge, leaf_hash
from events.receipt import make_entry
from server.store.postgres.frontier import Frontier
from server.store.postgres.log import PostgresLog
from server.store.vault import seal_event
from server.store.wrapping import StreamKey

ROWS_PER_STEP = 20_000


class _Chain:
    """Makes rows: the next events of one device, about each child in turn."""

    def __init__(self, phone: Phone, keys: Mapping[Stream, StreamKey], district: DistrictId) -> None:
        self._event = phone.write(1)[0]
        self._keys, self._district, self._students = keys, district, phone.students
        header = read_header(self._event.header)
        self._device, self._prev, self._size = UUID(header.device), NO_HASH, 0
        self._edge, self._frontier = Edge(), Frontier()
        self._header = self._event.header.replace(b"%", b"%%")
        for field, mark in ((header.id, b"%b"), (header.stream, b"%b"), (header.prev, b"%b")):
            self._header = self._header.replace(f'"{field}"'.encode(), b'"' + mark + b'"', 1)
        self._header = self._header.replace(f'"seq":{header.seq},'.encode(), b'"seq":%d,')

    def next(self, count: int) -> tuple[list[Any], list[Any], list[Any], tuple[Any, ...]]:
        """Rows of log, vault and tile, and the head after them."""
        log, vault, leaves = [], [], []
        for at in range(self._size, self._size + count):
            number = f"{at:012x}"
            name = f"{number[:8]}-{number[8:]}-7000-8000-{number}"
            stream = self._students[at % len(self._students)]
            header = self._header % (name.encode(), stream.encode(), at + 1, self._prev.encode())
            event = SignedEvent(header, self._event.signature, self._event.salt, self._event.payload)
            self._prev = event_hash(event)
            raw, key = bytes.fromhex(self._prev), self._keys[stream]
            log.append((self._district, at, UUID(name), self._device, at + 1, raw, at))
            sealed = seal_event(event, key, self._district, at, raw, os.urandom)
            vault.append((self._district, at, key.id, sealed))
            leaves.append(leaf_hash(make_entry(self._prev, from_milliseconds(at))))
        self._size += count
        self._edge = self._edge.extend(leaves)
        self._frontier, full = self._frontier.extend(leaves)
        tiles = [(self._district, tile.level, tile.number, tile.hashes, tile.root) for tile in full]
        head = self._district, self._size, self._edge.root(), b"".join(self._edge.hashes), self._size - 1
        return log, vault, tiles, head


async def fill(
    url: str,
    log: PostgresLog,
    district: DistrictId,
    phone: Phone,
    size: int,
    tell: Callable[[int], None] = lambda _: None,
) -> None:
    """Make the log ``size`` entries long. The log is empty, and is opened again afterwards."""
    chain = _Chain(phone, await log._keyring.ensure(phone.students), district)
    owner = await asyncpg.connect(url)
    indexes = await _drop_indexes(owner)
    steps = [min(ROWS_PER_STEP, size - start) for start in range(0, size, ROWS_PER_STEP)]
    making = asyncio.create_task(asyncio.to_thread(chain.next, steps[0]))
    for number in range(len(steps)):
        rows, vault, tiles, head = await making
        if number + 1 < len(steps):
            making = asyncio.create_task(asyncio.to_thread(chain.next, steps[number + 1]))
        async with owner.transaction():
            await owner.copy_records_to_table("log", schema_name="ledger", records=rows)
            await owner.copy_records_to_table("vault", schema_name="ledger", records=vault)
            await owner.copy_records_to_table("tile", schema_name="ledger", records=tiles)
            await owner.execute(
                "UPDATE ledger.head SET size = $2, root = $3, edge = $4, received_at = $5 WHERE district = $1", *head
            )
        tell(head[1])
    for statement in indexes:
        await owner.execute(statement)
    await owner.execute("ANALYZE ledger.log, ledger.vault, ledger.tile")
    await owner.close()


async def _drop_indexes(owner: "asyncpg.Connection[Any]") -> list[str]:
    """Take the indexes of log and vault away; the statements that make the same ones again, by sorting, afterwards."""
    await owner.execute("SELECT set_config('maintenance_work_mem', '512MB', false)")
    rows = await owner.fetch(
        "SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS place,"
        " pg_get_indexdef(indexrelid) AS made, indisprimary AS is_key"
        " FROM pg_index WHERE indrelid IN ('ledger.log'::regclass, 'ledger.vault'::regclass)"
    )
    made = []
    for name, place, statement, is_key in rows:
        bare = name.rpartition(".")[2]
        await owner.execute(f"ALTER TABLE {place} DROP CONSTRAINT {bare}" if is_key else f"DROP INDEX {name}")
        made.append(f"ALTER TABLE {place} ADD PRIMARY KEY (district, position)" if is_key else statement)
    return made

"""A projection's rows as they lie in PostgreSQL: sealed under their stream's key, plain columns bound to the state."""

from collections.abc import Iterator, Mapping, Sequence

import asyncpg
import msgspec

from events.ids import DistrictId, Stream
from projections.projection import Plain
from server.keys import Random
from server.store.tables import SealedRow
from server.store.vault import seal, unseal
from server.store.wrapping import StreamKey

STATEMENT_BYTES = 1 << 20

ROW = "stream, stream_key, status, holds_until, count, sealed"
STORE = f"""
INSERT INTO ledger.projection_row (district, name, generation, {ROW})
SELECT $1, $2, $3, new.* FROM unnest($4::text[], $5::bytea[], $6::text[], $7::text[], $8::bigint[], $9::bytea[]) AS new
ON CONFLICT (district, name, generation, stream) DO UPDATE SET stream_key = excluded.stream_key,
    status = excluded.status, holds_until = excluded.holds_until, count = excluded.count, sealed = excluded.sealed
"""  # noqa: S608

Columns = tuple[str, bytes, str, str, int, bytes]
"""In the order of ROW."""


class RowSealer:
    """Seals and opens one district's rows. Safe to use in threads."""

    def __init__(self, district: DistrictId, random: Random) -> None:
        self._district, self._random = district, random

    def sealed(
        self, name: str, generation: int, rows: Sequence[SealedRow], keys: Mapping[Stream, StreamKey]
    ) -> list[Columns]:
        """What is stored of the rows whose key still is."""
        found: list[Columns] = []
        for row in rows:
            key = keys.get(row.stream)
            if key is not None:
                bound = self._bound_to(name, generation, row.stream, row.plain)
                sealed = seal(row.state, key, bound, self._random)
                found.append((row.stream, key.id, row.plain.status, row.plain.holds_until, row.plain.count, sealed))
        return found

    def opened(
        self, name: str, generation: int, rows: Sequence[asyncpg.Record], keys: Mapping[bytes, StreamKey]
    ) -> list[SealedRow]:
        """The rows whose key still is. Raises Unopenable for a changed one."""
        found = []
        for row in rows:
            key = keys.get(row["stream_key"])
            if key is not None:
                stream, plain = Stream(row["stream"]), Plain(row["status"], row["holds_until"], row["count"])
                state = unseal(row["sealed"], key, self._bound_to(name, generation, stream, plain))
                found.append(SealedRow(stream, plain, state))
        return found

    def _bound_to(self, name: str, generation: int, stream: Stream, plain: Plain) -> bytes:
        return msgspec.json.encode(["projection", self._district, name, generation, stream, plain])


def parts(rows: Sequence[Columns]) -> Iterator[list[Columns]]:
    """So many rows a statement that it stays small: the server ends a transaction that waits long for the next one."""
    part: list[Columns] = []
    size = 0
    for row in rows:
        part.append(row)
        size += len(row[-1])
        if size >= STATEMENT_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part

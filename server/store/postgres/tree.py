"""The log's Merkle tree over PostgreSQL: full tiles and their roots are stored, partial ones computed.

Which hashes a proof reads does not depend on what they are. So each proof is made twice by the same pure
function (events/merkle.py): once over zeros to learn which tiles it needs, then over what one query for each
kind of tile fetched.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

import asyncpg

from events.ids import DistrictId, Position
from events.merkle import Edge, consistency_proof, inclusion_proof, leaf_hash, subtree_root
from events.tiles import TILE_HEIGHT, TILE_WIDTH, node_from_tiles, tile_width
from server.store.postgres.connecting import Connection, Pool
from server.store.postgres.frontier import Frontier
from server.store.second_rows import SecondRows

TILES_KEPT_MAX = 512
HASH_BYTES = 32

Node = Callable[[int, int], bytes]
_Result = TypeVar("_Result")
_Source: TypeAlias = "Connection | Pool"


class PostgresTree:
    """The tree of one district in one epoch. A hash in a tile never changes, so tiles are kept in memory as read."""

    def __init__(self, district: DistrictId, second: SecondRows | None = None) -> None:
        self._district = district
        self._second = SecondRows() if second is None else second
        self._known: dict[tuple[int, int], bytes] = {}

    async def inclusion(self, db: _Source, position: Position, size: int) -> tuple[bytes, list[bytes]]:
        entry = (await self.entries(db, position, 1))[0]
        return entry, await self._proof(db, size, lambda node: inclusion_proof(node, position, size))

    async def consistency(self, db: _Source, old: int, new: int) -> list[bytes]:
        return await self._proof(db, new, lambda node: consistency_proof(node, old, new))

    async def root(self, db: _Source, size: int) -> bytes:
        if not size:
            return Edge().root()
        return await self._proof(db, size, lambda node: subtree_root(node, 0, size))

    async def entries(self, db: _Source, start: int, count: int) -> list[bytes]:
        """The entries at positions start … start + count - 1."""
        rows = await db.fetch(
            "SELECT position, event_hash, received_at FROM ledger.log"
            " WHERE district = $1 AND position >= $2 AND position < $3 ORDER BY position",
            self._district, start, start + count,
        )  # fmt: skip
        return self._second.entries(map(tuple, rows), start, count)

    async def tile(self, db: _Source, level: int, number: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile."""
        hashes = self._known.get((level, number), b"")
        if len(hashes) < width * HASH_BYTES:
            hashes = await self._stored(db, level, number) or await self._computed(db, level, number, width)
            if len(self._known) >= TILES_KEPT_MAX:
                self._known.clear()
            self._known[level, number] = hashes
        return hashes[: width * HASH_BYTES]

    async def frontier(self, db: _Source, size: int) -> Frontier:
        """The unfilled tiles of the tree of ``size``."""
        levels: list[tuple[bytes, ...]] = []
        while size >> (TILE_HEIGHT * len(levels)):
            level, complete = len(levels), size >> (TILE_HEIGHT * len(levels))
            number, width = complete >> TILE_HEIGHT, complete % TILE_WIDTH
            hashes = await self._computed(db, level, number, width) if width else b""
            levels.append(tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)))
        return Frontier(size, tuple(levels))

    async def _proof(self, db: _Source, size: int, make: Callable[[Node], _Result]) -> _Result:
        asked: dict[tuple[int, int], bytes] = {}

        def learn(level: int, number: int) -> bytes:
            width = tile_width(size, level, number)
            asked[level, number] = b""
            return bytes(width * HASH_BYTES)

        make(node_from_tiles(learn))
        for level, number in asked:
            asked[level, number] = await self.tile(db, level, number, tile_width(size, level, number))
        return make(node_from_tiles(lambda level, number: asked[level, number]))

    async def _computed(self, db: _Source, level: int, number: int, width: int) -> bytes:
        """A tile's hashes from what lies below it."""
        first = number * TILE_WIDTH
        if level == 0:
            return b"".join(leaf_hash(entry) for entry in await self.entries(db, first, width))
        rows: Sequence[asyncpg.Record] = await db.fetch(
            "SELECT number, root FROM ledger.tile WHERE district = $1 AND level = $2 AND number >= $3 AND number < $4",
            self._district, level - 1, first, first + width,
        )  # fmt: skip
        roots: dict[int, bytes] = {row["number"]: row["root"] for row in rows}
        return b"".join(roots[child] for child in range(first, first + width))

    async def _stored(self, db: _Source, level: int, number: int) -> bytes | None:
        hashes: bytes | None = await db.fetchval(
            "SELECT hashes FROM ledger.tile WHERE district = $1 AND level = $2 AND number = $3",
            self._district, level, number,
        )  # fmt: skip
        return hashes

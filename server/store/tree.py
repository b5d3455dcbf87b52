"""The log's Merkle tree in SQL: full tiles are stored once, everything else is computed from the log's rows.

Reading needs a connection and nothing else, so an append uses it inside its transaction and a reader outside.
A full tile never changes, so its root, one hash of the tile above it, is computed once: without that each proof
would hash every tile of a partial row anew.
"""

import sqlite3
from collections.abc import Callable

from events.ids import DistrictId, Position
from events.merkle import Edge, consistency_proof, inclusion_proof, leaf_hash, subtree_root
from events.tiles import TILE_HEIGHT, TILE_WIDTH, node_from_tiles, tile_root, tile_width
from server.store.second_rows import SecondRows

TILES_KEPT_MAX = 512
ROOTS_KEPT_MAX = 65_536
"""Of full tiles: 2 MiB of hashes over 16 million entries."""

Roots = dict[tuple[int, int], bytes]
"""(level, number) of a full tile, to the hash over it."""


class Tree:
    """The tree of one district as one connection sees it. ``roots`` may be shared by the readers of one log."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        district: DistrictId,
        roots: Roots | None = None,
        second: SecondRows | None = None,
    ) -> None:
        self._connection = connection
        self._district = district
        self._second = SecondRows() if second is None else second
        self._full: dict[tuple[int, int], bytes] = {}
        self._roots: Roots = {} if roots is None else roots

    def entries(self, start: int, count: int) -> list[bytes]:
        """The entries at positions start … start + count - 1."""
        rows = self._connection.execute(
            "SELECT position, event_hash, received_at FROM log WHERE district = ? AND position >= ? AND position < ?"
            " ORDER BY position",
            (self._district, start, start + count),
        )
        return self._second.entries(rows, start, count)

    def tile(self, level: int, number: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile."""
        full = self._stored(level, number)
        return full[: width * 32] if full else self.compute(level, number, width)

    def compute(self, level: int, number: int, width: int) -> bytes:
        """A tile's hashes made anew from what lies below it."""
        first = number * TILE_WIDTH
        if level == 0:
            return b"".join(leaf_hash(entry) for entry in self.entries(first, width))
        below = range(first, first + width)
        return b"".join(self._root(level - 1, child) for child in below)

    def inclusion(self, position: Position, size: int) -> tuple[bytes, list[bytes]]:
        entry = self.entries(position, 1)[0]
        return entry, inclusion_proof(self._node(size), position, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        return consistency_proof(self._node(new), old, new)

    def root(self, size: int) -> bytes:
        return subtree_root(self._node(size), 0, size) if size else Edge().root()

    def complete(self, old: int, new: int) -> bool:
        """Store every tile that appending from ``old`` to ``new`` leaves has filled; whether there was one."""
        level, step = 0, TILE_WIDTH
        while new >= step:
            for number in range(old // step, new // step):
                self._connection.execute(
                    "INSERT INTO tile (district, level, number, hashes) VALUES (?, ?, ?, ?)",
                    (self._district, level, number, self.compute(level, number, TILE_WIDTH)),
                )
            level, step = level + 1, step << TILE_HEIGHT
        return old // TILE_WIDTH < new // TILE_WIDTH

    def _root(self, level: int, number: int) -> bytes:
        """The hash over a full tile."""
        root = self._roots.get((level, number))
        if root is None:
            root = tile_root(self.tile(level, number, TILE_WIDTH))
            if len(self._roots) >= ROOTS_KEPT_MAX:
                self._roots.clear()
            self._roots[level, number] = root
        return root

    def _node(self, size: int) -> Callable[[int, int], bytes]:
        partial: dict[tuple[int, int], bytes] = {}

        def tile(level: int, number: int) -> bytes:
            width = tile_width(size, level, number)
            if width == TILE_WIDTH:
                return self.tile(level, number, width)
            if (level, number) not in partial:
                partial[level, number] = self.tile(level, number, width)
            return partial[level, number]

        return node_from_tiles(tile)

    def _stored(self, level: int, number: int) -> bytes | None:
        kept = self._full.get((level, number))
        if kept is not None:
            return kept
        row = self._connection.execute(
            "SELECT hashes FROM tile WHERE district = ? AND level = ? AND number = ?", (self._district, level, number)
        ).fetchone()
        if row is None:
            return None
        if len(self._full) >= TILES_KEPT_MAX:
            self._full.clear()
        hashes: bytes = row[0]
        self._full[level, number] = hashes
        return hashes

"""Stored tiles against the leaves they should hold, one leaf at a time: for ``doseledger verify``.

    leaf -> level 0, full after 256 -> its root -> level 1 …      each full tile == the stored one

At most 256 hashes a level are held, however long the log is.
"""

import sqlite3

from events.errors import BadProof
from events.ids import DistrictId, Position
from events.tiles import TILE_HEIGHT, TILE_WIDTH, tile_root


class WrongTile(BadProof):
    """A stored tile is missing or another; ``position`` is the first below it that differs, if one is known."""

    def __init__(self, what: str, position: Position | None) -> None:
        super().__init__(what)
        self.position = position


class TileCheck:
    """Fed every leaf in order."""

    def __init__(self, database: sqlite3.Connection, district: DistrictId) -> None:
        self._database = database
        self._district = district
        self._levels: list[list[bytes]] = []
        self._size = 0

    def add(self, leaf: bytes) -> None:
        """Raises WrongTile when the leaf fills a tile that is not the stored one."""
        self._size += 1
        upward: bytes | None = leaf
        level = 0
        while upward is not None:
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(upward)
            upward = self._filled(level)
            level += 1

    def _filled(self, level: int) -> bytes | None:
        """The root of the tile just filled at a level, after comparing it; None while it is not full."""
        if len(self._levels[level]) < TILE_WIDTH:
            return None
        hashes = b"".join(self._levels[level])
        self._levels[level] = []
        number = (self._size >> (TILE_HEIGHT * (level + 1))) - 1
        stored = self._stored(level, number)
        if stored != hashes:
            what = f"stored tile {level}/{number} is not what the log's entries make"
            raise WrongTile(what, _first_difference(level, number, stored, hashes))
        return tile_root(hashes)

    def _stored(self, level: int, number: int) -> bytes | None:
        row = self._database.execute(
            "SELECT hashes FROM tile WHERE district = ? AND level = ? AND number = ?", (self._district, level, number)
        ).fetchone()
        return None if row is None else bytes(row[0])


def _first_difference(level: int, number: int, stored: bytes | None, made: bytes) -> Position | None:
    """The first position under a tile whose stored hash is another; None where the tile is missing."""
    if stored is None:
        return None
    pairs = ((stored[at : at + 32], made[at : at + 32]) for at in range(0, len(made), 32))
    differing = next((index for index, (theirs, ours) in enumerate(pairs) if theirs != ours), TILE_WIDTH - 1)
    return Position((number * TILE_WIDTH + differing) << (TILE_HEIGHT * level))

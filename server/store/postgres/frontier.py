"""The tiles that are not full yet, one of each level at the tree's right edge: what is needed to fill them.

    leaves --extend--> level 0 | . . . . 256 -> full tile --root--> level 1 | . . . 256 -> full tile --root--> level 2

Pure. An appender that knows its frontier stores a tile without reading what lies below it.
"""

from collections.abc import Iterable

import msgspec

from events.merkle import Edge
from events.tiles import TILE_WIDTH, tile_root


class FullTile(msgspec.Struct, frozen=True):
    """A tile of 256 hashes, and the node they amount to."""

    level: int
    number: int
    hashes: bytes
    root: bytes


class Frontier(msgspec.Struct, frozen=True):
    """After ``size`` entries: the hashes in the unfilled tile of each level, fewer than 256 each."""

    size: int = 0
    levels: tuple[tuple[bytes, ...], ...] = ()

    def edge(self) -> Edge:
        """The tree's right edge, as these tiles make it."""
        parts = [Edge().extend(level).hashes for level in reversed(self.levels)]
        return Edge(self.size, tuple(one for part in parts for one in part))

    def extend(self, leaves: Iterable[bytes]) -> "tuple[Frontier, list[FullTile]]":
        """The frontier after more leaf hashes, and the tiles they fill, lowest level first for each."""
        size, levels, full = self.size, [list(level) for level in self.levels], list[FullTile]()
        for leaf in leaves:
            size += 1
            node, level = leaf, 0
            while True:
                if level == len(levels):
                    levels.append([])
                levels[level].append(node)
                if len(levels[level]) < TILE_WIDTH:
                    break
                hashes = b"".join(levels[level])
                levels[level] = []
                node = tile_root(hashes)
                full.append(FullTile(level, size // TILE_WIDTH ** (level + 1) - 1, hashes, node))
                level += 1
        return Frontier(size, tuple(map(tuple, levels))), full

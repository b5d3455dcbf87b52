"""Proofs of many positions under one head: the tiles they share are read once.

    positions --> tiles above them and along the right edge --> RFC 6962 paths

A push of 200 events asks for 200 paths through the same two or three tiles; asking the log for each alone
would hash them anew every time.
"""

from collections.abc import Iterable
from functools import cache

from events.ids import Position
from events.merkle import inclusion_proof
from events.tiles import TILE_HEIGHT, TILE_WIDTH, node_from_tiles, tile_width
from events.wire import Proof, b64
from server.store.port import Log

Tile = tuple[int, int]
"""(level, number)."""


async def proofs_of(log: Log, positions: Iterable[Position], size: int) -> dict[Position, Proof]:
    """Entry and inclusion path of each position in the tree of ``size``."""
    wanted = sorted(set(positions))
    if not wanted:
        return {}
    entries = await _entries(log, wanted, size)
    tiles = {
        (level, number): await log.tile(level, number, tile_width(size, level, number))
        for level, number in tiles_needed(wanted, size)
    }
    node = cache(node_from_tiles(lambda level, number: tiles[level, number]))
    return {
        position: Proof(b64(entries[position]), position, tuple(map(b64, inclusion_proof(node, position, size))))
        for position in wanted
    }


def tiles_needed(positions: Iterable[int], size: int) -> set[Tile]:
    """Per tile level: the tile above each position, where its siblings are, and the one at the tree's right edge."""
    positions = list(positions)
    needed: set[Tile] = set()
    level, width = 0, size
    while width:
        above = {position >> TILE_HEIGHT * (level + 1) for position in positions}
        numbers = {*above, (width - 1) // TILE_WIDTH, width // TILE_WIDTH}
        needed |= {(level, number) for number in numbers if tile_width(size, level, number)}
        level, width = level + 1, width >> TILE_HEIGHT
    return needed


async def _entries(log: Log, positions: Iterable[int], size: int) -> dict[int, bytes]:
    entries: dict[int, bytes] = {}
    for number in sorted({position // TILE_WIDTH for position in positions}):
        bundle = await log.entries(number, tile_width(size, 0, number))
        entries.update(enumerate(bundle, number * TILE_WIDTH))
    return entries

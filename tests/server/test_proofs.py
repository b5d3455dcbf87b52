"""Proofs made from shared tiles are the very proofs the tree gives, whatever its size."""

from collections.abc import Callable
from typing import cast

import pytest

from events.ids import Position
from events.merkle import Edge, inclusion_proof, leaf_hash, subtree_root, verify_inclusion
from events.tiles import TILE_HEIGHT, TILE_WIDTH
from events.wire import unb64
from server.store.port import Log
from server.sync.proofs import proofs_of

SIZES = (1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 66_000, 131_500)


class TilesOnly:
    """A log that gives tiles and entries of a tree of numbered leaves, and counts what it was asked for."""

    def __init__(self, size: int) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.asked = 0
        self.edge = Edge().extend(
            (leaf_hash(self.entry(index)) for index in range(size)),
            lambda level, index, found: self.nodes.__setitem__((level, index), found),
        )

    @staticmethod
    def entry(index: int) -> bytes:
        return b"\x01" + index.to_bytes(40)

    async def entries(self, number: int, width: int) -> list[bytes]:
        self.asked += 1
        return [self.entry(number * TILE_WIDTH + offset) for offset in range(width)]

    async def tile(self, level: int, number: int, width: int) -> bytes:
        self.asked += 1
        first = number * TILE_WIDTH
        return b"".join(self.nodes[level * TILE_HEIGHT, first + offset] for offset in range(width))


@pytest.mark.parametrize("size", SIZES)
async def test_each_path_is_the_tree_s_own(size: int) -> None:
    """SYNC-R20"""
    log = TilesOnly(size)
    positions = {
        Position(at % size) for at in (0, 1, 255, 256, 257, 511, 65_535, 65_536, size // 2, size - 2, size - 1)
    }
    node: Callable[[int, int], bytes] = lambda level, index: log.nodes[level, index]  # noqa: E731
    for position, proof in (await proofs_of(cast("Log", log), positions, size)).items():
        path = [unb64(one) for one in proof.path]
        assert path == inclusion_proof(node, position, size)
        verify_inclusion(leaf_hash(unb64(proof.entry)), position, size, path, subtree_root(node, 0, size))


async def test_a_push_reads_a_handful_of_tiles_not_one_per_event() -> None:
    log = TilesOnly(10_000)
    await proofs_of(cast("Log", log), [Position(at) for at in range(9_700, 9_900)], 10_000)
    assert log.asked <= 6

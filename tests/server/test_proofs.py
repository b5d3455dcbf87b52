"""Proofs made in memory are the very proofs the tree gives, whatever its size and however it came to be there."""

from collections.abc import Callable
from typing import cast

import pytest

from events.ids import Position
from events.merkle import Edge, consistency_proof, inclusion_proof, leaf_hash, subtree_root, verify_inclusion
from events.tiles import TILE_HEIGHT, TILE_WIDTH
from events.wire import unb64
from server.store.port import Log
from server.sync.proofs import Nodes, entries_of

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
@pytest.mark.parametrize("loaded", [0, 1, 2, 3])
async def test_each_path_is_the_tree_s_own(size: int, loaded: int) -> None:
    """SYNC-R20"""
    log, nodes = TilesOnly(size), Nodes()
    await nodes.load(cast("Log", log), size * loaded // 3)
    for index in range(nodes.size, size):
        nodes.add(log.entry(index))
    assert (nodes.size, nodes.root(size)) == (size, log.edge.root())
    positions = [
        Position(at % size) for at in (0, 1, 255, 256, 257, 511, 65_535, 65_536, size // 2, size - 2, size - 1)
    ]
    node: Callable[[int, int], bytes] = lambda level, index: log.nodes[level, index]  # noqa: E731
    for then in {size, (size + max(positions)) // 2 + 1}:
        paths = nodes.paths([at for at in positions if at < then], then)
        assert nodes.consistency(size // 2, then) == consistency_proof(node, size // 2, then)
        for position, path in paths.items():
            hashes = [unb64(one) for one in path]
            assert hashes == inclusion_proof(node, position, then)
            verify_inclusion(leaf_hash(log.entry(position)), position, then, hashes, subtree_root(node, 0, then))


def test_what_is_not_in_the_tree_has_no_path() -> None:
    nodes = Nodes()
    assert nodes.paths([], 0) == {}
    nodes.add(b"entry")
    for position, size in ((1, 1), (-1, 1), (0, 2)):
        with pytest.raises(ValueError, match="no such positions"):
            nodes.paths([Position(position)], size)
    with pytest.raises(ValueError, match="no tree of 2"):
        nodes.consistency(1, 2)


async def test_entries_are_read_by_the_bundle_not_one_by_one() -> None:
    log = TilesOnly(10_000)
    found = await entries_of(cast("Log", log), [Position(at) for at in range(9_700, 9_900)], 10_000)
    assert found == {at: log.entry(at) for at in range(9_700, 9_900)}
    assert log.asked <= 2

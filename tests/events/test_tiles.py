"""Tiles say what the tree says: paths, widths, bundles, and proofs read from tiles alone."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import BadProof
from events.merkle import Edge, consistency_proof, inclusion_proof, leaf_hash
from events.receipt import ENTRY_BYTES
from events.tiles import (
    TILE_WIDTH,
    encode_bundle,
    node_from_tiles,
    parse_tile_number,
    tile_number_path,
    tile_root,
    tile_width,
)

SIZE = 256 * 256 + 256 * 3 + 5
Nodes = dict[tuple[int, int], bytes]


@cache
def tree() -> Nodes:
    kept: Nodes = {}
    leaves = (leaf_hash(number.to_bytes(4)) for number in range(SIZE))
    Edge().extend(leaves, lambda level, index, value: kept.__setitem__((level, index), value))
    return kept


def tile_at(size: int, level: int, number: int) -> bytes:
    """The tile as a log of that size publishes it."""
    width = tile_width(size, level, number)
    return b"".join(tree()[8 * level, number * TILE_WIDTH + place] for place in range(width))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_tile_r01_proofs_from_tiles_are_the_proofs_of_the_tree(data: st.DataObject) -> None:
    """TILE-R01: full and partial tiles of a log of any size carry every proof of it."""
    size = data.draw(st.integers(1, SIZE) | st.sampled_from([1, 255, 256, 257, 65_535, 65_536, 65_537, SIZE]))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    reader = node_from_tiles(lambda level, number: tile_at(size, level, number))

    def node(level: int, index: int) -> bytes:
        return tree()[level, index]

    assert inclusion_proof(reader, index, size) == inclusion_proof(node, index, size)
    assert consistency_proof(reader, old, size) == consistency_proof(node, old, size)


def test_tile_r01_the_root_of_a_full_tile_is_its_hash_above() -> None:
    full = tile_at(SIZE, 0, 7)
    assert tile_root(full) == tree()[8, 7]
    assert tile_root(full) == Edge().extend(full[at : at + 32] for at in range(0, len(full), 32)).root()
    with pytest.raises(BadProof):
        tile_root(full[:-32])


def test_tile_r01_a_short_tile_is_a_bad_proof() -> None:
    reader = node_from_tiles(lambda level, number: tile_at(SIZE, level, number)[:-1])
    with pytest.raises(BadProof, match="too short"):
        reader(0, 255)


@pytest.mark.parametrize(
    ("size", "level", "number", "width"),
    [
        (0, 0, 0, 0),
        (1, 0, 0, 1),
        (256, 0, 0, 256),
        (257, 0, 1, 1),
        (256, 1, 0, 1),
        (255, 1, 0, 0),
        (70_000, 0, 273, 112),
        (70_000, 1, 1, 17),
        (70_000, 2, 0, 1),
        (70_000, 3, 0, 0),
    ],
)
def test_tile_r02_widths(size: int, level: int, number: int, width: int) -> None:
    """TILE-R02: C2SP tlog-tiles: a partial tile holds floor(size / 256^level) mod 256 hashes."""
    assert tile_width(size, level, number) == width


@pytest.mark.parametrize(
    ("number", "path"),
    [(0, "000"), (5, "005"), (999, "999"), (1000, "x001/000"), (1_234_067, "x001/x234/067")],
)
def test_tile_r03_paths(number: int, path: str) -> None:
    """TILE-R03: groups of three digits, all but the last with an x."""
    assert tile_number_path(number) == path
    assert parse_tile_number(path) == number


@given(st.integers(0, 10**18 - 1))
def test_tile_r03_paths_and_numbers_are_inverse(number: int) -> None:
    assert parse_tile_number(tile_number_path(number)) == number


@pytest.mark.parametrize(
    "path",
    [
        "",
        "5",
        "0005",
        "x000/005",
        "001/005",
        "x001/x005",
        "x1/005",
        "x001//005",
        "005/",
        "005\n",
        "-05",
        "٠٠٥",
        "x001/" * 2000 + "005",
    ],
)
def test_tile_r03_a_number_has_one_path(path: str) -> None:
    with pytest.raises(BadProof):
        parse_tile_number(path)


@given(st.lists(st.binary(min_size=ENTRY_BYTES, max_size=ENTRY_BYTES), max_size=TILE_WIDTH))
def test_tile_r04_bundles(entries: list[bytes]) -> None:
    """TILE-R04: entries with a 16-bit length each, at most 256."""
    assert encode_bundle(entries) == b"".join(ENTRY_BYTES.to_bytes(2) + entry for entry in entries)

"""The tree against RFC 6962's own recursive definitions, written out here as the RFC has them."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import BadProof
from events.merkle import (
    EMPTY_ROOT,
    Edge,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

SIZE_MAX = 200
LEAVES = tuple(leaf_hash(number.to_bytes(2)) for number in range(SIZE_MAX))


def _k(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


@cache
def mth(start: int, end: int) -> bytes:
    """MTH(D[start:end]), RFC 6962, section 2.1."""
    if end == start:
        return hashlib.sha256(b"").digest()
    if end - start == 1:
        return LEAVES[start]
    k = _k(end - start)
    return hashlib.sha256(b"\x01" + mth(start, start + k) + mth(start + k, end)).digest()


def path(m: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[start:end]), section 2.1.1."""
    if end - start == 1:
        return []
    k = _k(end - start)
    if m < k:
        return [*path(m, start, start + k), mth(start + k, end)]
    return [*path(m - k, start + k, end), mth(start, start + k)]


def subproof(m: int, start: int, end: int, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:end], whole), section 2.1.2."""
    if m == end - start:
        return [] if whole else [mth(start, end)]
    k = _k(end - start)
    if m <= k:
        return [*subproof(m, start, start + k, whole), mth(start + k, end)]
    return [*subproof(m - k, start + k, end, False), mth(start, start + k)]


def nodes(size: int, leaves: Sequence[bytes] = LEAVES) -> dict[tuple[int, int], bytes]:
    kept: dict[tuple[int, int], bytes] = {}
    Edge().extend(leaves[:size], lambda level, index, value: kept.__setitem__((level, index), value))
    return kept


NODES = nodes(SIZE_MAX)


def node(level: int, index: int) -> bytes:
    return NODES[level, index]


def test_tree_r01_the_public_reference_vectors(public_vectors: Callable[[str], Any]) -> None:
    """TREE-R01: leaf hashes, inner nodes and roots of sizes 0 to 8 as the RFC 6962 reference has them."""
    vectors = public_vectors("merkle/rfc6962_reference_vectors.json")
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in vectors["leaf_inputs_hex"]]
    kept = nodes(len(leaves), leaves)
    for level, expected in enumerate(vectors["node_hashes_hex_by_level"]):
        assert [kept[level, index].hex() for index in range(len(expected))] == expected
    for size, root in enumerate(vectors["root_hash_hex_by_size_0_to_8"]):
        assert Edge().extend(leaves[:size]).root().hex() == root


def test_tree_r01_constants_from_the_definition() -> None:
    """TREE-R01: SHA-256 of nothing, of one zero byte, and of the prefixes by hand."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert node_hash(b"a" * 32, b"b" * 32) == hashlib.sha256(b"\x01" + b"a" * 32 + b"b" * 32).digest()
    assert Edge().root() == EMPTY_ROOT


def test_tree_r02_the_edge_has_the_root_of_every_size() -> None:
    """TREE-R02: appending one by one gives MTH for all sizes to 200, with one hash per set bit."""
    edge = Edge()
    for size in range(SIZE_MAX + 1):
        assert edge.root() == mth(0, size)
        assert (edge.size, len(edge.hashes)) == (size, size.bit_count())
        if size < SIZE_MAX:
            edge = edge.append(LEAVES[size])


@given(st.integers(0, SIZE_MAX), st.integers(0, SIZE_MAX))
def test_tree_r02_extending_in_groups_is_extending_one_by_one(cut: int, size: int) -> None:
    cut = min(cut, size)
    assert Edge().extend(LEAVES[:cut]).extend(LEAVES[cut:size]) == Edge().extend(LEAVES[:size])


def test_tree_r02_every_complete_node_is_told_once_and_right() -> None:
    """TREE-R02: keep() is told each complete subtree under its name."""
    expected = {
        (level, index): mth(index << level, (index + 1) << level)
        for level in range(8)
        for index in range(SIZE_MAX >> level)
    }
    assert expected == NODES


def test_tree_r03_every_leaf_of_every_tree_is_proved() -> None:
    """TREE-R03: PATH for all sizes to 200 and all leaves; each verifies, and is not longer than it must be."""
    for size in range(1, SIZE_MAX + 1):
        for index in range(size):
            proof = inclusion_proof(node, index, size)
            assert proof == path(index, 0, size)
            verify_inclusion(LEAVES[index], index, size, proof, mth(0, size))


def test_tree_r04_every_prefix_of_every_tree_is_proved() -> None:
    """TREE-R04: PROOF(m, D[n]) for all sizes to 200; each verifies."""
    for new in range(SIZE_MAX + 1):
        for old in range(new + 1):
            proof = consistency_proof(node, old, new)
            assert proof == ([] if old in (0, new) else subproof(old, 0, new, True))
            verify_consistency(old, new, proof, mth(0, old), mth(0, new))


@settings(max_examples=300)
@given(st.data())
def test_tree_r05_a_changed_inclusion_proof_is_refused(data: st.DataObject) -> None:
    """TREE-R05: another leaf, index, size, root or path, a hash more, less or of another width: BadProof."""
    size = data.draw(st.integers(2, SIZE_MAX))
    index = data.draw(st.integers(0, size - 1))
    proof = path(index, 0, size)
    other = data.draw(st.integers(-1, SIZE_MAX + 1).filter(lambda value: value != index))
    place = data.draw(st.integers(0, len(proof) - 1))
    changed = [*proof[:place], hashlib.sha256(proof[place]).digest(), *proof[place + 1 :]]
    root = mth(0, size)
    leaf = LEAVES[index]
    attempts: list[tuple[bytes, int, int, Sequence[bytes], bytes]] = [
        (LEAVES[(index + 1) % size], index, size, proof, root),
        (leaf, other, size, proof, root),
        (leaf, index, size, changed, root),
        (leaf, index, size, [*proof, EMPTY_ROOT], root),
        (leaf, index, size, proof[:-1], root),
        (leaf, index, size, [*proof[:-1], proof[-1][:-1]], root),
        (leaf, index, size, [*proof[:-1], proof[-1] + b"\x00"], root),
        (leaf, index, size, proof, mth(0, size - 1)),
        (leaf, index, -1, proof, root),
    ]
    for attempt in attempts:
        with pytest.raises(BadProof):
            verify_inclusion(*attempt)


@settings(max_examples=300)
@given(st.data())
def test_tree_r05_a_changed_consistency_proof_is_refused(data: st.DataObject) -> None:
    """TREE-R05: the same for consistency; a fork of the tree has no proof."""
    new = data.draw(st.integers(2, SIZE_MAX))
    old = data.draw(st.integers(1, new - 1))
    proof = subproof(old, 0, new, True)
    place = data.draw(st.integers(0, len(proof) - 1))
    changed = [*proof[:place], hashlib.sha256(proof[place]).digest(), *proof[place + 1 :]]
    forked = Edge().extend([*LEAVES[: old - 1], EMPTY_ROOT]).root()
    before, after = mth(0, old), mth(0, new)
    attempts: list[tuple[int, int, Sequence[bytes], bytes, bytes]] = [
        (old, new, changed, before, after),
        (old, new, proof[:-1], before, after),
        (old, new, [], before, after),
        (old, new, [*proof, EMPTY_ROOT], before, after),
        (old, new, [proof[0] + b"\x00", *proof[1:]], before, after),
        (old, new, proof, forked, after),
        (old, new, proof, before, forked),
        (new, old, proof, after, before),
        (new, new, proof, after, after),
        (new, new, [], before, after),
        (0, new, proof, EMPTY_ROOT, after),
        (0, new, [], before, after),
        (-1, new, proof, before, after),
    ]
    for attempt in attempts:
        with pytest.raises(BadProof):
            verify_consistency(*attempt)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_tree_r03_there_is_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        inclusion_proof(node, index, size)


def test_tree_r04_a_tree_is_no_prefix_of_a_smaller_one() -> None:
    with pytest.raises(ValueError, match="no prefix"):
        consistency_proof(node, 5, 4)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 70_000), st.data())
def test_tree_r03_random_large_trees(size: int, data: st.DataObject) -> None:
    """TREE-R03, TREE-R04: a tree of equal leaves is the same at every index of a level, so large ones are cheap."""
    levels = [LEAVES[0]]
    while len(levels) < 20:
        levels.append(node_hash(levels[-1], levels[-1]))
    hashes = tuple(levels[bit] for bit in reversed(range(size.bit_length())) if size >> bit & 1)
    root = Edge(size, hashes).root()
    index = data.draw(st.integers(0, size - 1))
    verify_inclusion(LEAVES[0], index, size, inclusion_proof(lambda level, _: levels[level], index, size), root)
    old = data.draw(st.integers(1, size))
    old_hashes = tuple(levels[bit] for bit in reversed(range(old.bit_length())) if old >> bit & 1)
    proof = consistency_proof(lambda level, _: levels[level], old, size)
    verify_consistency(old, size, proof, Edge(old, old_hashes).root(), root)

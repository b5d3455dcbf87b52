"""The Merkle tree of RFC 6962, section 2.1: hashes, proofs, and the compact right edge.

    leaf  = SHA-256(0x00 ‖ entry)          node = SHA-256(0x01 ‖ left ‖ right)

Nodes are named (level, index): level 0 are leaves, node (l, i) covers leaves i·2^l to (i+1)·2^l - 1.
Proofs are made from a function that reads complete nodes, so that any store (memory, tiles, SQL) can
serve them. Hashes are 32 raw bytes here; text forms belong to checkpoint and wire.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

import msgspec

from events.errors import BadProof

NodeReader = Callable[[int, int], bytes]
"""``(level, index)`` to the hash of a complete subtree."""

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The parent of two 32-byte hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge(msgspec.Struct, frozen=True):
    """The right edge of a tree: the roots of its maximal complete subtrees, largest first.

    It holds one hash per set bit of ``size``: all that appending needs.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Edge":
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes], keep: Callable[[int, int, bytes], None] | None = None) -> "Edge":
        """The edge after more leaf hashes. ``keep(level, index, hash)`` is told every node completed on the way."""
        size, stack = self.size, list(self.hashes)
        for leaf in leaves:
            level, index, top = 0, size, leaf
            if keep is not None:
                keep(0, index, leaf)
            while index & 1:
                top = node_hash(stack.pop(), top)
                level, index = level + 1, index >> 1
                if keep is not None:
                    keep(level, index, top)
            stack.append(top)
            size += 1
        return Edge(size, tuple(stack))

    def root(self) -> bytes:
        """The root over ``size`` leaves; SHA-256 of nothing for an empty tree."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Hash complete subtrees, largest first, into the root above them."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def subtree_root(node: NodeReader, start: int, end: int) -> bytes:
    """The hash over leaves start to end - 1, where start is aligned as RFC 6962's recursion aligns it."""
    pieces = []
    while start < end:
        level = (end - start).bit_length() - 1
        pieces.append(node(level, start >> level))
        start += 1 << level
    return _fold(pieces)


def inclusion_proof(node: NodeReader, index: int, size: int) -> list[bytes]:
    """The audit path of a leaf in a tree of ``size`` (RFC 6962, 2.1.1). Raises ValueError out of range."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            path.append(subtree_root(node, split, end))
            end = split
        else:
            path.append(subtree_root(node, start, split))
            start = split
    path.reverse()
    return path


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raises BadProof unless the path leads from the leaf at ``index`` to ``root`` (RFC 9162, 2.1.3.2)."""
    _check_widths(path)
    if not 0 <= index < size:
        raise BadProof(f"leaf {index} is not in a tree of {size}")
    found, last, rest = leaf, size - 1, index
    for sibling in path:
        if last == 0:
            raise BadProof("the inclusion path is too long")
        if rest & 1 or rest == last:
            found = node_hash(sibling, found)
            while not rest & 1 and rest:
                rest, last = rest >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        rest, last = rest >> 1, last >> 1
    if last:
        raise BadProof("the inclusion path is too short")
    if found != root:
        raise BadProof("the inclusion path leads to another root")


def consistency_proof(node: NodeReader, old: int, new: int) -> list[bytes]:
    """Why the tree of ``old`` leaves is a prefix of that of ``new`` (RFC 6962, 2.1.2). Empty from 0 or to itself."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} is no prefix of one of {new}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while end != old:
        split = start + _split(end - start)
        if old <= split:
            path.append(subtree_root(node, split, end))
            end = split
        else:
            path.append(subtree_root(node, start, split))
            start, whole = split, False
    if not whole:
        path.append(subtree_root(node, start, end))
    path.reverse()
    return path


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raises BadProof unless the old tree is a prefix of the new (RFC 9162, 2.1.4.2)."""
    _check_widths(path)
    if not 0 <= old <= new:
        raise BadProof(f"a tree of {old} is no prefix of one of {new}")
    if old in (0, new):
        if path or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise BadProof("the trees differ")
        return
    hashes = list(path)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        raise BadProof("the consistency path is empty")
    rest, last = old - 1, new - 1
    while rest & 1:
        rest, last = rest >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise BadProof("the consistency path is too long")
        if rest & 1 or rest == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not rest & 1 and rest:
                rest, last = rest >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        rest, last = rest >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise BadProof("the consistency path leads to another root")


def _check_widths(path: Sequence[bytes]) -> None:
    if any(len(sibling) != HASH_BYTES for sibling in path):
        raise BadProof(f"a hash in the path is not {HASH_BYTES} bytes")


def _split(size: int) -> int:
    """The largest power of two smaller than ``size`` (RFC 6962's k)."""
    return 1 << ((size - 1).bit_length() - 1)

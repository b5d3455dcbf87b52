"""The log's tree in memory: where an event stands, proven without asking the store.

    tiles of the store --load--> nodes <--add-- every entry the log grows by
    positions, size --> RFC 6962 paths that share their hashes        since, size --> consistency

It starts from the store's own tiles and then grows with the folds, so whoever reads them has proofs of the same
moment. 64 bytes an entry. Only complete nodes are kept, and they never change.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from events.ids import Position
from events.merkle import EMPTY_ROOT, HASH_BYTES, consistency_proof, leaf_hash, node_hash, subtree_root
from events.tiles import TILE_WIDTH, tile_width
from events.wire import b64
from server.store.port import Log

Path = tuple[str, ...]
"""Base64url hashes from the leaf's sibling up to the root's child, as ``wire.Proof`` has them."""


class Nodes:
    """The complete nodes of a tree of ``size`` entries. Changed in place by its one owner, in log order."""

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    async def load(self, log: Log, size: int) -> None:
        """Begin with the first ``size`` entries of a log."""
        for number in range(size // TILE_WIDTH):
            self._add_all(await log.tile(0, number, TILE_WIDTH))
        if size % TILE_WIDTH:
            self._add_all(await log.tile(0, size // TILE_WIDTH, size % TILE_WIDTH))

    def add(self, entry: bytes) -> None:
        """Take the next entry of the log."""
        self._add_leaf(leaf_hash(entry))

    def root(self, size: int) -> bytes:
        return subtree_root(self._node, 0, size) if size else EMPTY_ROOT

    def paths(self, positions: Iterable[Position], size: int) -> dict[Position, Path]:
        """The audit path of each position in the tree of ``size``. Raises ValueError out of range."""
        wanted = sorted(set(positions))
        if wanted and not 0 <= wanted[0] <= wanted[-1] < size <= self.size:
            raise ValueError(f"no such positions in a tree of {size}")
        found: dict[Position, Path] = {}
        self._descend(wanted, 0, size, (), found)
        return found

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Raises ValueError out of range."""
        if new > self.size:
            raise ValueError(f"no tree of {new} here")
        return consistency_proof(self._node, old, new)

    def _descend(
        self, wanted: Sequence[Position], start: int, end: int, above: Path, found: dict[Position, Path]
    ) -> None:
        """Walk down to the wanted leaves of a subtree; what lies above it is the end of each one's path."""
        if not wanted:
            return
        if end - start == 1:
            found[wanted[0]] = above
            return
        split = start + (1 << ((end - start - 1).bit_length() - 1))
        at = bisect_left(wanted, split)
        if at:
            self._descend(wanted[:at], start, split, (self._text(split, end), *above), found)
        if at < len(wanted):
            self._descend(wanted[at:], split, end, (self._text(start, split), *above), found)

    def _text(self, start: int, end: int) -> str:
        return b64(subtree_root(self._node, start, end))

    def _node(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * HASH_BYTES : (index + 1) * HASH_BYTES])

    def _add_all(self, hashes: bytes) -> None:
        for at in range(0, len(hashes), HASH_BYTES):
            self._add_leaf(hashes[at : at + HASH_BYTES])

    def _add_leaf(self, leaf: bytes) -> None:
        level, index, row = 0, self.size, self._levels[0]
        row += leaf
        while index & 1:
            top = node_hash(bytes(row[-2 * HASH_BYTES : -HASH_BYTES]), bytes(row[-HASH_BYTES:]))
            level, index = level + 1, index >> 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            row = self._levels[level]
            row += top


async def entries_of(log: Log, positions: Iterable[Position], size: int) -> dict[Position, bytes]:
    """The entries at these positions, a bundle of the store at a time."""
    wanted = sorted(set(positions))
    found: dict[Position, bytes] = {}
    for number in sorted({position // TILE_WIDTH for position in wanted}):
        bundle = await log.entries(number, tile_width(size, 0, number))
        found |= {at: bundle[at % TILE_WIDTH] for at in wanted if at // TILE_WIDTH == number}
    return found

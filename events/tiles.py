"""The tree cut into tiles of 256 hashes, as C2SP tlog-tiles serves it: height 8, full or partial.

    tile (level L, number N) = nodes (8·L, 256·N) … up to 256 of them
    path   /tile/<L>/<N as x001/x234/067>[.p/<width>]        /tile/entries/<N>[.p/<width>]

An entry bundle is, per entry, a 16-bit big-endian length and the entry's bytes.
"""

import re
from collections.abc import Callable, Sequence

from events.errors import BadProof
from events.merkle import NodeReader, node_hash

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
_HASH_BYTES = 32

_SEGMENTS = re.compile("(?:x[0-9]{3}/){0,5}[0-9]{3}")


def tile_number_path(number: int) -> str:
    """``1234067`` is written ``x001/x234/067``."""
    text = f"{number % 1000:03d}"
    while number >= 1000:
        number //= 1000
        text = f"x{number % 1000:03d}/{text}"
    return text


def parse_tile_number(path: str) -> int:
    """The number a tile path names. Raises BadProof unless written in the one right way."""
    if _SEGMENTS.fullmatch(path) is None:
        raise BadProof(f"{path!r} is not a tile number")
    number = int(path.replace("x", "").replace("/", ""))
    if tile_number_path(number) != path:
        raise BadProof(f"{path!r} is not a tile number")
    return number


def tile_width(size: int, level: int, number: int) -> int:
    """How many hashes the tile holds in a tree of ``size``; 0 when it does not exist."""
    complete = size >> (TILE_HEIGHT * level)
    return max(0, min(TILE_WIDTH, complete - number * TILE_WIDTH))


def node_from_tiles(tile: Callable[[int, int], bytes]) -> NodeReader:
    """A node reader over ``tile(level, number) -> concatenated hashes``, for proofs."""

    def node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        number, offset = divmod(index << height, TILE_WIDTH)
        hashes = tile(tile_level, number)
        width = 1 << height
        if len(hashes) < (offset + width) * _HASH_BYTES:
            raise BadProof(f"tile {tile_level}/{number} is too short")
        return _subtree([hashes[i * 32 : i * 32 + 32] for i in range(offset, offset + width)])

    return node


def tile_root(hashes: bytes) -> bytes:
    """The hash of a full tile: its one hash in the tile above. Raises BadProof for a partial tile."""
    if len(hashes) != TILE_WIDTH * _HASH_BYTES:
        raise BadProof("only a full tile has a root")
    return _subtree([hashes[i : i + 32] for i in range(0, len(hashes), 32)])


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def _subtree(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]

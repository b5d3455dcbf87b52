"""Receipts of many events under one checkpoint: what their paths share is decoded, hashed and written once.

    leaf --sibling--> node --sibling--> … a node met before, with the same rest of the path: proven, stop
                                      … or the root

Each receipt stands alone all the same: its text is ``receipt.encode_receipt``'s, and it proves what
``receipt.verify_receipt`` would find. A node and the rest of a path fix everything above them, so where both were
followed to the root before they need not be followed again.
"""

import base64

import msgspec

from events.checkpoint import open_checkpoint
from events.errors import BadProof
from events.ids import Hash
from events.merkle import HASH_BYTES, leaf_hash, node_hash
from events.receipt import Proven, head_of_receipt, parse_entry
from events.wire import Proof, unb64


class _Met(msgspec.Struct, frozen=True, gc=False):
    """A node that leads to the root by ``path``; ``tail`` is the end of a receipt from there on."""

    hash: bytes
    path: tuple[str, ...]
    tail: str


class Prover:
    """Makes and checks receipts under one checkpoint."""

    def __init__(self, note: str, pinned: str) -> None:
        """Raises BadCheckpoint unless the pinned key signed the note."""
        self._head = open_checkpoint(note, pinned)
        self._end = f"\n\n{note}"
        self._met: dict[tuple[int, int], _Met] = {}

    def prove(self, event_hash: Hash, proof: Proof) -> tuple[str, Proven]:
        """The receipt's text and what it says. Raises BadProof, or MalformedEvent for what is not base64url."""
        entry = unb64(proof.entry)
        named, received_at = parse_entry(entry)
        if named != event_hash:
            raise BadProof("the receipt is for another event")
        tail = self._climb(leaf_hash(entry), proof.position, proof.path)
        return head_of_receipt(entry, proof.position) + tail, Proven(named, proof.position, received_at, self._head)

    def _climb(self, leaf: bytes, index: int, path: tuple[str, ...]) -> str:
        """The receipt's path and checkpoint, once the path is known to lead to the root (RFC 9162, 2.1.3.2)."""
        if not 0 <= index < self._head.size:
            raise BadProof(f"leaf {index} is not in a tree of {self._head.size}")
        found, last, rest = leaf, self._head.size - 1, index
        passed: list[tuple[tuple[int, int], bytes, str]] = []
        for depth, text in enumerate(path):
            met = self._met.get((rest, last))
            if met is not None and met.hash == found and met.path == path[depth:]:
                return self._remember(passed, path, met.tail)
            if last == 0:
                raise BadProof("the inclusion path is too long")
            sibling = unb64(text)
            if len(sibling) != HASH_BYTES:
                raise BadProof(f"a hash in the path is not {HASH_BYTES} bytes")
            passed.append(((rest, last), found, base64.b64encode(sibling).decode()))
            if rest & 1 or rest == last:
                found = node_hash(sibling, found)
                while not rest & 1 and rest:
                    rest, last = rest >> 1, last >> 1
            else:
                found = node_hash(found, sibling)
            rest, last = rest >> 1, last >> 1
        if last:
            raise BadProof("the inclusion path is too short")
        if found != self._head.root:
            raise BadProof("the inclusion path leads to another root")
        return self._remember(passed, path, self._end)

    def _remember(self, passed: list[tuple[tuple[int, int], bytes, str]], path: tuple[str, ...], tail: str) -> str:
        """Note the nodes on the way up; the end of the receipt from the leaf on."""
        for depth in range(len(passed) - 1, -1, -1):
            place, found, line = passed[depth]
            tail = f"\n{line}{tail}"
            self._met[place] = _Met(found, path[depth:], tail)
        return tail

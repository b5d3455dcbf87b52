"""Receipts made together are the very receipts that are made and verified one by one."""

from hypothesis import given
from hypothesis import strategies as st

from events.checkpoint import Checkpoint, sign_checkpoint, verifier_key
from events.dates import from_milliseconds
from events.errors import BadCheckpoint, BadProof, MalformedEvent
from events.ids import Hash, Position
from events.merkle import Edge, inclusion_proof, leaf_hash
from events.proving import Prover
from events.receipt import encode_receipt, make_entry, verify_receipt
from events.signing import SigningKey
from events.wire import Proof, b64, unb64

KEY = SigningKey(bytes(range(32)))
PINNED = verifier_key("log.example", KEY.public)
AT = from_milliseconds(1_795_000_000_123)


class Tree:
    """A log of so many events under one signed head."""

    def __init__(self, size: int) -> None:
        self.hashes = [Hash(f"{number:064x}") for number in range(size)]
        self.entries = [make_entry(named, AT) for named in self.hashes]
        self._nodes: dict[tuple[int, int], bytes] = {}
        edge = Edge().extend(
            map(leaf_hash, self.entries), lambda level, index, found: self._nodes.__setitem__((level, index), found)
        )
        self.note = sign_checkpoint(Checkpoint("log.example/bench/0", size, edge.root()), "log.example", KEY)

    def proof(self, position: int) -> Proof:
        path = inclusion_proof(lambda level, index: self._nodes[level, index], position, len(self.hashes))
        return Proof(b64(self.entries[position]), Position(position), tuple(map(b64, path)))


def one_by_one(tree: Tree, named: Hash, proof: Proof) -> object:
    try:
        path = [unb64(node) for node in proof.path]
        text = encode_receipt(unb64(proof.entry), proof.position, path, tree.note)
        return text, verify_receipt(text, named, PINNED)
    except (BadCheckpoint, BadProof, MalformedEvent):
        return None


def together(prover: Prover, named: Hash, proof: Proof) -> object:
    try:
        return prover.prove(named, proof)
    except (BadProof, MalformedEvent):
        return None


def tampered(draw: st.DrawFn, tree: Tree, position: int) -> Proof:
    """A proof as it is, or with something in it that is another's, missing, too much or no hash."""
    proof, other = tree.proof(position), tree.proof(draw(st.integers(0, len(tree.hashes) - 1)))
    path = list(proof.path)
    kind = draw(st.sampled_from(["whole", "whole", "place", "entry", "node", "short", "long", "garbage", "tail"]))
    at = draw(st.integers(0, max(0, len(path) - 1)))
    match kind:
        case "place":
            return Proof(proof.entry, other.position, proof.path)
        case "entry":
            return Proof(other.entry, proof.position, proof.path)
        case "node" if path and other.path:
            path[at] = draw(st.sampled_from(other.path))
        case "short" if path:
            del path[at]
        case "long":
            path.append(b64(bytes(32)))
        case "garbage" if path:
            path[at] = draw(st.sampled_from(["", "A", "é", path[at] + "=", path[at][:-1], b64(bytes(31))]))
        case "tail":
            path[at:] = other.path[at:]
        case _:
            pass
    return Proof(proof.entry, proof.position, tuple(path))


@given(st.data())
def test_together_as_one_by_one(data: st.DataObject) -> None:
    """Whatever the proofs are and in whatever order they come, each is judged as it is by itself."""
    tree = Tree(data.draw(st.integers(1, 70)))
    prover = Prover(tree.note, PINNED)

    @st.composite
    def proofs(draw: st.DrawFn) -> tuple[int, Proof]:
        position = draw(st.integers(0, len(tree.hashes) - 1))
        return position, tampered(draw, tree, position)

    for position, proof in data.draw(st.lists(proofs(), min_size=1, max_size=12)):
        named = tree.hashes[position]
        assert together(prover, named, proof) == one_by_one(tree, named, proof)


def test_neighbours_share_the_way_up() -> None:
    tree = Tree(64)
    prover = Prover(tree.note, PINNED)
    for position in range(64):
        text, proven = prover.prove(tree.hashes[position], tree.proof(position))
        assert verify_receipt(text, tree.hashes[position], PINNED) == proven

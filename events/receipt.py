"""What an event gets for being in the log: its entry, where it stands, and why anyone should believe it.

A receipt is a C2SP ``tlog-proof`` (v1) that stands alone: the entry travels as ``extra``, then index,
inclusion path and the signed checkpoint. The entry is what the tree hashes:

    entry = 0x01 ‖ event_hash (32 bytes) ‖ received_at (8 bytes, big-endian, ms since 1970 UTC)

Nothing in an entry is about a person, so entries and tiles may be public (design, section 6).
"""

import base64
import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from events.base64_text import decode_base64
from events.checkpoint import NOTE_CHARACTERS_MAX, Checkpoint, open_checkpoint
from events.dates import from_milliseconds, to_milliseconds
from events.errors import BadProof
from events.ids import Hash, Position
from events.merkle import leaf_hash, verify_inclusion

ENTRY_VERSION = b"\x01"
ENTRY_BYTES = 41

_MAGIC = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile("index (0|[1-9][0-9]{0,15})")
_PATH_HASHES_MAX = 63
_PROOF_CHARACTERS_MAX = 4096
"""Of the part before the checkpoint: 63 hashes of 44 characters, the entry, the index."""


class Receipt(msgspec.Struct, frozen=True):
    """A parsed receipt; ``checkpoint`` is the signed note verbatim. Parsing proves nothing: see verify_receipt."""

    entry: bytes
    position: Position
    path: tuple[bytes, ...]
    checkpoint: str


class Proven(msgspec.Struct, frozen=True, gc=False):
    """What a verified receipt says: this event, at this position, received then (UTC), under this head."""

    event_hash: Hash
    position: Position
    received_at: datetime
    checkpoint: Checkpoint


def make_entry(event_hash: Hash, received_at: datetime) -> bytes:
    return ENTRY_VERSION + bytes.fromhex(event_hash) + to_milliseconds(received_at).to_bytes(8)


def parse_entry(entry: bytes) -> tuple[Hash, datetime]:
    """Event hash and time of receipt. Raises BadProof for another version or length."""
    if len(entry) != ENTRY_BYTES or entry[:1] != ENTRY_VERSION:
        raise BadProof("the entry is not a version 1 entry of 41 bytes")
    try:
        received_at = from_milliseconds(int.from_bytes(entry[33:]))
    except (ValueError, OverflowError, OSError) as error:
        raise BadProof("the entry's time is out of range") from error
    return Hash(entry[1:33].hex()), received_at


def encode_receipt(entry: bytes, position: Position, path: Sequence[bytes], checkpoint: str) -> str:
    """The text of a receipt; file extension ``.tlog-proof``."""
    return "\n".join([head_of_receipt(entry, position), *map(_b64, path)]) + "\n\n" + checkpoint


def head_of_receipt(entry: bytes, position: Position) -> str:
    """The lines of a receipt before its path."""
    return f"{_MAGIC}\nextra {_b64(entry)}\nindex {position}"


def parse_receipt(text: str) -> Receipt:
    """Read a receipt's text. Raises BadProof that names what is malformed."""
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if len(head) > _PROOF_CHARACTERS_MAX or len(checkpoint) > NOTE_CHARACTERS_MAX:
        raise BadProof("the receipt is too large")
    if not gap or lines[0] != _MAGIC or len(lines) < 3:
        raise BadProof("not a C2SP tlog-proof (v1)")
    index = _INDEX.fullmatch(lines[2])
    if not lines[1].startswith("extra ") or index is None:
        raise BadProof("a receipt carries its entry as extra, then its index")
    if len(lines) - 3 > _PATH_HASHES_MAX:
        raise BadProof("the inclusion path is too long")
    path = tuple(_unb64(line) for line in lines[3:])
    if any(len(node) != 32 for node in path):
        raise BadProof("a hash in the inclusion path is not 32 bytes")
    return Receipt(_unb64(lines[1].removeprefix("extra ")), Position(int(index[1])), path, checkpoint)


def verify_receipt(text: str, event_hash: Hash, pinned: str, origin: str | None = None) -> Proven:
    """Check a receipt for an event against the pinned log key, offline.

    ``origin`` is the log the caller trusts: one key may sign several (another district's, an epoch that a
    restored back-up ended), and a receipt of another log says nothing about this one. Without it the
    caller has to look at ``checkpoint.origin``.

    Raises BadProof when it is malformed, is for another event or log, or does not lead to its
    checkpoint's root; BadCheckpoint when the checkpoint is not signed by the pinned key.
    """
    receipt = parse_receipt(text)
    named, received_at = parse_entry(receipt.entry)
    if named != event_hash:
        raise BadProof("the receipt is for another event")
    head = open_checkpoint(receipt.checkpoint, pinned)
    if origin is not None and head.origin != origin:
        raise BadProof(f"the receipt is of the log {head.origin!r}, not {origin!r}")
    verify_inclusion(leaf_hash(receipt.entry), receipt.position, head.size, receipt.path, head.root)
    return Proven(named, receipt.position, received_at, head)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unb64(text: str) -> bytes:
    try:
        return decode_base64(text)
    except ValueError as error:
        raise BadProof("the receipt holds something that is not canonical base64") from error

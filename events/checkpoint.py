"""The log's signed head: a C2SP tlog-checkpoint inside a signed note.

    <origin>                     doseledger.example/isd-900/0   (log name / district / epoch)
    <size>
    <root, base64>
    (empty line)
    — <key name> <base64(key id ‖ Ed25519 signature)>

The signature covers the three lines with their newlines. A verifier key is ``name+id+base64(0x01 ‖ key)``;
its id is the first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key) (C2SP signed-note). Signatures by keys
nobody pinned are passed over, as the standard asks, so witnesses may add theirs; a line that is no signature
line at all makes the whole note malformed.
"""

import base64
import hashlib
import re
from functools import lru_cache

import msgspec

from events.base64_text import decode_base64
from events.errors import BadCheckpoint
from events.signing import PUBLIC_KEY_BYTES, SigningKey, verify

_ED25519 = b"\x01"
_SIZE = re.compile("0|[1-9][0-9]{0,15}")
NOTE_CHARACTERS_MAX = 128 * 1024
"""Room for sixteen signatures of 5 kB, which signed-note asks every verifier to take."""
_KEY_ID_BYTES = 4
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_SIGNATURE_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/=]+)")


class Checkpoint(msgspec.Struct, frozen=True):
    """A tree head: the log's origin, its number of entries, and its root (32 bytes)."""

    origin: str
    size: int
    root: bytes


def origin_of(log_name: str, district: str, epoch: int) -> str:
    """The name of one district's log in one epoch; a restored log gets the next epoch."""
    return f"{log_name}/{district}/{epoch}"


def epoch_of(origin: str) -> int:
    """The epoch an origin names. Raises BadCheckpoint."""
    epoch = origin.rpartition("/")[2]
    if _SIZE.fullmatch(epoch) is None:
        raise BadCheckpoint(f"origin {origin!r} names no epoch")
    return int(epoch)


def verifier_key(name: str, public: bytes) -> str:
    """The text to pin: ``name+id+base64``. Raises ValueError for a name with a space or a plus."""
    if not _is_key_name(name):
        raise ValueError(f"{name!r} is no key name: it may hold no space and no plus")
    key = base64.b64encode(_ED25519 + public).decode()
    return f"{name}+{_key_id(name, public).hex()}+{key}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Name and 32 public bytes of a verifier key. Raises BadCheckpoint."""
    name, _, rest = text.partition("+")
    identity, _, encoded = rest.partition("+")
    key = _base64(encoded, "verifier key")
    if key[:1] != _ED25519 or len(key) != 1 + PUBLIC_KEY_BYTES:
        raise BadCheckpoint("verifier key is not Ed25519")
    if not _is_key_name(name) or identity != _key_id(name, key[1:]).hex():
        raise BadCheckpoint("verifier key's id does not match its name and key")
    return name, key[1:]


def sign_checkpoint(checkpoint: Checkpoint, name: str, key: SigningKey) -> str:
    """The signed note, ready to publish."""
    text = checkpoint_text(checkpoint)
    return f"{text}\n{sign_note(text, name, key)}"


def checkpoint_text(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """One signature line over a note's text (which ends with a newline)."""
    blob = _key_id(name, key.public) + key.sign(text.encode())
    return f"— {name} {base64.b64encode(blob).decode()}\n"


def open_note(note: str, pinned: str) -> str:
    """The text of a note signed by the pinned verifier key. Raises BadCheckpoint otherwise.

    Every signature by the pinned key must verify, not only the first.
    """
    name, public = parse_verifier_key(pinned)
    text, signatures = _split_note(note)
    ours = [blob for signer, blob in signatures if signer == name and blob[:_KEY_ID_BYTES] == _key_id(name, public)]
    if not ours:
        raise BadCheckpoint(f"no signature of {name}")
    if not all(verify(public, blob[_KEY_ID_BYTES:], text.encode()) for blob in ours):
        raise BadCheckpoint(f"the signature of {name} does not verify")
    return text


def _split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A note's text and its signatures as (key name, key id and signature)."""
    if len(note) > NOTE_CHARACTERS_MAX:
        raise BadCheckpoint("the note is too large")
    if _CONTROL.search(note):
        raise BadCheckpoint("the note holds a control character or half a surrogate pair")
    text, gap, block = note.rpartition("\n\n")
    if not gap or not block.endswith("\n"):
        raise BadCheckpoint("the note has no signature block")
    signatures = []
    for line in block.removesuffix("\n").split("\n"):
        found = _SIGNATURE_LINE.fullmatch(line)
        blob = _base64(found["signature"], "signature") if found else b""
        if found is None or len(blob) <= _KEY_ID_BYTES:
            raise BadCheckpoint("a signature line is malformed")
        signatures.append((found["name"], blob))
    return text + "\n", signatures


@lru_cache(maxsize=16)
def open_checkpoint(note: str, pinned: str) -> Checkpoint:
    """The checkpoint in a note signed by the pinned key. Raises BadCheckpoint.

    The last few are remembered: the receipts of one answer share one note.
    """
    return parse_checkpoint(open_note(note, pinned))


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's three lines (further extension lines are allowed). Says nothing about signatures."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "" or "" in lines[:-1]:
        raise BadCheckpoint("a checkpoint has at least three non-empty lines")
    if _SIZE.fullmatch(lines[1]) is None:
        raise BadCheckpoint(f"{lines[1]!r} is not a tree size")
    root = _base64(lines[2], "root")
    if len(root) != 32:
        raise BadCheckpoint("the root is not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _base64(text: str, what: str) -> bytes:
    try:
        return decode_base64(text)
    except ValueError as error:
        raise BadCheckpoint(f"{what} is not canonical base64") from error

"""The log's signed head: a C2SP tlog-checkpoint inside a signed note.

    <origin>                     doseledger.example/isd-900/0   (log name / district / epoch)
    <size>
    <root, base64>
    (empty line)
    — <key name> <base64(key id ‖ Ed25519 signature)>

The signature covers the three lines with their newlines. A verifier key is ``name+id+base64(0x01 ‖ key)``;
its id is the first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key) (C2SP signed-note). Signatures by keys
nobody pinned are passed over, as the standard asks, so witnesses may add theirs.
"""

import base64
import binascii
import hashlib
import re

import msgspec

from events.errors import BadCheckpoint
from events.signing import PUBLIC_KEY_BYTES, SigningKey, verify

_ED25519 = b"\x01"
_SIZE = re.compile(r"0|[1-9]\d{0,15}")
_NOTE_BYTES_MAX = 64 * 1024


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
    """The text to pin: ``name+id+base64``."""
    key = base64.b64encode(_ED25519 + public).decode()
    return f"{name}+{_key_id(name, public).hex()}+{key}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Name and 32 public bytes of a verifier key. Raises BadCheckpoint."""
    name, _, rest = text.partition("+")
    identity, _, encoded = rest.partition("+")
    key = _base64(encoded, "verifier key")
    if key[:1] != _ED25519 or len(key) != 1 + PUBLIC_KEY_BYTES:
        raise BadCheckpoint("verifier key is not Ed25519")
    if not name or identity != _key_id(name, key[1:]).hex():
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
    """The text of a note signed by the pinned verifier key. Raises BadCheckpoint otherwise."""
    if len(note) > _NOTE_BYTES_MAX:
        raise BadCheckpoint("the note is too large")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise BadCheckpoint("the note has no signature block")
    text += "\n"
    name, public = parse_verifier_key(pinned)
    for line in signatures.removesuffix("\n").split("\n"):
        dash, _, rest = line.partition(" ")
        signer, _, encoded = rest.rpartition(" ")
        if dash != "—" or not signer:
            raise BadCheckpoint("a signature line is malformed")
        blob = _base64(encoded, "signature")
        if signer == name and blob[:4] == _key_id(name, public):
            if verify(public, blob[4:], text.encode()):
                return text
            raise BadCheckpoint(f"the signature of {name} does not verify")
    raise BadCheckpoint(f"no signature of {name}")


def open_checkpoint(note: str, pinned: str) -> Checkpoint:
    """The checkpoint in a note signed by the pinned key. Raises BadCheckpoint."""
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


def _base64(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCheckpoint(f"{what} is not base64") from error

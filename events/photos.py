"""A paper's picture as it travels and is kept: one ciphertext under a key of its own.

    sealed = nonce (12) ‖ AES-256-GCM(key, picture, "doseledger/photo/v1")        name = SHA-256(sealed)
    event  = ... photo {sha256 and size of the picture, sealed: the name, key}

Whoever keeps the bytes cannot open them: the key stands in the event's payload alone. That all of them lie in the
district is said by a signed note under the log's key, which a device keeps as its receipt.
"""

import hashlib

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.catalog.event_type import Photo
from events.checkpoint import open_note, sign_note
from events.dates import read_instant
from events.errors import BadCheckpoint, DoseledgerError
from events.ids import Hash
from events.signing import SigningKey

PHOTO_BYTES_MAX = 10 * 1024 * 1024 + 28
"""Of a sealed picture: 10 MiB, its nonce and tag."""
PIECE_BYTES = 512 * 1024
"""Of each piece but the last."""
PART_BYTES_MIN = 32 * 1024
"""A piece may travel in parts: on a slow link of so many bytes, which at 1.1 KB/s come through before a time-out."""
NONCE_BYTES = 12
_BOUND = b"doseledger/photo/v1"
_NOTE = "doseledger/photo/v1"


class PhotoUnreadable(DoseledgerError):
    """The bytes are not the picture the event names."""


class PhotoReceived(msgspec.Struct, frozen=True):
    """What the note of a received picture says."""

    origin: str
    name: Hash
    size_bytes: int
    received_at: str


def pieces_of(size_bytes: int) -> int:
    """How many pieces a sealed picture of this size travels in."""
    return -(-size_bytes // PIECE_BYTES)


def seal_photo(picture: bytes, key: bytes, nonce: bytes) -> bytes:
    """``key`` and ``nonce`` are random and used for this picture only."""
    return nonce + AESGCM(key).encrypt(nonce, picture, _BOUND)


def open_photo(sealed: bytes, photo: Photo) -> bytes:
    """The picture an event names. Raises PhotoUnreadable when these bytes are another, or were changed."""
    if photo.key is None or photo.sealed != hashlib.sha256(sealed).hexdigest():
        raise PhotoUnreadable("these are not the bytes the event names")
    try:
        picture = AESGCM(bytes.fromhex(photo.key)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _BOUND)
    except (InvalidTag, ValueError) as error:
        raise PhotoUnreadable("the bytes do not open under the event's key") from error
    if len(picture) != photo.size_bytes or hashlib.sha256(picture).hexdigest() != photo.sha256:
        raise PhotoUnreadable("the picture is not the one the event names")
    return picture


def vouch_for_photo(received: PhotoReceived, name: str, key: SigningKey) -> str:
    """The signed note by the log's key of this name."""
    text = f"{_NOTE}\n{received.origin}\n{received.name}\n{received.size_bytes}\n{received.received_at}\n"
    return f"{text}\n{sign_note(text, name, key)}"


def open_photo_note(note: str, pinned: str) -> PhotoReceived:
    """What a note by the pinned log key says of a picture. Raises BadCheckpoint when it is no such note."""
    lines = open_note(note, pinned).split("\n")
    if len(lines) != 6 or lines[0] != _NOTE or not lines[3].isdecimal():
        raise BadCheckpoint("not the note of a picture")
    try:
        read_instant(lines[4])
    except ValueError as error:
        raise BadCheckpoint("the note's moment is malformed") from error
    return PhotoReceived(lines[1], Hash(lines[2]), int(lines[3]), lines[4])

"""What the log signs beside its tree: which events a page holds, and which a whole scope.

    stream digest   d(0) = nothing; d(n) = SHA-256(d(n-1) ‖ event_hash(n)), over the stream's events by position
    scope digest    SHA-256 over a line "<stream> <stream digest, hex>\\n" for each stream of the scope, sorted
    page digest     SHA-256 over count ‖ effective … ‖ position … ‖ received_at … ‖ event_hash … ‖ students to forget

An event_hash covers header and signature, the header covers salt and payload: so whoever recomputes these from
stored bytes and finds them equal holds exactly what the log meant, however large the scope. The note that
carries them (C2SP signed note) begins with a line no checkpoint can have, so neither passes for the other.
"""

import base64
import hashlib
import struct
from collections.abc import Iterable, Sequence

import msgspec

from events.base64_text import decode_base64
from events.checkpoint import open_note, sign_note
from events.errors import BadCheckpoint
from events.ids import Hash, StudentId
from events.signing import SigningKey

PAGE_NOTE = "doseledger/page/v1"
NO_EVENT = b""
"""The digest of a stream before its first event."""

Place = tuple[int, int]
"""(effective, position): where an event stands in a scope."""


class Vouched(msgspec.Struct, frozen=True):
    """What a page's note says: the log of ``origin``, at ``size``, gave this from ``after`` up to ``until``.

    ``whole`` is the digest of the entire scope, on its last page only.
    """

    origin: str
    scope: str
    size: int
    after: Place
    until: Place
    page: bytes
    whole: bytes | None = None


def after_event(digest: bytes, event_hash: Hash) -> bytes:
    """A stream's digest with one more event."""
    return hashlib.sha256(digest + bytes.fromhex(event_hash)).digest()


def stream_digest(hashes: Iterable[Hash]) -> bytes:
    """The digest of a stream from its events' hashes by position."""
    digest, sha256, raw = NO_EVENT, hashlib.sha256, bytes.fromhex
    for event_hash in hashes:  # ``after_event``, in one loop: a whole scope's events pass here
        digest = sha256(digest + raw(event_hash)).digest()
    return digest


def scope_digest(streams: Iterable[tuple[str, bytes]]) -> bytes:
    """The digest of a scope from those of its streams, in any order."""
    return hashlib.sha256(b"".join(sorted(digest_line(stream, digest) for stream, digest in streams))).digest()


def digest_line(stream: str, digest: bytes) -> bytes:
    return f"{stream} {digest.hex()}\n".encode()


def page_digest(
    effective: Sequence[int],
    position: Sequence[int],
    received_at: Sequence[int],
    hashes: Sequence[Hash],
    forget: Sequence[StudentId],
) -> bytes:
    """Of a page's columns; times in ms since 1970, integers as 8 bytes, big-endian. Raises struct.error beyond."""
    count = len(hashes)
    numbers = struct.pack(f">{1 + 3 * count}Q", count, *effective, *position, *received_at)
    return hashlib.sha256(numbers + bytes.fromhex("".join(hashes)) + "".join(forget).encode()).digest()


def vouch(said: Vouched, name: str, key: SigningKey) -> str:
    """The signed note of a page."""
    text = _text(said)
    return f"{text}\n{sign_note(text, name, key)}"


def open_vouched(note: str, pinned: str) -> Vouched:
    """What a note by the pinned log key says of a page. Raises BadCheckpoint when it is no such note."""
    lines = open_note(note, pinned).split("\n")
    if len(lines) != 9 or lines[0] != PAGE_NOTE:
        raise BadCheckpoint("not the note of a page")
    _, origin, scope, size, after, until, page, whole, _ = lines
    try:
        said = Vouched(
            origin,
            scope,
            int(size),
            _place(after),
            _place(until),
            decode_base64(page),
            None if whole == "-" else decode_base64(whole),
        )
    except ValueError as error:
        raise BadCheckpoint("the note of a page is malformed") from error
    return said


def _text(said: Vouched) -> str:
    whole = "-" if said.whole is None else base64.b64encode(said.whole).decode()
    return (
        f"{PAGE_NOTE}\n{said.origin}\n{said.scope}\n{said.size}\n{said.after[0]} {said.after[1]}\n"
        f"{said.until[0]} {said.until[1]}\n{base64.b64encode(said.page).decode()}\n{whole}\n"
    )


def _place(text: str) -> Place:
    effective, position = text.split(" ")
    return int(effective), int(position)

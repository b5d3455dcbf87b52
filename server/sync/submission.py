"""One element of a push, read by itself: the bytes of an event, or the reason why they are none.

What is refused is never lost: a Refusal carries the bytes to keep, the reason by its stable name, a
sentence, and the office that has to settle it.
"""

import hashlib
from typing import Literal

import msgspec

from events.commitment import holds
from events.envelope import (
    HEADER_BYTES_MAX,
    PAYLOAD_BYTES_MAX,
    SYSTEM_AUTHOR,
    Header,
    SignedEvent,
    check_shape,
    event_hash,
)
from events.errors import MalformedEvent
from events.ids import DeviceId, Hash, StaffId
from events.wire import WireEvent, from_wire

_decoder = msgspec.json.Decoder(WireEvent)

Reason = Literal[
    "malformed",
    "oversized",
    "bad_commitment",
    "bad_signature",
    "unknown_seat",
    "revoked_key",
    "wrong_district",
    "newer_type",
    "not_authorised",
    "conflict_id",
    "conflict_seq",
    "destroyed_stream",
]
Owner = Literal["health_office", "records", "district_admin"]

OWNERS: dict[Reason, Owner] = {
    "malformed": "district_admin",
    "oversized": "district_admin",
    "bad_commitment": "district_admin",
    "bad_signature": "district_admin",
    "unknown_seat": "district_admin",
    "revoked_key": "district_admin",
    "wrong_district": "records",
    "newer_type": "district_admin",
    "not_authorised": "health_office",
    "conflict_id": "health_office",
    "conflict_seq": "health_office",
    "destroyed_stream": "records",
}
"""Who settles what: keys and programs with who runs them, what was done to a child with the health office."""


class Opened(msgspec.Struct, frozen=True):
    """A submission whose bytes are an event's."""

    written: WireEvent
    event: SignedEvent
    header: Header
    hash: Hash

    @property
    def raw(self) -> bytes:
        """The bytes to keep where it is refused."""
        return msgspec.json.encode(self.written)


class Fork(msgspec.Struct, frozen=True):
    """Where a device's chain divides: the seq, what the log holds there and what came."""

    device: DeviceId
    seq: int
    held: Hash
    other: Hash


class Refusal(msgspec.Struct, frozen=True):
    """Not taken as an event: named, with its bytes, for ``owner`` to settle."""

    submission: Hash
    raw: bytes
    reason: Reason
    detail: str
    staff: StaffId | None = None
    fork: Fork | None = None
    bytes_sha256: Hash | None = None
    """Of ``raw``, where the submission goes by the name of the sealed element it came in."""

    @property
    def owner(self) -> Owner:
        return OWNERS[self.reason]


def open_submission(raw: bytes) -> Opened | Refusal:
    """Read one element of a push: its four strings, sizes, header, and that salt and payload are the committed ones.

    Only bytes proven to belong together go by their event_hash; anything else by the SHA-256 of what came,
    so that a garbled copy never stands in for the event it is a copy of.
    """
    try:
        written = _decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return _unopened(raw, "malformed", str(error)[:500])
    try:
        event = from_wire(written)
        oversized = _oversized(event)
        if oversized:
            return _unopened(msgspec.json.encode(written), "oversized", oversized)
        header = check_shape(event)
    except (MalformedEvent, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return _unopened(_rewritten(written, raw), "malformed", str(error)[:500])
    if not holds(event, header):
        detail = "salt and payload are not those the header commits to"
        return _unopened(msgspec.json.encode(written), "bad_commitment", detail)
    return Opened(written, event, header, event_hash(event))


def _rewritten(written: WireEvent, raw: bytes) -> bytes:
    """The four strings alone; as they came where they cannot be written."""
    try:
        return msgspec.json.encode(written)
    except (msgspec.MsgspecError, UnicodeError):
        return raw


def _unopened(raw: bytes, reason: Reason, detail: str) -> Refusal:
    return Refusal(sha256_of(raw), raw, reason, detail)


def sha256_of(raw: bytes) -> Hash:
    """What bytes go by that are no event."""
    return Hash(hashlib.sha256(raw).hexdigest())


def _oversized(event: SignedEvent) -> str:
    if len(event.header) > HEADER_BYTES_MAX:
        return f"header is {len(event.header)} bytes; at most {HEADER_BYTES_MAX}"
    if len(event.payload) > PAYLOAD_BYTES_MAX:
        return f"payload is {len(event.payload)} bytes; at most {PAYLOAD_BYTES_MAX}"
    return ""


def refuse(opened: Opened, reason: Reason, detail: str, fork: Fork | None = None) -> Refusal:
    author = opened.header.author
    staff = None if author == SYSTEM_AUTHOR else StaffId(author)
    return Refusal(opened.hash, opened.raw, reason, detail, staff, fork)

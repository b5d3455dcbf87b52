"""One event as it was signed: header, signature, salt, payload (design, section 5).

    header     canonical ASCII JSON, exactly twelve fields in this order, at most 2 KiB
    signature  Ed25519 over SIGNING_CONTEXT ‖ header
    salt       16 random bytes
    payload    one strict JSON object (see strict_json), at most 64 KiB

The bytes are the truth. Nothing here ever re-serialises what was signed: ``parse_header`` reads the
fields and accepts only bytes that ``encode_header`` would have made, so that one event has one form.
"""

import hashlib
import re
from typing import Any

import msgspec

from events.dates import read_instant
from events.errors import MalformedEvent
from events.forms import DISTRICT, EVENT_TYPE, HASH, INSTANT, STREAM, UUID7
from events.ids import (
    NO_HASH,
    DeviceId,
    DistrictId,
    EventId,
    Hash,
    Stream,
    is_district,
    is_hash,
    is_stream,
    is_uuid7,
)
from events.strict_json import read_object

HEADER_BYTES_MAX = 2 * 1024
PAYLOAD_BYTES_MAX = 64 * 1024
SALT_BYTES = 16
SIGNATURE_BYTES = 64
INTEGER_LIMIT = 2**53
TYPE_CHARACTERS_MAX = 64
SIGNING_CONTEXT = b"doseledger/event/v1\n"

SYSTEM_AUTHOR = "system"


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The last checkpoint the device had verified when it signed: what its author could have known."""

    epoch: int
    size: int


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The signed, non-personal part of an event. ``recorded_at`` is the device's clock (UTC, ms) and orders nothing."""

    id: EventId
    district: DistrictId
    stream: Stream
    type: str
    schema: int
    author: str
    device: DeviceId
    seq: int
    prev: Hash
    recorded_at: str
    seen: Seen
    commitment: Hash


class SignedEvent(msgspec.Struct, frozen=True, gc=False):
    """An event's four byte strings, verbatim."""

    header: bytes
    signature: bytes
    salt: bytes
    payload: bytes


_FIELD_KINDS: dict[str, type] = {"schema": int, "seq": int, "seen": Seen}
_Written = msgspec.defstruct(
    "_Written",
    [(field, _FIELD_KINDS.get(field, str)) for field in Header.__struct_fields__],
    frozen=True,
    forbid_unknown_fields=True,
)
"""A header's fields by kind alone. Their rules are checked once, by ``_check``, and not at every reading."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Written)
_UNKNOWN = re.compile(r"unknown field `.*`", re.DOTALL)

_CANONICAL = re.compile(
    f'{{"id":"({UUID7})","district":"({DISTRICT})","stream":"({STREAM})","type":"({EVENT_TYPE})",'
    f'"schema":([1-9][0-9]{{0,15}}),"author":"({SYSTEM_AUTHOR}|{UUID7})","device":"({UUID7})",'
    f'"seq":([1-9][0-9]{{0,15}}),"prev":"({HASH})","recorded_at":"({INSTANT})",'
    f'"seen":{{"epoch":(0|[1-9][0-9]{{0,15}}),"size":(0|[1-9][0-9]{{0,15}})}},"commitment":"({HASH})"}}'
)
"""A header as it has to be written, but for the sizes of its numbers and what ``prev`` says of ``seq``."""


def encode_header(header: Header) -> bytes:
    """The canonical bytes. Raises MalformedEvent when a field breaks its rule."""
    _check(header)
    return _encoder.encode(header)  # ASCII and under HEADER_BYTES_MAX by the rules of the fields


def parse_header(header: bytes) -> Header:
    """Read a header. Raises MalformedEvent unless the bytes are exactly its canonical form."""
    if len(header) > HEADER_BYTES_MAX:
        raise MalformedEvent(f"header is {len(header)} bytes; at most {HEADER_BYTES_MAX}")
    return _read_canonical(header) or _parse(header)


def _read_canonical(header: bytes) -> Header | None:
    """The fields in one look, as nearly every header allows; None where only ``_parse`` can tell what is wrong."""
    found = _CANONICAL.fullmatch(header.decode("latin-1"))
    if found is None:
        return None
    fields: tuple[Any, ...] = found.groups()
    event_id, district, stream, kind, schema, author, device, seq, prev, at, epoch, size, commitment = fields
    numbers = int(schema), int(seq), int(epoch), int(size)
    if max(numbers) >= INTEGER_LIMIT or len(kind) > TYPE_CHARACTERS_MAX or (prev == NO_HASH) != (seq == "1"):
        return None
    seen = Seen(numbers[2], numbers[3])
    return Header(event_id, district, stream, kind, numbers[0], author, device, numbers[1], prev, at, seen, commitment)


def _parse(header: bytes) -> Header:
    try:
        fields = read_header(header)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise MalformedEvent(f"header: {_UNKNOWN.sub('an unknown field', str(error))}") from error
    _check(fields)
    if _encoder.encode(fields) != header:
        raise MalformedEvent("header is not canonical: fields in order, no whitespace, no escapes")
    return fields


def read_header(header: bytes) -> Header:
    """The fields of a header that ``parse_header`` accepted when it was taken in. Raises msgspec.MsgspecError."""
    return Header(*msgspec.structs.astuple(_decoder.decode(header)))


def event_hash(event: SignedEvent) -> Hash:
    """SHA-256(header ‖ signature): the event's name in chain, log and receipt."""
    return Hash(hashlib.sha256(event.header + event.signature).hexdigest())


def check_shape(event: SignedEvent) -> Header:
    """Sizes and header of an event, without keys. Raises MalformedEvent that names the field."""
    header = parse_header(event.header)
    if len(event.signature) != SIGNATURE_BYTES:
        raise MalformedEvent(f"signature is {len(event.signature)} bytes, not {SIGNATURE_BYTES}")
    if len(event.salt) != SALT_BYTES:
        raise MalformedEvent(f"salt is {len(event.salt)} bytes, not {SALT_BYTES}")
    if len(event.payload) > PAYLOAD_BYTES_MAX:
        raise MalformedEvent(f"payload is {len(event.payload)} bytes; at most {PAYLOAD_BYTES_MAX}")
    read_object(event.payload)
    return header


def _check(header: Header) -> None:
    rules = (
        ("id", is_uuid7(header.id), "a UUIDv7"),
        ("district", is_district(header.district), "a district's short name"),
        ("stream", is_stream(header.stream), "kind/id"),
        ("type", _is_type(header.type), "subject.verb in lower case"),
        ("schema", 1 <= header.schema < INTEGER_LIMIT, "from 1"),
        ("author", header.author == SYSTEM_AUTHOR or is_uuid7(header.author), "a staff id or system"),
        ("device", is_uuid7(header.device), "a UUIDv7"),
        ("seq", 1 <= header.seq < INTEGER_LIMIT, "from 1"),
        ("prev", is_hash(header.prev), "64 hexadecimal digits"),
        ("prev", (header.prev == NO_HASH) == (header.seq == 1), "64 zeros at seq 1 and only there"),
        ("recorded_at", _is_instant(header.recorded_at), "like 2026-11-21T01:09:09.123Z"),
        (
            "seen",
            0 <= header.seen.epoch < INTEGER_LIMIT and 0 <= header.seen.size < INTEGER_LIMIT,
            "below 2^53",
        ),
        ("commitment", is_hash(header.commitment), "64 hexadecimal digits"),
    )
    for field, holds, rule in rules:
        if not holds:
            raise MalformedEvent(f"header field {field!r} must be {rule}")


_TYPE = re.compile(EVENT_TYPE)


def _is_type(name: str) -> bool:
    return len(name) <= TYPE_CHARACTERS_MAX and _TYPE.fullmatch(name) is not None


def _is_instant(text: str) -> bool:
    try:
        read_instant(text)
    except ValueError:
        return False
    return True

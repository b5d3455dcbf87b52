"""Payload bytes to facts and back.

    bytes --decode--> Payload                    understood
                      Unknown(why)               a newer or foreign type: kept, shown, never guessed
    Payload --encode--> bytes                    made once, at signing

Decoding is strict about what it knows (patterns, ranges, closed lists) and passes over unknown fields.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from events.catalog import CATALOG, TYPE_OF, EventType, Payload
from events.envelope import PAYLOAD_BYTES_MAX
from events.errors import MalformedEvent, UpcastFailed
from events.upcast import STEPS, Steps, upcast

_encoder = msgspec.json.Encoder()
_decoders: dict[type[Payload], msgspec.json.Decoder[Any]] = {
    row.payload: msgspec.json.Decoder(row.payload) for row in CATALOG.values()
}


class Unknown(msgspec.Struct, frozen=True):
    """A payload this version cannot read: its type, its schema, and why."""

    type: str
    schema: int
    why: str


def encode_payload(payload: Payload) -> bytes:
    """The bytes to commit to. Raises MalformedEvent when they are over the limit or break a field's rule.

    A struct built in Python is not checked by msgspec, so the bytes are read back once before they are
    signed for good.
    """
    encoded = _encoder.encode(payload)
    if len(encoded) > PAYLOAD_BYTES_MAX:
        raise MalformedEvent(f"payload is {len(encoded)} bytes; at most {PAYLOAD_BYTES_MAX}")
    try:
        _decoders[type(payload)].decode(encoded)
    except msgspec.ValidationError as error:
        raise MalformedEvent(f"{TYPE_OF[type(payload)].name}: {error}") from error
    return encoded


def decode_payload(
    name: str,
    schema: int,
    payload: bytes,
    catalog: Mapping[str, EventType] = CATALOG,
    steps: Steps = STEPS,
) -> Payload | Unknown:
    """Read a payload under its type and schema, upcast to the current one.

    A type or schema newer than this program is Unknown. Raises MalformedEvent when a type it knows holds
    what its rules forbid.
    """
    row = catalog.get(name)
    if row is None:
        return Unknown(name, schema, "this program does not know the type")
    if schema > row.schema:
        return Unknown(name, schema, f"newer than schema {row.schema}, the newest this program knows")
    try:
        if schema == row.schema:
            decoder = _decoders.get(row.payload) or msgspec.json.Decoder(row.payload)
            read: Payload = decoder.decode(payload)
        else:
            old = msgspec.json.decode(payload, type=dict[str, Any])
            read = msgspec.convert(upcast(name, schema, row.schema, old, steps), row.payload)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedEvent(f"{name}: {error}") from error
    except UpcastFailed as error:
        return Unknown(name, schema, str(error))
    return read

"""Payload bytes to facts and back.

    bytes --decode--> Payload                    understood
                      Unknown(why)               a newer or foreign type: kept, shown, never guessed
    Payload --encode--> bytes                    made once, at signing

Decoding is strict about what it knows (forms, ranges, closed lists, the calendar) and passes over unknown
fields. That an object repeats no name is checked where events are taken in (``envelope.check_shape``).
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from events.catalog import CATALOG, TYPE_OF, EventType, Payload
from events.envelope import PAYLOAD_BYTES_MAX
from events.errors import MalformedEvent, UpcastFailed
from events.forms import CIVIL_DATE, HASH, INSTANT, UUID7, WRITTEN_DATE, form
from events.strict_json import read_object
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

    A struct built in Python is not checked by msgspec, so the bytes are read back once, and must say what the
    struct said, before they are signed for good (NaN, for one, is written as null).
    """
    name = TYPE_OF[type(payload)].name
    try:
        encoded = _encoder.encode(payload)
        read = _decoders[type(payload)].decode(encoded)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise MalformedEvent(f"{name}: {_in_words(error)}") from error
    if len(encoded) > PAYLOAD_BYTES_MAX:
        raise MalformedEvent(f"{name}: payload is {len(encoded)} bytes; at most {PAYLOAD_BYTES_MAX}")
    if read != payload:
        changed = [field for field in payload.__struct_fields__ if getattr(read, field) != getattr(payload, field)]
        raise MalformedEvent(f"{name}: {', '.join(changed)}: cannot be written down as given")
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
            read = msgspec.convert(upcast(name, schema, row.schema, read_object(payload), steps), row.payload)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise MalformedEvent(f"{name}: {_in_words(error)}") from error
    except UpcastFailed as error:
        return Unknown(name, schema, str(error))
    return read


_PLACE = re.compile(r"(?P<what>.*) - at `\$\.?(?P<field>.*)`", re.DOTALL)
_WORDS = {
    f"`str` matching regex {form(pattern).pattern!r}": words
    for pattern, words in (
        (CIVIL_DATE, "a day of the calendar like 2026-11-21"),
        (WRITTEN_DATE, "a date like 2026-11-21, 2026-11 or 2026"),
        (INSTANT, "an instant like 2026-11-21T01:09:09.123Z"),
        (UUID7, "a UUIDv7"),
        (HASH, "64 hexadecimal digits"),
    )
}


_VALUE = re.compile(r"Invalid (enum )?value .*", re.DOTALL)


def _in_words(error: Exception) -> str:
    """``given_on: Expected a day of the calendar …`` from what msgspec says, without what the payload says: the words
    go to who may not read it."""
    found = _PLACE.fullmatch(str(error))
    if found is None:
        return str(error)
    what = _VALUE.sub("Not one of the values it may have", found["what"])
    for pattern, words in _WORDS.items():
        what = what.replace(pattern, words)
    return f"{found['field']}: {what}" if found["field"] else what

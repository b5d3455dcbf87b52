"""A JSON object read so that every program that reads it sees the same thing.

JSON leaves open what a repeated name, a lone surrogate or a tower of brackets means, and readers differ.
A payload that means two things is refused before it is signed for or taken in:

    one object, UTF-8, no byte order mark, finite numbers (NaN and 1e999 are none), paired surrogates,
    no name twice in one object, at most NESTING_MAX brackets deep

Bytes are not asked to be canonical: a payload is made once and kept as it is.
"""

import json
from typing import Any

import msgspec

from events.errors import MalformedEvent

NESTING_MAX = 32

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


def read_object(raw: bytes) -> dict[str, Any]:
    """The object. Raises MalformedEvent that says what is wrong."""
    try:
        read = _decoder.decode(raw)
    except RecursionError as error:
        raise MalformedEvent(f"payload is nested deeper than {NESTING_MAX}") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise MalformedEvent(f"payload: {error}") from error
    if not isinstance(read, dict):
        raise MalformedEvent("payload is not a JSON object")
    if raw.count(b"{") + raw.count(b"[") > NESTING_MAX and _depth(read) > NESTING_MAX:
        raise MalformedEvent(f"payload is nested deeper than {NESTING_MAX}")
    if _encoder.encode(read) != raw:
        # Bytes that encode back to themselves repeat no name; only others need the slow look.
        json.loads(raw, object_pairs_hook=_each_name_once, parse_int=str, parse_float=str)
    return read


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise MalformedEvent("payload names something twice in one object")
    return read


def _depth(read: Any) -> int:
    depth, level = 0, [read]
    while level := [held for held in level if isinstance(held, (dict, list))]:
        depth += 1
        level = [inner for held in level for inner in (held.values() if isinstance(held, dict) else held)]
    return depth

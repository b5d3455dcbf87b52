"""The names of things: distinct id types, UUIDv7, and streams.

Every id but a district's is a lower-case UUIDv7 (RFC 9562, section 5.7), random enough that it says
nothing about a person. A stream is ``kind/id``: the one subject an event belongs to, and the unit of
encryption, visibility and destruction (design, section 5).
"""

import re
from datetime import datetime
from typing import Annotated, NewType

import msgspec

from events.dates import to_milliseconds
from events.forms import DISTRICT, HASH, STREAM, UUID7, form

_Slug = Annotated[str, form(DISTRICT)]
_Uuid7 = Annotated[str, form(UUID7)]
_Stream = Annotated[str, form(STREAM)]
_Hash = Annotated[str, form(HASH)]
_Position = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]

DistrictId = NewType("DistrictId", _Slug)
"""A district's short name: a lower-case slug of at most 40 characters."""
EventId = NewType("EventId", _Uuid7)
StudentId = NewType("StudentId", _Uuid7)
ClinicId = NewType("ClinicId", _Uuid7)
StaffId = NewType("StaffId", _Uuid7)
DeviceId = NewType("DeviceId", _Uuid7)
SeatId = NewType("SeatId", _Uuid7)
FacilityId = NewType("FacilityId", _Uuid7)
TransferId = NewType("TransferId", _Uuid7)
Stream = NewType("Stream", _Stream)
"""``kind/id``, or ``access/<staff>/<YYYY-MM>``, or ``district``."""
Position = NewType("Position", _Position)
"""Where an event stands in its district's log: 0, 1, 2 …"""
Hash = NewType("Hash", _Hash)
"""SHA-256 as 64 lower-case hexadecimal digits."""

NO_HASH = Hash("0" * 64)
"""``prev`` of a device's first event."""

STREAM_KINDS = ("student", "clinic", "case", "transfer", "facility", "staff", "device", "access", "district")

_UUID7 = re.compile(UUID7)
_DISTRICT = re.compile(DISTRICT)
_HASH = re.compile(HASH)
_STREAM = re.compile(STREAM)

_MILLISECONDS_LIMIT = 1 << 48


def uuid7(now: datetime, random_bytes: bytes) -> str:
    """A UUIDv7 for an instant (aware, any zone) and ten random bytes.

    Raises ValueError when the randomness is not ten bytes or the instant is before 1970.
    """
    if len(random_bytes) != 10:
        raise ValueError("uuid7 takes exactly 10 random bytes")
    milliseconds = to_milliseconds(now)
    if not 0 <= milliseconds < _MILLISECONDS_LIMIT:
        raise ValueError("uuid7 has no form for an instant before 1970")
    high = (milliseconds << 16) | 0x7000 | (int.from_bytes(random_bytes[:2]) & 0x0FFF)
    low = (0b10 << 62) | (int.from_bytes(random_bytes[2:]) & ((1 << 62) - 1))
    digits = f"{(high << 64) | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_uuid7(text: str) -> bool:
    return _UUID7.fullmatch(text) is not None


def is_district(text: str) -> bool:
    return _DISTRICT.fullmatch(text) is not None


def is_hash(text: str) -> bool:
    return _HASH.fullmatch(text) is not None


def is_stream(text: str) -> bool:
    return _STREAM.fullmatch(text) is not None


def stream_of(kind: str, subject: str) -> Stream:
    """``student`` and an id make ``student/<id>``. Raises ValueError for an unknown kind or a bad id."""
    stream = f"{kind}/{subject}"
    if not is_stream(stream):
        raise ValueError(f"not a stream: {stream!r}")
    return Stream(stream)


def access_stream(staff: StaffId, month: str) -> Stream:
    """Where a staff member's readings of one month (``YYYY-MM``, UTC) are recorded."""
    return stream_of("access", f"{staff}/{month}")


DISTRICT_STREAM = Stream("district")


def stream_kind(stream: Stream) -> str:
    return stream.partition("/")[0]


def stream_id(stream: Stream) -> str:
    """The subject of a stream; the empty string for the district's own."""
    return stream.partition("/")[2]

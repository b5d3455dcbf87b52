"""The names of things: distinct id types, UUIDv7, and streams.

Every id but a district's is a lower-case UUIDv7 (RFC 9562, section 5.7), random enough that it says
nothing about a person. A stream is ``kind/id``: the one subject an event belongs to, and the unit of
encryption, visibility and destruction (design, section 5).
"""

import re
from datetime import datetime
from typing import NewType

from events.dates import to_milliseconds

DistrictId = NewType("DistrictId", str)
EventId = NewType("EventId", str)
StudentId = NewType("StudentId", str)
ClinicId = NewType("ClinicId", str)
StaffId = NewType("StaffId", str)
DeviceId = NewType("DeviceId", str)
SeatId = NewType("SeatId", str)
FacilityId = NewType("FacilityId", str)
CaseId = NewType("CaseId", str)
TransferId = NewType("TransferId", str)
Stream = NewType("Stream", str)
Position = NewType("Position", int)
Hash = NewType("Hash", str)
"""SHA-256 as 64 lower-case hexadecimal digits."""

NO_HASH = Hash("0" * 64)
"""``prev`` of a device's first event."""

STREAM_KINDS = ("student", "clinic", "case", "transfer", "facility", "staff", "device", "access", "district")

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_UUID7 = re.compile(_UUID)
_DISTRICT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HASH = re.compile(r"[0-9a-f]{64}")
_STREAM = re.compile(
    rf"(?:district|access/{_UUID}/\d{{4}}-(?:0[1-9]|1[0-2])"
    rf"|(?:student|clinic|case|transfer|facility|staff|device)/{_UUID})"
)


def uuid7(now: datetime, random_bytes: bytes) -> str:
    """A UUIDv7 for an instant (aware, any zone) and ten random bytes.

    Raises ValueError when the randomness is not ten bytes.
    """
    if len(random_bytes) != 10:
        raise ValueError("uuid7 takes exactly 10 random bytes")
    milliseconds = to_milliseconds(now)
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

"""Makes headers and signed events for tests; nothing here is random unless the caller hands it in."""

import msgspec

from events.commitment import commit
from events.envelope import Header, Seen, SignedEvent
from events.ids import NO_HASH, DeviceId, DistrictId, EventId, Hash, Stream
from events.signing import SigningKey, sign_event
from tests.events.examples import ADA, NURSE, PHONE, some_id

SEAT_KEY = SigningKey(bytes(range(32)))
SALT = bytes(range(16))
PAYLOAD = b'{"event":"' + some_id(8).encode() + b'","reason":"misread"}'

HEADER = Header(
    id=EventId(some_id(100)),
    district=DistrictId("isd-900"),
    stream=Stream(f"student/{ADA}"),
    type="dose.voided",
    schema=1,
    author=NURSE,
    device=DeviceId(PHONE),
    seq=1,
    prev=NO_HASH,
    recorded_at="2026-11-21T15:09:09.123Z",
    seen=Seen(epoch=0, size=40),
    commitment=commit(SALT, PAYLOAD),
)


def header(**changed: object) -> Header:
    return msgspec.structs.replace(HEADER, **changed)


def at(seq: int, prev: Hash) -> Header:
    """A header further along the device's chain."""
    return header(seq=seq, prev=prev, id=EventId(some_id(100 + seq)))


def event(payload: bytes = PAYLOAD, salt: bytes = SALT, **changed: object) -> SignedEvent:
    made = header(commitment=commit(salt, payload), **changed)
    return sign_event(made, payload, salt, SEAT_KEY)

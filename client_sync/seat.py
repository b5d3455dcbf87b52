"""The seat: one person's signing key on this device, and the one place where an event is signed.

The seed is made here, kept sealed (client_sync.sealing), and never leaves the device; the district learns
the public half at enrolment. Time and randomness come in, so that the simulator signs the same events.
"""

from datetime import datetime

from client_sync.state import Identity
from events.catalog import TYPE_OF, Payload
from events.chain import Head
from events.codec import encode_payload
from events.commitment import commit
from events.dates import write_instant
from events.envelope import Header, Seen, SignedEvent
from events.ids import EventId, Stream, stream_kind, uuid7
from events.signing import SigningKey, sign_event

SEED_BYTES = 32
SIGNING_RANDOM_BYTES = 26
"""Ten for the id, sixteen for the salt."""


def sign_next(
    identity: Identity,
    key: SigningKey,
    head: Head,
    seen: Seen,
    stream: Stream,
    payload: Payload,
    now: datetime,
    randomness: bytes,
) -> SignedEvent:
    """The device's next event. ``now`` is its own clock (aware), for the record and not for any order.

    Raises MalformedEvent when the payload breaks a rule of its type, ValueError for a stream of another kind.
    """
    if len(randomness) != SIGNING_RANDOM_BYTES:
        raise ValueError(f"signing takes {SIGNING_RANDOM_BYTES} random bytes")
    row = TYPE_OF[type(payload)]
    if stream_kind(stream) != row.stream:
        raise ValueError(f"{row.name} belongs in a {row.stream} stream, not in {stream}")
    salt, encoded = randomness[10:], encode_payload(payload)
    header = Header(
        id=EventId(uuid7(now, randomness[:10])),
        district=identity.district,
        stream=stream,
        type=row.name,
        schema=row.schema,
        author=identity.staff,
        device=identity.device,
        seq=head.seq + 1,
        prev=head.hash,
        recorded_at=write_instant(now),
        seen=seen,
        commitment=commit(salt, encoded),
    )
    return sign_event(header, encoded, salt, key)

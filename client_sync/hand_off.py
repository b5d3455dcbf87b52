"""Undelivered events that go to the district by another hand (docs/hand-off.md).

    record --sealed to the district, kept beside the event--> file --any device--> POST /sync --> receipts

The sealed copies lie open in the device's file (nobody but the district can read them), so they outlive a lost PIN:
``read_hand_off`` needs no secret. Carrying them is ``client_sync.carrying``'s.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from client_sync.errors import DeviceInUse, StoreDamaged
from events.envelope import SignedEvent, event_hash
from events.ids import DeviceId, DistrictId
from events.wire import HandOff, SealedEvent, b64, hand_off_info, to_wire

SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class District(msgspec.Struct, frozen=True):
    """Whom events are sealed to; ``key`` is its raw X25519 public key."""

    id: DistrictId
    device: DeviceId
    key: bytes


def seal_to_district(event: SignedEvent, district: District) -> bytes:
    """The event for the district's eyes only. Whoever seals cannot open again."""
    plain = msgspec.json.encode(to_wire(event))
    receiver = X25519PublicKey.from_public_bytes(district.key)
    return bytes(SUITE.encrypt(plain, receiver, hand_off_info(district.id, event_hash(event))))


def hand_off_of(events: Sequence[tuple[int, SignedEvent]], district: District) -> HandOff:
    """A file of these events of one device, each with its number."""
    sealed = [
        SealedEvent(district.device, seq, event_hash(one), b64(seal_to_district(one, district))) for seq, one in events
    ]
    return HandOff(district.id, tuple(sealed))


def read_hand_off(path: Path) -> HandOff:
    """What a device's file holds undelivered, sealed. Needs no secret. Raises DeviceInUse, StoreDamaged."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=0)) as db:
            rows = db.execute("SELECT file FROM hand_off ORDER BY seq").fetchall()
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise DeviceInUse(f"{path.name} is in use by another process") from error
        raise StoreDamaged(f"{path.name} is not a device's file: {error}") from error
    parts = [msgspec.json.decode(row[0], type=HandOff) for row in rows]
    if not parts:
        raise StoreDamaged(f"{path.name} holds nothing undelivered")
    return HandOff(parts[0].district, tuple(event for part in parts for event in part.events))

"""Undelivered events that go to the district by another hand (docs/hand-off.md).

    record --sealed to the district, kept beside the event--> file --any device--> POST /sync --> receipts

The sealed copies lie open in the device's file (nobody but the district can read them), so they outlive a lost PIN:
``read_hand_off`` needs no secret. Whoever carries them verifies the answers like its own: under its own pinned key,
of the log it saw before, and each of that very event.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from client_sync.errors import DeviceInUse, StoreDamaged, Unreachable
from client_sync.outbox import read_record
from client_sync.state import State
from client_sync.transport import Transport
from client_sync.witness import Broken, Unsigned, examine_checkpoint
from events.checkpoint import open_checkpoint
from events.envelope import SignedEvent, event_hash
from events.errors import BadCheckpoint, BadProof, MalformedEvent
from events.ids import DeviceId, DistrictId, Hash, Position
from events.receipt import encode_receipt, verify_receipt
from events.wire import (
    Answer,
    Enrolled,
    HandOff,
    Quarantined,
    SealedEvent,
    SyncRequest,
    b64,
    from_wire,
    hand_off_info,
    to_wire,
    unb64,
)

CARRIED_AT_ONCE = 50
SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class District(msgspec.Struct, frozen=True):
    """Whom events are sealed to; ``key`` is its raw X25519 public key."""

    id: DistrictId
    device: DeviceId
    key: bytes


class Carried(msgspec.Struct, frozen=True):
    """What became of a carried event: its receipt, or that of the record that it is in quarantine."""

    event_hash: Hash
    position: Position
    receipt: str
    is_quarantined: bool


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


async def carry(file: HandOff, transport: Transport, enrolled: Enrolled, state: State | None = None) -> list[Carried]:
    """Deliver a file, unopened, as ``enrolled``; every event with its verified receipt. Safe to repeat.

    With the ``state`` of the device that carries, only a log that extends the one it saw is believed.
    Raises Unreachable for no usable answer or one that proves nothing, ServerRefused for a refusal.
    """
    done: list[Carried] = []
    for at in range(0, len(file.events), CARRIED_AT_ONCE):
        part = file.events[at : at + CARRIED_AT_ONCE]
        held = None if state is None else state.checkpoint
        asked = SyncRequest(sealed=part, since=None if held is None else held.size)
        answer = await transport.sync(enrolled.token, asked)
        try:
            open_checkpoint(answer.checkpoint, enrolled.log_key)
            if state is not None:
                finding = examine_checkpoint(state.identity, held, answer.checkpoint, answer.consistency)
                if isinstance(finding, Broken | Unsigned):
                    raise BadCheckpoint(finding.why)
            done += _verified(part, answer.carried, answer.checkpoint, enrolled.log_key)
        except (BadCheckpoint, BadProof, MalformedEvent, ValueError) as error:
            raise Unreachable(f"the answer proves nothing: {error}") from error
    return done


def _verified(part: Sequence[SealedEvent], answers: Sequence[Answer], note: str, log_key: str) -> list[Carried]:
    found: list[Carried] = []
    for sealed, answer in zip(part, answers, strict=True):
        named, quarantined = sealed.event_hash, isinstance(answer, Quarantined)
        if isinstance(answer, Quarantined):
            record = from_wire(answer.record)
            read_record(record, (sealed.event_hash, _as_brought(sealed)))
            named = event_hash(record)
        path = [unb64(node) for node in answer.proof.path]
        receipt = encode_receipt(unb64(answer.proof.entry), answer.proof.position, path, note)
        proven = verify_receipt(receipt, named, log_key)
        found.append(Carried(sealed.event_hash, proven.position, receipt, quarantined))
    return found


def _as_brought(sealed: SealedEvent) -> Hash:
    """What the server calls a submission that did not open: by the bytes it came in."""
    return Hash(hashlib.sha256(msgspec.json.encode(sealed)).hexdigest())

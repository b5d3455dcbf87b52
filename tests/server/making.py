"""Devices that sign real events, for the server's tests: ``phone.write(stream, payload)``."""

import hashlib
from datetime import UTC, datetime, timedelta

from events.catalog import TYPE_OF, Payload
from events.catalog.devices import DeviceEnrolled, SeatOpened
from events.catalog.doses import DoseAdministered
from events.catalog.event_type import Address, Giver
from events.codec import encode_payload
from events.commitment import commit
from events.dates import write_instant
from events.envelope import SYSTEM_AUTHOR, Header, Seen, SignedEvent, event_hash, parse_header
from events.ids import (
    NO_HASH,
    DeviceId,
    DistrictId,
    EventId,
    Position,
    SeatId,
    StaffId,
    Stream,
    stream_of,
    uuid7,
)
from events.signing import SigningKey, sign_event
from projections.fold import Fact, fact_of

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
DISTRICT = DistrictId("isd-900")
GIVER = Giver(name="N. Nurse", title="RN", address=Address(lines=("1 Main St",)))


def make_id(word: str) -> str:
    """A UUIDv7 that is the same in every run."""
    return uuid7(START, hashlib.sha256(word.encode()).digest()[:10])


def a_dose(cvx: str = "03", given_on: str = "2026-11-21") -> DoseAdministered:
    return DoseAdministered(
        cvx=cvx, given_on=given_on, lot="A1", mvx="MSD", site="left_deltoid", route="IM", dose_ml=0.5, giver=GIVER
    )


class Writer:
    """One seat: a device, an author and a key, with the device's chain."""

    def __init__(self, device: str, author: str = SYSTEM_AUTHOR, district: DistrictId = DISTRICT) -> None:
        self.device = DeviceId(device)
        self.author = author
        self.district = district
        self.key = SigningKey(hashlib.sha256(f"{device} {author}".encode()).digest())
        self.seat = SeatId(make_id(f"seat {device} {author}"))
        self.seq, self.prev, self.seen = 0, NO_HASH, 0
        self._made = 0

    def write(self, stream: Stream, payload: Payload, **changed: object) -> SignedEvent:
        """The device's next event."""
        encoded = encode_payload(payload)
        return self.write_raw(stream, TYPE_OF[type(payload)].name, encoded, **changed)

    def write_raw(self, stream: Stream, name: str, payload: bytes, **changed: object) -> SignedEvent:
        """As ``write``, with a type and payload of one's own; ``changed`` header fields are signed as given."""
        self.seq, self._made = self.seq + 1, self._made + 1
        salt = hashlib.sha256(f"{self.device} {self._made}".encode()).digest()[:16]
        fields: dict[str, object] = {
            "id": EventId(make_id(f"{self.device} {self._made}")),
            "district": self.district,
            "stream": stream,
            "type": name,
            "schema": 1,
            "author": self.author,
            "device": self.device,
            "seq": self.seq,
            "prev": self.prev,
            "recorded_at": write_instant(START + timedelta(seconds=self._made)),
            "seen": Seen(0, self.seen),
            "commitment": commit(salt, payload),
        }
        event = sign_event(Header(**(fields | changed)), payload, salt, self.key)  # type: ignore[arg-type]
        self.prev = event_hash(event)
        return event

    def opening(self) -> list[Payload]:
        """What enrolment records about this seat."""
        opened = SeatOpened(seat=self.seat, author=self.author, public_key=self.key.public.hex())
        return [DeviceEnrolled(kind="phone", label="phone"), opened]

    @property
    def stream(self) -> Stream:
        return stream_of("device", self.device)


class LittleLog:
    """Facts at gapless positions, without a store: what folds are fed in these tests."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def add(self, *events: SignedEvent) -> Fact:
        for event in events:
            at = START + timedelta(minutes=len(self.facts))
            self.facts.append(fact_of(event, Position(len(self.facts)), at, parse_header(event.header)))
        return self.facts[-1]

    @property
    def size(self) -> int:
        return len(self.facts)


def office() -> Writer:
    """A fresh system writer: the server's own seat."""
    return Writer(make_id("server"))


def nurse(name: str = "anna", device: str = "phone") -> Writer:
    return Writer(make_id(f"device {device}"), StaffId(make_id(f"staff {name}")))

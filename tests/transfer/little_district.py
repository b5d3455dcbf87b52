"""A whole district in memory for tests: real keys, real signatures, a real Merkle tree, no disk.

``LittleDistrict`` keeps the read half of ``server.store.port.Log`` and a writing seat, so that what reads a
log can be tested against genuine proofs in milliseconds.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from events.catalog import TYPE_OF, Payload
from events.catalog.devices import DeviceEnrolled, SeatOpened, seat_binding
from events.catalog.event_type import PersonName
from events.catalog.policy import DistrictFounded
from events.catalog.students import StudentRegistered
from events.checkpoint import Checkpoint, origin_of, sign_checkpoint, sign_note, verifier_key
from events.codec import encode_payload
from events.commitment import commit
from events.dates import write_instant
from events.envelope import SYSTEM_AUTHOR, Header, Seen, SignedEvent, event_hash
from events.ids import (
    DISTRICT_STREAM,
    NO_HASH,
    DeviceId,
    DistrictId,
    EventId,
    Hash,
    Position,
    SeatId,
    Stream,
    StudentId,
    stream_of,
    uuid7,
)
from events.merkle import Edge, inclusion_proof, leaf_hash, node_hash
from events.receipt import make_entry
from events.signing import SigningKey, sign_event
from events.wire import b64
from server.store.port import LogHead, StoredEvent
from tests.projections.given import Given

LOG_NAME = "log.example"


class LittleDistrict:
    """One district's log. ``given`` says facts; ``write`` signs and appends them."""

    def __init__(self, name: str = "isd-900", start: datetime = datetime(2026, 9, 1, 14, tzinfo=UTC)) -> None:
        self.name = DistrictId(name)
        self.now = start
        self.count = 0
        self.rows: list[StoredEvent] = []
        self.leaves: list[bytes] = []
        self.entries_held: list[bytes] = []
        self.chains: dict[str, tuple[int, Hash]] = {}
        self.seats: dict[tuple[str, str], SigningKey] = {}
        self.log_key = SigningKey(hashlib.sha256(f"log {name}".encode()).digest())
        self.vkey = verifier_key(LOG_NAME, self.log_key.public)
        self.server = DeviceId(self.make_id())
        self.open_system_seat(self.server)
        self.write(
            DISTRICT_STREAM,
            DistrictFounded(
                name=f"District {name}",
                kind="school_district",
                time_zone="America/Chicago",
                log_key=self.vkey,
                sealing_key="0" * 64,
            ),
        )

    def make_id(self) -> str:
        self.count += 1
        return uuid7(self.now, hashlib.sha256(f"{self.name} {self.count}".encode()).digest()[:10])

    def open_system_seat(self, device: DeviceId) -> None:
        key = SigningKey(hashlib.sha256(f"seat {device}".encode()).digest())
        self.seats[(device, SYSTEM_AUTHOR)] = key
        public = key.public.hex()
        certificate = b64(self.log_key.sign(seat_binding(self.name, device, SYSTEM_AUTHOR, public)))
        stream = stream_of("device", device)
        self.write(stream, DeviceEnrolled(kind="server", label="test"), device=device)
        opened = SeatOpened(
            seat=SeatId(self.make_id()), author=SYSTEM_AUTHOR, public_key=public, certificate=certificate
        )
        self.write(stream, opened, device=device)

    def open_staff_seat(self, device: DeviceId, author: str) -> SigningKey:
        key = SigningKey(hashlib.sha256(f"seat {device} {author}".encode()).digest())
        self.seats[(device, author)] = key
        opened = SeatOpened(seat=SeatId(self.make_id()), author=author, public_key=key.public.hex())
        self.write(stream_of("device", device), opened)
        return key

    def write(
        self, stream: Stream, payload: Payload, device: DeviceId | None = None, author: str = SYSTEM_AUTHOR
    ) -> EventId:
        """Sign by the author's seat on the device and append."""
        device = device or self.server
        key = self.seats[(device, author)]
        seq, prev = self.chains.get(device, (0, NO_HASH))
        encoded, salt = encode_payload(payload), hashlib.sha256(f"salt {self.count}".encode()).digest()[:16]
        self.now += timedelta(seconds=1)
        header = Header(
            id=EventId(self.make_id()),
            district=self.name,
            stream=stream,
            type=TYPE_OF[type(payload)].name,
            schema=1,
            author=author,
            device=device,
            seq=seq + 1,
            prev=prev,
            recorded_at=write_instant(self.now),
            seen=Seen(0, len(self.rows)),
            commitment=commit(salt, encoded),
        )
        self.append_signed(sign_event(header, encoded, salt, key), header)
        return header.id

    def append_signed(self, event: SignedEvent, header: Header) -> None:
        held = event_hash(event)
        self.chains[header.device] = (header.seq, held)
        entry = make_entry(held, self.now)
        self.entries_held.append(entry)
        self.leaves.append(leaf_hash(entry))
        self.rows.append(StoredEvent(Position(len(self.rows)), held, self.now, event, header))

    def register(self, birth_date: str = "2015-06-15", given: str = "Ada") -> StudentId:
        student = StudentId(self.make_id())
        name = PersonName(given=given, family="Okafor")
        self.write(stream_of("student", student), StudentRegistered(name=name, birth_date=birth_date))
        return student

    def copy(self, given: Given, device: DeviceId, author: str) -> None:
        """Write what a ``Given`` says, signed by one staff seat."""
        for fact in given.facts:
            assert isinstance(fact.payload, Payload)
            self.write(fact.stream, fact.payload, device=device, author=author)

    def sign_note(self, text: str) -> str:
        return sign_note(text, LOG_NAME, self.log_key)

    # the read half of port.Log

    async def head(self) -> LogHead:
        edge = Edge().extend(self.leaves)
        checkpoint = Checkpoint(origin_of(LOG_NAME, self.name, 0), edge.size, edge.root())
        return LogHead(0, checkpoint, sign_checkpoint(checkpoint, LOG_NAME, self.log_key))

    async def read(self, start: Position, end: Position | None = None) -> AsyncIterator[StoredEvent]:
        for row in self.rows[start:end]:
            yield row

    async def read_streams(self, streams: Sequence[Stream], size: int) -> list[StoredEvent]:
        return [row for row in self.rows[:size] if row.header is not None and row.header.stream in streams]

    async def inclusion(self, position: Position, size: int) -> tuple[bytes, list[bytes]]:
        return self.entries_held[position], inclusion_proof(self._node, position, size)

    def _node(self, level: int, index: int) -> bytes:
        if level == 0:
            return self.leaves[index]
        return node_hash(self._node(level - 1, 2 * index), self._node(level - 1, 2 * index + 1))

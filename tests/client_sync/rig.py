"""One engine on a bench: its disk, an honest log to talk to, and a clock turned by hand.

rig = Rig()                     rig.record(3); rig.go_online()
send = rig.sent                 what the engine asked last
rig.answer(rig.honest(send))    the answer of an honest server
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from client_sync import engine
from client_sync.effects import Effects, Send, Write
from client_sync.inputs import Answer, Compared, Damaged, Input, LocalEvent, Online
from client_sync.seat import sign_next
from client_sync.state import Identity, State
from events.catalog import Payload
from events.catalog.devices import SubmissionQuarantined
from events.checkpoint import verifier_key
from events.dates import to_milliseconds
from events.digest import Vouched, page_digest, scope_digest, stream_digest, vouch
from events.envelope import Seen, SignedEvent, event_hash
from events.ids import DeviceId, DistrictId, EventId, Hash, Position, SeatId, StaffId, Stream, StudentId, stream_of
from events.merkle import consistency_proof, inclusion_proof
from events.packing import Row, pack
from events.receipt import make_entry
from events.signing import SigningKey
from events.wire import (
    Accepted,
    Cursor,
    Enrolled,
    Page,
    Proof,
    Quarantined,
    SyncResponse,
    b64,
    from_wire,
    to_wire,
)
from tests.server.making import START, Writer, a_dose, make_id
from tests.simulation.disk import DeviceDisk
from tests.simulation.memory_log import LOG_NAME, Disk

DISTRICT = DistrictId("isd-900")
CHILD = StudentId(make_id("child"))
LOG_KEY = SigningKey(bytes(31) + b"\x01")
IDENTITY = Identity(
    district=DISTRICT,
    device=DeviceId(make_id("device")),
    seat=SeatId(make_id("seat")),
    staff=StaffId(make_id("staff")),
    log_key=verifier_key(LOG_NAME, LOG_KEY.public),
    log_base=f"{LOG_NAME}/{DISTRICT}",
)


def enrolled(identity: Identity) -> Enrolled:
    return Enrolled(
        district=identity.district,
        district_name="District",
        device=identity.device,
        seat=identity.seat,
        staff=identity.staff,
        staff_name="N",
        staff_title="RN",
        token="token",
        log_key=identity.log_key,
        origin=identity.log_base + "/0",
        sealing_key="",
        time_zone="America/Chicago",
        opened=EventId(identity.seat),
    )


class Rig:
    """See the module."""

    def __init__(self) -> None:
        self.log = Disk(DISTRICT, LOG_KEY)
        self.office = Writer(make_id("server"))
        self.disk = DeviceDisk(IDENTITY)
        self.key = SigningKey(bytes(31) + b"\x02")
        self.state: State = engine.restart(self.disk.load())
        self.now = 0.0
        self.chance = 0.5
        self.sent: Send | None = None
        self.writes: list[Write] = []
        self._made = 0

    def feed(self, given: Input) -> Effects:
        """One step, as a driver takes it."""
        after, effects = engine.step(self.state, given, self.now, self.chance)
        found = self.disk.write(effects.writes)
        self.writes += effects.writes
        self.state = engine.reload(after, self.disk.load()) if effects.reload else after
        self.sent = effects.send or (self.sent if self.state.turn is not None else None)
        for compared in found:
            self.feed(compared)
        return self.feed(Online()) if effects.reload else effects

    def record(self, count: int = 1, child: StudentId = CHILD, payload: Payload | None = None) -> list[Hash]:
        """Sign and store so many doses; their hashes."""
        return [self.keep(self.sign(stream_of("student", child), payload or a_dose())) for _ in range(count)]

    def sign(self, stream: Stream, payload: Payload) -> SignedEvent:
        self._made += 1
        randomness = hashlib.sha256(str(self._made).encode()).digest()[:26]
        now = START + timedelta(seconds=self._made)
        return sign_next(IDENTITY, self.key, self.state.head, Seen(0, 0), stream, payload, now, randomness)

    def keep(self, event: SignedEvent) -> Hash:
        self.feed(LocalEvent(event))
        return event_hash(event)

    def scrub(self) -> None:
        """Recompute what the disk holds, as a device does daily."""
        for name, kept in self.state.scopes.items():
            outcome = self.disk.scrub(name)
            if isinstance(outcome, tuple):
                self.feed(Damaged(name, outcome))
            elif not outcome and kept.cursor is not None:
                self.feed(Compared(name, kept.cursor.size, equal=False))

    def go_online(self) -> Send | None:
        self.feed(Online())
        return self.sent

    def restart(self) -> None:
        """The process dies and another one opens the disk."""
        self.state, self.sent = engine.restart(self.disk.load()), None

    def answer(self, response: SyncResponse, turn: int | None = None) -> Effects:
        assert self.sent is not None or turn is not None
        number = turn if turn is not None else self.sent.turn if self.sent is not None else 0
        return self.feed(Answer(number, response))

    def talk(self, turns: int = 50) -> None:
        """Honest turns until the engine has nothing more to ask."""
        for _ in range(turns):
            if self.sent is None:
                return
            self.answer(self.honest(self.sent))

    # An honest server

    def honest(self, send: Send, keep: bool = True) -> SyncResponse:
        """Append what was pushed (unless it is there), answer with proofs, fill the page asked for."""
        events = [from_wire(event) for event in send.request.push]
        for event in events:
            if keep and event_hash(event) not in self.log.by_hash:
                self.append(event)
        answers = tuple(self.accepted(event_hash(event)) for event in events if event_hash(event) in self.log.by_hash)
        page = None if send.request.pull is None else self.page(send.request.pull.scope, send.request.pull.cursor)
        return self.response(send, answers=answers, page=page)

    def response(self, send: Send, **parts: Any) -> SyncResponse:
        head, since = self.log.head(), send.request.since or 0
        path = consistency_proof(self.log.node, since, head.checkpoint.size) if since <= head.checkpoint.size else []
        return SyncResponse(head.note, consistency=tuple(b64(node) for node in path), **parts)

    def append(self, event: SignedEvent) -> Position:
        return self.log.add(event, START + timedelta(seconds=len(self.log.rows)))

    def accepted(self, known: Hash) -> Accepted:
        return Accepted(known, self.proof(self.log.by_hash[known]))

    def proof(self, position: int) -> Proof:
        row = self.log.rows[position]
        path = inclusion_proof(self.log.node, position, len(self.log.rows))
        entry = make_entry(row.event_hash, row.received_at)
        return Proof(b64(entry), Position(position), tuple(b64(node) for node in path))

    def quarantined(self, submission: Hash, named: Hash | None = None) -> Quarantined:
        """The record of a refusal; ``named`` is what the record itself says it is about."""
        record = SubmissionQuarantined(
            submission=named or submission,
            reason="not_authorised",
            detail="not hers to say",
            owner="health_office",
            from_device=IDENTITY.device,
        )
        event = self.office.write(stream_of("device", IDENTITY.device), record)
        self.append(event)
        proof = self.proof(len(self.log.rows) - 1)
        return Quarantined(submission, record.reason, record.detail, record.owner, to_wire(event), proof)

    def page(self, scope: str, cursor: Cursor | None, forget: Sequence[StudentId] = ()) -> Page:
        """Everything past the cursor, the whole log for any scope; of the forgotten nothing."""
        first = 0 if cursor is None or cursor.origin != self.log.head().checkpoint.origin else cursor.position + 1
        gone = {stream_of("student", student) for student in forget}
        given = [row for row in self.rows() if row.header.stream not in gone]
        hashes: dict[str, list[Hash]] = {}
        for row in given:
            hashes.setdefault(row.header.stream, []).append(row.event_hash)
        whole = scope_digest((stream, stream_digest(names)) for stream, names in hashes.items())
        digests = tuple((stream, stream_digest(names).hex()) for stream, names in hashes.items())
        page = self.vouched(scope, given[first:] if not gone else [], cursor, self.cursor(scope), whole, forget)
        return replace(page, digests=digests)

    def rows(self) -> list[Row]:
        """The log as a page's rows, each at its own position."""
        return [
            Row(row.position, row.position, to_milliseconds(row.received_at), row.event_hash, row.header, row.event)
            for row in self.log.rows
            if row.event is not None and row.header is not None
        ]

    def vouched(
        self,
        scope: str,
        rows: Sequence[Row],
        after: Cursor | None,
        until: Cursor,
        whole: bytes | None,
        forget: Sequence[StudentId] = (),
    ) -> Page:
        """Whatever is given, signed by the log."""
        packed, head = pack(rows), self.log.head().checkpoint
        digest = page_digest(
            packed.effective, packed.position, packed.received_at, [row.event_hash for row in rows], forget
        )
        begin = (0, -1) if after is None else (after.effective, after.position)
        said = Vouched(head.origin, scope, head.size, begin, (until.effective, until.position), digest, whole)
        note = vouch(said, LOG_NAME, self.log.key)
        return Page(scope, packed, until, whole is not None, note, tuple(forget))

    def cursor(self, scope: str) -> Cursor:
        head, last = self.log.head().checkpoint, len(self.log.rows) - 1
        return Cursor(head.origin, scope, max(0, last), last, head.size, head.root.hex())

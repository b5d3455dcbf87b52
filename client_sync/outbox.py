"""What this device made and the log has not proven to hold.

An event enters when it is signed and leaves only by a proof that verifies under the pinned log key:
of the event itself, or of the record that puts it in quarantine. Nothing else removes it.

    waiting --push--> on its way --proof--> receipted at position n
       ^                  |  |------------> quarantined: why, and who settles it
       |---- no answer ---|  |
       |---- suspect: an answer that cannot be believed, or a request that fails with this event alone

A suspect waits out a back-off of its own and then travels alone, so that a poison event blocks nothing.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence

import msgspec

from client_sync.effects import KeepReceipt, KeepRefusal
from client_sync.state import Row
from events.catalog.devices import SubmissionQuarantined
from events.codec import decode_payload
from events.commitment import holds
from events.envelope import SignedEvent, check_shape, event_hash, parse_header
from events.errors import BadProof, MalformedEvent
from events.ids import Hash
from events.proving import Prover
from events.wire import (
    PUSH_EVENTS_MAX,
    Accepted,
    Answer,
    Duplicate,
    Quarantined,
    from_wire,
    to_wire,
)

PUSH_BYTES_MAX = 4 * 1024 * 1024
"""Of the events of one push as they travel: half of what a message may hold."""


class Unproven(msgspec.Struct, frozen=True):
    """An answer that frees nothing, and why not."""

    event_hash: Hash
    why: str


def row_of(event: SignedEvent, attempts: int = 0, complaint: str = "", receipt: str = "") -> Row:
    """An undelivered event as a row. Raises MalformedEvent for a header that is not canonical."""
    wire_bytes = len(msgspec.json.encode(to_wire(event))) + len(receipt)
    return Row(parse_header(event.header).seq, event_hash(event), event, wire_bytes, attempts, complaint, receipt)


def next_batch(rows: Mapping[Hash, Row], events_max: int, now: float) -> tuple[Row, ...]:
    """What to push now: healthy rows in the order they were made, or one suspect whose wait is over."""
    healthy = sorted((row for row in rows.values() if not row.attempts), key=lambda row: row.seq)
    if healthy:
        return _within_limits(healthy, min(events_max, PUSH_EVENTS_MAX))
    due = (row for row in rows.values() if row.not_before <= now)
    suspect = min(due, key=lambda row: (row.attempts, row.seq), default=None)
    return () if suspect is None else (suspect,)


def next_due(rows: Mapping[Hash, Row]) -> float | None:
    """The moment from which some row may be pushed."""
    return min((row.not_before for row in rows.values()), default=None)


def _within_limits(rows: Sequence[Row], events_max: int) -> tuple[Row, ...]:
    batch: list[Row] = []
    total_bytes = 0
    for row in rows[:events_max]:
        total_bytes += row.wire_bytes
        if batch and total_bytes > PUSH_BYTES_MAX:
            break
        batch.append(row)
    return tuple(batch)


def submission_names(row: Row) -> frozenset[Hash]:
    """What a server may call this event's submission: its event_hash, or the SHA-256 of the bytes it came in."""
    raw = msgspec.json.encode(to_wire(row.event))
    return frozenset({row.event_hash, Hash(hashlib.sha256(raw).hexdigest())})


def match_answers(
    rows: Mapping[Hash, Row], pushed: Sequence[Hash], answers: Sequence[Answer]
) -> list[tuple[Row, Answer]]:
    """Each pushed row with the answer that names it. Answers that name nothing pushed are passed over."""
    names: dict[Hash, Row] = {}
    for known in pushed:
        if known in rows:
            names[known] = rows[known]
    quarantined = [answer for answer in answers if isinstance(answer, Quarantined)]
    if any(answer.submission not in names for answer in quarantined):
        names |= {name: row for row in list(names.values()) for name in submission_names(row)}
    matched: dict[Hash, tuple[Row, Answer]] = {}
    for answer in answers:
        named = names.get(answer.submission if isinstance(answer, Quarantined) else answer.event_hash)
        if named is not None:
            matched.setdefault(named.event_hash, (named, answer))
    return list(matched.values())


def prove(row: Row, answer: Answer, prover: Prover) -> KeepReceipt | KeepRefusal | Unproven:
    """What an answer proves under the answer's checkpoint, which was verified as an extension."""
    try:
        match answer:
            case Accepted(flags=flags) | Duplicate(flags=flags):
                receipt, proven = prover.prove(row.event_hash, answer.proof)
                return KeepReceipt(
                    row.event_hash, proven.checkpoint.origin, proven.position, proven.received_at, receipt, flags
                )
            case Quarantined():
                return _refusal(row, answer, prover)
    except (BadProof, MalformedEvent) as error:
        return Unproven(row.event_hash, str(error))


def read_record(record: SignedEvent, names: Collection[Hash]) -> SubmissionQuarantined:
    """What the record of a quarantine says, if it keeps its commitment and is of a submission of these names.

    Whether it is in the log is another question. Raises BadProof, MalformedEvent.
    """
    header = check_shape(record)
    if not holds(record, header):
        raise BadProof("the quarantine record's payload is not the one it commits to")
    payload = decode_payload(header.type, header.schema, record.payload)
    if not isinstance(payload, SubmissionQuarantined):
        raise BadProof(f"the record is {header.type}, not submission.quarantined")
    if payload.submission not in names:
        raise BadProof("the quarantine record is about another submission")
    return payload


def _refusal(row: Row, answer: Quarantined, prover: Prover) -> KeepRefusal:
    """The record must be in the log, keep its commitment, and name this very submission."""
    record = from_wire(answer.record)
    payload = read_record(record, submission_names(row))
    receipt, proven = prover.prove(event_hash(record), answer.proof)
    return KeepRefusal(
        row.event_hash,
        proven.checkpoint.origin,
        proven.position,
        proven.received_at,
        receipt,
        payload.reason,
        payload.detail,
        payload.owner,
        record,
    )

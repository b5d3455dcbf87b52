"""What became of own events that the district set aside: who has each, who let it in or closed it, and why.

    the device's own stream, pulled with any scope --------------------------> Fate
    no scope any more: POST /fates, signed by this seat's own key --proofs--> Fate, kept with its receipt

A closed seat is given no scope; it asks, each time a scope is refused to it, about what it does not know the end of.
An answer that proves nothing is not kept, and what is open still is asked about again.
"""

from collections.abc import Mapping, Sequence

import msgspec

from client_sync.errors import TransportError
from client_sync.state import State
from client_sync.store import OwnEvent, Store
from client_sync.transport import Transport
from client_sync.writes import Fate
from events.catalog import Payload
from events.catalog.devices import SubmissionAssigned, SubmissionClosed, SubmissionReleased
from events.codec import decode_payload
from events.commitment import holds
from events.envelope import check_shape, event_hash
from events.errors import BadCheckpoint, BadProof, MalformedEvent
from events.ids import Hash, StaffId
from events.proving import Prover
from events.signing import SigningKey
from events.wire import PUSH_EVENTS_MAX, Enrolled, Fates, FatesRequest, b64, fates_asked, from_wire
from events.wire import Fate as Told
from projections.submissions import Submission


def is_refused(state: State) -> bool:
    """Whether the server gives this seat a scope no more, so that nothing pulled tells of its rows."""
    return any(kept.refused == "scope_not_allowed" for kept in state.scopes.values())


async def ask_fates(store: Store, transport: Transport, enrolled: Enrolled, key: SigningKey) -> int:
    """Ask about every row in quarantine whose end is not known, and keep what is proven; how many were settled.

    No failure matters: nothing leaves the outbox by it, and it is asked again.
    """
    open_still = [own for own in await store.own("quarantined") if own.fate is None or own.fate.state == "open"]
    found: dict[Hash, Fate] = {}
    for at in range(0, len(open_still), PUSH_EVENTS_MAX):
        rows = {submission_of(own): own for own in open_still[at : at + PUSH_EVENTS_MAX]}
        signature = key.sign(fates_asked(enrolled.seat, tuple(rows)))
        try:
            answer = await transport.fates(enrolled.token, FatesRequest(tuple(rows), b64(signature)))
            found |= proven(rows, answer, enrolled.log_key)
        except (TransportError, BadCheckpoint):
            break
    if found:
        async with store.transaction() as transaction:
            await transaction.keep_fates(found)
    return sum(fate.state != "open" for fate in found.values())


def proven(rows: Mapping[Hash, OwnEvent], answer: Fates, log_key: str) -> dict[Hash, Fate]:
    """What an answer proves of these rows, by event hash. Raises BadCheckpoint for a head the log did not sign."""
    prover = Prover(answer.checkpoint, log_key)
    found: dict[Hash, Fate] = {}
    for told in answer.fates:
        own = rows.get(told.submission)
        if own is None:
            continue
        try:
            found[own.event_hash] = _proven(own, told, prover)
        except (BadProof, MalformedEvent):
            continue
    return found


def _proven(own: OwnEvent, told: Told, prover: Prover) -> Fate:
    """The record must be in the log, keep its commitment, and be about this very submission."""
    if told.record is None or told.proof is None:
        raise BadProof("nothing is told")
    record = from_wire(told.record)
    header = check_shape(record)
    if not holds(record, header):
        raise BadProof("the record's payload is not the one it commits to")
    receipt, _ = prover.prove(event_hash(record), told.proof)
    fate = _read(decode_payload(header.type, header.schema, record.payload), submission_of(own), told.who, receipt)
    if not isinstance(fate, Fate):
        raise BadProof(f"the record is {header.type}, or about another submission")
    if fate.state != "released" or told.kept is None:
        return fate
    kept, place = prover.prove(own.event_hash, told.kept)
    return msgspec.structs.replace(fate, receipt=kept, position=place.position)


def _read(payload: Payload | object, submission: Hash, who: str, receipt: str) -> Fate | None:
    match payload:
        case SubmissionAssigned(submission=named, owner=owner) if named == submission:
            return Fate("open", who, "", owner=owner, receipt=receipt)
        case SubmissionReleased(submission=named, reason=why) if named == submission:
            return Fate("released", who, why, receipt=receipt)
        case SubmissionClosed(submission=named, reason=why) if named == submission:
            return Fate("closed", who, why, receipt=receipt)
        case _:
            return None


class _Named(msgspec.Struct, frozen=True):
    submission: Hash


def submission_of(own: OwnEvent) -> Hash:
    """What the server calls the event's submission: as the record of its quarantine says."""
    if own.refusal is None:
        return own.event_hash
    return msgspec.json.decode(own.refusal.record.payload, type=_Named).submission


def fate_of(settled: Submission, names: Mapping[StaffId, str]) -> Fate | None:
    """As the device's own stream tells it; None where nobody has it but its first owner."""
    who = settled.taken_by if settled.state == "open" else settled.by
    name = "" if who is None else names.get(who, "the office")
    if settled.state == "open" and settled.assigned is None:
        return None
    return Fate(settled.state, name, settled.why, owner=settled.owner.value)


def people_of(settled: Sequence[Submission]) -> set[StaffId]:
    """Everybody who took or settled one."""
    return {who for one in settled for who in (one.taken_by, one.by) if who is not None}

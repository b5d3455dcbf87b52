"""Another device's hand-off file, delivered unopened: each event by itself, as far as an answer proves it.

    file --read, each element by itself--> sealed, 50 at once --> answers --proof--> Carried
              |                              |                       |-------------> NotCarried: nothing is proven of it
              v                              v
          NotCarried       refused as a whole: by halves, down to the one that is refused --> NotCarried

One bad element never holds up the others. Whoever carries verifies the answers like its own: under its own pinned
key, of a log that extends the one its device saw and the one of the answer before, and each of that very event. Of
what is NotCarried the file must be kept.
"""

import hashlib
from collections.abc import Sequence

import msgspec

from client_sync.errors import NotAHandOff, ServerRefused, Unreachable
from client_sync.outbox import read_record
from client_sync.state import State
from client_sync.transport import Transport
from client_sync.witness import Broken, Unsigned, examine_checkpoint
from events.checkpoint import Checkpoint
from events.envelope import event_hash
from events.errors import BadProof, MalformedEvent
from events.hand_off_file import read_hand_off_file
from events.ids import Hash, Position
from events.proving import Prover
from events.wire import Answer, HandOff, Quarantined, SealedEvent, SyncRequest, from_wire

CARRIED_AT_ONCE = 50
_NOBODY_S_FAULT = frozenset({401, 403, 429, 503})
"""Refusals of whoever asks, or of the moment: fewer events at once would not help."""


class Carried(msgspec.Struct, frozen=True):
    """What became of a carried event: its receipt, or that of the record that it is in quarantine."""

    event_hash: Hash
    position: Position
    receipt: str
    is_quarantined: bool


class NotCarried(msgspec.Struct, frozen=True):
    """Not proven to be delivered; named as the file names it (empty and 0 where it does not)."""

    device: str
    seq: int
    event_hash: str
    why: str


def read_carried(raw: bytes) -> tuple[HandOff, tuple[NotCarried, ...]]:
    """A file as it came: what of it can be carried, and what is malformed. Raises NotAHandOff."""
    try:
        file, unread = read_hand_off_file(raw)
    except MalformedEvent as error:
        raise NotAHandOff(str(error)) from error
    return file, tuple(NotCarried(one.device, one.seq, one.event_hash, one.why) for one in unread)


async def carry(file: HandOff, transport: Transport, token: str, state: State) -> list[Carried | NotCarried]:
    """Deliver a file, unopened, as the device of ``state``; what became of each event, in order. Safe to repeat.

    Raises NotAHandOff for another district's file, Unreachable for no usable answer or one of a log that is not the one
    this device saw, ServerRefused where the refusal is not about an event.
    """
    if file.district != state.identity.district:
        raise NotAHandOff(f"the file is for the district {file.district}, not {state.identity.district}")
    work = _Delivery(transport, token, state)
    done: list[Carried | NotCarried] = []
    for at in range(0, len(file.events), CARRIED_AT_ONCE):
        done += await work.deliver(file.events[at : at + CARRIED_AT_ONCE])
    return done


class _Delivery:
    """One file on its way. ``_held`` is the newest checkpoint that was verified."""

    def __init__(self, transport: Transport, token: str, state: State) -> None:
        self._transport = transport
        self._token = token
        self._identity = state.identity
        self._held = state.checkpoint

    async def deliver(self, part: Sequence[SealedEvent]) -> list[Carried | NotCarried]:
        held = self._held
        asked = SyncRequest(sealed=tuple(part), since=None if held is None else held.size)
        try:
            answer = await self._transport.sync(self._token, asked)
        except ServerRefused as refused:
            if refused.status in _NOBODY_S_FAULT:
                raise
            return await self._apart(part, str(refused))
        self._held = self._examined(held, answer.checkpoint, answer.consistency)
        prover = Prover(answer.checkpoint, self._identity.log_key)
        answers = (*answer.carried, *[None] * len(part))
        return [_proven(one, said, prover) for one, said in zip(part, answers, strict=False)]

    async def _apart(self, part: Sequence[SealedEvent], why: str) -> list[Carried | NotCarried]:
        """A request that was refused with these in it: by halves, until it is clear which."""
        if len(part) == 1:
            return [_not_carried(part[0], why)]
        half = len(part) // 2
        return [*await self.deliver(part[:half]), *await self.deliver(part[half:])]

    def _examined(self, held: Checkpoint | None, note: str, consistency: tuple[str, ...]) -> Checkpoint:
        finding = examine_checkpoint(self._identity, held, note, consistency)
        if isinstance(finding, Broken | Unsigned):
            raise Unreachable(f"the answer proves nothing: {finding.why}")
        return finding.checkpoint


def _proven(sealed: SealedEvent, answer: Answer | None, prover: Prover) -> Carried | NotCarried:
    """What an answer proves of that very element."""
    if answer is None:
        return _not_carried(sealed, "the server's answer does not name it")
    try:
        named, quarantined = sealed.event_hash, isinstance(answer, Quarantined)
        if isinstance(answer, Quarantined):
            record = from_wire(answer.record)
            read_record(record, (sealed.event_hash, _as_brought(sealed)))
            named = event_hash(record)
        receipt, proven = prover.prove(named, answer.proof)
    except (BadProof, MalformedEvent) as error:
        return _not_carried(sealed, f"the server's answer proves nothing of it: {error}")
    return Carried(sealed.event_hash, proven.position, receipt, quarantined)


def _not_carried(sealed: SealedEvent, why: str) -> NotCarried:
    return NotCarried(sealed.device, sealed.seq, sealed.event_hash, why)


def _as_brought(sealed: SealedEvent) -> Hash:
    """What the server calls a submission that did not open: by the bytes it came in."""
    return Hash(hashlib.sha256(msgspec.json.encode(sealed)).hexdigest())

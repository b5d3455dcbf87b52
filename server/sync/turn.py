"""One turn of sync against the log: deliver, fetch, and the head both stand under.

    push   session judges -> append what is sound (one commit) -> quarantine what is not (one commit)
    pull   the folds' own snapshot plans a page -> the log's bytes fill it
    both   answered under the same signed head, so one checkpoint proves every answer

A crash between the two commits loses nothing: the device has no answer, brings the same bytes again, and
finds what was appended as duplicates.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from events.dates import write_instant
from events.ids import Hash, Position
from events.receipt import make_entry
from events.wire import (
    Accepted,
    Answer,
    Duplicate,
    Page,
    Presented,
    Proof,
    Pull,
    SealedEvent,
    SyncResponse,
    WireEvent,
    b64,
)
from server.district import District
from server.healing import Healing
from server.identity.enrolment import Bearer
from server.live import Live
from server.store.port import Appended, Clash, LogHead, Outcome, Present, ReadEvent
from server.sync.freshness import Freshness
from server.sync.pages import Pages
from server.sync.presenting import Presenting
from server.sync.proofs import entries_of
from server.sync.quarantine import Quarantine
from server.sync.session import Candidate, Desk, Known, RefusedBefore, Sound, signing_seat
from server.sync.submission import Fork, Opened, Refusal, open_submission, refuse
from server.sync.unsealing import unseal

_PUSHES_AT_ONCE = 32
"""The others wait for their turn: answers go out from the start, and memory is held for a few."""
_INLINE_SIGNATURES = 2
"""So few are checked without a thread: the hand-over would cost more."""


class InLog(msgspec.Struct, frozen=True, gc=False):
    """A submission that is an event of the log; ``is_new`` when this turn made it one."""

    hash: Hash
    position: Position
    entry: bytes | None = None
    """What the tree holds of it, where this turn learnt that."""
    is_new: bool = False


class InQuarantine(msgspec.Struct, frozen=True):
    """A submission that is kept and recorded."""

    submission: Hash


class Turn:
    """Answers POST /sync. One per process; any number of turns at once."""

    def __init__(self, district: District, live: Live, clock: Callable[[], datetime]) -> None:
        self._log = district.log
        self._live = live
        self._district = district.id
        self._sealing = district.keys.sealing
        self._clock = clock
        self.pages = Pages(district, live)
        self.healing = Healing(district, live)
        self._pushing = asyncio.Semaphore(_PUSHES_AT_ONCE)
        self._quarantine = Quarantine(district, live)
        self._presenting = Presenting(district, live)
        self.freshness = Freshness(live)

    async def take(
        self,
        bearer: Bearer,
        push: Sequence[bytes],
        pull: Pull | None,
        since: int | None,
        presented: Sequence[Presented] = (),
        sealed: Sequence[SealedEvent] = (),
        returned: Sequence[WireEvent] = (),
    ) -> SyncResponse:
        """Deliver ``push`` (each element's JSON as it came), then fetch ``pull``.

        ``presented`` are receipts of earlier epochs for events of ``push``; ``sealed`` other devices' events that
        this one carries; ``returned`` events of the log that this server's disk has damaged.
        """
        if returned and await self.healing.take(returned, bearer.device):
            self.pages.read_anew()
        self.freshness.note(bearer.device, self._clock())
        own = len(push)
        opened = [*map(open_submission, push), *unseal(sealed, self._sealing, self._district)]
        if opened:
            async with self._pushing:
                placed = await self._push(bearer, opened)
        else:
            placed = []
        await self._live.catch_up()
        reset = self.pages.refusal(bearer, pull, self._live.head) if pull is not None else None
        if pull is not None and reset is None:
            self.freshness.note_pull(bearer.device, pull.scope)
        may_give = pull is not None and reset is None and not self._live.is_unsure_of(pull.scope)
        page = self.pages.page(pull) if pull is not None and may_give else None
        head = self._live.head
        proofs = await self._proofs(placed, head.checkpoint.size)
        if presented:
            await self._presenting.keep(bearer, presented, {_named(one): _entry(one, proofs) for one in placed})
        answers = [await self._answer(place, proofs[self._position(place)]) for place in placed]
        given = reset if page is None else await asyncio.shield(page)
        return SyncResponse(
            checkpoint=head.note,
            answers=tuple(answers[:own]),
            carried=tuple(answers[own:]),
            page=given,
            devices=self.freshness.of(given.scope, bearer.device) if isinstance(given, Page) and given.done else (),
            consistency=self._consistency(since, head),
            wanted=self.healing.wanted,
            server_time=write_instant(self._clock()),
        )

    async def _push(self, bearer: Bearer, opened: Sequence[Opened | Refusal]) -> list[InLog | InQuarantine]:
        await self._live.catch_up()
        known = await self._log.find({one.hash: one.header.id for one in opened if isinstance(one, Opened)})
        judged = await self._judge(opened, known)
        settled = await self._append(judged)
        refusals = [one for one in settled if isinstance(one, Refusal)]
        if refusals:
            await self._quarantine.keep(bearer, refusals)
        return [_placed(one, known) for one in settled]

    async def _judge(
        self, opened: Sequence[Opened | Refusal], known: dict[Hash, Position]
    ) -> list[Known | RefusedBefore | Refusal | Sound]:
        refused = self._live.quarantine
        desk = Desk(self._live.directory, self._district, self._live.scopes.is_hidden, self._live.is_lacking)
        examined = [one if isinstance(one, Refusal) else desk.examine(one, known, refused) for one in opened]
        candidates = [one for one in examined if isinstance(one, Candidate)]
        if len(candidates) <= _INLINE_SIGNATURES:
            seats = iter([signing_seat(candidate) for candidate in candidates])
        else:
            seats = iter(await asyncio.to_thread(lambda: [signing_seat(candidate) for candidate in candidates]))
        return [desk.settle(one, next(seats)) if isinstance(one, Candidate) else one for one in examined]

    async def _append(
        self, judged: Sequence[Known | RefusedBefore | Refusal | Sound]
    ) -> list[Known | RefusedBefore | Refusal | InLog]:
        """Append what is sound, in order and in one commit; what clashes there turns into a refusal."""
        sound = [one for one in judged if isinstance(one, Sound)]
        if not sound:
            return [one for one in judged if not isinstance(one, Sound)]
        result = await self._log.append([_as_read(one.opened) for one in sound])
        outcomes = iter(result.outcomes)
        return [_outcome(one, next(outcomes)) if isinstance(one, Sound) else one for one in judged]

    def _position(self, placed: InLog | InQuarantine) -> Position:
        """Where the event, or the record of its quarantine, stands."""
        return placed.position if isinstance(placed, InLog) else self._quarantine.position(placed.submission)

    async def _proofs(self, placed: Sequence[InLog | InQuarantine], size: int) -> dict[Position, Proof]:
        """Entry and path of everything placed, in the tree of ``size``."""
        entries = {one.position: one.entry for one in placed if isinstance(one, InLog) and one.entry is not None}
        positions = [self._position(one) for one in placed]
        entries |= await entries_of(self._log, [one for one in positions if one not in entries], size)
        paths = self._live.nodes.paths(positions, size)
        return {one: Proof(b64(entries[one]), one, path) for one, path in paths.items()}

    async def _answer(self, placed: InLog | InQuarantine, proof: Proof) -> Answer:
        match placed:
            case InLog():
                kind = Accepted if placed.is_new else Duplicate
                return kind(placed.hash, proof, self._flags(placed))
            case InQuarantine(submission=submission):
                return await self._quarantine.answer(submission, proof)

    def _flags(self, placed: InLog) -> tuple[str, ...]:
        """What a person should look at, the same at every answer; what a person let in was looked at."""
        return () if placed.hash in self._live.quarantine else self._live.alarms.flags(placed.position)

    def _consistency(self, since: int | None, head: LogHead) -> tuple[str, ...]:
        """Empty when nothing was asked, or the device is ahead of this log: then its own check fails, as it should."""
        if since is None or not 0 <= since <= head.checkpoint.size:
            return ()
        return tuple(b64(node) for node in self._live.nodes.consistency(since, head.checkpoint.size))


def _as_read(opened: Opened) -> ReadEvent:
    event = opened.event
    return ReadEvent(event.header, event.signature, event.salt, event.payload, opened.header, opened.hash)


def _outcome(sound: Sound, outcome: Outcome) -> InLog | Refusal:
    named = sound.opened.hash
    match outcome:
        case Appended(position=position, received_at=received_at):
            return InLog(named, position, make_entry(named, received_at), True)
        case Present(position=position, received_at=received_at):
            return InLog(named, position, make_entry(named, received_at))
        case Clash(field=field, held=held, position=position):
            return _clash(sound.opened, field, held, position)


def _clash(opened: Opened, field: str, held: Hash, position: Position) -> Refusal:
    if field == "seq":
        fork = Fork(opened.header.device, opened.header.seq, held, opened.hash)
        detail = f"position {position} holds another event {opened.header.seq} of this device"
        return refuse(opened, "conflict_seq", detail, fork)
    return refuse(opened, "conflict_id", f"position {position} holds another event with this id")


def _named(placed: InLog | InQuarantine) -> Hash:
    """The event's hash; of a submission that is no event at all, that of its bytes."""
    return placed.hash if isinstance(placed, InLog) else placed.submission


def _entry(placed: InLog | InQuarantine, proofs: Mapping[Position, Proof]) -> Proof | None:
    return proofs[placed.position] if isinstance(placed, InLog) else None


def _placed(one: Known | RefusedBefore | Refusal | InLog, known: dict[Hash, Position]) -> InLog | InQuarantine:
    match one:
        case InLog():
            return one
        case Known(hash=found):
            return InLog(found, known[found])
        case RefusedBefore(submission=submission) | Refusal(submission=submission):
            return InQuarantine(submission)

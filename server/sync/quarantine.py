"""What could not be taken as an event: its bytes kept, a record in the log, the same answer for ever.

    refusal --(bytes + submission.quarantined, one commit)--> the log --record--> Quarantined

The record is by the server's own seat, in the stream of the device that brought the bytes: its place in
the log frees the device's outbox as a receipt does. A fork of a device's chain is recorded beside it, and so is what
was said of the same bytes when they came by another hand, under another name. The bytes are sealed under a key of
their own, so that they can be destroyed without anything else (``server.review``).
"""

import asyncio
from collections.abc import Sequence

from events.catalog import Payload
from events.catalog.devices import ForkFound, SubmissionAssigned, SubmissionQuarantined
from events.errors import Refused
from events.ids import EventId, Hash, Position, Stream, stream_of
from events.wire import Proof, Quarantined, to_wire
from projections.fold import fact_of
from projections.submissions import Word
from server.district import District
from server.identity.enrolment import Bearer
from server.live import Live
from server.seat import only_id
from server.store.port import Refuse, StoredEvent
from server.sync.submission import Fork, Refusal


class Quarantine:
    """Keeps refused submissions. One per process."""

    def __init__(self, district: District, live: Live) -> None:
        self._district = district
        self._live = live
        self._turn = asyncio.Lock()

    async def keep(self, bearer: Bearer, refusals: Sequence[Refusal]) -> None:
        """Record what is not recorded yet; after this every submission is in ``live.quarantine``."""
        async with self._turn:
            await self._live.catch_up()
            new = self._not_kept(refusals)
            while new and not await self._record(bearer, new):
                await self._live.catch_up()
                left = self._not_kept(refusals)
                if len(left) == len(new):  # recorded before, in rows that cannot be read now
                    await self._district.record(_facts(bearer, new), _bytes_of(new))
                    break
                new = left
            await self._live.catch_up()

    def _not_kept(self, refusals: Sequence[Refusal]) -> list[Refusal]:
        named = {one.submission: one for one in refusals if one.submission not in self._live.quarantine}
        return list(named.values())

    async def _record(self, bearer: Bearer, new: Sequence[Refusal]) -> bool:
        """Whether it is done: another process may have been faster with one of them."""
        facts, key, epoch = _facts(bearer, new), self._district.keys.log, self._live.head.epoch
        seat = await self._district.seat()
        forks = [EventId(seat.new_id()) for _ in facts[len(new) :]]
        records = [only_id(key, epoch, f"quarantine {one.submission}") for one in new]
        said = self._said_before(new)
        words = [only_id(key, epoch, deed_of(word)) for word in said]
        facts += [(stream_of("device", bearer.device), word) for word in said]
        return await self._district.record_once(facts, [*forks, *records, *words], _bytes_of(new))

    def _said_before(self, new: Sequence[Refusal]) -> list[Word]:
        """What was said of the same bytes when another hand had brought them."""
        first = [(one, self._live.quarantine.first_with(one.bytes_sha256 or one.submission)) for one in new]
        said = [known.last_said(one.submission) for one, known in first if known is not None]
        return [word for word in said if word is not None]

    def position(self, submission: Hash) -> Position:
        """Where the record of a kept submission stands."""
        held = self._live.quarantine.get(submission)
        if held is None:
            raise LookupError(f"submission {submission} was never refused")
        return held.position

    async def answer(self, submission: Hash, proof: Proof) -> Quarantined:
        """What the device is told: the record's own words, so that they never change."""
        position = self.position(submission)
        row = await self._one(position)
        if row.damage:  # only who brought this one waits: its device sends the rest without it
            self._live.note_damage(row)
            raise Refused("record-damaged", f"The disk does not give back position {position}; it is asked for.")
        if row.event is None or row.header is None:
            raise LookupError(f"the record at {position} does not open")
        record = fact_of(row.event, position, row.received_at, row.header, row.event_hash).payload
        if not isinstance(record, SubmissionQuarantined):
            raise LookupError(f"position {position} holds no record of a submission")
        return Quarantined(submission, record.reason, record.detail, record.owner, to_wire(row.event), proof)

    async def _one(self, position: Position) -> StoredEvent:
        async for row in self._district.log.read(position, Position(position + 1)):
            return row
        raise LookupError(f"the log has no position {position}")


def key_name(submission: Hash) -> Stream:
    """Under which name the keyring holds the key of a refused submission: no event's stream is called so."""
    return Stream(f"submission/{submission}")


def deed_of(word: Word, after: Position | None = None) -> str:
    """What is done to a submission, in the same words in every process: settled once, given on after the last word."""
    if isinstance(word, SubmissionAssigned):
        return f"assign {word.submission} after {after}"
    return f"settle {word.submission}"


def _facts(bearer: Bearer, new: Sequence[Refusal]) -> list[tuple[Stream, Payload]]:
    """Forks first: a record ends the matter."""
    stream = stream_of("device", bearer.device)
    forks = [_fork(one.fork) for one in new if one.fork is not None]
    return [*forks, *((stream, _submission(bearer, one)) for one in new)]


def _bytes_of(new: Sequence[Refusal]) -> list[Refuse]:
    return [Refuse(one.submission, key_name(one.submission), one.raw) for one in new]


def _submission(bearer: Bearer, refusal: Refusal) -> SubmissionQuarantined:
    return SubmissionQuarantined(
        submission=refusal.submission,
        reason=refusal.reason,
        detail=refusal.detail,
        owner=refusal.owner,
        from_device=bearer.device,
        staff=refusal.staff,
        bytes_sha256=refusal.bytes_sha256,
    )


def _fork(fork: Fork) -> tuple[Stream, Payload]:
    payload = ForkFound(device=fork.device, seq=fork.seq, held=fork.held, other=fork.other)
    return stream_of("device", fork.device), payload

"""A system seat: how a server process, an import or a command signs what it writes.

Every writing process is a device of its own with a key that lives in memory only: its first two events
introduce it, certified by the log key (events/catalog/devices.py), so two processes never share a chain.
"""

import asyncio
import hashlib
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from events.catalog import TYPE_OF, Payload
from events.catalog.devices import DeviceClosed, DeviceEnrolled, SeatOpened, seat_binding
from events.checkpoint import epoch_of
from events.codec import encode_payload
from events.commitment import commit
from events.dates import write_instant
from events.envelope import SALT_BYTES, SYSTEM_AUTHOR, Header, Seen, SignedEvent, event_hash
from events.ids import NO_HASH, DeviceId, DistrictId, EventId, Hash, SeatId, Stream, stream_kind, stream_of, uuid7
from events.signing import SigningKey, sign_event
from events.wire import b64
from server.errors import StoreFailed
from server.keys import Keys, Random
from server.store.port import Appended, Clash, Log, LogHead, Outcome, Refuse

Kind = Literal["server", "import", "command"]
EVENTS_PER_COMMIT = 1_000
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""In an id that tells nothing of when: every process has to make the same."""


class SystemSeat:
    """One writer process of a district. ``record`` may be called from many tasks; the chain stays whole."""

    def __init__(
        self, log: Log, district: DistrictId, clock: Callable[[], datetime], random: Random, key: SigningKey
    ) -> None:
        self._log = log
        self._district = district
        self._clock = clock
        self._random = random
        self._key = key
        self.device = DeviceId(self.new_id())
        self._seq = 0
        self._prev = NO_HASH
        self._lock = asyncio.Lock()
        self._head: LogHead | None = None

    @classmethod
    async def open(
        cls,
        log: Log,
        keys: Keys,
        district: DistrictId,
        clock: Callable[[], datetime],
        kind: Kind,
        label: str,
        random: Random = os.urandom,
    ) -> "SystemSeat":
        """Introduce a new device and its seat to the log."""
        seat = cls(log, district, clock, random, SigningKey(random(32)))
        public = seat._key.public.hex()
        binding = seat_binding(district, seat.device, SYSTEM_AUTHOR, public)
        stream = stream_of("device", seat.device)
        opened = SeatOpened(
            seat=SeatId(seat.new_id()),
            author=SYSTEM_AUTHOR,
            public_key=public,
            certificate=b64(keys.log.sign(binding)),
        )
        await seat.record([(stream, opened), (stream, DeviceEnrolled(kind=kind, label=label))])
        return seat

    async def record(
        self,
        facts: Sequence[tuple[Stream, Payload]],
        refused: Sequence[Refuse] = (),
    ) -> list[EventId]:
        """Sign and append facts in one commit, in order; their event ids. Raises what the store raises.

        A cancelled caller's facts are still written, and the chain goes on behind them.
        """
        return await asyncio.shield(asyncio.ensure_future(self._record(facts, refused)))

    async def record_once(
        self,
        facts: Sequence[tuple[Stream, Payload]],
        ids: Sequence[EventId],
        refused: Sequence[Refuse] = (),
        beside: Sequence[SignedEvent] = (),
    ) -> bool:
        """Append ``beside`` (events of other devices), then these facts under these ids, in one commit; or nothing:
        False where the log holds another event under one of the ids, or in the place of one of ``beside``.

        A fact under an id that every process makes alike is so recorded once, whoever comes first.
        """
        return await asyncio.shield(asyncio.ensure_future(self._record_once(facts, ids, refused, beside)))

    async def close(self, reason: Literal["finished", "retired"] = "finished") -> None:
        """Say that this device writes no more."""
        closed = DeviceClosed(last_seq=self._seq + 1, reason=reason)
        await self.record([(stream_of("device", self.device), closed)])

    async def _record(self, facts: Sequence[tuple[Stream, Payload]], refused: Sequence[Refuse]) -> list[EventId]:
        ids = [EventId(self.new_id()) for _ in facts]
        async with self._lock:
            for at in range(0, len(facts), EVENTS_PER_COMMIT) or range(1):
                part = slice(at, at + EVENTS_PER_COMMIT)
                _expect_appended(await self._commit(facts[part], ids[part], refused if at == 0 else ()))
        return ids

    async def _record_once(
        self,
        facts: Sequence[tuple[Stream, Payload]],
        ids: Sequence[EventId],
        refused: Sequence[Refuse],
        beside: Sequence[SignedEvent],
    ) -> bool:
        async with self._lock:
            outcomes = await self._commit(facts, ids, refused, beside, is_whole=True)
        if any(isinstance(outcome, Clash) for outcome in outcomes):
            return False
        _expect_appended(outcomes[len(beside) :])
        return True

    async def _commit(
        self,
        facts: Sequence[tuple[Stream, Payload]],
        ids: Sequence[EventId],
        refused: Sequence[Refuse],
        beside: Sequence[SignedEvent] = (),
        is_whole: bool = False,
    ) -> Sequence[Outcome]:
        """What became of ``beside`` and of the facts. The chain goes on behind them if they are in the log."""
        head = self._head or await self._log.head()
        seq, prev = self._seq, self._prev
        events: list[SignedEvent] = []
        for event_id, (stream, payload) in zip(ids, facts, strict=True):
            seq += 1
            events.append(self._sign(event_id, stream, payload, seq, prev, head))
            prev = event_hash(events[-1])
        result = await self._log.append([*beside, *events], refused, is_whole)
        if all(isinstance(outcome, Appended) for outcome in result.outcomes[len(beside) :]):
            self._seq, self._prev, self._head = seq, prev, result.head
        return result.outcomes

    def _sign(
        self, event_id: EventId, stream: Stream, payload: Payload, seq: int, prev: Hash, head: LogHead
    ) -> SignedEvent:
        row = TYPE_OF[type(payload)]
        if stream_kind(stream) != row.stream:
            raise ValueError(f"{row.name} belongs in a {row.stream} stream, not in {stream_kind(stream)}")
        salt, encoded = self._random(SALT_BYTES), encode_payload(payload)
        now = self._clock()
        header = Header(
            id=event_id,
            district=self._district,
            stream=stream,
            type=row.name,
            schema=row.schema,
            author=SYSTEM_AUTHOR,
            device=self.device,
            seq=seq,
            prev=prev,
            recorded_at=write_instant(now),
            seen=Seen(epoch_of(head.checkpoint.origin), head.checkpoint.size),
            commitment=commit(salt, encoded),
        )
        return sign_event(header, encoded, salt, self._key)

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        return uuid7(self._clock(), self._random(10))


def only_id(log_key: SigningKey, epoch: int, what: str) -> EventId:
    """The id that every process makes for ``what``; nobody without the log's key can take it first."""
    drawn = hashlib.sha256(log_key.sign(f"doseledger/only-id/v1\n{epoch}\n{what}".encode())).digest()
    return EventId(uuid7(_NO_TIME, drawn[:10]))


def _expect_appended(outcomes: Sequence[Outcome]) -> None:
    if not all(isinstance(outcome, Appended) for outcome in outcomes):
        raise StoreFailed("the log already holds an event of this process: its device id is not its own")

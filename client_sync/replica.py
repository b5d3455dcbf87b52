"""A device without a screen: enrol, choose a scope, record without a network, deliver, show every receipt.

    async with HttpTransport("http://127.0.0.1:8000") as transport:
        async with open_replica(Path("device.db"), "passphrase", transport) as device:
            enrolled = await device.enroll(code, label="gym laptop")    once; sets seat key and pinned log key
            await device.choose(f"clinic/{clinic}")                     any number of scopes
            report = await device.pull()                                fetch until the scopes are complete
            event = await device.record(stream, payload)                signed and stored in one step; no network
            report = await device.sync()                                deliver, verify receipts, fetch
            rows = await device.outbox()                                each own event in words
            facts = await device.facts(stream)                          for the folds of projections/

``record`` never needs a network and never waits for one. ``sync`` goes on until nothing is left to deliver
or known to be missing, or ``patience_seconds`` are over; it never raises for a network or a server, its
report says what happened. ``run`` does the same for as long as it is let, by news and by the clock.

The engine decides; this drives it: a step's writes go to disk in one transaction, then the state is adopted,
then the request leaves. A cancelled caller cannot split the three.
"""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from client_sync.backoff import backoff_seconds
from client_sync.effects import Effects, Send, Write
from client_sync.engine import is_quiet, reload, restart, step
from client_sync.errors import NotEnrolled, ServerRefused, StoreDamaged, TransportError, Unreachable
from client_sync.inputs import (
    Answer,
    Failure,
    Follow,
    Input,
    LocalEvent,
    News,
    Offline,
    Online,
    Reconsider,
    Refresh,
    Tick,
    Unfollow,
)
from client_sync.report import HeldReceipt, OutboxRow, SyncReport, held_receipt, outbox_row, sum_up
from client_sync.seat import SEED_BYTES, SIGNING_RANDOM_BYTES, sign_next
from client_sync.state import State, Trust
from client_sync.store import Store, open_store
from client_sync.transport import Transport
from events.catalog import Payload
from events.checkpoint import epoch_of
from events.dates import read_instant
from events.envelope import Seen, parse_header
from events.ids import EventId, Hash, Position, Stream
from events.signing import SigningKey
from events.wire import ClinicChoice, Enrolled, EnrollRequest
from projections.fold import Fact, arrange, fact_of, local_fact

PATIENCE_SECONDS = 60.0


class Replica:
    """One enrolled device (or one about to be). Made by ``open_replica``; one task may record while another syncs."""

    def __init__(
        self, store: Store, transport: Transport, clock: Callable[[], datetime], chance: Callable[[], float]
    ) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._chance = chance
        self._enrolled: Enrolled | None = None
        self._key: SigningKey | None = None
        self._state: State | None = None
        self._stepping = asyncio.Lock()
        self._turning = asyncio.Lock()
        self._stirred = asyncio.Event()
        self._send: Send | None = None
        self._wake_at: float | None = None
        self._sent: set[Hash] = set()
        self._written: list[Write] = []

    # Who this device is

    @property
    def enrolled(self) -> Enrolled | None:
        """What the district said at enrolment; None before it."""
        return self._enrolled

    @property
    def state(self) -> State:
        """The engine's state, to look at. Raises NotEnrolled."""
        if self._state is None:
            raise NotEnrolled("enroll this device first")
        return self._state

    async def enroll(self, code: str, label: str, kind: Literal["phone", "tablet", "laptop"] = "laptop") -> Enrolled:
        """Redeem a one-time code. The seat key is made and kept before anything is asked, so a retry names the same.

        Raises NotEnrolled when the device is enrolled already, Unreachable or ServerRefused as the transport does.
        """
        if self._enrolled is not None:
            raise NotEnrolled("this device is enrolled already; another enrolment needs another file")
        key = await self._seat_key()
        enrolled = await self._transport.enroll(
            EnrollRequest(code=code, public_key=key.public.hex(), label=label, kind=kind)
        )
        async with self._store.transaction() as transaction:
            await transaction.put("enrolled", msgspec.json.encode(enrolled))
        await self._start()
        return enrolled

    async def clinics(self) -> tuple[ClinicChoice, ...]:
        """The clinics this seat may work at, as the server has them now."""
        return await self._transport.clinics(self._who().token)

    async def choose(self, scope: str) -> None:
        """Keep ``clinic/<id>``, ``facility/<id>`` or ``district`` on this device from now on."""
        await self._feed(Follow(scope))

    async def leave(self, scope: str) -> None:
        """Drop a scope's downloaded events. What this device made stays."""
        await self._feed(Unfollow(scope))

    # Recording

    async def record(self, stream: Stream, payload: Payload) -> EventId:
        """Sign an event and store it, in one step and without a network.

        Raises MalformedEvent when the payload breaks a rule of its type.
        """
        return await asyncio.shield(asyncio.ensure_future(self._record(stream, payload)))

    async def _record(self, stream: Stream, payload: Payload) -> EventId:
        async with self._stepping:
            state, identity, key = self.state, self.state.identity, self._signing_key()
            async with self._store.transaction() as transaction:
                if await transaction.head() != state.head:
                    raise StoreDamaged("the file's last event is not the one this process knows")
                randomness = os.urandom(SIGNING_RANDOM_BYTES)
                event = sign_next(identity, key, state.head, self._seen(), stream, payload, self._clock(), randomness)
                after, effects = step(state, LocalEvent(event), time.monotonic(), self._chance())
                await transaction.write(effects.writes)
            await self._adopt(after, effects)
        return parse_header(event.header).id

    # Synchronising

    async def sync(self, patience_seconds: float = PATIENCE_SECONDS) -> SyncReport:
        """Deliver what waits, verify what comes back, fetch what is missing; then rest offline."""
        until = time.monotonic() + patience_seconds
        self._written.clear()
        turns = self.state.turns
        await self._feed(Online())
        await self._feed(Refresh())
        await self._drive(until)
        quiet = is_quiet(self.state)
        await self._feed(Offline())
        self._send = None
        return sum_up(self._written, self.state.turns - turns, self.state, quiet)

    async def pull(self, patience_seconds: float = PATIENCE_SECONDS) -> SyncReport:
        """Fetch until every chosen scope is complete. Delivers what waits too: one turn does both."""
        return await self.sync(patience_seconds)

    async def run(self) -> None:
        """Stay in step with the log until cancelled: by news while the WebSocket lives, by the clock else."""
        await self._feed(Online())
        listener = asyncio.create_task(self._listen())
        try:
            while True:
                await self._drive(None)
        finally:
            listener.cancel()
            await self._feed(Offline())

    async def reconsider(self) -> None:
        """A person looked at the alarm and lets the device ask the server again."""
        await self._feed(Reconsider())

    # Showing

    async def outbox(self) -> list[OutboxRow]:
        """Every event this device made, in words, oldest first."""
        return [outbox_row(own, self._sent) for own in await self._store.own()]

    async def receipts(self) -> list[HeldReceipt]:
        """The newest verified receipt of each own event that has one."""
        receipts = [held_receipt(own) for own in await self._store.own()]
        return [receipt for receipt in receipts if receipt is not None]

    async def facts(self, stream: Stream | None = None) -> list[Fact]:
        """What this device knows, in the log's order: downloaded events, then its own undelivered ones.

        Damaged events are left out here (their payload is not what was signed); they stay in the store.
        """
        held = [event for event in await self._store.held(stream or "") if event.trust is not Trust.DAMAGED]
        received = [
            fact_of(event.event, Position(event.position), read_instant(event.received_at), None, event.event_hash)
            for event in held
        ]
        own = [local_fact(row.event) for row in await self._store.own()]
        return arrange([*received, *(fact for fact in own if stream in (None, fact.stream))])

    # Driving the engine

    async def _start(self) -> None:
        kept = await self._store.get("enrolled")
        if kept is None:
            return
        self._enrolled = msgspec.json.decode(kept, type=Enrolled)
        self._key = await self._seat_key()
        self._state = restart(await self._store.load(self._enrolled))

    async def _feed(self, given: Input) -> None:
        """One step, whole: a caller that is cancelled does not stop it half-way."""
        await asyncio.shield(asyncio.ensure_future(self._step(given)))

    async def _step(self, given: Input) -> None:
        async with self._stepping:
            after, effects = step(self.state, given, time.monotonic(), self._chance())
            if effects.writes:
                async with self._store.transaction() as transaction:
                    await transaction.write(effects.writes)
            await self._adopt(after, effects)

    async def _adopt(self, after: State, effects: Effects) -> None:
        self._written.extend(effects.writes)
        self._state = after
        self._wake_at = effects.wake_at
        if effects.send is not None:
            self._send = effects.send
        if effects.reload:
            self._state = reload(after, await self._store.load(self._who()))
            self._state, again = step(self._state, Online(), time.monotonic(), self._chance())
            self._send, self._wake_at = again.send, again.wake_at
        self._stirred.set()

    async def _drive(self, until: float | None) -> None:
        """Take turns and wait, until quiet or out of patience; for ever when ``until`` is None."""
        while until is None or (time.monotonic() < until and not is_quiet(self.state)):
            self._stirred.clear()
            send, self._send = self._send, None
            if send is not None:
                await self._turn(send)
                continue
            moments = [moment for moment in (self._wake_at, until) if moment is not None]
            if until is not None and self._wake_at is None:
                return
            wait = None if not moments else max(0.0, min(moments) - time.monotonic())
            try:
                await asyncio.wait_for(self._stirred.wait(), wait)
            except TimeoutError:
                await self._feed(Tick())

    async def _turn(self, send: Send) -> None:
        async with self._turning:
            self._sent.update(self.state.turn.pushed if self.state.turn else ())
            try:
                response = await self._transport.sync(self._who().token, send.request)
            except ServerRefused as refused:
                kind: Literal["denied", "refused"] = "denied" if refused.status in (401, 403) else "refused"
                await self._feed(Failure(send.turn, kind, str(refused), refused.after_seconds))
            except Unreachable as error:
                await self._feed(Failure(send.turn, "unreachable", str(error)))
            else:
                await self._feed(Answer(send.turn, response))

    async def _listen(self) -> None:
        """Feed news for as long as there is a connection; come back with the engine's own patience."""
        failures = 0
        while True:
            try:
                async for news in self._transport.news(self._who().token):
                    failures = 0
                    await self._feed(News(news.origin, news.size))
            except TransportError:
                failures += 1
            await asyncio.sleep(max(1.0, backoff_seconds(failures, self._chance())))

    def _who(self) -> Enrolled:
        if self._enrolled is None:
            raise NotEnrolled("enroll this device first")
        return self._enrolled

    def _signing_key(self) -> SigningKey:
        if self._key is None:
            raise NotEnrolled("enroll this device first")
        return self._key

    async def _seat_key(self) -> SigningKey:
        """This device's seat key, made and kept on first use."""
        seed = await self._store.get("seat")
        if seed is None:
            seed = os.urandom(SEED_BYTES)
            async with self._store.transaction() as transaction:
                await transaction.put("seat", seed)
        return SigningKey(seed)

    def _seen(self) -> Seen:
        """What the author could have known: the last verified checkpoint, or the epoch of enrolment at size 0."""
        held = self.state.checkpoint
        if held is None:
            return Seen(epoch_of(self._who().origin), 0)
        return Seen(epoch_of(held.origin), held.size)


@asynccontextmanager
async def open_replica(
    path: Path,
    secret: str | bytes,
    transport: Transport,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    chance: Callable[[], float] = random.random,
) -> AsyncIterator[Replica]:
    """Open a device's file (or make it) and the device in it, as it was left.

    ``secret`` is a passphrase or PIN, or a 32-byte key; ``clock`` the device's wall clock, for the record only;
    ``chance`` draws the jitter of back-off.
    Raises DeviceInUse, WrongKey, StoreDamaged.
    """
    async with open_store(path, secret) as store:
        replica = Replica(store, transport, clock, chance)
        await replica._start()
        yield replica

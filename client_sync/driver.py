"""Drives the engine with a real disk, network and clock; decides nothing.

    input --> step --> writes in one transaction --> state adopted --> request sent --> answer: the next input

While a page is checked and written, the next one is asked for already.

One step at a time; a cancelled caller cannot split a step, nor signing from storing. The engine's waiting
becomes sleeping here, and time is the machine's monotonic clock.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Literal

from client_sync.backoff import backoff_seconds
from client_sync.checking import Checking
from client_sync.courier import Courier, is_free
from client_sync.effects import Effects, KeepPage, Send, Write, can_be_asked_again
from client_sync.engine import is_quiet, reload, step
from client_sync.errors import ServerRefused, StoreDamaged, TransportError, Unreachable
from client_sync.inputs import Answer, Compared, Failure, Input, LocalEvent, News, Offline, Online, Refresh, Tick
from client_sync.lending import lend
from client_sync.photos import SealedPhoto
from client_sync.planning import ask_ahead
from client_sync.report import SyncReport, sum_up, with_pictures
from client_sync.state import State
from client_sync.store import Store
from client_sync.transport import Transport
from events.dates import write_instant
from events.envelope import SignedEvent
from events.ids import Hash
from events.packing import Pulled
from events.wire import Enrolled, Reset, SyncRequest, SyncResponse

NEWS_PAUSE_SECONDS_MIN = 1.0


class Driver:
    """One device at work. ``sent`` are the events that left it since it was opened."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        enrolled: Enrolled,
        state: State,
        chance: Callable[[], float],
        clock: Callable[[], datetime],
    ) -> None:
        self.enrolled = enrolled
        self.state = state
        self.sent: set[Hash] = set()
        self._store = store
        self._transport = transport
        self._chance = chance
        self._clock = clock
        self._stepping = asyncio.Lock()
        self._checking = Checking(store, self._stepping, enrolled.log_key, clock)
        self._courier = Courier(store, transport, enrolled, self._stepping, lambda: self.state, chance, clock)
        self._unchecked = True
        self._stirred = asyncio.Event()
        self._send: Send | None = None
        self._wake_at: float | None = None
        self._written: list[Write] | None = None
        self._ahead: tuple[SyncRequest, asyncio.Task[SyncResponse]] | None = None
        self._is_driving = False
        self.on_page: Callable[[Sequence[Pulled]], None] | None = None
        """Told what a page brought, once it is written."""
        self.on_refusal: Callable[[], Awaitable[None]] | None = None
        """Called after an answer that gave a reset instead of a page."""

    async def feed(self, given: Input) -> None:
        """One step, whole."""
        await asyncio.shield(asyncio.ensure_future(self._step(given)))

    async def record(self, sign: Callable[[State], SignedEvent], picture: SealedPhoto | None = None) -> SignedEvent:
        """Sign with the head as it is and store, with the picture it names, in one transaction."""
        return await asyncio.shield(asyncio.ensure_future(self._record(sign, picture)))

    async def sync(self, patience_seconds: float) -> SyncReport:
        """Turns until quiet or out of patience, pictures for as long again, then offline.

        Raises RuntimeError beside ``run``.
        """
        self._begin()
        self._written, turns = [], self.state.turns
        try:
            if await self._checking.is_scrub_due():
                await self.scrub()
            await self.feed(Online())
            await self.feed(Refresh())
            await self._drive(time.monotonic() + patience_seconds)
            await self._carry(time.monotonic() + patience_seconds)
            report = sum_up(self._written, self.state.turns - turns, self.state, is_quiet(self.state))
            return with_pictures(report, len(await self._courier.waiting()), self._courier.problem)
        finally:
            self._written = None
            await self._rest()

    async def _carry(self, until: float) -> None:
        """Pictures, giving way to what is recorded meanwhile."""
        while await self._courier.carry(until) == "interrupted" and time.monotonic() < until:
            await self._drive(until)
            if not is_free(self.state):
                return

    async def verify(self) -> None:
        """Check every signature that nobody checked yet."""
        while await self._checking.batch():
            pass

    async def scrub(self) -> tuple[str, ...]:
        """Recompute every digest from the stored bytes; the streams held wrongly."""
        return await self._checking.scrub(lambda: self.state, self.feed)

    async def run(self) -> None:
        """In step with the log until cancelled: by news while there are any, by the clock else.

        Ends by itself only where one of its parts fails, with that failure.
        """
        self._begin()
        await self.feed(Online())
        tasks = [asyncio.create_task(one) for one in (self._drive(None), self._listen(), self._courier.run())]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._rest()

    def _begin(self) -> None:
        if self._is_driving:
            raise RuntimeError("this device is synchronising already")
        self._is_driving = True

    async def _rest(self) -> None:
        self._is_driving = False
        self._drop_ahead()
        await self.feed(Offline())
        self._send = None

    # One step

    async def _step(self, given: Input) -> None:
        async with self._stepping:
            after, effects = step(self.state, given, time.monotonic(), self._chance())
            found: list[Compared] = []
            if effects.writes:
                async with self._store.transaction(not can_be_asked_again(effects.writes)) as transaction:
                    found = await transaction.write(effects.writes, write_instant(self._clock()))
            await self._adopt(after, effects)
        for compared in found:
            await self._step(compared)

    async def _record(self, sign: Callable[[State], SignedEvent], picture: SealedPhoto | None) -> SignedEvent:
        async with self._stepping:
            async with self._store.transaction() as transaction:
                if await transaction.head() != self.state.head:
                    raise StoreDamaged("the file's last event is not the one this process knows")
                event = sign(self.state)
                after, effects = step(self.state, LocalEvent(event), time.monotonic(), self._chance())
                await transaction.write(effects.writes)
                if picture is not None:
                    await transaction.photos.keep(after.head.seq, picture)
            await self._adopt(after, effects)
        return event

    async def _adopt(self, after: State, effects: Effects) -> None:
        if self._written is not None:
            self._written.extend(effects.writes)
        for write in effects.writes:
            if isinstance(write, KeepPage):
                self._unchecked = True
                if self.on_page is not None:
                    self.on_page(write.events)
        if effects.reload:
            after = reload(after, await self._store.load(self.enrolled))
            after, effects = step(after, Online(), time.monotonic(), self._chance())
        self.state, self._wake_at = after, effects.wake_at
        self._send = effects.send or self._send
        self._stirred.set()

    # Turns

    async def _drive(self, until: float | None) -> None:
        """Take turns and wait, until quiet or out of patience; for ever when ``until`` is None."""
        while until is None or (time.monotonic() < until and not is_quiet(self.state)):
            self._stirred.clear()
            send, self._send = self._send, None
            if send is not None:
                await self._turn(send)
            elif until is not None and self._wake_at is None:
                return
            elif until is None and self._unchecked:
                self._unchecked = await self._checking.batch()
                self._stirred.set()
            elif until is None and await self._checking.is_scrub_due():
                await self.scrub()
            else:
                await self._wait(until)

    async def _wait(self, until: float | None) -> None:
        """Until something happens, or the moment the engine or the caller's patience named."""
        moments = [moment for moment in (self._wake_at, until) if moment is not None]
        seconds = max(0.0, min(moments) - time.monotonic()) if moments else None
        try:
            await asyncio.wait_for(self._stirred.wait(), seconds)
        except TimeoutError:
            await self.feed(Tick())

    async def _turn(self, send: Send) -> None:
        if self.state.turn is None or self.state.turn.number != send.turn:
            return
        self.sent.update(self.state.turn.pushed)
        try:
            response = await self._ask(send.request)
        except ServerRefused as refused:
            kind: Literal["denied", "refused"] = "denied" if refused.status in (401, 403) else "refused"
            await self.feed(Failure(send.turn, kind, str(refused), refused.after_seconds))
        except Unreachable as error:
            await self.feed(Failure(send.turn, "unreachable", str(error)))
        else:
            following = ask_ahead(self.state, send.request, response)
            if following is not None:
                self._ahead = following, asyncio.create_task(self._transport.sync(self.enrolled.token, following))
            await self.feed(Answer(send.turn, response))
            self._courier.stir()
            if isinstance(response.page, Reset) and self.on_refusal is not None:
                await self.on_refusal()
            if response.wanted:
                await lend(self._store, self._transport, self.enrolled.token, response.wanted)

    async def _ask(self, request: SyncRequest) -> SyncResponse:
        """The answer, perhaps under way since before the question was certain."""
        if self._ahead is not None and self._ahead[0] == request:
            answer, self._ahead = self._ahead[1], None
            return await answer
        self._drop_ahead()
        return await self._transport.sync(self.enrolled.token, request)

    def _drop_ahead(self) -> None:
        """What was asked ahead is not wanted any more; what became of it is nobody's business."""
        if self._ahead is not None:
            answer, self._ahead = self._ahead[1], None
            answer.cancel()
            answer.add_done_callback(lambda one: one.cancelled() or one.exception())

    async def _listen(self) -> None:
        """Feed news for as long as there is a connection, and come back for more with growing pauses."""
        failures = 0
        while True:
            try:
                async for news in self._transport.news(self.enrolled.token):
                    failures = 0
                    await self.feed(News(news.origin, news.size))
            except TransportError:
                failures += 1
            await asyncio.sleep(max(NEWS_PAUSE_SECONDS_MIN, backoff_seconds(failures, self._chance())))

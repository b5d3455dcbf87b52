"""The server of the simulation: what ships (Turn, Live, SystemSeat, Scopes) over a log that survives crashes.

Requests that arrive together are taken together, on an event loop without threads or a clock, so that
their interleaving comes from the seed alone.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from random import Random
from types import SimpleNamespace
from typing import Any, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from events.catalog import Payload
from events.checkpoint import verifier_key
from events.envelope import SignedEvent
from events.errors import Refused
from events.ids import DistrictId, EventId, Hash, StaffId, Stream
from events.signing import SigningKey
from events.wire import Fates, FatesRequest, SyncRequest, SyncResponse
from server.access import AccessRecord
from server.healing import Healing
from server.identity.enrolment import Bearer
from server.live import Live
from server.review import Review
from server.seat import SystemSeat
from server.store.port import LogHead, Refuse
from server.sync.fates import FateDesk
from server.sync.scope import Plan
from server.sync.turn import Turn
from tests.simulation.memory_log import LOG_NAME, Disk, MemoryLog, ServerCrash
from tests.simulation.network import Request

Facts = Sequence[tuple[Stream, Payload]]
_T = TypeVar("_T")


class InlineLoop(asyncio.SelectorEventLoop):
    """An event loop whose threads are calls: nothing in it depends on the machine."""

    def run_in_executor(self, _: Any, function: Callable[..., _T], *arguments: Any) -> Any:  # type: ignore[override]
        done: Future[_T] = Future()
        try:
            done.set_result(function(*arguments))
        except Exception as error:
            done.set_exception(error)
        return asyncio.wrap_future(done, loop=self)


class _District:
    """What the server's parts need of server.district.District."""

    def __init__(self, district: DistrictId, log: MemoryLog, keys: Any, seat: SystemSeat) -> None:
        self.id = district
        self.log = log
        self.keys = keys
        self._seat = seat

    async def seat(self) -> SystemSeat:
        return self._seat

    async def record(self, facts: Facts, refused: Sequence[Refuse] = ()) -> list[EventId]:
        return await self._seat.record(facts, refused)

    async def record_once(
        self,
        facts: Facts,
        ids: Sequence[EventId],
        refused: Sequence[Refuse] = (),
        beside: Sequence[SignedEvent] = (),
    ) -> bool:
        return await self._seat.record_once(facts, ids, refused, beside)


class Server:
    """One server after another on one disk. A call returns None where the process died under it."""

    def __init__(
        self,
        district: DistrictId,
        clock: Callable[[], datetime],
        random: Random,
        dies: Callable[[str], bool],
        on_growth: Callable[[LogHead], None],
    ) -> None:
        self.id = district
        self.key = SigningKey(random.randbytes(32))
        self.sealing = X25519PrivateKey.from_private_bytes(random.randbytes(32))
        self.disk = Disk(district, self.key)
        self.loop = InlineLoop()
        self.loop.set_exception_handler(lambda *_: None)
        self._clock = clock
        self._random = random
        self._dies = dies
        self._on_growth = on_growth
        self.is_up = False
        self.crashes = 0
        self.start()

    def start(self) -> None:
        """Open the disk as a new process does: a seat of its own, the folds read anew. It may die on the way."""
        log = MemoryLog(self.disk, self._clock, self._random, self._dies if self.disk.rows else lambda _: False)

        async def open_all() -> tuple[_District, Live]:
            keys: Any = SimpleNamespace(
                log=self.key,
                name=LOG_NAME,
                log_verifier=verifier_key(LOG_NAME, self.key.public),
                sealing=self.sealing,
            )
            seat = await SystemSeat.open(log, keys, self.id, self._clock, "server", "simulated", self._random.randbytes)
            live = Live(log, self._on_growth)
            await live.catch_up()
            return _District(self.id, log, keys, seat), live

        opened = self._run(open_all())
        if opened is not None:
            self._district, self.live = opened
            self.turn = Turn(self._district, self.live, self._clock)  # type: ignore[arg-type]
            access = AccessRecord(self._district, self._clock)  # type: ignore[arg-type]
            self._fates = FateDesk(self._district, self.live, access)  # type: ignore[arg-type]
            self.is_up = True

    def crash(self) -> None:
        self.is_up = False
        self.crashes += 1

    def record(self, facts: Facts) -> bool:
        """As an office command would; False when the process died and nobody knows whether it was written."""

        async def tell() -> bool:
            await self._district.record(facts)
            await self.live.catch_up()
            return True

        return self._run(tell()) is True

    def settle(self, submission: Hash, by: StaffId, release: bool) -> None:
        """An office person lets a submission in, or closes it. It may be refused, and the process may die over it."""

        async def work() -> None:
            review = Review(self._district, self.live)  # type: ignore[arg-type]
            held = review.find(submission)
            with suppress(Refused):
                if release:
                    await review.release(held, by, "looked at it")
                else:
                    await review.close(held, by, "entered by hand")

        self._run(work())

    def take(self, requests: Sequence[Request]) -> list[SyncResponse | Fates | Refused | None]:
        """Take requests that arrived together. None for each that got no answer because the process died."""

        async def turn(bearer: Bearer, body: bytes) -> SyncResponse:
            request = msgspec.json.decode(body, type=SyncRequest)
            push = [msgspec.json.encode(event) for event in request.push]
            return await self.turn.take(
                bearer, push, request.pull, request.since, request.presented, request.sealed, request.returned
            )

        async def fates(bearer: Bearer, body: bytes) -> Fates:
            asked = msgspec.json.decode(body, type=FatesRequest)
            if not await self._fates.is_signed(bearer, asked):
                raise Refused("signature-wrong", "not asked by the seat that the token is of")
            return await self._fates.tell(bearer, asked)

        async def one(request: Request) -> SyncResponse | Fates | Refused | None:
            try:
                return await (fates if request.asks_fates else turn)(request.bearer, request.body)
            except ServerCrash:
                return None
            except Refused as refused:
                return refused

        async def together() -> list[SyncResponse | Fates | Refused | None]:
            return await asyncio.gather(*(one(request) for request in requests))

        answers = self._run(together())
        if self._district.log.is_dead:
            self.crash()
        return answers if answers is not None else [None for _ in requests]

    def scrub(self) -> None:
        """The daily reading of every stored byte, where the disk has failed."""
        if self.is_up and any(row.damage for row in self.disk.rows):
            self._run(Healing(self._district, self.live, breathe_seconds=0.0).scrub())  # type: ignore[arg-type]

    def healed_rows(self) -> int:
        """How many rows the log says were healed."""
        return sum(row.header is not None and row.header.type == "row.healed" for row in self.disk.rows)

    def plan(self, scope: str) -> Plan:
        """Everything a scope holds now."""
        return self.live.scopes.plan(scope, None, 0, len(self.disk.rows) + 1)

    def close(self) -> None:
        self.loop.close()

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T | None:
        try:
            return self.loop.run_until_complete(work)
        except ServerCrash:
            self.crash()
            return None

"""The one way to read a record: rows of projections, brought up to the log's head, as of a size of the log.

    log --projector--> sealed rows (student, clinic, around) --everything | some--> facts below a size

Every command and every answer of the API gets a child's facts here, so none of them can differ. A row holds
its facts with their positions and times of receipt, so that the past is a prefix of it: ``size_before`` finds
how much of the log had been received before an instant.

A projection that stands still is an alarm, never a shorter answer: reading raises ProjectionPaused. While a
server runs, ``following`` keeps the rows near the head, when the log is quiet or at the latest every
BEHIND_SECONDS_MAX, so that folding never competes with a clinic's burst.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from events.ids import Position, Stream, stream_kind
from projections.fold import Fact
from projections.kept import Kept
from projections.tables import AROUND, CLINIC, STUDENT
from server.beside import beside
from server.errors import ProjectionPaused
from server.logs import where
from server.store.folding import Reached
from server.store.port import Log
from server.store.projector import Projector, Row

QUIET_SECONDS = 2.0
BEHIND_SECONDS_MAX = 30.0

_log = structlog.get_logger(__name__)


class Reading:
    """One process's reader of one district."""

    def __init__(self, log: Log, projector: Projector) -> None:
        self._log = log
        self.projector = projector

    async def everything(self, size: int | None = None) -> tuple[list[Fact], int]:
        """The facts of every child and of what stands around them below ``size`` (default: the head), in log order.

        Raises ProjectionPaused.
        """
        there = await self._catch_up(STUDENT.name, AROUND.name)
        below = there if size is None else size
        rows = [*await self.projector.rows(STUDENT.name), *await self.projector.rows(AROUND.name)]
        return _facts(rows, below), below

    async def some(self, streams: Iterable[Stream]) -> tuple[list[Fact], int]:
        """The facts of these streams below the head, in log order, and its size. Raises ProjectionPaused."""
        wanted = list(dict.fromkeys(streams))
        there = await self._catch_up(STUDENT.name, AROUND.name, CLINIC.name)
        rows: list[Row] = []
        for name in (STUDENT.name, AROUND.name, CLINIC.name):
            rows += await self.projector.some(name, [stream for stream in wanted if _projection_of(stream) == name])
        return _facts(rows, there), there

    async def clinics(self) -> list[list[Fact]]:
        """The facts of each clinic's stream. Raises ProjectionPaused."""
        there = await self._catch_up(CLINIC.name)
        return [_facts([row], there) for row in await self.projector.rows(CLINIC.name)]

    async def size_before(self, instant: datetime) -> int:
        """How many entries of the log were received before an aware instant: times of receipt never go back."""
        low, high = 0, (await self._log.head()).checkpoint.size
        while low < high:
            middle = (low + high) // 2
            if await self._received_at(middle) < instant:
                low = middle + 1
            else:
                high = middle
        return low

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Keep the rows near the head for as long as the server runs."""
        async with beside(self._follow(), "follow with projections"):
            yield

    @property
    def reached(self) -> dict[str, Reached]:
        """How far each projection stood when it was last caught up."""
        return self.projector.reached

    async def close(self) -> None:
        await self.projector.close()

    async def _catch_up(self, *names: str) -> int:
        reached = await self.projector.catch_up()
        for name in names:
            if reached[name].paused:
                raise ProjectionPaused(name, reached[name].position, reached[name].paused)
        return min(reached[name].position for name in names)

    async def _received_at(self, position: int) -> datetime:
        async for row in self._log.read(Position(position), Position(position + 1)):
            return row.received_at
        raise LookupError(f"the log has no position {position}")

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        caught_up_at, last = loop.time(), -1
        while True:
            try:
                size = (await self._log.head()).checkpoint.size
                is_quiet, is_late = size == last, loop.time() - caught_up_at > BEHIND_SECONDS_MAX
                last = size
                if is_quiet or is_late:
                    await self.projector.catch_up()
                    caught_up_at = loop.time()
            except Exception as error:
                _log.error("projection.failing", error=type(error).__name__, where=where(error))
            await asyncio.sleep(QUIET_SECONDS)


def _projection_of(stream: Stream) -> str:
    kind = stream_kind(stream)
    return kind if kind in (STUDENT.name, CLINIC.name) else AROUND.name


def _facts(rows: Iterable[Row], size: int) -> list[Fact]:
    facts = []
    for row in rows:
        assert isinstance(row.state, Kept)
        facts += [fact for fact in row.state.recall() if fact.position < size]
    return sorted(facts, key=lambda fact: fact.order)

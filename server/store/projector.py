"""Runs projections over the log: rows and the position they stand at move in one transaction.

    catch_up   live generations --each batch of the log, read once for all--> rows + position
    rebuild    new generation from 0 beside the live one --at the log's head--> swapped in, old one dropped
    compare    new generation from 0 beside the live one --at its position--> both digests, dropped again

A crash leaves rows exactly as of the stored position. Several processes may run it: a batch whose start another
process has passed is dropped and read again, and so is everything when another one put new rows in place of those
at hand. Building is one process's turn at a time (tables.py). Rows of another history than the log's (a back-up of
either was restored) are built anew. Each version of the program has rows of its own; ``retire`` drops those of
another that nobody uses.

When a projection raises, what came before the fact is kept, the projection stands still before it and an
alarm is logged; the others go on. The fact is tried again at each catch_up and is never passed over. The
alarm names the exception's type only: its text may hold what the fact tells of a person.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

import msgspec
import structlog

from events.catalog.devices import RowHealed
from events.ids import Position, Stream
from projections.fold import fact_of, types_of
from projections.projection import Plain, Projection
from server.store.folding import Batch, Compared, Fold, Reached, Stopped, fold_batch, read_state
from server.store.port import Log
from server.store.tables import Dropped, Generation, Step, Tables, dropped, never_built

FACTS_PER_BATCH = 2_000
FACTS_PER_REBUILD_BATCH = 50_000
"""Some 100 MiB. A row is written once for each batch that touches it, so a rebuild takes the longest it may."""
_MEETINGS_MAX = 20
"""How often to follow live rows that move on meanwhile, and to begin again where others took their place."""
UNUSED = timedelta(hours=1)
"""By the log's own times: a server that runs leaves nothing unread for more than seconds."""

_HEALED = types_of(RowHealed)

_Result = TypeVar("_Result")
_Unfit: TypeAlias = set[tuple[str, int]]
"""Live generations not to go on with, by projection and number."""

_log = structlog.get_logger(__name__)


class Row(msgspec.Struct, frozen=True):
    """A row as readers get it; ``state`` is the projection's own struct."""

    stream: Stream
    plain: Plain
    state: Any


class Projector:
    """One process's runner for one district. ``reached`` is what the last catch_up came to."""

    def __init__(
        self,
        tables: Tables,
        log: Log,
        projections: Sequence[Projection[Any]],
    ) -> None:
        self._tables = tables
        self._log = log
        self._projections = {projection.name: projection for projection in projections}
        self._turn = asyncio.Lock()
        self._same_history: set[tuple[str, int]] = set()
        self.reached: dict[str, Reached] = {}

    async def catch_up(self) -> dict[str, Reached]:
        """Bring every projection to the log's head, building anew what is of another version or history."""
        async with self._turn:
            reached = await _again(self._catch_up)
            self._tell(reached)
            return reached

    async def rebuild(self, name: str) -> Reached:
        """Build a projection from position 0 beside its live rows, then swap. A paused one is not swapped in."""

        async def build() -> Reached:
            async with self._tables.turn():
                return (await self._build([self._projections[name]]))[name]

        async with self._turn:
            return await _again(build)

    async def compare(self, name: str) -> Compared:
        """Build a projection from position 0 beside its live rows and compare; the live rows stay."""
        async with self._turn, self._tables.turn():
            fold = await self._begin(self._projections[name])
            try:
                return await _again(lambda: self._compare(fold))
            finally:
                await self._tables.drop(name, fold.generation)

    async def retire(self) -> None:
        """Drop live rows of other versions of the program that no process has moved for long."""
        size = (await self._log.head()).checkpoint.size
        for projection in self._projections.values():
            for one in await self._tables.generations(projection.name):
                is_theirs = one.is_live and one.version != projection.version
                if is_theirs and one.position < size and await self._is_unused(one.position, size):
                    _log.info("projection.retired", projection=projection.name, version=one.version)
                    await self._tables.drop(projection.name, one.number, one.position)

    async def rows(self, name: str, streams: Sequence[Stream] | None = None) -> list[Row]:
        """The rows of the live generation: every one by stream, or those of these streams that there are, in the order
        asked for. Raises LookupError before the first catch_up; never of less than this process's last one came to."""
        projection = self._projections[name]
        least = self.reached[name].position if name in self.reached else 0
        for _ in range(_MEETINGS_MAX):
            position, rows = await self._tables.read(name, projection.version, streams)
            if position >= least:
                return [Row(row.stream, row.plain, read_state(projection, row.state)) for row in rows]
            await self.catch_up()  # another process put rows in their place that have read less
        raise LookupError(f"the live rows of {name} were replaced too often to be read: try again")

    async def digest(self, name: str) -> str:
        """SHA-256 over every live row as opened: equal for a live and a rebuilt generation."""

        async def read() -> str:
            live = await self._live(self._projections[name])
            ((_, digest),) = await self._tables.digests(name, [live.number])
            return digest

        return await _again(read)

    async def forget(self, streams: Iterable[Stream]) -> None:
        """Delete the rows of streams whose keys are destroyed."""
        await self._tables.forget(streams)

    async def close(self) -> None:
        async with self._turn:
            await self._tables.close()

    async def _catch_up(self) -> dict[str, Reached]:
        size = (await self._log.head()).checkpoint.size
        unfit: _Unfit = set()
        reached = await self._advance(await self._live_folds(self._projections.values(), unfit), size, unfit)
        if len(reached) < len(self._projections):
            async with self._tables.turn():
                built_meanwhile = await self._live_folds(self._lacking(reached), unfit)
                reached |= await self._advance(built_meanwhile, size, unfit)
                reached |= await self._build(self._lacking(reached))
        return {name: reached[name] for name in self._projections}

    def _lacking(self, reached: Mapping[str, Reached]) -> list[Projection[Any]]:
        return [projection for name, projection in self._projections.items() if name not in reached]

    async def _live_folds(self, projections: Iterable[Projection[Any]], unfit: _Unfit) -> list[Fold]:
        """The live generations to go on with; those of another history are noted as unfit."""
        folds = []
        for projection in projections:
            there = await self._tables.generations(projection.name)
            live = next((one for one in there if one.is_live and one.version == projection.version), None)
            if live is None or (projection.name, live.number) in unfit:
                continue
            if await self._is_same_history(projection.name, live):
                folds.append(Fold(projection, live.number, is_live=True))
            else:
                unfit.add((projection.name, live.number))
        return folds

    async def _is_same_history(self, name: str, live: Generation) -> bool:
        if (name, live.number) not in self._same_history:
            size = (await self._log.head()).checkpoint.size
            if live.position > size or await self._log.root_at(live.position) != live.root:
                _log.warning("projection.of_another_history", projection=name, position=live.position)
                return False
            self._same_history.add((name, live.number))
        return True

    async def _begin(self, projection: Projection[Any]) -> Fold:
        number = await self._tables.begin(projection.name, projection.version)
        return Fold(projection, number, is_live=False)

    async def _build(self, projections: Iterable[Projection[Any]]) -> dict[str, Reached]:
        """In the turn: new generations at the log's head, put in place of those that are live."""
        folds = [await self._begin(projection) for projection in projections]
        size = (await self._log.head()).checkpoint.size
        for fold in folds:  # at once, where the store can
            await self._tables.build(fold.name, fold.generation, Step(0, size, await self._log.root_at(size)))
        reached = await self._advance(folds, (await self._log.head()).checkpoint.size)
        for fold in folds:
            if not reached[fold.name].paused:
                await self._tables.swap(fold.name, fold.generation)
        return reached

    async def _advance(self, folds: Iterable[Fold], size: int, unfit: _Unfit | None = None) -> dict[str, Reached]:
        """Bring generations to ``size`` together; a batch of the log is read once for all that stand at it.

        Live rows that meet a healed row are left as they are, noted as unfit, and not in the answer.
        """
        waiting, reached = {fold.name: fold for fold in folds}, dict[str, Reached]()
        while waiting:
            at = {name: await self._position_of(fold) for name, fold in waiting.items()}
            for name in [name for name in waiting if at[name] >= size]:
                reached[name] = Reached(Position(at.pop(name)))
                del waiting[name]
            if not waiting:
                break
            start = min(at.values())
            most = FACTS_PER_BATCH if any(fold.is_live for fold in waiting.values()) else FACTS_PER_REBUILD_BATCH
            end = min([start + most, size, *(there for there in at.values() if there > start)])
            batch = await self._read(start, end)
            for name in [name for name in waiting if at[name] == start]:
                if unfit is not None and waiting[name].is_live and _tells_of_healing(batch):
                    unfit.add((name, waiting.pop(name).generation))  # it may lack what could not be read at its time
                    continue
                stopped = await self._fold(waiting[name], batch)
                if stopped is not None:
                    reached[name] = Reached(stopped.position, stopped.why)
                    del waiting[name]
        return reached

    async def _fold(self, fold: Fold, batch: Batch) -> Stopped | None:
        """Fold a batch, or what comes before the fact at which the projection stops."""
        stopped = await self._fold_whole(fold, batch)
        if stopped is not None and stopped.position > batch.start:
            await self._fold_whole(fold, await self._read(batch.start, stopped.position))
        return stopped

    async def _fold_whole(self, fold: Fold, batch: Batch) -> Stopped | None:
        return await fold_batch(self._tables, fold, batch)

    async def _read(self, start: int, end: int) -> Batch:
        facts = [
            fact_of(row.event, row.position, row.received_at, row.header, row.event_hash)
            async for row in self._log.read(Position(start), Position(end))
            if row.event is not None
        ]
        return Batch(start, end, await self._log.root_at(end), tuple(facts))

    async def _compare(self, fold: Fold) -> Compared:
        for _ in range(_MEETINGS_MAX):
            live = await self._live(fold.projection)
            reached = (await self._advance([fold], live.position))[fold.name]
            if reached.paused:
                return Compared(fold.name, reached.position, "", "", reached.paused)
            found = await self._both(fold, live)
            if found is not None:
                return found
        raise LookupError(f"the live rows of {fold.name} moved on too often to be compared: try again")

    async def _both(self, fold: Fold, live: Generation) -> Compared | None:
        """Both digests as of one moment; None when the live rows have moved on meanwhile."""
        (at, ours), (there, rebuilt) = await self._tables.digests(fold.name, [live.number, fold.generation])
        return Compared(fold.name, at, ours, rebuilt) if at == there else None

    async def _is_unused(self, position: int, size: int) -> bool:
        """Whether what nobody read at a position had been there for long when the log's last event came."""
        return await self._received_at(size - 1) - await self._received_at(position) > UNUSED

    async def _received_at(self, position: int) -> datetime:
        async for row in self._log.read(Position(position), Position(position + 1)):
            return row.received_at
        raise LookupError(f"the log has no position {position}")

    async def _position_of(self, fold: Fold) -> int:
        for one in await self._tables.generations(fold.name):
            if one.number == fold.generation and (one.is_live or not fold.is_live):
                return one.position
        raise dropped(fold.name, fold.generation)

    async def _live(self, projection: Projection[Any]) -> Generation:
        for one in await self._tables.generations(projection.name):
            if one.is_live and one.version == projection.version:
                return one
        raise never_built(projection.name, projection.version)

    def _tell(self, reached: Mapping[str, Reached]) -> None:
        """Alarm about what stands still, once for each place it stands at."""
        for name, one in reached.items():
            if one.paused and self.reached.get(name) != one:
                _log.error("projection.paused", projection=name, position=one.position, why=one.paused)
        self.reached = dict(reached)


def _tells_of_healing(batch: Batch) -> bool:
    return any(fact.header.type in _HEALED for fact in batch.facts)


async def _again(work: Callable[[], Awaitable[_Result]]) -> _Result:
    """What the work comes to, done again with the new rows when another process puts them in place of those at hand."""
    for _ in range(_MEETINGS_MAX - 1):
        with suppress(Dropped):
            return await work()
    return await work()

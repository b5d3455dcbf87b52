"""The one way to read a record: the log's own events, as far as every projection of them has come without a stop.

    log --projector--> sealed rows (student, clinic, around): whose streams there are, and every position of them
    log --everything | some--> the facts at those positions, below a size

Whose streams there are is asked of the keyring too: a row that was lost hides nobody, and the rows are made anew.
Every command and every answer of the API gets a child's facts here, so none of them can differ. Each has its
position and time of receipt, so that the past is a prefix: ``size_before`` finds how much of the log had been
received before an instant. A position that the log does not give back is damage, and told (``on_damage``); one that a
stream's row lists while the stream's key lives is damage of that stream, whatever the vault says of it.

A projection that stands still is an alarm, never a shorter answer: reading raises ProjectionPaused. While a
server runs, ``following`` keeps the rows near the head, when the log is quiet or at the latest every
BEHIND_SECONDS_MAX, so that folding never competes with a clinic's burst.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from msgspec.structs import replace

from events.checkpoint import Checkpoint
from events.errors import Refused
from events.ids import Position, Stream, stream_kind
from events.merkle import leaf_hash
from events.receipt import make_entry
from events.tiles import TILE_WIDTH
from projections.fold import Fact, fact_of
from projections.tables import AROUND, CLINIC, PROJECTIONS, STUDENT
from server.beside import beside
from server.errors import ProjectionPaused
from server.logs import where
from server.store.folding import Reached
from server.store.healing import is_in_tree
from server.store.port import Log, StoredEvent
from server.store.projector import Projector, Row

QUIET_SECONDS = 2.0
BEHIND_SECONDS_MAX = 30.0
STREAMS_PER_READ = 64
"""Few enough that opening them holds up nobody."""
NOT_DESTROYED = "the row names a key that is destroyed, while its stream's own key lives"
FALSE_TIME = "the row's time of receipt is not the one in the tree"
_KEPT = STUDENT.kinds | CLINIC.kinds | AROUND.kinds

_log = structlog.get_logger(__name__)


class Reading:
    """One process's reader of one district."""

    def __init__(self, log: Log, projector: Projector) -> None:
        self._log = log
        self.projector = projector
        self.on_damage = _tell
        """Told of every row that the disk does not give back, and whether its stream is certain; a server names it to
        people (``Live.note_damage``)."""

    async def everything(self, size: int | None = None) -> tuple[list[Fact], int]:
        """All facts of children, clinics and what stands around them below ``size`` (default: the head), in log order.

        Raises ProjectionPaused.
        """
        names = (STUDENT.name, CLINIC.name, AROUND.name)
        there = await self._catch_up(*names)
        below = there if size is None else size
        rows = [row for name in names for row in await self.projector.rows(name)]
        return await self._facts(await self._log.streams(_KEPT), rows, below), below

    async def some(self, streams: Iterable[Stream]) -> tuple[list[Fact], int]:
        """The facts of these streams below the head, in log order, and its size. Raises ProjectionPaused."""
        wanted = list(dict.fromkeys(streams))
        there = await self._catch_up(STUDENT.name, AROUND.name, CLINIC.name)
        rows: list[Row] = []
        for name in (STUDENT.name, AROUND.name, CLINIC.name):
            its = [stream for stream in wanted if _projection_of(stream) == name]
            rows += await self.projector.rows(name, its) if its else []
        return await self._facts(wanted, rows, there), there

    async def clinics(self) -> list[list[Fact]]:
        """The facts of each clinic's stream. Raises ProjectionPaused."""
        there = await self._catch_up(CLINIC.name)
        rows = {row.stream: [row] for row in await self.projector.rows(CLINIC.name)}
        streams = await self._log.streams(CLINIC.kinds)
        return [facts for one in streams if (facts := await self._facts([one], rows.get(one, []), there))]

    async def look_through(self, breathe_seconds: float) -> None:
        """Read every stream, for the damage that only its row can tell (``on_damage``). It holds up nobody."""
        for projection in PROJECTIONS:
            there = await self._catch_up(projection.name)
            streams = await self._log.streams(projection.kinds)
            for at in range(0, len(streams), STREAMS_PER_READ):
                some = streams[at : at + STREAMS_PER_READ]
                await self._facts(some, await self.projector.rows(projection.name, some), there)
                await asyncio.sleep(breathe_seconds)

    async def size_before(self, instant: datetime) -> int:
        """How many entries of the log were received before an aware instant: times of receipt never go back.

        Only times that the tree bears out are believed. Raises Refused where none is left to tell by.
        """
        head = (await self._log.head()).checkpoint
        low, high = 0, head.size
        while low < high:
            at, received_at = await self._borne_out(low, high, head)
            if received_at < instant:
                low = at + 1
            else:
                high = at
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

    async def _facts(self, streams: Sequence[Stream], rows: Sequence[Row], size: int) -> list[Fact]:
        """What the log gives of these streams; what the rows know of and it does not give is asked for by position."""
        found: dict[Position, StoredEvent] = {}
        for at in range(0, len(streams), STREAMS_PER_READ):
            some = await self._log.read_streams(streams[at : at + STREAMS_PER_READ], size)
            found.update((row.position, row) for row in some)
        lacking = {at: row for row in rows for at in row.state.positions if at < size and _is_lacking(found.get(at))}
        for position in lacking:
            async for one in self._log.read(position, Position(position + 1)):
                found[position] = one
        listed = await self._listed({at: row.stream for at, row in lacking.items() if _is_lacking(found.get(at))})
        facts = []
        for position in sorted(found):
            stored = found[position]
            if stored.event is not None:
                facts.append(fact_of(stored.event, position, stored.received_at, stored.header, stored.event_hash))
            elif position in listed:
                self.on_damage(replace(stored, damage=stored.damage or NOT_DESTROYED, stream=listed[position]), True)
            elif stored.damage:
                self.on_damage(stored, False)
        await self._restore(facts, rows)
        return facts

    async def _restore(self, facts: Sequence[Fact], rows: Sequence[Row]) -> None:
        """Facts that no row lists: a row is gone, or began anew after it was. It hid nobody; the rows are made anew."""
        kept = {fact.position: fact for fact in facts if stream_kind(fact.stream) in _KEPT}
        unlisted = set(kept).difference(*(row.state.positions for row in rows))
        for name in sorted({_projection_of(kept[at].stream) for at in unlisted}):
            _log.error("projection.row_lost", projection=name)
            await self.projector.rebuild(name)

    async def _listed(self, lacking: Mapping[Position, Stream]) -> dict[Position, Stream]:
        """Those whose stream's row still opens: its key lives, so nobody destroyed them."""
        if not lacking:
            return {}
        await self._log.head()  # keys that were destroyed meanwhile are forgotten
        alive: set[Stream] = set()
        for name in (STUDENT.name, AROUND.name, CLINIC.name):
            its = sorted({stream for stream in lacking.values() if _projection_of(stream) == name})
            alive.update([row.stream for row in await self.projector.rows(name, its)] if its else ())
        return {at: stream for at, stream in lacking.items() if stream in alive}

    async def _borne_out(self, low: int, high: int, head: Checkpoint) -> tuple[int, datetime]:
        """A position from ``low`` to ``high`` - 1, near the middle, and its time. Others met are damage."""
        middle = (low + high) // 2
        for at in (*range(middle, high), *range(middle - 1, low - 1, -1)):
            async for row in self._log.read(Position(at), Position(at + 1)):
                if await self._is_in_tree(row, head):
                    return at, row.received_at
                self.on_damage(replace(row, damage=row.damage or FALSE_TIME, stream=_stream_of(row)), False)
        raise Refused("record-damaged", f"When position {low} was received cannot be told: its row is damaged.")

    async def _is_in_tree(self, row: StoredEvent, head: Checkpoint) -> bool:
        number, nr = divmod(row.position, TILE_WIDTH)
        if (number + 1) * TILE_WIDTH <= head.size:  # by its own leaf: what a disk did elsewhere is no matter
            hashes = await self._log.tile(0, number, TILE_WIDTH)
            return leaf_hash(make_entry(row.event_hash, row.received_at)) == hashes[nr * 32 : nr * 32 + 32]
        _, path = await self._log.inclusion(row.position, head.size)
        return is_in_tree(row.event_hash, row.received_at, row.position, head.size, path, head.root)

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
                    await self.projector.retire()
                    caught_up_at = loop.time()
            except Exception as error:
                _log.error("projection.failing", error=type(error).__name__, where=where(error))
            await asyncio.sleep(QUIET_SECONDS)


def _projection_of(stream: Stream) -> str:
    kind = stream_kind(stream)
    return kind if kind in (STUDENT.name, CLINIC.name) else AROUND.name


def _stream_of(row: StoredEvent) -> Stream | None:
    return row.stream if row.header is None else row.header.stream


def _is_lacking(stored: StoredEvent | None) -> bool:
    return stored is None or stored.event is None


def _tell(row: StoredEvent, is_certain: bool) -> None:  # noqa: ARG001
    _log.error("log.damaged", position=row.position, why=row.damage)

"""One batch of facts folded into one generation's rows.

    rows --> states in memory --evolve--> states --plain--> rows, position and root, in one transaction

All of the batch or nothing: what was read before is written only if no other process moved the generation since.
When a projection raises, ``Stopped`` names the fact before which it has to stand still; the projector then folds
what comes before it. Folding is done in a thread: a long batch holds up no request.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from events.ids import Position, Stream
from projections.fold import Fact
from projections.projection import Projection
from server.store.tables import SealedRow, Step, Tables


class Reached(msgspec.Struct, frozen=True):
    """How far a projection has read. ``paused`` names the exception's type when it cannot go on."""

    position: Position
    paused: str = ""


class Stopped(msgspec.Struct, frozen=True):
    """The fact at ``position`` raised; ``why`` is the exception's type."""

    position: Position
    why: str


class Compared(msgspec.Struct, frozen=True):
    """Live rows beside the same built from zero, both as of ``position``. ``paused``: it could not be built."""

    name: str
    position: int
    live: str
    rebuilt: str
    paused: str = ""

    @property
    def holds(self) -> bool:
        return not self.paused and self.live == self.rebuilt


class Fold(msgspec.Struct, frozen=True):
    """A generation being brought forward."""

    projection: Projection[Any]
    generation: int
    is_live: bool

    @property
    def name(self) -> str:
        return self.projection.name


class Batch(msgspec.Struct, frozen=True):
    """The readable facts of positions ``start`` to ``end`` - 1, and the root of the log of size ``end``."""

    start: int
    end: int
    root: bytes
    facts: tuple[Fact, ...]


async def fold_batch(tables: Tables, fold: Fold, batch: Batch) -> Stopped | None:
    """Fold and store; None when all of it is in, or another process was first."""
    asked = _streams(fold.projection, batch.facts)
    states = await tables.states(fold.name, fold.generation, asked)
    try:
        changed = await asyncio.to_thread(_Work(fold.projection, states).fold, batch.facts)
    except Exception:  # a bug in the projection: whatever it is, stand still before the fact
        if await _has_moved(tables, fold, batch):
            return None
        return await asyncio.to_thread(_find_stop, _Work(fold.projection, states), batch.facts)
    await tables.write(fold.name, fold.generation, Step(batch.start, batch.end, batch.root), changed)
    return None


def _streams(projection: Projection[Any], facts: Sequence[Fact]) -> dict[Stream, None]:
    """Whose rows the facts change, as far as the projection can tell."""
    found: dict[Stream, None] = {}
    with suppress(Exception):  # it is met again, and named, when the facts are folded
        for fact in facts:
            found |= dict.fromkeys(projection.keys(fact))
    return found


async def _has_moved(tables: Tables, fold: Fold, batch: Batch) -> bool:
    """Whether another process passed the batch's start: then what was loaded may be of different moments."""
    there = {one.number: one.position for one in await tables.generations(fold.name)}
    return there.get(fold.generation) != batch.start


def _find_stop(work: "_Work", facts: Sequence[Fact]) -> Stopped:
    """Fold again, fact by fact, to see which one raises."""
    for fact in facts:
        try:
            work.fold([fact])
        except Exception as error:
            return Stopped(fact.position, type(error).__name__)
    raise RuntimeError("a projection raised over a batch and over none of its facts: it is not pure")


class _Work:
    """The states a batch has changed so far."""

    def __init__(self, projection: Projection[Any], kept: Mapping[Stream, bytes]) -> None:
        self._projection, self._kept = projection, kept
        self._states: dict[Stream, Any] = {}

    def fold(self, facts: Sequence[Fact]) -> list[SealedRow]:
        """The rows these facts change. Raises whatever the projection raises."""
        touched: dict[Stream, list[Fact]] = {}
        for fact in facts:
            for stream in self._projection.keys(fact):
                touched.setdefault(stream, []).append(fact)
        for stream, its in touched.items():
            before = self._states[stream] if stream in self._states else self._load(stream)
            self._states[stream] = self._projection.evolve(before, its)
        return [sealed_row(self._projection, stream, self._states[stream]) for stream in touched]

    def _load(self, stream: Stream) -> Any:
        kept = self._kept.get(stream)
        return None if kept is None else read_state(self._projection, kept)


def sealed_row(projection: Projection[Any], stream: Stream, state: Any) -> SealedRow:
    """A row as tables take it."""
    return SealedRow(stream, projection.plain(state), msgspec.msgpack.encode(state))


def read_state(projection: Projection[Any], state: bytes) -> Any:
    """The state of a row that ``sealed_row`` made."""
    return msgspec.msgpack.decode(state, type=projection.state)

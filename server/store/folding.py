"""One batch of facts folded into one generation's rows: the inside of a projector's transaction.

    facts --evolve--> states in memory --plain--> rows, position and root, in one transaction

All of the batch or nothing. When a projection raises, ``Stopped`` names the fact before which it has to stand
still; the projector then folds what comes before it. A row whose stream's key was destroyed meanwhile is not
written: no row outlives its key.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from events.ids import Position, Stream
from projections.fold import Fact
from projections.projection import Plain, Projection
from server.store.keyring import Keyring
from server.store.projection_rows import ProjectionRows, SealedRow


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


def fold_batch(
    db: sqlite3.Connection, rows: ProjectionRows, keyring: Keyring, fold: Fold, batch: Batch
) -> Stopped | None:
    """Fold and store; None when all of it is in, or another process was first. The caller holds the transaction."""
    work = _Work(db, rows, fold)
    try:
        changed = work.fold(batch.facts)
    except Exception:  # a bug in the projection: whatever it is, stand still before the fact
        return _find_stop(_Work(db, rows, fold), batch.facts)
    if rows.move(db, fold.name, fold.generation, batch.start, batch.end, batch.root):
        for row in changed:
            key = keyring.find(row.stream)
            if key is not None:
                rows.store(db, fold.name, fold.generation, row, key)
    return None


def _find_stop(work: "_Work", facts: Sequence[Fact]) -> Stopped:
    """Fold again, fact by fact, to see which one raises."""
    for fact in facts:
        try:
            work.fold([fact])
        except Exception as error:
            return Stopped(fact.position, type(error).__name__)
    raise RuntimeError(f"projection {work.name} raised over a batch and over none of its facts: it is not pure")


class _Work:
    """The states a batch has changed so far."""

    def __init__(self, db: sqlite3.Connection, rows: ProjectionRows, fold: Fold) -> None:
        self._db, self._rows, self._fold = db, rows, fold
        self._projection = fold.projection
        self.name = fold.name
        self._states: dict[Stream, Any] = {}

    def fold(self, facts: Sequence[Fact]) -> list[SealedRow]:
        """The rows these facts change. Raises whatever the projection raises."""
        touched: dict[Stream, None] = {}
        for fact in facts:
            for stream in self._projection.keys(fact):
                before = self._states[stream] if stream in self._states else self._load(stream)
                self._states[stream] = self._projection.evolve(before, fact)
                touched[stream] = None
        return [self._row(stream) for stream in touched]

    def _row(self, stream: Stream) -> SealedRow:
        state = self._states[stream]
        plain: Plain = self._projection.plain(state)
        return SealedRow(stream, plain, msgspec.json.encode(state))

    def _load(self, stream: Stream) -> Any:
        kept = self._rows.load(self._db, self.name, self._fold.generation, stream)
        return None if kept is None else msgspec.json.decode(kept, type=self._projection.state)

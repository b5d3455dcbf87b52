"""What a store of projections' rows promises. SQLite and PostgreSQL keep it; the projector asks for nothing else.

    generation   one reading of the log from position 0 by one version of a projection; of each version one is live
    turn --> begin (not live) --build, write--> at the log's head --swap--> live; the one before it is dropped

A generation knows the root of the log it has read, so that rows of another history are never taken for this
one's. ``write`` MUST move position and rows in one transaction, and MUST refuse when another process moved the
generation first. Rows MUST be sealed under their stream's key, plain columns bound to the state; a row whose
key is destroyed is not written and not read. ``swap`` MUST be seen whole or not at all. Programs of
two versions work side by side: neither may touch the other's live generation.

Generations are begun, built and swapped only in the ``turn``, which one process at a time has; so whatever is not
live when a turn begins was left by a process that died. Live ones are moved by anybody, at any time. A generation
may have read less than the one before it: readers look at the position that rows come with.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from events.ids import Stream
from projections.projection import Plain

DAMAGED = "damaged: a row does not open"
"""In place of the digest of rows that were changed at rest."""


class Dropped(LookupError):
    """The generation is no more, or no more the live one: another process built it anew. Take the live one."""


class Generation(msgspec.Struct, frozen=True):
    """One reading of the log; ``position`` is the next one to read, ``root`` that of the log so far."""

    number: int
    version: int
    position: int
    root: bytes
    is_live: bool

    def before(self, there: Iterable["Generation"]) -> "Generation | None":
        """The live one of the same version, if that is another."""
        ours = (one for one in there if one.is_live and one.version == self.version and one.number != self.number)
        return next(ours, None)


class SealedRow(msgspec.Struct, frozen=True):
    """A row's plain columns and the bytes of its state, opened."""

    stream: Stream
    plain: Plain
    state: bytes


class Step(msgspec.Struct, frozen=True):
    """From position ``start`` to ``end``, where the log's root is ``root``."""

    start: int
    end: int
    root: bytes


class Tables(Protocol):
    """One district's rows, as one process has them open."""

    async def generations(self, name: str) -> list[Generation]: ...

    def turn(self) -> AbstractAsyncContextManager[None]:
        """One process's turn to build rows of the district; others wait. However the process ends, so does it."""
        ...

    async def begin(self, name: str, version: int) -> int:
        """A new generation beside the live ones; what a process that died left unfinished is dropped."""
        ...

    async def states(self, name: str, generation: int, streams: Iterable[Stream]) -> dict[Stream, bytes]:
        """The states of these rows, where there are any that open."""
        ...

    async def write(self, name: str, generation: int, step: Step, rows: Sequence[SealedRow]) -> bool:
        """Store rows and advance. False, and nothing written, when another process moved or dropped it meanwhile."""
        ...

    async def build(self, name: str, generation: int, step: Step) -> bool:
        """Write every row of a new generation as of ``step.end`` at once, and move it there. False, and no row of it,
        where the store cannot, or the projection raised: folding by position then says before which fact."""
        ...

    async def swap(self, name: str, generation: int) -> None:
        """Make a generation the one that readers of its version see, and drop the one before it. Raises Dropped."""
        ...

    async def drop(self, name: str, generation: int, position: int | None = None) -> None:
        """Drop a generation; one that has moved from ``position``, where that is given, stays."""
        ...

    async def read(
        self, name: str, version: int, streams: Sequence[Stream] | None = None
    ) -> tuple[int, list[SealedRow]]:
        """The live rows of a version that open, all by stream, or these in the order asked; and the position they stand
        at, as of one moment. Raises LookupError when none was built yet."""
        ...

    async def digests(self, name: str, generations: Sequence[int]) -> list[tuple[int, str]]:
        """Position and SHA-256 over every row that opens, of each generation, all as of one moment; DAMAGED for rows
        that should open and do not. Raises Dropped."""
        ...

    async def forget(self, streams: Iterable[Stream]) -> None:
        """Delete these streams' rows from every generation: their keys are destroyed."""
        ...

    async def close(self) -> None: ...


def never_built(name: str, version: int) -> LookupError:
    return LookupError(f"projection {name} version {version} was not built yet")


def dropped(name: str, generation: int) -> Dropped:
    return Dropped(f"generation {generation} of {name} was dropped: another process built it anew")

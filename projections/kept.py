"""A row of a projection: where a stream's facts stand in the log, and of what they say only what its columns go by.

    facts --after--> Kept: every position once, and a few ids --bytes--> a sealed row; --plain--> its columns

What a fact says lies in the log and nowhere else. Whoever wants it asks the log (server/reading.py); the positions
prove that no fact was passed over, live or rebuilt. When the program learns new types or schemas,
``CATALOG_FINGERPRINT`` changes, and with it the version of every projection, so that the columns are read anew.
"""

import zlib
from collections.abc import Sequence
from typing import Generic, Self, TypeVar

import msgspec
from msgspec.structs import replace

from events.catalog import CATALOG
from events.ids import Position, Stream, stream_kind
from projections.fold import Fact
from projections.projection import Plain

CATALOG_FINGERPRINT = zlib.crc32("\n".join(f"{name} {CATALOG[name].schema}" for name in sorted(CATALOG)).encode())
"""Changes when a type or schema is added: what could not be read before may be readable now."""


class Kept(msgspec.Struct, frozen=True):
    """The row of any stream: how many facts it has. A projection that says more has a kind of its own (tables.py)."""

    positions: tuple[Position, ...] = ()

    def after(self, facts: Sequence[Fact]) -> Self:
        """The row once more facts of its stream are in, in log order."""
        return replace(self, positions=self.reached(facts))

    @property
    def plain(self) -> Plain:
        return Plain(count=len(self.positions))

    def reached(self, facts: Sequence[Fact]) -> tuple[Position, ...]:
        return (*self.positions, *[fact.position for fact in facts])


Row = TypeVar("Row", bound=Kept)


class StreamProjection(Generic[Row]):
    """A row for every stream of some kinds."""

    def __init__(self, name: str, revision: int, kinds: frozenset[str], state: type[Row]):
        """``revision`` is raised whenever the form or the meaning of a row changes."""
        self.name = name
        self.version = revision << 32 | CATALOG_FINGERPRINT
        self.kinds = kinds
        self.state = state

    def keys(self, fact: Fact) -> tuple[Stream, ...]:
        return (fact.stream,) if stream_kind(fact.stream) in self.kinds else ()

    def evolve(self, state: Row | None, facts: Sequence[Fact]) -> Row:
        return (self.state() if state is None else state).after(facts)

    def plain(self, state: Row) -> Plain:
        return state.plain

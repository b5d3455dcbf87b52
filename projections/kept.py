"""What a row of a projection keeps: the facts of one stream in log order, in a form that has bytes.

    fact --keep--> KeptFact --bytes--> KeptFact --recall--> an equal fact

A student, a clinic, a policy *is* its facts (student.py, clinic.py): whoever has the row folds it and needs
the log no more. When the program learns new types or schemas, ``CATALOG_FINGERPRINT`` changes, and with it the
version of every projection, so that the columns are read anew.
"""

import zlib
from collections.abc import Callable, Sequence

import msgspec

from events.catalog import CATALOG
from events.dates import from_milliseconds, to_milliseconds
from events.envelope import Header
from events.ids import Hash, Position, Stream, stream_kind
from projections.fold import Fact
from projections.projection import Plain

CATALOG_FINGERPRINT = zlib.crc32("\n".join(f"{name} {CATALOG[name].schema}" for name in sorted(CATALOG)).encode())
"""Changes when a type or schema is added: what could not be read before may be readable now."""


class KeptFact(msgspec.Struct, frozen=True, array_like=True):
    """One fact; its payload as it was signed."""

    position: Position
    received_ms: int | None
    event_hash: Hash
    header: Header
    written: msgspec.Raw


class Kept(msgspec.Struct, frozen=True):
    """The facts of one stream."""

    facts: tuple[KeptFact, ...] = ()

    def recall(self) -> tuple[Fact, ...]:
        """The facts as they were folded."""
        return tuple(recall(fact) for fact in self.facts)


def keep(fact: Fact) -> KeptFact:
    """A fact as a row holds it."""
    received = None if fact.received_at is None else to_milliseconds(fact.received_at)
    return KeptFact(fact.position, received, fact.event_hash, fact.header, msgspec.Raw(fact.written))


def recall(kept: KeptFact) -> Fact:
    """The fact again."""
    received = None if kept.received_ms is None else from_milliseconds(kept.received_ms)
    return Fact(kept.position, received, kept.event_hash, kept.header, bytes(kept.written))


class StreamProjection:
    """The facts of every stream of some kinds, a row each. ``plain`` reads the columns off the row's facts."""

    state = Kept

    def __init__(self, name: str, revision: int, kinds: frozenset[str], plain: Callable[[tuple[Fact, ...]], Plain]):
        """``revision`` is raised whenever ``plain`` or the form of a row changes."""
        self.name = name
        self.version = revision << 32 | CATALOG_FINGERPRINT
        self.kinds = kinds
        self._plain = plain

    def keys(self, fact: Fact) -> tuple[Stream, ...]:
        return (fact.stream,) if stream_kind(fact.stream) in self.kinds else ()

    def evolve(self, state: Kept | None, fact: Fact) -> Kept:
        return Kept((*(state.facts if state is not None else ()), keep(fact)))

    def plain(self, state: Kept) -> Plain:
        return self._plain(state.recall())

    def whole(self, facts: Sequence[Fact]) -> tuple[Kept, Plain]:
        """The row of a stream from all its facts, in log order: what ``evolve`` and ``plain`` come to one by one."""
        return Kept(tuple(map(keep, facts))), self._plain(tuple(facts))

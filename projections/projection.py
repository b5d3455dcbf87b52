"""What a fold must offer to be kept in tables: the runner (server/store/projector.py) does the rest.

    facts --keys--> the rows they concern --evolve--> each row's next state --plain--> its readable columns

A row is named by a stream, and its state is sealed under that stream's key: whoever destroys the key
destroys the row. Only ``Plain`` is stored in the clear, so nothing in it may tell of a person
(design, section 5: random ids, statuses, dates due).

All three functions are pure, and facts taken at once or one by one MUST come to the same. An exception in one
is a bug in the projection: the runner pauses there and never passes over the fact. ``version`` changes with the
meaning of the rows; they are then built anew.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import msgspec

from events.ids import Stream
from projections.fold import Fact

State = TypeVar("State", bound=msgspec.Struct)


class Plain(msgspec.Struct, frozen=True):
    """The columns of a row that lists select by; ``holds_until`` is a civil day, empty when nothing ends."""

    status: str = ""
    holds_until: str = ""
    count: int = 0


class Projection(Protocol[State]):
    """One fold with a row per stream."""

    @property
    def name(self) -> str:
        """Lower case, stable: it names the rows for good."""
        ...

    @property
    def version(self) -> int: ...

    @property
    def state(self) -> type[State]:
        """A msgspec struct, so that it has bytes."""
        ...

    def keys(self, fact: Fact) -> tuple[Stream, ...]:
        """The rows this fact changes; none when it does not matter here."""
        ...

    def evolve(self, state: State | None, facts: Sequence[Fact]) -> State:
        """The row after these facts, which are in log order; ``state`` is None before its first."""
        ...

    def plain(self, state: State) -> Plain: ...

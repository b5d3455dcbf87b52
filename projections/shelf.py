"""A shelf: facts in order, found by what they record and by the event they speak about.

Every view of a student, clinic or district is read off a shelf, so that a correction may arrive before
the dose it corrects and still find it: nothing is attached on arrival, everything is looked up.

Invariants. The shelf is a function of the set of facts (``fold.arrange``). Facts whose payload this
program cannot read are on it too, under ``not_understood``.
"""

from collections.abc import Iterable
from typing import TypeVar

from events.catalog import Payload
from events.codec import Unknown
from events.ids import EventId
from projections.fold import Fact, arrange

Kind = TypeVar("Kind", bound=Payload)


class Shelf:
    """Reads only; made once for a set of facts."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = tuple(arrange(facts))
        self.ids = frozenset(fact.id for fact in self.facts)
        self.not_understood = tuple(fact for fact in self.facts if isinstance(fact.payload, Unknown))
        self._by_kind: dict[type, list[Fact]] = {}
        self._by_event: dict[str, list[Fact]] = {}
        for fact in self.facts:
            self._by_kind.setdefault(type(fact.payload), []).append(fact)
            about = event_named(fact)
            if about is not None:
                self._by_event.setdefault(about, []).append(fact)

    def of(self, kind: type[Kind]) -> list[tuple[Fact, Kind]]:
        """All facts of one kind with their payloads, in log order."""
        return [(fact, fact.payload) for fact in self._by_kind.get(kind, ()) if isinstance(fact.payload, kind)]

    def about(self, event: EventId, kind: type[Kind]) -> list[tuple[Fact, Kind]]:
        """The facts of one kind that speak about an earlier event, in log order."""
        return [(fact, fact.payload) for fact in self._by_event.get(event, ()) if isinstance(fact.payload, kind)]

    def waiting(self) -> tuple[Fact, ...]:
        """Facts that speak about an event not on this shelf: it is late, or in a stream not shown here."""
        return tuple(fact for about, facts in self._by_event.items() if about not in self.ids for fact in facts)


def event_named(fact: Fact) -> EventId | None:
    """The event a fact corrects, voids, checks, lifts or withdraws; None when it stands alone."""
    if isinstance(fact.payload, Unknown):
        return None
    named: EventId | None = getattr(fact.payload, "event", None)
    return named

"""Standing orders that were withdrawn: what a dose given elsewhere meanwhile is held against.

    clinic.order_withdrawn --> (order, from its day on)        read off the clinics' streams, by the order's event

A child's record names the order of each dose and knows nothing of the clinic's stream; who asks what does not fit
in it gives these too. Added to in place by its one owner, in any order of arrival.
"""

from collections.abc import Iterable

from events.catalog.clinics import OrderWithdrawn
from events.dates import PartialDate, latest
from events.ids import EventId
from projections.fold import Fact, types_of

_TYPES = types_of(OrderWithdrawn)


class WithdrawnOrders:
    """Withdrawals by the order they end."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._by_order: dict[EventId, tuple[Fact, ...]] = {}
        for fact in facts:
            self.apply(fact)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(fact for told in self._by_order.values() for fact in told)

    def apply(self, fact: Fact) -> None:
        if fact.header.type in _TYPES and isinstance(fact.payload, OrderWithdrawn):
            told = (*self._by_order.get(fact.payload.event, ()), fact)
            self._by_order[fact.payload.event] = tuple(sorted(told, key=lambda one: one.order))

    def against(self, order: EventId | None, given_on: str) -> tuple[Fact, OrderWithdrawn] | None:
        """The first withdrawal in the log by which the order did not hold on the day given, which may be partial.

        The first, so that a second one changes no key of what a person settled.
        """
        if order is None or not given_on:
            return None
        day = latest(PartialDate(given_on)).isoformat()
        for fact in self._by_order.get(order, ()):
            if isinstance(fact.payload, OrderWithdrawn) and fact.payload.on <= day:
                return fact, fact.payload
        return None

"""What clinics say that touches doses in children's records: orders that were withdrawn, lots that must not be used.

A child's record names the order and the lot of each dose and knows nothing of the clinics' streams; who asks what does
not fit in it gives these too. Added to in place by its one owner, in any order of arrival.
"""

from collections.abc import Iterable

from projections.fold import Fact
from projections.held import HeldLots
from projections.orders import WithdrawnOrders


class ClinicWords:
    """Read off the clinics' streams; facts of other streams are passed over."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self.orders = WithdrawnOrders()
        self.held = HeldLots()
        for fact in facts:
            self.apply(fact)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return (*self.orders.facts, *self.held.facts)

    def apply(self, fact: Fact) -> None:
        self.orders.apply(fact)
        self.held.apply(fact)

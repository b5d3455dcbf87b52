"""Reactions after a dose, and whether each has reached VAERS; mirrored by web/src/projections/reactions.ts.

    observed -> assessed: required | encouraged | not_needed -> reported, with the number VAERS gave

The statute names no day for a report (42 U.S.C. 300aa-25(b)): it is owed from the first hour, until its number is
written down or a nurse decided that none is needed.
"""

import msgspec

from events.catalog.doses import ReactionAssessed, ReactionObserved, VaersReported
from projections.fold import Fact
from projections.shelf import Shelf


class Reaction(msgspec.Struct, frozen=True):
    """One reaction with the latest assessment and report."""

    fact: Fact
    told: ReactionObserved
    assessed: ReactionAssessed | None
    vaers: VaersReported | None

    @property
    def is_owed(self) -> bool:
        """Whether a report, or the decision that none is needed, is still owed."""
        return self.vaers is None and (self.assessed is None or self.assessed.report != "not_needed")


def reactions_of(shelf: Shelf) -> tuple[Reaction, ...]:
    """Every reaction on a child's shelf, in log order."""
    found = []
    for fact, told in shelf.of(ReactionObserved):
        assessed = [one for _, one in shelf.about(fact.id, ReactionAssessed)]
        reports = [one for _, one in shelf.of(VaersReported) if one.reaction == fact.id]
        found.append(Reaction(fact, told, assessed[-1] if assessed else None, reports[-1] if reports else None))
    return tuple(found)

"""Words that a vaccine was not given, as they stand. Mirrored by web/src/projections/not_given.ts.

dose.not_given  --dose.voided-->  crossed out: it counts for nothing, in no outcome and on no form
"""

from events.catalog.doses import DoseNotGiven, DoseVoided
from projections.fold import Fact
from projections.shelf import Shelf


def not_given(shelf: Shelf) -> tuple[tuple[Fact, DoseNotGiven], ...]:
    """What was not given and why, without what was undone, in log order."""
    return tuple((fact, told) for fact, told in shelf.of(DoseNotGiven) if not shelf.about(fact.id, DoseVoided))

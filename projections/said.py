"""When a family's word was said, as far as the clock of the phone that wrote it down can be believed.

A word is not of a day after the log received it. One said as it was written down, on a phone whose clock shows a day
before one that it had heard of, was said on no day anybody knows. Mirrored by web/src/projections/said.ts.
"""

from events.dates import read_instant
from projections.fold import Fact, civil_day, was_shown
from projections.shelf import Shelf


def not_after_receipt(day: str, fact: Fact) -> str:
    return day if fact.received_at is None else min(day, fact.received_at.date().isoformat())


def is_live(day: str, fact: Fact) -> bool:
    """Whether it was said on the day it was written down, not copied from an older paper."""
    return day >= civil_day(read_instant(fact.header.recorded_at))


def is_adrift(day: str, fact: Fact, shelf: Shelf) -> bool:
    """Whether its day says nothing: something its writer had heard of reached the log on a later one."""
    shown = fact.header.recorded_at[:10]
    known = (one.received_at for one in shelf.facts if was_shown(one, fact))
    return is_live(day, fact) and any(at is not None and at.date().isoformat() > shown for at in known)

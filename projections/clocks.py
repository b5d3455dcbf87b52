"""Which device clocks were wrong when they recorded: skew is stored and shown, and refuses and orders nothing.

    ahead    recorded later than the server received it: no network is faster than that
    behind   recorded earlier than the server had received what the device already knew of

Each record says so by itself; the office's list says it once a device, and a word lets it rest in all of them.
A clock that is behind by less than the time since its last sync cannot be told from an event that waited.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from events.dates import read_instant
from projections.discrepancy import Discrepancy
from projections.fold import Fact, was_shown

SKEW_MAX = timedelta(minutes=2)


class Skewed(msgspec.Struct, frozen=True):
    """An event whose device's clock was off by at least ``by`` (negative: behind)."""

    fact: Fact
    by: timedelta


def skewed(facts: Iterable[Fact]) -> list[Skewed]:
    """The first event of each device whose clock was more than SKEW_MAX off. ``facts`` in log order."""
    found: dict[str, Skewed] = {}
    newest: list[tuple[Fact, datetime]] = []
    for fact in facts:
        if fact.received_at is None:
            continue
        by = _off(fact, fact.received_at, newest)
        if abs(by) > SKEW_MAX:
            found.setdefault(fact.header.device, Skewed(fact, by))
        newest.append((fact, fact.received_at))
    return list(found.values())


def one_per_device(found: Iterable[Discrepancy]) -> list[Discrepancy]:
    """The same, of the wrong clocks of one device only the first: it says how many records there are more."""
    alike: dict[str, list[Discrepancy]] = {}
    for one in found:
        alike.setdefault(_matter(one), []).append(one)
    return [_with_more(first, len(more)) for first, *more in alike.values()]


def settled_with(one: Discrepancy, among: Iterable[Discrepancy]) -> list[Discrepancy]:
    """What a word on one lets rest: it, or the same device's wrong clock in every record."""
    return [other for other in among if _matter(other) == _matter(one)]


def _matter(one: Discrepancy) -> str:
    return f"{one.kind}:{one.sides[0].device}" if one.kind == "clock_skew" else one.key


def _with_more(one: Discrepancy, more: int) -> Discrepancy:
    if more == 0:
        return one
    says = f"{one.says}; and in 1 more record" if more == 1 else f"{one.says}; and in {more} more records"
    return msgspec.structs.replace(one, says=says)


def _off(fact: Fact, received_at: datetime, earlier: list[tuple[Fact, datetime]]) -> timedelta:
    recorded_at = read_instant(fact.header.recorded_at)
    if recorded_at > received_at:
        return recorded_at - received_at
    known = [at for one, at in earlier if was_shown(one, fact)]
    return min(timedelta(0), recorded_at - known[-1]) if known else timedelta(0)

"""The doses a child of the town gets when nothing goes wrong, and ways to take some away.

Ages in months, near the recommended ones, with the days a real appointment book brings. Boosters fall
after the fourth birthday and before school, so that a whole schedule satisfies every clause.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import msgspec

from events.dates import add_months

FAMILIES: dict[str, frozenset[str]] = {
    "DTP": frozenset({"20", "110", "115"}),
    "POLIO": frozenset({"10", "110"}),
    "MMR": frozenset({"03"}),
    "HEPB": frozenset({"08", "110"}),
    "HIB": frozenset({"48"}),
}
"""CVX codes that count for what the demo's stories leave out."""

SINGLE = (
    ("08", (0, 2, 7)),
    ("20", (2, 4, 6, 16, 50)),
    ("10", (2, 4, 8, 50)),
    ("48", (2, 4, 13)),
    ("03", (13, 50)),
    ("21", (13, 50)),
    ("115", (137,)),
    ("114", (137,)),
)
COMBINED = (
    ("08", (0,)),
    ("110", (2, 4, 6)),
    ("20", (16, 50)),
    ("10", (50,)),
    ("48", (2, 4, 13)),
    ("03", (13, 50)),
    ("21", (13, 50)),
    ("115", (137,)),
    ("114", (137,)),
)


class Shot(msgspec.Struct, frozen=True):
    """One dose: its CVX code, the day, and what the paper says of the day (None where it has a tick)."""

    cvx: str
    on: date
    written: str | None


def childhood(rng: Random, born: date, until: date, combined: bool = False) -> list[Shot]:
    """Every dose due by ``until``, in order of date; what is due at one age is given at one visit."""
    plan = COMBINED if combined else SINGLE
    visits = {age: _appointment(rng, born, age) for age in sorted({age for _, ages in plan for age in ages})}
    shots = [
        Shot(cvx, visits[age], visits[age].isoformat()) for cvx, ages in plan for age in ages if visits[age] <= until
    ]
    return sorted(shots, key=lambda shot: (shot.on, shot.cvx))


def late_start(rng: Random, first: date, counts: dict[str, int], until: date) -> list[Shot]:
    """A series begun late: so many doses of each code, eight weeks apart, up to ``until``."""
    shots = []
    for cvx, count in counts.items():
        for number in range(count):
            on = _weekday(first + timedelta(days=56 * number + rng.randrange(6)))
            if on <= until:
                shots.append(Shot(cvx, on, on.isoformat()))
    return sorted(shots, key=lambda shot: (shot.on, shot.cvx))


def keep_first(shots: list[Shot], family: str, count: int) -> list[Shot]:
    """Only the first ``count`` doses of a family; all of the others."""
    kept, seen = [], 0
    for shot in shots:
        if shot.cvx in FAMILIES[family]:
            seen += 1
            if seen > count:
                continue
        kept.append(shot)
    return kept


def rewrite(shots: list[Shot], family: str, number: int, write: Callable[[date], str | None]) -> list[Shot]:
    """The ``number``-th dose of a family (from 0) with its date written otherwise."""
    places = [place for place, shot in enumerate(shots) if shot.cvx in FAMILIES[family]]
    if number >= len(places):
        return shots
    changed = list(shots)
    shot = changed[places[number]]
    changed[places[number]] = Shot(shot.cvx, shot.on, write(shot.on))
    return changed


def count_of(shots: list[Shot], family: str) -> int:
    return sum(shot.cvx in FAMILIES[family] for shot in shots)


def _appointment(rng: Random, born: date, months: int) -> date:
    if months == 0:
        return born + timedelta(days=rng.randrange(2))
    return _weekday(add_months(born, months) + timedelta(days=rng.randrange(1, 19)))


def _weekday(day: date) -> date:
    """Clinics are closed on Sundays."""
    return day + timedelta(days=1) if day.weekday() == 6 else day

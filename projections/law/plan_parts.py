"""What a plan is made of: parts of a rule set with ages as indexes into the plan's (-1: none), dates as ordinals."""

from typing import NamedTuple

NEVER = 4_000_000
"""An ordinal after every date (year 10952), for "no end"."""

LAST_DAY = 1_000_000
"""An ordinal after every date a verdict may name (year 2738); what lies beyond never comes."""


class OptionPlan(NamedTuple):
    """`Option` with ages as indexes (-1: none). `plain`: the number of doses is all it asks."""

    doses: int
    plain: bool
    last_at: int
    last_shift: int
    last_reading: str
    each_from: int
    each_to: int
    within_months: int
    within_shift: int
    apart_months: int
    apart_shift: int
    vaccines: frozenset[str]


class ExemptPlan(NamedTuple):
    """`AgeExemption` with ages as indexes (-1: none)."""

    clause: str
    since: int
    until: int
    sex: str


class NeedPlan(NamedTuple):
    """`Need` for one antigen of one band. `plain_doses` is the least number that alone is enough (0: never)."""

    options: tuple[OptionPlan, ...]
    clause: str
    exempt: tuple[ExemptPlan, ...]
    cohort: str
    readings: tuple[str, ...]
    plain_doses: int
    own_ages: bool


SEVERAL = -2
"""In place of one age: several."""


class CodePlan(NamedTuple):
    """What a code counts for, its CVX number, the index of the age that limits it (-1: none, or `SEVERAL`).

    `live`: a live vaccine; `odd`: one the schedule weighs for an antigen our table does not count it for.
    """

    antigens: tuple[int, ...]
    cvx: str
    limit: int
    live: bool
    odd: bool


class BandPlan(NamedTuple):
    """`Band`: `asks[i]` is the need for antigen i, None when nothing is asked."""

    id: str
    age_from: int
    age_to: int
    since: int
    statements: frozenset[str]
    asks: tuple[NeedPlan | None, ...]


class BandsPlan(NamedTuple):
    """The bands that may hold for one facility group and grade, in order, and what a verdict by them depends on.

    `asked`: the antigens that any of them asks, under this or another reading; `ages`: indexes of ages with a shift in
    days; `windows`: antigen, months after a dose, age from which they matter (-1: any).
    """

    bands: tuple[BandPlan, ...]
    asked: frozenset[int]
    ages: tuple[tuple[int, int], ...]
    windows: tuple[tuple[int, int, int], ...]


class PrimaryPlan(NamedTuple):
    """The primary schedule of one age group: doses per antigen index, 0 where it asks none."""

    age_from: int
    age_to: int
    groups: tuple[str, ...]
    doses: tuple[int, ...]

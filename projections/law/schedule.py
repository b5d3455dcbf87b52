"""The schedule: medically acceptable standards as data (`data/acip.json`), read and made ready.

A *series* is one way to be vaccinated against one antigen, dose by dose: ages, gaps to earlier doses, vaccines that
fit, conditions under which a dose is passed over. Ages and gaps are written `6w-4d`; `least` already holds the four
days of grace where the committee grants them, `asked` is the age or gap it recommends. The facts come from the
CDC's supporting data; `tests/law/schedule_from_cdc.py` writes the file from an edition of them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import msgspec

from projections.law.intervals import Age, read_age


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the schedule file."""


class AgeRule(_Part, frozen=True):
    """Ages for one dose: not before `least`, grace until `asked`, too old from `before`; for doses of some dates."""

    least: str = ""
    asked: str = ""
    before: str = ""
    since: str = ""
    until: str = ""


class GapRule(_Part, frozen=True):
    """A gap from the dose before, from target dose `from_dose`, or from the last of some vaccines."""

    least: str = ""
    asked: str = ""
    from_dose: int = 0
    from_vaccines: tuple[str, ...] = ()
    since: str = ""
    until: str = ""


class Condition(_Part, frozen=True):
    """One condition of passing a dose over: an age, a gap, or a count of earlier doses."""

    kind: str
    age_from: str = ""
    age_to: str = ""
    least: str = ""
    doses: int = 0
    valid: bool = False
    compare: str = ""
    vaccines: tuple[str, ...] = ()


class ConditionSet(_Part, frozen=True):
    """Conditions of which all (or any) must hold."""

    any: bool
    of: tuple[Condition, ...]


class Skip(_Part, frozen=True):
    """Sets of which any (or all) must hold for the dose to be passed over."""

    all: bool
    sets: tuple[ConditionSet, ...]


class TargetDose(_Part, frozen=True):
    """One dose of a series. `again` doses repeat for ever."""

    ages: tuple[AgeRule, ...] = ()
    gaps: tuple[GapRule, ...] = ()
    other_gaps: tuple[GapRule, ...] = ()
    vaccines: str = ""
    allowed: str = ""
    inadvertent: tuple[str, ...] = ()
    skips: tuple[Skip, ...] = ()
    again: bool = False


class Series(_Part, frozen=True):
    """One way to be vaccinated against one antigen. `group` separates ways that stand side by side."""

    antigen: str
    name: str
    group: int
    doses: tuple[TargetDose, ...]
    preference: int = 9
    usual: bool = False
    product: bool = False
    start_from: str = ""
    start_before: str = ""
    since: str = ""


class Conflict(_Part, frozen=True):
    """Live vaccines too close: from `begin` to before `least` (or `end` after an invalid dose) after another."""

    begin: str
    least: str
    end: str
    after: dict[str, tuple[str, ...]]


class ScheduleFile(_Part, frozen=True):
    """The file. `bears` maps a CVX code to antigens with the ages between which it bears on them."""

    id: str
    edition: str
    note: str
    longer_series_since: str  # from this day on, of two complete series the one with more valid doses is taken
    bears: dict[str, tuple[tuple[str, str, str], ...]]
    lists: dict[str, tuple[tuple[str, str, str], ...]]
    live: tuple[Conflict, ...]
    series: tuple[Series, ...]


class Schedule:
    """The file indexed. Reads only."""

    def __init__(self, file: ScheduleFile, without: tuple[str, ...]) -> None:
        self.file, self.id = file, file.id
        self.series: dict[str, tuple[Series, ...]] = {}
        for one in file.series:
            if one.name in without:
                continue
            self.series[one.antigen] = (*self.series.get(one.antigen, ()), one)
        self.usual = {one.antigen: one for one in reversed(file.series) if one.usual}
        self.twin = self._twins()
        self.bears_on: dict[str, dict[str, list[tuple[str, str]]]] = {}
        for cvx, bears in file.bears.items():
            for antigen, age_from, age_to in bears:
                self.bears_on.setdefault(antigen, {}).setdefault(cvx, []).append((age_from, age_to))
        self.offered: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for name, rows in file.lists.items():
            for cvx, age_from, age_to in rows:
                self.offered.setdefault((name, cvx), []).append((age_from, age_to))
        earlier = {cvx for one in file.live for cvx in one.after}
        self.live = frozenset(earlier | {cvx for one in file.live for after in one.after.values() for cvx in after})
        self.conflicts: dict[str, dict[str, tuple[Age, Age, Age]]] = {}
        for conflict in file.live:
            ends = read_age(conflict.begin), read_age(conflict.least), read_age(conflict.end)
            for before, after in conflict.after.items():
                for cvx in after:
                    self.conflicts.setdefault(cvx, {})[before] = ends

    def _twins(self) -> dict[str, str]:
        """Antigens whose series say the same as an earlier one's (tetanus, diphtheria): antigen -> earlier."""
        found: dict[str, str] = {}
        bare = {
            antigen: [msgspec.structs.replace(one, antigen="", name="") for one in ways]
            for antigen, ways in self.series.items()
        }
        names = list(bare)
        for index, antigen in enumerate(names):
            for earlier in names[:index]:
                if bare[earlier] == bare[antigen]:
                    found[antigen] = earlier
                    break
        return found


@lru_cache(maxsize=8)
def schedule_named(name: str, without: tuple[str, ...] = ()) -> Schedule:
    """The packaged schedule with this id, without the series named.

    Raises FileNotFoundError when there is none.
    """
    content = resources.files("projections.law").joinpath(f"data/{name}.json").read_bytes()
    return Schedule(msgspec.json.decode(content, type=ScheduleFile), without)

"""The rule sets that ship with the program: the only module here that opens package files.

`rule_sets()` is what callers use when nothing else was adopted; `rule_set_for(day)` picks by date. A district that
adopts a correction (`policy` event) loads its own bytes through `ruleset.load_all`.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources

from projections.law.ruleset import Loaded, NoVerifiedVersion, load_all, rule_set_on


def rule_set_files() -> tuple[tuple[str, bytes], ...]:
    """Name and bytes of each packaged rule set."""
    folder = resources.files("projections.law").joinpath("rulesets")
    names = sorted(one.name for one in folder.iterdir() if one.name.startswith("mn-") and one.name.endswith(".json"))
    return tuple((name, folder.joinpath(name).read_bytes()) for name in names)


@cache
def rule_sets() -> tuple[Loaded, ...]:
    """The packaged rule sets, checked, in order of their dates."""
    return load_all(rule_set_files())


def rule_set_for(on: date) -> Loaded | NoVerifiedVersion:
    """The packaged rule set in force on a day; NoVerifiedVersion when none covers it."""
    return rule_set_on(rule_sets(), on)


def rule_set_named(name: str) -> Loaded | None:
    """The packaged rule set with this id, upper or lower case; None when there is none."""
    return next((one for one in rule_sets() if one.rules.id == name.lower()), None)

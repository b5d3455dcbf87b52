"""Readings of unclear texts: the switches the program itself knows, the values each place allows, what is wrong.

A rule set states which reading it takes, with its number, the other value and why (`form.Reading`). A switch it does
not state stands at the first value here, which never guesses: a date that may lie on either side is for a person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from projections.law.checks import Fault
from projections.law.form import Need, RuleSet

SWITCHES: dict[str, tuple[str, str]] = {
    "age_on": ("as_of", "enrollment"),
    "blank_statement": ("review", "nothing"),
    "clock": ("continues", "restarts"),
    "dt_under_7": ("no_pertussis", "counts"),
    "grace": ("none", "four_days"),
    "last_day": ("same_day", "day_before"),
    "later_requirement": ("from_requirement", "from_enrollment"),
    "leap_birthday": ("february_28", "march_1"),
    "partial_date": ("review", "not_counted"),
    "physician_primary": ("accepted", "not_accepted"),
    "schedule": ("advisory", "adopted"),
    "surplus_dose": ("ignored", "spoils"),
    "weekend": ("rolls", "stays"),
}
"""Switch -> the value where a rule set says nothing, the other value."""

ROLES: dict[str, tuple[str, ...]] = {
    "own": (),
    "last": ("after", "on_or_after"),
    "within": ("exclusive", "inclusive"),
    "age_to": ("at", "over"),
    "dates": ("accepted", "defective"),
    "enrolled": ("everyone", "new_enrollees"),
    "suspensions": ("all", "substitute_statements"),
    "cohort": ("entry_only", "stays"),
}
"""The part of a rule set that names a reading -> the two values it must have (none: any two)."""


def reading_faults(rules: RuleSet) -> Iterator[Fault]:
    """Everything wrong with the readings of a rule set and with the places that name one."""
    used: set[str] = set(SWITCHES)
    for path, name, values in _roles(rules):
        used.add(name)
        reading = rules.readings.get(name)
        if reading is None:
            yield path, f"unknown reading {name!r}"
        elif values and {reading.value, reading.other} != set(values):
            yield f"$.readings.{name}", f"its values must be {' and '.join(sorted(values))}"
    for name, reading in rules.readings.items():
        path = f"$.readings.{name}"
        if name not in used:
            yield path, "nothing reads this switch"
        if name in SWITCHES and {reading.value, reading.other} != set(SWITCHES[name]):
            yield path, f"its values must be {' and '.join(SWITCHES[name])}"
        if not re.fullmatch(r"A-[0-9]{2}", reading.ambiguity) or not reading.why.strip() or not reading.value:
            yield path, "a reading needs its number (A-01), its value and why it is taken"
        if reading.value == reading.other:
            yield path, "its two values are the same"


def _roles(rules: RuleSet) -> Iterator[tuple[str, str, Collection[str]]]:
    """Every place that names a reading, with the values it must have there (empty: its own)."""
    for name, need in rules.needs.items():
        yield from ((f"$.needs.{name}", reading, ROLES[role]) for reading, role in _of_need(need) if reading)
    for index, subject in enumerate(rules.subject):
        if subject.age_to_reading:
            yield f"$.subject[{index}].age_to_reading", subject.age_to_reading, ROLES["age_to"]
    for index, rule in enumerate(rules.exemptions):
        if rule.reading:
            yield f"$.exemptions[{index}].reading", rule.reading, ()
    for name, cohort in rules.cohorts.items():
        if cohort.reading:
            yield f"$.cohorts.{name}.reading", cohort.reading, ROLES["cohort"]
    for path, reading, role in (
        ("$.dates.reading", rules.dates.reading, "dates"),
        ("$.dates.enrolled_reading", rules.dates.enrolled_reading, "enrolled"),
        ("$.suspensions.reading", rules.suspensions.reading, "suspensions"),
    ):
        if reading:
            yield path, reading, ROLES[role]


def _of_need(need: Need) -> Iterator[tuple[str, str]]:
    yield need.reading, "own"
    for option in need.options:
        yield option.reading, "own"
        yield option.last_reading, "last"
        yield option.within_reading, "within"


def kept(rules: RuleSet, path: str, reading: str, value: str) -> Iterator[Fault]:
    """A part that stands only while a reading has a value: the value must be one of the two."""
    known = rules.readings.get(reading)
    if known is not None and value not in (known.value, known.other):
        yield path, f"{value!r} is no value of the reading {reading!r}"

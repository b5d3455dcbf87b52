"""Readings of unclear texts: the switches the program itself knows, and the values each place allows.

A rule set states which reading it takes, with its number, the other value and why (`form.Reading`). A switch it does
not state stands at the first value here, which never guesses: a date that may lie on either side is for a person.
"""

from __future__ import annotations

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

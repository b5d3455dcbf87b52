"""Working days: Minn. Stat. 645.15 moves a last day on a Saturday, Sunday or holiday to the next working day.

The holidays are those of Minn. Stat. 645.44 subd. 5, with the years from which two of them exist. A holiday on a
Sunday is kept on Monday, one on a Saturday on Friday.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

_FIXED = ((1, 1, 0), (6, 19, 2023), (7, 4, 0), (11, 11, 0), (12, 25, 0))
"""Month, day, first year: New Year, Juneteenth, Independence Day, Veterans Day, Christmas."""

_MONDAYS = ((1, 3, 1986), (2, 3, 0), (9, 1, 0), (10, 2, 0))
"""Month, which Monday, first year: Martin Luther King, Presidents, Labor Day, second Monday of October."""


def _nth(year: int, month: int, weekday: int, which: int) -> int:
    first = date(year, month, 1)
    return first.toordinal() + (weekday - first.weekday()) % 7 + 7 * (which - 1)


@lru_cache(maxsize=512)
def holidays(year: int) -> frozenset[int]:
    """The legal holidays of a year as ordinals, moved off weekends."""
    days = {_nth(year, month, 0, which) for month, which, since in _MONDAYS if year >= since}
    days.add(_nth(year, 6, 0, 1) - 7)  # last Monday of May
    days.add(_nth(year, 11, 3, 4))  # fourth Thursday of November
    for month, day, since in _FIXED:
        if year < since:
            continue
        ordinal = date(year, month, day).toordinal()
        days.add(ordinal + {6: 1, 5: -1}.get(date.fromordinal(ordinal).weekday(), 0))
    return frozenset(days)


def working_day(ordinal: int) -> int:
    """The day itself, or the next one that is no Saturday, Sunday or holiday."""
    while (ordinal - 1) % 7 >= 5 or _holiday(ordinal):
        ordinal += 1
    return ordinal


def _holiday(ordinal: int) -> bool:
    """Whether a day is a legal holiday; a New Year on a Saturday is kept on the last day of the old year."""
    year = date.fromordinal(ordinal).year
    return ordinal in holidays(year) or ordinal in holidays(year + 1)

"""Dates as whole numbers, partial dates as intervals, ages as marks on the calendar.

Inside the evaluator every date is an ordinal (days, 0001-01-01 = 1), every partial date a pair of ordinals.
An age is written `12m`, `4y`, `11m15d` or `6w` and is reached on the birthday itself (A-12): the same day so
many months on, the last day of the month where there is no such day, then the days added. Born on 29 February
in a common year: 28 February, or 1 March where a rule set or a purpose says so.

Text that is no date gives None; nothing here raises for what a person may have written.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import NamedTuple

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_AGE = re.compile(r"(?:(\d+)y)?(?:(-?\d+)m)?(?:(\d+)w)?(?:(-?\d+)d)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


class Span(NamedTuple):
    """A date as written: first and last day it may mean, and `day`, `month` or `year` as its precision."""

    first: int
    last: int
    precision: str


class Age(NamedTuple):
    """An age or a stretch of time: calendar months, then days."""

    months: int
    days: int


@lru_cache(maxsize=32768)
def read_span(text: str) -> Span | None:
    """The interval of a partial date; None when it is no date between 1900 and 2199."""
    found = _PARTIAL.fullmatch(text)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if not _FIRST_YEAR <= year <= _LAST_YEAR or month > 12:
        return None
    if found[2] is None:
        return Span(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal(), "year")
    if month < 1:
        return None
    length = monthrange(year, month)[1]
    if found[3] is None:
        return Span(date(year, month, 1).toordinal(), date(year, month, length).toordinal(), "month")
    if not 1 <= day <= length:
        return None
    ordinal = date(year, month, day).toordinal()
    return Span(ordinal, ordinal, "day")


def read_day(text: str) -> int | None:
    """The ordinal of a full date; None for anything else, the empty text included."""
    span = read_span(text)
    return span.first if span is not None and span.precision == "day" else None


def write_day(ordinal: int) -> str:
    """The full date of an ordinal."""
    return date.fromordinal(ordinal).isoformat()


@lru_cache(maxsize=32768)
def add_months(ordinal: int, months: int) -> int:
    """The same day so many months on (or back), clamped to the end of the month (A-08)."""
    return _moved(date.fromordinal(ordinal), months)


def _moved(start: date, months: int) -> int:
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month0 + 1, start.day).toordinal()
    except ValueError:
        return date(year, month0 + 1, monthrange(year, month0 + 1)[1]).toordinal()


@lru_cache(maxsize=4096)
def read_age(text: str) -> Age:
    """`11m15d` as 11 months and 15 days. Raises ValueError: ages stand in our own files only."""
    found = _AGE.fullmatch(text)
    if found is None or not text:
        raise ValueError(f"{text!r} is not an age such as 4y, 12m, 11m15d or 6w")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return Age(years * 12 + months, weeks * 7 + days)


def reach(born: int, age: Age, leap_day_march: bool = False) -> int:
    """The ordinal on which `age` is reached by one born on `born`."""
    birth = date.fromordinal(born)
    mark = _moved(birth, age.months)
    if leap_day_march and age.months and birth.month == 2 and birth.day == 29:
        there = date.fromordinal(mark)
        if there.month == 2 and there.day == 28:
            mark += 1
    return mark + age.days

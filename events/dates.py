"""Dates as people and papers know them: whole, without a day, or only a year.

A partial date is an interval, never a guess (law, ambiguity A-13): ``1983-06`` may be before or after
a birthday on 1983-06-15, and whoever compares must treat both ends. Civil dates have no time zone;
instants are aware UTC datetimes and are written with milliseconds and ``Z``.
"""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, NewType

from events.forms import INSTANT, WRITTEN_DATE, form

_Written = Annotated[str, form(WRITTEN_DATE)]
PartialDate = NewType("PartialDate", _Written)
"""``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``, between 1900 and 2199."""

_PARTIAL = re.compile(WRITTEN_DATE)
_LOOKS_LIKE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def partial_date(text: str) -> PartialDate:
    """Check a written date. Raises ValueError that says what a date must look like."""
    if _PARTIAL.fullmatch(text) is None:
        if _LOOKS_LIKE.fullmatch(text):
            raise ValueError(f"{text!r} is not a day of the calendar between 1900 and 2199")
        raise ValueError(f"{text!r} is not a date: write YYYY-MM-DD, or YYYY-MM or YYYY if that is all there is")
    return PartialDate(text)


def is_full(written: PartialDate) -> bool:
    """Whether the day is known."""
    return len(written) == 10


def earliest(written: PartialDate) -> date:
    """The first day the written date may mean."""
    return date.fromisoformat((written + "-01-01")[:10])


def latest(written: PartialDate) -> date:
    """The last day the written date may mean."""
    if len(written) == 10:
        return date.fromisoformat(written)
    if len(written) == 4:
        return date(int(written), 12, 31)
    year, month = int(written[:4]), int(written[5:])
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(start: date, months: int) -> date:
    """The same day so many months on; the month's last day where it has no such day (A-08)."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month0 + 1, min(start.day, calendar.monthrange(year, month0 + 1)[1]))


def least_months_old(born: str, on: str) -> int | None:
    """Whole months of age on a day, of a partial birth date the fewest it can be; None where none was written."""
    if not born:
        return None
    first, day = latest(PartialDate(born)), date.fromisoformat(on)
    return (day.year - first.year) * 12 + day.month - first.month - (1 if day.day < first.day else 0)


def write_instant(moment: datetime) -> str:
    """An aware instant as ``2026-11-21T01:09:09.123Z`` (RFC 3339, UTC, milliseconds)."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_INSTANT = re.compile(INSTANT)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def read_instant(text: str) -> datetime:
    """The aware UTC datetime of ``write_instant``'s form and no other, 1900 to 2199. Raises ValueError."""
    if _INSTANT.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not an instant like 2026-11-21T01:09:09.123Z")
    return datetime.fromisoformat(text)


def to_milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 (UTC), exact where ``timestamp()`` would round."""
    return (moment - _1970) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """The aware UTC datetime. Raises OverflowError beyond what a datetime holds."""
    return _1970 + milliseconds * _MILLISECOND

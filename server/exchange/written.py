"""Dates, names and sexes as people write them in files, read without guessing.

    2019-03-05  2019/3/5  20190305  3/5/2019  03-05-2019  5-Mar-2019  March 5, 2019  2019-03-05T10:00Z   a day
    2019-03     03/2019   Mar 2019  2019-03-00                                             a month
    2019        2019-00-00                                                                 a year
    X  yes  given  ✓  unknown  (nothing)                                                   no date: ``None``
    31/12/2019  43831  2019-02-30  someday                                                 refused, with a reason

A slash date is month first, as everywhere in the United States; one that can only be day first is refused,
because its neighbours would then be wrong in silence. Two-digit years mean the latest century that is not
in the future.
"""

import calendar
import re
import unicodedata
from datetime import date

from events.catalog.event_type import PersonName
from events.dates import earliest, latest, partial_date
from server.exchange.rows import Sex

NAME_CHARACTERS_MAX = 200

TICKS = frozenset(
    (
        *("x", "xx", "y", "yes", "given", "done", "ok", "true", "t", "+", "*", "✓", "✔", "√", "☑", "☒", "🗸"),
        *("complete", "completed", "received", "had", "unknown", "unk", "?", "n/a", "na", "none", "null", "-", "--"),
        *("date unknown", "not known", "no date"),
    )
)
"""What stands where a date belongs when somebody only knew that there was a dose."""

NOT_GIVEN = frozenset(["no", "n", "not given", "refused", "declined", "false", "f", "0", "not done"])

_MONTHS = {month.lower(): number for number, month in enumerate(calendar.month_abbr) if month}
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4,6})?(?:\.0+)?")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T ,]+\d{1,2}:.*)?")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_WORDS_DAY_FIRST = re.compile(r"(\d{1,2})[-\s.]*([a-z]{3,9})\.?[-\s,]*(\d{4})")
_WORDS_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_WORDS_MONTH = re.compile(r"([a-z]{3,9})\.?[-\s,]+(\d{4})")


class BadDate(ValueError):
    """The text is no date; the message says why, without repeating it."""


def read_date(text: str, today: date) -> str | None:
    """A written date, or None where the text is a tick or empty. Raises BadDate with the reason.

    ``today`` only settles the century of two-digit years.
    """
    plain = " ".join(text.split()).casefold()
    if not plain or plain in TICKS:
        return None
    if plain in NOT_GIVEN:
        raise BadDate("the row says that no dose was given")
    if plain.isdecimal() and len(plain) == 5:
        raise BadDate("looks like a spreadsheet's day number")
    parts = _parts(plain, today)
    if parts is None:
        raise BadDate("not a date")
    return _compose(*parts)


def read_birth_date(text: str, today: date) -> str:
    """A birth date, full or partial. Raises BadDate; an empty one and one after today are refused too."""
    if not text.strip():
        raise BadDate("no birth date")
    born = read_date(text, today)
    if born is None:
        raise BadDate("no birth date")
    if earliest(partial_date(born)) > today:
        raise BadDate("birth date lies in the future")
    return born


def impossible(given_on: str, birth_date: str, today: date) -> str:
    """Why a dose cannot have been given on that date; empty when it can, a partial date being an interval."""
    dose = partial_date(given_on)
    if earliest(dose) > today:
        return "the dose lies in the future"
    if birth_date and latest(dose) < earliest(partial_date(birth_date)):
        return "the dose lies before birth"
    return ""


def _parts(plain: str, today: date) -> tuple[int, int, int] | None:
    """Year, month and day, zero where not written."""
    if found := _YEAR_FIRST.fullmatch(plain.upper()):
        return int(found[1]), int(found[2]), int(found[3] or 0)
    if plain.isdecimal() and len(plain) == 4:
        return int(plain), 0, 0
    if found := _COMPACT.fullmatch(plain):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _MONTH_FIRST.fullmatch(plain):
        if int(found[1]) > 12:
            raise BadDate("the day stands before the month")
        return _century(found[3], today), int(found[1]), int(found[2])
    if found := _MONTH_YEAR.fullmatch(plain):
        return int(found[2]), int(found[1]), 0
    if found := _WORDS_DAY_FIRST.fullmatch(plain):
        return int(found[3]), _month(found[2]), int(found[1])
    if found := _WORDS_MONTH_FIRST.fullmatch(plain):
        return int(found[3]), _month(found[1]), int(found[2])
    if found := _WORDS_MONTH.fullmatch(plain):
        return int(found[2]), _month(found[1]), 0
    return None


def _compose(year: int, month: int, day: int) -> str:
    if not 1900 <= year <= 2199:
        raise BadDate("the year is not between 1900 and 2199")
    if month == 0 and day:
        raise BadDate("a day without a month")
    text = f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")
    try:
        return partial_date(text)
    except ValueError as error:
        raise BadDate("not a day of the calendar") from error


def _month(word: str) -> int:
    number = _MONTHS.get(word[:3], 0)
    if not number:
        raise BadDate("not a date")
    return number


def _century(year: str, today: date) -> int:
    if len(year) == 4:
        return int(year)
    recent = today.year // 100 * 100 + int(year)
    return recent if recent <= today.year else recent - 100


def clean(text: str) -> str:
    """NFC, one space between words, no control characters: how text from a file is kept."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cf") else c for c in text).split())


def read_name(given: str, family: str, middle: str = "", suffix: str = "") -> PersonName | None:
    """A name, or None when given or family name is missing or absurdly long."""
    words = [clean(part) for part in (given, family, middle, suffix)]
    if not words[0] or not words[1] or any(len(word) > NAME_CHARACTERS_MAX for word in words):
        return None
    return PersonName(given=words[0], family=words[1], middle=words[2], suffix=words[3])


def person_key(name: PersonName, birth_date: str) -> tuple[str, str, str]:
    """By what two sources mean the same child: given and family name without case, and the birth date."""
    return clean(name.given).casefold(), clean(name.family).casefold(), birth_date


_PLACEHOLDER = re.compile(
    r"(?:(?:a|b|c)?[\s-]*(?:new\s*born|infant|baby|bb?aby|babe)\b.*"
    r"|(?:a|b|c|bb?|test|twin|baby|ababy)?[\s-]*(?:boy|girl|gril|boi)s?[\s#+()-]*(?:[ab](?![a-z])|(?<=[\s#(-])[cdl]|[1-9]|one|two|three|twin)?[\s\d()l-]*"
    r"|b{1,2}[\s-]?g?[\s-]*(?:\d|one|two)?|g\d|bg(?:one|two)|bb(?:one|two)"
    r"|(?:fe)?male|unknown|unnamed|missing|empty|none|no\s*(?:first|last|middle)?\s*nam\w*|baby\w*)",
    re.IGNORECASE,
)


def is_placeholder(given: str) -> bool:
    """Whether a first name is what a hospital writes before there is one (``BABY BOY``, ``B-G``)."""
    return _PLACEHOLDER.fullmatch(clean(given)) is not None


_SEXES: dict[str, Sex] = {"f": "female", "female": "female", "m": "male", "male": "male"}


def read_sex(text: str) -> Sex | None:
    """Female or male; ``unknown`` for any other word; None where the file says nothing."""
    plain = text.strip().casefold()
    return _SEXES.get(plain, "unknown") if plain else None

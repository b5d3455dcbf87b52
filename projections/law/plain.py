"""The plain course: a quick yes for doses given as the schedule recommends, well inside every limit.

Nine students in ten were vaccinated by the book; for them walking every series is wasted. Each row below is one
dose: the youngest and oldest age in days, the least days since the dose before and since the first, the vaccines.
Doses that keep the rows of a course are valid in the usual series whatever the calendar does (months of 28 to 31 days
are allowed for). Doses that do not get no verdict here: `validity.py` walks them. A test holds the yes to the walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

OLD = 40_000
"""Days: older than anyone."""


class Row(NamedTuple):
    """One dose of a plain course."""

    youngest: int
    oldest: int
    since_last: int
    since_first: int
    vaccines: frozenset[str]


Course = tuple[Row, ...]
"""The doses of one antigen by the book, oldest first; the last may be still to come."""

Courses = tuple[Course, ...]


def _of(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


_DTAP = _of("01 20 22 50 106 107 110 120 132 146 170")
_DTAP_LATE = _of("01 20 106 107 130")
_POLIO = _of("10 89 110 120 132 146 170")
_POLIO_LATE = _of("10 89 110 120 130")
_MMR, _VAR, _HEPB = _of("03 94"), _of("21"), _of("08 45 110 146")
_HIB, _HEPA, _MEN = _of("17 48 120 146"), _of("83"), _of("114 136 147 203")

_TRIPLE = (
    Row(42, 355, 0, 0, _DTAP),
    Row(70, 1400, 28, 0, _DTAP),
    Row(98, 1400, 28, 0, _DTAP),
)
_FIVE = (*_TRIPLE, Row(458, 1450, 184, 0, _DTAP), Row(1461, 2550, 184, 0, _DTAP_LATE))
_FOUR = (*_TRIPLE, Row(1461, 2550, 184, 0, _of("01 20 106 107")))
_LATE = Row(4019, OLD, 0, 0, _of("09 113 115 139"))
_DTP = ((*_FIVE, _LATE), (*_FOUR, _LATE))
_POLIO_TWO = (Row(42, 1400, 0, 0, _POLIO), Row(70, 1400, 28, 0, _POLIO))
_POLIO_LAST = Row(1461, 2550, 184, 0, _POLIO_LATE)
_MEASLES = ((Row(366, 6900, 0, 0, _MMR), Row(397, 6900, 28, 0, _MMR)),)
_HIB_TWO = (Row(42, 200, 0, 0, _HIB), Row(70, 360, 28, 0, _HIB))
_HIB_LAST = Row(366, 1820, 56, 0, _HIB)

PLAIN: dict[str, Courses] = {
    "DIPH": _DTP,
    "TET": _DTP,
    "PERT": _DTP,  # of the vaccines above, those that hold pertussis
    "POLIO": (
        (*_POLIO_TWO, Row(98, 1450, 28, 0, _POLIO), _POLIO_LAST),
        (*_POLIO_TWO, _POLIO_LAST),
    ),
    "MEAS": _MEASLES,
    "MUMP": _MEASLES,
    "RUBE": _MEASLES,
    "VAR": ((Row(366, 4700, 0, 0, _VAR), Row(458, 4700, 92, 0, _VAR)),),
    "HEPB": ((Row(0, 3900, 0, 0, _HEPB), Row(28, 3900, 28, 0, _HEPB), Row(168, 3900, 56, 112, _HEPB)),),
    "HEPA": ((Row(366, 6900, 0, 0, _HEPA), Row(549, 6900, 184, 0, _HEPA)),),
    "HIB": (
        (*_HIB_TWO, Row(98, 360, 28, 0, _HIB), _HIB_LAST),
        (*_HIB_TWO, _HIB_LAST),
    ),
    "MENACWY": ((Row(4019, 5800, 0, 0, _MEN), Row(5844, 8000, 184, 0, _MEN)),),
}
"""Per antigen the courses by the book, the usual one first."""

ODD = _of("33 103 167 191 192 121")
"""Codes the schedule weighs for an antigen our table does not count them for: no plain course with one of them."""

LIVE_GAP = 31
"""Days between live vaccines on different days that are always enough."""


class Dated(Protocol):
    """A dose with its first possible day and its vaccine."""

    @property
    def first(self) -> int: ...

    @property
    def cvx(self) -> str: ...


def plain_course(courses: Courses, born: int, doses: Sequence[Dated]) -> bool:
    """Whether these doses (entries with whole dates), oldest first, keep a course and so are surely all valid."""
    for course in courses:
        if len(doses) > len(course):
            continue
        first = last = doses[0].first
        for (youngest, oldest, since_last, since_first, vaccines), dose in zip(course, doses, strict=False):
            day = dose.first
            if not youngest <= day - born < oldest or dose.cvx not in vaccines:
                break
            if day - last < since_last or day - first < since_first:
                break
            last = day
        else:
            return True
    return False

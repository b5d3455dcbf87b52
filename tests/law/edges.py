"""Records on which the two evaluators once differed, and those at the ends of the calendar: rule set, day, record."""

from __future__ import annotations

from projections.law.record import Dose, PlannedDose, ProtectedStatus, Record, Transfer

EDGES: tuple[tuple[str, str, Record], ...] = (
    # Nothing can change this verdict any more: it holds for ever.
    ("mn-current", "2024-10-01", Record(born_on="1960-03-10", grade="12", enrolled_on="2024-09-03")),
    # Not subject for good, and a status without an end: no day of it may be named.
    (
        "mn-2006",
        "2006-10-02",
        Record(
            born_on="2001-03-10",
            grade="K",
            enrolled_on="2006-09-05",
            excluded_service=True,
            protected=(ProtectedStatus(kind="foster"),),
        ),
    ),
    # The first and the last day a date may have.
    ("mn-1980", "1900-01-01", Record(born_on="1900-01-01", grade="K", enrolled_on="1900-01-01")),
    ("mn-current", "2199-12-31", Record(born_on="2199-12-31", facility="child_care", enrolled_on="2199-12-31")),
    # Any day may be asked about, one on which no date of a record can lie too.
    ("mn-2006", "1850-02-28", Record(born_on="2001-03-10", grade="K", enrolled_on="2006-09-05")),
    ("mn-current", "9999-12-31", Record(born_on="2019-03-10", grade="K", enrolled_on="2024-09-03")),
    # New Year 1983, a Saturday, is kept on the last day of 1982: the grace ends on the Monday after.
    (
        "mn-1980",
        "1982-12-11",
        Record(
            born_on="1976-11-18",
            grade="K",
            enrolled_on="1982-12-01",
            transfer=Transfer(moved_from="home_school", moved_on="1982-12-01"),
        ),
    ),
    # Digits of other scripts are no date.
    ("mn-2006", "2006-10-02", Record(born_on="２００1-03-10", grade="K", enrolled_on="٢٠٠٦-09")),
    # A planned dose of a vaccine nobody asks at this age: the dose given too young does not keep the promise.
    (
        "mn-current",
        "2024-10-01",
        Record(
            born_on="2016-07-03",
            grade="2",
            enrolled_on="2024-09-03",
            doses=(Dose(code="136", given_on="2024-08-30"),),
            planned=(PlannedDose(antigens=("MENACWY",), planned_on="2024-09-15"),),
        ),
    ),
)

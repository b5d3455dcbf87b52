"""LAW-R24: the quick yes for a plain course never says yes where the walk through the series says no."""

import random
from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from projections.law.codes import CODES
from projections.law.entries import GOOD, Entry
from projections.law.library import rule_sets
from projections.law.plain import PLAIN, plain_course
from projections.law.plan import plan_for
from projections.law.target import NOT_VALID, Given, after, reached
from projections.law.validity import check_doses

SCHEDULES = {plan_for(one).standards for one in rule_sets()}


def plain(antigen: str, born: int, doses: list[Given]) -> bool:
    return plain_course(PLAIN[antigen], born, [Entry(one.day, one.day, GOOD, one.dose, one.cvx, "") for one in doses])


def course(seed: int) -> tuple[str, int, list[Given]]:
    """Doses at or near the edges of an antigen's rows."""
    rng = random.Random(seed)
    antigen = rng.choice(sorted(PLAIN))
    born = date(1990 + rng.randint(0, 30), rng.randint(1, 12), rng.randint(1, 28)) + timedelta(days=rng.randint(0, 3))
    day = born.toordinal()
    doses: list[Given] = []
    rows = rng.choice(PLAIN[antigen])
    for row in rows[: rng.randint(1, len(rows))]:
        least = max(born.toordinal() + row.youngest, day + row.since_last if doses else 0)
        if doses:
            least = max(least, doses[0].day + row.since_first)
        day = least + rng.choice((0, 0, 0, 1, 5, 40))
        if rng.random() < 0.1:
            day = born.toordinal() + row.oldest - 1
        vaccines = [cvx for cvx in sorted(row.vaccines) if antigen in (CODES.antigens_of(cvx) or ())]
        doses.append(Given(day, rng.choice(vaccines), len(doses)))
    return antigen, born.toordinal(), doses


@settings(max_examples=400, deadline=None)
@given(st.integers(min_value=0, max_value=10_000_000))
@example(0)
def test_a_plain_course_is_valid(seed: int) -> None:
    """LAW-R24"""
    antigen, born, doses = course(seed)
    if not plain(antigen, born, doses):
        return
    for schedule in SCHEDULES:
        checks = check_doses(schedule, born, doses, antigen)
        assert [checks[one.dose].status for one in doses if checks[one.dose].status == NOT_VALID] == [], (seed, antigen)


def test_most_courses_by_the_book_are_plain() -> None:
    """LAW-R24"""
    found = 0
    for seed in range(300):
        antigen, born, doses = course(seed)
        found += plain(antigen, born, doses)
    assert found > 200


@settings(max_examples=400, deadline=None)
@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2190, 12, 31)),
    st.sampled_from(
        ("0d", "6w-4d", "24d", "1m", "2m-4d", "5m", "8m", "12m-4d", "15m", "4y-4d", "4y", "7y", "18y", "65y")
    ),
    st.integers(min_value=-12, max_value=12),
)
def test_so_long_after_is_told_without_the_calendar_as_with_it(start: date, stretch: str, near: int) -> None:
    """LAW-R24"""
    mark = after(start.toordinal(), stretch)
    assert reached(start.toordinal(), mark + near, stretch) == (near >= 0)

"""One line a child: plain columns, true until the day it says."""

from datetime import timedelta

import msgspec
from hypothesis import given as having
from hypothesis import settings
from hypothesis import strategies as st

from events.catalog.policy import TransferGrace
from projections.standing import standing_of
from projections.student import fold
from tests.projections.given import KINDER_DOSES, PHONE, SCHOOL, TABLET, Given
from tests.projections.test_compliance import MONDAY, NO_POLICY, district


def test_a_line_names_nobody() -> None:
    """PROJ-R38: random ids, statuses and dates only."""
    log = Given()
    log.registered("2001-06-15")
    log.enrolled("2006-09-05", transferred_from="school", transferred_on="2006-09-05")
    log.dose("03", "2006-09-10", PHONE, seen=2)
    log.dose("03", "2006-09-10", TABLET, seen=2)
    line = standing_of(fold(log.facts), district(TransferGrace(days=30)), MONDAY)
    assert (line.overall, line.facility, line.next_due, line.attends) == ("transfer_grace", SCHOOL, "2006-10-05", True)
    assert (line.discrepancies, line.hard_discrepancies) == (1, 1)
    text = msgspec.json.encode(line).decode()
    assert "Okafor" not in text
    assert "2001-06-15" not in text


@settings(max_examples=40, deadline=None)
@having(st.sets(st.sampled_from(KINDER_DOSES)), st.integers(min_value=0, max_value=900))
def test_a_line_holds_until_the_day_it_says(doses: set[tuple[str, str]], after: int) -> None:
    """PROJ-R39: between the day asked and ``holds_until`` no day gives another status, and no sweep is needed."""
    log = Given()
    log.registered("2001-06-15")
    log.enrolled("2006-09-05", kindergarten_term="2006-2007", transferred_from="school", transferred_on="2006-09-05")
    for cvx, day in sorted(doses):
        log.told_dose(cvx, f"{int(day[:4]) - 14}{day[4:]}")
    log.checked(log.paper("in_process", "2006-09-01"))
    log.left("2008-06-05")
    student, policy = fold(log.facts), district(TransferGrace(days=20))
    now, then = MONDAY, MONDAY + timedelta(days=after)
    line, later = standing_of(student, policy, now), standing_of(student, policy, then)
    if not line.is_stale(then):
        assert (line.overall, line.may_attend, line.grade) == (later.overall, later.may_attend, later.grade)


def test_without_facts_there_is_still_a_line() -> None:
    line = standing_of(fold([]), NO_POLICY, MONDAY)
    assert (line.facility, line.attends) == (None, False)

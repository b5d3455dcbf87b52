"""`holds_until` is exact for every rule set and every kind of facility, in Python and in the browser's evaluator."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.law.holds import FACILITIES, Seen, exact, failures, question, seen, watch
from tests.law.records import SETS

SEEDS = st.integers(min_value=0, max_value=10_000_000)
DAYS = 100
FIRST_SEED = 3_000_000


@pytest.mark.parametrize("facility", FACILITIES)
@pytest.mark.parametrize("rule_set", SETS)
@settings(max_examples=2, deadline=None)
@given(seed=SEEDS)
def test_no_day_before_holds_until_answers_otherwise_and_that_day_does(rule_set: str, facility: str, seed: int) -> None:
    """LAW-R08"""
    asked = question(rule_set, facility, seed)
    found = seen(watch(asked, seed, DAYS))
    assert exact(found), (found, asked)


def test_the_browser_sees_the_same_days_change() -> None:
    """LAW-R08, LAW-R25"""
    assert list(failures(range(FIRST_SEED, FIRST_SEED + 56), DAYS // 2)) == []


def test_an_end_that_is_early_late_or_missing_is_not_exact() -> None:
    """LAW-R08"""
    assert exact(Seen("2006-09-05", "2006-09-05"))
    assert exact(Seen(None, ""))
    assert not exact(Seen("2006-09-05", "2006-09-04"))
    assert not exact(Seen("2006-09-05", ""))
    assert not exact(Seen(None, "2006-09-05"))

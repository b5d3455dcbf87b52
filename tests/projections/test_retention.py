"""Retention: computed, held, and never shorter than the law."""

import csv
from datetime import date
from pathlib import Path

import pytest

from events.catalog.policy import RetentionSchedule
from events.catalog.retention import DestructionProposed, HoldPlaced, HoldReleased
from events.envelope import SYSTEM_AUTHOR
from events.ids import DISTRICT_STREAM
from projections.policy import policy_of
from projections.retention import last_day_kept, timeline_of
from projections.student import fold
from tests.projections.given import CHILD, Given
from tests.projections.test_compliance import NO_POLICY, district

CASES = Path(__file__).resolve().parents[3] / "shared/data/law/law_deadlines.csv"


def registered(birth_date: str = "1989-09-01") -> Given:
    log = Given()
    log.registered(birth_date)
    return log


def test_five_years_past_majority_and_a_day() -> None:
    """PROJ-R32: A-29, the last day kept and the first day it may go."""
    timeline = timeline_of(fold(registered().facts), NO_POLICY, date(2012, 1, 1))
    assert timeline.last_day_kept == date(2012, 9, 1)
    assert timeline.earliest == date(2012, 9, 2)
    assert timeline.state(date(2012, 9, 1)) == "kept"
    assert timeline.state(date(2012, 9, 2)) == "may_be_destroyed"


def test_the_worked_retention_agrees() -> None:
    """PROJ-R32"""
    if not CASES.exists():
        pytest.skip("the worked deadlines are not on this machine")
    rows = [r for r in csv.DictReader(CASES.open()) if r["kind"] == "record_retention" and r["ruleset"] == "MN-2006"]
    for row in rows:
        born = date.fromisoformat(row["inputs"].split("birthdate=")[1].split(";")[0])
        assert last_day_kept(born).isoformat() == row["expected"]


@pytest.mark.parametrize(
    ("born", "last"),
    [("1992-02-29", "2015-03-01"), ("1992-02-28", "2015-02-28"), ("1992-02", "2015-03-01"), ("1992", "2015-12-31")],
)
def test_leap_days_and_partial_births_take_the_later_day(born: str, last: str) -> None:
    """PROJ-R33: 29 February counts as 1 March; a birth date without its day counts as its last."""
    timeline = timeline_of(fold(registered(born).facts), NO_POLICY, date(2000, 1, 1))
    assert timeline.last_day_kept is not None
    assert timeline.last_day_kept.isoformat() == last


def test_our_own_doses_and_child_care_stay_until_a_schedule_covers_them() -> None:
    """PROJ-R34"""
    log = registered()
    log.dose("03", "2002-05-01")
    log.enrolled("1992-09-01", grade="PREK", kind="child_care")
    log.left("1994-06-01")
    student, day = fold(log.facts), date(2026, 1, 1)
    assert timeline_of(student, NO_POLICY, day).state(day) == "no_period"
    scheduled = district(
        RetentionSchedule(record="administered_dose", years_after_last_entry=30, approved_by="Board"),
        RetentionSchedule(record="child_care_file", years_after_last_entry=10, approved_by="Board"),
    )
    timeline = timeline_of(student, scheduled, day)
    assert [(part.kind, part.earliest) for part in timeline.parts] == [
        ("school_file", date(2012, 9, 2)),
        ("administered_dose", date(2032, 5, 2)),
        ("child_care_file", date(2004, 6, 2)),
    ]
    assert timeline.earliest == date(2032, 5, 2)


def test_a_hold_stops_destruction_while_it_lasts() -> None:
    """PROJ-R35: holds by name, by an open matter, and because the child still attends."""
    log = registered()
    hold = log.add(
        HoldPlaced(student=CHILD, reason="litigation", authority="counsel", from_day="2012-01-01"),
        stream=DISTRICT_STREAM,
    )
    day = date(2013, 1, 1)
    student = fold(f for f in log.facts if f.stream != "district")
    assert timeline_of(student, policy_of(log.facts), day).state(day) == "held"
    over = HoldReleased(event=hold.id, student=CHILD, on="2013-01-01", reason="settled")
    log.add(over, stream=DISTRICT_STREAM)
    assert timeline_of(student, policy_of(log.facts), day).state(day) == "held", "a device's word ends no hold"
    log.add(over, stream=DISTRICT_STREAM, author=SYSTEM_AUTHOR)
    assert timeline_of(student, policy_of(log.facts), day).state(day) == "may_be_destroyed"
    assert timeline_of(student, NO_POLICY, day, ["an open case"]).state(day) == "held"
    attends = registered()
    attends.enrolled("2006-09-05", grade="12")
    assert timeline_of(fold(attends.facts), NO_POLICY, day).state(day) == "held"


def test_without_a_birth_date_nothing_may_go() -> None:
    day = date(2090, 1, 1)
    timeline = timeline_of(fold([]), NO_POLICY, day)
    assert (timeline.earliest, timeline.state(day)) == (None, "no_period")


def test_the_stage_of_a_destruction_shows() -> None:
    log = registered()
    proposed = DestructionProposed(student=CHILD, earliest_on="2012-09-02", computation="18 + 5 years + 1 day")
    log.add(proposed, stream=DISTRICT_STREAM)
    student = fold(f for f in log.facts if f.stream != "district")
    assert timeline_of(student, policy_of(log.facts), date(2012, 9, 2)).stage == "", "a device's word is no step"
    log.add(proposed, stream=DISTRICT_STREAM, author=SYSTEM_AUTHOR)
    assert timeline_of(student, policy_of(log.facts), date(2012, 9, 2)).stage == "proposed"

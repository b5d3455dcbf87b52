"""The demo's people: enough of them, the same every time, and every fact fit to be signed."""

from datetime import UTC, date, datetime
from typing import get_args

import pytest

from events.catalog.stock import TemperatureRead
from events.codec import encode_payload
from events.dates import read_instant
from events.ids import EventId, stream_of
from events.roles import Role
from server.demo.district import DemoDistrict, demo_district
from server.demo.stories import Story

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def demo() -> DemoDistrict:
    return demo_district(7, TODAY)


def event_ids(count: int) -> list[EventId]:
    return [EventId(f"01900000-0000-7000-8000-{number:012x}") for number in range(count)]


def test_there_are_three_facilities_and_at_least_600_students_with_distinct_names(demo: DemoDistrict) -> None:
    """DEMO-R01"""
    assert {facility.kind for facility in demo.facilities} == {"elementary", "secondary", "child_care"}
    assert len(demo.students) >= 600
    names = {(s.child.name.given, s.child.name.middle, s.child.name.family) for s in demo.students}
    assert len(names) == len(demo.students)


def test_every_role_has_somebody_with_a_login(demo: DemoDistrict) -> None:
    """DEMO-R01"""
    held = {grant.role for person in demo.staff for grant in person.roles}
    assert held == {role.value for role in Role} - {"system"}
    assert len({person.login for person in demo.staff}) == len(demo.staff)


def test_every_story_is_told_by_somebody(demo: DemoDistrict) -> None:
    assert {student.history.story for student in demo.students} == set(get_args(Story))


def test_every_fact_can_be_signed(demo: DemoDistrict) -> None:
    now = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)
    for _, payload in (*demo.opening, *demo.following(event_ids(len(demo.opening))), *demo.packed(now)):
        assert encode_payload(payload)


def test_a_child_goes_to_the_facility_of_its_age_and_no_dose_is_before_birth_or_after_today(demo: DemoDistrict) -> None:
    for student in demo.students:
        assert student.child.born < TODAY
        assert student.history.first_day <= TODAY
        for shot in student.history.shots:
            assert student.child.born <= shot.on <= TODAY


@pytest.mark.parametrize("hour", [0, 13, 22])
def test_each_box_leaves_cold_at_the_hour_the_demo_is_played(demo: DemoDistrict, hour: int) -> None:
    """DEMO-R06"""
    now = datetime(2026, 11, 21, hour, 5, tzinfo=UTC)
    told = [(stream, reading) for stream, reading in demo.packed(now) if isinstance(reading, TemperatureRead)]
    assert [one.container for _, one in told] == sorted({lot.container for lot in demo.clinic.stock})
    assert {stream for stream, _ in told} == {stream_of("clinic", demo.clinic.id)}
    assert {(one.occasion, read_instant(one.at)) for _, one in told} == {("start", now)}
    assert all(2 <= one.celsius <= 8 for _, one in told)


def test_the_clinic_expects_150_children_most_of_whom_lack_something(demo: DemoDistrict) -> None:
    """DEMO-R04"""
    assert len(demo.clinic.wanted) == 150
    assert sum(codes != ("150",) for codes in demo.clinic.wanted.values()) > 80
    assert len(demo.clinic.consents) > 120


def test_the_same_seed_and_day_make_the_same_district() -> None:
    """DEMO-R02"""
    assert demo_district(3, TODAY) == demo_district(3, TODAY)
    assert demo_district(3, TODAY) != demo_district(4, TODAY)


@pytest.mark.parametrize("today", [date(2026, 1, 31), date(2026, 8, 31), date(2026, 9, 1), date(2028, 2, 29)])
def test_it_can_be_made_on_any_day_of_the_year(today: date) -> None:
    """DEMO-R02"""
    assert len(demo_district(1, today).students) >= 600

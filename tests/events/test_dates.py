"""Dates as people write them, instants as machines do, and the ids that carry time."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.dates import (
    PartialDate,
    add_months,
    earliest,
    from_milliseconds,
    is_full,
    latest,
    partial_date,
    read_instant,
    to_milliseconds,
    write_instant,
)
from events.forms import CIVIL_DATE, INSTANT, WRITTEN_DATE, form
from events.ids import access_stream, is_stream, is_uuid7, stream_id, stream_kind, stream_of, uuid7
from tests.events.examples import ADA, NURSE

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def test_date_r01_the_form_is_the_calendar() -> None:
    """DATE-R01: every day of 1900 to 2199 has the form, and nothing else does (leap years by the calendar)."""
    whole = re.compile(CIVIL_DATE)
    for year in range(1900, 2200):
        for month in range(14):
            for day in range(33):
                text = f"{year}-{month:02}-{day:02}"
                try:
                    expected = date.fromisoformat(text) is not None
                except ValueError:
                    expected = False
                assert (whole.fullmatch(text) is not None) is expected, text


@pytest.mark.parametrize(
    "text",
    [
        "1899-12-31",
        "2200-01-01",
        "2026-02-29",
        "1900-02-29",
        "2100-02-29",
        "2026-02-30",
        "2026-04-31",
        "2026-13-01",
        "2026-00-10",
        "2026-1-1",
        "2026-11-21\n",
        " 2026-11-21",
        "٢٠٢٦-11-21",
        "2026-11-21T00:00:00",
        "20261121",
        "2026-W47-6",
        "",
    ],
)
def test_date_r01_what_is_no_day(text: str) -> None:
    assert re.fullmatch(CIVIL_DATE, text) is None
    assert re.search(form(CIVIL_DATE).pattern or "", text) is None
    with pytest.raises(ValueError):
        partial_date(text)


@given(DAYS)
def test_date_r02_a_partial_date_is_an_interval(day: date) -> None:
    """DATE-R02: the year and the month hold the day; a full date holds nothing else."""
    text = day.isoformat()
    for written in (text, text[:7], text[:4]):
        read = partial_date(written)
        assert earliest(read) <= day <= latest(read)
        assert is_full(read) is (written == text)
        assert (earliest(read) == latest(read)) is is_full(read)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),
        ("1999", date(1999, 1, 1), date(1999, 12, 31)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_date_r02_the_ends_of_partial_dates(written: str, first: date, last: date) -> None:
    assert (earliest(PartialDate(written)), latest(PartialDate(written))) == (first, last)


@pytest.mark.parametrize("text", ["2026-1", "2026-13", "26", "2026-", "1899", "2026-11-2"])
def test_date_r02_what_is_no_partial_date(text: str) -> None:
    assert re.fullmatch(WRITTEN_DATE, text) is None
    with pytest.raises(ValueError, match=r"date|day"):
        partial_date(text)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
    ],
)
def test_date_r03_months_end_where_the_month_ends(start: date, months: int, expected: date) -> None:
    """DATE-R03: the law's reading A-08."""
    assert add_months(start, months) == expected


@given(MOMENTS)
def test_date_r04_instants_read_back_to_the_millisecond(moment: datetime) -> None:
    """DATE-R04: one written form in UTC, whatever zone the moment was told in."""
    written = write_instant(moment)
    cut = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert re.fullmatch(INSTANT, written)
    assert read_instant(written) == cut
    assert write_instant(moment.astimezone(timezone(timedelta(hours=-6)))) == written
    assert from_milliseconds(to_milliseconds(moment)) == cut


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T01:09:09Z",
        "2026-11-21T01:09:09.123",
        "2026-11-21T24:00:00.000Z",
        "2026-11-21T23:59:60.000Z",
        "2026-02-30T01:09:09.123Z",
        "2026-11-21 01:09:09.123Z",
        "2026-11-21T01:09:09.123z",
        "2026-11-21T01:09:09.123Z\n",
        "2026-11-21T01:09:09,123Z",
    ],
)
def test_date_r04_an_instant_has_one_form(text: str) -> None:
    assert re.fullmatch(INSTANT, text) is None
    with pytest.raises(ValueError, match="instant"):
        read_instant(text)


def test_date_r04_a_naive_moment_is_none() -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_instant(datetime(2026, 11, 21))  # noqa: DTZ001


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_id_r01_uuid7_has_version_variant_and_time(moment: datetime, noise: bytes) -> None:
    """ID-R01: RFC 9562, section 5.7: 48 bits of milliseconds, version 7, variant 2, the rest as given."""
    made = uuid7(moment, noise)
    bits = int(made.replace("-", ""), 16)
    assert is_uuid7(made)
    assert bits >> 80 == to_milliseconds(moment)
    assert (bits >> 76 & 0xF, bits >> 62 & 0b11) == (7, 0b10)
    assert bits >> 64 & 0xFFF == int.from_bytes(noise[:2]) & 0xFFF
    assert bits & (1 << 62) - 1 == int.from_bytes(noise[2:]) & (1 << 62) - 1


@given(MOMENTS, MOMENTS, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_id_r01_uuid7_sorts_by_time(one: datetime, other: datetime, noise: bytes, more: bytes) -> None:
    if to_milliseconds(one) < to_milliseconds(other):
        assert uuid7(one, noise) < uuid7(other, more)


def test_id_r01_the_example_of_the_rfc() -> None:
    """ID-R01: RFC 9562, appendix A.6."""
    moment = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    noise = (0xCC3).to_bytes(2) + (0x18C4DC0C0C07398F).to_bytes(8)
    assert uuid7(moment, noise) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_id_r01_uuid7_refuses_what_it_cannot_carry() -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        uuid7(datetime(2026, 1, 1, tzinfo=UTC), bytes(9))
    with pytest.raises(ValueError, match="before 1970"):
        uuid7(datetime(1969, 12, 31, tzinfo=UTC), bytes(10))


def test_id_r02_streams_are_made_and_read() -> None:
    """ID-R02: kind/id, the access streams by month, and the district's own."""
    assert stream_of("student", ADA) == f"student/{ADA}"
    assert (stream_kind(stream_of("student", ADA)), stream_id(stream_of("student", ADA))) == ("student", ADA)
    assert access_stream(NURSE, "2026-11") == f"access/{NURSE}/2026-11"
    assert is_stream("district")
    for kind, subject in (
        ("pupil", ADA),
        ("student", "1"),
        ("student", ADA + "\n"),
        ("district", ADA),
        ("access", ADA),
    ):
        with pytest.raises(ValueError, match="not a stream"):
            stream_of(kind, subject)
    for month in ("2026-13", "2026-1", "2026", "٢٠٢٦-01"):
        with pytest.raises(ValueError, match="not a stream"):
            access_stream(NURSE, month)

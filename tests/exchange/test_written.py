"""Dates, names, vaccines and grades as people write them (docs/requirements/imports.md)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.dates import partial_date
from server.exchange.grades import read_grade
from server.exchange.vaccines import understand
from server.exchange.written import BadDate, impossible, is_placeholder, read_date

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2019-03-05", "2019-03-05"),
        ("2019/3/5", "2019-03-05"),
        ("20190305", "2019-03-05"),
        ("3/5/2019", "2019-03-05"),
        ("03-05-2019", "2019-03-05"),
        ("3/5/19", "2019-03-05"),
        ("3/5/98", "1998-03-05"),
        ("5-Mar-2019", "2019-03-05"),
        ("Sept. 3, 2010", "2010-09-03"),
        ("2019-03-05T10:00:00Z", "2019-03-05"),
        ("3/5/2019 12:00:00 AM", "2019-03-05"),
        ("2019-03", "2019-03"),
        ("03/2019", "2019-03"),
        ("Mar 2019", "2019-03"),
        ("05/00/2019", "2019-05"),
        ("2019-00-00", "2019"),
        ("2019", "2019"),
        ("X", None),
        ("✓", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_dates_as_people_write_them(text: str, meant: str | None) -> None:
    """IMPORT-R60"""
    assert read_date(text, TODAY) == meant


@pytest.mark.parametrize("text", ["31/12/2019", "43831", "2019-02-30", "someday", "no", "0000-01-01", "2019-13-01"])
def test_what_is_no_date_is_never_guessed(text: str) -> None:
    """IMPORT-R60"""
    with pytest.raises(BadDate):
        read_date(text, TODAY)


@given(st.text(max_size=40))
def test_any_text_is_a_date_a_tick_or_refused(text: str) -> None:
    """IMPORT-R60"""
    try:
        meant = read_date(text, TODAY)
    except BadDate:
        return
    assert meant is None or partial_date(meant) == meant


def test_a_partial_date_is_impossible_only_when_all_of_it_is() -> None:
    """IMPORT-R24"""
    assert not impossible("2015-04", "2015-04-30", TODAY)
    assert impossible("2015-03", "2015-04-30", TODAY)
    assert not impossible("2026-11", "2015-04-30", TODAY)
    assert impossible("2026-12", "2015-04-30", TODAY)


@pytest.mark.parametrize(
    ("words", "cvx"),
    [
        ({"cvx": "3"}, "03"),
        ({"cvx": "020", "group": "DTaP"}, "20"),
        ({"cvx": "110", "group": "Polio"}, "110"),
        ({"cvx": "03", "group": "Polio"}, None),
        ({"cvx": "769", "group": "Varicella"}, None),
        ({"cvx": "769", "cpt": "90716"}, None),
        ({"cpt": "90707"}, "03"),
        ({"cpt": "90707", "group": "Varicella"}, None),
        ({"group": "HepB"}, "45"),
        ({"group": "Malaria, RTS"}, None),
        ({"cvx": "abc", "group": "MMR"}, None),
    ],
)
def test_a_vaccine_is_understood_or_kept_as_written(words: dict[str, str], cvx: str | None) -> None:
    """IMPORT-R23"""
    meant = understand(**words)
    assert meant.cvx == cvx
    assert all(word in meant.as_written for word in words.values())


@pytest.mark.parametrize("name", ["BABY BOY", "Baby Girl A", "B-G", "NEWBORN", "TWIN GIRL", "NO NAME", "BBTWO", "boya"])
def test_placeholder_names(name: str) -> None:
    """IMPORT-R13"""
    assert is_placeholder(name)


@pytest.mark.parametrize("name", ["Boyd", "Babette", "Girolamo", "Maleah", "Bo", "Noah", "Unity", "Gia", "Tou-Ger"])
def test_names_that_are_names(name: str) -> None:
    """IMPORT-R13"""
    assert not is_placeholder(name)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("KG", "K"),
        ("03", "3"),
        ("Third grade", "3"),
        ("12", "12"),
        ("PK", "PREK"),
        ("IT", "PREK"),
        ("09,10", "9"),
        ("", "UNGRADED"),
        ("Other", "UNGRADED"),
        ("PS", "POST"),
        ("Kindergarten", "K"),
        ("²", "UNGRADED"),
    ],
)
def test_grades(text: str, grade: str) -> None:
    """IMPORT-R61"""
    assert read_grade(text) == grade

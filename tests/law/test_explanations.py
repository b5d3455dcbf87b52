# ruff: noqa: E501  (tables: one row to a line)
"""Explanations: whole, in two languages, and readable aloud."""

import re
from datetime import date

from projections.law.explain import explain_record, spoken_date, texts
from projections.law.library import rule_set_named, rule_sets
from projections.law.record import Dose, Record

RECORD = Record(
    born_on="2001-04-20", grade="K", enrolled_on="2006-09-05", statement_source="parent", kg_term="2006-2007",
    doses=(*tuple(Dose(code="20", given_on=on) for on in ("2001-06-20", "2001-08-20", "2001-10-22", "2005-04-20")), Dose(code="03", given_on="2002-04-19"), Dose(code="21", given_on="2002-05-01")),
)  # fmt: skip


def told(language: str) -> str:
    loaded = rule_set_named("mn-2006")
    assert loaded is not None
    return explain_record(RECORD, loaded, date(2006, 9, 5), language).text()  # type: ignore[arg-type]


def test_english_says_what_counts_what_does_not_why_and_what_would_settle_it() -> None:
    """LAW-R21"""
    text = told("en")
    assert "The record does not yet meet the law." in text
    assert "Against measles: one dose more needed (0 of 1 doses count)." in text
    assert "Not counted: MMR on April 19, 2002, given before the youngest age the law accepts." in text
    assert "By Minn. Stat. 121A.15 (2006), subd. 4(b)." in text
    assert "To settle it: bring the date of a dose already given" in text
    assert "(A-01)" in text
    assert "The other reading would say “ok” here instead of “short”" in text


def test_spanish_is_its_own_text() -> None:
    """LAW-R21"""
    text = told("es")
    assert "El registro todavía no cumple con la ley." in text
    assert "Contra el sarampión: falta lo siguiente: una dosis (cuentan 0 de 1 dosis)." in text
    assert "19 de abril de 2002" in text
    assert not re.search(r"\b(the|dose|given|measles)\b", text)


def test_every_sentence_exists_in_both_languages() -> None:
    """LAW-R21"""
    groups = ("antigens", "overall", "outcome", "missing", "cure", "reason", "labels", "finding")
    for group in groups:
        for key, sentence in texts()[group].items():
            assert set(sentence) == {"en", "es"}, (group, key)
            blanks = [set(re.findall(r"\{(\w+)\}", sentence[language])) - {"why"} for language in ("en", "es")]
            assert blanks[0] == blanks[1], (group, key)


def test_every_antigen_and_reading_can_be_told() -> None:
    """LAW-R21"""
    for one in rule_sets():
        assert set(one.rules.antigens) <= set(texts()["antigens"])
        assert all(reading.why.endswith(".") for reading in one.rules.readings.values())


def test_dates_as_people_say_them() -> None:
    """LAW-R21"""
    assert spoken_date("2006-09-05", "en") == "September 5, 2006"
    assert spoken_date("2006-09-05", "es") == "5 de septiembre de 2006"
    assert spoken_date("2006-09", "es") == "septiembre de 2006"
    assert spoken_date("2006", "en") == "2006"
    assert spoken_date("soon", "en") == "soon"

# ruff: noqa: E501  (tables: one row to a line)
"""LAW-R21: explanations are whole, in two languages, and can be read aloud to a parent."""

import csv
import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from projections.law import cases
from projections.law.case_rows import Row
from projections.law.explain import Explanation, Language, cited, explain, explain_record, spoken, spoken_date, texts
from projections.law.library import rule_set_named, rule_sets
from projections.law.record import Dose, Record, Transfer
from projections.law.verdict import Outcome, Overall

RECORD = Record(
    born_on="2001-04-20", grade="K", enrolled_on="2006-09-05", statement_source="parent", kg_term="2006-2007",
    doses=(*tuple(Dose(code="20", given_on=on) for on in ("2001-06-20", "2001-08-20", "2001-10-22", "2005-04-20")), Dose(code="03", given_on="2002-04-19"), Dose(code="21", given_on="2002-05-01")),
)  # fmt: skip
KNOWN = {one.rules.id: one for one in rule_sets()}
EXAMINER = Path(__file__).with_name("examiner_cases.csv")


def told(language: Language, record: Record = RECORD, as_of: date = date(2006, 9, 5)) -> str:
    return spoken(explain_record(record, KNOWN["mn-2006"], as_of, language), language)


def examined() -> list[cases.CaseResult]:
    rows = csv.DictReader(EXAMINER.open(newline=""))
    return cases.check([Row(number, dict(row)) for number, row in enumerate(rows, start=2)], KNOWN)


def test_english_says_what_counts_what_does_not_why_and_what_would_settle_it() -> None:
    text = told("en")
    assert "The record does not yet meet the law." in text
    assert "the law does not let the student attend; the school must hear the family" in text
    assert "Against measles: one more dose is needed (0 of 1 counted)." in text
    assert "Not counted: MMR on April 19, 2002: given before the youngest age the law accepts." in text
    assert "By Minn. Stat. 121A.15 (2006), subd. 4(b). Elementary school, six or younger:" in text
    assert "To settle it: bring the date of a dose already given" in text
    assert "also counts. It is due now." in text
    assert "(A-01): The text says after the fourth birthday" in text
    assert "The other reading would say “enough doses” here instead of “a dose is missing”" in text


def test_spanish_is_its_own_text() -> None:
    text = told("es")
    assert "El registro todavía no cumple con la ley." in text
    assert "la escuela debe escuchar a la familia" in text
    assert "Contra el sarampión: falta una dosis (cuentan 0 de 1)." in text
    assert "Según Minn. Stat. 121A.15 (2006), subd. 4(b). Escuela primaria, hasta los seis años:" in text
    assert "(A-01): El texto dice después del cuarto cumpleaños" in text
    assert "19 de abril de 2002" in text
    assert not re.search(r"\b(the|dose|given|measles|needed|school|law)\b", text)


@pytest.mark.parametrize("rules", KNOWN)
def test_a_citation_holds_no_english_on_a_spanish_page(rules: str) -> None:
    """What stands in statute books stays as it is cited; "and", "question" and the like are ours to say."""
    for clause in KNOWN[rules].rules.clauses.values():
        said = (
            cited(clause.cite, "es")
            .replace("Questions and Answers on ", "")
            .replace("(Annual Immunization Status Report)", "")
        )
        assert not re.search(r"\b(and|about|August|chapter|department|from|law|on|page|question|section|the)\b", said)
        assert re.findall(r"\d+\w*", said) == re.findall(r"\d+\w*", clause.cite)
        assert cited(clause.cite, "en") == clause.cite


def test_what_is_the_same_for_several_diseases_is_said_once() -> None:
    text = told("en")
    assert "Against diphtheria, tetanus and whooping cough (pertussis): one more dose is needed" in text
    assert text.count("Elementary school, six or younger:") == 1


def test_by_when_is_said_for_a_transferred_student_and_for_a_begun_series() -> None:
    moved = Transfer(moved_from="school", moved_on="2006-09-05", grace_days=30)
    graced = told("en", Record(born_on="2001-04-20", grade="K", enrolled_on="2006-09-05", transfer=moved))
    assert "It is due by October 5, 2006." in graced
    begun = Record(
        born_on="2001-04-20", grade="K", enrolled_on="2006-09-05", statement_source="physician", kg_term="2006-2007",
        doses=tuple(Dose(code=code, given_on="2006-08-01") for code in ("20", "10", "03", "08")),
    )  # fmt: skip
    assert "may be finished through March 5, 2008. " in told("en", begun).replace("\n", " ")
    assert "have the remaining doses given and bring a statement of them from a physician" in told("en", begun)
    assert "se puede completar hasta el 5 de marzo de 2008 inclusive" in told("es", begun)


def test_where_only_a_professionals_statement_counts_no_dose_is_called_missing() -> None:
    infant = Record(
        born_on="2005-06-20", facility="child_care", enrolled_on="2006-01-05", statement_source="parent",
        doses=tuple(Dose(code="20", given_on=on) for on in ("2005-08-22", "2005-10-24", "2005-12-26")),
    )  # fmt: skip
    text = told("en", infant, date(2006, 2, 1))
    assert "only a physician's or a public clinic's statement counts at this age" in text
    assert "more dose" not in text
    assert "On record: DTaP on August 22, 2005" in text


def test_a_date_that_leaves_the_answer_open_is_named() -> None:
    case = next(one for one in examined() if one.case_id == "E88-029")
    assert case.verdict is not None
    assert case.record is not None
    text = spoken(explain(case.verdict, case.record, KNOWN["mn-1988"]))
    assert "Not sure without its day: DTP in May 1988." in text
    assert "the student may attend meanwhile" in text


@pytest.mark.parametrize("language", get_args(Language))
def test_every_case_of_the_examiner_can_be_read_aloud(language: Language) -> None:
    """No blank left open, no key of the program, no empty sentence; every status and outcome is among them."""
    overalls, outcomes = set(), set()
    for one in examined():
        assert one.verdict is not None
        assert one.record is not None
        overalls.add(one.verdict.overall)
        outcomes |= {part.outcome for part in one.verdict.antigens}
        text = spoken(explain(one.verdict, one.record, KNOWN[one.verdict.rule_set], language), language)
        assert not re.search(r"[{}]|\b[a-z]+_[a-z_]+\b| {3}|\.\.|: *\n|\(\)", text), (one.case_id, text)
        assert all(line.strip().endswith((".", "”.", "».")) for line in text.splitlines()), (one.case_id, text)
    assert overalls == set(get_args(Overall))
    assert outcomes == set(get_args(Outcome))


def test_every_sentence_exists_in_both_languages() -> None:
    groups = (
        "antigens", "overall", "attendance", "outcome", "missing", "cure", "reason", "labels", "tokens", "kinds", "finding",
    )  # fmt: skip
    for group in groups:
        for key, sentence in texts()[group].items():
            assert set(sentence) == {"en", "es"}, (group, key)
            assert all(sentence.values()), (group, key)
            blanks = [set(re.findall(r"\{(\w+)\}", sentence[language])) for language in ("en", "es")]
            assert blanks[0] == blanks[1], (group, key)


@pytest.mark.parametrize("name", KNOWN)
def test_every_clause_and_reading_is_one_sentence_in_both_languages(name: str) -> None:
    """LAW-R06"""
    rules = KNOWN[name].rules
    for key, clause in rules.clauses.items():
        assert clause.source in rules.sources
        for text in (clause.text, clause.text_es):
            assert text.endswith("."), key
            assert ". " not in text, (key, text)
    assert all(reading.why.endswith(".") and reading.why_es.endswith(".") for reading in rules.readings.values())


@pytest.mark.parametrize("name", KNOWN)
def test_the_spanish_keeps_to_the_glossary(name: str) -> None:
    """The Spanish policy among the sources says religious beliefs, school days and twelve points: other law."""
    rules = KNOWN[name].rules
    spanish = " ".join(
        [clause.text_es for clause in rules.clauses.values()] + [one.why_es for one in rules.readings.values()]
    )
    told = spanish + " ".join(
        str(one) for group in texts().values() if isinstance(group, dict) for one in group.values()
    )
    assert not re.search(r"religios|motarizad|días escolares|requerimientos b|doce o m", told)
    assert "notarizada" in spanish


def test_every_antigen_can_be_told() -> None:
    for one in rule_sets():
        assert set(one.rules.antigens) <= set(texts()["antigens"])


def test_a_rule_set_without_spanish_sentences_is_cited_all_the_same() -> None:
    told = Explanation("h", (), (), (), "holds", "")
    assert spoken(told, "es") == "h\nholds"


def test_dates_as_people_say_them() -> None:
    assert spoken_date("2006-09-05", "en") == "September 5, 2006"
    assert spoken_date("2006-09-05", "es") == "5 de septiembre de 2006"
    assert spoken_date("2006-09", "es") == "septiembre de 2006"
    assert spoken_date("2006", "en") == "2006"
    assert spoken_date("soon", "en") == "soon"
    assert rule_set_named("mn-1776") is None

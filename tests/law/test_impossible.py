# ruff: noqa: E501  (tables: one row to a line)
"""LAW-R11: what cannot be is left out and told; it never raises and never passes in silence."""

import random
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from projections.law.evaluate import evaluate
from projections.law.explain import explain, spoken
from projections.law.library import rule_sets
from projections.law.record import (
    Dose,
    Exemption,
    Paper,
    PlannedDose,
    ProtectedStatus,
    Record,
    Suspension,
    Transfer,
)
from projections.law.verdict import Verdict
from tests.law.records import random_case
from tests.law.statements import C06, K06

KNOWN = {one.rules.id: one for one in rule_sets()}
DAY = date(2006, 9, 5)
NO_DATES = (
    "2006-02-30",
    "2005-02-29",
    "2006-13-01",
    "2006-00-10",
    "0000-01-01",
    "9/5/2006",
    "soon",
    "2006-9-5",
    "99999-01-01",
    "2006-09-05T00:00",
)
NOT_FULL = ("2006", "2006-09")


def record(**fields: Any) -> Record:
    given = [one.partition(":") for one in K06.split()]
    return Record(**{**C06, "doses": tuple(Dose(code=code, given_on=on) for code, _, on in given), **fields})


def judged(one: Record, as_of: date = DAY, rule_set: str = "mn-2006") -> Verdict:
    verdict = evaluate(one, KNOWN[rule_set], as_of)
    assert spoken(explain(verdict, one, KNOWN[rule_set], "en"))
    assert spoken(explain(verdict, one, KNOWN[rule_set], "es"), "es")
    return verdict


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def medical(**dates: str) -> tuple[Exemption, ...]:
    on: dict[str, Any] = {"signed_on": "2006-08-01", "received_on": "2006-08-01", "accepted_on": "2006-08-01", **dates}
    return (Exemption(kind="medical", antigens=("MMR",), signer="physician", **on),)


NO_MMR = tuple(one for one in record().doses if one.code != "MMR")

PLACES: dict[str, tuple[Any, str]] = {
    "born_on": (lambda on: record(born_on=on), "birth_date_unusable"),
    "enrolled_on": (lambda on: record(enrolled_on=on), "enrolled_on_impossible"),
    "clock_from": (lambda on: record(clock_from=on), "clock_impossible"),
    "a dose": (lambda on: record(doses=(*record().doses, Dose(code="03", given_on=on))), "dose_date_impossible"),
    "transfer": (lambda on: record(transfer=Transfer(moved_from="school", moved_on=on, grace_days=30)), "transfer_impossible"),
    "first enrollment": (lambda on: record(transfer=Transfer(moved_from="none", moved_on="", first_mn_enrollment=on)), "first_enrollment_impossible"),
    "signed": (lambda on: record(exemptions=medical(signed_on=on)), "exemption_date_impossible"),
    "received": (lambda on: record(exemptions=medical(received_on=on)), "exemption_date_impossible"),
    "accepted": (lambda on: record(exemptions=medical(accepted_on=on)), "exemption_date_impossible"),
    "rejected": (lambda on: record(exemptions=medical(rejected_on=on)), "exemption_date_impossible"),
    "withdrawn": (lambda on: record(exemptions=medical(withdrawn_on=on)), "exemption_date_impossible"),
    "a paper": (lambda on: record(papers=(Paper(received_on=on),)), "paper_date_impossible"),
    "a paper checked": (lambda on: record(papers=(Paper(received_on="2006-08-01", checked_on=on),)), "paper_date_impossible"),
    "planned": (lambda on: record(planned=(PlannedDose(antigens=("MMR",), planned_on=on),)), "planned_date_impossible"),
    "an order": (lambda on: record(suspensions=(Suspension(antigens=("MEAS",), since=on),)), "suspension_date_impossible"),
    "an order's end": (lambda on: record(suspensions=(Suspension(antigens=("MEAS",), since="2006-01-01", until=on),)), "suspension_date_impossible"),
    "a status": (lambda on: record(protected=(ProtectedStatus(kind="foster", since=on),)), "status_date_impossible"),
    "a status's end": (lambda on: record(protected=(ProtectedStatus(kind="foster", until=on),)), "status_date_impossible"),
    "an entry term": (lambda on: record(kg_term=on), "entry_term_impossible"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_date_that_is_none_is_told(place: str) -> None:
    made, code = PLACES[place]
    partial = () if place in ("born_on", "a dose", "an entry term") else NOT_FULL
    for on in (*NO_DATES, *partial):
        if place == "an entry term" and on[:4].isdecimal() and on[4:5] == "-" and len(on) == 7:
            continue  # "2006-09" may be the term of 2006
        assert code in codes(judged(made(on))), on


def test_birth_after_the_day_asked_is_for_a_person() -> None:
    for on in ("2006-09-06", "2006-10", "2007"):
        verdict = judged(record(born_on=on))
        assert (verdict.overall, verdict.may_attend) == ("review", True)
        assert "birth_date_unusable" in codes(verdict)


def test_birth_after_enrollment() -> None:
    verdict = judged(record(enrolled_on="2001-03-11"))
    assert "enrolled_on_impossible" in codes(verdict)
    assert verdict.overall == "complete"


@pytest.mark.parametrize(
    ("on", "code"),
    [("2001-03-11", "dose_before_birth"), ("2001-02", "dose_before_birth"), ("2000", "dose_before_birth"), ("2006-09-06", "dose_after_as_of"), ("2006-10", "dose_after_as_of"), ("2099-01-01", "dose_after_as_of"), ("2199-12-31", "dose_after_as_of"), ("2200-01-01", "dose_date_impossible")],
)  # fmt: skip
def test_a_dose_outside_the_life_so_far_counts_for_nothing_and_is_told(on: str, code: str) -> None:
    verdict = judged(record(doses=(*NO_MMR, Dose(code="MMR", given_on=on))))
    assert verdict.outcome("MEAS") == "short"
    assert code in codes(verdict)


def test_a_month_that_holds_birth_or_the_day_asked_is_no_silent_yes() -> None:
    """A dose of the month of birth or of the present month may lie outside: the date's day is missing in any case."""
    for on in ("2001-03", "2006-09"):
        verdict = judged(record(doses=(*NO_MMR, Dose(code="MMR", given_on=on))))
        assert verdict.outcome("MUMP") == "date_defect"
    early = replace(record(), born_on="1985-09-20", kg_term="1990-1991", doses=(Dose(code="MUM", given_on="1989-10"),))
    verdict = judged(early, date(1989, 10, 10))
    assert verdict.outcome("MUMP") == "review"


def test_enrollment_and_clock_after_the_day_asked_are_told() -> None:
    begun = record(
        statement_source="physician", enrolled_on="2006-10-02", clock_from="2096-10-02",
        doses=tuple(Dose(code=code, given_on="2006-08-01") for code in ("20", "10", "03", "08")),
    )  # fmt: skip
    verdict = judged(begun)
    assert {"enrolled_after_as_of", "clock_after_as_of"} <= set(codes(verdict))
    assert verdict.holds_until == "2006-10-02"


def test_a_first_enrollment_later_than_this_one_starts_no_clock() -> None:
    moved = Transfer(moved_from="none", moved_on="", first_mn_enrollment="2006-09-04")
    begun = record(
        statement_source="physician", enrolled_on="2005-01-03", transfer=moved,
        doses=tuple(Dose(code=code, given_on="2004-08-02") for code in ("20", "10", "03", "08")),
    )  # fmt: skip
    verdict = judged(begun)
    assert "first_enrollment_impossible" in codes(verdict)
    assert verdict.overall == "not_compliant"


def test_a_statement_withdrawn_on_a_day_that_is_none_is_for_a_person() -> None:
    verdict = judged(record(doses=NO_MMR, exemptions=medical(withdrawn_on="2006-02-30")))
    assert verdict.outcome("MEAS") == "review"
    assert verdict.overall == "review"


def test_an_order_that_ends_on_a_day_that_is_none_suspends_nothing() -> None:
    order = Suspension(antigens=("MEAS",), since="2024-01-01", until="2024-02-30")
    child = Record(born_on="2019-03-10", grade="K", enrolled_on="2024-09-03", suspensions=(order,))
    assert judged(child, date(2024, 9, 3), "mn-current").outcome("MEAS") == "short"


@pytest.mark.parametrize("rule_set", KNOWN)
def test_records_torn_at_random_are_judged_and_told(rule_set: str) -> None:
    """LAW-R07: every date of believable records put to something that is none, one or several at a time."""
    rng = random.Random(rule_set)
    for seed in range(60):
        _, as_of, one = random_case(seed)
        torn = rng.choice((*NO_DATES, "", "2099-12-31", "1900-01-01", "2199-12-31"))
        fields: dict[str, Any] = {
            name: torn
            for name in ("born_on", "enrolled_on", "clock_from", "kg_term", "g7_term", "grade", "sex")
            if rng.random() < 0.3
        }
        fields["doses"] = tuple(replace(dose, given_on=torn) if rng.random() < 0.3 else dose for dose in one.doses)
        fields["exemptions"] = tuple(replace(paper, withdrawn_on=torn, signed_on=torn) for paper in one.exemptions)
        verdict = judged(replace(one, **fields), as_of, rule_set)
        assert verdict.overall


def test_what_is_not_known_is_told() -> None:
    """A record without a statement, a grade or a term of entry is judged by what is there, and says what is not."""
    assert "no_statement_on_file" in codes(judged(record(statement_source="none")))
    assert "no_statement_on_file" not in codes(judged(record()))
    assert "no_statement_on_file" not in codes(judged(record(statement_source="none", doses=())))
    teen = Record(born_on="2011-03-10", enrolled_on="2024-09-03", statement_source="parent")
    assert "grade_unknown" in codes(judged(teen, date(2024, 9, 3), "mn-current"))
    assert "grade_unknown" not in codes(judged(teen, DAY, "mn-2006"))
    for grade, told in (("3", True), ("9", True), ("", True), ("K", False), ("7", False), ("PREK_SPED", False)):
        assert ("entry_term_unknown" in codes(judged(record(kg_term="", grade=grade)))) is told, grade
    assert "entry_term_unknown" in codes(judged(record(kg_term="1999-2000", grade="9")))
    assert "entry_term_unknown" not in codes(judged(record(kg_term="1999-2000", grade="6")))

# ruff: noqa: E501  (tables: one row to a line)
"""What holds for every record: no exception, exact `holds_until`, grace only for not compliant, more is never worse."""

import random
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.law.evaluate import evaluate
from projections.law.explain import explain, spoken
from projections.law.library import rule_set_named, rule_sets
from projections.law.record import Dose, PlannedDose, ProtectedStatus, Record, Transfer
from projections.law.ruleset import Loaded
from projections.law.verdict import Verdict
from tests.law.records import random_case
from tests.law.statements import STATEMENTS

SEEDS = st.integers(min_value=0, max_value=10_000_000)
ORDER = ["not_subject", "short_stay_exempt", "not_compliant", "transfer_grace", "review", "in_process", "primary_complete", "exempt", "complete"]  # fmt: skip


def case(seed: int) -> tuple[Loaded, date, Record]:
    name, as_of, record = random_case(seed)
    loaded = rule_set_named(name)
    assert loaded is not None
    return loaded, as_of, record


def without_dates(verdict: Verdict) -> Verdict:
    return msgspec.structs.replace(verdict, as_of="", holds_until=None)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_no_record_raises_and_the_same_record_gives_the_same_bytes(seed: int) -> None:
    """LAW-R07"""
    loaded, as_of, record = case(seed)
    first = evaluate(record, loaded, as_of)
    again = evaluate(msgspec.json.decode(msgspec.json.encode(record), type=Record), loaded, as_of)
    assert msgspec.json.encode(first) == msgspec.json.encode(again)
    assert [one.antigen for one in first.antigens] == list(loaded.rules.antigens)
    for language in ("en", "es"):
        assert spoken(explain(first, record, loaded, language), language)


@pytest.mark.parametrize("row", STATEMENTS[::9], ids=[row.clause for row in STATEMENTS[::9]])
def test_holds_until_of_worked_examples(row: object) -> None:
    """LAW-R08"""
    loaded = rule_set_named(row.rule_set)  # type: ignore[attr-defined]
    assert loaded is not None
    as_of, record = date.fromisoformat(row.as_of), row.record()  # type: ignore[attr-defined]
    verdict = evaluate(record, loaded, as_of)
    end = date.fromisoformat(verdict.holds_until) if verdict.holds_until else as_of + timedelta(days=300)
    for ahead in range(1, min((end - as_of).days, 300)):
        assert without_dates(evaluate(record, loaded, as_of + timedelta(days=ahead))) == without_dates(verdict)
    if verdict.holds_until:
        assert without_dates(evaluate(record, loaded, end)) != without_dates(verdict)


@settings(max_examples=120, deadline=None)
@given(SEEDS)
def test_grace_stands_in_for_not_compliant_and_for_nothing_else(seed: int) -> None:
    """LAW-R09"""
    loaded, as_of, record = case(seed)
    moved = Transfer(moved_from="school", moved_on=as_of.isoformat(), grace_days=30)
    first = record.transfer.first_mn_enrollment if record.transfer else ""
    plain = evaluate(
        msgspec.structs.replace(record, transfer=Transfer(moved_from="none", moved_on="", first_mn_enrollment=first)),
        loaded,
        as_of,
    )
    graced = evaluate(
        msgspec.structs.replace(record, transfer=msgspec.structs.replace(moved, first_mn_enrollment=first)),
        loaded,
        as_of,
    )
    assert graced.overall == plain.overall or (plain.overall, graced.overall) == ("not_compliant", "transfer_grace")
    assert [a.outcome for a in graced.antigens] == [a.outcome for a in plain.antigens]


@settings(max_examples=120, deadline=None)
@given(SEEDS)
def test_under_the_older_law_one_more_dose_is_never_worse(seed: int) -> None:
    """LAW-R10: no text of the older rule sets takes a dose away because of another."""
    loaded, as_of, record = case(seed)
    if loaded.rules.standards.use == "counted" or any(one.name == "surplus_dose" for one in record.readings):
        return
    given_on = as_of - timedelta(days=random.Random(seed).randint(0, 900))
    more = (*record.doses, Dose(code="146", given_on=given_on.isoformat()))
    before = evaluate(record, loaded, as_of)
    after = evaluate(msgspec.structs.replace(record, doses=more), loaded, as_of)
    for one, two in zip(before.antigens, after.antigens, strict=True):
        assert not (one.outcome == "ok" and two.outcome != "ok"), (seed, one, two)
        assert not (one.outcome not in ("short", "date_defect") and two.outcome in ("short", "date_defect")), (
            seed,
            one,
        )


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.text(max_size=12), st.text(max_size=12))
def test_any_text_for_code_and_date_is_survived(seed: int, code: str, written: str) -> None:
    """LAW-R11"""
    loaded, as_of, record = case(seed)
    odd = msgspec.structs.replace(
        record,
        doses=(*record.doses, Dose(code=code, given_on=written)),
        born_on=record.born_on if seed % 3 else written,
        enrolled_on=written,
        planned=(PlannedDose(antigens=(code,), planned_on=written),),
    )
    verdict = evaluate(odd, loaded, as_of)
    assert verdict.overall in ORDER


def test_what_cannot_be_is_left_out_and_said() -> None:
    """LAW-R11"""
    loaded = rule_set_named("mn-2006")
    assert loaded is not None
    doses = tuple(Dose(code="MMR", given_on=on) for on in ("1999-01-01", "2006-12-01", "2005-02-30"))
    record = Record(
        born_on="2001-03-12",
        grade="K",
        enrolled_on="2000-09-05",
        doses=(*doses, Dose(code="??", given_on="2005-01-03")),
    )
    codes = {finding.code for finding in evaluate(record, loaded, date(2006, 9, 5)).findings}
    assert codes >= {
        "dose_before_birth",
        "dose_after_as_of",
        "dose_date_impossible",
        "code_not_understood",
        "enrolled_on_impossible",
    }


def test_a_missed_planned_date_is_a_reminder_not_a_verdict() -> None:
    """LAW-R12"""
    row = next(one for one in STATEMENTS if one.clause.startswith("88-118"))
    loaded = rule_set_named(row.rule_set)
    assert loaded is not None
    before, after = (evaluate(row.record(), loaded, on) for on in (date(1989, 12, 1), date(1989, 12, 2)))
    assert before.overall == after.overall == "in_process"
    assert before.holds_until == "1989-12-02"
    assert "planned_dose_missed" in [finding.code for finding in after.findings]


def test_protected_status_lets_a_student_attend() -> None:
    """LAW-R13"""
    loaded = rule_set_named("mn-current")
    assert loaded is not None
    until = ProtectedStatus(kind="foster", since="2024-08-01", until="2024-10-31")
    record = Record(born_on="2019-03-10", grade="K", enrolled_on="2024-09-03", protected=(until,))
    said = [evaluate(record, loaded, on) for on in (date(2024, 10, 31), date(2024, 11, 1))]
    assert [(one.overall, one.may_attend) for one in said] == [("not_compliant", True), ("not_compliant", False)]
    assert said[0].holds_until == "2024-11-01"


def test_one_child_under_three_rule_sets() -> None:
    """LAW-R14: a measles dose at 11 months and 15 days."""
    record = next(one for one in STATEMENTS if one.clause == "80-7 measles at 11 months 15 days").record()
    told = {one.rules.id: evaluate(record, one, date(1988, 12, 31)) for one in rule_sets()[:3]}
    assert told["mn-1980"].outcome("MEAS") == "ok"
    assert told["mn-1988"].outcome("MEAS") == told["mn-2006"].outcome("MEAS") == "short"
    assert told["mn-1980"].holds_until == "1989-01-01"
    assert [one.verified for one in told.values()] == [True, False, False]


def test_a_reading_that_decided_is_named_with_what_the_other_would_say() -> None:
    """LAW-R15"""
    for row in (one for one in STATEMENTS if one.clause.startswith("A-01 on")):
        loaded = rule_set_named(row.rule_set)
        assert loaded is not None
        uses = {
            (use.ambiguity, use.antigen): (use.says, use.other)
            for use in evaluate(row.record(), loaded, date.fromisoformat(row.as_of)).readings
        }
        assert uses[("A-01", "DIPH")] == ("short", "ok")
        assert uses[("A-01", "")] == ("not_compliant", "complete")


def test_the_clock_of_a_later_requirement_is_a_reading_too() -> None:
    """LAW-R15: A-10, grade 7 in 2006 after years of enrollment."""
    row = next(one for one in STATEMENTS if one.clause.startswith("A-10"))
    loaded = rule_set_named(row.rule_set)
    assert loaded is not None
    uses = evaluate(row.record(), loaded, date.fromisoformat(row.as_of)).readings
    assert [(use.ambiguity, use.antigen, use.says, use.other) for use in uses if use.ambiguity == "A-10"] == [
        ("A-10", "HEPB", "in_process", "short"),
        ("A-10", "", "in_process", "not_compliant"),
    ]


def test_under_older_law_an_invalid_dose_is_a_finding_and_counts() -> None:
    """LAW-R16"""
    doses = "DTaP:2001-05-14 DTaP:2001-05-20 DTaP:2001-09-17"
    record = Record(
        born_on="1999-03-12", grade="2", enrolled_on="2005-09-06", statement_source="parent", kg_term="1999-2000",
        doses=tuple(Dose(code=c, given_on=d) for c, d in (one.split(":") for one in doses.split())),
    )  # fmt: skip
    loaded = rule_set_named("mn-2006")
    assert loaded is not None
    verdict = evaluate(record, loaded, date(2006, 9, 5))
    assert verdict.outcome("DIPH") == "ok"
    assert ("dose_invalid_by_standards", "DIPH", 1, "too_soon") in [
        (f.code, f.antigen, f.dose, f.detail) for f in verdict.findings
    ]


def test_a_verdict_nothing_can_change_holds_for_ever() -> None:
    """LAW-R08"""
    loaded = rule_set_named("mn-current")
    assert loaded is not None
    record = Record(born_on="1960-03-10", grade="12", enrolled_on="2024-09-03")
    assert evaluate(record, loaded, date(2024, 10, 1)).holds_until is None

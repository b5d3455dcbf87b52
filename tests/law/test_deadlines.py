# ruff: noqa: E501  (tables: one row to a line)
"""LAW-R19: the dates the office must meet, one row each. LAW-R20: the commands that show them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from projections.law.calendar import working_day
from projections.law.deadlines import compute, suggested
from projections.law.intervals import read_day, write_day
from projections.law.library import rule_set_named
from projections.law.record import Record
from server.law_cli import law_group

ROWS = [
    ("mn-1988", "in_process_18_months", {"enrolled_on": "1989-09-05"}, "1991-03-05", "1991-03-06"),
    ("mn-1988", "in_process_18_months", {"enrolled_on": "1989-08-31"}, "1991-02-28", "1991-03-01"),
    ("mn-1988", "transfer_in_grace", {"transfer_on": "1989-10-02", "policy_days": "0"}, "1989-11-01", "1989-11-02"),
    ("mn-1988", "transfer_in_grace", {"transfer_on": "1990-01-04"}, "1990-02-05", "1990-02-06"),
    (
        "mn-2006",
        "transfer_in_grace_max",
        {"transfer_on": "2006-09-05", "policy_days": "45"},
        "2006-10-05",
        "2006-10-06",
    ),
    ("mn-2006", "transfer_in_grace_max", {"transfer_on": "2006-09-05", "policy_days": "0"}, "none", "2006-09-05"),
    ("mn-2006", "transfer_out_assist_30_days", {"transfer_on": "2006-09-05"}, "2006-10-05", "2006-10-06"),
    ("mn-1988", "school_report_60_days", {"term_start": "1989-09-05"}, "1989-11-04", "1989-11-05"),
    (
        "mn-2006",
        "school_report_60_days",
        {"term_start": "2006-09-05", "extension_requested": "yes"},
        "2007-01-03",
        "2007-01-04",
    ),
    ("mn-1988", "day_care_report", {"year": "1989"}, "1989-11-01", "1989-11-02"),
    ("mn-2006", "child_care_report", {"year": "2006"}, "2006-11-01", "2006-11-02"),
    ("mn-2006", "home_school_statement", {"school_year": "2007-2008"}, "2007-10-01", "2007-10-02"),
    ("mn-2006", "record_retention", {"birthdate": "1989-09-01"}, "2012-09-01", "may destroy from 2012-09-02"),
    ("mn-2006", "record_retention", {"birthdate": "1988-02-29"}, "2011-03-01", "may destroy from 2011-03-02"),
    ("mn-1988", "record_retention", {"birthdate": "1984-02-10"}, "no period in text", ""),
    ("mn-2006", "short_stay_5_consecutive_days", {"first_attendance": "2006-06-01"}, "2006-06-05", "2006-06-06"),
    ("mn-1988", "commissioner_suspension_one_year", {"order_effective": "1989-09-01"}, "1990-08-31", "1990-09-01"),
    ("mn-2006", "hepb_grade_7", {}, "2001-2002", ""),
    ("mn-current", "state_report", {"year": "2024"}, "2024-12-01", "2024-12-02"),
]
SUGGESTED = [
    ("dtp_6_and_under;one_dose", {"dose1": "1989-09-05"}, "dose 2 by 1990-02-05"),
    ("dtp_6_and_under;one_dose", {"dose1": "1989-09-05", "dose2": "1990-02-25"}, "dose 3 by 1990-03-25"),
    ("dtp_6_and_under;three_doses", {"dose3": "1989-09-05"}, "dose 4 by 1991-03-05"),
    ("polio_6_and_under;one_dose", {"dose1": "1989-09-05"}, "dose 2 by 1990-09-05"),
    ("age_7_and_older;one_dose", {"dose1": "1989-09-05", "dose2": "1990-09-05"}, "dose 3 by 1991-03-05"),
    ("dtp_6_and_under;one_dose", {"enrolled_on": "1989-09-05", "dose1": "1989-05-05"}, "dose 4 by 1991-03-05"),
]


@pytest.mark.parametrize(("rule_set", "kind", "given", "last_day", "breach"), ROWS)
def test_deadline(rule_set: str, kind: str, given: dict[str, str], last_day: str, breach: str) -> None:
    """LAW-R19"""
    loaded = rule_set_named(rule_set)
    assert loaded is not None
    due = compute(loaded.rules, kind, given)
    assert due is not None
    assert (due.last_day, due.first_breach) == (last_day, breach)
    assert due.clause in loaded.rules.clauses


@pytest.mark.parametrize(("kind", "given", "answer"), SUGGESTED)
def test_suggested_exclusion_schedule(kind: str, given: dict[str, str], answer: str) -> None:
    """LAW-R19"""
    loaded = rule_set_named("mn-1988")
    assert loaded is not None
    due = suggested(loaded.rules, kind, given)
    assert due is not None
    assert due.last_day == answer


def test_what_no_rule_set_knows_has_no_date() -> None:
    """LAW-R19"""
    loaded = rule_set_named("mn-1980")
    assert loaded is not None
    assert compute(loaded.rules, "record_retention", {"birthdate": "1970-01-01"}) is None


@pytest.mark.parametrize(
    ("day", "moved"),
    [("2006-12-25", "2006-12-26"), ("2006-09-04", "2006-09-05"), ("2022-01-01", "2022-01-03"), ("2023-06-19", "2023-06-20"), ("2010-12-31", "2011-01-03"), ("2006-11-23", "2006-11-24")],
)  # fmt: skip
def test_weekends_and_holidays(day: str, moved: str) -> None:
    """LAW-R19"""
    assert write_day(working_day(read_day(day) or 0)) == moved


GROUP = law_group(lambda student, as_of, known_at: Record(born_on="2019-01-01", grade="K", enrolled_on="2024-09-03"))


def test_list_names_every_rule_set_with_its_dates() -> None:
    """LAW-R20"""
    told = CliRunner().invoke(GROUP, ["list"]).output
    assert "mn-1980  1981-01-01 to 1988-12-31  verified" in told
    assert "mn-current  2014-09-01 to today  not verified" in told


def test_explain_speaks_and_refuses_to_guess() -> None:
    """LAW-R20"""
    told = CliRunner().invoke(GROUP, ["explain", "--student", "s", "--as-of", "2024-10-01"])
    assert told.exit_code == 0
    assert "Against measles, mumps and rubella: 2 more doses are needed (0 of 2 counted)." in told.output
    gap = CliRunner().invoke(GROUP, ["explain", "--student", "s", "--as-of", "1995-10-01"])
    assert gap.exit_code == 1
    assert "no verified version covers 1995-10-01" in gap.output


def test_check_prints_each_disagreement_and_fails(tmp_path: Path) -> None:
    """LAW-R20"""
    head = "case_id,ruleset,birthdate,facility_kind,enrolled_on,grade,as_of,doses,expected_overall,expected_per_vaccine,statement_source,doubtful,alternative_overall\n"
    row = "X-{n},MN-2006,2001-03-12,school,2006-09-05,2,2006-09-05,,{overall},MEAS=short,none,{doubt},{other}\n"
    file = tmp_path / "cases.csv"
    file.write_text(
        head
        + row.format(n=1, overall="COMPLETE", doubt="no", other="")
        + row.format(n=2, overall="COMPLETE", doubt="yes", other="NOT_COMPLIANT")
    )
    ran = CliRunner().invoke(GROUP, ["check", str(file)])
    assert ran.exit_code == 1
    assert ran.output.splitlines()[-1] == "2 cases, 1 agree, 1 disagree, 1 doubtful"
    assert "X-1: overall: expected COMPLETE, got NOT_COMPLIANT" in ran.output

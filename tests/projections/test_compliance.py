"""Facts to verdicts: what the record says to the law, and what the law says back."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as having
from hypothesis import settings
from hypothesis import strategies as st

from events.catalog.cases import ProtectionEnded, ProtectionRecorded
from events.catalog.policy import (
    ConscientiousInTransfer,
    DistrictFounded,
    ExclusionSchedule,
    PolicyAdopted,
    Reading,
    SuspensionIssued,
    TransferGrace,
)
from events.catalog.statements import PlannedDose
from events.catalog.students import GradeAssigned
from events.errors import Refused
from events.ids import DISTRICT_STREAM, EventId, stream_of
from projections.compliance import judge, verdict_of
from projections.fold import Fact
from projections.lawful import record_of, statement_source
from projections.policy import Policy, policy_of
from projections.student import Student, fold
from tests.projections.given import CHILD, KINDER_DOSES, OTHER_SCHOOL, Given, make_id

NO_POLICY = policy_of([])
MONDAY = date(2006, 9, 11)


def district(*values: object, effective_from: str = "2000-01-01") -> Policy:
    log = Given()
    log.add(
        DistrictFounded(
            name="District 900",
            kind="school_district",
            time_zone="America/Chicago",
            log_key="k",
            sealing_key="s",
        ),
        stream=DISTRICT_STREAM,
    )
    for value in values:
        adopted = PolicyAdopted(value=value, effective_from=effective_from, authority="board")  # type: ignore[arg-type]
        log.add(adopted, stream=DISTRICT_STREAM)
    return policy_of(log.facts)


def kindergartner_of_2006(log: Given, doses: bool = True) -> None:
    """Born 2001-06-15, in kindergarten from 2006-09-05, complete unless told otherwise."""
    log.registered("2001-06-15")
    log.enrolled("2006-09-05", kindergarten_term="2006-2007")
    if doses:
        for cvx, given_on in KINDER_DOSES:
            log.told_dose(cvx, f"{int(given_on[:4]) - 14}{given_on[4:]}")


def test_a_complete_kindergartner_is_complete() -> None:
    """PROJ-R11: facts recorded as events give the verdict of the law in force on the day asked."""
    log = Given()
    kindergartner_of_2006(log)
    judgment = judge(fold(log.facts), NO_POLICY, MONDAY)
    assert judgment.verdict.overall == "complete"
    assert judgment.rule_set.rules.id == "mn-2006"
    assert judgment.uncovered == ""


def test_a_day_no_rule_set_covers_says_so() -> None:
    """PROJ-R12: never a silent guess."""
    log = Given()
    kindergartner_of_2006(log)
    judgment = judge(fold(log.facts), NO_POLICY, date(2009, 1, 5))
    assert "no verified version covers 2009-01-05" in judgment.uncovered
    assert not judgment.verdict.verified
    with pytest.raises(Refused, match="mn-2006"):
        judge(fold(log.facts), NO_POLICY, MONDAY, "mn-1066")


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ((), "not_compliant"),
        (("received",), "review"),
        (("received", "accepted"), "exempt"),
        (("received", "rejected"), "not_compliant"),
        (("received", "accepted", "withdrawn"), "not_compliant"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else value,
)
def test_a_conscientious_statement_acts_by_its_state(steps: tuple[str, ...], outcome: str) -> None:
    """PROJ-R13: received is review, accepted reaches back to receipt, rejected and withdrawn cover nothing after."""
    log = Given()
    kindergartner_of_2006(log, doses=False)
    log.at = datetime.fromisoformat("2006-09-07T15:00:00+00:00")
    if "received" in steps:
        paper = log.paper(received_on="2006-09-06", antigens=tuple(_school_antigens()))
        if "accepted" in steps:
            log.checked(paper)
        if "rejected" in steps:
            log.checked(paper, "rejected")
        if "withdrawn" in steps:
            log.withdrawn(paper, "2006-09-09")
    assert verdict_of(fold(log.facts), NO_POLICY, MONDAY).overall == outcome


def _school_antigens() -> list[str]:
    return ["diphtheria", "tetanus", "pertussis", "polio", "measles", "mumps", "rubella", "hepatitis_b"]


def test_acceptance_reaches_back_to_receipt() -> None:
    log = Given()
    kindergartner_of_2006(log, doses=False)
    paper = log.paper(received_on="2006-09-06", antigens=tuple(_school_antigens()))
    log.checked(paper)
    assert verdict_of(fold(log.facts), NO_POLICY, date(2006, 9, 6)).overall == "exempt"
    assert verdict_of(fold(log.facts), NO_POLICY, date(2006, 9, 5)).overall == "not_compliant"


def test_grace_is_the_policy_of_the_day_of_the_move() -> None:
    """PROJ-R14"""
    log = Given()
    log.registered("2001-06-15")
    log.enrolled("2006-09-05", kindergarten_term="2006-2007", transferred_from="school", transferred_on="2006-09-05")
    student = fold(log.facts)
    assert verdict_of(student, NO_POLICY, MONDAY).overall == "not_compliant"
    graced = judge(student, district(TransferGrace(days=30)), MONDAY)
    assert graced.verdict.overall == "transfer_grace"
    assert graced.verdict.last_day == "2006-10-05"
    assert (
        judge(student, district(TransferGrace(days=30), effective_from="2006-09-06"), MONDAY).record.transfer
        is not None
    )
    assert verdict_of(student, district(TransferGrace(days=30), effective_from="2006-09-06"), MONDAY).overall == (
        "not_compliant"
    )


def test_a_move_inside_the_district_is_a_transfer_and_keeps_the_clock() -> None:
    """PROJ-R15: A-09, the 18 months count from the first covered enrollment."""
    log = Given()
    log.registered("1999-06-15")
    log.enrolled("2004-09-07", first_minnesota_enrollment="2004-01-05")
    log.left("2006-06-09")
    log.enrolled("2006-09-05", grade="2", facility=OTHER_SCHOOL)
    record = record_of(fold(log.facts), NO_POLICY, MONDAY)
    assert record.transfer is not None
    assert record.transfer.moved_from == "school"
    assert record.clock_from == "2004-09-07"
    first = Given()
    first.registered("1999-06-15")
    first.enrolled("2006-09-05", first_minnesota_enrollment="2004-01-05")
    assert record_of(fold(first.facts), NO_POLICY, MONDAY).clock_from == "2004-01-05"


@pytest.mark.parametrize(
    ("kind", "basis", "grade", "expected"),
    [
        ("elementary", "full", "3", ("school", "3", True, "")),
        ("school", "shared", "9", ("school", "9", True, "")),
        ("child_care", "full", "PREK", ("child_care", "PREK", True, "")),
        ("family_child_care", "full", "PREK", ("family_child_care", "PREK", True, "")),
        ("home_school", "home_school", "3", ("home_school", "3", True, "")),
        ("secondary", "home_school", "8", ("home_school", "8", True, "")),
        ("online_school", "nonresident_online", "8", ("online", "8", False, "")),
        ("online_school", "full", "8", ("online", "8", True, "")),
        ("child_care", "crisis_nursery", "PREK", ("child_care", "PREK", True, "crisis_nursery")),
        ("child_care", "short_stay", "PREK", ("child_care", "PREK", True, "drop_in")),
        ("secondary", "full", "UNGRADED", ("school", "", True, "")),
    ],
)
def test_enrollment_as_the_law_sees_it(kind: str, basis: str, grade: str, expected: tuple[object, ...]) -> None:
    """PROJ-R16: facility kind, basis and grade reach the law's record."""
    log = Given()
    log.enrolled("2006-09-05", grade=grade, kind=kind, basis=basis)
    record = record_of(fold(log.facts), NO_POLICY, MONDAY)
    assert (record.facility, record.grade, record.resident, record.short_stay) == expected


def test_a_child_with_a_disability_is_covered_before_kindergarten() -> None:
    log = Given()
    log.enrolled("2006-09-05", grade="PREK", special_instruction=True)
    assert record_of(fold(log.facts), NO_POLICY, MONDAY).grade == "PREK_SPED"


def test_the_best_accepted_paper_is_the_source() -> None:
    """PROJ-R17"""
    log = Given()
    log.told_dose("20", "2002-01-01")
    assert source(log) == "none"
    parents = log.paper("immunization", "2006-09-01", standing="parent")
    assert source(log) == "none"
    log.checked(parents)
    assert source(log) == "parent"
    log.checked(log.paper("in_process", "2006-09-01", standing="physician"))
    assert source(log) == "physician"
    ours = Given()
    ours.dose("03", "2006-09-01")
    assert source(ours) == "public_clinic"


def source(log: Given) -> str:
    return statement_source(fold(log.facts), MONDAY)


def test_planned_doses_come_from_the_accepted_in_process_statement() -> None:
    log = Given()
    plan = PlannedDose(antigens=("polio",), on="2006-12-01")
    paper = log.paper("in_process", "2006-09-01", planned=(plan,))
    assert record_of(fold(log.facts), NO_POLICY, MONDAY).planned == ()
    log.checked(paper)
    [planned] = record_of(fold(log.facts), NO_POLICY, MONDAY).planned
    assert planned.antigens == ("POLIO",)


def test_a_voided_dose_is_left_out_and_a_tick_goes_in_without_a_date() -> None:
    log = Given()
    log.voided(log.told_dose("03", "2002-07-01"))
    log.told_dose("20", None, as_written="x")
    [dose] = record_of(fold(log.facts), NO_POLICY, MONDAY).doses
    assert (dose.code, dose.given_on) == ("20", "")


def test_protected_status_is_dated_and_keeps_a_child_in_class() -> None:
    """PROJ-R18: read from case streams by those who may; without it the verdict stands and nobody may exclude on it."""
    log = Given()
    kindergartner_of_2006(log, doses=False)
    case = stream_of("case", make_id(50))
    told = log.add(ProtectionRecorded(student=CHILD, status="homeless", from_day="2006-09-01"), stream=case)
    facts = [told]
    student = fold(fact for fact in log.facts if fact not in facts)
    assert not judge(student, NO_POLICY, MONDAY).verdict.may_attend
    assert judge(student, NO_POLICY, MONDAY, cases=facts).verdict.may_attend
    ended = log.add(ProtectionEnded(event=EventId(told.id), student=CHILD, on="2006-09-08"), stream=case)
    assert not judge(student, NO_POLICY, MONDAY, cases=[*facts, ended]).verdict.may_attend


def test_policy_is_dated_and_the_later_decision_wins() -> None:
    """PROJ-R19"""
    log = Given()

    def adopt(value: object, since: str, until: str | None = None) -> Fact:
        payload = PolicyAdopted(value=value, effective_from=since, effective_to=until, authority="board")  # type: ignore[arg-type]
        return log.add(payload, stream=DISTRICT_STREAM)

    adopt(TransferGrace(days=10), "2006-01-01")
    adopt(TransferGrace(days=30), "2006-07-01", "2006-12-31")
    adopt(ConscientiousInTransfer(included=True), "2006-07-01")
    policy = policy_of(log.facts)
    assert [policy.grace_days(date(2006, *day)) for day in ((6, 30), (7, 1), (12, 31))] == [10, 30, 30]
    assert policy.grace_days(date(2007, 1, 1)) == 10
    assert policy.grace_days(date(2005, 1, 1)) is None
    assert not policy.conscientious_travels(date(2006, 6, 30))
    assert policy.conscientious_travels(date(2006, 7, 1))


def test_readings_and_suspensions_reach_the_record() -> None:
    policy = district(Reading(ambiguity="A-01", choice="on_or_after"), ExclusionSchedule(adopted=True))
    names = {(one.name, one.value) for one in record_of(Student(), policy, MONDAY).readings}
    assert ("fourth_birthday", "on_or_after") in names
    assert ("schedule", "adopted") in names
    log = Given()
    order = SuspensionIssued(antigens=("hib",), effective_from="2006-01-01", effective_to="2006-12-31", order="order 1")
    log.add(order, stream=DISTRICT_STREAM)
    [suspension] = record_of(Student(), policy_of(log.facts), MONDAY).suspensions
    assert suspension.antigens == ("HIB",)


def test_the_civil_day_is_the_districts() -> None:
    policy = district()
    assert policy.civil_day(datetime.fromisoformat("2006-09-12T04:59:59+00:00")) == MONDAY
    assert policy.end_of_day(MONDAY).isoformat() == "2006-09-12T05:00:00+00:00"


def test_holds_until_knows_the_days_our_own_facts_name() -> None:
    """PROJ-R20: a grade that begins later ends the answer's time even where the evaluator could not know."""
    log = Given()
    kindergartner_of_2006(log)
    student = fold(log.facts)
    alone = judge(student, NO_POLICY, MONDAY).holds_until
    log.add(GradeAssigned(facility=student.attendance.lines[0].facility, grade="1", from_day="2006-10-02"))
    assert judge(fold(log.facts), NO_POLICY, MONDAY).holds_until == date(2006, 10, 2)
    assert alone is None or alone > date(2006, 10, 2)


@settings(max_examples=40, deadline=None)
@having(st.sets(st.sampled_from(KINDER_DOSES)), st.integers(min_value=0, max_value=900))
def test_an_answer_holds_until_the_day_it_says(doses: set[tuple[str, str]], after: int) -> None:
    """PROJ-R39: between the day asked and ``holds_until`` no day gives another answer, and no sweep is needed."""
    log = Given()
    log.registered("2001-06-15")
    log.enrolled("2006-09-05", kindergarten_term="2006-2007", transferred_from="school", transferred_on="2006-09-05")
    for cvx, day in sorted(doses):
        log.told_dose(cvx, f"{int(day[:4]) - 14}{day[4:]}")
    log.checked(log.paper("in_process", "2006-09-01"))
    log.left("2008-06-05")
    student, policy, then = fold(log.facts), district(TransferGrace(days=20)), MONDAY + timedelta(days=after)
    now = judge(student, policy, MONDAY)
    if now.holds_until is None or then < now.holds_until:
        later = judge(student, policy, then)
        assert (now.verdict.overall, now.verdict.may_attend) == (later.verdict.overall, later.verdict.may_attend)
        assert now.record.grade == later.record.grade

"""The student fold: any order of arrival, nothing dropped, both values kept."""

from datetime import date
from random import Random

import msgspec
from hypothesis import given as having
from hypothesis import settings
from hypothesis import strategies as st

from events.catalog.event_type import PersonName
from events.catalog.students import GradeAssigned, StudentCorrected, StudentLinked, StudentUnlinked
from events.ids import Position, stream_of
from projections.fold import LOCAL, arrange
from projections.student import Student, evolve, fold, linked_streams
from tests.projections.given import CHILD, OTHER_CHILD, OTHER_SCHOOL, SCHOOL, Given


def a_full_record() -> Given:
    """A little of everything that can happen to a record."""
    log = Given()
    log.registered()
    log.enrolled()
    dose = log.told_dose("20", "2015-08")
    log.corrected(dose, given_on="2015-08-15")
    log.corrected(dose, lot="B2")
    other = log.dose("03", "2026-09-01")
    log.voided(other)
    paper = log.paper()
    log.checked(paper)
    log.withdrawn(paper, "2026-09-20")
    log.add(StudentCorrected(reason="married", name=PersonName(given="Ada", family="Berg")))
    log.add(StudentLinked(other=OTHER_CHILD, evidence="same birth certificate"))
    log.add(GradeAssigned(facility=SCHOOL, grade="1", from_day="2022-09-06"))
    log.left("2026-06-05")
    log.not_understood()
    return log


@settings(max_examples=60, deadline=None)
@having(st.integers(min_value=0, max_value=2**32))
def test_any_order_of_arrival_gives_the_same_student(seed: int) -> None:
    """PROJ-R01: folding is a function of the set of facts; evolving one by one in any order is the same."""
    facts = a_full_record().facts
    shuffled = [*facts, facts[3]]
    Random(seed).shuffle(shuffled)
    expected, student = fold(facts), Student()
    for fact in shuffled:
        student = evolve(student, fact)
    assert student == fold(shuffled) == expected
    for view in ("identities", "doses", "papers", "attendance", "links", "alerts", "consents", "waiting"):
        assert getattr(student, view) == getattr(expected, view)


@settings(max_examples=40, deadline=None)
@having(st.sets(st.integers(min_value=0, max_value=14)))
def test_any_part_of_a_record_folds(kept: set[int]) -> None:
    """PROJ-R02: a fold never raises, whatever is missing: a correction without its dose waits."""
    student = fold(fact for i, fact in enumerate(a_full_record().facts) if i in kept)
    assert len(student.facts) == len(kept)
    assert student.doses is not None
    assert student.attendance.current(date(2026, 1, 1)) is None or student.attendance.lines


def test_a_correction_keeps_both_values_and_may_come_first() -> None:
    """PROJ-R03: a correction changes what is shown and keeps what was written."""
    log = Given()
    dose = log.told_dose("20", "2015-08")
    correction = log.corrected(dose, "the card says the 15th", given_on="2015-08-15")
    early = fold([correction])
    assert early.doses == ()
    assert early.waiting == (correction,)
    [line] = evolve(early, dose).doses
    assert line.given_on == "2015-08-15"
    [change] = line.corrections[0].changes
    assert (change.field, change.was, change.now) == ("given_on", "2015-08", "2015-08-15")
    assert line.corrections[0].reason == "the card says the 15th"
    assert line.fact.payload == dose.payload


def test_a_voided_dose_stays_visible_and_counts_for_nothing() -> None:
    """PROJ-R04"""
    log = Given()
    dose = log.dose("03", "2026-09-01")
    log.voided(dose, "given to the twin")
    log.corrected(dose, lot="X9")
    student = fold(log.facts)
    assert student.standing_doses == ()
    assert student.doses[0].void_reason == "given to the twin"
    assert student.doses[0].lot == "X9"


def test_what_is_not_understood_is_kept() -> None:
    """PROJ-R05"""
    log = Given()
    log.registered()
    strange = log.not_understood()
    assert fold(log.facts).not_understood == (strange,)


def test_identity_follows_corrections_in_log_order() -> None:
    log = Given()
    fix = log.add(StudentCorrected(reason="typo", birth_date="2015-06-16"))
    log.registered()
    student = fold(log.facts)
    assert student.birth_date == "2015-06-16"
    assert student.full_name == "Ada Okafor"
    assert not fold([fix]).is_registered


def test_linked_streams_fold_into_one_child_and_part_again() -> None:
    """PROJ-R06: a link moves nothing; both identities stay, and an unlink from either side ends it."""
    log = Given()
    log.registered()
    log.told_dose("20", "2015-08-15")
    log.add(StudentLinked(other=OTHER_CHILD, evidence="same birth certificate"))
    log.student = OTHER_CHILD
    log.registered(birth_date="2015-06-16", given="Adaeze")
    log.told_dose("10", "2015-08-15")
    both = fold(log.facts)
    assert both.id == CHILD
    assert [one.birth_date for one in both.identities] == ["2015-06-15", "2015-06-16"]
    assert len(both.doses) == 2
    assert linked_streams(OTHER_CHILD, both.links) == tuple(sorted((CHILD, OTHER_CHILD)))
    log.add(StudentUnlinked(other=CHILD, reason="cousins"), stream=stream_of("student", OTHER_CHILD))
    assert fold(log.facts).links == ()


def test_an_ending_finds_its_enrollment_in_either_order() -> None:
    """PROJ-R07"""
    log = Given()
    log.left("2026-06-05")
    log.enrolled("2021-09-07")
    log.enrolled("2026-09-08", grade="5", facility=OTHER_SCHOOL)
    log.left("2024-01-05", facility=OTHER_SCHOOL)
    attendance = fold(log.facts).attendance
    first, second = attendance.lines
    assert first.ended is not None
    assert first.ended.last_day == "2026-06-05"
    assert second.ended is None
    assert [ended.last_day for _, ended in attendance.unmatched_endings] == ["2024-01-05"]
    assert attendance.current(date(2026, 6, 5)) is first
    assert attendance.current(date(2026, 7, 1)) is first
    assert attendance.current(date(2026, 9, 8)) is second


def test_two_schools_share_a_child_and_one_holds_the_file() -> None:
    """PROJ-R08"""
    log = Given()
    log.enrolled("2025-09-02", grade="4")
    log.enrolled("2025-10-01", grade="4", facility=OTHER_SCHOOL, basis="shared", file_holder=SCHOOL)
    line = fold(log.facts).attendance.current(date(2026, 1, 10))
    assert line is not None
    assert line.facility == SCHOOL


def test_entry_terms_are_recorded_facts() -> None:
    log = Given()
    log.enrolled("2021-09-07", kindergarten_term="2021-2022")
    log.add(GradeAssigned(facility=SCHOOL, grade="7", from_day="2028-09-05", grade_7_term="2028-2029"))
    attendance = fold(log.facts).attendance
    assert attendance.entry_terms(date(2028, 9, 4)) == ("2021-2022", "")
    assert attendance.entry_terms(date(2028, 9, 5)) == ("2021-2022", "2028-2029")
    assert attendance.lines[0].grade_on(date(2028, 9, 5)) == "7"


def test_papers_have_a_life() -> None:
    """PROJ-R09: received, checked, withdrawn, each a fact; the paper's state follows."""
    log = Given()
    paper = log.paper()
    assert fold(log.facts).papers[0].state == "review"
    log.checked(paper, "rejected", findings=("no notary",))
    assert fold(log.facts).papers[0].state == "rejected"
    log.checked(paper)
    assert fold(log.facts).papers[0].state == "accepted"
    log.withdrawn(paper, "2026-10-01")
    assert fold(log.facts).papers[0].state == "withdrawn"


def test_a_local_event_stands_after_the_log_until_it_is_received() -> None:
    """PROJ-R10: the same event, once received, takes its place in the log and is there once."""
    log = Given()
    dose = log.told_dose("20", "2015-08-15")
    local = msgspec.structs.replace(dose, position=Position(LOCAL + 1), received_at=None)
    assert arrange([local, dose]) == [dose]
    assert evolve(fold([local]), dose) == fold([dose])

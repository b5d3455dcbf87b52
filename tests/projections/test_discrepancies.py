"""Conflicts are data: given two sides, then a discrepancy with an owner and a due date, until a person settles it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given as having
from hypothesis import settings
from hypothesis import strategies as st

from events.catalog.clinics import ClinicPlanned, RosterAdded, RosterRemoved
from events.catalog.consents import ConsentGiven, ConsentRefused, ConsentVoided, ConsentWithdrawn, SayEnded
from events.catalog.discrepancies import DiscrepancySettled
from events.catalog.doses import DoseCorrected, DoseNotGiven
from events.catalog.event_type import Address, Payload, PersonName
from events.catalog.students import (
    AllergyRecorded,
    ContraindicationRecorded,
    Identifier,
    StudentCorrected,
    StudentLinked,
    StudentUnlinked,
)
from events.dates import write_instant
from events.envelope import Seen
from events.ids import ClinicId, Stream, stream_of
from events.roles import Role
from projections.clinic import clinic_discrepancies, clinic_of, visits
from projections.clinic_words import ClinicWords
from projections.discrepancies import discrepancies_of
from projections.discrepancy import Discrepancy
from projections.fold import Fact
from projections.law.codes import CODES
from projections.merges import written_while_linked
from projections.student import Student, fold
from projections.twins import registered_twice, same_child_candidates
from tests.projections.given import CHILD, OTHER_CHILD, PAPER, PHONE, TABLET, Given, make_id

CLINIC = ClinicId(make_id(40))
TODAY = "2026-09-01"
NONE = ClinicWords()


def found(log: Given) -> tuple[Discrepancy, ...]:
    return discrepancies_of(fold(log.facts), NONE)


def test_the_same_dose_from_two_devices_is_one_hard_discrepancy() -> None:
    """PROJ-R21: both sides, severity, owner, due date; concurrent when neither had seen the other."""
    log = Given()
    log.registered()
    log.dose("03", TODAY, PHONE, seen=1)
    log.dose("03", TODAY, TABLET, seen=1)
    [one] = found(log)
    assert (one.kind, one.severity, one.owner, one.concurrent) == ("duplicate_dose", "hard", Role.HEALTH_OFFICE, True)
    assert {side.device for side in one.sides} == {PHONE, TABLET}
    assert one.due_on == one.raised_on + timedelta(days=1)
    assert "MMR is on record twice, on the same day" in one.says


def test_a_dose_against_what_was_shown_is_not_concurrent() -> None:
    """PROJ-R22: ``seen`` tells whether the second device had the first dose before it."""
    log = Given()
    log.dose("03", TODAY, PHONE)
    log.dose("03", TODAY, TABLET)
    assert found(log)[0].how_known == "shown"
    alone = Given()
    alone.dose("03", TODAY, PHONE, seen=0)
    alone.dose("03", TODAY, PHONE, seen=0)
    assert found(alone)[0].how_known == "shown"


def test_what_was_written_in_a_restored_log_was_shown_to_nobody_before() -> None:
    """PROJ-R270: a tablet saw the log end at 90, a back-up of one event was put back, and positions came again."""
    log = Given()
    log.registered()
    since, late = log.dose("03", TODAY, PHONE), log.dose("03", TODAY, TABLET, seen=90)
    assert since.received_at is not None
    hour, replace = timedelta(hours=1), msgspec.structs.replace
    seen = replace(since.header, seen=Seen(1, since.position))
    anew = (replace(since, header=seen), late)
    log.facts[-2:] = [replace(one, received_at=since.received_at + hour) for one in anew]
    assert [(one.kind, one.how_known) for one in found(log)] == [("duplicate_dose", "concurrent")]


def test_a_void_settles_it_and_so_does_a_persons_word() -> None:
    """PROJ-R23: a person settles a discrepancy by another event; nothing is revoked."""
    log = Given()
    log.dose("03", TODAY, PHONE, seen=0)
    second = log.dose("03", TODAY, TABLET, seen=0)
    [one] = found(log)
    words = Given()
    words.facts = list(log.facts)
    events = tuple(side.event for side in one.sides)
    words.add(DiscrepancySettled(kind="duplicate_dose", events=events, reason="given twice, family told"))
    assert found(words) == ()
    log.voided(second)
    assert found(log) == ()


def test_doses_apart_or_of_other_vaccines_are_no_duplicates() -> None:
    log = Given()
    log.told_dose("03", "2016-07-01")
    log.told_dose("03", "2016-07-29")
    log.told_dose("10", "2016-07-01")
    log.told_dose("20", "2016-08")
    log.told_dose("10", None)
    assert found(log) == ()
    assert CODES.overlap("20", "110")
    assert CODES.overlap("150", "158"), "influenza, whichever product"
    assert not CODES.overlap("18", "25"), "rabies and typhoid are not one vaccine"
    assert not CODES.overlap("20", "03")
    assert not CODES.overlap("", "")


def test_a_paper_that_tells_of_our_own_dose_is_a_soft_duplicate() -> None:
    log = Given()
    log.dose("20", "2026-08-30")
    log.told_dose("110", "2026-08-31")
    [one] = found(log)
    assert (one.kind, one.severity) == ("duplicate_dose", "soft")


def test_impossible_dates() -> None:
    """PROJ-R24: before birth, and after the day it was recorded."""
    log = Given()
    log.registered("2015-06-15")
    log.told_dose("08", "2015-06-14")
    log.told_dose("08", "2015-06")
    log.told_dose("19", "2015-06-15")  # BCG on the day of birth, as is usual
    log.dose("03", "2027-01-01")
    assert [one.kind for one in found(log)] == ["dose_before_birth", "dose_in_the_future"]


def test_a_day_ahead_of_its_writing_stays_so_however_late_it_arrives_and_whatever_else_is_corrected() -> None:
    """PROJ-R24: a phone may deliver days later; only a correction of the day itself changes what is said."""
    log = Given()
    log.registered()
    ahead = log.dose("03", "2026-09-03")
    assert ahead.received_at is not None
    log.facts[-1] = msgspec.structs.replace(ahead, received_at=ahead.received_at + timedelta(days=5))
    log.at += timedelta(days=30)
    log.corrected(ahead, lot="B2")
    [one] = found(log)
    assert one.says == "MMR is dated 2026-09-03, after the day it was recorded (2026-09-01)"
    log.corrected(ahead, given_on="2026-09-01")
    assert found(log) == ()


def test_a_dose_against_a_refusal_or_a_withdrawal() -> None:
    """PROJ-R25: the latest word of each signer before the dose; another's yes does not outweigh a no."""
    log = Given()
    yes = log.add(ConsentGiven(cvx=("03", "10"), signer="B. Okafor", standing="parent", form="paper", on="2026-08-01"))
    log.add(ConsentRefused(cvx=("10",), signer="C. Okafor", standing="parent", on="2026-08-02"))
    log.dose("10", TODAY)
    log.dose("03", TODAY)
    [one] = found(log)
    assert "refused by C. Okafor" in one.says
    log.add(ConsentWithdrawn(event=yes.id, by="B. Okafor", at="2026-08-20T12:00:00.000Z"))
    assert sorted(one.says.split(";")[1] for one in found(log)) == [
        " consent had been refused by C. Okafor",
        " consent had been withdrawn by B. Okafor",
        " consent had been withdrawn by B. Okafor",
    ]


def test_a_refusal_followed_by_the_same_signers_yes_is_settled() -> None:
    log = Given()
    log.add(ConsentRefused(cvx=("03",), signer="B. Okafor", standing="parent", on="2026-08-01"))
    log.add(ConsentGiven(cvx=("03",), signer="b. okafor", standing="parent", form="paper", on="2026-08-20"))
    log.dose("03", TODAY)
    assert found(log) == ()


def test_a_yes_for_another_clinic_or_until_before_settles_no_refusal() -> None:
    """PROJ-R25: as it allows no dose here (projections/consents)."""
    for more in ({"clinic": ClinicId(make_id(41))}, {"until": "2026-08-31"}):
        log = Given()
        told_no(log, "03")
        yes = ConsentGiven(cvx=("03",), signer="B. Okafor", standing="parent", form="paper", on="2026-08-20", **more)
        log.add(yes)
        log.dose("03", TODAY, clinic=CLINIC)
        assert [one.kind for one in found(log)] == ["dose_against_consent"]


def test_a_yes_taken_back_by_the_other_parent_brings_no_older_refusal_back() -> None:
    """PROJ-R207: as before a dose; and of one day a yes is none whose writer had not heard of the no."""
    log = Given()
    told_no(log, "03")
    word: Any = {"cvx": ("03",), "standing": "parent", "form": "paper"}
    yes = log.add(ConsentGiven(signer="B. Okafor", on="2026-08-09", **word))
    log.add(ConsentWithdrawn(event=yes.id, by="C. Okafor", at="2026-08-20T12:00:00.000Z"))
    log.add(ConsentGiven(signer="C. Okafor", on="2026-08-25", **word))
    log.dose("03", TODAY)
    assert found(log) == ()
    log.add(ConsentRefused(cvx=("03",), signer="C. Okafor", standing="parent", on="2026-08-30"))
    log.add(ConsentGiven(signer="C. Okafor", on="2026-08-30", **word), device=TABLET, seen=1)
    assert [one.kind for one in found(log)] == ["dose_against_consent"]


def test_a_student_of_age_decides_over_a_parent_and_over_who_took_her_yes_back() -> None:
    """PROJ-R25: as before a dose (projections/consents)."""
    log = Given()
    log.registered("2008-06-15")
    told_no(log, "03")
    first = log.add(ConsentGiven(cvx=("03",), signer="Ada", standing="student_adult", form="paper", on="2026-08-09"))
    log.dose("03", TODAY)
    assert found(log) == ()
    log.add(ConsentWithdrawn(event=first.id, by="B. Okafor", at="2026-08-20T12:00:00.000Z"))
    assert {one.kind for one in found(log)} == {"dose_against_consent"}
    log.add(ConsentGiven(cvx=("03",), signer="Ada", standing="student_adult", form="paper", on=TODAY))
    assert found(log) == ()


def told_yes(log: Given, *cvx: str, on: str = "2026-08-01") -> Fact:
    return log.add(ConsentGiven(cvx=cvx, signer="B. Okafor", standing="parent", form="paper", on=on))


def told_no(log: Given, *cvx: str, on: str = "2026-08-01") -> Fact:
    return log.add(ConsentRefused(cvx=cvx, signer="B. Okafor", standing="parent", on=on))


@pytest.mark.parametrize(
    ("refused", "given", "is_against"),
    [("03", "94", True), ("150", "158", True), ("20", "110", True), ("94", "03", False), ("20", "113", False)],
    ids=["MMR: MMRV", "influenza: another product", "DTaP: a combination", "MMRV: MMR", "DTaP: Td"],
)
def test_a_no_to_a_vaccine_is_a_no_to_whatever_brings_it(refused: str, given: str, is_against: bool) -> None:
    """PROJ-R25: for refusals, withdrawals and contraindications; a later yes to what was given ends it."""
    log, withdrawn, never = Given(), Given(), Given()
    told_no(log, refused)
    yes = told_yes(withdrawn, refused)
    withdrawn.add(ConsentWithdrawn(event=yes.id, by="B. Okafor", at="2026-08-20T12:00:00.000Z"))
    never.add(ContraindicationRecorded(reason="a reaction", told=PAPER, cvx=(refused,)))
    for one, kind in (
        (log, "dose_against_consent"),
        (withdrawn, "dose_against_consent"),
        (never, "dose_against_contraindication"),
    ):
        one.dose(given, TODAY)
        assert [found_one.kind for found_one in found(one)] == ([kind] if is_against else [])
    told_yes(log, given, on="2026-08-25")
    assert found(log) == ()


@pytest.mark.parametrize(
    ("born", "standing", "is_without"),
    [
        ("2014-05-01", "student_adult", True),
        ("2008-09-02", "student_adult", True),
        ("2008-08-01", "student_adult", False),
        ("2008-08-01", "parent", True),
        ("2008-08-02", "parent", False),
        ("2014-05-01", "guardian", False),
        ("2014-05-01", "emancipated", False),
        ("2014-05-01", "other", False),
        ("2008", "student_adult", False),
    ],
)
def test_a_dose_on_a_consent_of_somebody_without_standing(
    born: str, standing: Literal["parent", "guardian", "emancipated", "student_adult", "other"], is_without: bool
) -> None:
    """PROJ-R190: judged on the day it was said; what is only to be asked about is no discrepancy."""
    log = Given()
    log.registered(born)
    yes = log.add(ConsentGiven(cvx=("03",), signer="Ann", standing=standing, form="paper", on="2026-08-01"))
    dose = log.dose("03", TODAY, TABLET, seen=0)
    log.dose("21", TODAY)
    told = [
        (one.kind, one.severity, one.owner, one.how_known, [side.event for side in one.sides]) for one in found(log)
    ]
    wanted = ("dose_without_standing", "hard", Role.HEALTH_OFFICE, "concurrent", [yes.id, dose.id])
    assert told == ([wanted] if is_without else [])
    assert all(one.due_on == one.raised_on + timedelta(days=1) for one in found(log))


def test_a_consent_without_standing_matters_where_nobody_with_standing_said_yes() -> None:
    """PROJ-R190: a parent's yes before the dose, another birth date, a person's word ends it; a later yes does not."""

    def told_herself(*more: Payload) -> Given:
        log = Given()
        log.registered("2014-05-01")
        log.add(ConsentGiven(cvx=("03",), signer="Ann", standing="student_adult", form="paper", on="2026-08-01"))
        for payload in more:
            log.add(payload)
        log.dose("03", TODAY)
        return log

    log = told_herself()
    [one] = found(log)
    assert one.says == ("MMR was given on 2026-09-01 on consent signed by Ann, who had no standing to consent")
    told_yes(log, "03", on="2026-09-02")
    assert [one.kind for one in found(log)] == ["dose_without_standing"]
    log.add(
        DiscrepancySettled(kind=one.kind, events=tuple(side.event for side in one.sides), reason="the mother agrees")
    )
    assert found(log) == ()
    parent = ConsentGiven(cvx=("03",), signer="B. Okafor", standing="parent", form="paper", on="2026-08-02")
    assert found(told_herself(parent)) == ()
    assert found(told_herself(StudentCorrected(reason="birth certificate", birth_date="2008-05-01"))) == ()
    refused = ConsentRefused(cvx=("03",), signer="B. Okafor", standing="parent", on="2026-08-02")
    assert [one.kind for one in found(told_herself(refused))] == ["dose_against_consent"]


def test_a_dose_on_a_consent_recorded_by_mistake_or_of_somebody_without_a_say() -> None:
    """PROJ-R256: known then or only since; another's yes with standing leaves nothing to settle."""
    mistaken, barred = Given(), Given()
    for log in (mistaken, barred):
        log.registered("2014-05-01")
        yes = told_yes(log, "03")
        log.dose("03", TODAY, consent=yes.id)
        log.dose("21", TODAY)
    void = mistaken.add(ConsentVoided(event=yes.id, reason="of another child"))
    barred.add(SayEnded(person="b okafor", since="2026-08-15", document="order seen"))
    for log, says in (
        (mistaken, "the consent of B. Okafor was recorded by mistake: of another child"),
        (barred, "on consent signed by B. Okafor, who had no standing to consent"),
    ):
        [one] = found(log)
        assert (one.kind, one.severity, one.owner) == ("dose_without_standing", "hard", Role.HEALTH_OFFICE)
        assert says in one.says
    mistaken.add(ConsentVoided(event=void.id, reason="it was of this child after all"))
    assert found(mistaken) == ()
    barred.add(ConsentGiven(cvx=("03",), signer="C. Okafor", standing="parent", form="paper", on="2026-08-20"))
    assert found(barred) == ()


def test_a_consent_taken_back_in_the_evening_is_taken_back_that_day() -> None:
    """PROJ-R256: at seven in the evening it is tomorrow in UTC; half an hour later the dose was given."""
    log = Given()
    yes = told_yes(log, "03")
    log.at = datetime(2026, 9, 2, 0, 10, tzinfo=UTC)
    log.add(ConsentWithdrawn(event=yes.id, by="B. Okafor", at="2026-09-02T00:05:00.000Z"))
    log.dose("03", TODAY, given_at="2026-09-02T00:35:00.000Z")
    assert [one.kind for one in found(log)] == ["dose_against_consent"]


def test_a_yes_to_a_combination_ends_no_no_to_its_part() -> None:
    """PROJ-R256: as before a dose: MMR is not what was allowed."""
    log = Given()
    told_no(log, "03")
    told_yes(log, "94", on="2026-08-20")
    log.dose("03", TODAY)
    assert [one.kind for one in found(log)] == ["dose_against_consent"]


def test_the_earliest_of_two_withdrawals_counts() -> None:
    """PROJ-R25: whichever phone's reached the log first."""
    for moments in (("2026-09-05", "2026-08-20"), ("2026-08-20", "2026-09-05")):
        log = Given()
        yes = told_yes(log, "03")
        for day in moments:
            log.add(ConsentWithdrawn(event=yes.id, by="B. Okafor", at=f"{day}T12:00:00.000Z"))
        log.dose("03", TODAY)
        assert [one.kind for one in found(log)] == ["dose_against_consent"]


def test_a_consent_withdrawn_the_same_day_after_a_dose_that_was_known_is_not_against_it() -> None:
    """PROJ-R25: but it is where the two did not know of each other, or the dose came after."""
    for at, seen, is_against in (("14:00", None, False), ("14:00", 0, True), ("08:00", None, True)):
        log = Given()
        yes = told_yes(log, "03")
        log.dose("03", TODAY, PHONE, given_at=f"{TODAY}T10:00:00.000Z")
        no = ConsentWithdrawn(event=yes.id, by="B. Okafor", at=f"{TODAY}T{at}:00.000Z")
        log.add(no, device=TABLET, seen=seen)
        assert bool(found(log)) == is_against, (at, seen)


def test_a_contraindication_that_names_no_vaccine_is_against_any_and_one_of_influenza_against_its_own() -> None:
    """PROJ-R160: as the phone stops it."""
    for antigens, cvx, is_against in (((), "08", True), (("influenza",), "150", True), (("influenza",), "08", False)):
        log = Given()
        log.add(ContraindicationRecorded(reason="see the letter", told=PAPER, antigens=antigens))  # type: ignore[arg-type]
        log.dose(cvx, TODAY, TABLET, seen=0)
        assert bool(found(log)) == is_against, (antigens, cvx)


def test_a_dose_that_holds_what_the_child_reacted_to_with_anaphylaxis() -> None:
    """PROJ-R160: an allergy is a known contraindication of each vaccine that holds the substance, as on the phone."""
    for substance, cvx, anaphylaxis, is_against in (
        ("Gelatin", "03", True, True),
        ("gelatina", "94", True, True),
        ("gelatin", "08", True, False),
        ("gelatin", "03", False, False),
        ("baker's yeast", "08", True, True),
        ("varicella vaccine", "21", True, True),
        ("peanut", "03", True, False),
        ("something odd", "03", True, False),
    ):
        log = Given()
        log.add(AllergyRecorded(substance=substance, anaphylaxis=anaphylaxis, told=PAPER))
        log.dose(cvx, TODAY, TABLET, seen=0)
        kinds = [(one.kind, one.how_known) for one in found(log)]
        assert kinds == ([("dose_against_contraindication", "concurrent")] if is_against else []), substance


def test_a_contraindication_of_after_the_day_of_a_copied_dose_was_not_known_when_it_was_given() -> None:
    """PROJ-R212: only what was known at the time of giving is held against a dose; of the same day it is."""
    for given_on, is_against in (("2026-08-30", False), (TODAY, True)):
        log = Given()
        log.add(ContraindicationRecorded(reason="see the letter", told=PAPER, cvx=("03",)))
        log.add(AllergyRecorded(substance="gelatin", told=PAPER, anaphylaxis=True))
        log.dose("03", given_on)
        assert bool(found(log)) == is_against, given_on


def test_a_dose_against_a_contraindication() -> None:
    log = Given()
    log.add(ContraindicationRecorded(reason="pregnant", told=PAPER, antigens=("measles",)))
    log.dose("03", TODAY, TABLET, seen=0)
    [one] = found(log)
    assert (one.kind, one.concurrent) == ("dose_against_contraindication", True)
    late = Given()
    late.dose("03", TODAY, TABLET)
    late.add(ContraindicationRecorded(reason="pregnant", told=PAPER, antigens=("measles",)), seen=0)
    [one] = found(late)
    assert (one.kind, one.concurrent) == ("dose_against_contraindication", True), "it only reached the log behind it"


def test_corrections_of_one_field_that_disagree() -> None:
    log = Given()
    dose = log.told_dose("20", "2016-08")
    log.corrected(dose, given_on="2016-08-15")
    log.add(DoseCorrected(event=dose.id, reason="other card", given_on="2016-08-16"), device=TABLET, seen=1)
    assert [one.kind for one in found(log)] == ["conflicting_corrections"]


def test_linked_records_that_disagree_on_who_the_child_is() -> None:
    log = Given()
    log.registered("2015-06-15")
    log.add(StudentLinked(other=OTHER_CHILD, evidence="same number"))
    log.student = OTHER_CHILD
    log.registered("2015-06-16")
    [one] = found(log)
    assert (one.kind, one.owner) == ("conflicting_demographics", Role.RECORDS)
    assert {side.student for side in one.sides} == {CHILD, OTHER_CHILD}


def test_two_phones_that_correct_who_the_child_is_disagree_until_somebody_who_saw_both_corrects_it() -> None:
    """PROJ-R159: the last one is in force, but nobody's word goes under unseen."""
    log = Given()
    log.registered("2015-06-15")
    log.add(StudentCorrected(reason="the card", birth_date="2015-06-16", sex="female"), device=PHONE, seen=1)
    log.add(StudentCorrected(reason="the mother", birth_date="2015-06-17", sex="female"), device=TABLET, seen=1)
    [one] = found(log)
    assert (one.kind, one.severity, one.owner) == ("conflicting_demographics", "soft", Role.RECORDS)
    assert (one.how_known, {side.device for side in one.sides}) == ("concurrent", {PHONE, TABLET})
    assert one.says == "two corrections of who the child is disagree on birth date"
    log.add(StudentCorrected(reason="a spelling", name=PersonName(given="Adah", family="Okafor")), device=TABLET)
    assert len(found(log)) == 1, "another field settles nothing"
    log.add(StudentCorrected(reason="birth certificate", birth_date="2015-06-17"), device=TABLET)
    assert found(log) == ()


def test_dates_of_birth_that_fit_each_other_are_no_conflict() -> None:
    """PROJ-R159: a month, and a day in it."""
    log = Given()
    log.registered("2015-06")
    log.add(StudentLinked(other=OTHER_CHILD, evidence="same number"))
    log.student = OTHER_CHILD
    log.registered("2015-06-15")
    assert found(log) == ()


def test_a_third_correction_of_a_dose_by_somebody_who_saw_both_ends_the_matter() -> None:
    """PROJ-R23"""
    log = Given()
    dose = log.told_dose("20", "2016-08")
    log.corrected(dose, given_on="2016-08-15")
    log.add(DoseCorrected(event=dose.id, reason="other card", given_on="2016-08-16"), device=TABLET, seen=1)
    log.corrected(dose, lot="B2")
    assert [one.kind for one in found(log)] == ["conflicting_corrections"]
    log.corrected(dose, given_on="2016-08-16")
    assert found(log) == ()


def test_a_check_made_without_the_withdrawal() -> None:
    log = Given()
    paper = log.paper()
    log.withdrawn(paper, TODAY)
    log.checked(paper)
    assert [one.kind for one in found(log)] == ["check_of_withdrawn_paper"]


@settings(max_examples=30, deadline=None)
@having(st.integers(min_value=0, max_value=2**32))
def test_discrepancies_do_not_depend_on_arrival(seed: int) -> None:
    """PROJ-R26: the same discrepancies, with the same keys, on every device."""
    log = Given()
    log.registered("2015-06-15")
    log.dose("03", TODAY, PHONE, seen=1)
    log.dose("94", TODAY, TABLET, seen=1)
    log.told_dose("08", "2014-01-01")
    shuffled = list(log.facts)
    Random(seed).shuffle(shuffled)
    assert discrepancies_of(fold(shuffled), NONE) == found(log)


def test_the_same_child_registered_twice_is_a_candidate_until_a_person_decides() -> None:
    """PROJ-R27"""
    one, two = Given(), Given(OTHER_CHILD)
    one.registered(given="José", family="De la Cruz")
    two.registered(given="Jose", family="Delacruz")
    [pair] = same_child_candidates([fold(one.facts), fold(two.facts)])
    assert ({pair.first, pair.second}, pair.ground) == ({CHILD, OTHER_CHILD}, "same_name_and_birth_date")
    two.add(StudentUnlinked(other=CHILD, reason="cousins"))
    assert same_child_candidates([fold(one.facts), fold(two.facts)]) == ()


def test_given_and_family_name_changed_over_are_the_same_child() -> None:
    """PROJ-R27: once, and not one child against itself."""
    one, two = Given(), Given(OTHER_CHILD)
    one.registered(given="Abdi", family="Hassan")
    two.registered(given="Hassan", family="Abdi")
    [pair] = same_child_candidates([fold(one.facts), fold(two.facts)])
    assert {pair.first, pair.second} == {CHILD, OTHER_CHILD}
    two.add(StudentCorrected(reason="a cousin", birth_date="2015-06-16"))
    assert same_child_candidates([fold(one.facts), fold(two.facts)]) == ()
    twofold = Given()
    twofold.registered(given="Ali", family="Ali")
    assert same_child_candidates([fold(twofold.facts)]) == ()


def test_the_same_number_is_a_candidate_whatever_the_name() -> None:
    one, two = Given(), Given(OTHER_CHILD)
    number = (Identifier(system="state", value="123"),)
    one.registered(given="Ada", identifiers=number)
    two.registered("2015-06-16", given="Adaeze", identifiers=number)
    assert same_child_candidates([fold(one.facts), fold(two.facts)])[0].ground == "same_number"


def test_a_clinic_day() -> None:
    """PROJ-R28: who is expected, served, not served; one who was taken off the list but vaccinated stays in view."""
    stream = stream_of("clinic", CLINIC)
    log = Given()
    plan = ClinicPlanned(name="Gym", facility=None, address=Address(lines=("1 Main St",)), on=TODAY)
    log.add(plan, stream=stream)
    third = make_id(3)
    log.add(RosterAdded(students=(OTHER_CHILD, CHILD)), stream=stream)
    log.add(RosterAdded(students=(third,)), stream=stream)  # type: ignore[arg-type]
    log.add(RosterRemoved(students=(OTHER_CHILD,)), stream=stream)
    clinic = clinic_of(log.facts)
    log.registered()
    log.dose("03", TODAY, PHONE, clinic=CLINIC, seen=3)
    log.dose("03", TODAY, TABLET, clinic=CLINIC, seen=3)
    log.student = OTHER_CHILD
    log.dose("10", TODAY, clinic=CLINIC)
    log.student = third  # type: ignore[assignment]
    log.add(DoseNotGiven(clinic=CLINIC, cvx=("03",), reason="absent", on=TODAY))
    students = [fold(f for f in log.facts if f.stream == f"student/{who}") for who in (OTHER_CHILD, third, CHILD)]
    day = visits(clinic, students)
    assert clinic.state == "planned"
    assert [(visit.student, visit.state, visit.expected) for visit in day] == [
        (CHILD, "served", True),
        (third, "not_given", True),
        (OTHER_CHILD, "served", False),
    ]
    [one] = clinic_discrepancies(day)
    assert (one.kind, one.concurrent) == ("duplicate_dose", True)


def test_a_child_registered_twice_is_a_discrepancy_until_somebody_decides() -> None:
    """PROJ-R46: both registrations, the records office, concurrent or not; ended by a link, an unlink or a word."""
    log = two_children()
    [pair] = registered_twice(children_of(log))
    assert (pair.kind, pair.severity, pair.owner) == ("same_child_twice", "soft", Role.RECORDS)
    assert [side.student for side in pair.sides] == [CHILD, OTHER_CHILD]
    assert pair.due_on > pair.raised_on
    for decision in (
        StudentLinked(other=OTHER_CHILD, evidence="birth certificate"),
        StudentUnlinked(other=OTHER_CHILD, reason="cousins"),
        DiscrepancySettled(kind="same_child_twice", events=tuple(side.event for side in pair.sides), reason="twins"),
    ):
        decided = two_children()
        decided.add(decision)
        assert registered_twice(children_of(decided)) == (), type(decision).__name__


def two_children() -> Given:
    """Two registrations of one name and birth date."""
    log = Given()
    log.registered()
    log.student = OTHER_CHILD
    log.registered()
    log.student = CHILD
    return log


def children_of(log: Given) -> list[Student]:
    return [fold(of(log.facts, stream_of("student", child))) for child in (CHILD, OTHER_CHILD)]


def test_a_clock_more_than_two_minutes_off_is_shown_once_a_device() -> None:
    """PROJ-R47: ahead of its receipt, or behind what the device had already seen; two minutes are nothing."""
    log = Given()
    log.registered()
    first = log.dose("03", TODAY, PHONE)
    assert first.received_at is not None
    assert found(log) == ()
    for minutes, says in ((1, None), (-1, None), (3, "ahead"), (-30, "behind"), (525_600, "ahead")):
        off = Given()
        off.registered()
        known = off.dose("03", TODAY, PHONE)
        wrong = off.dose("21", TODAY, TABLET, seen=known.position + 1)
        assert wrong.received_at is not None
        told = write_instant(wrong.received_at + timedelta(minutes=minutes))
        header = msgspec.structs.replace(wrong.header, recorded_at=told)
        off.facts[-1] = msgspec.structs.replace(wrong, header=header)
        kinds = [(one.kind, one.owner) for one in found(off)]
        assert kinds == ([("clock_skew", Role.DISTRICT_ADMIN)] if says else []), minutes
        assert says is None or says in found(off)[0].says


@having(st.lists(st.tuples(st.booleans(), st.sampled_from(["03", "21", "20"]), st.integers(1, 28)), max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_merge_undone_leaves_each_record_as_it_was(doses: list[tuple[bool, str, int]]) -> None:
    """PROJ-R48: folding before equals folding after link and unlink, for each of the two, whatever they hold."""
    log = two_children()
    for mine, cvx, day in doses:
        log.student = CHILD if mine else OTHER_CHILD
        log.dose(cvx, f"2026-08-{day:02}", PHONE if mine else TABLET)
    log.student, before = CHILD, list(log.facts)
    log.add(StudentLinked(other=OTHER_CHILD, evidence="same birth certificate"))
    log.add(StudentUnlinked(other=OTHER_CHILD, reason="cousins"))
    for child in (CHILD, OTHER_CHILD):
        stream = stream_of("student", child)
        then, now = fold(of(before, stream)), fold(of(log.facts, stream))
        assert now.links == ()
        for view in ("identities", "doses", "papers", "attendance", "alerts", "consents", "waiting"):
            assert getattr(now, view) == getattr(then, view), view
        assert discrepancies_of(now, NONE) == discrepancies_of(then, NONE)


def of(facts: Sequence[Fact], stream: Stream) -> list[Fact]:
    return [fact for fact in facts if fact.stream == stream]


@having(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["before", "linked", "after"]), st.integers(1, 28)), max_size=9)
)
@settings(max_examples=60, deadline=None)
def test_a_merge_undone_lists_what_was_written_meanwhile(doses: list[tuple[bool, str, int]]) -> None:
    """WORK-R06: each event of the time while they were linked, once, and none from before or after; moved nowhere."""
    log, meanwhile = two_children(), []
    for when in ("before", "linked", "after"):
        log.student = CHILD
        if when == "linked":
            log.add(StudentLinked(other=OTHER_CHILD, evidence="same birth certificate"))
        if when == "after":
            log.student = OTHER_CHILD
            log.add(StudentUnlinked(other=CHILD, reason="cousins"))
        for mine, written, day in doses:
            log.student = CHILD if mine else OTHER_CHILD
            if written == when:
                dose = log.dose("03", f"2026-08-{day:02}", PHONE)
                meanwhile += [dose.id] if when == "linked" else []
    of_each = children_of(log)
    found = written_while_linked(of_each)
    assert [one.sides[0].event for one in found] == meanwhile
    assert all(len(one.sides) == 1 and one.owner is Role.RECORDS for one in found)
    for child, student in zip((CHILD, OTHER_CHILD), of_each, strict=True):
        assert {dose.fact.stream for dose in student.doses} <= {stream_of("student", child)}
    for one in found:
        log.student = one.sides[0].student
        log.add(DiscrepancySettled(kind="written_while_linked", events=(one.sides[0].event,), reason="it is right"))
    assert written_while_linked(children_of(log)) == ()

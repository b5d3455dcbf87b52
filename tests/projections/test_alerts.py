"""What was known against a dose when it was given: lifted later, told by a reaction, named without a tick."""

from datetime import timedelta
from typing import Any

import pytest

from events.catalog.doses import ReactionAssessed, ReactionObserved
from events.catalog.students import AllergyRecorded, ContraindicationLifted, ContraindicationRecorded
from events.dates import write_instant
from events.ids import EventId
from projections.alerts import says_anaphylaxis
from projections.clinic_words import ClinicWords
from projections.discrepancies import discrepancies_of
from projections.fold import Fact
from projections.student import fold
from tests.projections.given import PAPER, TABLET, Given

TODAY = "2026-09-01"
LATER = "2026-09-20"
MMR, MMRV, TDAP = "03", "94", "115"


def against(log: Given) -> int:
    found = discrepancies_of(fold(log.facts), ClinicWords())
    return len([one for one in found if one.kind == "dose_against_contraindication"])


def never(log: Given) -> EventId:
    return log.add(ContraindicationRecorded(reason="a letter", told=PAPER, cvx=(MMR,))).id


def test_lifting_a_contraindication_later_clears_no_dose_that_was_given_against_it() -> None:
    """PROJ-R230: a dose is judged by what stood on its day."""
    log = Given()
    event = never(log)
    log.dose(MMR, TODAY)
    log.add(ContraindicationLifted(event=event, reason="the letter was the sister's"))
    assert against(log) == 1
    log = Given()
    event = never(log)
    log.add(ContraindicationLifted(event=event, reason="the letter was the sister's"))
    log.dose(MMR, TODAY)
    assert against(log) == 0


@pytest.mark.parametrize(
    ("lifted_after", "copied_after", "is_against"),
    [
        (timedelta(days=1), timedelta(days=2), True),
        (timedelta(hours=3), timedelta(hours=5), True),
        (timedelta(hours=1), timedelta(hours=5), False),
        (timedelta(hours=1), timedelta(days=2), False),
    ],
)
def test_a_dose_copied_from_paper_is_held_against_what_was_lifted_only_after_it(
    lifted_after: timedelta, copied_after: timedelta, is_against: bool
) -> None:
    """PROJ-R230: on its day by the hour on the paper."""
    log = Given()
    begun = log.at
    event = never(log)
    given_at = write_instant(begun + timedelta(hours=2))
    log.at = begun + lifted_after
    log.add(ContraindicationLifted(event=event, reason="not so"), device=TABLET)
    log.at = begun + copied_after
    log.dose(MMR, TODAY, from_paper=True, given_at=given_at)
    assert against(log) == int(is_against)


def reacted(log: Given, to: Fact, description: str, **more: Any) -> EventId:
    told = ReactionObserved(
        doses=(to.id,), began_at="2026-09-01T15:00:00.000Z", description=description, epinephrine_at=more.get("at", ())
    )
    return log.add(told).id


@pytest.mark.parametrize(
    ("description", "epinephrine", "cvx", "is_against"),
    [
        ("hives", ("2026-09-01T15:05:00.000Z",), MMR, True),
        ("hives", ("2026-09-01T15:05:00.000Z",), MMRV, True),
        ("hives", ("2026-09-01T15:05:00.000Z",), TDAP, False),
        ("Anafilaxia", (), MMR, True),
        ("hives, no anaphylaxis", (), MMR, False),
        ("fainted", (), MMR, False),
    ],
)
def test_a_severe_reaction_is_a_contraindication_of_what_it_came_after(
    description: str, epinephrine: tuple[str, ...], cvx: str, is_against: bool
) -> None:
    """PROJ-R231: of later doses, not of the one it came after."""
    log = Given()
    first = log.dose(MMR, TODAY)
    reacted(log, first, description, at=epinephrine)
    assert against(log) == 0
    log.at += timedelta(days=19)
    log.dose(cvx, LATER, TABLET)
    assert against(log) == int(is_against)


@pytest.mark.parametrize(
    ("first", "cvx"),
    [
        *(("115", "113"), ("20", "130"), ("130", "10"), ("94", "21"), ("316", "162"), ("320", "140"), ("03", "94")),
        *(("115", "203"), ("113", "136"), ("130", "216")),
    ],
)
def test_a_severe_reaction_speaks_against_what_shares_something_with_its_vaccine(first: str, cvx: str) -> None:
    """PROJ-R231: nobody knows to what in it (ACIP, contraindications)."""
    log = Given()
    reacted(log, log.dose(first, TODAY), "anaphylaxis")
    [alert] = fold(log.facts).alerts
    assert (alert.forbids(cvx), alert.forbids("165")) == (True, False)


@pytest.mark.parametrize("cvx", ["136", "163", "316"])
def test_a_contraindication_of_meningococcal_vaccines_is_one_of_each(cvx: str) -> None:
    """PROJ-R160: of meningococcal B too, though no rule set asks for it."""
    log = Given()
    log.add(ContraindicationRecorded(reason="neurologist", told=PAPER, antigens=("meningococcal",)))
    [alert] = fold(log.facts).alerts
    assert (alert.forbids(cvx), alert.forbids("165")) == (True, False)


@pytest.mark.parametrize(
    ("named", "cvx", "is_against"),
    [("333", "140", 0), ("02", "10", 0), ("140", "333", 1), ("111", "333", 1), ("88", "140", 1)],
)
def test_a_live_vaccines_contraindication_is_none_of_one_that_is_not_live(
    named: str, cvx: str, is_against: int
) -> None:
    """PROJ-R260"""
    log = Given()
    log.add(ContraindicationRecorded(reason="asthma", told=PAPER, cvx=(named,)))
    log.dose(cvx, TODAY)
    assert against(log) == is_against


def test_a_reaction_assessed_as_a_danger_to_life_is_severe_until_somebody_lifts_it() -> None:
    """PROJ-R231"""
    log = Given()
    event = reacted(log, log.dose(MMR, TODAY), "collapsed")
    log.add(ReactionAssessed(event=event, report="required", results=("life_threatening",)))
    [alert] = fold(log.facts).alerts
    assert (alert.kind, alert.text, alert.cvx, alert.forbids(MMRV)) == ("contraindication", "collapsed", (MMR,), True)
    log.add(ContraindicationLifted(event=event, reason="the allergist: to the sting, not the vaccine"))
    assert not fold(log.facts).alerts[0].stands_on(LATER)


def test_a_reaction_to_a_dose_that_was_another_childs_is_no_contraindication() -> None:
    """PROJ-R231"""
    log = Given()
    dose = log.dose(MMR, TODAY)
    reacted(log, dose, "anaphylaxis")
    log.voided(dose)
    assert fold(log.facts).alerts == ()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("anaphylaxis to gelatin", True),
        ("Gelatina: choque anafiláctico", True),
        ("ANAPHALAXIS", True),
        ("gelatin, hives", False),
        ("gelatin, no anaphylaxis", False),
        ("gelatina, sin anafilaxia", False),
        ("la madre negó anafilaxia", False),
        ("banana, fig", False),
    ],
)
def test_anaphylaxis_that_is_named_counts_ticked_or_not(written: str, says: bool) -> None:
    """PROJ-R232"""
    log = Given()
    log.add(AllergyRecorded(substance=written, anaphylaxis=False, told=PAPER))
    assert (says_anaphylaxis(written), fold(log.facts).alerts[0].anaphylaxis) == (says, says)

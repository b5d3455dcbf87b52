"""A dose given while a yes of the day held its vaccine up is a matter for the office, whoever could have known."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.catalog.consents import ScreeningAnswered, ScreeningDecided
from events.dates import read_instant, write_instant
from events.ids import ClinicId, DeviceId
from projections.answers import QUESTIONS, touches
from projections.clinic_words import ClinicWords
from projections.discrepancies import discrepancies_of
from projections.discrepancy import Discrepancy
from projections.fold import Fact
from projections.student import fold
from tests.projections.given import PHONE, TABLET, Given, make_id

TODAY = "2026-09-01"
GYM, HALL = ClinicId(make_id(40)), ClinicId(make_id(41))
MMR, TDAP, HPV = "03", "115", "165"
PATH = Path(__file__).parents[1] / "vectors" / "projections" / "questions.json"
TOUCHED: dict[str, list[str]] = json.loads(PATH.read_text(encoding="utf-8"))


def asked(log: Given, *positive: str, device: DeviceId = PHONE, clinic: ClinicId = GYM, **more: Any) -> Fact:
    answers = ScreeningAnswered(
        clinic=clinic,
        questionnaire="doseledger-visit-1",
        answered_by="P. Okafor",
        at=write_instant(log.at),
        positive=positive,
    )
    return log.add(answers, device=device, **more)


def decided(log: Given, answers: Fact, allowed: tuple[str, ...], blocked: tuple[str, ...] = (), **more: Any) -> None:
    log.add(ScreeningDecided(event=answers.id, allowed=allowed, blocked=blocked, reason="asked her doctor"), **more)


def found(log: Given) -> list[Discrepancy]:
    return [one for one in discrepancies_of(fold(log.facts), ClinicWords()) if "no nurse" in one.says]


@pytest.mark.parametrize(
    ("question", "cvx", "is_against"),
    [("pregnancy", MMR, True), ("pregnancy", HPV, True), ("pregnancy", TDAP, False), ("ill_today", TDAP, True)],
)
def test_a_dose_of_a_phone_that_had_not_heard_the_answer(question: str, cvx: str, is_against: bool) -> None:
    """PROJ-R235"""
    log = Given()
    asked(log, question, device=TABLET, seen=0)
    log.dose(cvx, TODAY, seen=0)
    assert [(one.kind, one.severity, one.concurrent) for one in found(log)] == (
        [("dose_against_contraindication", "hard", True)] if is_against else []
    )


def test_an_answer_of_another_clinic_of_the_day_counts_and_one_of_another_day_does_not() -> None:
    """PROJ-R235"""
    log = Given()
    asked(log, "pregnancy", clinic=HALL)
    log.dose(MMR, TODAY, clinic=GYM)
    assert "possible pregnancy" in found(log)[0].says
    log = Given()
    log.at -= timedelta(days=1)
    asked(log, "pregnancy")
    log.at += timedelta(days=1)
    log.dose(MMR, TODAY)
    assert found(log) == []


@pytest.mark.parametrize(
    ("asked_at", "given_at", "given_on", "count"),
    [
        ("2026-09-02T04:50:00.000Z", "2026-09-02T05:10:00.000Z", "2026-09-02", 1),
        ("2026-09-02T05:05:00.000Z", "2026-09-02T05:10:00.000Z", "2026-09-02", 1),
        ("2026-09-02T00:30:00.000Z", "2026-09-02T05:10:00.000Z", "2026-09-02", 0),
        ("2026-09-02T04:50:00.000Z", "2026-09-02T15:10:00.000Z", "2026-09-02", 0),
        ("2026-09-02T04:50:00.000Z", "2026-09-02T05:10:00.000Z", "2026-09-03", 0),
    ],
)
@pytest.mark.parametrize("from_paper", [False, True])
def test_a_visit_that_ran_past_midnight_is_one_visit(
    asked_at: str, given_at: str, given_on: str, count: int, from_paper: bool
) -> None:
    """PROJ-R235: four hours at most, on the day after."""
    log = Given()
    log.at = read_instant(asked_at)
    asked(log, "pregnancy")
    log.at = read_instant(given_at) + timedelta(days=1 if from_paper else 0)
    log.dose(MMR, given_on, from_paper=from_paper, given_at=given_at if from_paper else None)
    assert len(found(log)) == count


def test_what_was_said_after_the_dose_is_not_against_it_nor_for_it() -> None:
    """PROJ-R235: asked for a second vaccine; allowed when it was done."""
    log = Given()
    log.dose(MMR, TODAY)
    asked(log, "pregnancy")
    assert found(log) == []
    log = Given()
    answers = asked(log, "pregnancy")
    log.dose(MMR, TODAY)
    decided(log, answers, (MMR,))
    assert len(found(log)) == 1


def test_a_dose_copied_from_paper_goes_by_the_hour_on_the_paper() -> None:
    """PROJ-R235"""
    for before, expected in ((timedelta(minutes=-30), 0), (timedelta(minutes=30), 1)):
        log = Given()
        at = log.at + before
        asked(log, "ill_today")
        log.at += timedelta(hours=5)
        log.dose(TDAP, TODAY, from_paper=True, given_at=write_instant(at))
        assert len(found(log)) == expected


@pytest.mark.parametrize(
    ("words", "is_against"),
    [
        ([((MMR,), (), PHONE)], False),
        ([((), (MMR,), PHONE)], True),
        ([((), (MMR,), PHONE), ((MMR,), (), PHONE)], False),
        ([((MMR,), (), PHONE), ((MMR,), (), TABLET)], False),
        ([((MMR,), (), PHONE), ((), (MMR,), TABLET)], True),
        ([((TDAP,), (), PHONE)], True),
    ],
)
def test_a_decision_allows_it_and_two_made_apart_must_both(
    words: list[tuple[tuple[str, ...], tuple[str, ...], DeviceId]], is_against: bool
) -> None:
    """PROJ-R235: as on the phone (WEB-R457)."""
    log = Given()
    answers = asked(log, "immune_status")
    apart = log.size
    for allowed, blocked, device in words:
        decided(log, answers, allowed, blocked, device=device, seen=apart)
    log.dose(MMR, TODAY)
    assert bool(found(log)) == is_against


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_question_touches_what_it_touches_on_the_phone(question: str) -> None:
    """PROJ-R235"""
    codes = json.loads((Path(__file__).parents[2] / "projections/law/data/codes.json").read_text(encoding="utf-8"))
    named = [one["cvx"] for one in codes["vaccines"]] + [cvx for some in codes["elsewhere"].values() for cvx in some]
    assert sorted(cvx for cvx in named if touches(question, cvx)) == TOUCHED[question]

"""A dose under a standing order that was withdrawn elsewhere: a fact, and a matter for the health office."""

from datetime import timedelta

import pytest

from events.catalog.clinics import OrderIssued, OrderWithdrawn
from events.catalog.discrepancies import DiscrepancySettled
from events.ids import ClinicId, stream_kind, stream_of
from events.roles import Role
from projections.clinic import clinic_discrepancies, clinic_of, visits
from projections.clinic_words import ClinicWords
from projections.discrepancies import discrepancies_of
from projections.discrepancy import Discrepancy
from projections.fold import Fact
from projections.student import fold
from tests.projections.given import CHILD, PHONE, TABLET, Given, make_id

CLINIC = ClinicId(make_id(40))
STREAM = stream_of("clinic", CLINIC)
TODAY = "2026-09-01"


def issued(log: Given) -> Fact:
    order = OrderIssued(
        prescriber="Dr. Lind", cvx="03", valid_from="2026-08-01", valid_to="2027-07-31",
        dose_ml=0.5, route="SC", sites=("left_arm",),
    )  # fmt: skip
    return log.add(order, stream=STREAM)


def withdrawn(log: Given, order: Fact, on: str = TODAY, **more: object) -> Fact:
    no = OrderWithdrawn(event=order.id, on=on, by="Dr. Lind", reason="a recall")
    return log.add(no, stream=STREAM, **more)  # type: ignore[arg-type]


def found(log: Given) -> tuple[Discrepancy, ...]:
    children = [fact for fact in log.facts if stream_kind(fact.stream) == "student"]
    return discrepancies_of(fold(children), ClinicWords(log.facts))


def test_a_dose_under_an_order_withdrawn_meanwhile_is_grave_and_concurrent() -> None:
    """PROJ-R157: both sides, the child's record, an owner and a day; the phone had not seen the withdrawal."""
    log = Given()
    log.registered()
    order = issued(log)
    no = withdrawn(log, order, device=TABLET)
    dose = log.dose("03", TODAY, PHONE, seen=2, clinic=CLINIC, order=order.id)
    [one] = found(log)
    assert (one.kind, one.severity, one.owner) == ("dose_under_withdrawn_order", "hard", Role.HEALTH_OFFICE)
    assert (one.how_known, one.due_on) == ("concurrent", one.raised_on + timedelta(days=1))
    assert [(side.event, side.student, side.device) for side in one.sides] == [
        (no.id, CHILD, TABLET),
        (dose.id, CHILD, PHONE),
    ]
    assert one.says == f"MMR was given on {TODAY} under an order withdrawn from {TODAY} by Dr. Lind"


def test_a_dose_given_although_the_withdrawal_was_shown_says_so() -> None:
    """PROJ-R157, PROJ-R22: by ``seen``."""
    log = Given()
    order = issued(log)
    withdrawn(log, order, device=TABLET)
    log.dose("03", TODAY, PHONE, order=order.id)
    assert [one.how_known for one in found(log)] == ["shown"]


@pytest.mark.parametrize(
    ("given_on", "is_against"),
    [("2026-08-31", False), (TODAY, True), ("2026-09-02", True)],
)
def test_the_day_decides_whichever_of_the_two_came_first(given_on: str, is_against: bool) -> None:
    """PROJ-R157: a withdrawal may come after the dose it is about; a day before it, the order was in force."""
    for withdrawn_first in (True, False):
        log = Given()
        order = issued(log)
        if withdrawn_first:
            withdrawn(log, order)
        log.dose("03", given_on, TABLET, seen=1, order=order.id)
        if not withdrawn_first:
            withdrawn(log, order, seen=1)
        kinds = [(one.kind, one.concurrent) for one in found(log) if one.kind != "dose_in_the_future"]
        assert kinds == ([("dose_under_withdrawn_order", True)] if is_against else [])


def test_it_ends_by_a_void_by_a_corrected_day_or_by_a_persons_word() -> None:
    """PROJ-R157, PROJ-R23: the same keys after a second withdrawal, so that what was settled stays settled."""
    for end in ("void", "day", "word", "word, withdrawn again"):
        log = Given()
        order = issued(log)
        withdrawn(log, order)
        dose = log.dose("03", TODAY, seen=1, device=TABLET, order=order.id)
        [one] = found(log)
        if end == "void":
            log.voided(dose)
        elif end == "day":
            log.corrected(dose, given_on="2026-08-31")
        else:
            events = tuple(side.event for side in one.sides)
            log.add(DiscrepancySettled(kind=one.kind, events=events, reason="the prescriber says it may stand"))
        if "again" in end:
            withdrawn(log, order, on="2026-08-20")
        assert found(log) == (), end


def test_a_dose_under_another_order_or_none_is_no_matter() -> None:
    """PROJ-R157"""
    log = Given()
    order, other = issued(log), issued(log)
    withdrawn(log, order)
    log.dose("03", TODAY, order=other.id)
    log.told_dose("08", "2026-08-01")
    assert found(log) == ()


def test_a_clinics_day_shows_it() -> None:
    """PROJ-R157, PROJ-R28: off the clinic's own stream."""
    log = Given()
    log.registered()
    order = issued(log)
    withdrawn(log, order)
    log.dose("03", TODAY, TABLET, seen=2, clinic=CLINIC, order=order.id)
    child = fold(fact for fact in log.facts if fact.stream != STREAM)
    day = visits(clinic_of(log.facts), [child])
    assert [one.kind for one in clinic_discrepancies(day)] == ["dose_under_withdrawn_order"]

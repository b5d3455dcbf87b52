"""A clinic's day as it is counted: stock per container and fund, loans, consents and outcomes, reactions owed.

The same log is in ``tests/vectors/projections/clinic_day.json``; ``clinic_day.test.ts`` holds the phone to it.
"""

from datetime import date

import msgspec
import pytest

from events.catalog.clinics import ClinicPlanned
from events.catalog.doses import ReactionObserved
from events.catalog.event_type import Address
from events.ids import stream_of
from events.roles import Role
from projections.clinic import clinic_of
from projections.clinic_words import ClinicWords
from projections.compliance import judge
from projections.deadlines import Deadline, deadlines_of
from projections.discrepancies import discrepancies_of
from projections.eligibility import eligibility_of, funds_for, owes
from projections.outcomes import outcomes_of
from projections.policy import policy_of
from projections.reactions import reactions_of
from projections.retention import timeline_of
from projections.stock import borrowings_of, tallies_of
from projections.student import Student, fold
from tests.vectors.clinic_vectors import CHILDREN, GYM, ON, PATH, day, text

LOG = day()
CLINIC = clinic_of(LOG.facts)
ADA, BEN = (fold([fact for fact in LOG.facts if fact.stream == stream_of("student", one)]) for one in CHILDREN)


def test_the_vectors_are_up_to_date() -> None:
    """PROJ-R40: shared vectors hold both folds equal."""
    assert PATH.read_text(encoding="utf-8") == text(), "run: python -m tests.vectors.clinic_vectors"


def test_each_dose_is_counted_in_its_box_and_fund() -> None:
    """PROJ-R49: one lot in two boxes is two lines; a dose undone comes back; what names no box goes where it fits.

    PROJ-R180: a load typed wrongly counts as it was corrected, field by field.
    PROJ-R182: of two phones that both closed the day, the doses that went back count once, as the later close said.
    PROJ-R220: what was taken back counts for nothing, also a load of a day of its own; what was put back counts again.
    """
    found = [
        (line.cvx, line.lot, line.container, line.funding, line.loaded, line.given, line.wasted, line.drawn, line.left)
        for line in tallies_of(CLINIC, (ADA, BEN))
    ]
    assert found[:5] == [
        ("03", "W1", "Red", "vfc", 17, 2, 2, 0, 3),
        ("03", "W1", "Blue", "private", 4, 1, 1, 1, 1),
        ("110", "P9", "Red", "vfc", 8, 2, 0, 0, -1),
        ("03", "S5", "Green", "state", 3, 1, 0, 0, 0),
        ("03", "W2", "Red", "vfc", 5, 0, 0, 0, 5),
    ]


def test_lots_of_one_number_are_told_apart_by_vaccine_and_maker() -> None:
    """PROJ-R222: each dose, loss and return on its own line; what was never loaded is a line too."""
    lines = [line for line in tallies_of(CLINIC, (ADA, BEN)) if line.lot[0] in "NnQ"]
    assert [(one.cvx, one.mvx, one.loaded, one.given, one.wasted, one.returned, one.left) for one in lines] == [
        ("150", "SKB", 10, 0, 2, 0, 8),
        ("150", "SEQ", 10, 1, 2, 0, 7),
        ("83", "MSD", 10, 2, 0, 4, 4),
        ("165", "MSD", 0, 1, 0, 1, -2),
    ]


def test_one_lot_in_one_box_is_counted_by_who_paid() -> None:
    """PROJ-R49: what names a fund is of that fund's line and no other's."""
    lines = [line for line in tallies_of(CLINIC, (ADA, BEN)) if line.lot == "F2"]
    assert [(one.funding, one.loaded, one.given, one.wasted, one.returned, one.left) for one in lines] == [
        ("vfc", 5, 0, 0, 0, 5),
        ("private", 5, 1, 1, 2, 1),
    ]


def test_a_loan_is_owed_until_paid_and_gone_with_its_dose() -> None:
    """PROJ-R50."""
    loans = borrowings_of(CLINIC, (ADA, BEN))
    assert [(one.told.from_funding, one.told.to_funding, one.paid is not None) for one in loans] == [
        ("private", "vfc", True),
        ("state", "vfc", False),
        ("private", "vfc", False),
        ("private", "vfc", False),
    ]


def test_a_loan_follows_its_dose_to_the_lot_it_was_corrected_to() -> None:
    """PROJ-R215: of the child's own fund nothing is owed; of a lot in no stock nobody knows whose it was."""
    loans = [one.told for one in borrowings_of(CLINIC, (ADA, BEN))]
    assert [(one.lot, one.cvx, one.container, one.from_funding, one.to_funding) for one in loans[1:3]] == [
        ("S5", "03", "Green", "state", "vfc"),
        ("W1", None, "", "private", "vfc"),
    ]
    assert len(loans) == 4


def test_each_consent_has_an_outcome_or_is_named_open() -> None:
    """PROJ-R51: a contested one is none; a combination answers for its parts."""
    assert msgspec.to_builtins(outcomes_of(CLINIC, (ADA, BEN), ON)) == {
        "consents": 5, "given": 3, "not_given": 1, "open": 1,
    }  # fmt: skip


def test_consents_are_judged_on_the_plans_day_whenever_the_day_is_closed() -> None:
    """WEB-R487: on the phone the same (web/tests/clinic_day.test.ts)."""
    log = day()
    log.add(
        ClinicPlanned(name="Gym", facility=None, address=Address(lines=("1 School St",)), on=ON),
        stream=stream_of("clinic", GYM),
    )
    planned = clinic_of(log.facts)
    assert outcomes_of(planned, (ADA, BEN), "1999-01-01") == outcomes_of(CLINIC, (ADA, BEN), ON)
    assert outcomes_of(CLINIC, (ADA, BEN), "1999-01-01").consents == 0


def test_nobody_verifies_what_they_wrote() -> None:
    """PROJ-R52: copied from paper, it is listed until somebody else found it to agree."""
    assert [line.verified for line in BEN.doses[:3]] == [None, False, True]
    assert [line.is_to_verify for line in BEN.doses[:3]] == [True, True, False]


@pytest.mark.parametrize(
    ("category", "months", "fund", "owed_by"),
    [
        ("medicaid", 130, "vfc", None),
        ("medicaid", 130, "private", "vfc"),
        ("uninsured", 227, "private", "vfc"),
        ("uninsured", 228, "vfc", "state"),
        ("american_indian_alaska_native", 60, "state", "vfc"),
        ("underinsured_public_clinic", 60, "vfc", None),
        ("underinsured", 60, "vfc", "private"),
        ("underinsured", 60, "state", None),
        ("insured", 60, "vfc", "private"),
        ("insured", 60, "other", None),
        ("unknown", 60, "vfc", None),
    ],
)
def test_the_fund_of_a_lot_fits_the_child_or_is_owed(category: str, months: int, fund: str, owed_by: str) -> None:
    """PROJ-R53: 42 U.S.C. 1396s(b)(2); through 18 years of age."""
    assert owes(category, months, fund) == owed_by  # type: ignore[arg-type]


def test_eligibility_is_of_one_visit() -> None:
    """PROJ-R53: an earlier day's word does not hold."""
    told = eligibility_of(ADA.shelf, GYM, ON)
    assert told is not None
    assert told.category == "medicaid"
    assert eligibility_of(ADA.shelf, GYM, "2026-09-02") is None
    assert eligibility_of(BEN.shelf, GYM, ON) is None
    assert funds_for("unknown", 60) == ()


def vaers(student: Student) -> list[Deadline]:
    on = date.fromisoformat(ON)
    policy = policy_of(LOG.facts)
    found = deadlines_of(student, judge(student, policy, on), (), timeline_of(student, policy, on), on)
    return [one for one in found if one.kind == "vaers"]


def test_a_reaction_is_owed_to_vaers_until_its_number_is_there() -> None:
    """PROJ-R54: or until a nurse decided that none is needed; the text names no day, so it is due at once."""
    assert [one.is_owed for one in reactions_of(ADA.shelf)] == [True, False, False]
    assert len(ADA.shelf.of(ReactionObserved)) == 3
    assert [(one.state, one.due_on) for one in vaers(ADA)] == [("open", None), ("done", None)]
    assert vaers(BEN) == []


def test_what_is_unfinished_waits_for_the_office() -> None:
    """PROJ-R52, PROJ-R54: as discrepancies, with an owner and a day; one that does not agree is grave."""
    found = [
        (one.kind, one.severity, one.owner) for child in (ADA, BEN) for one in discrepancies_of(child, ClinicWords())
    ]
    unfinished = [one for one in found if one[0] in ("reaction_not_reported", "copy_not_verified")]
    assert unfinished == [
        ("reaction_not_reported", "hard", Role.HEALTH_OFFICE),
        ("copy_not_verified", "hard", Role.HEALTH_OFFICE),
        ("copy_not_verified", "soft", Role.HEALTH_OFFICE),
    ]

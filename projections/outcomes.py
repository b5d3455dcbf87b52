"""Consents that came in and what became of each, one per child and vaccine: consents = given + not given + open.

Mirrored by web/src/projections/outcomes.ts. A consent counts that stood for this clinic at the end of its
plan's day, whenever it is counted.
"""

from collections.abc import Iterable

from events.catalog.clinics import ConsentCount
from projections.clinic import Clinic
from projections.consents import consent_for, words_by, words_of
from projections.law.codes import CODES
from projections.not_given import not_given
from projections.one_vaccine import is_one_vaccine
from projections.student import Student


def outcomes_of(clinic: Clinic, students: Iterable[Student], day: str) -> ConsentCount:
    """The count; ``day`` (YYYY-MM-DD) is its day where no plan says another."""
    day = clinic.plan.on if clinic.plan is not None else day
    told = [_outcome(student, clinic, cvx) for student in students for cvx in _allowed(student, clinic, day)]
    return ConsentCount(
        consents=len(told),
        given=told.count("given"),
        not_given=told.count("not_given"),
        open=told.count("open"),
    )


def _allowed(student: Student, clinic: Clinic, day: str) -> list[str]:
    """Vaccines that a yes with standing allows and no other word forbids; of several brands the first named."""
    words = words_by(words_of(student.shelf), day)
    found: list[str] = []
    for cvx in dict.fromkeys(word.cvx for word in words):
        if consent_for(words, cvx, day, clinic.id).state == "given" and not any(
            is_one_vaccine(cvx, one) for one in found
        ):
            found.append(cvx)
    return found


def _outcome(student: Student, clinic: Clinic, cvx: str) -> str:
    here = [dose for dose in student.standing_doses if dose.basis == "administered" and dose.clinic == clinic.id]
    if any(is_one_vaccine(dose.cvx, cvx) or _brings(dose.cvx, cvx) for dose in here):
        return "given"
    told = [one for _, one in not_given(student.shelf) if one.clinic == clinic.id]
    return "not_given" if any(is_one_vaccine(cvx, other) for one in told for other in one.cvx) else "open"


def _brings(given: str, asked: str) -> bool:
    """Whether one vaccine brings all that another would: a combination answers for its parts."""
    return bool(CODES.antigens_of(asked)) and CODES.brings(given, asked)

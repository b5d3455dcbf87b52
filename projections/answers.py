"""Doses given on a day on which somebody had answered yes to a question that touches them, and no nurse allowed it.

    screening.answered   a yes (or no answer) holds up what its question touches, at whatever clinic of the day
    screening.decided    what knew the one before takes its place; of several that knew nothing of each other a
                         vaccine needs the word of all

The phone stops such a dose (web/src/projections/screening.ts); here is what another phone gave before it heard.
An answer or a decision after the dose is none against it, nor for it. Of a clinic that ran past midnight those of up to
four hours before the dose are of its visit.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from events.catalog.consents import ScreeningAnswered, ScreeningDecided
from events.dates import read_instant
from events.roles import Role
from projections.components import is_held_by_antibodies, is_live, is_unwise_in_pregnancy, needs_space
from projections.discrepancy import Discrepancy, dose_words, raised, vaccine_name
from projections.fold import Fact, civil_day, knew
from projections.history import DoseLine
from projections.one_vaccine import is_one_vaccine
from projections.shelf import Shelf
from projections.student import Student

VISIT_MAX = timedelta(hours=4)
"""So long a visit lasts at most, past midnight too; as the phone has it."""
QUESTIONS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "ill_today": ("ill today", lambda _: True),
    "severe_allergy": ("a severe allergy", lambda _: True),
    "earlier_reaction": ("a reaction after an earlier vaccine", lambda _: True),
    "immune_status": ("weak defences or daily aspirin", is_live),
    "pregnancy": ("possible pregnancy", lambda cvx: is_live(cvx) or is_unwise_in_pregnancy(cvx)),
    "blood_products": ("blood products", is_held_by_antibodies),
    "live_vaccine_28_days": ("a vaccine in the last 4 weeks", needs_space),
}


def doses_against_answers(student: Student) -> Iterator[Discrepancy]:
    """One for each dose and set of answers it was given against."""
    for dose in student.standing_doses:
        if dose.basis != "administered":
            continue
        for fact, answers in student.shelf.of(ScreeningAnswered):
            questions = [one for one in (*answers.positive, *answers.unanswered) if touches(one, dose.cvx)]
            if not questions or not _is_of_visit(fact, answers, dose) or _is_allowed(student.shelf, fact, dose):
                continue
            told = ", ".join(QUESTIONS[one][0] if one in QUESTIONS else one for one in questions)
            says = f"{vaccine_name(dose.cvx)} was given on {dose.given_on} against: {told}; no nurse had allowed it"
            sides = [(fact, f"{answers.answered_by}: {told}"), (dose.fact, dose_words(dose))]
            yield raised("dose_against_contraindication", "hard", sides, Role.HEALTH_OFFICE, says)


def touches(question: str, cvx: str) -> bool:
    """Whether a yes to a question holds up a vaccine; one to a question of another version holds up every one."""
    return question not in QUESTIONS or QUESTIONS[question][1](cvx)


def _is_of_visit(fact: Fact, answers: ScreeningAnswered, dose: DoseLine) -> bool:
    day = civil_day(read_instant(answers.at))
    return (day == dose.given_on or _ran_into(day, answers.at, dose)) and not _is_after(fact, answers.at, dose)


def _ran_into(day: str, at: str, dose: DoseLine) -> bool:
    """Whether the dose was given after the midnight of the day, at a visit that may have begun before it."""
    is_next = (date.fromisoformat(day) + timedelta(days=1)).isoformat() == dose.given_on
    given = read_instant(dose.given_at or dose.fact.header.recorded_at)
    return is_next and timedelta() <= given - read_instant(at) <= VISIT_MAX


def _is_after(fact: Fact, at: str, dose: DoseLine) -> bool:
    """Whether it came after the dose: told by who knew of it, or, of a dose copied from paper, later by the clocks."""
    if dose.from_paper:
        return bool(dose.given_at) and read_instant(at) > read_instant(dose.given_at)
    return knew(fact, dose.fact)


def _is_allowed(shelf: Shelf, answers: Fact, dose: DoseLine) -> bool:
    """Whether the decisions that stood when it was given allow it."""
    told = [
        (fact, word)
        for fact, word in shelf.about(answers.id, ScreeningDecided)
        if not _is_after(fact, fact.header.recorded_at, dose)
    ]
    standing = [
        word for fact, word in told if not any(later.order > fact.order and knew(later, fact) for later, _ in told)
    ]
    allowed = [one for word in standing[:1] for one in word.allowed if all(one in other.allowed for other in standing)]
    if dose.cvx in allowed:
        return True
    is_blocked = any(is_one_vaccine(one, dose.cvx) for word in standing for one in word.blocked)
    return not is_blocked and any(is_one_vaccine(one, dose.cvx) for one in allowed)

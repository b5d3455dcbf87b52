"""Doses given here that the family's words did not allow, by what had been said when they were given.

    dose_against_consent    somebody's no stood, of each person the first: refused, or taken back
    dose_without_standing   nobody said no, and each yes is of somebody whose it was not to say, or was a mistake

Whether a device had heard of it does not matter here: what was said counts, whenever it reached the log.
"""

from collections.abc import Iterator

from events.catalog.consents import ConsentGiven
from events.roles import Role
from projections.consents import Word, heard
from projections.discrepancy import Discrepancy, dose_words, raised, vaccine_name
from projections.fold import knew
from projections.history import DoseLine
from projections.one_vaccine import is_one_vaccine
from projections.set_aside import voiding
from projections.student import Student

_SIGNED_AS = {"student_adult": "a student of age", "student": "a student under age"}


def consent_matters(student: Student) -> Iterator[Discrepancy]:
    """Of every dose given here that stands."""
    for dose in student.standing_doses:
        if dose.basis != "administered":
            continue
        said = [word for word in student.consents if word.reading != "alone" and _is_before(word, dose)]
        found = heard(said, dose.cvx, dose.given_on, dose.clinic)
        if found.noes:
            first = {no.person: no for no in sorted(found.noes, key=lambda no: (no.day, *no.fact.order), reverse=True)}
            yield from (_against(no, dose) for no in first.values())
        elif not found.lawful:
            yield from (_without_standing(yes, dose) for yes in found.others)
            yield from _on_a_mistake(student, dose)


def _is_before(word: Word, dose: DoseLine) -> bool:
    """Whether it was said before the dose; on its day, unless at a moment after a dose that was known."""
    if word.day != dose.given_on:
        return word.day < dose.given_on
    return not (word.at > (dose.given_at or dose.fact.header.recorded_at) and knew(word.fact, dose.fact))


def _against(no: Word, dose: DoseLine) -> Discrepancy:
    how = "refused" if no.takes is None else "withdrawn"
    says = f"{_given(dose)}; consent had been {how} by {no.signer}"
    sides = [(no.fact, f"consent {how} by {no.signer}"), (dose.fact, dose_words(dose))]
    return raised("dose_against_consent", "hard", sides, Role.HEALTH_OFFICE, says)


def _without_standing(yes: Word, dose: DoseLine) -> Discrepancy:
    signed = f"consent signed by {yes.signer} as {_SIGNED_AS.get(yes.standing, yes.standing)}"
    says = f"{_given(dose)} on consent signed by {yes.signer}, who had no standing to consent"
    sides = [(yes.fact, signed), (dose.fact, dose_words(dose))]
    return raised("dose_without_standing", "hard", sides, Role.HEALTH_OFFICE, says)


def _on_a_mistake(student: Student, dose: DoseLine) -> Iterator[Discrepancy]:
    for fact, yes in student.shelf.of(ConsentGiven):
        void = voiding(student.shelf, fact.id)
        is_for_it = fact.id == dose.consent or any(is_one_vaccine(cvx, dose.cvx) for cvx in yes.cvx)
        if void is None or not is_for_it or yes.on > dose.given_on:
            continue
        told = f"consent of {yes.signer} was recorded by mistake: {void[1].reason}"
        sides = [(void[0], told), (dose.fact, dose_words(dose))]
        yield raised("dose_without_standing", "hard", sides, Role.HEALTH_OFFICE, f"{_given(dose)}; the {told}")


def _given(dose: DoseLine) -> str:
    return f"{vaccine_name(dose.cvx)} was given on {dose.given_on}"

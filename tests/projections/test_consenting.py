"""Who may allow a vaccine: the vectors are what the fold does today; the phone is held to the same file."""

import json
from datetime import timedelta
from typing import Any

import pytest

from events.catalog.consents import ConsentGiven, ConsentWithdrawn
from projections.clinic import clinic_of
from projections.outcomes import outcomes_of
from projections.student import fold
from tests.projections.given import Given
from tests.vectors import wild_consents
from tests.vectors.consent_vectors import ON, PATH, text

CASES: dict[str, Any] = {one["name"]: one["consents"] for one in json.loads(PATH.read_text(encoding="utf-8"))["cases"]}


def test_the_vectors_are_up_to_date() -> None:
    """PROJ-R40: shared vectors hold both folds equal."""
    assert PATH.read_text(encoding="utf-8") == text(), "run: python -m tests.vectors.consent_vectors"
    written = wild_consents.PATH.read_text(encoding="utf-8")
    assert written == wild_consents.text(), "run: python -m tests.vectors.wild_consents"


@pytest.mark.parametrize(
    ("case", "cvx", "state", "doubt"),
    [
        ("a child of twelve signs as a student of age", "115", "standing", ""),
        ("a parent of a child of twelve", "115", "given", ""),
        ("an emancipated child", "115", "given", "emancipated"),
        ("neither parent nor guardian", "115", "given", "other"),
        ("on the eighteenth birthday", "115", "given", ""),
        ("the day before it", "115", "standing", ""),
        ("a parent in time, the student of age since", "115", "given", "of_age"),
        ("a parent too late", "115", "standing", ""),
        ("of age, against a parent's no", "03", "given", ""),
        ("a parent's no made in time, the student silent", "03", "refused", ""),
        ("a no, and a yes without standing", "03", "refused", ""),
        ("a year of birth only", "115", "given", "age_unknown"),
        ("a leap day, on 28 February", "115", "standing", ""),
        ("a leap day, on 1 March", "115", "given", ""),
    ],
)
def test_standing_is_judged_by_age(case: str, cvx: str, state: str, doubt: str) -> None:
    """PROJ-R170: under 18 a parent or guardian says so, from 18 the student; no clause computes anybody else."""
    found = CASES[case][cvx]
    assert (found["state"], found["doubt"]) == (state, doubt)


@pytest.mark.parametrize(
    ("case", "state", "unheard"),
    [
        ("a yes was a mistake", "none", ""),
        ("a yes that ended a no was a mistake", "refused", ""),
        ("a no was a mistake", "conflict", ""),
        ("a taking back was a mistake", "withdrawn", ""),
        ("that a yes was a mistake was one", "none", ""),
        ("that a no was a mistake was one", "conflict", ""),
        ("an order, his yes", "standing", ""),
        ("an order, his no", "conflict", ""),
        ("an order, he took her yes back", "withdrawn", ""),
        ("an order was a mistake, his yes", "standing", ""),
        ("an order was a mistake, his no", "conflict", ""),
        ("a say given back, his yes", "standing", ""),
        ("a say given back, his no", "conflict", ""),
        ("that a say came back was a mistake, his yes", "standing", ""),
    ],
)
def test_what_the_district_set_aside_stops_a_dose_and_lets_none_through(case: str, state: str, unheard: str) -> None:
    """PROJ-R262: on the phone that wrote it, until somebody settles it."""
    found = CASES[f"set aside: {case}"]["03"]
    assert (found["state"], found["unheard"]) == (state, unheard)


COURT = "a court left the father no say"


@pytest.mark.parametrize(
    ("case", "cvx", "state", "signer"),
    [
        ("both parents took one consent back, who signed it signs anew", "03", "conflict", "P. Vang"),
        ("the other parent took it back after who signed had; who signed signs anew", "03", "conflict", "P. Vang"),
        ("one paper recorded twice, one of the two taken back", "03", "withdrawn", "M. Vang"),
        ("taken back, the consent itself not here", "115", "conflict", "M. Vang"),
        ("influenza refused, its kind not stated; the spray allowed", "111", "conflict", "P. Vang"),
    ],
)
def test_each_taking_back_is_somebodys_no(case: str, cvx: str, state: str, signer: str) -> None:
    """PROJ-R250, PROJ-R195: also the second of two, and of a consent that is not here."""
    found = CASES[case][cvx]
    assert (found["state"], found["signer"]) == (state, signer)


@pytest.mark.parametrize(
    ("case", "state"),
    [
        ("a yes; a no on a phone a year behind that had heard of it", "refused"),
        ("a yes; a no on a phone a year ahead; a later yes", "given"),
        ("a yes; an old paper with a no entered after it", "given"),
    ],
)
def test_a_clock_that_is_off_loses_no_refusal(case: str, state: str) -> None:
    """PROJ-R251: what was said as it was written down comes after what its writer had seen."""
    assert CASES[case]["03"]["state"] == state


@pytest.mark.parametrize(
    ("case", "state"),
    [
        ("a yes of another child's paper, voided", "none"),
        ("a no recorded by mistake, voided; the yes stands", "given"),
        ("voided, and the voiding was the mistake", "refused"),
        ("a taking back recorded by mistake, voided", "given"),
        ("a paper entered twice, one taken back, that one voided: the no stays", "withdrawn"),
        ("a yes that ended a no, voided: the no is back", "refused"),
    ],
)
def test_what_was_recorded_by_mistake_counts_for_nothing(case: str, state: str) -> None:
    """PROJ-R252: until somebody says that it was none."""
    assert CASES[case]["03"]["state"] == state


@pytest.mark.parametrize(
    ("case", "state", "unheard"),
    [
        (f"{COURT}: his no does not count", "given", "P. Vang"),
        (f"{COURT}: his yes does not count", "standing", ""),
        (f"{COURT} from tomorrow on: his no counts today", "conflict", ""),
        (f"{COURT} and gave it back: his no counts", "conflict", ""),
        (f"{COURT} until tomorrow: his no does not count today", "given", "P. Vang"),
        (f"{COURT}: a yes he took back since stands", "given", "p vang"),
        (f"{COURT}: a yes he took back before is to be said anew", "none", ""),
        (f"{COURT}: the student of his name is heard", "conflict", ""),
    ],
)
def test_whom_a_court_left_without_a_say_is_not_heard(case: str, state: str, unheard: str) -> None:
    """PROJ-R253: and whose no was not heard is named, for the dose to ask for a reason."""
    found = CASES[case]["03"]
    assert (found["state"], found["unheard"]) == (state, unheard)


@pytest.mark.parametrize(
    ("case", "cvx", "state", "doubt"),
    [
        ("a minor's own no, then the minor's yes", "03", "given", ""),
        ("a minor alone says yes", "03", "standing", ""),
        ("a minor allows hepatitis B", "08", "given", "minor"),
        ("a minor allows hepatitis B", "110", "standing", ""),
        ("a minor allows hepatitis B against a parent's no", "08", "given", "minor"),
        ("an emancipated student who came of age, against a parent's no", "03", "given", ""),
        ("parents who signed as Parent 1 and Parent 2 disagree", "03", "conflict", ""),
        ("two names that differ by a vowel sign alone", "03", "conflict", ""),
        ("by voice, nobody wrote down who listened", "03", "given", "unwitnessed"),
        ("by voice, with listener and time", "03", "given", ""),
    ],
)
def test_who_the_words_are_of(case: str, cvx: str, state: str, doubt: str) -> None:
    """PROJ-R254, PROJ-R255: the student is one person; two names are two; a voice nobody heard is asked about."""
    found = CASES[case][cvx]
    assert (found["state"], found["doubt"]) == (state, doubt)


@pytest.mark.parametrize(
    ("case", "cvx", "state"),
    [
        ("a parent's yes dated before the birth", "03", "standing"),
        ("a parent's yes dated on the day of birth", "03", "given"),
        ("a yes of before a birth that was corrected since", "03", "standing"),
        ("a yes in the year of birth, of which nobody told more", "03", "given"),
        ("a minor's yes to hepatitis B dated before the birth", "08", "standing"),
        ("a no dated before the birth, another's yes", "03", "conflict"),
        ("a no, its own yes and both dated before the birth, another's yes", "03", "conflict"),
    ],
)
def test_nobody_allows_anything_before_the_birth(case: str, cvx: str, state: str) -> None:
    """PROJ-R259: a yes dated then counts for nothing and ends no refusal; a refusal stands, whatever its date."""
    assert CASES[case][cvx]["state"] == state


def test_a_consent_is_taken_back_for_some_vaccines_or_all() -> None:
    """PROJ-R171: a withdrawal that names vaccines ends the consent for those alone."""
    names = ("taken back for one vaccine", "taken back as a whole", "taken back for one, then the rest")
    states = {name: [one["state"] for one in CASES[name].values()] for name in names}
    assert states == {
        "taken back for one vaccine": ["given", "withdrawn"],
        "taken back as a whole": ["withdrawn", "withdrawn"],
        "taken back for one, then the rest": ["withdrawn", "withdrawn"],
    }


@pytest.mark.parametrize(
    ("case", "state", "signer"),
    [
        ("a yes signed before the same parent's no, entered after it", "refused", "M. Vang"),
        ("a yes said after the same parent's no", "given", "M. Vang"),
        ("a yes and a no of one day, by their order", "given", "M. Vang"),
        ("taken back by one parent, allowed by the other", "conflict", "M. Vang"),
        ("taken back by a parent, allowed by the student of age", "given", "Ann"),
        ("a yes signed before the same parent's taking back, entered after it", "withdrawn", "M. Vang"),
        ("taken back, and said anew the same evening", "given", "M. Vang"),
        ("refused, allowed; the other parent took that yes back and then allows it", "given", "P. Vang"),
        ("allowed, the other parent took that back, and who had signed refused in between", "conflict", "M. Vang"),
        ("allowed here; a yes for another clinic taken back is a no here too", "withdrawn", "M. Vang"),
        ("taken back under another name than was signed, and signed anew", "conflict", "Mother"),
        ("two noes of one day, the second heard of by who then wrote a yes, the first not", "refused", "M. Vang"),
    ],
)
def test_the_word_said_last_counts_and_taking_back_is_a_no(case: str, state: str, signer: str) -> None:
    """PROJ-R172: a paper entered late overtakes no later no; who takes a consent back stops the other parent's yes."""
    found = CASES[case]["03"]
    assert (found["state"], found["signer"]) == (state, signer)


def test_what_a_family_says_after_the_day_does_not_change_the_days_books() -> None:
    """PROJ-R51: a consent taken back a week later was one on the day."""
    log = Given()
    log.registered()
    yes = log.add(ConsentGiven(cvx=("03",), signer="B. Okafor", standing="parent", form="paper", on="2026-08-01"))
    before = outcomes_of(clinic_of(()), [fold(log.facts)], ON)
    log.at += timedelta(days=7)
    log.add(ConsentWithdrawn(event=yes.id, by="B. Okafor", at="2026-09-08T15:00:00.000Z"))
    assert outcomes_of(clinic_of(()), [fold(log.facts)], ON) == before
    assert before.consents == 1


@pytest.mark.parametrize(
    ("case", "cvx", "state", "doubt"),
    [
        (f"{COURT}: a yes of that time, a say given back since, is to be said anew", "03", "standing", ""),
        (f"{COURT}, recorded on a phone a month ahead: his yes does not count", "03", "standing", ""),
        (f"{COURT}, by mistake, voided: his no counts", "03", "conflict", ""),
        (f"{COURT} and gave it back, that by mistake, voided: his yes does not count", "03", "standing", ""),
        ("voided, counted again, and that was the mistake", "03", "none", ""),
        ("under age by their own word, a year of birth only", "03", "standing", ""),
        ("under age by their own word, a year of birth only", "08", "given", "minor"),
        ("of age, against the no of somebody without standing", "03", "given", ""),
        ("of age, who took back a consent not on record", "03", "conflict", ""),
        ("by voice, heard by nobody but who spoke", "03", "given", "unwitnessed"),
        ("by voice, a listener of blanks", "03", "given", "unwitnessed"),
        ("a yes; a no on a phone a year behind that had not heard of it", "03", "refused", ""),
        ("a no on a phone a year behind, and a yes of who had heard of it", "03", "given", ""),
        ("signed at seventeen on a phone two weeks ahead, as of age", "03", "standing", ""),
        ("a parent signed in time on a phone two weeks ahead", "03", "given", "of_age"),
    ],
)
def test_what_a_careful_nurse_says(case: str, cvx: str, state: str, doubt: str) -> None:
    """PROJ-R170, PROJ-R251 to PROJ-R255: found by sentences written before the fold was read."""
    found = CASES[case][cvx]
    assert (found["state"], found["doubt"]) == (state, doubt)


@pytest.mark.parametrize(
    ("case", "cvx", "state", "outsider"),
    [
        ("a grandmother's no, a mother's yes", "03", "given", "G. Lee"),
        ("a grandmother's no, a mother's yes", "115", "given", ""),
        ("a grandmother's no alone", "03", "refused", ""),
        ("a grandmother's no, an uncle's yes", "03", "conflict", ""),
        ("a grandmother's no and a father's, a mother's yes", "03", "conflict", ""),
        ("a grandmother's no, a student's yes who is emancipated", "03", "given", "G. Lee"),
        ("a grandmother took a mother's consent back", "03", "given", "G. Lee"),
        ("somebody took a consent back that is not on record, in no standing told", "03", "conflict", ""),
        ("a mother took a grandmother's consent back, in no standing told; a father's yes", "03", "conflict", ""),
        ("a father's no ticked as another's, a parent on another word", "03", "conflict", ""),
        ("of age, against the no of somebody without standing", "03", "given", "G. Vang"),
        ("of age, a guardian's no of since", "03", "given", "G. Lee"),
        ("of age, a guardian's no of before", "03", "given", ""),
        ("of age, a parent took the student's own yes back", "03", "given", "M. Vang"),
    ],
)
def test_a_no_of_nobody_with_a_say_is_told_and_stops_nothing(case: str, cvx: str, state: str, outsider: str) -> None:
    """PROJ-R257: who is neither parent, guardian nor student stops no dose that one of those allowed."""
    found = CASES[case][cvx]
    assert (found["state"], found["outsider"]) == (state, outsider)


@pytest.mark.parametrize(
    ("case", "state"),
    [
        ("a father's no, his yes by voice that nobody heard, a mother's yes", "conflict"),
        ("a father's no, his yes of a time without a say, a mother's yes", "conflict"),
        ("a mother's no, a namesake's yes without standing, a father's yes", "conflict"),
        ("a call at nine that said yes, entered after one at ten that said no", "refused"),
        ("a call at eleven that said yes, entered after one at ten that said no", "given"),
        ("a call that said yes on a phone some minutes behind, after a no it had heard of", "given"),
    ],
)
def test_a_no_ends_by_a_yes_that_weighs_as_much(case: str, state: str) -> None:
    """PROJ-R258: heard, with a say, in a standing as good, and of a later hour where both are told."""
    assert CASES[case]["03"]["state"] == state

"""Who may allow a vaccine: the vectors are what the fold does today; the phone is held to the same file."""

import json
from typing import Any

import pytest

from tests.vectors import wild_consents
from tests.vectors.consent_vectors import PATH, text

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

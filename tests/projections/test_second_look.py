"""A dose copied from paper and the second person who compares it with its paper.

The same cases are in ``tests/vectors/projections/second_look.json``; ``second_look.test.ts`` holds the phone to them.
"""

import pytest

from projections.clinic_words import ClinicWords
from projections.discrepancies import discrepancies_of
from projections.student import fold
from tests.vectors.second_look_vectors import PATH, cases, text

VERIFIED = {
    "nobody looked": None,
    "who copied it looks": None,
    "another looks": True,
    "it does not agree": False,
    "verified, then corrected by who verified it": None,
    "verified, then corrected by who copied it": None,
    "corrected, and who corrected it looks": None,
    "corrected, and who copied it looks": None,
    "corrected, and a third person looks": True,
    "it did not agree, was put right, and agrees": True,
    "corrected twice, who corrected it first looks": None,
    "looked at without knowing of the correction": None,
}


def test_the_vectors_are_up_to_date() -> None:
    """PROJ-R40: shared vectors hold both folds equal."""
    assert PATH.read_text(encoding="utf-8") == text(), "run: python -m tests.vectors.second_look_vectors"


@pytest.mark.parametrize("name", cases())
def test_a_correction_asks_for_another_look(name: str) -> None:
    """PROJ-R203: neither who copied it nor who corrected it verifies, and no look reaches beyond a correction."""
    [dose] = fold(cases()[name].facts).doses
    assert dose.verified is VERIFIED[name]


@pytest.mark.parametrize("name", cases())
def test_the_office_lists_what_nobody_compared_as_it_stands(name: str) -> None:
    """PROJ-R203: until it is verified anew."""
    listed = [
        one for one in discrepancies_of(fold(cases()[name].facts), ClinicWords()) if one.kind == "copy_not_verified"
    ]
    assert [one.severity for one in listed] == {True: [], False: ["hard"], None: ["soft"]}[VERIFIED[name]]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("nobody looked", "not yet compared by a second person"),
        ("it does not agree", "does not agree with it"),
        ("verified, then corrected by who copied it", "corrected since; a second person has still to compare it"),
        ("corrected, and who copied it looks", "corrected since; a second person has still to compare it"),
    ],
)
def test_the_office_is_told_what_is_true_of_the_copy(name: str, how: str) -> None:
    """PROJ-R203, WORK-R34: a copy compared before it was corrected is not said never to have been compared."""
    [listed] = [
        one for one in discrepancies_of(fold(cases()[name].facts), ClinicWords()) if one.kind == "copy_not_verified"
    ]
    assert how in listed.says

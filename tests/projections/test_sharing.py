"""Sharing with the state registry: the vectors are what the fold does today; the phone is held to the same file."""

import json
from typing import Any

import pytest

from tests.vectors.sharing_vectors import PATH, text

CASES: dict[str, Any] = {one["name"]: one for one in json.loads(PATH.read_text(encoding="utf-8"))["cases"]}


def test_the_vectors_are_up_to_date() -> None:
    """PROJ-R40: shared vectors hold both folds equal."""
    assert PATH.read_text(encoding="utf-8") == text(), "run: python -m tests.vectors.sharing_vectors"


@pytest.mark.parametrize(
    ("case", "states", "shares"),
    [
        ("nobody", [], False),
        ("a consent to vaccines alone", [], False),
        ("a parent", ["given"], True),
        ("a child of twelve", ["standing"], False),
        ("an emancipated child", ["given"], False),
        ("a standing nobody wrote down", ["given"], False),
        ("on the eighteenth birthday", ["given"], True),
        ("the day before it", ["standing"], False),
        ("a parent in time, the student of age since", ["given"], False),
        ("a parent too late", ["standing"], False),
        ("to somebody else", [], False),
        ("on its last day", ["given"], True),
        ("after its last day", ["ended"], False),
        ("signed for a later day", ["not_yet"], False),
        ("taken back", ["withdrawn"], False),
        ("taken back from tomorrow", ["withdrawn"], False),
        ("taken back, then signed anew", ["withdrawn", "given"], True),
        ("one paper recorded twice, one taken back", ["withdrawn", "withdrawn"], False),
        ("an old paper found after it was taken back", ["withdrawn", "withdrawn"], False),
        ("two parents, one takes hers back", ["given", "withdrawn"], True),
        ("two parents signed, one takes the other's back: hers ends too", ["withdrawn", "withdrawn"], False),
        ("taken back, another paper of hers under her name with accents", ["withdrawn", "withdrawn"], False),
        ("taken back, and signed that day on a phone that had not heard", ["withdrawn", "withdrawn"], False),
        ("signed later on a phone that had not heard; the taking back comes in last", ["withdrawn", "given"], True),
        ("recorded for another child, voided", [], False),
        ("taken back by mistake, voided", ["given"], True),
        ("a court left her without a say", ["standing"], False),
        ("a taking back of nothing known", [], False),
        ("a taking back of a paper that is not here, hers is", ["withdrawn"], False),
        ("a taking back of a paper that is not here, signed anew since", ["given"], True),
        ("a taking back of another party's paper", ["given"], True),
        ("dated before the birth", ["standing"], False),
        ("dated on the day of birth", ["given"], True),
        ("set aside: taken back", ["withdrawn"], False),
        ("set aside: the paper was a mistake", [], False),
        ("set aside: the taking back was a mistake", ["withdrawn"], False),
        ("set aside: a court left her without a say", ["standing"], False),
        ("set aside: a court gave her a say back", ["standing"], False),
        ("ticked on a paper consent", ["given"], True),
        ("ticked, after the paper's last day", ["ended"], False),
        ("signed while a court had left him without a say, given back since", ["standing"], False),
        ("signed at seventeen on a phone two weeks ahead, as of age", ["standing"], False),
        ("taken back on a phone a year behind that had not heard of her other paper", ["withdrawn"] * 2, False),
        ("taken back on a phone a year ahead, then signed anew", ["withdrawn", "given"], True),
        ("ticked, but said by voice", [], False),
        ("ticked and taken back alone", ["withdrawn"], False),
        ("ticked, the consent taken back for one vaccine", ["given"], True),
        ("ticked, the consent taken back", ["withdrawn"], False),
        ("ticked, the consent taken back bit by bit", ["withdrawn"], False),
        ("ticked on two papers, one consent taken back", ["withdrawn", "withdrawn"], False),
        ("ticked, a consent to other vaccines taken back", ["given"], True),
        ("ticked anew after that consent was taken back", ["withdrawn", "given"], True),
        ("ticked, the other parent took back a consent of his own", ["given"], True),
    ],
)
def test_who_allowed_it_in_writing_and_whether_it_stands(case: str, states: list[str], shares: bool) -> None:
    """PROJ-R173, PROJ-R174, PROJ-R252, PROJ-R253: a paper with standing until it is taken back; an old tick is one."""
    found = CASES[case]
    assert ([one["state"] for one in found["permissions"]], found["may_share"]) == (states, shares)


def test_every_case_is_looked_at() -> None:
    assert len(CASES) == 53

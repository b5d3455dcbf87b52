"""Sharing with the state registry: the vectors are what the fold does today; the phone is held to the same file."""

import json
import random
from typing import Any

import msgspec
import pytest

from projections.fold import Fact
from projections.sharing import may_share, permissions_of
from projections.student import fold
from tests.projections.test_consent_reading import may_be_aside, set_aside, wild
from tests.vectors import wild_sharing
from tests.vectors.consent_vectors import ON
from tests.vectors.sharing_vectors import PATH, text

CASES: dict[str, Any] = {one["name"]: one for one in json.loads(PATH.read_text(encoding="utf-8"))["cases"]}


def test_the_vectors_are_up_to_date() -> None:
    """PROJ-R40: shared vectors hold both folds equal."""
    assert PATH.read_text(encoding="utf-8") == text(), "run: python -m tests.vectors.sharing_vectors"
    written = wild_sharing.PATH.read_text(encoding="utf-8")
    assert written == wild_sharing.text(), "run: python -m tests.vectors.wild_sharing"


def history(chance: random.Random) -> list[Fact]:
    return wild(chance, wild_sharing.some_word).facts


def test_what_was_set_aside_shares_nothing_that_was_not_shared() -> None:
    """PROJ-R262: of random histories, whatever the order they are read in, with and without what was set aside."""
    shared = 0
    for seed in range(600):
        facts = [set_aside(one) if may_be_aside(one) else one for one in history(random.Random(seed))]
        settled = [msgspec.structs.replace(one, is_aside=False) for one in facts]
        without = [one for one in facts if not one.is_aside]
        asked, *readings = (may_share(permissions_of(fold(one).shelf, ON)) for one in (facts, settled, without))
        assert (seed, asked) <= (seed, all(readings))
        assert permissions_of(fold(facts[::-1]).shelf, ON) == permissions_of(fold(facts).shelf, ON)
        shared += asked
    assert shared > 20


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
        (
            "of age, a taking back of a paper that is not here, by one of the student's names",
            ["withdrawn", "withdrawn"],
            False,
        ),
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
    assert len(CASES) == 54

"""LAW-R25: Python and the browser say the same of every record, byte for byte."""

import pytest

from tests.law.compare import disagreements, parting

RECORDS = 3000
FIRST_SEED = 5_000_000


def test_the_two_evaluators_agree_on_random_and_wild_records() -> None:
    """LAW-R25: the verdict with its reasons and `holds_until`, and its sentences in both languages."""
    found = [f"seed {one.seed}: {one.where}" for one in disagreements(range(FIRST_SEED, FIRST_SEED + RECORDS))]
    assert found == []


@pytest.mark.parametrize(
    ("mine", "theirs", "where"),
    [
        ({"a": [1, 2]}, {"a": [1, 3]}, "/a/1: Python 2, Node 3"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, ": Python {'a': 1, 'b': 2}, Node {'b': 2, 'a': 1}"),
        ([1], [1, 2], ": Python [1], Node [1, 2]"),
    ],
)
def test_a_disagreement_is_told_by_its_place(mine: object, theirs: object, where: str) -> None:
    """LAW-R25"""
    assert parting(mine, theirs) == where

"""The vectors shared with the browser are those this program makes."""

import msgspec
import pytest

from tests.vectors.law.make import HERE, VectorCase, files, loaded

FILES = files()


@pytest.mark.parametrize("name", FILES)
def test_vectors_are_up_to_date(name: str) -> None:
    """LAW-R22: run `python -m tests.vectors.law.make` after a change of the law or its evaluator."""
    assert (HERE / name).read_bytes() == FILES[name]


def test_vectors_are_of_a_sane_size_and_name_the_rule_set_by_hash() -> None:
    """LAW-R22"""
    assert sum(len(content) for content in FILES.values()) < 2_500_000
    for content in FILES.values():
        for one in msgspec.json.decode(content, type=list[VectorCase]):
            assert one.verdict.sha256 == loaded(one.rule_set).sha256

"""LAW-R01: every numbered statement of the law that a verdict can show, one row each."""

from datetime import date

import pytest

from projections.law.evaluate import evaluate
from projections.law.library import rule_set_named
from tests.law.statements import STATEMENTS, Statement


@pytest.mark.parametrize("row", STATEMENTS, ids=[row.clause for row in STATEMENTS])
def test_statement(row: Statement) -> None:
    loaded = rule_set_named(row.rule_set)
    assert loaded is not None
    verdict = evaluate(row.record(), loaded, date.fromisoformat(row.as_of))
    overall, *parts = row.says.split()
    said = [f"{name}={verdict.outcome(name)}" for name in (part.partition("=")[0] for part in parts)]
    assert [verdict.overall, *said] == [overall, *parts]


def test_each_statement_has_its_own_name() -> None:
    assert len({row.clause for row in STATEMENTS}) == len(STATEMENTS)

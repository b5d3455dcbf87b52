"""Which vaccines hold what a child reacted to, as people write it down; the phone is held to the same cases."""

import json
from pathlib import Path
from typing import Any

import pytest

from projections.components import holding

PATH = Path(__file__).parents[1] / "vectors" / "projections" / "components.json"
CASES: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['substance']} in {case['cvx']}")
def test_each_substance_of_a_line_is_looked_up(case: dict[str, Any]) -> None:
    """PROJ-R161"""
    assert holding(case["substance"], case["cvx"]) == case["holding"]

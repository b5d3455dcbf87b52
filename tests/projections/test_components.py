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
    """PROJ-R161, PROJ-R193, PROJ-R197"""
    assert holding(case["substance"], case["cvx"]) == case["holding"]


def test_every_live_vaccine_is_known_as_live() -> None:
    """PROJ-R161: what is asked before live vaccines is asked of those a clinic seldom has too."""
    data = Path(__file__).parents[2] / "projections" / "law" / "data"
    components, codes = (
        json.loads((data / name).read_text(encoding="utf-8")) for name in ("components.json", "codes.json")
    )
    marked = {one["cvx"] for one in codes["vaccines"] if "live" in one.get("marks", ())}
    assert marked | set(codes["live_elsewhere"]) <= set(components["live"])

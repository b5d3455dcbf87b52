"""Which vaccines hold what a child reacted to, as people write it down; the phone is held to the same cases."""

import json
from pathlib import Path
from typing import Any

import pytest

from projections.components import holding

PATH = Path(__file__).parents[1] / "vectors" / "projections" / "components.json"
DATA = Path(__file__).parents[2] / "projections" / "law" / "data"
CASES: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['substance']} in {case['cvx']}")
def test_each_substance_of_a_line_is_looked_up(case: dict[str, Any]) -> None:
    """PROJ-R161, PROJ-R193, PROJ-R197, PROJ-R234"""
    assert holding(case["substance"], case["cvx"]) == case["holding"]


def test_every_live_vaccine_is_known_as_live() -> None:
    """PROJ-R161: what is asked before live vaccines is asked of those a clinic seldom has too."""
    components, codes = (
        json.loads((DATA / name).read_text(encoding="utf-8")) for name in ("components.json", "codes.json")
    )
    marked = {one["cvx"] for one in codes["vaccines"] if "live" in one.get("marks", ())}
    assert marked | set(codes["live_elsewhere"]) <= set(components["live"])


def test_a_vaccine_whose_kind_is_not_stated_holds_what_any_of_its_kinds_holds() -> None:
    """PROJ-R233: nothing is said to be free of what one of the vaccines it may have been holds."""
    codes = {one["cvx"]: one for one in json.loads((DATA / "codes.json").read_text(encoding="utf-8"))["vaccines"]}
    table = json.loads((DATA / "components.json").read_text(encoding="utf-8"))
    open_ = [
        one for one in codes.values() if "unspecified" in one.get("marks", ()) and one["cvx"] in table["looked_up"]
    ]
    assert open_
    for holder in table["holders"]:
        for one in open_:
            kinds = [cvx for cvx, kind in codes.items() if kind["antigens"] == one["antigens"]]
            held = {holding(holder["words"][0], cvx) for cvx in kinds}
            assert holding(holder["words"][0], one["cvx"]) == "holds" or "holds" not in held, (holder, one)

"""The packet's data: dated editions in order, a statement for every vaccine a clinic gives, and CDC's own dates."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from projections.law.codes import CODES

ROOT = Path(__file__).parents[2]
PACKET: dict[str, Any] = json.loads((ROOT / "projections/law/data/packet.json").read_text(encoding="utf-8"))
CDC = ROOT.parent / "shared/data/cdc-codes/cvxvis.xml"


def test_editions_are_days_in_order() -> None:
    """WEB-R99: each paper is dated; the newest stands last."""
    for kind in ("requirements", "recommended"):
        editions = [one["edition"] for one in PACKET[kind]]
        assert editions == sorted(editions)
        assert all(date.fromisoformat(one) for one in editions)
    for one in PACKET["vis"]:
        assert one["editions"] == sorted(set(one["editions"]))
        assert all(date.fromisoformat(day) for day in one["editions"])


@pytest.mark.parametrize(
    "cvx",
    [
        "03",
        "08",
        "09",
        "10",
        "20",
        "21",
        "83",
        "94",
        "110",
        "115",
        "120",
        "133",
        "146",
        "196",
        "203",
        "220",
        "313",
        "334",
    ],
)
def test_every_part_of_a_vaccine_has_its_statement(cvx: str) -> None:
    """WEB-R99: a combination has one for each part (42 U.S.C. 300aa-26)."""
    documents = [one["document"] for one in PACKET["vis"] if cvx in one["cvx"]]
    parts = {"110": 3, "120": 3, "146": 4}.get(cvx, 1)
    assert len(documents) == parts, CODES.name(cvx)


@pytest.mark.skipif(not CDC.exists(), reason="CDC's tables are not on this machine")
def test_the_dates_are_the_ones_cdc_published() -> None:
    """WEB-R99: each vaccine CDC maps to a single current statement has that edition here as the newest."""
    current: dict[str, set[str]] = {}
    for row in ElementTree.parse(CDC).getroot():
        name, status = row.findtext("VISDocumentName", ""), row.findtext("Status", "")
        if status.strip() == "Current" and "Multi" not in name:
            month, day, year = map(int, row.findtext("VISEditionDate", "").strip().split("/"))
            written = date(year, month, day).isoformat()
            current.setdefault(row.findtext("CVXCode", "").strip(), set()).add(written)
    compared = 0
    for one in PACKET["vis"]:
        for cvx in one["cvx"]:
            if cvx in current:
                assert one["editions"][-1] in current[cvx], (one["document"], cvx)
                compared += 1
    assert compared > 30

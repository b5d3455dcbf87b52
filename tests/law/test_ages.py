"""LAW-R18: the ages of products without a series are CDC's, where its supporting data is beside the repository."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from projections.law.codes import CODES
from projections.law.intervals import read_age
from tests.law.schedule_from_cdc import read, stretch, text

ROOT = Path(__file__).resolve().parents[2]
CDC = ROOT.parent / "shared" / "data" / "cdsi" / "supporting-data-4.64"
AGES: dict[str, list[str]] = json.loads((ROOT / "projections/law/data/ages.json").read_text(encoding="utf-8"))["ages"]
PARTS = ("Influenza", "COVID-19", "RSV", "Rotavirus", "Zoster", "Dengue", "Cholera", "Typhoid", "YF", "JE", "TBE")


def offered() -> dict[str, set[tuple[str, str]]]:
    """By CVX code, the ages the supporting data prefers a product for; not those it gives to the pregnant alone."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for name in PARTS:
        for one in read(CDC / f"AntigenSupportingData- {name}-508.xml").findall("series/seriesDose/preferableVaccine"):
            ages = (stretch(text(one, "beginAge")), stretch(text(one, "endAge")))
            if any(ages):
                found[text(one, "cvx")].add(ages)
    return found


def whole(ages: set[tuple[str, str]]) -> list[str]:
    """From the least age of several to before the greatest; to none where one has none."""
    least = min((low for low, _ in ages), key=lambda low: (read_age(low).months, read_age(low).days))
    ends = [high for _, high in ages]
    return [least, "" if "" in ends else max(ends, key=lambda high: read_age(high).months)]


def test_every_age_is_of_a_known_vaccine_and_written_as_ages_are() -> None:
    """LAW-R18"""
    for cvx, (low, high) in AGES.items():
        assert CODES.name(cvx) != cvx or CODES.antigens_of(cvx) == (), cvx
        assert read_age(low)
        assert not high or read_age(high).months > read_age(low).months


def test_the_ages_are_the_cdcs() -> None:
    """LAW-R18"""
    if not CDC.exists():
        pytest.skip(f"{CDC.name} is not here")
    told = {cvx: whole(ages) for cvx, ages in offered().items()}
    assert {cvx: AGES.get(cvx) for cvx in told if cvx in AGES} == {cvx: told[cvx] for cvx in told if cvx in AGES}
    assert set(told) - set(AGES) <= {"512"}

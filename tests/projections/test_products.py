"""Which vaccine a product's code is of: known vaccines, and CDC's own tables where they are on this machine."""

import json
from pathlib import Path

import pytest

from projections.law.codes import CODES

ROOT = Path(__file__).parents[2]
PRODUCTS: dict[str, list[str]] = json.loads((ROOT / "projections/law/data/products.json").read_text(encoding="utf-8"))[
    "products"
]
CDC = ROOT.parent / "shared/data/cdc-codes"
SINCE = "20240101"
"""Sold on or after this day."""


def test_a_product_is_eight_digits_and_its_vaccine_known() -> None:
    """WEB-R303: labeler and product of the National Drug Code."""
    assert all(len(one) == 8 and one.isdigit() for products in PRODUCTS.values() for one in products)
    assert "58160842" in PRODUCTS["115"]
    for school_vaccine in ("03", "10", "20", "21", "83", "94", "115", "136", "163", "165", "08"):
        assert PRODUCTS[school_vaccine], CODES.name(school_vaccine)


@pytest.mark.skipif(not CDC.exists(), reason="CDC's tables are not on this machine")
@pytest.mark.parametrize(("name", "cvx_field"), [("NDC_Unit_use.txt", 11), ("NDC_Unit_sale.txt", 12)])
def test_the_products_are_those_cdc_lists(name: str, cvx_field: int) -> None:
    """WEB-R303"""
    for row in (CDC / name).read_text(encoding="utf-8", errors="replace").splitlines():
        fields = [field.strip() for field in row.split("|")]
        if not fields[8] or fields[8] >= SINCE:
            assert "".join(fields[1:4])[:8] in PRODUCTS[fields[cvx_field]]

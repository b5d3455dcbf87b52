# ruff: noqa: E501  (tables: one row to a line)
"""LAW-R23: vaccine codes as papers and registries write them."""

import pytest

from projections.law.codes import CODES


@pytest.mark.parametrize(
    ("code", "antigens"),
    [
        ("01", "DIPH TET PERT"), ("1", "DIPH TET PERT"), ("DTaP", "DIPH TET PERT"), ("28", "DIPH TET"), ("Td", "DIPH TET"),
        ("115", "DIPH TET PERT"), ("OPV", "POLIO"), ("89", "POLIO"), ("MMR", "MEAS MUMP RUBE"), ("04", "MEAS RUBE"),
        ("94", "MEAS MUMP RUBE VAR"), ("110", "DIPH TET PERT HEPB POLIO"), ("51", "HIB HEPB"), ("104", "HEPA HEPB"),
        ("133", "PCV"), ("136", "MENACWY"), ("140", ""), ("33", ""),
    ],
)  # fmt: skip
def test_what_a_code_counts_for(code: str, antigens: str) -> None:
    """LAW-R23"""
    assert CODES.antigens_of(code) == tuple(antigens.split())


@pytest.mark.parametrize("code", ["", "XYZ", "9999", "dtap?", "-1"])
def test_an_unknown_code_is_not_understood(code: str) -> None:
    """LAW-R23"""
    assert CODES.antigens_of(code) is None
    assert CODES.name(code) == code


def test_statement_names() -> None:
    """LAW-R23"""
    assert CODES.named_on_statement(("MMR", "HepB")) == ("MEAS", "MUMP", "RUBE", "HEPB")
    assert CODES.named_on_statement(("ALL",)) == CODES.antigens
    assert CODES.named_on_statement(("nonsense",)) == ()


def test_manufacturers_are_named() -> None:
    """LAW-R23"""
    assert CODES.file.manufacturers["PMC"] == "Sanofi Pasteur"

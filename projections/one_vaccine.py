"""Which products are one vaccine to a family: what a consent is about, whatever box comes on the day.

A family allows a vaccine as its statement (VIS, 42 U.S.C. 300aa-26) describes it, not a brand: two products are one
vaccine where they have the same statements and bring the same antigens (inactivated influenza of any maker;
hepatitis B for a child or an adult). A part is another vaccine than the combination, and influenza by the nose another
than by a needle. A standing order is stricter: it names the product itself, for dose and ages hang on that.
Mirrored by web/src/projections/one_vaccine.ts.
"""

from importlib import resources
from typing import TypedDict

import msgspec

from projections.components import is_live
from projections.law.codes import CODES


class _Statement(TypedDict):
    document: str
    cvx: list[str]


class _Packet(TypedDict):
    vis: list[_Statement]


_VIS = msgspec.json.decode(resources.files("projections.law").joinpath("data/packet.json").read_bytes(), type=_Packet)[
    "vis"
]


_ANY_INFLUENZA = "88"
"""Influenza, kind not stated: a no to it is one to the spray too."""


def is_one_vaccine(one: str, other: str) -> bool:
    """Whether a yes to one product is a yes to the other."""
    if one == other:
        return one != ""
    statements = _statements(one)
    return bool(statements) and statements == _statements(other) and _brought(one) == _brought(other)


def refuses(refused: str, cvx: str) -> bool:
    """Whether a no to one vaccine is a no to another: whatever brings it, save that a spray is not the shot."""
    if is_one_vaccine(refused, cvx):
        return True
    is_of_kind = refused == _ANY_INFLUENZA or bool(CODES.antigens_of(refused)) or is_live(refused) == is_live(cvx)
    return CODES.brings(cvx, refused) and is_of_kind


def _statements(cvx: str) -> set[str]:
    return {one["document"] for one in _VIS if cvx in one["cvx"]}


def _brought(cvx: str) -> tuple[set[str], set[str]]:
    return set(CODES.antigens_of(cvx) or ()), set(CODES.groups_of(cvx))

"""The commissioner's recommended list (Minn. Stat. 121A.15, subd. 3a) as dated editions, each with its source.

    shipped with the program, compared by nobody -> entered by a person who read the source: policy.adopted

An edition holds from its own day until the next one; entered anew, the later word on the same edition wins. The phones
of the district ask for the edition in force in every packet.
"""

from functools import cache
from importlib import resources
from typing import Annotated

import msgspec

from events.catalog.event_type import FEW_MAX, CivilDate, Name, Text
from events.catalog.policy import PolicyAdopted, Recommended, RecommendedList
from events.errors import Refused
from events.ids import StaffId
from projections.policy import Policy

AUTHORITY = "Commissioner of Health (Minn. Stat. 121A.15, subd. 3a)"
Vaccines = Annotated[tuple[Recommended, ...], msgspec.Meta(min_length=1, max_length=FEW_MAX)]


class EditionEntered(msgspec.Struct, frozen=True):
    """An edition as a person reads it at its source. Whoever enters it is who compared it."""

    edition: CivilDate
    document: Name
    vaccines: Vaccines
    source: Text
    read_on: CivilDate


class EditionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One edition; ``source``, ``read_on`` and ``compared_by`` are empty while nobody compared it."""

    edition: str
    document: str
    vaccines: tuple[str, ...]
    source: str = ""
    read_on: str = ""
    compared_by: str = ""


def editions_of(policy: Policy) -> tuple[EditionRow, ...]:
    """Every edition known, the newest first, each by the last word on it; the shipped one where nobody entered it."""
    rows = {one.edition: one for one in _shipped()}
    for _, _, value in policy.decisions(RecommendedList):
        rows[value.edition] = EditionRow(
            edition=value.edition,
            document=value.document,
            vaccines=value.vaccines,
            source=value.source,
            read_on=value.read_on,
            compared_by=value.compared_by,
        )
    return tuple(rows[edition] for edition in sorted(rows, reverse=True))


def adoption(entered: EditionEntered, compared_by: str, today: str, by: StaffId) -> PolicyAdopted:
    """What adopts an edition. Raises Refused for one read before it was made, or tomorrow, or without a source."""
    if not entered.source.strip():
        raise Refused("no-source", "say where the edition was read: its address, or where the paper lies")
    if not entered.edition <= entered.read_on <= today:
        raise Refused("bad-day", "the edition's day, the day it was read and today do not follow each other")
    value = RecommendedList(
        edition=entered.edition,
        document=entered.document,
        vaccines=tuple(dict.fromkeys(entered.vaccines)),
        source=entered.source.strip(),
        read_on=entered.read_on,
        compared_by=compared_by,
    )
    return PolicyAdopted(value=value, effective_from=entered.edition, authority=AUTHORITY, by=by)


class _Packet(msgspec.Struct, frozen=True):
    """As much of the family packet's data as is told here."""

    recommended: tuple[EditionRow, ...]


@cache
def _shipped() -> tuple[EditionRow, ...]:
    raw = resources.files("projections.law").joinpath("data/packet.json").read_bytes()
    return msgspec.json.decode(raw, type=_Packet).recommended

"""Which vaccines hold a substance that a child reacted to with anaphylaxis.

The table (`law/data/components.json`, shared with the browser) is taken from package inserts as CDC's excipient table
lists them. KNOWN GAP: no clinician has confirmed it, and brands differ. Of a substance it does not know nothing is
said here; the phone asks a person to compare it with the package insert.
"""

from importlib import resources
from typing import Literal

import msgspec

from projections.law.codes import CODES

Holding = Literal["holds", "unknown", "no"]


class Holder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words one may find on a paper (English, Spanish), and the CVX codes of what holds it."""

    words: tuple[str, ...]
    vaccines: tuple[str, ...]
    antigens: tuple[str, ...] = ()


class ComponentFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it stands. ``names``: what is meant where the substance is said to be a vaccine itself."""

    note: str
    holders: tuple[Holder, ...]
    the_vaccine: tuple[str, ...]
    names: tuple[Holder, ...]
    not_held: tuple[str, ...]
    live: tuple[str, ...]


_FILE = msgspec.json.decode(
    resources.files("projections.law").joinpath("data/components.json").read_bytes(), type=ComponentFile
)


def holding(substance: str, cvx: str) -> Holding:
    """Whether a vaccine holds the substance, as far as the table knows."""
    said = substance.lower()
    for holder in _FILE.holders:
        if _is_said(holder.words, said):
            return "holds" if cvx in holder.vaccines else "no"
    if _is_said(_FILE.the_vaccine, said):
        return _names_vaccine(said, cvx)
    return "no" if _is_said(_FILE.not_held, said) else "unknown"


def _names_vaccine(said: str, cvx: str) -> Holding:
    for named in _FILE.names:
        if _is_said(named.words, said):
            held = cvx in named.vaccines or not set(CODES.antigens_of(cvx) or ()).isdisjoint(named.antigens)
            return "holds" if held else "no"
    return "unknown"


def _is_said(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)

"""Which vaccines hold a substance that a child reacted to with anaphylaxis.

The table (`law/data/components.json`, shared with the browser) is taken from package inserts as CDC's excipient table
lists them. KNOWN GAP: no clinician has confirmed it, and brands differ. Of a substance it does not know nothing is
said here; the phone asks a person to compare it with the package insert.
"""

import re
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


_BETWEEN = re.compile(r"[,;/+&.\n]| and | or | y | e | o | u ")
"""What stands between substances that were written down in one line, in English or Spanish."""


def holding(substance: str, cvx: str) -> Holding:
    """Whether a vaccine holds the substance, as far as the table knows; of several the gravest answer."""
    said = substance.lower()
    is_vaccine = _is_said(_FILE.the_vaccine, said)
    parts = [part for part in _BETWEEN.split(said) if part.strip()]
    found = {_part_holding(part, cvx, is_vaccine) for part in parts}
    return "holds" if "holds" in found else "unknown" if "unknown" in found or not parts else "no"


def _part_holding(said: str, cvx: str, is_vaccine: bool) -> Holding:
    named = [holder for holder in _FILE.holders if _is_said(holder.words, said)]
    if is_vaccine:
        named += [one for one in _FILE.names if _is_said(one.words, said)]
    if named:
        return "holds" if any(_is_in(one, cvx) for one in named) else "no"
    return "no" if _is_said(_FILE.not_held, said) else "unknown"


def _is_in(named: Holder, cvx: str) -> bool:
    return cvx in named.vaccines or not set(CODES.antigens_of(cvx) or ()).isdisjoint(named.antigens)


def _is_said(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)

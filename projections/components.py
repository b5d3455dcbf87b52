"""Which vaccines hold a substance that a child reacted to with anaphylaxis.

The table (`law/data/components.json`, shared with the browser) is taken from package inserts as CDC's excipient table
lists them. KNOWN GAP: no clinician has confirmed it, and brands differ. What was written down is read word by word
(accents aside, English or Spanish): it says no only where every word is known, of what no vaccine holds or of another
vaccine's component. Of any other word nothing is said here, nor of other vaccines where somebody reacted to a
vaccine without knowing to what in it; the phone asks a person to compare them with the package insert.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from projections.law.codes import CODES

Holding = Literal["holds", "unknown", "no"]


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Vaccines, by code or by what they bring."""

    vaccines: tuple[str, ...]
    antigens: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Holder(Named, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words one may find on a paper (English, Spanish; ``*``: whatever begins so), and what holds what they name."""

    words: tuple[str, ...]


class ComponentFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it stands. ``beside``: words that say nothing of a substance.

    ``names``: vaccines themselves, and what is known of some vaccines and of no other to be free of (polysorbate). A
    holder with antigens is what those vaccines bring: whatever is made with it is named with them (MenACWY with Tdap).
    ``looked_up``: vaccines the table is about; of any other it never says no. ``swallowed``: live ones that need no
    space to other live vaccines (ACIP, general best practices). ``unwise_in_pregnancy``: not live, and still a matter
    for a nurse (CDC, guidelines for vaccinating pregnant persons). ``antibodies_months``: so long after an immune
    globulin what is ``held_by_antibodies`` does not count (ACIP, general best practices).
    """

    note: str
    holders: tuple[Holder, ...]
    names: tuple[Holder, ...]
    not_held: tuple[str, ...]
    beside: tuple[str, ...]
    looked_up: tuple[str, ...]
    live: tuple[str, ...]
    swallowed: tuple[str, ...]
    unwise_in_pregnancy: Named
    held_by_antibodies: Named
    antibodies_months: dict[str, int]


def holding(substance: str, cvx: str) -> Holding:
    """Whether a vaccine holds the substance, as far as the table knows; of several the gravest answer."""
    words = _words(substance)
    unread = {at for at, word in enumerate(words) if not word.isdecimal()}
    components = _named(_FILE.holders, words, unread, inside=True)
    names = _named(_FILE.names, words, unread)
    if any(_is_in(one, cvx) or _is_made_with(one.antigens, cvx) for one in (*components, *names)):
        return "holds"
    strangers = [phrase for phrase in _FILE.not_held if _take(phrase, words, unread)]
    for phrase in _FILE.beside:
        _take(phrase, words, unread)
    if names or unread or cvx not in _FILE.looked_up:
        return "unknown"
    return "no" if components or strangers else "unknown"


def is_made_with(cvx: str, named: str) -> bool:
    """Whether it is made with what the vaccine named brings, as a conjugate is with the toxoid of Tdap."""
    return _is_made_with(CODES.antigens_of(named) or (), cvx)


def is_live(cvx: str) -> bool:
    return cvx in _FILE.live


def needs_space(cvx: str) -> bool:
    """Whether it is live and keeps four weeks to other live vaccines: those by mouth need none."""
    return is_live(cvx) and cvx not in _FILE.swallowed


def is_unwise_in_pregnancy(cvx: str) -> bool:
    """Whether it is, though not live, not given in pregnancy, or only where the benefit is greater."""
    return _is_in(_FILE.unwise_in_pregnancy, cvx)


def is_held_by_antibodies(cvx: str) -> bool:
    """Whether it holds live measles, mumps, rubella or varicella, which antibodies from blood make useless."""
    return is_live(cvx) and _is_in(_FILE.held_by_antibodies, cvx)


def _words(written: str) -> list[str]:
    apart = unicodedata.normalize("NFD", written.lower())
    return re.findall(r"[^\W_]+", "".join(one for one in apart if not unicodedata.combining(one)))


@cache
def _read(phrase: str) -> list[str]:
    """The words of a phrase of the table."""
    return _words(phrase)


def _named(holders: tuple[Holder, ...], words: list[str], unread: set[int], inside: bool = False) -> list[Holder]:
    """Those that the words not read yet name, which are read then. ``inside``: a part of a word is enough."""
    before = frozenset(unread)
    found = []
    for holder in holders:
        taken = [_take(phrase, words, unread, before, inside) for phrase in holder.words]
        found += [holder] if any(taken) else []
    return found


def _take(
    phrase: str, words: list[str], unread: set[int], among: frozenset[int] | None = None, inside: bool = False
) -> bool:
    """Read a phrase wherever it stands; whether it did."""
    wanted = _read(phrase)
    open_ = among if among is not None else frozenset(unread)
    found = False
    for first in range(len(words) - len(wanted) + 1):
        places = range(first, first + len(wanted))
        pairs = zip(places, wanted, strict=True)
        if all(at in open_ and _is_word(words[at], word, phrase.endswith("*"), inside) for at, word in pairs):
            unread.difference_update(places)
            found = True
    return found


def _is_word(said: str, word: str, begins: bool, inside: bool) -> bool:
    return word in said if inside else said.startswith(word) if begins else said == word


def _is_made_with(antigens: Iterable[str], cvx: str) -> bool:
    brought = frozenset(antigens)
    return any(not brought.isdisjoint(one.antigens) and _is_in(one, cvx) for one in _FILE.holders)


def _is_in(named: Named, cvx: str) -> bool:
    held = {*(CODES.antigens_of(cvx) or ()), *CODES.groups_of(cvx)}
    return cvx in named.vaccines or not held.isdisjoint((*named.antigens, *named.groups))


_FILE = msgspec.json.decode(
    resources.files("projections.law").joinpath("data/components.json").read_bytes(), type=ComponentFile
)

"""Which child on record a row is about: by its numbers, else by name and birth date exactly.

A number alone does not decide against what the row says of the person: where neither name nor birth date
agrees, the row is refused for somebody to look at, because a dose on the wrong child is the worst outcome.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from server.exchange.known import Known, KnownChild
from server.exchange.rows import Person
from server.exchange.written import clean, person_key


class Nobody(msgspec.Struct, frozen=True):
    """No child on record fits."""


class Unclear(msgspec.Struct, frozen=True):
    """Somebody must decide; ``column`` and ``reason`` say what does not fit."""

    column: Literal["identifier", "name"]
    reason: str


def find_child(known: Known, person: Person) -> KnownChild | Nobody | Unclear:
    """The one child a row is about."""
    numbered = _unique(child for number in person.identifiers for child in known.numbered(number))
    if numbered:
        agreeing = [child for child in numbered if _agrees(child, person)]
        if not agreeing:
            return Unclear("identifier", "the number belongs to a child with another name and birth date")
        return agreeing[0] if len(agreeing) == 1 else Unclear("identifier", "the numbers belong to two children")
    weak = _unique(child for number in person.weak_identifiers for child in known.valued(number.value))
    agreeing = [child for child in weak if _agrees_well(child, person)]
    if len(agreeing) == 1:
        return agreeing[0]
    if person.name is None or len(person.birth_date) < 10:
        return Nobody()
    named = known.named(person.name, person.birth_date)
    named = [child for child in named if _key(child) == person_key(person.name, person.birth_date)]
    if len(named) > 1:
        return Unclear("name", "two children have this name and birth date, and no number tells them apart")
    return named[0] if named else Nobody()


def _unique(children: Iterable[KnownChild]) -> list[KnownChild]:
    found: dict[str, KnownChild] = {}
    for child in children:
        found.setdefault(child.id, child)
    return list(found.values())


def _key(child: KnownChild) -> tuple[str, str, str] | None:
    return person_key(child.name, child.birth_date) if child.name is not None else None


def _agrees(child: KnownChild, person: Person) -> bool:
    """Name or birth date is the same, or the row gives neither; without a birth date half a name is enough."""
    if person.birth_date:
        return _same_name(child, person) or child.birth_date == person.birth_date
    return person.name is None or _shares_name(child, person)


def _agrees_well(child: KnownChild, person: Person) -> bool:
    """Full name, or birth date with a part of the name: enough for a number of unknown origin."""
    if _same_name(child, person):
        return True
    return bool(person.birth_date) and child.birth_date == person.birth_date and _shares_name(child, person)


def _shares_name(child: KnownChild, person: Person) -> bool:
    """Given or family name is the same."""
    if child.name is None or person.name is None:
        return False
    pairs = ((child.name.given, person.name.given), (child.name.family, person.name.family))
    return any(clean(one).casefold() == clean(other).casefold() for one, other in pairs)


def _same_name(child: KnownChild, person: Person) -> bool:
    if child.name is None or person.name is None:
        return False
    return person_key(child.name, "") == person_key(person.name, "")

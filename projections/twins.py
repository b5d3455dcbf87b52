"""Children who may be registered twice: candidates for a person to link, never linked by the program.

Two records are candidates when they carry the same outside number, or the same folded name (given and
family name changed over, too) and birth date. A pair that somebody linked, or unlinked (looked at and
parted), is no candidate any more. What a district keeps of each child for this is small: who it is, since
when, and what was decided.
"""

import unicodedata
from collections.abc import Collection, Iterable
from itertools import combinations
from typing import Literal

import msgspec
from msgspec.structs import replace

from events.catalog.students import StudentLinked, StudentUnlinked
from events.ids import StudentId, stream_id
from events.roles import Role
from projections.discrepancy import Discrepancy, first_of, raised, settled_keys
from projections.fold import Fact
from projections.student import Identity, Student

Pair = frozenset[StudentId]


class Registered(msgspec.Struct, frozen=True, gc=False):
    """What telling two children apart takes of one. ``first`` are the first facts of its streams."""

    name: str
    identities: tuple[Identity, ...]
    first: dict[StudentId, Fact]
    decided: frozenset[Pair]
    settled: frozenset[str]
    named: tuple[tuple[StudentId, tuple[str, str]], ...]
    """The ``name_key`` of each identity that has a name, and that of its names changed over."""


class Candidate(msgspec.Struct, frozen=True):
    """Two records that may be one child, and on what ground."""

    first: StudentId
    second: StudentId
    ground: Literal["same_number", "same_name_and_birth_date"]


def registered(student: Student) -> Registered:
    """The child as this module needs it."""
    first = {one: replace(first_of(student, one)) for one in student.streams}  # without what was read of its payload
    decided = _decided(student) | {frozenset(pair) for pair in combinations(student.streams, 2)}
    named = tuple((one.student, key) for one in student.identities if one.name is not None for key in _keys(one))
    settled = frozenset(settled_keys(student))
    return Registered(student.full_name, student.identities, first, frozenset(decided), settled, named)


def registered_twice(children: Collection[Student | Registered]) -> tuple[Discrepancy, ...]:
    """The candidates as discrepancies, with both registrations: the records office links them, or says they are two."""
    known = [registered(one) if isinstance(one, Student) else one for one in children]
    of = {one: child for child in known for one in child.first}
    found = []
    for pair in same_child_candidates(known):
        sides = [(of[one].first[one], of[one].name) for one in (pair.first, pair.second)]
        says = f"two records may be one child: {pair.ground.replace('_', ' ')}"
        found.append(raised("same_child_twice", "soft", sides, Role.RECORDS, says))
    settled = {key for child in known for key in child.settled}
    return tuple(one for one in found if one.key not in settled)


def same_child_candidates(children: Iterable[Student | Registered]) -> tuple[Candidate, ...]:
    """Pairs of records that look like one child, in order of their ids."""
    decided: set[Pair] = set()
    numbers: dict[tuple[str, str], set[StudentId]] = {}
    names: dict[tuple[str, str], set[StudentId]] = {}
    for one in children:
        child = registered(one) if isinstance(one, Student) else one
        decided |= child.decided
        for student, key in child.named:
            names.setdefault(key, set()).add(student)
        for identity in child.identities:
            for number in identity.identifiers:
                numbers.setdefault((number.system, number.value), set()).add(identity.student)
    found: dict[Pair, Candidate] = {}
    for ground, groups in (("same_number", numbers), ("same_name_and_birth_date", names)):
        for group in groups.values():
            for first, second in combinations(sorted(group), 2):
                pair = frozenset((first, second))
                if pair not in decided and pair not in found:
                    found[pair] = Candidate(first, second, ground)  # type: ignore[arg-type]
    return tuple(sorted(found.values(), key=lambda one: (one.first, one.second)))


def name_key(identity: Identity) -> tuple[str, str]:
    """What two spellings of one child share: given and family name without case, accents, spaces; birth date."""
    name = identity.name
    return (_plain(f"{name.given}{name.family}") if name is not None else "", identity.birth_date)


def _keys(identity: Identity) -> dict[tuple[str, str], None]:
    """Its key, and the one it has where somebody took the family name for the given one."""
    name = identity.name
    changed_over = _plain(f"{name.family}{name.given}") if name is not None else ""
    return dict.fromkeys((name_key(identity), (changed_over, identity.birth_date)))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def _decided(student: Student) -> set[Pair]:
    linked = [(fact, payload.other) for fact, payload in student.shelf.of(StudentLinked)]
    linked += [(fact, payload.other) for fact, payload in student.shelf.of(StudentUnlinked)]
    return {frozenset((StudentId(stream_id(fact.stream)), other)) for fact, other in linked}

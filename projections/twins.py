"""Children who may be registered twice: candidates for a person to link, never linked by the program.

Two records are candidates when they carry the same outside number, or the same folded name and birth
date. A pair that somebody linked, or unlinked (looked at and parted), is no candidate any more.
"""

import unicodedata
from collections.abc import Collection, Iterable
from itertools import combinations
from typing import Literal

import msgspec

from events.catalog.students import StudentLinked, StudentUnlinked
from events.ids import StudentId, stream_id
from events.roles import Role
from projections.discrepancies import Discrepancy, first_of, raised, settled_keys
from projections.student import Identity, Student


def registered_twice(students: Collection[Student]) -> tuple[Discrepancy, ...]:
    """The candidates as discrepancies, with both registrations: the records office links them, or says they are two."""
    of = {one: student for student in students for one in student.streams}
    found = []
    for pair in same_child_candidates(students):
        facts = [first_of(of[one], one) for one in (pair.first, pair.second)]
        sides = [(fact, of[StudentId(stream_id(fact.stream))].full_name) for fact in facts]
        says = f"two records may be one child: {pair.ground.replace('_', ' ')}"
        found.append(raised("same_child_twice", "soft", sides, Role.RECORDS, says))
    settled = {key for student in students for key in settled_keys(student)}
    return tuple(one for one in found if one.key not in settled)


class Candidate(msgspec.Struct, frozen=True):
    """Two records that may be one child, and on what ground."""

    first: StudentId
    second: StudentId
    ground: Literal["same_number", "same_name_and_birth_date"]


def same_child_candidates(students: Iterable[Student]) -> tuple[Candidate, ...]:
    """Pairs of records that look like one child, in order of their ids."""
    settled: set[frozenset[StudentId]] = set()
    numbers: dict[tuple[str, str], set[StudentId]] = {}
    names: dict[tuple[str, str], set[StudentId]] = {}
    for student in students:
        settled |= _decided(student)
        settled |= {frozenset(pair) for pair in combinations(student.streams, 2)}
        for identity in student.identities:
            for number in identity.identifiers:
                numbers.setdefault((number.system, number.value), set()).add(identity.student)
            if identity.name is not None:
                names.setdefault(name_key(identity), set()).add(identity.student)
    found: dict[frozenset[StudentId], Candidate] = {}
    for ground, groups in (("same_number", numbers), ("same_name_and_birth_date", names)):
        for group in groups.values():
            for first, second in combinations(sorted(group), 2):
                pair = frozenset((first, second))
                if pair not in settled and pair not in found:
                    found[pair] = Candidate(first, second, ground)  # type: ignore[arg-type]
    return tuple(sorted(found.values(), key=lambda one: (one.first, one.second)))


def name_key(identity: Identity) -> tuple[str, str]:
    """What two spellings of one child share: given and family name without case, accents, spaces; birth date."""
    name = identity.name
    text = f"{name.given}{name.family}" if name is not None else ""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return ("".join(letter for letter in plain if letter.isalnum()), identity.birth_date)


def _decided(student: Student) -> set[frozenset[StudentId]]:
    linked = [(fact, payload.other) for fact, payload in student.shelf.of(StudentLinked)]
    linked += [(fact, payload.other) for fact, payload in student.shelf.of(StudentUnlinked)]
    return {frozenset((StudentId(stream_id(fact.stream)), other)) for fact, other in linked}

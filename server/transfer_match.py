"""Which child of ours a transfer file is about.

    1  the child this log's events already stand under here: a later file finds it under any name
    2  a number both districts share, if name or birth date agrees
    3  name and birth date

Never silently the wrong child: where two are meant, or a number belongs to somebody else, a person says
which with ``--student``. Pure.
"""

from collections.abc import Iterable

from events.catalog.students import ContraindicationRecorded, StudentRegistered
from events.errors import Refused
from projections.student import Student
from projections.twins import name_key

SHARED_NUMBERS = ("state", "registry")
"""Systems whose numbers mean the same child in every district."""


def cited(student: Student) -> set[str]:
    """The ``origin#position`` of every foreign event that a fact of ours stands on."""
    told = [line.paper.told for line in student.papers]
    told += [payload.told for _, payload in student.shelf.of(ContraindicationRecorded)]
    told += [payload.told for _, payload in student.shelf.of(StudentRegistered) if payload.told is not None]
    keys = {one.detail.partition(";")[0] for one in told if one.source == "other_school"}
    return keys | {line.source_key for line in student.doses if line.source_key}


def came_before(keys: set[str], ours: Iterable[Student]) -> list[Student]:
    """The children whose record stands on these events already."""
    return [one for one in ours if keys & cited(one)]


def match(child: Student, keys: set[str], ours: Iterable[Student]) -> Student | None:
    """The child of ours this is; None: nobody. Raises Refused when that is unclear."""
    ours = list(ours)
    numbers = {(one.system, one.value) for one in child.identifiers if one.system in SHARED_NUMBERS}
    numbered = [one for one in ours if numbers & {(number.system, number.value) for number in one.identifiers}]
    names = {name_key(one) for one in child.identities}
    named = [one for one in ours if names & {name_key(identity) for identity in one.identities}]
    if found := came_before(keys, ours):
        return _only(found)
    if numbered and not any(_agrees(child, one) for one in numbered):
        raise Refused(
            "other-child", f"{_ids(numbered)} has the same number, but another name and birth date: give --student"
        )
    return _only(numbered or named)


def _agrees(child: Student, held: Student) -> bool:
    """Whether name or birth date is the same."""
    mine, theirs = {name_key(one) for one in child.identities}, {name_key(one) for one in held.identities}
    same_name = {name for name, _ in mine} & {name for name, _ in theirs}
    return bool(same_name) or bool({born for _, born in mine} & {born for _, born in theirs})


def _only(found: list[Student]) -> Student | None:
    if len(found) > 1:
        raise Refused("several-students", f"{len(found)} children of ours may be meant ({_ids(found)}): give --student")
    return found[0] if found else None


def _ids(students: list[Student]) -> str:
    return ", ".join(sorted(str(one.id) for one in students))

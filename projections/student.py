"""A student: the facts of one child's stream, or of several linked ones, and what they amount to.

A student *is* its facts, in log order; everything else is a view read off them when asked for. So the
result depends on the set of facts only: ``evolve`` in any order equals ``fold`` of the whole, a
correction may come before its dose, a link before the registration, and what this program does not
understand stays in ``facts`` and is shown.

    student/<id> --linked--> student/<other>    both streams' facts are folded into one Student

Who calls it: verdict, clinic, transfer, retention, the read API, and (same rules, in TypeScript) the phone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec

from events.catalog.event_type import PersonName
from events.catalog.students import (
    Contact,
    ContactsRecorded,
    Identifier,
    StudentCorrected,
    StudentLinked,
    StudentRegistered,
    StudentUnlinked,
)
from events.ids import StudentId, stream_id, stream_kind
from projections.alerts import Alert, alerts_of
from projections.consents import Word, words_of
from projections.enrollment import Attendance, attendance_of
from projections.fold import Fact, arrange
from projections.history import DoseLine, dose_lines
from projections.papers import PaperLine, paper_lines
from projections.shelf import Shelf

Link = tuple[StudentId, StudentId]
"""Two streams that are one child: where the link was written, and the other."""


class Identity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who the child is, as last told in one stream. ``birth_date`` may be partial; empty before registration."""

    student: StudentId
    name: PersonName | None = None
    birth_date: str = ""
    sex: str = "unknown"
    identifiers: tuple[Identifier, ...] = ()
    aliases: tuple[PersonName, ...] = ()
    language: str = "en"


class Student(msgspec.Struct, frozen=True, dict=True):
    """One child. ``facts`` are arranged; make it with ``fold`` or ``evolve`` only."""

    facts: tuple[Fact, ...] = ()

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.facts)

    @cached_property
    def streams(self) -> tuple[StudentId, ...]:
        """The streams folded here, the one registered first (or else heard of first) in front."""
        registered = [fact for fact, _ in self.shelf.of(StudentRegistered)]
        ordered = [*registered, *self.facts]
        return tuple(dict.fromkeys(_subject(fact) for fact in ordered if stream_kind(fact.stream) == "student"))

    @property
    def id(self) -> StudentId | None:
        """The id to call the child by; None when no fact is known."""
        return self.streams[0] if self.streams else None

    @cached_property
    def identities(self) -> tuple[Identity, ...]:
        """One identity a stream: linked streams may disagree, and then both are shown."""
        return tuple(_identity(self.shelf, student) for student in self.streams)

    @property
    def identity(self) -> Identity:
        """The identity in force: that of the leading stream, its gaps filled from the others."""
        told = [one for one in self.identities if one.name is not None] or list(self.identities)
        return told[0] if told else Identity(student=StudentId(""))

    @property
    def is_registered(self) -> bool:
        return self.identity.name is not None

    @property
    def birth_date(self) -> str:
        return self.identity.birth_date

    @property
    def full_name(self) -> str:
        """Given and family name for a screen; a plain sentence where nobody has told it yet."""
        return written_name(self.identity.name)

    @cached_property
    def identifiers(self) -> tuple[Identifier, ...]:
        """All numbers the child carries, from every linked stream."""
        return tuple(dict.fromkeys(number for one in self.identities for number in one.identifiers))

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        told = self.shelf.of(ContactsRecorded)
        return told[-1][1].contacts if told else ()

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links that stand: made and not undone since, from either side."""
        standing: dict[frozenset[StudentId], Link] = {}
        for fact in self.facts:
            match fact.payload:
                case StudentLinked(other=other):
                    standing[frozenset((_subject(fact), other))] = (_subject(fact), other)
                case StudentUnlinked(other=other):
                    standing.pop(frozenset((_subject(fact), other)), None)
                case _:
                    continue
        return tuple(standing.values())

    @cached_property
    def attendance(self) -> Attendance:
        return attendance_of(self.shelf)

    @cached_property
    def doses(self) -> tuple[DoseLine, ...]:
        """Every dose, voided ones included, by the day given."""
        return dose_lines(self.shelf)

    @property
    def standing_doses(self) -> tuple[DoseLine, ...]:
        return tuple(line for line in self.doses if line.is_standing)

    @cached_property
    def papers(self) -> tuple[PaperLine, ...]:
        return paper_lines(self.shelf)

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        return alerts_of(self.shelf)

    @cached_property
    def consents(self) -> tuple[Word, ...]:
        return words_of(self.shelf)

    @property
    def not_understood(self) -> tuple[Fact, ...]:
        return self.shelf.not_understood

    @cached_property
    def waiting(self) -> tuple[Fact, ...]:
        """Corrections, checks and the like whose event is not here (yet)."""
        return self.shelf.waiting()


def written_name(name: PersonName | None) -> str:
    """A name as it is said; a plain sentence where nobody has told it yet."""
    return " ".join(filter(None, (name.given, name.middle, name.family, name.suffix))) if name else "not registered"


def evolve(student: Student, fact: Fact) -> Student:
    """The student with one more fact, in its place in the log's order whenever it comes."""
    return Student(tuple(arrange((*student.facts, fact))))


def fold(facts: Iterable[Fact]) -> Student:
    """The student these facts tell of: one stream's, or those of all linked streams together."""
    return Student(tuple(arrange(facts)))


def linked_streams(student: StudentId, links: Iterable[Link]) -> tuple[StudentId, ...]:
    """All streams that are one child with this one, itself included, sorted; a link holds both ways."""
    neighbours: dict[StudentId, set[StudentId]] = {}
    for one, other in links:
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    found, edge = {student}, [student]
    while edge:
        new = neighbours.get(edge.pop(), set()) - found
        found |= new
        edge += new
    return tuple(sorted(found))


def _subject(fact: Fact) -> StudentId:
    return StudentId(stream_id(fact.stream))


def _identity(shelf: Shelf, student: StudentId) -> Identity:
    identity = Identity(student=student)
    # A registration says where the record starts: every correction stands after it, even one that came first.
    for fact, payload in (*shelf.of(StudentRegistered), *shelf.of(StudentCorrected)):
        if _subject(fact) != student:
            continue
        fields = ("name", "birth_date", "sex", "identifiers", "aliases", "language")
        new = {field: getattr(payload, field, None) for field in fields}
        identity = msgspec.structs.replace(
            identity, **{field: value for field, value in new.items() if value is not None}
        )
    return identity

"""Records as a person asks for them: every child, the district's policy, cases and transfers, as of one moment.

    rows of projections --server.reading--> facts by stream --fold--> Student · Policy · Transfer …

Used by commands and the API, and about the past: give ``until`` and you have what had been received before
that instant, which is the whole meaning of "known on". KNOWN GAP: a command that finds a child by name opens
every child's row (names exist on disk only as ciphertext); some seconds per 100,000 children.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from events.catalog.cases import CaseClosed, CaseOpened
from events.catalog.facilities import FacilityCorrected, FacilityOpened
from events.catalog.people import StaffRegistered
from events.catalog.students import FacilityKind
from events.errors import Refused
from events.ids import (
    DISTRICT_STREAM,
    FacilityId,
    StaffId,
    Stream,
    StudentId,
    is_uuid7,
    stream_id,
    stream_kind,
    stream_of,
)
from projections.about import About
from projections.clinic_words import ClinicWords
from projections.fold import Fact
from projections.policy import Policy, policy_of
from projections.student import Link, Student, fold, linked_streams
from projections.transfer import Transfer, transfers_of
from server.district import District
from server.register import Entry, Register

_SHOWN_MAX = 8


class Records:
    """What the log said at one moment. ``size`` is how many of its events that was."""

    def __init__(self, facts: Iterable[Fact], size: int) -> None:
        self.size = size
        self._by_stream: dict[Stream, list[Fact]] = {}
        self._register = Register()
        self._about = About()
        self.clinic_words = ClinicWords()
        for fact in facts:
            self._by_stream.setdefault(fact.stream, []).append(fact)
            self._about.apply(fact)
            self.clinic_words.apply(fact)
            if stream_kind(fact.stream) in ("student", "district"):
                self._register.apply(fact)

    @cached_property
    def policy(self) -> Policy:
        return policy_of(self._by_stream.get(DISTRICT_STREAM, ()))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Links that stand, over the whole district."""
        return fold(fact for stream in self._streams("student") for fact in self._by_stream[stream]).links

    def cases(self, student: Student) -> list[Fact]:
        """The facts of the child's case streams."""
        return self._facts_about(student, "case")

    def transfer_facts(self, student: Student) -> list[Fact]:
        """The facts of the child's transfer streams, outgoing and incoming."""
        return self._facts_about(student, "transfer")

    def _facts_about(self, student: Student, kind: str) -> list[Fact]:
        return [fact for stream in self._about.streams(student.streams, kind) for fact in self._by_stream[stream]]

    def facts_of(self, student: StudentId) -> list[Fact]:
        """The facts of a child, all linked streams together."""
        streams = [stream_of("student", one) for one in linked_streams(student, self.links)]
        return [fact for stream in streams for fact in self._by_stream.get(stream, ())]

    def student(self, student: StudentId) -> Student:
        return fold(self.facts_of(student))

    def students(self) -> list[Student]:
        """Every child once, linked streams folded together, in the order the log met them."""
        done: set[StudentId] = set()
        found = []
        for stream in self._streams("student"):
            student_id = StudentId(stream_id(stream))
            if student_id not in done:
                student = self.student(student_id)
                done.update(student.streams)
                found.append(student)
        return found

    def transfers(self, student: Student) -> tuple[Transfer, ...]:
        return transfers_of(student, self.transfer_facts(student), self.policy)

    def find(self, asked: str) -> StudentId:
        """The one child meant by an id, an outside number, or the beginnings of its names.

        Raises Refused when nobody or several are meant, and says how to be more exact.
        """
        asked = asked.strip()
        if is_uuid7(asked) and stream_of("student", asked) in self._by_stream:
            return self.student(StudentId(asked)).id or StudentId(asked)
        numbered = {student.id for student in self._numbered.get(asked, ())}
        found = numbered or {self.student(entry.student).id for entry in self._register.find(asked)}
        if len(found) == 1:
            (only,) = found
            return only or StudentId(asked)
        if not found:
            raise Refused("unknown-student", f"no child is known here as {asked!r}: give an id, a number or a name")
        raise Refused("several-students", f"{len(found)} children are meant by {asked!r}: {self._names(found)}")

    def open_cases(self, student: Student) -> list[str]:
        """Exclusion procedures about the child that nobody has closed, one sentence each."""
        opened = {}
        for fact in self.cases(student):
            match fact.payload:
                case CaseOpened(as_of=as_of):
                    opened[fact.stream] = f"an open case since {as_of}"
                case CaseClosed():
                    opened.pop(fact.stream, None)
                case _:
                    continue
        return list(opened.values())

    def staff(self, login: str) -> StaffId:
        """The staff member who signs in so. Raises Refused when nobody does."""
        for stream in self._streams("staff"):
            for fact in self._by_stream[stream]:
                if isinstance(fact.payload, StaffRegistered) and fact.payload.login == login:
                    return StaffId(stream_id(stream))
        raise Refused("unknown-login", f"nobody signs in as {login!r}: see `doseledger staff list`")

    @cached_property
    def facilities(self) -> dict[FacilityId, tuple[str, FacilityKind]]:
        """Name and kind of every facility, as last told."""
        found: dict[FacilityId, tuple[str, FacilityKind]] = {}
        for stream in self._streams("facility"):
            facility = FacilityId(stream_id(stream))
            for fact in self._by_stream[stream]:
                match fact.payload:
                    case FacilityOpened(name=name, kind=kind):
                        found[facility] = (name, kind)
                    case FacilityCorrected(name=name, kind=kind) if facility in found:
                        found[facility] = (name or found[facility][0], kind or found[facility][1])
                    case _:
                        continue
        return found

    def facility(self, asked: str) -> FacilityId:
        """The one facility meant by its id or the beginning of its name. Raises Refused."""
        named = [one for one, (name, _) in self.facilities.items() if name.casefold().startswith(asked.casefold())]
        found = [FacilityId(asked)] if asked in self.facilities else named
        if len(found) != 1:
            known = "; ".join(sorted(name for name, _ in self.facilities.values()))
            raise Refused("unknown-facility", f"{asked!r} is not one facility here: choose from {known or 'none yet'}")
        return found[0]

    def search(self, asked: str) -> list[Entry]:
        """Children whose names begin with the words typed."""
        return self._register.find(asked)

    @cached_property
    def _numbered(self) -> dict[str, list[Student]]:
        numbers: dict[str, list[Student]] = {}
        for student in self.students():
            for number in student.identifiers:
                for text in (number.value, f"{number.system}:{number.value}"):
                    numbers.setdefault(text, []).append(student)
        return numbers

    def _names(self, found: Iterable[StudentId | None]) -> str:
        shown = [self.student(one) for one in sorted(one for one in found if one is not None)[:_SHOWN_MAX]]
        return "; ".join(f"{one.full_name}, {one.birth_date} ({one.id})" for one in shown) + ". Give the id."

    def _streams(self, kind: str) -> list[Stream]:
        return [stream for stream in self._by_stream if stream_kind(stream) == kind]


async def read_records(district: District, until: datetime | None = None) -> Records:
    """Everything there is, or what was received before ``until`` (aware instant, exclusive).

    Raises ProjectionPaused.
    """
    reading = district.reading
    size = None if until is None else await reading.size_before(until)
    return Records(*await reading.everything(size))


async def read_child(district: District, students: Iterable[StudentId], about: Iterable[Stream]) -> Records:
    """One child (all linked streams) with its case and transfer streams, under the district's policy."""
    streams = [DISTRICT_STREAM, *(stream_of("student", student) for student in students), *about]
    return Records(*await district.reading.some(streams))


async def read_children(district: District, students: Iterable[StudentId]) -> Records:
    """Several children, each with its linked streams among those given. Raises ProjectionPaused."""
    return await read_child(district, students, ())

"""What readers produce: one struct for each kind of row, whatever file it came from.

A row carries its place (file and line) for the record and for the report. Dates are as written
(``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``), already checked; names are trimmed and NFC. Identifiers are the
numbers a child carries in the source, most telling first.
"""

from typing import Literal

import msgspec

from events.catalog.event_type import PersonName
from events.catalog.statements import StatementKind
from events.catalog.students import Contact, FacilityKind, Grade, Identifier
from events.errors import Refused

Sex = Literal["female", "male", "unknown"]
ToldSource = Literal["paper", "registry", "other_school", "parent", "clinic_record", "import_file"]
ValueClass = Literal["row", "date", "name", "identifier", "code", "text", "file"]


class Place(msgspec.Struct, frozen=True):
    """Where a row stands: file name without folders, and its first line counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was not taken in. Holds no name and no value: only where, which column, why, and the cure."""

    place: Place
    column: str
    value_class: ValueClass
    reason: str
    fix: str


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was taken in, or left as it was, and that a person should look at."""

    place: Place
    column: str
    reason: str


class School(msgspec.Struct, frozen=True):
    """An organisation of the source where children attend; ``name`` is empty where the source does not give it."""

    key: str
    name: str
    kind: FacilityKind = "school"


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """A child at a school since a day. ``first_day`` and ``classroom`` are empty where the file has none."""

    school: School
    first_day: str
    grade: Grade
    classroom: str = ""
    primary: bool = True


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who a row is about, as far as the row says. Name or birth date may be missing where an identifier is enough."""

    identifiers: tuple[Identifier, ...] = ()
    name: PersonName | None = None
    birth_date: str = ""
    sex: Sex | None = None
    weak_identifiers: tuple[Identifier, ...] = ()
    """Numbers of unknown origin: they identify a child only when its name or birth date agrees."""


class ChildRow(msgspec.Struct, frozen=True, kw_only=True):
    """A child of a roster: who it is, where it attends, whom to call."""

    place: Place
    person: Person
    attends: tuple[Attendance, ...] = ()
    contacts: tuple[Contact, ...] = ()
    language: str | None = None
    lacking: str = ""
    """Why the birth date is missing, where it is: a child on record needs none, a new one does."""


class DoseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A dose as a file tells it. ``key`` is the source's own number, or one made of what the row says."""

    place: Place
    person: Person
    key: str
    cvx: str | None
    as_written: str
    given_on: str | None
    lot: str = ""
    mvx: str = ""
    provider: str = ""
    source: ToldSource = "import_file"


class StatementRow(msgspec.Struct, frozen=True, kw_only=True):
    """A paper a file speaks of. ``received_on`` is empty where the file has no date."""

    place: Place
    person: Person
    kind: StatementKind
    received_on: str
    words: str
    """The source's own words for it, kept beside the place."""


Row = ChildRow | DoseRow | StatementRow
Read = Row | Refusal | Flag


class UnreadableFile(Refused):
    """The file as a whole cannot be trusted; the message names file, line and reason. Nothing is imported."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        where = file if line is None else f"{file}, line {line}"
        super().__init__("unreadable-file", f"{where}: {reason} Nothing was imported.")

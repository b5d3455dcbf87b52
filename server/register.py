"""Finding a child by name: an index in memory of who is registered and which facility they attend.

Nothing of it touches a disk. Names are folded (accents and case away) so that ``nunez`` finds ``Núñez``;
each word typed must begin a word of the name, of the birth date as people write it, or of a source number.
"""

import re
import unicodedata

import msgspec
from msgspec.structs import replace

from events.catalog.event_type import PersonName
from events.catalog.retention import DestructionRequested
from events.catalog.students import EnrollmentBegan, EnrollmentEnded, StudentCorrected, StudentRegistered
from events.ids import FacilityId, StudentId, stream_id
from projections.fold import Fact, types_of

_NAMING = types_of(StudentRegistered, StudentCorrected, EnrollmentBegan, EnrollmentEnded, DestructionRequested)

FOUND_MAX = 50


class Entry(msgspec.Struct, frozen=True):
    """A child as found in a search."""

    student: StudentId
    given: str
    family: str
    birth_date: str
    facility: FacilityId | None = None
    words: tuple[str, ...] = ()


class Register:
    """Every registered child, by the names a person would type."""

    def __init__(self) -> None:
        self._entries: dict[StudentId, Entry] = {}
        self._gone: set[StudentId] = set()

    def get(self, student: StudentId) -> Entry | None:
        return self._entries.get(student)

    def find(self, query: str, among: "frozenset[StudentId] | None" = None) -> list[Entry]:
        """Up to FOUND_MAX children whose names begin with the words typed, by family name; ``among`` limits who."""
        wanted = [_ways(word) for word in _words(query)]
        if not wanted:
            return []
        found = [
            entry
            for entry in self._entries.values()
            if (among is None or entry.student in among)
            and all(any(word.startswith(ways) for word in entry.words) for ways in wanted)
        ]
        found.sort(key=lambda entry: (entry.family.casefold(), entry.given.casefold(), entry.student))
        return found[:FOUND_MAX]

    def apply(self, fact: Fact) -> None:
        if fact.header.type not in _NAMING:
            return
        student = StudentId(stream_id(fact.stream))
        match fact.payload:
            case StudentRegistered() as payload if student not in self._gone:
                held = self._entries.get(student)
                numbers = tuple(number.value for number in payload.identifiers)
                names = (payload.name, *payload.aliases)
                entry = _entry(student, names, payload.birth_date, numbers)
                self._entries[student] = replace(entry, facility=None if held is None else held.facility)
            case StudentCorrected() as payload if student in self._entries:
                self._entries[student] = _corrected(self._entries[student], payload)
            case EnrollmentBegan(facility=facility) if student in self._entries:
                self._entries[student] = replace(self._entries[student], facility=facility)
            case EnrollmentEnded(facility=facility) if student in self._entries:
                if self._entries[student].facility == facility:
                    self._entries[student] = replace(self._entries[student], facility=None)
            case DestructionRequested(student=ended):
                self._gone.add(ended)
                self._entries.pop(ended, None)
            case _:
                pass


def _entry(student: StudentId, names: tuple[PersonName, ...], born: str, numbers: tuple[str, ...]) -> Entry:
    words = {word for name in names for word in _words(f"{name.given} {name.middle} {name.family}")}
    words.update(number.casefold() for number in numbers)
    words.add(born)
    return Entry(student, names[0].given, names[0].family, born, words=tuple(sorted(words)))


def _corrected(held: Entry, payload: StudentCorrected) -> Entry:
    """Old words stay findable: a family may still say the old name."""
    given = payload.name.given if payload.name else held.given
    family = payload.name.family if payload.name else held.family
    born = payload.birth_date or held.birth_date
    words = {*held.words, *_words(f"{given} {family}"), born}
    return replace(held, given=given, family=family, birth_date=born, words=tuple(sorted(words)))


def _words(text: str) -> list[str]:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    words = plain.casefold().replace("'", "").replace(",", " ").split()
    return [*words, *(part for word in words if not word[0].isdigit() for part in word.split("-")[1:] if part)]


def _ways(word: str) -> tuple[str, ...]:
    """The beginnings that a typed word stands for: itself and, of a date, each day or month it may mean."""
    fields = re.split(r"[-./]", word) if re.fullmatch(r"\d{1,4}([-./]\d{1,4}){1,2}", word) else _run_together(word)
    match fields:
        case [one, other]:
            days = [(one, other, "") if len(one) == 4 else (other, one, "")]
        case [year, month, day] if len(year) == 4:
            days = [(year, month, day)]
        case [one, other, year]:
            years = [year] if len(year) == 4 else [f"20{year}", f"19{year}"]
            days = [(long, *order) for long in years for order in ((one, other), (other, one))]
        case _:
            days = []
    return (word, *(f"{year}-{month:0>2}-{day:0>2}" if day else f"{year}-{month:0>2}" for year, month, day in days))


def _run_together(word: str) -> list[str]:
    """A date in eight digits: the year before or behind month and day."""
    if re.fullmatch(r"(19|20)\d{6}", word):
        return [word[:4], word[4:6], word[6:]]
    return [word[:2], word[2:4], word[4:]] if re.fullmatch(r"\d{8}", word) else []

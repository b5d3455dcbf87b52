"""How an event type is declared, and the small shapes that many payloads share.

A payload is a frozen struct whose docstring says what fact it records, in which units, and on what
ground. Beside it stands one ``EventType`` row: name, stream kind, who may author it, source. The rows
of all modules make the catalogue; ``docs/events.md``, the JSON Schemas and the TypeScript types are
generated from it, so a fact is described once.

Every string and list is bounded by a name here, so that the longest payload one can type in ASCII stays
under the 64 KiB of the envelope.
"""

from typing import Annotated, Literal, TypeVar

import msgspec

from events.forms import CIVIL_DATE, CLOCK_TIME, HASH, INSTANT, UUID7, WRITTEN_DATE, form
from events.ids import StaffId
from events.roles import Role

NAME_CHARACTERS_MAX = 200
LABEL_CHARACTERS_MAX = 254
SENTENCE_CHARACTERS_MAX = 1_000
TEXT_CHARACTERS_MAX = 4_000
PROOF_CHARACTERS_MAX = 16_000
FEW_MAX = 20
MANY_MAX = 100
ROSTER_STUDENTS_MAX = 1_000
ADDRESS_LINES_MAX = 6
COUNT_LIMIT = 2**53
DOSES_MAX = 100_000

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
"""Words of a person, up to 4,000 characters."""
Note = Annotated[str, msgspec.Meta(max_length=TEXT_CHARACTERS_MAX)]
"""As ``Text``, or empty where there is nothing to say."""
Sentence = Annotated[str, msgspec.Meta(min_length=1, max_length=SENTENCE_CHARACTERS_MAX)]
"""One reason, finding or warning of a list, up to 1,000 characters."""
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_CHARACTERS_MAX)]
"""A name of a person, place or thing, up to 200 characters."""
Label = Annotated[str, msgspec.Meta(max_length=LABEL_CHARACTERS_MAX)]
"""A short text as written, up to 254 characters (the longest e-mail address); empty where there is none."""
SignedText = Annotated[str, msgspec.Meta(min_length=1, max_length=PROOF_CHARACTERS_MAX)]
"""A signed note, receipt or key, verbatim, up to 16,000 characters."""
Sha256 = Annotated[str, form(HASH)]
"""SHA-256 as 64 lower-case hexadecimal digits."""
Key256 = Annotated[str, form(HASH)]
"""256 bits of a key, as 64 lower-case hexadecimal digits."""
AuthorId = Annotated[str, form(f"system|{UUID7}")]
"""A staff id, or ``system``."""
CivilDate = Annotated[str, form(CIVIL_DATE)]
"""A whole day, ``YYYY-MM-DD``, without a time zone: the calendar day where it happened."""
WrittenDate = Annotated[str, form(WRITTEN_DATE)]
"""A date as it was written: ``YYYY-MM-DD``, or only ``YYYY-MM`` or ``YYYY``."""
Instant = Annotated[str, form(INSTANT)]
"""A moment in UTC with milliseconds, ``2026-11-21T01:09:09.123Z``."""
ClockTime = Annotated[str, form(f"{CLOCK_TIME}|")]
"""Hours and minutes on the district's clock, ``08:30``; empty where nobody said."""
SchoolYear = Annotated[str, form("[0-9]{4}-[0-9]{4}|")]
"""A school year, ``2006-2007``; empty where nobody said."""
Cvx = Annotated[str, form("[0-9]{2,3}")]
"""CDC's code of a vaccine as given, with leading zeroes (``03`` is MMR)."""
Mvx = Annotated[str, form("[A-Z]{2,4}")]
"""CDC's code of a manufacturer."""
DoseMl = Annotated[float, msgspec.Meta(gt=0, le=5)]
"""Volume of one dose in millilitres."""
Count = Annotated[int, msgspec.Meta(ge=0, lt=COUNT_LIMIT)]
"""How many, from 0; below 2^53, so that every language counts alike."""

_T = TypeVar("_T")
Few = Annotated[tuple[_T, ...], msgspec.Meta(max_length=FEW_MAX)]
"""A list of at most 20."""
Many = Annotated[tuple[_T, ...], msgspec.Meta(max_length=MANY_MAX)]
"""A list of at most 100."""
Roster = Annotated[tuple[_T, ...], msgspec.Meta(max_length=ROSTER_STUDENTS_MAX)]
"""A list of at most 1,000 students; a longer one takes several events."""

Antigen = Literal[
    "diphtheria",
    "tetanus",
    "pertussis",
    "polio",
    "measles",
    "mumps",
    "rubella",
    "hib",
    "hepatitis_b",
    "hepatitis_a",
    "varicella",
    "pneumococcal",
    "meningococcal",
    "influenza",
    "hpv",
    "rotavirus",
    "covid_19",
]
"""What a vaccine protects against, and what a rule asks for."""
Language = Annotated[str, form("[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")]
"""A BCP 47 language tag: ``en``, ``es``, ``so``."""


class Payload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What every payload is: immutable, keyword-only, defaults left out of its bytes.

    Unknown fields are kept in the stored bytes and passed over when read, so that a reader one version
    behind still shows what it understands. None can hold itself, so the collector need not look at them.
    """


class PersonName(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A name as the person writes it; ``family`` may hold several words."""

    given: Name
    family: Name
    middle: Label = ""
    suffix: Label = ""


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address in the United States, or ``lines`` alone for any other."""

    lines: Annotated[tuple[Name, ...], msgspec.Meta(max_length=ADDRESS_LINES_MAX)]
    city: Label = ""
    state: Label = ""
    postal_code: Label = ""


class Giver(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who gave a vaccine: name, title and address, copied into the dose (42 U.S.C. 300aa-25(a)(4))."""

    name: Name
    title: Name
    address: Address
    staff: StaffId | None = None


class Photo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A paper's picture: SHA-256 and size in bytes of its plain content; it travels apart, sealed (docs/sync.md).

    The key lies in this event and nowhere else: whoever cannot open the event cannot open the picture, and what
    destroys the event's stream destroys both.
    """

    sha256: Sha256
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=10 * 1024 * 1024)]
    sealed: Sha256 | None = None
    """SHA-256 of the bytes that travel and are kept, and the name they are asked for by."""
    key: Key256 | None = None
    """AES-256-GCM, made for this one picture."""


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a historical fact comes from and who wrote it down (S3, Att 2: source and recorder's initials)."""

    source: Literal["paper", "registry", "other_school", "parent", "clinic_record", "import_file"]
    recorder: Name
    detail: Note = ""
    """For an import: the file's name and line. For a paper: what kind."""


class EventType(msgspec.Struct, frozen=True):
    """One row of the catalogue.

    ``authors`` are the roles that may write it; ``source`` cites statute, rule or design.
    ``schema`` is the current payload version; older ones are read through ``events.upcast``.
    """

    name: str
    payload: type[Payload]
    stream: str
    authors: tuple[Role, ...]
    source: str
    schema: int = 1


SYSTEM = (Role.SYSTEM,)
OFFICE = (Role.HEALTH_OFFICE, Role.ADMINISTRATOR, Role.SYSTEM)
CARE = (Role.NURSE, Role.HEALTH_OFFICE, Role.SYSTEM)
FILES = (Role.RECORDS, Role.HEALTH_OFFICE, Role.SYSTEM)
DECIDERS = (Role.ADMINISTRATOR,)
RUNNERS = (Role.DISTRICT_ADMIN, Role.SYSTEM)

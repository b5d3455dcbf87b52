"""How an event type is declared, and the small shapes that many payloads share.

A payload is a frozen struct whose docstring says what fact it records, in which units, and on what
ground. Beside it stands one ``EventType`` row: name, stream kind, who may author it, source. The rows
of all modules make the catalogue; ``docs/events.md``, the JSON Schemas and the TypeScript types are
generated from it, so a fact is described once.
"""

from typing import Annotated, Literal

import msgspec

from events.ids import StaffId
from events.roles import Role

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
CivilDate = Annotated[str, msgspec.Meta(pattern=r"^(19|20|21)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
"""A whole day, ``YYYY-MM-DD``, without a time zone: the calendar day where it happened."""
WrittenDate = Annotated[str, msgspec.Meta(pattern=r"^(19|20|21)\d{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
"""A date as it was written: ``YYYY-MM-DD``, or only ``YYYY-MM`` or ``YYYY``."""
Instant = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
"""A moment in UTC with milliseconds, ``2026-11-21T01:09:09.123Z``."""
Cvx = Annotated[str, msgspec.Meta(pattern=r"^\d{2,3}$")]
"""CDC's code of a vaccine as given, with leading zeroes (``03`` is MMR)."""
Mvx = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2,4}$")]
"""CDC's code of a manufacturer."""

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
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A BCP 47 language tag: ``en``, ``es``, ``so``."""


class Payload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every payload is: immutable, keyword-only, defaults left out of its bytes.

    Unknown fields are kept in the stored bytes and passed over when read, so that a reader one version
    behind still shows what it understands.
    """


class PersonName(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A name as the person writes it; ``family`` may hold several words."""

    given: Name
    family: Name
    middle: str = ""
    suffix: str = ""


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address in the United States, or ``lines`` alone for any other."""

    lines: tuple[Name, ...]
    city: str = ""
    state: str = ""
    postal_code: str = ""


class Giver(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who gave a vaccine: name, title and address, copied into the dose (42 U.S.C. 300aa-25(a)(4))."""

    name: Name
    title: Name
    address: Address
    staff: StaffId | None = None


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A paper's picture: SHA-256 and size in bytes of its plain content; it travels apart from the event."""

    sha256: Sha256
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=10 * 1024 * 1024)]


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a historical fact comes from and who wrote it down (S3, Att 2: source and recorder's initials)."""

    source: Literal["paper", "registry", "other_school", "parent", "clinic_record", "import_file"]
    recorder: Name
    detail: str = ""
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

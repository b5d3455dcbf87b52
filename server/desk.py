"""The desk: an open district with its records read, and the duty to write down who looked.

    async with open_desk(settings, "replay", reader) as desk:
        student = desk.records.student(desk.records.find(asked))
        await desk.viewed([student], "replay")

Reading a child's record is recorded (34 CFR 99.32; design, section 10) by the command's own seat, under the
staff member who asked (``--as LOGIN``) or ``system``. What is shown may be refused; what was recorded stays.
"""

import os
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date
from typing import TypeVar

import msgspec

from events.catalog import Payload
from events.catalog.disclosures import RecordViewed, Viewing
from events.catalog.event_type import MANY_MAX
from events.catalog.people import AccessRefused
from events.dates import partial_date, write_instant
from events.envelope import SYSTEM_AUTHOR
from events.errors import Refused
from events.ids import StaffId, access_stream, stream_of, uuid7
from events.roles import Role
from projections.directory import Directory
from projections.student import Student
from server.bundle.gather import fact_of_row
from server.district import Clock, District, open_district, wall_clock
from server.records import Records, read_records
from server.settings import Settings

Typed = TypeVar("Typed", bound=Payload)
LOOKERS = frozenset({Role.HEALTH_OFFICE, Role.RECORDS, Role.ADMINISTRATOR, Role.AUDITOR})
"""Who may look at every child's file from a command. A nurse sees her clinic's, on her phone."""
FILE_MOVERS = frozenset({Role.RECORDS, Role.HEALTH_OFFICE})
"""Who may ask for, send and take in files: the authors of ``transfer.…`` events."""

GROUND = "legitimate educational interest: staff of the district (34 CFR 99.31(a)(1))"


class Desk:
    """One command's view of one district. ``records`` are as of the moment the desk was opened."""

    def __init__(self, district: District, records: Records, login: str) -> None:
        self.district = district
        self.records = records
        self._reader = records.staff(login) if login else None

    @property
    def today(self) -> date:
        """The district's civil day now."""
        return self.records.policy.civil_day(self.district.clock())

    def new_id(self) -> str:
        """An id for a new stream."""
        return uuid7(self.district.clock(), os.urandom(10))

    async def viewed(self, students: Iterable[Student], part: str) -> None:
        """Record that these children's records were read, in one commit."""
        at = write_instant(self.district.clock())
        seat = await self.district.seat()
        viewings = [Viewing(student, at, part) for one in students for student in one.streams]
        stream = access_stream(self._reader or StaffId(seat.device), at[:7])
        batches = [viewings[i : i + MANY_MAX] for i in range(0, len(viewings), MANY_MAX)]
        reader = self._reader or SYSTEM_AUTHOR
        facts = [
            (stream, RecordViewed(staff=reader, ground=GROUND, viewings=tuple(batch), device=seat.device))
            for batch in batches
        ]
        if facts:
            await seat.record(facts)


@asynccontextmanager
async def open_desk(
    settings: Settings,
    label: str,
    login: str = "",
    clock: Clock = wall_clock,
    roles: frozenset[Role] = LOOKERS,
) -> AsyncIterator[Desk]:
    """Open the district and read it; close it on leaving.

    Raises Refused for an unknown login, and for one without any of the ``roles``. Without a login the
    command's operator works, who holds the keys of this home.
    """
    async with open_district(settings, clock, "command", label) as district:
        desk = Desk(district, await read_records(district), login)
        if login:
            await _require(district, desk.records.staff(login), roles, label)
        yield desk


async def _require(district: District, staff: StaffId, roles: frozenset[Role], deed: str) -> None:
    """A role held now, anywhere; a refusal is on record before it is said."""
    directory, stream = Directory(), stream_of("staff", staff)
    for row in await district.log.read_streams([stream], (await district.log.head()).checkpoint.size):
        if (fact := fact_of_row(row)) is not None:
            directory.apply(fact)
    if directory.roles_now(staff).isdisjoint(roles):
        message = f"{deed} takes the role {' or '.join(sorted(role.value for role in roles))}"
        await district.record([(stream, AccessRefused(attempted=deed, code="not-allowed", message=message))])
        raise Refused("not-allowed", message)


def civil_date(text: str) -> date:
    """A whole date typed by a person. Raises Refused that says how to write it."""
    try:
        written = partial_date(text)
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refused("bad-date", f"{text!r} is not a whole date: write YYYY-MM-DD") from error


def day_or_none(text: str) -> str | None:
    """A whole date typed by a person, or None for an option left out."""
    return civil_date(text).isoformat() if text else None


def typed(kind: type[Typed], /, **fields: object) -> Typed:
    """A payload from what a person typed. Raises Refused that names the field that breaks its rule."""
    try:
        return msgspec.convert({name: value for name, value in fields.items() if value is not None}, kind)
    except msgspec.ValidationError as error:
        rule, _, field = str(error).partition(" - at `$.")
        raise Refused(
            "bad-field", f"{field.rstrip('`').replace('_', ' ') or 'the entry'}: {_in_words(rule)}"
        ) from error


def _in_words(rule: str) -> str:
    """msgspec's rule as a person would say it; its own words where there are none."""
    if rule.endswith("length >= 1"):
        return "must not be empty"
    if found := re.fullmatch(r"Expected `str` of length <= (\d+)", rule):
        return f"at most {found[1]} characters"
    if rule.startswith("Object missing required field"):
        return rule.replace("Object missing required field", "missing:")
    return "is not written as it must be: see --help" if "matching regex" in rule else rule

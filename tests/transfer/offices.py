"""Whole districts on a disk of their own, with a clock the test turns, and a child in one of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from events.catalog import Payload
from events.catalog.doses import DoseRecorded
from events.catalog.event_type import PersonName
from events.catalog.facilities import FacilityOpened
from events.catalog.students import Identifier, StudentRegistered
from events.ids import DistrictId, FacilityId, Position, Stream, StudentId, stream_of, uuid7
from projections.fold import Fact
from server.bundle.gather import fact_of_row
from server.commands.student import enroll
from server.district import found_district, open_district
from server.settings import Settings
from tests.projections.given import KINDER_DOSES, PAPER


class Office:
    """One district on a disk of its own, with a clock the test turns."""

    def __init__(self, home: Path, name: str) -> None:
        self.settings = Settings(home / name, DistrictId(name), "log.example", "127.0.0.1", 0)
        self.at = datetime(2026, 9, 1, 14, tzinfo=UTC)
        self.made = 0

    def clock(self) -> datetime:
        self.at += timedelta(milliseconds=5)
        return self.at

    def make_id(self) -> str:
        self.made += 1
        return uuid7(self.at, self.made.to_bytes(10))

    async def write(self, *facts: tuple[Stream, Payload]) -> list[str]:
        async with open_district(self.settings, self.clock, "command", "test") as district:
            return [str(event) for event in await district.record(facts)]

    async def facts(self) -> list[Fact]:
        async with open_district(self.settings, self.clock, "command", "test") as district:
            rows = [row async for row in district.log.read(Position(0))]
        return [fact for fact in map(fact_of_row, rows) if fact is not None]

    async def of(self, kind: type[Payload]) -> list[Payload]:
        return [fact.payload for fact in await self.facts() if isinstance(fact.payload, kind)]


async def founded(home: Path, name: str) -> Office:
    office = Office(home, name)
    await found_district(office.settings, office.clock, f"District {name}", "school_district", "America/Chicago")
    school = FacilityId(office.make_id())
    opened = FacilityOpened(name="Lincoln School", kind="elementary")
    await office.write((stream_of("facility", school), opened))
    return office


async def ada(office: Office) -> StudentId:
    """Ada, complete for kindergarten, in school since 2021."""
    student = StudentId(office.make_id())
    stream = stream_of("student", student)
    registered = StudentRegistered(
        name=PersonName(given="Ada", family="Okafor"),
        birth_date="2015-06-15",
        identifiers=(Identifier("sis", "4711"), Identifier("state", "9001")),
    )
    doses = [DoseRecorded(told=PAPER, cvx=cvx, given_on=day) for cvx, day in KINDER_DOSES]
    await office.write((stream, registered), *((stream, dose) for dose in doses))
    told = {"facility": "Lincoln", "first_day": "2021-09-07", "grade": "K", "kindergarten_term": "2021-2022"}
    await enroll(office.settings, student, told, office.clock)
    return student

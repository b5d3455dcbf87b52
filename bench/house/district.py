"""A district for the sync benches: students with believable files, one clinic, and devices that made doses offline.

await furnish(home, students=2_000, events=40_000)     the log as imports and years of clinics leave it
fleet = await enroll(home, folder, devices=200)        device files, each with its seat
await record(fleet, events=50)                         signed and stored on each device, no network
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

from bench.house.served import serving, settings_of
from client_sync.replica import Replica, open_replica
from client_sync.transport import HttpTransport
from events.catalog import Payload
from events.catalog.clinics import ClinicPlanned, RosterAdded
from events.catalog.doses import DoseAdministered, DoseRecorded
from events.catalog.event_type import Address, Giver, PersonName, Told
from events.catalog.facilities import FacilityOpened
from events.catalog.people import RoleGranted, StaffRegistered
from events.catalog.students import EnrollmentBegan, StudentRegistered
from events.ids import ClinicId, FacilityId, StaffId, Stream, StudentId, stream_of, uuid7
from server.district import found_district, open_district, wall_clock
from server.home import Home
from server.identity.enrolment import Enrolment
from server.identity.store import IdentityStore

GIVEN = ("Amina", "Björn", "Chue", "Dolores", "Elias", "Fatuma", "Greta", "Hmong")
FAMILY = ("Abdi", "Berg", "Cruz", "Dahl", "Engström", "Fox", "Garcia", "Hassan", "Ito", "Jensen")
VACCINES = ("20", "10", "03", "08", "21", "133", "83", "49")
ADDRESS = Address(lines=("1 Main St",), city="Saint Paul", state="MN", postal_code="55101")
GIVER = Giver(name="N. Nurse", title="RN", address=ADDRESS)
SECRET = bytes(32)
CHUNK = 1_000


class Place:
    """The ids the benches need to know."""

    def __init__(self, students: int) -> None:
        self.clinic, self.facility, self.nurse = ClinicId(new_id()), FacilityId(new_id()), StaffId(new_id())
        self.students = [StudentId(new_id()) for _ in range(students)]

    @property
    def scope(self) -> str:
        return f"clinic/{self.clinic}"


def new_id() -> str:
    return uuid7(wall_clock(), os.urandom(10))


async def furnish(home: Path, students: int, events: int) -> Place:
    """Found the district and fill it: each student registered, enrolled and with an equal share of past doses."""
    place = Place(students)
    settings = settings_of(home)
    await found_district(settings, wall_clock, "Bench", "school_district", "America/Chicago")
    async with open_district(settings, wall_clock, "import", "bench") as district:
        planned = ClinicPlanned(name="Gym", facility=place.facility, address=ADDRESS, on="2026-11-21")
        nurse = StaffRegistered(name="N. Nurse", title="RN", address=ADDRESS, login="nurse")
        await district.record([
            (stream_of("facility", place.facility), FacilityOpened(name="Elm", kind="elementary")),
            (stream_of("staff", place.nurse), nurse),
            (stream_of("staff", place.nurse), RoleGranted(role="nurse")),
            (stream_of("clinic", place.clinic), planned),
        ])  # fmt: skip
        for at in range(0, students, CHUNK):
            added = RosterAdded(students=tuple(place.students[at : at + CHUNK]))
            await district.record([(stream_of("clinic", place.clinic), added)])
        facts = [fact for number in range(students) for fact in _file(place, number, events // students)]
        for at in range(0, len(facts), CHUNK):
            await district.record(facts[at : at + CHUNK])
        await district.reading.clinics()  # a district at work has its tables; building them is another bench's
    return place


def _file(place: Place, number: int, events: int) -> list[tuple[Stream, Payload]]:
    born = date(2012, 1, 1) + timedelta(days=(number * 37) % 2_500)
    stream = stream_of("student", place.students[number])
    name = PersonName(given=GIVEN[number % len(GIVEN)], family=FAMILY[number // 3 % len(FAMILY)])
    begun = date(born.year + 5 + (born.month > 8), 9, 5)
    facts: list[Payload] = [
        StudentRegistered(name=name, birth_date=born.isoformat()),
        EnrollmentBegan(
            facility=place.facility, kind="elementary", basis="full", first_day=begun.isoformat(), grade="K"
        ),
    ]
    told = Told(source="registry", recorder="MIIC")
    for dose in range(events - len(facts)):
        given = born + timedelta(days=61 * (dose // 3 + 1))
        facts.append(DoseRecorded(told=told, cvx=VACCINES[dose % len(VACCINES)], given_on=given.isoformat()))
    return [(stream, fact) for fact in facts[:events]]


class Fleet:
    """Device files in a folder."""

    def __init__(self, folder: Path, devices: int) -> None:
        self.paths = [folder / f"{number}.db" for number in range(devices)]

    def at(self, folder: Path) -> "Fleet":
        """The same fleet after its files were copied."""
        return Fleet(folder, len(self.paths))

    @asynccontextmanager
    async def device(self, number: int, wire: HttpTransport) -> AsyncIterator[Replica]:
        async with open_replica(self.paths[number], SECRET, wire) as replica:
            yield replica


async def enroll(home: Path, place: Place, folder: Path, devices: int, scope: bool = False) -> Fleet:
    """Enroll by one-time codes with a real server."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    fleet = Fleet(folder, devices)
    async with serving(home) as server, HttpTransport(server.url) as wire:
        for number in range(devices):
            async with IdentityStore(Home(home).identity) as store:
                code, _ = await Enrolment(store, os.urandom).issue(place.nurse, wall_clock())
            async with fleet.device(number, wire) as replica:
                await replica.enroll(code, f"phone {number}", "phone")
                if scope:
                    await replica.choose(place.scope)
    return fleet


async def record(fleet: Fleet, place: Place, events: int) -> None:
    """Doses given without a network, spread over the students."""
    async with HttpTransport("http://127.0.0.1:9") as nowhere:
        for number in range(len(fleet.paths)):
            async with fleet.device(number, nowhere) as replica:
                for dose in range(events):
                    student = place.students[(number * events + dose) % len(place.students)]
                    await replica.record(stream_of("student", student), a_dose(place.clinic))


def a_dose(clinic: ClinicId) -> DoseAdministered:
    return DoseAdministered(
        cvx="03", given_on="2026-11-21", lot="W028843", mvx="MSD", site="left_deltoid", route="SC", dose_ml=0.5,
        giver=GIVER, clinic=clinic, funding="vfc",
    )  # fmt: skip

"""A real server for the tests: a founded district on disk, uvicorn on a free port in this process, real clients.

    async with open_house(path) as house:
        phone = await house.enroll(house.anna)
        answer = await phone.sync(phone.writer.write(stream, a_dose()))

Only the clock can be turned, and passwords are hashed with small parameters.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import uvicorn
from argon2 import PasswordHasher

from events.catalog import Payload
from events.catalog.clinics import ClinicPlanned, RosterAdded
from events.catalog.event_type import Address, PersonName
from events.catalog.facilities import FacilityOpened
from events.catalog.people import RoleGranted, StaffRegistered
from events.catalog.students import EnrollmentBegan, StudentRegistered
from events.checkpoint import epoch_of
from events.envelope import SignedEvent, event_hash
from events.ids import ClinicId, DistrictId, FacilityId, StaffId, Stream, StudentId, stream_of
from events.receipt import encode_receipt, verify_receipt
from events.wire import (
    Accepted,
    Answer,
    Cursor,
    Duplicate,
    Enrolled,
    EnrollRequest,
    Pull,
    Quarantined,
    SyncResponse,
    from_wire,
    to_wire,
    unb64,
)
from server.app import create_app
from server.commands.serve import server_config
from server.district import District, found_district, open_district
from server.identity.credentials import Credentials
from server.identity.enrolment import Enrolment
from server.identity.passwords import Passwords
from server.settings import Settings
from tests.server.making import START, Writer, a_dose, make_id

PASSWORD = "correct horse battery"
ZONE = "America/Chicago"
DISTRICT = DistrictId("isd-900")
SCHOOL, OTHER_SCHOOL = FacilityId(make_id("school")), FacilityId(make_id("other school"))
CLINIC, OTHER_CLINIC = ClinicId(make_id("clinic")), ClinicId(make_id("other clinic"))
CHILDREN = {name: StudentId(make_id(f"child {name}")) for name in ("Ada Okafor", "Bea Lindqvist", "Núria Garcia-Lopez")}
ADA, BEA, NURIA = CHILDREN.values()
WORK = Address(lines=("1 Main St",), city="Minneapolis")


class Turnable:
    """A clock that stands still, an hour after the writers' first event, until it is turned."""

    def __init__(self) -> None:
        self.now = START + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


class House:
    """The running server and what is known about it."""

    def __init__(
        self, server: uvicorn.Server, url: str, district: District, clock: Turnable, http: httpx.AsyncClient
    ) -> None:
        self.server, self.url, self.district, self.clock, self.http = server, url, district, clock, http
        self.staff = {name: StaffId(make_id(f"staff {name}")) for name in ("anna", "olga", "root", "rita")}

    @property
    def today(self) -> date:
        """The district's day."""
        return self.clock().astimezone(ZoneInfo(ZONE)).date()

    async def tell(self, stream: Stream, *payloads: Payload) -> None:
        """Facts written by the system, as an office command would."""
        await self.district.record([(stream, payload) for payload in payloads])

    async def caught_up(self) -> None:
        """The server has read all that was told: nobody is shown a head that it does not stand at."""
        origin = (await self.district.log.head()).checkpoint.origin
        answer = await self.http.get(f"/log/{DISTRICT}/{epoch_of(origin)}/checkpoint")
        assert answer.status_code == 200, answer.text

    async def hire(self, name: str, *roles: RoleGranted) -> None:
        person = StaffRegistered(name=f"{name.title()} Ek", title="RN", address=WORK, login=name)
        await self.tell(stream_of("staff", self.staff[name]), person, *roles)

    async def code(self, name: str) -> str:
        """A one-time code, as ``doseledger device code`` gives it."""
        async with self.district.identities() as store:
            code, _ = await Enrolment(store, os.urandom).issue(self.staff[name], self.clock())
            return code

    async def enroll(self, name: str = "anna", device: str = "phone") -> "Phone":
        writer = Writer(make_id(f"unused {device}"), self.staff[name])
        asked = EnrollRequest(await self.code(name), writer.key.public.hex(), f"{name}'s {device}")
        answer = await self.http.post("/enroll", content=msgspec.json.encode(asked))
        assert answer.status_code == 200, answer.text
        return Phone(self, msgspec.json.decode(answer.content, type=Enrolled), writer)

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.http.post(
            "/api/session", json={"login": name, "password": password}, headers={"X-Doseledger": "1"}
        )


class Phone:
    """An enrolled device and its seat."""

    def __init__(self, house: House, enrolled: Enrolled, writer: Writer) -> None:
        self.house, self.enrolled, self.writer = house, enrolled, writer
        writer.device, writer.seat = enrolled.device, enrolled.seat
        self.headers = {"Authorization": f"Bearer {enrolled.token}"}

    async def post(self, body: bytes) -> httpx.Response:
        return await self.house.http.post("/sync", content=body, headers=self.headers)

    async def turn(
        self,
        *events: SignedEvent,
        scope: str = "",
        cursor: Cursor | None = None,
        limit: int = 500,
        since: int | None = None,
        digests: bool = False,
    ) -> SyncResponse:
        pull = Pull(scope, cursor, limit, digests) if scope else None
        return await self.raw_turn([msgspec.json.encode(to_wire(event)) for event in events], pull, since)

    async def raw_turn(self, push: Sequence[bytes], pull: Pull | None = None, since: int | None = None) -> SyncResponse:
        body = {"push": [msgspec.Raw(raw) for raw in push], "pull": pull, "since": since, "version": 1}
        answer = await self.post(msgspec.json.encode(body))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=SyncResponse)

    async def push(self, *events: SignedEvent) -> tuple[Answer, ...]:
        """The answers, each proven against the answer's checkpoint and the pinned log key."""
        response = await self.turn(*events)
        for answer in response.answers:
            prove(answer, response.checkpoint, self.enrolled.log_key)
        return response.answers

    def dose(self, child: StudentId = ADA, cvx: str = "03", **changed: Any) -> SignedEvent:
        return self.writer.write(stream_of("student", child), a_dose(cvx), **changed)


def prove(answer: Answer, checkpoint: str, log_key: str) -> str:
    """Make the answer's receipt and verify it as a device does. Returns the receipt."""
    match answer:
        case Accepted(event_hash=named) | Duplicate(event_hash=named):
            pass
        case Quarantined(record=record):
            named = event_hash(from_wire(record))
    proof = answer.proof
    receipt = encode_receipt(unb64(proof.entry), proof.position, [unb64(node) for node in proof.path], checkpoint)
    assert verify_receipt(receipt, named, log_key).position == proof.position
    return receipt


def settings_for(home: Path, database_url: str = "") -> Settings:
    return Settings(home, DISTRICT, "log.example", "127.0.0.1", 0, database_url=database_url)


async def found(home: Path, clock: Turnable, database_url: str = "") -> Settings:
    """An empty district with its keys."""
    settings = settings_for(home, database_url)
    await found_district(settings, clock, "Independent School District 900", "school_district", ZONE)
    return settings


@asynccontextmanager
async def open_house(home: Path, web_dist: Path | None = None, database_url: str = "") -> AsyncIterator[House]:
    """Found, furnish, serve; stop as SIGTERM does. A second time on the same home it serves what is there."""
    clock = Turnable()
    is_new = not (home / "keys").exists()
    settings = await found(home, clock, database_url) if is_new else settings_for(home, database_url)
    async with open_district(settings, clock, "server", "test server") as district:
        passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        app = create_app(settings, clock, district, passwords=passwords, web_dist=web_dist or home / "no web app")
        server = uvicorn.Server(server_config(app, "127.0.0.1", 0))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            assert not serving.done(), serving.result()
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, timeout=20) as http:
            house = House(server, url, district, clock, http)
            try:
                if is_new:
                    await furnish(house, passwords)
                yield house
            finally:
                server.should_exit = True
                await serving


async def furnish(house: House, passwords: Passwords) -> None:
    """A school with three children, a clinic with two of them, and staff for each role the tests need."""
    for facility, name in ((SCHOOL, "Elm"), (OTHER_SCHOOL, "Oak")):
        await house.tell(stream_of("facility", facility), FacilityOpened(name=name, kind="elementary"))
    for name, child in CHILDREN.items():
        given, family = name.split(" ")
        await house.tell(
            stream_of("student", child),
            StudentRegistered(name=PersonName(given=given, family=family), birth_date="2015-06-15"),
            EnrollmentBegan(facility=SCHOOL, kind="elementary", basis="full", first_day="2021-09-07", grade="K"),
        )
    for clinic, on in ((CLINIC, "2026-11-21"), (OTHER_CLINIC, "2026-11-22")):
        planned = ClinicPlanned(name=f"Gym {on}", facility=None, address=WORK, on=on)
        await house.tell(stream_of("clinic", clinic), planned)
    await house.tell(stream_of("clinic", CLINIC), RosterAdded(students=(ADA, BEA)))
    await house.hire("anna", RoleGranted(role="nurse", clinic=CLINIC))
    await house.hire("olga", RoleGranted(role="health_office"))
    await house.hire("root", RoleGranted(role="district_admin"))
    await house.hire("rita", RoleGranted(role="records", facility=OTHER_SCHOOL))
    async with house.district.identities() as store:
        for staff in house.staff.values():
            await Credentials(store, passwords).set_password(staff, PASSWORD, house.clock())
    await house.caught_up()

"""A small district with its server, running in a thread beside the browser: 20 children, one nurse, one clinic.

    with open_school(path) as school:
        page.goto(school.url)
        school.doses_of(child)        what the server's log holds of a child, read from the log itself

Clock, keys and passwords are real (passwords hashed with small parameters).
"""

import asyncio
import hashlib
import os
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import uvicorn
from argon2 import PasswordHasher

from events.catalog import Payload
from events.catalog.clinics import ClinicPlanned, ClinicStaffed, OrderIssued, RosterAdded, RosterRemoved
from events.catalog.consents import ConsentGiven, ConsentRefused, EligibilityStated, PacketGiven, ScreeningAnswered
from events.catalog.doses import DoseAdministered, DoseRecorded
from events.catalog.event_type import Address, PersonName, Told
from events.catalog.facilities import FacilityOpened
from events.catalog.people import RoleGranted, StaffRegistered
from events.catalog.statements import StatementChecked, StatementReceived
from events.catalog.stock import StockHeld, StockLoaded, TemperatureRead
from events.catalog.students import AllergyRecorded, Contact, ContactsRecorded, EnrollmentBegan, StudentRegistered
from events.ids import ClinicId, DistrictId, FacilityId, StaffId, Stream, StudentId, stream_of, uuid7
from events.roles import Role
from projections.fold import Fact, fact_of
from server.app import create_app
from server.commands.serve import server_config
from server.district import District, found_district, open_district, wall_clock
from server.identity.credentials import Credentials
from server.identity.enrolment import Enrolment
from server.identity.passwords import Passwords
from server.identity.store import IdentityStore
from server.identity.tokens import show_code
from server.settings import Settings

LOGIN, PASSWORD = "anna", "correct horse battery"
NURSE = "Anna Ekström"
COLLEAGUE = "Ben Carlson"
ZONE = "America/Chicago"
WORK = Address(lines=("410 Aspen Ave",), city="Grand Rapids", state="MN", postal_code="55744")
NAMES = (
    ("Núria", "Garcia-Lopez", "2014-03-02"),
    ("Ada", "Okafor", "2013-11-30"),
    ("Zoë", "Lindqvist", "2014-07-19"),
    ("Mohamed", "Abdi Warsame", "2014-01-08"),
    ("Pa Houa", "Xiong", "2013-12-24"),
    ("Joaquín", "Ñandú", "2014-05-05"),
    ("Wren", "White Feather", "2014-02-14"),
    ("Elise", "Sørensen", "2014-09-01"),
    ("Tomás", "Herrera", "2014-04-27"),
    ("Ifrah", "Jama", "2013-10-11"),
    ("Bea", "Kowalczyk", "2014-06-30"),
    ("Cade", "Nordstrom", "2014-08-12"),
    ("Maya", "Patel", "2014-03-21"),
    ("Owen", "O'Brien", "2013-12-01"),
    ("Lía", "Fuentes", "2014-01-31"),
    ("Soren", "Dahl", "2014-10-09"),
    ("Amina", "Yusuf", "2014-02-28"),
    ("Gus", "Petersen", "2014-05-17"),
    ("Kou", "Vang", "2014-07-04"),
    ("Hazel", "Brandt", "2013-11-02"),
)
_INFANT = ("20", "20", "20", "20", "10", "10", "10", "08", "08", "08", "03", "21")
_AGES_DAYS = (62, 123, 184, 460, 62, 123, 190, 1, 62, 184, 395, 400)
_STORIES: tuple[tuple[str, ...], ...] = (
    (*_INFANT, "20", "10", "03", "21"),
    _INFANT,
    (*_INFANT, "20", "10", "03"),
    (),
)
"""CVX codes on record, by turns: the whole of kindergarten, the infant series, varicella once, nothing."""

VACCINES = ("115", "03", "21", "08")
NO_CONSENT, CONTESTED, NOT_SCREENED, ALLERGIC = "Pa Houa", "Amina", "Bea", "Joaquín"
NO_PACKET, NOT_ASKED = "Hazel", "Cade"
"""Children about whom something stands against a dose; nothing does about the others."""

Result = TypeVar("Result")


def make_id(word: str) -> str:
    return uuid7(wall_clock(), hashlib.sha256(f"{word} {os.getpid()}".encode()).digest()[:10])


class Child(msgspec.Struct, frozen=True):
    """One child of the roster."""

    id: StudentId
    given: str
    family: str
    born: str

    @property
    def stream(self) -> Stream:
        return stream_of("student", self.id)

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}"


class School:
    """The running server and what is known about it. Safe to call from the test's own thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, district: District, server: uvicorn.Server, url: str) -> None:
        self.loop, self.district, self.server, self.url = loop, district, server, url
        self.stop = asyncio.Event()
        self.nurse = StaffId(make_id("staff anna"))
        self.colleague = StaffId(make_id("staff ben"))
        self.clinic = ClinicId(make_id("clinic"))
        self.facility = FacilityId(make_id("school"))
        self.today = wall_clock().astimezone(ZoneInfo(ZONE)).date()
        self.children = tuple(Child(StudentId(make_id(given)), given, family, born) for given, family, born in NAMES)

    def run(self, deed: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(deed, self.loop).result(timeout=30)

    def tell(self, stream: Stream, *payloads: Payload) -> None:
        """Facts written by the office."""
        self.run(self.district.record([(stream, payload) for payload in payloads]))

    def code(self, staff: StaffId | None = None) -> str:
        """A one-time code for the nurse, or for somebody else, as the office reads it out."""
        return self.run(self._code(staff or self.nurse))

    async def _code(self, staff: StaffId) -> str:
        async with IdentityStore(self.district.home.identity) as store:
            code, _ = await Enrolment(store, os.urandom).issue(staff, wall_clock())
            return show_code(code)

    def child(self, given: str) -> Child:
        return next(child for child in self.children if child.given == given)

    def facts_of(self, stream: Stream) -> list[Fact]:
        """What the log holds in a stream, in order."""
        return self.run(self._facts_of(stream))

    async def _facts_of(self, stream: Stream) -> list[Fact]:
        head = await self.district.log.head()
        stored = await self.district.log.read_streams([stream], head.checkpoint.size)
        return [fact_of(row.event, row.position, row.received_at) for row in stored if row.event is not None]

    def from_phones(self, child: Child) -> list[Fact]:
        """The facts about a child that the nurse signed, in log order."""
        return [fact for fact in self.facts_of(child.stream) if fact.header.author == self.nurse]

    def doses_given(self, child: Child) -> list[Fact]:
        """The doses of a child that were given here, in log order."""
        return [fact for fact in self.facts_of(child.stream) if isinstance(fact.payload, DoseAdministered)]

    def log_size(self) -> int:
        return self.run(self.district.log.head()).checkpoint.size

    def take_off_roster(self, child: Child) -> None:
        self.tell(stream_of("clinic", self.clinic), RosterRemoved(students=(child.id,), reason="moved"))

    async def furnish(self, passwords: Passwords) -> None:
        """Everything the office would have entered before the day."""
        record = self.district.record
        school = stream_of("facility", self.facility)
        await record(
            [(school, FacilityOpened(name="Aspen Middle School", kind="secondary", address=WORK, phone="218-555-0100"))]
        )
        await record(self._staff())
        for number, child in enumerate(self.children):
            await record([(child.stream, payload) for payload in self._arrival(child)])
            ids = await record([(child.stream, self._paper(child))])
            checked: list[Payload] = [StatementChecked(event=ids[0], outcome="accepted")]
            doses = _history(child, _STORIES[number % len(_STORIES)])
            await record([(child.stream, payload) for payload in (*checked, *doses, *self._checked_in(child))])
        await record([(stream_of("clinic", self.clinic), payload) for payload in self._clinic()])
        async with IdentityStore(self.district.home.identity) as store:
            await Credentials(store, passwords).set_password(self.nurse, PASSWORD, wall_clock())

    def _staff(self) -> list[tuple[Stream, Payload]]:
        people = ((self.nurse, NURSE, "RN, licensed school nurse", LOGIN), (self.colleague, COLLEAGUE, "LPN", ""))
        facts: list[tuple[Stream, Payload]] = []
        for staff, name, title, login in people:
            stream = stream_of("staff", staff)
            facts.append((stream, StaffRegistered(name=name, title=title, address=WORK, login=login)))
            facts.append((stream, RoleGranted(role=Role.NURSE.value, clinic=self.clinic)))
        return facts

    def _checked_in(self, child: Child) -> list[Payload]:
        """What the check-in desk knows: consent, packet, who pays, the answered questions, an allergy, whom to call."""
        parent, day = f"Parent {child.family}", self.today.isoformat()
        facts: list[Payload] = [
            ContactsRecorded(contacts=(Contact(name=parent, relation="mother", phone="218-555-0142"),))
        ]
        if child.given != NO_CONSENT:
            facts.append(ConsentGiven(cvx=VACCINES, signer=parent, standing="parent", form="paper", on="2026-11-02"))
        if child.given != NO_PACKET:
            facts.append(PacketGiven(recipient=parent, version="2026", language="en", channel="mail", on="2026-11-02"))
        if child.given != NOT_ASKED:
            facts.append(EligibilityStated(category="medicaid", on=day, said_by=parent, clinic=self.clinic))
        if child.given == CONTESTED:
            facts.append(ConsentRefused(cvx=("115",), signer="Other Parent", standing="parent", on="2026-11-03"))
        if child.given != NOT_SCREENED:
            at = wall_clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
            facts.append(
                ScreeningAnswered(clinic=self.clinic, questionnaire="doseledger-visit-1", answered_by=parent, at=at)
            )
        if child.given == ALLERGIC:
            told = Told(source="parent", recorder="Office", detail=f"call on {day}")
            facts.append(AllergyRecorded(substance="gelatin", anaphylaxis=True, told=told))
        return facts

    def _arrival(self, child: Child) -> tuple[Payload, ...]:
        name = PersonName(given=child.given, family=child.family)
        return (
            StudentRegistered(name=name, birth_date=child.born),
            EnrollmentBegan(
                facility=self.facility,
                kind="secondary",
                basis="full",
                first_day=f"{self.today.year if self.today.month >= 9 else self.today.year - 1}-09-08",
                grade="7",
                kindergarten_term="2019-2020",
                grade_7_term="2026-2027",
            ),
        )

    def _paper(self, child: Child) -> Payload:
        told = Told(source="paper", recorder="Office", detail="immunization form")
        return StatementReceived(
            kind="immunization",
            signer=f"Parent {child.family}",
            standing="public_clinic",
            received_on="2026-09-08",
            signed_on="2026-09-01",
            told=told,
        )

    def _clinic(self) -> tuple[Payload, ...]:
        day, later = self.today.isoformat(), (self.today + timedelta(days=200)).isoformat()
        stock = (
            ("115", "PMC", "U7421AC"),
            ("03", "MSD", "W028843"),
            ("21", "MSD", "X019002"),
            ("08", "SKB", "Y011562"),
        )
        orders = [
            OrderIssued(
                prescriber="Dr. Evangeline Moreau",
                cvx=cvx,
                valid_from=day,
                valid_to=later,
                dose_ml=0.5,
                route="SC" if cvx in ("03", "21") else "IM",
                sites=("left_deltoid", "right_deltoid"),
            )
            for cvx, _, _ in stock
        ]
        loaded = [
            StockLoaded(container="Cooler 1", cvx=cvx, mvx=mvx, lot=lot, expires_on=later, doses=40, funding="vfc")
            for cvx, mvx, lot in stock
        ]
        spoilt = StockLoaded(
            container="Cooler 1", cvx="115", mvx="PMC", lot="OLD99", expires_on="2026-01-31", doses=4, funding="vfc"
        )
        recalled = StockLoaded(
            container="Cooler 1", cvx="08", mvx="SKB", lot="RECALL7", expires_on=later, doses=4, funding="vfc"
        )
        held = StockHeld(lots=("RECALL7",), why="recall")
        at = wall_clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        cold = TemperatureRead(container="Cooler 1", at=at, celsius=5, occasion="start")
        planned = ClinicPlanned(
            name="Aspen gymnasium", facility=self.facility, address=WORK, on=day, opens="08:00", vaccines=VACCINES
        )
        staffed = ClinicStaffed(staff=((self.nurse, "vaccinator"), (self.colleague, "vaccinator")))
        roster = RosterAdded(students=tuple(child.id for child in self.children))
        return (planned, staffed, roster, *orders, *loaded, spoilt, recalled, held, cold)


def _history(child: Child, codes: tuple[str, ...]) -> list[Payload]:
    """Doses at believable ages: the infant series as listed, boosters before kindergarten."""
    born = date.fromisoformat(child.born)
    told = Told(source="registry", recorder="MIIC", detail="query")
    days = [*_AGES_DAYS, 1600, 1600, 1600, 1610][: len(codes)]
    return [
        DoseRecorded(cvx=cvx, given_on=(born + timedelta(days=age)).isoformat(), told=told)
        for cvx, age in zip(codes, days, strict=True)
    ]


@contextmanager
def open_school(home: Path) -> Iterator[School]:
    """Found the district, serve it from a thread, stop as SIGTERM does."""
    started = threading.Event()
    held: list[School] = []
    failed: list[BaseException] = []

    def serve() -> None:
        try:
            asyncio.run(_serve(home, held, started))
        except BaseException as error:
            failed.append(error)
            started.set()

    thread = threading.Thread(target=serve, name="school")
    thread.start()
    started.wait(60)
    if failed:
        raise failed[0]
    try:
        yield held[0]
    finally:
        held[0].loop.call_soon_threadsafe(held[0].stop.set)
        thread.join(30)


async def _serve(home: Path, held: list[School], started: threading.Event) -> None:
    settings = Settings(home=home, district=DistrictId("isd-318"), log_name="log.example", host="127.0.0.1", port=0)
    await found_district(settings, wall_clock, "Aspen Prairie School District", "school_district", ZONE)
    async with open_district(settings, wall_clock, "server", "browser tests") as district:
        passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        server = uvicorn.Server(
            server_config(create_app(settings, wall_clock, district, passwords=passwords), "127.0.0.1", 0)
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:
            assert not serving.done(), serving.result()
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        # Chromium takes localhost for a secure context and keeps it apart from other tests by the port.
        school = School(asyncio.get_running_loop(), district, server, f"http://localhost:{port}")
        await school.furnish(passwords)
        held.append(school)
        started.set()
        await school.stop.wait()
        server.should_exit = True
        await serving

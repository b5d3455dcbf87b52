"""A court's order on who decides for a child, recorded in the office.

    GET  /api/students/{student}/says            who has no say, and what shows it
    POST /api/students/{student}/says/end        a court left somebody without a say     say.ended
    POST /api/students/{student}/says/restore    they have one again from a day on       say.restored
    POST /api/students/{student}/says/void       that was a mistake, or was none         consent.voided

Who reads the child and holds a role that writes on consent may; each answers the list as it is then. What is said of
an order is written beside it, so that the two stay together where records are parted.
"""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from events.catalog import TYPE_OF, Payload
from events.catalog.consents import SayEnded, SayRestored
from events.catalog.event_type import CivilDate
from events.ids import EventId, Stream, StudentId, stream_of
from events.roles import Role
from projections.actors import Staff
from projections.student import Student
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest
from server.api.students import opening
from server.district import District
from server.identity.rights import has_role
from server.live import Live
from server.records import read_child
from server.says import Order, SayShown, ending, restoring, says_of, speakers_of, voiding_of

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
_WRITERS = frozenset(role for role in TYPE_OF[SayEnded].authors if role is not Role.SYSTEM)


class Back(msgspec.Struct, frozen=True):
    """Which order ended, from which day they have a say again, and why."""

    event: EventId
    on: CivilDate
    reason: Words


class Mistake(msgspec.Struct, frozen=True):
    """What counts for nothing, and why."""

    event: EventId
    reason: Words


class Says(msgspec.Struct, frozen=True):
    """Every order on record, and the names an order may be about: whoever spoke for the child or is to be called."""

    says: tuple[SayShown, ...]
    speakers: tuple[str, ...]
    may_write: bool


class SaysOffice:
    """What the handlers share: who asks, the child as it stands, how a word is written."""

    def __init__(self, district: District, live: Live, asking: Asking, access: AccessRecord) -> None:
        self._district, self._live, self._asking, self._access = district, live, asking, access

    async def enter(self, request: AnyRequest, student: str) -> tuple[Staff, Student]:
        """Who asks, and a child that may be read; the look is on record. Raises ProblemError."""
        wanted, person = await opening(self._live, self._asking, request, student)
        await self._access.viewed(person.id, self._live.scopes.linked(wanted), "says")
        return person, await self._read(wanted)

    async def write(self, person: Staff, student: Student, stream: Stream, told: Payload, deed: str) -> Says:
        """Record it for whoever may, once however often it is asked. Raises ProblemError, Refused."""
        if not self._may_write(person):
            detail = f"This takes the role {' or '.join(sorted(role.value for role in _WRITERS))}."
            raise await self._asking.refuse(person.id, "record a court's order", detail, stream)
        await self._district.record_first([(stream, told)], [deed])
        await self._live.catch_up()
        return self.shown(person, await self._read(student.id or StudentId("")))

    def shown(self, person: Staff, student: Student) -> Says:
        return Says(says_of(student, self._live.directory), speakers_of(student), self._may_write(person))

    @property
    def today(self) -> date:
        return date.fromisoformat(self._asking.today())

    def _may_write(self, person: Staff) -> bool:
        return has_role(self._live.directory, person.id, _WRITERS)

    async def _read(self, wanted: StudentId) -> Student:
        linked = self._live.scopes.linked(wanted)
        records = await read_child(self._district, linked, self._live.about.streams(linked))
        return records.student(wanted)


Office = NamedDependency[SaysOffice]


def says_routes(district: District, live: Live, asking: Asking, access: AccessRecord) -> Router:
    """The routes of /api/students/{student}/says."""
    office = SaysOffice(district, live, asking, access)
    return Router(
        "/api/students/{student:str}/says",
        route_handlers=[says, end, restore, void],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        tags=["students"],
    )


@get("/")
async def says(request: AnyRequest, office: Office, student: FromPath[str]) -> Says:
    """Whom a court left without a say for this child."""
    return office.shown(*await office.enter(request, student))


@post("/end", status_code=HTTP_200_OK)
async def end(request: AnyRequest, office: Office, student: FromPath[str], data: JSONBody[Order]) -> Says:
    """A court left this person without a say: the order, seen, and the day from which."""
    person, child = await office.enter(request, student)
    told = ending(child, data, office.today, person.name, person.id)
    deed = f"end the say of {told.person} for {child.id} after {len(child.shelf.of(SayEnded))} orders"
    return await office.write(person, child, stream_of("student", StudentId(student)), told, deed)


@post("/restore", status_code=HTTP_200_OK)
async def restore(request: AnyRequest, office: Office, student: FromPath[str], data: JSONBody[Back]) -> Says:
    """They have a say again; where they never lost it, from the day it was said to have ended."""
    person, child = await office.enter(request, student)
    told = restoring(child, data.event, data.on, data.reason, person.id)
    deed = f"restore {data.event} after {len(child.shelf.about(data.event, SayRestored))} words"
    return await office.write(person, child, _beside(child, data.event), told, deed)


@post("/void", status_code=HTTP_200_OK)
async def void(request: AnyRequest, office: Office, student: FromPath[str], data: JSONBody[Mistake]) -> Says:
    """The entry was a mistake and counts for nothing; of such a word itself, that the entry counts again."""
    person, child = await office.enter(request, student)
    told = voiding_of(child, data.event, data.reason, person.id)
    return await office.write(person, child, _beside(child, data.event), told, f"void {data.event}")


def _beside(child: Student, event: EventId) -> Stream:
    return next(fact.stream for fact in child.facts if fact.id == event)

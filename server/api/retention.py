"""How files end, for the office: GET /api/retention, the steps that need two people, holds, certificates.

    POST /api/retention/propose     the period is over            records, health office     destruction.proposed
    POST /api/retention/approve     a second person agrees        administrator              destruction.approved
    POST /api/retention/hold        it must stay, and why         records, health office     hold.placed
    POST /api/retention/unhold      that hold is over             records, health office     hold.released

The rules are those of server/destroying.py, looked at anew each time. The last step, the destruction itself, is a
command of whoever runs the server (``doseledger retention destroy``): it touches keyring, database and files.
"""

import asyncio
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from events.catalog.event_type import Name
from events.ids import DISTRICT_STREAM, EventId, StaffId, StudentId
from events.roles import Role
from projections.student import Student
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.desk import Desk
from server.destroying import APPROVERS, PROPOSERS, Ending, release_of
from server.district import District
from server.identity.rights import has_role
from server.live import Live
from server.records import read_child, read_records
from server.retention_rows import Files, files_of

LOOKERS = PROPOSERS | APPROVERS | {Role.AUDITOR}
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]


class OfChild(msgspec.Struct, frozen=True):
    """Whose file."""

    student: StudentId


class Holding(msgspec.Struct, frozen=True):
    """Whose file must stay, why, and who or what asks for it."""

    student: StudentId
    reason: Words
    authority: Name


class Ended(msgspec.Struct, frozen=True):
    """Which hold is over, and why."""

    event: EventId
    reason: Words


class RetentionOffice:
    """What the handlers share: who may, what there is, how a step is taken."""

    def __init__(self, district: District, live: Live, asking: Asking, access: AccessRecord) -> None:
        self._district, self._live, self._asking, self._access = district, live, asking, access

    async def enter(self, request: AnyRequest, roles: frozenset[Role], deed: str) -> StaffId:
        """The signed-in person, who may. Raises ProblemError."""
        await self._live.catch_up()
        person = await self._asking.staff(request)
        if not has_role(self._live.directory, person.id, roles):
            wanted = " or ".join(sorted(role.value for role in roles))
            raise await self._asking.refuse(person.id, deed, f"This takes the role {wanted}.")
        return person.id

    async def listed(self, person: StaffId) -> Files:
        """What the person sees; each child named counts as a look."""
        await self._live.catch_up()
        records = await read_records(self._district)
        today = records.policy.civil_day(self._district.clock())
        files = await asyncio.to_thread(files_of, records, self._live.directory, today)
        await self._access.viewed(person, [row.student for row in files.files], "retention")
        return files

    async def child(self, student: StudentId) -> tuple[Student, Ending]:
        """A child and the way its file ends. Raises ProblemError."""
        if self._live.register.get(student) is None:
            raise ProblemError("not-found", "No child with this id is registered.", "student")
        linked = self._live.scopes.linked(student)
        records = await read_child(self._district, linked, self._live.about.streams(linked))
        return records.student(student), Ending(Desk(self._district, records, ""), self._live)

    async def unhold(self, person: StaffId, event: EventId, reason: str) -> None:
        """End a hold today. Raises Refused for one that does not stand."""
        policy = (await read_child(self._district, (), ())).policy
        today = policy.civil_day(self._district.clock()).isoformat()
        await self._district.record_first([(DISTRICT_STREAM, release_of(policy, event, today, reason, person))])


Office = NamedDependency[RetentionOffice]


def retention_routes(district: District, live: Live, asking: Asking, access: AccessRecord) -> Router:
    """The routes of /api/retention."""
    office = RetentionOffice(district, live, asking, access)
    return Router(
        "/api/retention",
        route_handlers=[files, propose, approve, hold, unhold],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        tags=["retention"],
    )


@get("/")
async def files(request: AnyRequest, office: Office) -> Files:
    """Which files may end, which are held, how far each end has come, and the certificates."""
    return await office.listed(await office.enter(request, LOOKERS, "look at retention"))


@post("/propose", status_code=HTTP_200_OK)
async def propose(request: AnyRequest, office: Office, data: JSONBody[OfChild]) -> Files:
    """The period of this file is over: propose to destroy it."""
    person = await office.enter(request, PROPOSERS, "propose a destruction")
    student, ending = await office.child(data.student)
    await ending.propose(student, person)
    return await office.listed(person)


@post("/approve", status_code=HTTP_200_OK)
async def approve(request: AnyRequest, office: Office, data: JSONBody[OfChild]) -> Files:
    """Agree to a proposal that somebody else made."""
    person = await office.enter(request, APPROVERS, "approve a destruction")
    student, ending = await office.child(data.student)
    await ending.approve(student, person)
    return await office.listed(person)


@post("/hold", status_code=HTTP_200_OK)
async def hold(request: AnyRequest, office: Office, data: JSONBody[Holding]) -> Files:
    """This file must stay, whatever its period."""
    person = await office.enter(request, PROPOSERS, "hold a file")
    student, ending = await office.child(data.student)
    await ending.hold(student, person, data.reason, data.authority, ending.today.isoformat())
    return await office.listed(person)


@post("/unhold", status_code=HTTP_200_OK)
async def unhold(request: AnyRequest, office: Office, data: JSONBody[Ended]) -> Files:
    """A hold is over from today."""
    person = await office.enter(request, PROPOSERS, "end a hold")
    await office.unhold(person, data.event, data.reason)
    return await office.listed(person)

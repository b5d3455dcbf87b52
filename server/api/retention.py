"""How files end, for the office: GET /api/retention, the steps that need two people, holds, certificates.

    POST /api/retention/propose     the period is over            records, health office     destruction.proposed
    POST /api/retention/approve     a second person agrees        administrator              destruction.approved
    POST /api/retention/hold        it must stay, and why         records, health office     hold.placed
    POST /api/retention/unhold      that hold is over             records, health office     hold.released

The rules are those of server/destroying.py, looked at anew each time. The last step, the destruction itself, is a
command of whoever runs the server (``doseledger retention destroy``): it touches keyring, database and files.
"""

import asyncio
from datetime import date
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from events.catalog.event_type import Name
from events.catalog.retention import DestructionCompleted, HoldPlaced, HoldReleased
from events.errors import Refused
from events.ids import DISTRICT_STREAM, EventId, StaffId, StudentId
from events.roles import Role
from projections.policy import Policy
from projections.retention import timeline_of
from projections.student import Student
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.desk import Desk
from server.destroying import APPROVERS, PROPOSERS, Ending
from server.district import District
from server.identity.rights import has_role
from server.live import Live
from server.records import Records, read_child, read_records
from server.replay import open_matters

LOOKERS = PROPOSERS | APPROVERS | {Role.AUDITOR}
SHOWN_MAX = 200
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]


class HoldRow(msgspec.Struct, frozen=True):
    """A hold somebody placed that nobody has ended."""

    event: EventId
    reason: str
    authority: str
    from_day: str


class FileRow(msgspec.Struct, frozen=True):
    """One child's file. ``state`` is kept, held, no_period or may_be_destroyed; ``stage`` how far its end has come."""

    student: StudentId
    name: str
    birth_date: str
    state: str
    stage: str
    earliest: str
    why: tuple[str, ...]
    holds: tuple[HoldRow, ...]


class Certificate(msgspec.Struct, frozen=True):
    """What was destroyed; no name of a child is in it. ``devices`` had not been heard of when it was written."""

    student: StudentId
    on: str
    events: int
    backups_expire_on: str
    devices: tuple[str, ...]
    recipients: tuple[str, ...]


class Files(msgspec.Struct, frozen=True):
    """Files whose period is over, that are held, or whose end has begun; at most 200. Then every certificate."""

    as_of: str
    files: tuple[FileRow, ...]
    more: bool
    certificates: tuple[Certificate, ...]


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


def retention_routes(district: District, live: Live, asking: Asking, access: AccessRecord) -> list[HTTPRouteHandler]:
    """The routes of /api/retention."""

    async def someone(request: AnyRequest, roles: frozenset[Role], deed: str) -> StaffId:
        await live.catch_up()
        person = await asking.staff(request)
        if not has_role(live.directory, person.id, roles):
            wanted = " or ".join(sorted(role.value for role in roles))
            raise await asking.refuse(person.id, deed, f"This takes the role {wanted}.")
        return person.id

    async def listed(person: StaffId) -> Files:
        records = await read_records(district)
        today = records.policy.civil_day(district.clock())
        rows = await asyncio.to_thread(_rows, records, today)
        await access.viewed(person, [row.student for row in rows[:SHOWN_MAX]], "retention")
        certificates = tuple(_certificates(records.policy, live, today))
        return Files(today.isoformat(), tuple(rows[:SHOWN_MAX]), len(rows) > SHOWN_MAX, certificates)

    async def child(student: StudentId) -> tuple[Student, Ending]:
        if live.register.get(student) is None:
            raise ProblemError("not-found", "No child with this id is registered.", "student")
        linked = live.scopes.linked(student)
        records = await read_child(district, linked, live.about.streams(linked))
        return records.student(student), Ending(Desk(district, records, ""), live)

    @get("/api/retention", tags=["retention"])
    async def files(request: AnyRequest) -> Files:
        """Which files may end, which are held, how far each end has come, and the certificates."""
        return await listed(await someone(request, LOOKERS, "look at retention"))

    @post("/api/retention/propose", status_code=HTTP_200_OK, tags=["retention"])
    async def propose(request: AnyRequest, data: JSONBody[OfChild]) -> Files:
        """The period of this file is over: propose to destroy it."""
        person = await someone(request, PROPOSERS, "propose a destruction")
        student, ending = await child(data.student)
        await ending.propose(student, person)
        await live.catch_up()
        return await listed(person)

    @post("/api/retention/approve", status_code=HTTP_200_OK, tags=["retention"])
    async def approve(request: AnyRequest, data: JSONBody[OfChild]) -> Files:
        """Agree to a proposal that somebody else made."""
        person = await someone(request, APPROVERS, "approve a destruction")
        student, ending = await child(data.student)
        await ending.approve(student, person)
        await live.catch_up()
        return await listed(person)

    @post("/api/retention/hold", status_code=HTTP_200_OK, tags=["retention"])
    async def hold(request: AnyRequest, data: JSONBody[Holding]) -> Files:
        """This file must stay, whatever its period."""
        person = await someone(request, PROPOSERS, "hold a file")
        student, ending = await child(data.student)
        today = ending.today.isoformat()
        placed = HoldPlaced(
            student=student.id or data.student, reason=data.reason, authority=data.authority, from_day=today, by=person
        )
        await district.record([(DISTRICT_STREAM, placed)])
        await live.catch_up()
        return await listed(person)

    @post("/api/retention/unhold", status_code=HTTP_200_OK, tags=["retention"])
    async def unhold(request: AnyRequest, data: JSONBody[Ended]) -> Files:
        """A hold is over from today."""
        person = await someone(request, PROPOSERS, "end a hold")
        policy = (await read_child(district, (), ())).policy
        placed = next((one for fact, one in policy.shelf.of(HoldPlaced) if fact.id == data.event), None)
        if placed is None or any(one.event == data.event for _, one in policy.shelf.of(HoldReleased)):
            raise Refused("unknown-hold", f"no hold that stands is recorded as {data.event!r}")
        today = policy.civil_day(district.clock()).isoformat()
        released = HoldReleased(event=data.event, student=placed.student, on=today, reason=data.reason, by=person)
        await district.record([(DISTRICT_STREAM, released)])
        await live.catch_up()
        return await listed(person)

    return [files, propose, approve, hold, unhold]


def _rows(records: Records, today: date) -> list[FileRow]:
    """The files an office has to think about, the soonest first."""
    standing = _standing(records.policy)
    rows = [(_row(one, records, today, standing)) for one in records.students()]
    wanted = [row for row in rows if row.stage or row.holds or row.state in ("may_be_destroyed", "held")]
    return sorted(wanted, key=lambda row: (row.earliest or "9999", row.name, row.student))


def _row(student: Student, records: Records, today: date, standing: dict[StudentId, list[HoldRow]]) -> FileRow:
    line = timeline_of(student, records.policy, today, open_matters(records, student, today))
    why = [hold.reason for hold in line.open_holds(today)]
    why += [part.ground for part in line.parts if part.earliest is None]
    return FileRow(
        student.id or StudentId(""),
        student.full_name,
        student.birth_date,
        line.state(today),
        line.stage,
        line.earliest.isoformat() if line.earliest else "",
        tuple(dict.fromkeys(why)),
        tuple(hold for one in student.streams for hold in standing.get(one, ())),
    )


def _standing(policy: Policy) -> dict[StudentId, list[HoldRow]]:
    """Placed holds that nobody ended, by child."""
    ended = {one.event for _, one in policy.shelf.of(HoldReleased)}
    found: dict[StudentId, list[HoldRow]] = {}
    for fact, one in policy.shelf.of(HoldPlaced):
        if fact.id not in ended:
            row = HoldRow(fact.id, one.reason, one.authority, one.from_day)
            found.setdefault(one.student, []).append(row)
    return found


def _certificates(policy: Policy, live: Live, today: date) -> list[Certificate]:
    devices = live.directory.devices
    return [
        Certificate(
            done.student,
            (policy.civil_day(fact.received_at) if fact.received_at else today).isoformat(),
            done.events_destroyed,
            done.backups_expire_on,
            tuple(devices[one].label for one in done.unconfirmed_devices if one in devices),
            done.recipients,
        )
        for fact, done in policy.shelf.of(DestructionCompleted)
    ]

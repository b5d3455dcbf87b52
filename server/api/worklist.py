"""What in children's records waits for the office: GET /api/worklist, and the events that settle it.

    POST /api/worklist/settle                    it stands as it is, and why          discrepancy.settled
    POST /api/worklist/incidents/close           how the follow-up ended              incident.closed
    POST /api/students/{student}/link, /unlink   two records are one child, or not    student.linked, student.unlinked

A person sees what its roles cover, and settles what its roles may write. Every child named counts as a look.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from events.catalog import TYPE_OF, Payload
from events.catalog.discrepancies import DiscrepancySettled
from events.catalog.incidents import IncidentClosed
from events.catalog.students import StudentLinked, StudentUnlinked
from events.ids import DeviceId, EventId, StaffId, StudentId, is_uuid7, stream_of
from events.roles import Role
from projections.actors import Staff
from projections.discrepancies import Discrepancy, Side
from projections.incidents import OWNER, Incident
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.district import District
from server.identity.rights import READERS, has_role, may_read, reach
from server.live import Live
from server.worklist import Underway, Worklist

SHOWN_MAX = 200
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]


class Named(msgspec.Struct, frozen=True):
    """A child by id and name."""

    student: StudentId
    name: str
    birth_date: str


class SideRow(msgspec.Struct, frozen=True):
    """One event of a matter: in whose record, from which device, by whom, and what it says."""

    event: EventId
    student: StudentId
    device: str
    author: str
    says: str


class MatterRow(msgspec.Struct, frozen=True):
    """A discrepancy. ``how_known`` is concurrent, or shown: one side was made against what its author could see."""

    key: str
    kind: str
    severity: str
    owner: str
    raised_on: str
    due_on: str
    how_known: str
    says: str
    children: tuple[Named, ...]
    sides: tuple[SideRow, ...]


class IncidentRow(msgspec.Struct, frozen=True):
    """A dose given against a stop, with what is still to do."""

    event: EventId
    child: Named
    owner: str
    opened_on: str
    due_on: str
    stops: tuple[str, ...]
    reason: str
    follow_up: tuple[str, ...]


class OpenMatters(msgspec.Struct, frozen=True):
    """What is open as of ``log_size``, gravest and most urgent first; at most 200 of each, ``more`` when cut.

    ``reading``: the server has just started, and this is not known yet.
    """

    as_of: str
    log_size: int
    discrepancies: tuple[MatterRow, ...]
    incidents: tuple[IncidentRow, ...]
    more: bool
    reading: Underway | None = None


class Settlement(msgspec.Struct, frozen=True):
    """The matter's key, and why it stands as it is."""

    key: str
    reason: Words


class Outcome(msgspec.Struct, frozen=True):
    """The incident's event, and how its follow-up ended."""

    event: EventId
    outcome: Words


class Merge(msgspec.Struct, frozen=True):
    """The other record, and on what evidence, or why not."""

    other: StudentId
    reason: Words


def worklist_routes(
    district: District,
    live: Live,
    worklist: Worklist,
    asking: Asking,
    access: AccessRecord,
    clock: Callable[[], datetime],
) -> list[HTTPRouteHandler]:
    """The routes of /api/worklist, and of merging records."""

    async def reader(request: AnyRequest) -> Staff:
        person = await asking.staff(request)
        if not has_role(live.directory, person.id, READERS):
            raise await asking.refuse(person.id, "look at the worklist", "None of your roles may read records.")
        return person

    async def shown_to(person: Staff) -> OpenMatters:
        found = await worklist.look()
        if isinstance(found, Underway):
            return OpenMatters(_today(live, clock()), 0, (), (), False, found)
        within = reach(live.directory, live.scopes, person.id)
        matters = [one for one in found.discrepancies if _is_within(within, live, [side.student for side in one.sides])]
        incidents = [one for one in found.incidents if _is_within(within, live, [one.student])]
        cut = OpenMatters(
            _today(live, clock()),
            found.size,
            tuple(_matter(one, live) for one in matters[:SHOWN_MAX]),
            tuple(_incident(one, live) for one in incidents[:SHOWN_MAX]),
            max(len(matters), len(incidents)) > SHOWN_MAX,
        )
        named = [child.student for row in cut.discrepancies for child in row.children]
        await access.viewed(
            person.id, dict.fromkeys([*named, *(row.child.student for row in cut.incidents)]), "worklist"
        )
        return cut

    async def write(person: Staff, deed: str, student: StudentId, payload: Payload, extra: frozenset[Role]) -> None:
        """Record it, for whoever reads the child and holds a role that writes this type, or one of ``extra``."""
        roles = extra | frozenset(role for role in TYPE_OF[type(payload)].authors if role is not Role.SYSTEM)
        if not may_read(live.directory, live.scopes, person.id, student) or not has_role(
            live.directory, person.id, roles
        ):
            detail = f"This takes the role {' or '.join(sorted(role.value for role in roles))}, for this child."
            raise await asking.refuse(person.id, deed, detail, stream_of("student", student))
        await district.record([(stream_of("student", student), payload)])
        await live.catch_up()

    @get("/api/worklist", tags=["worklist"])
    async def matters(request: AnyRequest) -> OpenMatters:
        """What does not fit together, and what must be followed up, among the children the asker's roles cover."""
        return await shown_to(await reader(request))

    @post("/api/worklist/settle", status_code=HTTP_200_OK, tags=["worklist"])
    async def settle(request: AnyRequest, data: JSONBody[Settlement]) -> OpenMatters:
        """Say that both sides stand as they are; what is left open."""
        person = await reader(request)
        found = next((one for one in (await worklist.open()).discrepancies if one.key == data.key), None)
        if found is None:
            raise ProblemError("not-found", "No such matter is open: somebody settled it, or it has passed.")
        events = tuple(side.event for side in found.sides)
        settled = DiscrepancySettled(kind=found.kind, events=events, reason=data.reason, by=person.id)
        await write(person, "settle a discrepancy", found.sides[0].student, settled, frozenset({found.owner}))
        return await shown_to(person)

    @post("/api/worklist/incidents/close", status_code=HTTP_200_OK, tags=["worklist"])
    async def close(request: AnyRequest, data: JSONBody[Outcome]) -> OpenMatters:
        """Say how the follow-up ended; what is left open."""
        person = await reader(request)
        found = next((one for one in (await worklist.open()).incidents if one.event == data.event), None)
        if found is None:
            raise ProblemError("not-found", "No such incident is open: somebody closed it.")
        closed = IncidentClosed(event=found.event, on=_today(live, clock()), outcome=data.outcome, by=person.id)
        await write(person, "close an incident", found.student, closed, frozenset())
        return await shown_to(person)

    async def two(request: AnyRequest, student: str, other: str) -> tuple[Staff, StudentId, StudentId]:
        await live.catch_up()
        person = await reader(request)
        for one in (student, other):
            if not is_uuid7(one) or live.register.get(StudentId(one)) is None:
                raise ProblemError("not-found", "No child with this id is registered.", "other")
        if student == other:
            raise ProblemError("bad-request", "Name another record than the child's own.", "other")
        if not may_read(live.directory, live.scopes, person.id, StudentId(other)):
            detail = "Your roles do not cover the other record."
            raise await asking.refuse(person.id, "merge records", detail, stream_of("student", other))
        return person, StudentId(student), StudentId(other)

    @post("/api/students/{student:str}/link", status_code=HTTP_200_OK, tags=["worklist"])
    async def link(request: AnyRequest, student: FromPath[str], data: JSONBody[Merge]) -> OpenMatters:
        """The two records are one child: they are read as one from now on, and nothing moves."""
        person, one, other = await two(request, student, data.other)
        if other in live.scopes.linked(one):
            raise ProblemError("refused", "These records are linked already.", "other")
        linked = StudentLinked(other=other, evidence=data.reason, by=person.id)
        await write(person, "link two records", one, linked, frozenset())
        return await shown_to(person)

    @post("/api/students/{student:str}/unlink", status_code=HTTP_200_OK, tags=["worklist"])
    async def unlink(request: AnyRequest, student: FromPath[str], data: JSONBody[Merge]) -> OpenMatters:
        """They are two children: a link between them ends; a pair that only looked alike is no candidate any more."""
        person, one, other = await two(request, student, data.other)
        parted = StudentUnlinked(other=other, reason=data.reason, by=person.id)
        await write(person, "part two records", one, parted, frozenset())
        return await shown_to(person)

    return [matters, settle, close, link, unlink]


def _is_within(within: frozenset[StudentId] | None, live: Live, students: list[StudentId]) -> bool:
    """Whether each child is still registered, and one of them is among those the person's roles cover."""
    if any(live.register.get(one) is None for one in students):
        return False
    return within is None or any(not within.isdisjoint(live.scopes.linked(one)) for one in students)


def _matter(one: Discrepancy, live: Live) -> MatterRow:
    children = dict.fromkeys(side.student for side in one.sides)
    return MatterRow(
        one.key,
        one.kind,
        one.severity,
        one.owner.value,
        one.raised_on.isoformat(),
        one.due_on.isoformat(),
        one.how_known,
        one.says,
        tuple(_named(child, live) for child in children),
        tuple(_side(side, live) for side in one.sides),
    )


def _side(side: Side, live: Live) -> SideRow:
    device = live.directory.devices.get(DeviceId(side.device))
    person = live.directory.staff.get(StaffId(side.author))
    names = (device.label if device else side.device, person.name if person else side.author)
    return SideRow(side.event, side.student, *names, side.says)


def _incident(one: Incident, live: Live) -> IncidentRow:
    return IncidentRow(
        one.event,
        _named(one.student, live),
        OWNER.value,
        one.opened_on.isoformat(),
        one.due_on.isoformat(),
        one.opened.stops,
        one.opened.reason,
        one.opened.follow_up,
    )


def _named(student: StudentId, live: Live) -> Named:
    entry = live.register.get(student)
    return Named(student, f"{entry.given} {entry.family}" if entry else "", entry.birth_date if entry else "")


def _today(live: Live, now: datetime) -> str:
    """The district's civil day."""
    founded = live.directory.founded
    return now.astimezone(ZoneInfo(founded.time_zone if founded else "UTC")).date().isoformat()

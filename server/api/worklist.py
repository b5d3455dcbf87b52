"""What in children's records waits for the office: GET /api/worklist, and the events that settle it.

    POST /api/worklist/settle                    it stands as it is, and why          discrepancy.settled
    POST /api/worklist/incidents/close           how the follow-up ended              incident.closed
    POST /api/students/{student}/link, /unlink   two records are one child, or not    student.linked, student.unlinked

A person sees what its roles cover, and settles what its roles may write. Every child named counts as a look.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from events.catalog import TYPE_OF, Payload
from events.catalog.discrepancies import DiscrepancySettled
from events.catalog.incidents import IncidentClosed
from events.catalog.students import StudentLinked, StudentUnlinked
from events.ids import EventId, StudentId, is_uuid7, stream_id, stream_of
from events.roles import Role
from projections.actors import Staff
from projections.clocks import one_per_device, settled_with
from projections.discrepancy import Discrepancy
from projections.incidents import Incident
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.district import District
from server.identity.rights import READERS, has_role, may_read, reach
from server.live import Live
from server.worklist import Underway, Worklist
from server.worklist_rows import OpenMatters, incident_row, is_within, matter_row

SHOWN_MAX = 200
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]


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


class WorklistOffice:
    """What the handlers share: who asks, what that person sees, how it is settled."""

    def __init__(
        self, district: District, live: Live, worklist: Worklist, asking: Asking, access: AccessRecord
    ) -> None:
        self._district, self._live, self._worklist = district, live, worklist
        self._asking, self._access = asking, access

    @property
    def today(self) -> str:
        return self._asking.today()

    async def reader(self, request: AnyRequest) -> Staff:
        """Raises ProblemError for a person who may read no record."""
        person = await self._asking.staff(request)
        if not has_role(self._live.directory, person.id, READERS):
            raise await self._asking.refuse(person.id, "look at the worklist", "None of your roles may read records.")
        return person

    async def shown_to(self, person: Staff) -> OpenMatters:
        """What is open among the children the person's roles cover; each child named counts as a look."""
        found, live = await self._worklist.look(), self._live
        if isinstance(found, Underway):
            return OpenMatters(self.today, 0, (), (), 0, 0, found)
        within = reach(live.directory, live.scopes, person.id)
        matters = one_per_device(self._within(person, found.discrepancies))
        incidents = [one for one in found.incidents if is_within(within, live, [one.student])]
        cut = OpenMatters(
            self.today,
            found.size,
            tuple(matter_row(one, live) for one in matters[:SHOWN_MAX]),
            tuple(incident_row(one, live) for one in incidents[:SHOWN_MAX]),
            len(matters),
            len(incidents),
        )
        named = [child.student for row in cut.discrepancies for child in row.children]
        looks = dict.fromkeys([*named, *(row.child.student for row in cut.incidents)])
        await self._access.viewed(person.id, looks, "worklist")
        return cut

    async def matter(self, person: Staff, key: str) -> list[Discrepancy]:
        """The one of this key, and what rests with it where the person sees it. Raises ProblemError for none."""
        matters = (await self._worklist.open()).discrepancies
        found = next((one for one in matters if one.key == key), None)
        if found is None:
            raise ProblemError("not-found", "No such matter is open: somebody settled it, or it has passed.")
        more = settled_with(found, self._within(person, matters))
        return [found, *(one for one in more if one.key != key)]

    def _within(self, person: Staff, found: Iterable[Discrepancy]) -> list[Discrepancy]:
        """Those of children whom the person's roles cover."""
        within = reach(self._live.directory, self._live.scopes, person.id)
        return [one for one in found if is_within(within, self._live, [side.student for side in one.sides])]

    def side_of(self, person: Staff, found: Discrepancy) -> StudentId:
        """In whose record the person settles it: the first side's that the person may read."""
        directory, scopes = self._live.directory, self._live.scopes
        sides = [side.student for side in found.sides]
        return next((one for one in sides if may_read(directory, scopes, person.id, one)), sides[0])

    async def incident(self, event: EventId) -> Incident:
        """Raises ProblemError where no open incident is this event."""
        found = next((one for one in (await self._worklist.open()).incidents if one.event == event), None)
        if found is None:
            raise ProblemError("not-found", "No such incident is open: somebody closed it.")
        return found

    async def two(self, request: AnyRequest, student: str, other: str) -> tuple[Staff, StudentId, StudentId]:
        """Who asks, and two registered children that may be read. Raises ProblemError."""
        await self._live.catch_up()
        person = await self.reader(request)
        for one in (student, other):
            if not is_uuid7(one) or self._live.register.get(StudentId(one)) is None:
                raise ProblemError("not-found", "No child with this id is registered.", "other")
        if student == other:
            raise ProblemError("bad-request", "Name another record than the child's own.", "other")
        if not may_read(self._live.directory, self._live.scopes, person.id, StudentId(other)):
            detail = "Your roles do not cover the other record."
            raise await self._asking.refuse(person.id, "merge records", detail, stream_of("student", other))
        return person, StudentId(student), StudentId(other)

    def is_linked(self, one: StudentId, other: StudentId) -> bool:
        return other in self._live.scopes.linked(one)

    async def last_word(self, one: StudentId, other: StudentId) -> EventId | None:
        """What was last said of the two being one child or two; what was said before it is known here."""
        pair, words = {one, other}, []
        facts, _ = await self._district.reading.some([stream_of("student", one), stream_of("student", other)])
        for fact in facts:
            match fact.payload:
                case StudentLinked(other=named) | StudentUnlinked(other=named):
                    words += [fact.id] if {stream_id(fact.stream), named} == pair else []
        await self._live.catch_up()
        return words[-1] if words else None

    async def write(
        self,
        person: Staff,
        deed: str,
        *told: tuple[StudentId, Payload],
        extra: frozenset[Role] = frozenset(),
        once: Sequence[str] = (),
    ) -> OpenMatters:
        """Record it all, for whoever reads each child and holds a role that writes its type, or one of ``extra``."""
        for student, payload in told:
            await self._permit(person, deed, student, payload, extra)
        await self._district.record_first([(stream_of("student", student), payload) for student, payload in told], once)
        await self._live.catch_up()
        return await self.shown_to(person)

    async def _permit(
        self, person: Staff, deed: str, student: StudentId, payload: Payload, extra: frozenset[Role]
    ) -> None:
        """Raises ProblemError, and the refusal is on record."""
        live, stream = self._live, stream_of("student", student)
        roles = extra | frozenset(role for role in TYPE_OF[type(payload)].authors if role is not Role.SYSTEM)
        may_write = has_role(live.directory, person.id, roles)
        if not may_write or not may_read(live.directory, live.scopes, person.id, student):
            detail = f"This takes the role {' or '.join(sorted(role.value for role in roles))}, for this child."
            raise await self._asking.refuse(person.id, deed, detail, stream)


Office = NamedDependency[WorklistOffice]


def worklist_routes(district: District, live: Live, worklist: Worklist, asking: Asking, access: AccessRecord) -> Router:
    """The routes of /api/worklist, and of merging records."""
    office = WorklistOffice(district, live, worklist, asking, access)
    return Router(
        "/api",
        route_handlers=[matters, settle, close, link, unlink],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        tags=["worklist"],
    )


@get("/worklist")
async def matters(request: AnyRequest, office: Office) -> OpenMatters:
    """What does not fit together, and what must be followed up, among the children the asker's roles cover."""
    return await office.shown_to(await office.reader(request))


@post("/worklist/settle", status_code=HTTP_200_OK)
async def settle(request: AnyRequest, office: Office, data: JSONBody[Settlement]) -> OpenMatters:
    """Say that both sides stand as they are, a device's wrong clock in every record; what is left open."""
    person = await office.reader(request)
    found = await office.matter(person, data.key)
    told = [(office.side_of(person, one), _settlement(one, data.reason, person)) for one in found]
    once = [f"settle {one.key}" for one in found]
    return await office.write(person, "settle a discrepancy", *told, extra=frozenset({found[0].owner}), once=once)


def _settlement(one: Discrepancy, reason: str, person: Staff) -> DiscrepancySettled:
    events = tuple(side.event for side in one.sides)
    return DiscrepancySettled(kind=one.kind, events=events, reason=reason, by=person.id)


@post("/worklist/incidents/close", status_code=HTTP_200_OK)
async def close(request: AnyRequest, office: Office, data: JSONBody[Outcome]) -> OpenMatters:
    """Say how the follow-up ended; what is left open."""
    person, found = await office.reader(request), await office.incident(data.event)
    closed = IncidentClosed(event=found.event, on=office.today, outcome=data.outcome, by=person.id)
    return await office.write(person, "close an incident", (found.student, closed))


@post("/students/{student:str}/link", status_code=HTTP_200_OK)
async def link(request: AnyRequest, office: Office, student: FromPath[str], data: JSONBody[Merge]) -> OpenMatters:
    """The two records are one child: they are read as one from now on, and nothing moves."""
    person, one, other = await office.two(request, student, data.other)
    once = [await _about(office, one, other)]
    if office.is_linked(one, other):
        raise ProblemError("refused", "These records are linked already.", "other")
    linked = StudentLinked(other=other, evidence=data.reason, by=person.id)
    return await office.write(person, "link two records", (one, linked), once=once)


@post("/students/{student:str}/unlink", status_code=HTTP_200_OK)
async def unlink(request: AnyRequest, office: Office, student: FromPath[str], data: JSONBody[Merge]) -> OpenMatters:
    """They are two children: a link between them ends; a pair that only looked alike is no candidate any more."""
    person, one, other = await office.two(request, student, data.other)
    parted = StudentUnlinked(other=other, reason=data.reason, by=person.id)
    return await office.write(person, "part two records", (one, parted), once=[await _about(office, one, other)])


async def _about(office: WorklistOffice, one: StudentId, other: StudentId) -> str:
    """The deed of whoever says next whether the two are one child."""
    first, second = sorted((one, other))
    return f"merge {first}+{second} after {await office.last_word(one, other) or 'nothing'}"

"""What the log and its devices ask a person to look at: GET /api/alarms, POST /api/alarms/accept.

A restored back-up, a forked device, a gap in a device's events, events accepted after their author's role ended.
Numbers, devices and staff, and nothing about a child but random ids. Whoever owns an alarm, or the health office,
accepts it with a reason (``alarm.accepted``).
"""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from events.catalog.devices import AlarmAccepted
from events.dates import write_instant
from events.ids import DISTRICT_STREAM, StudentId, stream_id, stream_kind
from events.roles import Role
from projections.actors import Staff
from projections.alarms import Alarm, Kind
from projections.directory import Directory
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.district import District
from server.identity.rights import has_role
from server.live import Live

LOOKERS = frozenset({Role.HEALTH_OFFICE, Role.RECORDS, Role.DISTRICT_ADMIN, Role.ADMINISTRATOR, Role.AUDITOR})
_STUDENTS_MAX = 50


class AlarmRow(msgspec.Struct, frozen=True):
    """One alarm. ``count`` events from ``first`` to ``last`` are missing (gap), or were lost from ``first`` on
    (rollback), or came. ``students``: up to 50 records that events of a lost role stand in."""

    kind: Kind
    about: str
    owner: str
    since: str
    count: int
    device: str
    staff: str
    first: int
    last: int
    students: tuple[StudentId, ...]
    says: str


class AlarmList(msgspec.Struct, frozen=True):
    """What nobody accepted yet; rollbacks first, then forks, gaps and lost roles, each the oldest first."""

    alarms: tuple[AlarmRow, ...]


class Acceptance(msgspec.Struct, frozen=True):
    """Which alarm may rest, and why."""

    kind: Kind
    about: str
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]


def alarm_routes(district: District, asking: Asking, live: Live) -> list[HTTPRouteHandler]:
    """The routes of /api/alarms."""

    async def looker(request: AnyRequest) -> Staff:
        await live.catch_up()
        person = await asking.staff(request)
        if not has_role(live.directory, person.id, LOOKERS):
            raise await asking.refuse(person.id, "look at alarms", "None of your roles settles anything here.")
        return person

    @get("/api/alarms", tags=["alarms"])
    async def alarms(request: AnyRequest) -> AlarmList:
        """What waits for a person to look at."""
        await looker(request)
        return AlarmList(tuple(alarm_row(one, live.directory) for one in live.alarms.open()))

    @post("/api/alarms/accept", status_code=HTTP_200_OK, tags=["alarms"])
    async def accept(request: AnyRequest, data: JSONBody[Acceptance]) -> AlarmList:
        """Say that it was looked at and may rest; the alarms that are left."""
        person = await looker(request)
        alarm = live.alarms.get(data.kind, data.about)
        if alarm is None:
            raise ProblemError("not-found", "No such alarm waits: somebody accepted it, or it has passed.")
        if not has_role(live.directory, person.id, frozenset({alarm.owner, Role.HEALTH_OFFICE})):
            detail = f"This is for the role {alarm.owner.value} to accept."
            raise await asking.refuse(person.id, "accept an alarm", detail)
        accepted = AlarmAccepted(kind=data.kind, about=data.about, reason=data.reason, by=person.id)
        await district.record([(DISTRICT_STREAM, accepted)])
        await live.catch_up()
        return AlarmList(tuple(alarm_row(one, live.directory) for one in live.alarms.open()))

    return [alarms, accept]


def alarm_row(one: Alarm, directory: Directory) -> AlarmRow:
    """An alarm with the names of device and person."""
    device = directory.devices.get(one.device) if one.device else None
    person = directory.staff.get(one.staff) if one.staff else None
    students = [StudentId(stream_id(stream)) for stream in one.streams if stream_kind(stream) == "student"]
    return AlarmRow(
        one.kind,
        one.about,
        one.owner.value,
        write_instant(one.since) if one.since else "",
        one.count,
        device.label if device else one.device or "",
        person.name if person else "",
        one.first,
        one.last,
        tuple(students[:_STUDENTS_MAX]),
        one.says,
    )

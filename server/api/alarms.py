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

from events.errors import Refused
from events.roles import Role
from projections.actors import Staff
from projections.alarms import Kind
from server.alarms import AlarmRow, accept_alarm, alarm_row
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.district import District
from server.identity.rights import has_role
from server.live import Live

LOOKERS = frozenset({Role.HEALTH_OFFICE, Role.RECORDS, Role.DISTRICT_ADMIN, Role.ADMINISTRATOR, Role.AUDITOR})


class AlarmList(msgspec.Struct, frozen=True):
    """What nobody accepted yet; rollbacks first, then forks, gaps and lost roles, each the oldest first."""

    alarms: tuple[AlarmRow, ...]


class Acceptance(msgspec.Struct, frozen=True):
    """Which alarm may rest, and why. ``count``: of how many events, as they were shown."""

    kind: Kind
    about: str
    count: Annotated[int, msgspec.Meta(ge=0)]
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
        try:
            await accept_alarm(district, live, alarm, data.count, person.id, data.reason)
        except Refused as error:
            if error.code != "not-allowed":
                raise
            raise await asking.refuse(person.id, "accept an alarm", error.message) from error
        return AlarmList(tuple(alarm_row(one, live.directory) for one in live.alarms.open()))

    return [alarms, accept]

"""The commissioner's recommended list for the office: GET /api/recommended, POST /api/recommended.

Everybody who signs in may read it; the health office, an administrator or the district's administrator enters an
edition, each with its source. The phones learn it with the district's policy.
"""

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from events.ids import DISTRICT_STREAM
from events.roles import Role
from projections.policy import policy_of
from server.api.asking import Asking
from server.api.problems import AnyRequest
from server.district import District
from server.identity.rights import has_role
from server.live import Live
from server.recommending import EditionEntered, EditionRow, adoption, editions_of

ENTERERS = frozenset({Role.HEALTH_OFFICE, Role.ADMINISTRATOR, Role.DISTRICT_ADMIN})


class Editions(msgspec.Struct, frozen=True):
    """Every edition known, the newest first."""

    editions: tuple[EditionRow, ...]


class Recommendations:
    """What the handlers share: who asks, which editions there are, how one is written."""

    def __init__(self, district: District, live: Live, asking: Asking) -> None:
        self._district, self._live, self._asking = district, live, asking

    async def shown(self, request: AnyRequest) -> Editions:
        await self._asking.staff(request)
        facts, _ = await self._district.reading.some([DISTRICT_STREAM])
        return Editions(editions_of(policy_of(facts)))

    async def enter(self, request: AnyRequest, entered: EditionEntered) -> Editions:
        await self._live.catch_up()
        person = await self._asking.staff(request)
        if not has_role(self._live.directory, person.id, ENTERERS):
            wanted = " or ".join(sorted(role.value for role in ENTERERS))
            raise await self._asking.refuse(person.id, "enter a recommended list", f"This takes the role {wanted}.")
        adopted = adoption(entered, person.name, self._asking.today(), person.id)
        await self._district.record([(DISTRICT_STREAM, adopted)])
        return await self.shown(request)


def recommended_routes(district: District, live: Live, asking: Asking) -> Router:
    """The routes of /api/recommended."""
    office = Recommendations(district, live, asking)
    return Router(
        "/api/recommended",
        route_handlers=[editions, enter],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        tags=["recommended"],
    )


@get("/")
async def editions(request: AnyRequest, office: NamedDependency[Recommendations]) -> Editions:
    """The editions of the recommended list, each with its source, or without one while nobody compared it."""
    return await office.shown(request)


@post("/", status_code=HTTP_200_OK)
async def enter(
    request: AnyRequest, office: NamedDependency[Recommendations], data: JSONBody[EditionEntered]
) -> Editions:
    """Enter an edition, or replace what stands under its day."""
    return await office.enter(request, data)

"""Who had a lot, for whoever calls the families: GET /api/lots?lot=, and the recall that the office was told of.

    GET /api/lots/held           what must not be used now; names nobody
    POST /api/lots/recall        the maker recalls it: held at a clinic, and by that at every one    stock.held

A list names children, schools and telephones: it takes a role that calls families, shows who is within its reach, and
each child on it is on the access record first. The lot is known by its letters and digits, however it is written.
"""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from events.catalog.doses import LotNumber
from events.catalog.event_type import Mvx
from events.catalog.stock import StockHeld
from events.errors import Refused
from events.ids import stream_of
from events.roles import Role
from projections.actors import Staff
from projections.loads import lot_number
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest
from server.district import District
from server.identity.rights import has_role, reach
from server.live import Live
from server.lots import HeldLot, LotList, held_lots, holds_of, who_had
from server.records import read_children
from server.worklist import Underway, Worklist
from server.worklist_rows import is_within

CALLERS = frozenset({Role.NURSE, Role.HEALTH_OFFICE, Role.ADMINISTRATOR})
"""Who calls families about a lot."""
RECALLERS = frozenset({Role.HEALTH_OFFICE})
"""Who stops a lot in the whole district; a nurse does it at her clinic, on her phone."""
LOT_LENGTH_MAX = 40
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]


class Recall(msgspec.Struct, frozen=True):
    """The lot as the maker writes it, by what letter or notice it is known, and whose it is; left out, any maker's."""

    lot: LotNumber
    source: Words
    mvx: Mvx | None = None


class HeldLots(msgspec.Struct, frozen=True):
    """What must not be used now."""

    lots: tuple[HeldLot, ...]


class LotOffice:
    """What the handlers share: who asks, which children that person is shown."""

    def __init__(
        self, district: District, live: Live, worklist: Worklist, asking: Asking, access: AccessRecord
    ) -> None:
        self._district, self._live, self._worklist = district, live, worklist
        self._asking, self._access = asking, access

    async def person(self, request: AnyRequest, roles: frozenset[Role], deed: str) -> Staff:
        """Raises ProblemError for a person without these roles; the refusal is on record first."""
        await self._live.catch_up()
        person = await self._asking.staff(request)
        if not has_role(self._live.directory, person.id, roles):
            detail = f"This takes the role {' or '.join(sorted(role.value for role in roles))}."
            raise await self._asking.refuse(person.id, deed, detail)
        return person

    async def listed(self, person: Staff, lot: str) -> LotList:
        """The list; each child on it is on the access record. Raises ProjectionPaused."""
        live, today = self._live, self._asking.today()
        if not lot_number(lot):
            raise Refused("bad-field", "lot: write the letters and digits of the number")
        found = await self._worklist.look()
        if isinstance(found, Underway):
            return LotList(lot, today, 0, (), (), found)
        within = reach(live.directory, live.scopes, person.id, CALLERS)
        wanted = [one for one in await self._worklist.who_had(lot) if is_within(within, live, [one])]
        records = await read_children(self._district, (one for child in wanted for one in live.scopes.linked(child)))
        rows = who_had(records.students(), lot, date.fromisoformat(today), live)
        await self._access.viewed(person.id, [one for row in rows for one in live.scopes.linked(row.student)], "lot")
        return LotList(lot, today, records.size, holds_of(live, lot), rows)

    def held(self) -> HeldLots:
        return HeldLots(held_lots(self._live))

    async def recall(self, person: Staff, told: Recall) -> LotList:
        """Hold it at one clinic that has it, or may come by it: from there it goes to all. Raises Refused for none."""
        clinics = self._live.recalls.clinics_for(told.lot, told.mvx or "")
        if not clinics:
            raise Refused("no-clinic", "No clinic of the district has this lot, and none is planned that may get it.")
        note = f"{person.name}: {told.source}"
        hold = StockHeld(lots=(told.lot,), mvx=told.mvx, why="recall", note=note)
        await self._district.record([(stream_of("clinic", one), hold) for one in clinics])
        await self._live.catch_up()
        return await self.listed(person, told.lot)


Office = NamedDependency[LotOffice]


def lot_routes(district: District, live: Live, worklist: Worklist, asking: Asking, access: AccessRecord) -> Router:
    """The routes of /api/lots."""
    office = LotOffice(district, live, worklist, asking, access)
    return Router(
        "/api/lots",
        route_handlers=[list_children, list_held, recall],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        tags=["lots"],
    )


@get("/")
async def list_children(
    request: AnyRequest,
    office: Office,
    lot: Annotated[str, QueryParameter(min_length=1, max_length=LOT_LENGTH_MAX)],
) -> LotList:
    """The children given a lot, with doses and whom to call; those within the asker's reach."""
    return await office.listed(await office.person(request, CALLERS, "list children by lot"), lot)


@get("/held")
async def list_held(request: AnyRequest, office: Office) -> HeldLots:
    """The lots that must not be used now, the last held first."""
    await office.person(request, CALLERS, "list held lots")
    return office.held()


@post("/recall", status_code=HTTP_200_OK)
async def recall(request: AnyRequest, office: Office, data: JSONBody[Recall]) -> LotList:
    """A maker recalls a lot: every phone of every clinic stops it, of that maker where one is named; who had it."""
    return await office.recall(await office.person(request, RECALLERS, "recall a lot"), data)

"""The clinics somebody may work at, for a device (bearer token) or a browser (session); a clinic's day and books.

GET  /api/clinics                              what a person may open
GET  /api/clinics/{clinic}                     the day so far; each child named is on the access record first
POST …/{clinic}/loans/{loan}/repay             a dose lent between funds was paid back    stock.replaced
POST …/{clinic}/orders/{order}/withdraw        a standing order holds no longer           clinic.order_withdrawn
"""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from events.catalog import TYPE_OF, Payload
from events.catalog.clinics import OrderWithdrawn
from events.catalog.doses import LotNumber
from events.catalog.event_type import CivilDate, Name
from events.catalog.stock import StockReplaced
from events.ids import ClinicId, StaffId, is_uuid7, stream_of
from events.roles import Role
from events.wire import ClinicChoice
from projections.actors import Staff
from projections.clinic import Clinic, clinic_of
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.clinic_books import repayment
from server.clinic_day import ClinicDay, read_clinic_day
from server.district import District
from server.identity.rights import clinics_for, has_role
from server.live import Live
from server.standing_orders import withdrawal

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]


class Repayment(msgspec.Struct, frozen=True):
    """The lot that replaced the dose, and the day (none: today)."""

    lot: LotNumber
    on: CivilDate | None = None


class OrderEnd(msgspec.Struct, frozen=True):
    """Who withdrew the order (the prescriber, or who speaks for them), why, and from which day (none: today)."""

    by: Name
    reason: Reason
    on: CivilDate | None = None


def clinic_choices(live: Live, staff: StaffId) -> tuple[ClinicChoice, ...]:
    """The clinics a person's roles cover, by day and name, with the number of children on the roster."""
    return tuple(
        ClinicChoice(
            clinic=clinic.id,
            name=clinic.name,
            on=clinic.on,
            students=len(live.scopes.members(stream_of("clinic", clinic.id), live.scopes.size)),
        )
        for clinic in clinics_for(live.directory, staff)
    )


class ClinicOffice:
    """What the handlers share: which clinic, who may, what it says, how it is written."""

    def __init__(self, district: District, asking: Asking, live: Live, access: AccessRecord) -> None:
        self._district, self._asking, self._live, self._access = district, asking, live, access

    async def choices(self, request: AnyRequest) -> tuple[ClinicChoice, ...]:
        await self._live.catch_up()
        bearer = await self._asking.bearer_or_none(request)
        staff = bearer.staff if bearer is not None else (await self._asking.staff(request)).id
        return clinic_choices(self._live, staff)

    async def enter(self, request: AnyRequest, clinic: str) -> tuple[ClinicId, Staff]:
        """The clinic and who opens it. Raises ProblemError; a refusal is on record first."""
        await self._live.catch_up()
        person, wanted = await self._asking.staff(request), ClinicId(clinic)
        if not is_uuid7(clinic) or wanted not in self._live.directory.clinics:
            raise ProblemError("not-found", "The district has no clinic with this id.")
        if wanted not in {one.id for one in clinics_for(self._live.directory, person.id)}:
            detail = "Your roles do not cover this clinic; ask the health office."
            raise await self._asking.refuse(person.id, "open a clinic", detail, stream_of("clinic", clinic))
        return wanted, person

    async def enter_to_write(self, request: AnyRequest, clinic: str, kind: type[Payload]) -> tuple[Clinic, Staff]:
        """The clinic as it stands, for somebody who holds a role that writes such an event. Raises ProblemError."""
        wanted, person = await self.enter(request, clinic)
        roles = frozenset(TYPE_OF[kind].authors) - {Role.SYSTEM}
        if not has_role(self._live.directory, person.id, roles):
            detail = f"This takes the role {' or '.join(sorted(role.value for role in roles))}."
            raise await self._asking.refuse(person.id, "write to a clinic", detail, stream_of("clinic", clinic))
        facts, _ = await self._district.reading.some([stream_of("clinic", wanted)])
        return clinic_of(facts), person

    def day(self, on: str | None) -> str:
        """A day, or the district's today."""
        return on or self._asking.today()

    async def shown(self, clinic: ClinicId, person: Staff) -> ClinicDay:
        day = await read_clinic_day(self._district, self._live, clinic)
        await self._access.viewed(person.id, [visit.student for visit in day.visits], "clinic")
        return day

    async def record(self, clinic: ClinicId, person: Staff, payload: Payload) -> ClinicDay:
        await self._district.record_first([(stream_of("clinic", clinic), payload)])
        await self._live.catch_up()
        return await self.shown(clinic, person)


def clinic_routes(district: District, asking: Asking, live: Live, access: AccessRecord) -> Router:
    """The routes of /api/clinics."""
    office = ClinicOffice(district, asking, live, access)
    return Router(
        "/api/clinics",
        route_handlers=[clinics, clinic_day, repay, withdraw],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        tags=["clinics"],
    )


@get("/")
async def clinics(request: AnyRequest, office: NamedDependency[ClinicOffice]) -> tuple[ClinicChoice, ...]:
    """The clinics the asker may work at, by day."""
    return await office.choices(request)


@get("/{clinic:str}")
async def clinic_day(request: AnyRequest, office: NamedDependency[ClinicOffice], clinic: FromPath[str]) -> ClinicDay:
    """Who was expected, who was served, what was not given and why, what does not fit together, and the books."""
    return await office.shown(*await office.enter(request, clinic))


@post("/{clinic:str}/loans/{loan:str}/repay", status_code=HTTP_200_OK)
async def repay(
    request: AnyRequest,
    office: NamedDependency[ClinicOffice],
    clinic: FromPath[str],
    loan: FromPath[str],
    data: JSONBody[Repayment],
) -> ClinicDay:
    """A dose lent between funds was paid back with this lot."""
    one, person = await office.enter_to_write(request, clinic, StockReplaced)
    paid = repayment(one, loan, data.lot, office.day(data.on), office.day(None), person.id)
    return await office.record(ClinicId(clinic), person, paid)


@post("/{clinic:str}/orders/{order:str}/withdraw", status_code=HTTP_200_OK)
async def withdraw(
    request: AnyRequest,
    office: NamedDependency[ClinicOffice],
    clinic: FromPath[str],
    order: FromPath[str],
    data: JSONBody[OrderEnd],
) -> ClinicDay:
    """A standing order holds no longer: every phone of the clinic stops the vaccine."""
    one, person = await office.enter_to_write(request, clinic, OrderWithdrawn)
    told = withdrawal(one, order, office.day(data.on), data.by, data.reason, person.id)
    return await office.record(ClinicId(clinic), person, told)

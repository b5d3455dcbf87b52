"""The district's devices for the office: GET /api/devices, POST …/{device}/close-seat, POST …/{device}/close.

    close-seat     one person signs no more on it, the others do         seat.closed
    close          nobody signs on it any more                           seat.closed, device.closed

Whoever may hand out an enrolment code may end what it began. What still comes goes to review.
"""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from events.catalog import Payload
from events.ids import StaffId, Stream
from projections.actors import Device, Staff
from server.api.asking import Asking
from server.api.problems import AnyRequest
from server.devices import (
    Colleague,
    DeviceReason,
    DeviceRow,
    SeatReason,
    colleagues,
    device_rows,
    end_of_device,
    end_of_seat,
    find_device,
)
from server.district import District
from server.identity.rights import ENROLLERS, has_role
from server.live import Live

Note = Annotated[str, msgspec.Meta(max_length=1_000)]


class DeviceList(msgspec.Struct, frozen=True):
    """Open devices that people carry, in the order they joined, and who may be given a code for one."""

    devices: tuple[DeviceRow, ...]
    people: tuple[Colleague, ...]


class SeatEnd(msgspec.Struct, frozen=True):
    """Whose seat ends, and why."""

    staff: StaffId
    reason: SeatReason
    note: Note = ""


class DeviceEnd(msgspec.Struct, frozen=True):
    """Why the device ends."""

    reason: DeviceReason
    note: Note = ""


class DeviceOffice:
    """What the handlers share: who may, what there is, how it is written."""

    def __init__(self, district: District, live: Live, asking: Asking) -> None:
        self._district, self._live, self._asking = district, live, asking

    async def enter(self, request: AnyRequest, deed: str) -> Staff:
        """The signed-in person, who may. Raises ProblemError."""
        await self._live.catch_up()
        person = await self._asking.staff(request)
        if not has_role(self._live.directory, person.id, ENROLLERS):
            detail = "This takes the role district_admin or health_office."
            raise await self._asking.refuse(person.id, deed, detail)
        return person

    def listed(self) -> DeviceList:
        directory = self._live.directory
        return DeviceList(tuple(device_rows(directory)), colleagues(directory))

    def device(self, asked: str) -> Device:
        """Raises Refused."""
        return find_device(self._live.directory, asked)

    def seat_end(self, device: Device, end: SeatEnd, by: StaffId) -> list[tuple[Stream, Payload]]:
        return end_of_seat(self._live.directory, device, end.staff, end.reason, end.note, by)

    def device_end(self, device: Device, end: DeviceEnd, by: StaffId) -> list[tuple[Stream, Payload]]:
        return end_of_device(self._live.directory, device, end.reason, end.note, by)

    async def record(self, facts: list[tuple[Stream, Payload]]) -> DeviceList:
        await self._district.record_first(facts)
        await self._live.catch_up()
        return self.listed()


def device_routes(district: District, live: Live, asking: Asking) -> Router:
    """The routes of /api/devices."""
    office = DeviceOffice(district, live, asking)
    return Router(
        "/api/devices",
        route_handlers=[devices, close_seat, close],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        tags=["devices"],
    )


@get("/")
async def devices(request: AnyRequest, office: NamedDependency[DeviceOffice]) -> DeviceList:
    """Which phones, tablets and laptops there are, who signs on each, and when it last reported."""
    await office.enter(request, "look at devices")
    return office.listed()


@post("/{device:str}/close-seat", status_code=HTTP_200_OK)
async def close_seat(
    request: AnyRequest, office: NamedDependency[DeviceOffice], device: FromPath[str], data: JSONBody[SeatEnd]
) -> DeviceList:
    """One person signs no more on this device; the others go on."""
    person = await office.enter(request, "close a seat")
    return await office.record(office.seat_end(office.device(device), data, person.id))


@post("/{device:str}/close", status_code=HTTP_200_OK)
async def close(
    request: AnyRequest, office: NamedDependency[DeviceOffice], device: FromPath[str], data: JSONBody[DeviceEnd]
) -> DeviceList:
    """Nobody signs on this device any more, and it fetches nothing."""
    person = await office.enter(request, "close a device")
    return await office.record(office.device_end(office.device(device), data, person.id))

"""Who works at a facility, for whoever plans a clinic there: names, titles and roles; the asking is on record."""

from pathlib import Path
from typing import Any

import httpx

from events.catalog.disclosures import StaffListed
from events.catalog.people import AccessRefused, RoleGranted, StaffLeft, StaffRegistered
from events.codec import decode_payload
from events.ids import Position, StaffId, stream_kind, stream_of
from tests.server.house import OTHER_SCHOOL, SCHOOL, WORK, House, Phone, open_house
from tests.server.making import make_id


async def ask(house: House, phone: Phone, facility: str = SCHOOL) -> httpx.Response:
    return await house.http.get(f"/api/facilities/{facility}/staff", headers=phone.headers)


async def told(house: House, kind: str, payload: type) -> list[Any]:
    """What the log holds of streams of a kind, of one payload."""
    found = []
    async for row in house.district.log.read(Position(0)):
        if row.event and row.header and stream_kind(row.header.stream) == kind:
            read = decode_payload(row.header.type, 1, row.event.payload)
            found += [read] if isinstance(read, payload) else []
    return found


async def hire(house: House, name: str, *roles: RoleGranted) -> StaffId:
    staff = StaffId(make_id(f"staff {name}"))
    await house.tell(stream_of("staff", staff), StaffRegistered(name=name, title="LPN", address=WORK), *roles)
    return staff


async def test_who_works_at_a_school_is_named_to_who_plans_there(tmp_path: Path) -> None:
    """SERVER-R45: those of the school and the nurses of the whole district; nobody of another school, nobody gone."""
    async with open_house(tmp_path) as house:
        anna = house.staff["anna"]
        await house.tell(stream_of("staff", anna), RoleGranted(role="nurse", facility=SCHOOL))
        here = await hire(house, "Vera Vik", RoleGranted(role="records", facility=SCHOOL))
        roaming = await hire(house, "Nils Nord", RoleGranted(role="nurse"))
        await hire(house, "Otto Oak", RoleGranted(role="nurse", facility=OTHER_SCHOOL))
        gone = await hire(house, "Gerd Gone", RoleGranted(role="nurse", facility=SCHOOL))
        await house.tell(stream_of("staff", gone), StaffLeft(on=house.today.isoformat()))
        phone = await house.enroll()
        answer = await ask(house, phone)
        assert answer.status_code == 200, answer.text
        assert [(one["staff"], one["name"], one["title"], one["roles"]) for one in answer.json()] == [
            (anna, "Anna Ek", "RN", ["nurse"]),
            (roaming, "Nils Nord", "LPN", ["nurse"]),
            (house.staff["olga"], "Olga Ek", "RN", ["health_office"]),
            (here, "Vera Vik", "LPN", ["records"]),
        ]
        assert not any("address" in one or "login" in one for one in answer.json())


async def test_that_they_were_named_is_on_record_first(tmp_path: Path) -> None:
    """SERVER-R45: who asked, of which school, who was named, on which phone."""
    async with open_house(tmp_path) as house:
        anna = house.staff["anna"]
        await house.tell(stream_of("staff", anna), RoleGranted(role="nurse", facility=SCHOOL))
        phone = await house.enroll()
        named = [one["staff"] for one in (await ask(house, phone)).json()]
        [listed] = await told(house, "access", StaffListed)
        assert (listed.staff, listed.facility, listed.device) == (anna, SCHOOL, phone.enrolled.device)
        assert list(listed.people) == named


async def test_nobody_is_named_of_a_school_beyond_the_askers_roles(tmp_path: Path) -> None:
    """SERVER-R45: refused in words, and on record; a school nobody knows is not there."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        answer = await ask(house, phone, OTHER_SCHOOL)
        assert answer.status_code == 403
        assert "ask the health office" in answer.json()["detail"]
        assert [one.attempted for one in await told(house, "staff", AccessRefused)] == ["name a facility's staff"]
        assert await told(house, "access", StaffListed) == []
        assert (await ask(house, phone, make_id("nowhere"))).status_code == 404

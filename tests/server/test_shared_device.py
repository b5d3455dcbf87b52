"""A phone that two nurses share: one device and one chain, a seat and a token for each, and both looks on record."""

from pathlib import Path

import msgspec
import pytest

from events.catalog.devices import SeatClosed
from events.catalog.people import RoleGranted
from events.errors import Refused
from events.ids import EventId, stream_of
from events.roles import Role
from events.wire import Accepted, Enrolled, Quarantined, Reset
from server.commands.device import close_seat, list_devices
from tests.server.house import ADA, BEA, CLINIC, House, Phone, open_house
from tests.server.making import Writer, make_id
from tests.server.test_pull_http import pull_all
from tests.server.test_quarantine import HEADERS, facts
from tests.server.test_reading_http import viewings


async def seat_for(house: House, name: str, phone: Phone, token: str = "") -> tuple[int, Phone]:
    """What the server says to a further seat on a phone, and the phone in that person's hand."""
    writer = Writer(make_id(f"unused {name}"), house.staff[name])
    asked = {"code": await house.code(name), "public_key": writer.key.public.hex(), "label": ""}
    headers = {"Authorization": f"Bearer {token or phone.enrolled.token}"}
    body = msgspec.json.encode(asked | {"device": phone.enrolled.device})
    answer = await house.http.post("/enroll", content=body, headers=headers)
    if answer.status_code != 200:
        return answer.status_code, phone
    return 200, Phone(house, msgspec.json.decode(answer.content, type=Enrolled), writer)


async def test_a_second_nurse_writes_on_in_the_same_chain_with_a_key_of_her_own(tmp_path: Path) -> None:
    """WEB-R110: and either's token delivers what the other recorded."""
    async with open_house(tmp_path) as house:
        anna = await house.enroll()
        status, rita = await seat_for(house, "rita", anna)
        assert (status, rita.enrolled.device) == (200, anna.enrolled.device)
        await house.tell(stream_of("staff", house.staff["rita"]), RoleGranted(role=Role.NURSE.value, clinic=CLINIC))
        first = anna.dose()
        rita.writer.seq, rita.writer.prev = anna.writer.seq, anna.writer.prev
        second = rita.dose(BEA, id=EventId(make_id("rita's first")))
        answers = await rita.push(first, second)
        assert all(isinstance(one, Accepted) for one in answers)


async def test_a_further_seat_needs_the_phones_own_token(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        anna, other = await house.enroll(), await house.enroll("olga")
        assert (await seat_for(house, "rita", anna, token="nobody's"))[0] == 401
        assert (await seat_for(house, "rita", anna, token=other.enrolled.token))[0] == 401


async def test_what_one_nurse_fetched_is_a_look_of_the_other_too(tmp_path: Path) -> None:
    """WEB-R115: the children lie on the phone she opens; each once."""
    async with open_house(tmp_path) as house:
        anna = await house.enroll()
        _, page = await pull_all(anna)
        _, rita = await seat_for(house, "rita", anna)
        await house.tell(stream_of("staff", house.staff["rita"]), RoleGranted(role=Role.NURSE.value, clinic=CLINIC))
        for _ in range(2):
            _, page = await pull_all(rita, cursor=page.cursor)
        looks = await viewings(house)
        for name in ("anna", "rita"):
            assert sorted(one for one in looks if one[0] == house.staff[name]) == sorted(
                (house.staff[name], child, "sync") for child in (ADA, BEA)
            )


async def two_nurses(house: House) -> tuple[Phone, Phone]:
    """Anna and Rita on one phone, each with a seat, both nurses of the clinic."""
    anna = await house.enroll()
    _, rita = await seat_for(house, "rita", anna)
    await house.tell(stream_of("staff", house.staff["rita"]), RoleGranted(role=Role.NURSE.value, clinic=CLINIC))
    return anna, rita


async def when_annas_seat_ends_only_hers_goes_to_review(anna: Phone, rita: Phone) -> None:
    """What she had not sent arrives with the other's: hers is set aside, kept whole, the other's is taken."""
    unsent = anna.dose()
    rita.writer.seq, rita.writer.prev = anna.writer.seq, anna.writer.prev
    written = rita.dose(BEA, id=EventId(make_id("rita's own")))
    hers, others = await rita.push(unsent, written)
    assert isinstance(hers, Quarantined)
    assert (hers.reason, hers.owner) == ("revoked_key", "district_admin")
    assert isinstance(others, Accepted)
    scope = f"clinic/{CLINIC}"
    assert isinstance((await anna.turn(scope=scope)).page, Reset), "the closed seat fetches nothing more"
    assert not isinstance((await rita.turn(scope=scope)).page, Reset)


async def test_a_command_closes_one_seat_and_leaves_the_other(tmp_path: Path) -> None:
    """IDENTITY-R11"""
    async with open_house(tmp_path) as house:
        anna, rita = await two_nurses(house)
        settings = house.district.settings
        with pytest.raises(Refused, match="has no open seat"):
            await close_seat(settings, "anna's phone", "olga", "left")
        said = await close_seat(settings, "anna's phone", "anna", "left", "works elsewhere now")
        assert said.startswith("Anna Ek signs no more on anna's phone")
        (listed,) = await list_devices(settings)
        assert (listed.people, listed.state) == (("rita",), "open")
        await when_annas_seat_ends_only_hers_goes_to_review(anna, rita)


async def test_the_office_closes_one_seat_in_its_browser(tmp_path: Path) -> None:
    """IDENTITY-R11, OFFICE-R12: named in the log by who did it; nobody else may."""
    async with open_house(tmp_path) as house:
        anna, rita = await two_nurses(house)
        path, end = f"/api/devices/{anna.enrolled.device}/close-seat", {"staff": house.staff["anna"], "reason": "lost"}
        await house.sign_in("anna")
        assert (await house.http.post(path, json=end, headers=HEADERS)).status_code == 403
        assert (await house.http.get("/api/devices")).status_code == 403
        await house.sign_in("olga")
        listed = (await house.http.get("/api/devices")).json()
        (before,) = listed["devices"]
        assert {one["staff"] for one in listed["people"]} == set(house.staff.values())
        assert [seat["name"] for seat in before["seats"]] == ["Anna Ek", "Rita Ek"]
        (after,) = (await house.http.post(path, json=end, headers=HEADERS)).json()["devices"]
        assert [seat["login"] for seat in after["seats"]] == ["rita"]
        again = await house.http.post(path, json=end, headers=HEADERS)
        assert (again.status_code, again.json()["code"]) == (409, "no-seat")
        (told,) = await facts(house, SeatClosed)
        assert isinstance(told.payload, SeatClosed)
        assert told.payload.by == house.staff["olga"]
        await when_annas_seat_ends_only_hers_goes_to_review(anna, rita)
        gone = {"reason": "retired"}
        left = await house.http.post(f"/api/devices/{anna.enrolled.device}/close", json=gone, headers=HEADERS)
        assert left.json()["devices"] == []

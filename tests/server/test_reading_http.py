"""Reading records: who may, what they see, and that every look is on record."""

import asyncio
from pathlib import Path

import httpx

from events.catalog.clinics import RosterAdded
from events.catalog.disclosures import RecordViewed
from events.catalog.people import RoleGranted
from events.codec import decode_payload
from events.ids import Position, stream_kind, stream_of
from tests.server.house import ADA, BEA, CLINIC, NURIA, SCHOOL, House, open_house
from tests.server.making import make_id
from tests.server.test_identity_http import refusals


async def viewings(house: House) -> list[tuple[str, str, str]]:
    """Reader, child and screen of every recorded look."""
    found: list[tuple[str, str, str]] = []
    async for row in house.district.log.read(Position(0)):
        if row.event and row.header and stream_kind(row.header.stream) == "access":
            payload = decode_payload(row.header.type, 1, row.event.payload)
            assert isinstance(payload, RecordViewed)
            assert row.header.stream.startswith(f"access/{payload.staff}/")
            found += [(payload.staff, viewing.student, viewing.part) for viewing in payload.viewings]
    return found


async def find(house: House, query: str) -> list[str]:
    answer = await house.http.get("/api/students", params={"query": query})
    assert answer.status_code == 200, answer.text
    return [one["student"] for one in answer.json()["students"]]


async def read(house: House, student: str) -> httpx.Response:
    return await house.http.get(f"/api/students/{student}")


async def test_a_child_is_found_by_the_beginning_of_any_name(tmp_path: Path) -> None:
    """SERVER-R01"""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        assert await find(house, "ad ok") == [ADA]
        assert await find(house, "nuria") == await find(house, "LOPEZ nú") == await find(house, "garcia-lo") == [NURIA]
        assert await find(house, "2015-06-15 bea") == [BEA]
        assert await find(house, "dalia") == []
        assert (await house.http.get("/api/students", params={"query": "a"})).status_code == 400


async def test_a_record_shows_doses_verdict_and_clauses_and_the_look_is_recorded(tmp_path: Path) -> None:
    """SERVER-R02, SERVER-R03"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        await phone.push(phone.dose())
        await house.sign_in("olga")
        answer = await read(house, ADA)
        assert answer.status_code == 200, answer.text
        record = answer.json()
        assert record["name"] == "Ada Okafor"
        assert record["facility_name"] == "Elm"
        assert [dose["cvx"] for dose in record["doses"]] == ["03"]
        assert record["verdict"]["overall"] == "not_compliant"
        assert all(antigen["clause"] for antigen in record["verdict"]["antigens"] if antigen["outcome"] == "short")
        assert answer.headers["cache-control"] == "no-store"
        then = await house.http.get(f"/api/students/{ADA}", params={"as_of": "2021-09-08"})
        assert then.json()["as_of"] == "2021-09-08"
        await asyncio.sleep(2.5)
        assert (house.staff["olga"], ADA, "record") in await viewings(house)


async def test_a_search_counts_as_a_look_at_each_child_it_shows(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        await find(house, "ada")
        await asyncio.sleep(2.5)
        assert await viewings(house) == [(house.staff["olga"], ADA, "search")]


async def test_a_nurse_reads_her_clinic_s_children_and_no_others(tmp_path: Path) -> None:
    """SERVER-R04: refused clearly, and recorded."""
    async with open_house(tmp_path) as house:
        await house.sign_in("anna")
        assert (await read(house, ADA)).status_code == 200
        refused = await read(house, NURIA)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
        assert [one.place for one in await refusals(house, "anna")] == [f"student/{NURIA}"]
        assert await find(house, "nuria") == []
        await house.tell(stream_of("clinic", CLINIC), RosterAdded(students=(NURIA,)))
        await asyncio.sleep(0.7)
        assert (await read(house, NURIA)).status_code == 200


async def test_each_role_reads_where_it_was_granted(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.sign_in("rita")
        assert (await read(house, ADA)).status_code == 403
        assert await find(house, "ada") == []
        await house.tell(stream_of("staff", house.staff["rita"]), RoleGranted(role="records", facility=SCHOOL))
        await asyncio.sleep(0.7)
        assert (await read(house, ADA)).status_code == 200
        assert await find(house, "ada") == [ADA]


async def test_who_runs_the_system_does_not_read_records(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.sign_in("root")
        for answer in (await read(house, ADA), await house.http.get("/api/students", params={"query": "ada"})):
            assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
        assert len(await refusals(house, "root")) == 2


async def test_unknown_children_and_nobody_signed_in(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        assert (await read(house, ADA)).json()["code"] == "not-signed-in"
        await house.sign_in("olga")
        assert (await read(house, make_id("nobody"))).json()["code"] == "not-found"
        assert (await read(house, "ada%20okafor")).json()["code"] == "not-found"


async def test_stopping_writes_every_look_that_waits(tmp_path: Path) -> None:
    """SERVER-R05"""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        for _ in range(130):
            assert (await read(house, ADA)).status_code == 200
        await read(house, BEA)
        house.server.should_exit = True
        await asyncio.sleep(1.5)
        seen = await viewings(house)
        assert len(seen) == 131
        assert (house.staff["olga"], BEA, "record") in seen

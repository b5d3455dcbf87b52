"""Signing in, enrolling, and every way it is refused, against a real server."""

import asyncio
import sqlite3
from pathlib import Path

import httpx
import msgspec

from events.catalog.people import AccessRefused, StaffLeft
from events.codec import decode_payload
from events.ids import Position, stream_of
from events.wire import Enrolled, EnrollRequest
from tests.server.house import CLINIC, PASSWORD, House, open_house
from tests.server.making import Writer, make_id

SAME_SITE = {"X-Doseledger": "1"}


async def refusals(house: House, name: str) -> list[AccessRefused]:
    """What the log holds against a person."""
    found = []
    async for row in house.district.log.read(Position(0)):
        if row.event and row.header and row.header.stream == stream_of("staff", house.staff[name]):
            payload = decode_payload(row.header.type, 1, row.event.payload)
            if isinstance(payload, AccessRefused):
                found.append(payload)
    return found


async def enroll(house: House, code: str, **more: object) -> httpx.Response:
    asked = {"code": code, "public_key": Writer(make_id("x")).key.public.hex(), "label": "phone"} | more
    return await house.http.post("/enroll", content=msgspec.json.encode(asked))


async def test_signing_in_gives_a_session_and_signing_out_ends_it(tmp_path: Path) -> None:
    """IDENTITY-R01"""
    async with open_house(tmp_path) as house:
        answer = await house.sign_in("ANNA")
        assert answer.status_code == 200
        assert answer.json()["roles"] == [{"role": "nurse", "facility": None, "clinic": CLINIC}]
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert (await house.http.get("/api/session")).json()["name"] == "Anna Ek"
        kept = dict(house.http.cookies)
        assert (await house.http.delete("/api/session", headers=SAME_SITE)).status_code == 204
        house.http.cookies.update(kept)
        assert (await house.http.get("/api/session")).status_code == 401


async def test_a_session_ends_when_idle_and_after_twelve_hours(tmp_path: Path) -> None:
    """IDENTITY-R02"""
    async with open_house(tmp_path) as house:
        await house.sign_in("anna")
        house.clock.turn(minutes=31)
        assert (await house.http.get("/api/session")).status_code == 401
        await house.sign_in("anna")
        for _ in range(35):
            house.clock.turn(minutes=20)
            assert (await house.http.get("/api/session")).status_code == 200
        house.clock.turn(minutes=21)
        assert (await house.http.get("/api/session")).status_code == 401


async def test_a_wrong_login_is_one_answer_whoever_it_was(tmp_path: Path) -> None:
    """IDENTITY-R03: refused clearly, recorded for whom we know, and slower each time."""
    async with open_house(tmp_path) as house:
        wrong, unknown = await house.sign_in("anna", "not it at all"), await house.sign_in("nobody", "not it at all")
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()
        assert [one.code for one in await refusals(house, "anna")] == ["wrong-login"]
        for name in ("anna", "nobody"):
            for _ in range(3):
                await house.sign_in(name, "not it at all")
            late = await house.sign_in(name)
            assert (late.status_code, late.json()["code"]) == (429, "too-many-attempts")
            assert int(late.headers["retry-after"]) >= 1
        house.clock.turn(seconds=5)
        assert (await house.sign_in("anna")).status_code == 200


async def test_who_has_left_signs_in_no_more(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.sign_in("anna")
        await house.tell(stream_of("staff", house.staff["anna"]), StaffLeft(on="2026-11-21"))
        await house.caught_up()
        assert (await house.http.get("/api/session")).status_code == 401
        assert (await house.sign_in("anna")).status_code == 401


async def test_another_site_cannot_act_for_a_browser(tmp_path: Path) -> None:
    """IDENTITY-R04"""
    async with open_house(tmp_path) as house:
        login = {"login": "olga", "password": PASSWORD}
        assert (await house.http.post("/api/session", json=login)).json()["code"] == "cross-site"
        await house.sign_in("olga")
        wanted = {"staff": house.staff["anna"]}
        assert (await house.http.post("/api/enrollment-codes", json=wanted)).json()["code"] == "cross-site"


async def test_the_office_hands_out_a_code_and_a_phone_joins(tmp_path: Path) -> None:
    """IDENTITY-R05"""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        answer = await house.http.post("/api/enrollment-codes", json={"staff": house.staff["anna"]}, headers=SAME_SITE)
        assert answer.status_code == 201
        code = answer.json()["code"]
        joined = await enroll(house, code.lower().replace("-", " "))
        assert joined.status_code == 200, joined.text
        enrolled = msgspec.json.decode(joined.content, type=Enrolled)
        assert (enrolled.staff, enrolled.staff_title) == (house.staff["anna"], "RN")
        assert [choice.clinic for choice in enrolled.clinics] == [CLINIC]
        assert enrolled.clinics[0].students == 2
        listed = await house.http.get("/api/clinics", headers={"Authorization": f"Bearer {enrolled.token}"})
        assert [one["clinic"] for one in listed.json()] == [CLINIC]


async def test_each_bad_code_is_refused_by_name_and_recorded(tmp_path: Path) -> None:
    """IDENTITY-R06"""
    async with open_house(tmp_path) as house:
        used, expired = await house.code("anna"), await house.code("anna")
        assert (await enroll(house, used)).status_code == 200
        again = await enroll(house, used)
        assert (again.status_code, again.json()["code"]) == (403, "code-used")
        house.clock.turn(minutes=16)
        late = await enroll(house, expired)
        assert (late.status_code, late.json()["code"]) == (403, "code-expired")
        assert (await enroll(house, "ZZZZZ-ZZZZZ")).json()["code"] == "code-unknown"
        assert (await enroll(house, "?")).json()["code"] == "code-unknown"
        assert [one.code for one in await refusals(house, "anna")] == ["code-used", "code-expired"]
        limited = await enroll(house, await house.code("anna"))
        assert (limited.status_code, limited.json()["code"]) == (429, "too-many-attempts")


async def test_two_who_use_one_code_at_once_one_joins(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        code = await house.code("anna")
        answers = await asyncio.gather(*(enroll(house, code) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers)[0] == 200
        assert [answer.status_code for answer in answers].count(200) == 1


async def test_a_second_person_gets_a_seat_on_an_enrolled_phone(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        code = await house.code("olga")
        writer = Writer(phone.enrolled.device, house.staff["olga"])
        asked = EnrollRequest(code, writer.key.public.hex(), "phone", device=phone.enrolled.device)
        body = msgspec.json.encode(asked)
        stranger = await house.http.post("/enroll", content=body)
        assert stranger.json()["code"] == "token-unknown"
        joined = await house.http.post("/enroll", content=body, headers=phone.headers)
        assert joined.status_code == 200, joined.text
        seat = msgspec.json.decode(joined.content, type=Enrolled)
        assert (seat.device, seat.staff) == (phone.enrolled.device, house.staff["olga"])
        assert seat.token != phone.enrolled.token


async def test_what_is_no_enrolment_is_a_problem(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        code = await house.code("anna")
        for more in ({"public_key": "xy"}, {"label": ""}, {"kind": "toaster"}, {"device": "x"}):
            assert (await enroll(house, code, **more)).json()["code"] == "bad-request"
        assert (await enroll(house, code, version=9)).json()["code"] == "version-unknown"
        assert (await enroll(house, code)).status_code == 200


async def test_a_role_without_the_right_is_refused_and_recorded(tmp_path: Path) -> None:
    """IDENTITY-R07"""
    async with open_house(tmp_path) as house:
        await house.sign_in("anna")
        answer = await house.http.post("/api/enrollment-codes", json={"staff": house.staff["anna"]}, headers=SAME_SITE)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
        assert [one.attempted for one in await refusals(house, "anna")] == ["issue an enrolment code"]


async def test_identity_db_holds_hashes_and_no_names(tmp_path: Path) -> None:
    """IDENTITY-R08"""
    async with open_house(tmp_path) as house:
        answer = await house.sign_in("anna")
        phone, code = await house.enroll(), await house.code("olga")
        secrets = [PASSWORD, phone.enrolled.token, code, answer.cookies["doseledger_session"], "anna", "Anna", "olga"]
        database = sqlite3.connect(house.district.home.identity)
        dump = "\n".join(database.iterdump())
        database.close()
        assert "argon2id" in dump
        for secret in secrets:
            assert secret not in dump
            assert secret.encode().hex().upper() not in dump

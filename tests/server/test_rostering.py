"""Whom to put on a clinic's list: a facility's children by grade, class and what they lack, within the asker's role."""

from pathlib import Path
from typing import Any

from events.catalog.doses import DoseRecorded
from events.catalog.event_type import Told
from events.catalog.people import RoleGranted
from events.catalog.students import GradeAssigned
from events.ids import stream_of
from server.commands.imports import import_path
from tests.exchange.test_import_classes import with_classes
from tests.server.house import ADA, BEA, NURIA, OTHER_SCHOOL, SCHOOL, House, Phone, open_house
from tests.server.test_reading_http import viewings

MMR = tuple(
    DoseRecorded(cvx="03", given_on=day, told=Told(source="paper", recorder="Office", detail="form"))
    for day in ("2016-07-01", "2020-07-01")
)


async def children(house: House, phone: Phone | None = None, **asked: str) -> list[dict[str, Any]]:
    headers = phone.headers if phone is not None else {}
    answer = await house.http.get(f"/api/facilities/{SCHOOL}/children", params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def test_a_facilitys_children_by_what_they_lack(tmp_path: Path) -> None:
    """SERVER-R40: who has both measles doses is not on the list of those who lack it; each child shown is a look."""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("student", ADA), *MMR)
        await house.sign_in("olga")
        everyone = await children(house)
        assert {one["student"] for one in everyone} == {ADA, BEA, NURIA}
        lacking = await children(house, lacking="03")
        assert {one["student"] for one in lacking} == {BEA, NURIA}
        assert all("MEAS" in one["lacks"] for one in lacking)
        assert {one["student"] for one in await children(house, lacking="any")} == {ADA, BEA, NURIA}
        assert (house.staff["olga"], BEA, "clinic roster") in await viewings(house)
        asked = f"/api/facilities/{SCHOOL}/children"
        assert (await house.http.get(asked, params={"lacking": "150"})).status_code == 400


async def test_a_facilitys_children_by_grade_and_class(tmp_path: Path) -> None:
    """SERVER-R40"""
    async with open_house(tmp_path) as house:
        moved = GradeAssigned(facility=SCHOOL, grade="5", from_day="2026-09-08", classroom="5 Lind")
        await house.tell(stream_of("student", BEA), moved)
        await house.sign_in("olga")
        assert [one["student"] for one in await children(house, grade="5")] == [BEA]
        assert [one["student"] for one in await children(house, classroom="5 lind")] == [BEA]
        assert await children(house, grade="4") == []


async def test_a_phone_sees_only_what_its_nurses_roles_cover(tmp_path: Path) -> None:
    """SERVER-R41: a clinic's nurse gets the school's children of that clinic; who may read nothing is refused."""
    async with open_house(tmp_path) as house:
        anna = await house.enroll()
        assert {one["student"] for one in await children(house, anna)} == {ADA, BEA}
        await house.sign_in("root")
        assert (await house.http.get(f"/api/facilities/{SCHOOL}/children")).status_code == 403
        await house.sign_in("rita")
        assert await children(house) == []
        listed = (await house.http.get("/api/facilities")).json()
        assert {one["facility"] for one in listed} == {SCHOOL, OTHER_SCHOOL}
        assert (await house.http.get("/api/facilities/nowhere/children")).status_code == 404


async def test_a_class_of_an_imported_roster_is_offered_to_the_phone(tmp_path: Path) -> None:
    """SERVER-R40, IMPORT-R62: from the school's files to whom a nurse may put on her list."""
    async with open_house(tmp_path / "home") as house:
        folder = with_classes(tmp_path / "r", "c-1,active,4_Lind,,homeroom", "c-1,s-0,student c-1,s-2,student")
        await import_path(house.district.settings, folder, roster=True, first_day="2026-09-08")
        await house.tell(stream_of("staff", house.staff["rita"]), RoleGranted(role="nurse"))
        phone = await house.enroll("rita")
        answer = await house.http.get("/api/facilities", headers=phone.headers)
        (maple,) = (one["facility"] for one in answer.json() if one["name"] == "Maple School")
        asked = f"/api/facilities/{maple}/children"
        answer = await house.http.get(asked, params={"classroom": "4 Lind"}, headers=phone.headers)
        assert [(one["name"], one["grade"], one["classroom"]) for one in answer.json()] == [
            ("Solveig0 Nygaard0", "4", "4 Lind"),
            ("Solveig2 Nygaard2", "4", "4 Lind"),
        ]

"""Reading records: who may, what they see, and that every look is on record."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import msgspec
import pytest

from events.catalog.cases import ProtectionRecorded
from events.catalog.clinics import RosterAdded
from events.catalog.disclosures import RecordViewed
from events.catalog.doses import DoseAdministered
from events.catalog.people import RoleGranted
from events.catalog.students import StudentLinked
from events.codec import decode_payload
from events.ids import Position, stream_kind, stream_of
from projections.compliance import judge
from projections.fold import Fact
from projections.tables import Child
from server.live import Live
from server.records import read_records
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
    """SERVER-R01: and by its birth date, month or day first, as people write it."""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        assert await find(house, "ad ok") == [ADA]
        assert await find(house, "nuria") == await find(house, "LOPEZ nú") == await find(house, "garcia-lo") == [NURIA]
        assert await find(house, "2015-06-15 bea") == [BEA]
        for written in [
            "6/15/2015",
            "15/6/2015",
            "06-15-2015",
            "15.6.15",
            "06152015",
            "20150615",
            "6/2015",
            "2015-6-15",
        ]:
            assert await find(house, f"bea {written}") == [BEA], written
        for other in ["6/16/2015", "5/2015", "6/15/2016", "06162015"]:
            assert await find(house, other) == [], other
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
        assert (house.staff["olga"], ADA, "record") in await viewings(house)


async def test_a_search_counts_as_a_look_at_each_child_it_shows(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        await find(house, "ada")
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
        await house.caught_up()
        assert (await read(house, NURIA)).status_code == 200


async def test_each_role_reads_where_it_was_granted(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.sign_in("rita")
        assert (await read(house, ADA)).status_code == 403
        assert await find(house, "ada") == []
        await house.tell(stream_of("staff", house.staff["rita"]), RoleGranted(role="records", facility=SCHOOL))
        await house.caught_up()
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


async def test_many_looks_at_once_are_each_on_record_before_they_are_shown(tmp_path: Path) -> None:
    """SERVER-R05: they share commits, none is lost and none is there twice."""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        before = (await house.district.log.head()).checkpoint.size
        answers = await asyncio.gather(*(read(house, ADA) for _ in range(60)), read(house, BEA))
        assert {answer.status_code for answer in answers} == {200}
        seen = [look for look in await viewings(house) if look[0] == house.staff["olga"]]
        assert sorted(seen) == sorted(
            [(house.staff["olga"], ADA, "record")] * 60 + [(house.staff["olga"], BEA, "record")]
        )
        assert (await house.district.log.head()).checkpoint.size - before < 40


async def test_what_cannot_be_recorded_is_not_shown(tmp_path: Path) -> None:
    """SERVER-R05"""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")

        async def full(*_: object) -> None:
            raise OSError("no space left on device")

        house.district.record = full  # type: ignore[assignment]
        assert (await read(house, ADA)).status_code == 500
        del house.district.record
        assert (await read(house, ADA)).status_code == 200


async def test_a_child_a_device_fetches_is_one_look_for_that_person(tmp_path: Path) -> None:
    """SERVER-R16: on the first page that brings it; not again for later pages, nor after a restart of the folds."""
    async with open_house(tmp_path) as house:
        phone, tablet = await house.enroll(), await house.enroll("olga", "tablet")
        for device, limit in ((phone, 3), (phone, 500), (tablet, 500)):
            await device.turn(scope=f"clinic/{CLINIC}", limit=limit)
        await phone.push(phone.dose())
        await tablet.turn(scope=f"clinic/{CLINIC}")
        anna, olga = house.staff["anna"], house.staff["olga"]
        assert sorted(await viewings(house)) == sorted(
            [(who, child, "sync") for who in (anna, olga) for child in (ADA, BEA)]
        )
        folds = Live(house.district.log, lambda _: None)
        await folds.catch_up()
        assert folds.deliveries.new(phone.enrolled.device, anna, [ADA, NURIA, BEA, NURIA]) == [NURIA]


async def test_a_merged_child_is_seen_in_each_of_its_records(tmp_path: Path) -> None:
    """SERVER-R05"""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("student", ADA), StudentLinked(other=NURIA, evidence="same birth certificate"))
        await house.sign_in("olga")
        record = (await read(house, NURIA)).json()
        assert set(record["streams"]) == {ADA, NURIA}
        assert {look[1] for look in await viewings(house)} == {ADA, NURIA}


async def test_a_record_is_judged_as_every_command_judges_it(tmp_path: Path) -> None:
    """SERVER-R17: cases count here too: a protected status enrolls at once and blocks exclusion."""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        before = (await read(house, ADA)).json()["verdict"]
        assert before["overall"] == "not_compliant"
        case = stream_of("case", make_id("case"))
        protected = ProtectionRecorded(student=ADA, status="homeless", from_day="2021-09-01")
        await house.tell(case, protected)
        after = (await read(house, ADA)).json()["verdict"]
        records = await read_records(house.district)
        student = records.student(ADA)
        day = records.policy.civil_day(house.clock())
        judged = judge(student, records.policy, day, cases=records.cases(student)).verdict
        assert after == msgspec.json.decode(msgspec.json.encode(judged)) != before


async def test_a_projection_that_stands_still_is_an_alarm_and_no_shorter_record(tmp_path: Path) -> None:
    """SERVER-R18"""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        assert (await read(house, ADA)).status_code == 200
        healthy = (await house.http.get("/health")).json()
        assert (healthy["status"], healthy["projections"]["student"]["paused"]) == ("ok", "")
        after = Child.after

        def breaks(self: Child, facts: Sequence[Fact]) -> Child:
            if any(isinstance(fact.payload, DoseAdministered) for fact in facts):
                raise KeyError("Okafor")
            return after(self, facts)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Child, "after", breaks)
            phone = await house.enroll()
            await phone.push(phone.dose())
            for child in (ADA, BEA):
                answer = await read(house, child)
                assert (answer.status_code, answer.json()["code"]) == (503, "projection-paused")
            sick = await house.http.get("/health")
            assert (sick.status_code, sick.json()["status"]) == (200, "alarm")
            assert sick.json()["projections"]["student"]["paused"] == "KeyError"
            assert "Okafor" not in sick.text
        assert len((await read(house, ADA)).json()["doses"]) == 1
        assert (await house.http.get("/health")).json()["status"] == "ok"

"""What waits for the office in children's records: every kind that exists, shown, owned, due, settled by events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import httpx
import msgspec
import pytest

import server.api.worklist
import server.worklist
from events.catalog import Payload
from events.catalog.clinics import OrderIssued, OrderWithdrawn
from events.catalog.consents import ConsentGiven, ConsentRefused
from events.catalog.devices import SubmissionQuarantined
from events.catalog.discrepancies import DiscrepancyKind, DiscrepancySettled
from events.catalog.doses import DoseAdministered, DoseNotGiven, ReactionObserved
from events.catalog.event_type import PersonName, Told
from events.catalog.incidents import IncidentClosed, IncidentOpened
from events.catalog.stock import StockCleared, StockHeld
from events.catalog.students import (
    ContraindicationRecorded,
    EnrollmentBegan,
    StudentLinked,
    StudentRegistered,
    StudentUnlinked,
)
from events.envelope import parse_header
from events.ids import EventId, StudentId, stream_of
from projections.alarms import Kind
from server.commands.review import list_waiting, settle
from server.live import Live
from server.worklist import CHILDREN_AT_ONCE, Underway, Worklist
from tests.server.house import ADA, BEA, CLINIC, NURIA, OTHER_CLINIC, OTHER_SCHOOL, House, open_house
from tests.server.making import START, a_dose, make_id
from tests.server.test_identity_http import refusals
from tests.server.test_quarantine import HEADERS, facts
from tests.server.test_reading_http import viewings

TOLD = Told(source="parent", recorder="Office")


@asynccontextmanager
async def open_office(home: Path) -> AsyncIterator[House]:
    """A house whose clock is past what the test's devices write."""
    async with open_house(home) as house:
        house.clock.now = max(house.clock.now, START + timedelta(hours=1))
        yield house


async def worklist(house: House) -> dict[str, Any]:
    answer = await house.http.get("/api/worklist")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def kinds(house: House) -> list[str]:
    return sorted(row["kind"] for row in (await worklist(house))["discrepancies"])


async def post(house: House, path: str, **body: str) -> httpx.Response:
    return await house.http.post(f"/api/{path}", json=body, headers=HEADERS)


async def child(house: House, student: StudentId, *payloads: Payload) -> None:
    await house.tell(stream_of("student", student), *payloads)


async def test_the_same_dose_from_two_phones_is_listed_and_settled_by_a_word(tmp_path: Path) -> None:
    """WORK-R01, WORK-R02: with both sides, who is to settle it and by when; the looks are on record."""
    async with open_office(tmp_path) as house:
        one, two = await house.enroll("anna"), await house.enroll("olga", "tablet")
        await one.push(one.dose(ADA))
        await two.push(two.dose(ADA))
        await house.sign_in("olga")
        (row,) = (await worklist(house))["discrepancies"]
        assert (row["kind"], row["severity"], row["owner"], row["how_known"]) == (
            "duplicate_dose",
            "hard",
            "health_office",
            "concurrent",
        )
        assert row["due_on"] > row["raised_on"]
        assert [(side["device"], side["author"]) for side in row["sides"]] == [
            ("anna's phone", "Anna Ek"),
            ("olga's tablet", "Olga Ek"),
        ]
        assert [one["name"] for one in row["children"]] == ["Ada Okafor"]
        assert (house.staff["olga"], ADA, "worklist") in await viewings(house)
        left = await post(house, "worklist/settle", key=row["key"], reason="two doses were given")
        assert left.json()["discrepancies"] == []
        (settled,) = await facts(house, DiscrepancySettled)
        assert isinstance(settled.payload, DiscrepancySettled)
        assert (settled.payload.by, settled.payload.reason) == (house.staff["olga"], "two doses were given")
        assert (await post(house, "worklist/settle", key=row["key"], reason="again")).status_code == 404


async def test_a_list_that_is_cut_says_how_many_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WORK-R35"""
    monkeypatch.setattr(server.api.worklist, "SHOWN_MAX", 2)
    async with open_office(tmp_path) as house:
        today = house.today.isoformat()
        await child(house, ADA, *(a_dose("03", given_on=today) for _ in range(4)))
        doses = [EventId(one.id) for one in await facts(house, DoseAdministered)]
        opened = [IncidentOpened(dose=one, stops=("late",), reason="seen", follow_up=("call",)) for one in doses[:3]]
        await child(house, ADA, *opened)
        await house.sign_in("olga")
        open_ = await worklist(house)
        assert (len(open_["discrepancies"]), open_["all_discrepancies"]) == (2, 6)
        assert (len(open_["incidents"]), open_["all_incidents"]) == (2, 3)


async def test_every_kind_of_discrepancy_reaches_the_list(tmp_path: Path) -> None:
    """WORK-R01: each that the contract names, told by real events through a real phone."""
    async with open_office(tmp_path) as house:
        today = house.today
        phone = await house.enroll("anna")
        refused = ConsentRefused(cvx=("21",), signer="Parent", standing="parent", on="2026-01-02")
        never = ContraindicationRecorded(reason="severe reaction", told=TOLD, cvx=("08",))
        herself = ConsentGiven(cvx=("115",), signer="Ada", standing="student_adult", form="paper", on="2026-01-02")
        await child(house, ADA, refused, never, herself)
        twin = StudentId(make_id("twin of bea"))
        await child(
            house, twin, StudentRegistered(name=PersonName(given="Bea", family="Lindqvist"), birth_date="2015-06-15")
        )
        stream = stream_of("student", ADA)
        day = {
            "03": "2014-01-01",
            "21": today.isoformat(),
            "08": today.isoformat(),
            "10": (today + timedelta(days=40)).isoformat(),
        }
        doses = [phone.writer.write(stream, a_dose(cvx, given_on=on)) for cvx, on in day.items()]
        wrong = (house.clock() + timedelta(days=365)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        skewed = phone.writer.write(stream_of("student", BEA), a_dose("03"), recorded_at=wrong)
        copied = phone.writer.write(stream, msgspec.structs.replace(a_dose("115"), from_paper=True))
        moment = house.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        fainted = ReactionObserved(doses=(), began_at=moment, description="fainted")
        await phone.push(*doses, skewed, phone.dose(BEA), copied, phone.writer.write(stream, fainted))
        other = StudentId(make_id("other nuria"))
        await child(
            house, other, StudentRegistered(name=PersonName(given="Nuri", family="Garcia"), birth_date="2014-01-01")
        )
        await child(house, NURIA, StudentLinked(other=other, evidence="looked alike"))
        await house.sign_in("olga")
        assert await kinds(house) == [
            "clock_skew",
            "conflicting_demographics",
            "copy_not_verified",
            "dose_against_consent",
            "dose_against_contraindication",
            "dose_before_birth",
            "dose_in_the_future",
            "dose_without_standing",
            "duplicate_dose",
            "reaction_not_reported",
            "same_child_twice",
        ]


async def test_a_wrong_clock_is_one_matter_a_device_however_many_children_it_recorded(tmp_path: Path) -> None:
    """WORK-R10: among the children the asker's roles cover; a word lets it rest in each of their records."""
    async with open_office(tmp_path) as house:
        wrong = (house.clock() + timedelta(hours=3)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        phones = [await house.enroll("anna"), await house.enroll("olga", "tablet")]
        for phone, children in zip(phones, ((ADA, BEA, NURIA), (ADA,)), strict=True):
            told = [phone.writer.write(stream_of("student", one), a_dose("03"), recorded_at=wrong) for one in children]
            await phone.push(*told)
        settings, clock = house.district.settings, house.clock
        await house.sign_in("olga")
        rows = [row for row in (await worklist(house))["discrepancies"] if row["kind"] == "clock_skew"]
        of = {row["sides"][0]["device"]: row for row in rows}
        assert (len(rows), set(of)) == (2, {"anna's phone", "olga's tablet"})
        assert of["anna's phone"]["says"].endswith("; and in 2 more records")
        assert "more record" not in of["olga's tablet"]["says"]
        assert len(of["anna's phone"]["children"]) == 1
        record = (await house.http.get(f"/api/students/{BEA}")).json()
        assert [one["kind"] for one in record["discrepancies"]] == ["clock_skew"], "each record says it by itself"
        left = await post(house, "worklist/settle", key=of["anna's phone"]["key"], reason="its clock was set")
        assert [row["key"] for row in left.json()["discrepancies"] if row["kind"] == "clock_skew"] == [
            of["olga's tablet"]["key"]
        ]
        assert len(await facts(house, DiscrepancySettled)) == 3
        assert (await house.http.get(f"/api/students/{BEA}")).json()["discrepancies"] == []
        again = phones[1].writer.write(stream_of("student", BEA), a_dose("08"), recorded_at=wrong)
        await phones[1].push(again)
    matters = (await list_waiting(settings, "olga", clock)).matters
    (one,) = [one for one in matters if one.key.startswith("clock_skew")]
    assert one.says.endswith("; and in 1 more record")
    await settle(settings, one.key, "olga", "its clock too", clock)
    matters = (await list_waiting(settings, "olga", clock)).matters
    assert [one.key for one in matters if one.key.startswith("clock_skew")] == []


async def test_two_records_of_one_child_are_linked_and_parted_again(tmp_path: Path) -> None:
    """WORK-R03: a candidate until somebody decides; parted, what was written meanwhile is listed for a person."""
    async with open_office(tmp_path) as house:
        twin = StudentId(make_id("twin of ada"))
        await child(
            house, twin, StudentRegistered(name=PersonName(given="ada", family="Okafor"), birth_date="2015-06-15")
        )
        await house.sign_in("olga")
        (row,) = (await worklist(house))["discrepancies"]
        assert (row["kind"], row["owner"]) == ("same_child_twice", "records")
        assert {one["student"] for one in row["children"]} == {ADA, twin}
        left = await post(house, f"students/{ADA}/link", other=twin, reason="same birth certificate")
        assert left.json()["discrepancies"] == []
        phone = await house.enroll("anna")
        dose = phone.writer.write(stream_of("student", twin), a_dose("03"))
        await phone.push(dose)
        assert (await house.http.get(f"/api/students/{ADA}")).json()["doses"] != []
        again = await post(house, f"students/{ADA}/link", other=twin, reason="twice")
        assert again.status_code == 409
        left = await post(house, f"students/{twin}/unlink", other=ADA, reason="cousins of one name")
        (matter,) = left.json()["discrepancies"]
        assert (matter["kind"], matter["owner"]) == ("written_while_linked", "records")
        assert matter["sides"][0]["event"] == parse_header(dose.header).id
        assert (await house.http.get(f"/api/students/{ADA}")).json()["doses"] == []
        assert len((await house.http.get(f"/api/students/{twin}")).json()["doses"]) == 1
        left = await post(house, "worklist/settle", key=matter["key"], reason="it is the cousin's")
        assert left.json()["discrepancies"] == []
        (linked,) = await facts(house, StudentLinked)
        (parted,) = await facts(house, StudentUnlinked)
        assert isinstance(linked.payload, StudentLinked)
        assert isinstance(parted.payload, StudentUnlinked)
        assert linked.payload.by == parted.payload.by == house.staff["olga"]


async def test_an_incident_is_owned_due_and_closed(tmp_path: Path) -> None:
    """WORK-R04: what the phone opened the office follows up, and says how it ended."""
    async with open_office(tmp_path) as house:
        phone = await house.enroll("anna")
        dose = phone.dose(ADA)
        told = IncidentOpened(
            dose=EventId(parse_header(dose.header).id),
            stops=("Consent was refused.",),
            reason="already given when it was seen",
            follow_up=("Call the family.", "Tell the health office."),
        )
        await phone.push(dose, phone.writer.write(stream_of("student", ADA), told))
        await house.sign_in("olga")
        (row,) = (await worklist(house))["incidents"]
        assert (row["child"]["name"], row["owner"]) == ("Ada Okafor", "health_office")
        assert row["follow_up"] == ["Call the family.", "Tell the health office."]
        assert row["due_on"] > row["opened_on"]
        (shown,) = (await house.http.get(f"/api/students/{ADA}")).json()["incidents"]
        assert (shown["outcome"], shown["due_on"]) == ("", row["due_on"])
        left = await post(house, "worklist/incidents/close", event=row["event"], outcome="family told, child well")
        assert left.json()["incidents"] == []
        (closed,) = await facts(house, IncidentClosed)
        assert isinstance(closed.payload, IncidentClosed)
        assert closed.payload.by == house.staff["olga"]
        (shown,) = (await house.http.get(f"/api/students/{ADA}")).json()["incidents"]
        assert shown["outcome"] == "family told, child well"


async def test_a_person_sees_and_settles_what_its_roles_cover(tmp_path: Path) -> None:
    """WORK-R05: another school's records office sees nothing, the agency writes nothing; refusals are recorded."""
    async with open_office(tmp_path) as house:
        one, two = await house.enroll("anna"), await house.enroll("olga", "tablet")
        await one.push(one.dose(NURIA))
        await two.push(two.dose(NURIA))
        await house.sign_in("olga")
        (row,) = (await worklist(house))["discrepancies"]
        await house.sign_in("rita")
        assert (await worklist(house))["discrepancies"] == []
        assert (await post(house, "worklist/settle", key=row["key"], reason="mine")).status_code == 403
        assert (await post(house, f"students/{ADA}/link", other=NURIA, reason="x")).status_code == 403
        assert len(await refusals(house, "rita")) == 2
        await house.sign_in("root")
        assert (await house.http.get("/api/worklist")).status_code == 403


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_kind_and_every_reason_has_words(language: str) -> None:
    """WORK-R01, QUARANTINE-R01: on the office's screen, in both languages."""
    files = (Path(__file__).parents[2] / "web/src/text/desk").glob(f"*_{language}.ts")
    text = "".join(one.read_text("utf-8") for one in files)
    reasons = get_args(get_type_hints(SubmissionQuarantined)["reason"])
    keys = [f"desk_kind_{kind}" for kind in get_args(DiscrepancyKind)] + [f"desk_why_{one}" for one in reasons]
    keys += [f"desk_alarm_{kind}" for kind in get_args(Kind)]
    assert [key for key in keys if f"{key}:" not in text] == []


async def test_who_asks_during_the_first_reading_is_told_how_far_it_has_come(tmp_path: Path) -> None:
    """WORK-R07: and gets in the end what there is to settle, of a child in whichever slice; only then is it whole."""
    async with open_office(tmp_path) as house:
        children = [StudentId(make_id(f"one of many {number}")) for number in range(3 * CHILDREN_AT_ONCE + 5)]
        for one in children:
            await child(house, one, a_dose())
        await child(house, children[0], a_dose())
        await child(house, children[-1], a_dose())
        live = Live(house.district.log, lambda _: None)
        await live.catch_up()
        fresh, told = Worklist(house.district, live), list[Underway]()
        async with fresh.preparing():
            while isinstance(found := await fresh.look(0), Underway):
                told.append(found)
                await asyncio.sleep(0)
        assert [one.read for one in told] == sorted(one.read for one in told)
        assert {CHILDREN_AT_ONCE, 2 * CHILDREN_AT_ONCE} <= {one.read for one in told}
        assert {one.of for one in told if one.read} == {len(live.scopes.students())}
        assert found == await Worklist(house.district, live).open()
        doubled = {side.student for one in found.discrepancies if one.kind == "duplicate_dose" for side in one.sides}
        assert doubled == {children[0], children[-1]}


async def test_the_server_begins_its_first_reading_by_itself_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WORK-R07: over HTTP too, where nobody waits for long."""

    async def look(_: Worklist) -> Underway:
        return Underway(12_000, 20_000)

    async with open_office(tmp_path) as house:
        await house.sign_in("olga")
        assert (await worklist(house))["reading"] is None
        monkeypatch.setattr(Worklist, "look", look)
        answer = await worklist(house)
        assert answer["reading"] == {"read": 12_000, "of": 20_000}
        assert answer["discrepancies"] == []


@pytest.mark.parametrize(("quiet_seconds", "is_asked"), [(3_600, True), (0, False)])
async def test_a_first_reading_goes_on_when_the_log_is_quiet_or_somebody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quiet_seconds: float, is_asked: bool
) -> None:
    """WORK-R07: and gives way before."""
    monkeypatch.setattr(server.worklist, "QUIET_SECONDS", quiet_seconds)
    async with open_office(tmp_path) as house:
        for _ in range(2):
            await child(house, ADA, a_dose())
        live = Live(house.district.log, lambda _: None)
        await live.catch_up()
        fresh = Worklist(house.district, live)
        async with fresh.preparing():
            reading = fresh._first_reading()
            done, _ = await asyncio.wait((reading,), timeout=1 if is_asked else 20)
            assert bool(done) != is_asked
            found = await (fresh.open() if is_asked else reading)
        assert [one.kind for one in found.discrepancies] == ["duplicate_dose"]


async def test_a_first_reading_that_is_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    """WORK-R07: a server that stops while it reads stops at once."""
    async with open_office(tmp_path) as house:
        fresh = Worklist(house.district, Live(house.district.log, lambda _: None))
        async with fresh.preparing():
            pass
        assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "read the worklist"] == []
        assert (await fresh.open()).size > 0


async def test_a_dose_under_an_order_withdrawn_at_the_office_is_listed_and_settled(tmp_path: Path) -> None:
    """WORK-R08: whichever the log has first; the child's record and its clinic's day say it too."""
    async with open_office(tmp_path) as house:
        today = house.today.isoformat()
        order = OrderIssued(
            prescriber="Dr. Lind", cvx="03", valid_from="2026-01-01", valid_to="2027-07-31",
            dose_ml=0.5, route="SC", sites=("left_arm",),
        )  # fmt: skip
        clinic = stream_of("clinic", CLINIC)
        await house.tell(clinic, order)
        (issued,) = await facts(house, OrderIssued)
        given = msgspec.structs.replace(a_dose("03", given_on=today), clinic=CLINIC, order=issued.id)
        phone = await house.enroll("anna")
        await phone.push(phone.writer.write(stream_of("student", ADA), given))
        await house.sign_in("olga")
        assert await kinds(house) == []
        await house.tell(clinic, OrderWithdrawn(event=issued.id, on=today, by="Dr. Lind", reason="a recall"))
        assert await kinds(house) == ["dose_under_withdrawn_order"]
        await phone.push(phone.writer.write(stream_of("student", BEA), given))
        of_ada, of_bea = sorted((await worklist(house))["discrepancies"], key=lambda row: row["children"][0]["name"])
        assert [one["children"][0]["student"] for one in (of_ada, of_bea)] == [ADA, BEA]
        assert (of_bea["severity"], of_bea["owner"], of_bea["how_known"]) == ("hard", "health_office", "concurrent")
        assert {one["key"] for one in (await house.http.get(f"/api/students/{ADA}")).json()["discrepancies"]} == {
            of_ada["key"]
        }
        shown = (await house.http.get(f"/api/clinics/{CLINIC}")).json()["discrepancies"]
        assert [one["kind"] for one in shown] == ["dose_under_withdrawn_order"] * 2
        replayed = (await house.http.get(f"/api/students/{ADA}/replay")).json()
        assert [one["kind"] for one in replayed["known"]["discrepancies"]] == ["dose_under_withdrawn_order"]
        left = await post(house, "worklist/settle", key=of_ada["key"], reason="the prescriber lets it stand")
        assert [one["key"] for one in left.json()["discrepancies"]] == [of_bea["key"]]
        assert (await house.http.get(f"/api/students/{ADA}")).json()["discrepancies"] == []


async def test_a_dose_of_a_lot_recalled_later_is_listed_and_settled(tmp_path: Path) -> None:
    """WORK-R30: nobody wrote to the child's record; the recall is of another clinic, a warm box of the dose's own."""
    async with open_office(tmp_path) as house:
        today = house.today.isoformat()
        given = msgspec.structs.replace(a_dose("03", given_on=today), clinic=CLINIC, lot="c9999-aa")
        for student in (ADA, BEA):
            await child(house, student, given)
        await house.sign_in("olga")
        assert await kinds(house) == []
        await house.tell(stream_of("clinic", OTHER_CLINIC), StockHeld(lots=("C9999AA",), why="excursion"))
        assert await kinds(house) == []
        await house.tell(stream_of("clinic", OTHER_CLINIC), StockHeld(lots=("C9999AA",), why="recall"))
        assert await kinds(house) == ["dose_of_held_lot"] * 2
        of_ada, of_bea = sorted((await worklist(house))["discrepancies"], key=lambda row: row["children"][0]["name"])
        assert (of_bea["severity"], of_bea["owner"]) == ("hard", "health_office")
        record = (await house.http.get(f"/api/students/{ADA}")).json()["discrepancies"]
        assert [one["kind"] for one in record] == ["dose_of_held_lot"]
        replayed = (await house.http.get(f"/api/students/{ADA}/replay")).json()
        assert [one["kind"] for one in replayed["known"]["discrepancies"]] == ["dose_of_held_lot"]
        left = await post(house, "worklist/settle", key=of_ada["key"], reason="the family was called")
        assert [one["key"] for one in left.json()["discrepancies"]] == [of_bea["key"]]
        await house.tell(stream_of("clinic", CLINIC), StockHeld(lots=("C9999AA",), why="recall"))
        await house.tell(stream_of("clinic", CLINIC), StockCleared(lots=("C9999AA",), authority="the maker"))
        assert await kinds(house) == []


async def test_a_paper_form_entered_on_two_phones_is_listed_and_settled(tmp_path: Path) -> None:
    """WORK-R09: under two children or one, once; the same dose twice is a duplicate dose alone."""
    async with open_office(tmp_path) as house:
        today = house.today.isoformat()
        copied = msgspec.structs.replace(
            a_dose("03", given_on=today), clinic=CLINIC, from_paper=True, paper_form="00c0ffee-44"
        )
        other = msgspec.structs.replace(copied, cvx="21", paper_form="0badcafe-07")
        no = DoseNotGiven(clinic=CLINIC, cvx=("21",), reason="unwell", on=today, paper_form="0badcafe-07")
        one, two = await house.enroll("anna"), await house.enroll("olga", "tablet")
        await one.push(*(one.writer.write(stream_of("student", ADA), told) for told in (copied, other)))
        await two.push(
            two.writer.write(stream_of("student", BEA), copied),
            two.writer.write(stream_of("student", ADA), no),
            two.writer.write(stream_of("student", NURIA), a_dose("08", given_on=today)),
        )
        await house.sign_in("olga")
        rows = [row for row in (await worklist(house))["discrepancies"] if row["kind"] == "form_entered_twice"]
        assert sorted(tuple(sorted(child["student"] for child in row["children"])) for row in rows) == sorted(
            [(ADA,), tuple(sorted((ADA, BEA)))]
        )
        assert {(row["severity"], row["owner"], row["how_known"]) for row in rows} == {
            ("hard", "health_office", "concurrent")
        }
        for row in rows:
            left = await post(house, "worklist/settle", key=row["key"], reason="both sheets were looked at")
            assert row["key"] not in [one["key"] for one in left.json()["discrepancies"]]
        assert "form_entered_twice" not in await kinds(house)
        again = two.writer.write(stream_of("student", ADA), copied)
        await two.push(again)
        found = await kinds(house)
        assert (found.count("duplicate_dose"), found.count("form_entered_twice")) == (1, 1), "Bea's entry against it"


async def test_who_covers_one_of_two_children_sees_their_matter_and_settles_it(tmp_path: Path) -> None:
    """WORK-R05, WORK-R09: in the record of the child that the person's roles cover."""
    async with open_office(tmp_path) as house:
        oak = EnrollmentBegan(facility=OTHER_SCHOOL, kind="elementary", basis="full", first_day="2021-09-07", grade="K")
        await child(house, NURIA, oak)
        copied = msgspec.structs.replace(a_dose("03"), from_paper=True, paper_form="00c0ffee-44")
        one, two = await house.enroll("anna"), await house.enroll("olga", "tablet")
        await one.push(one.writer.write(stream_of("student", ADA), copied))
        await two.push(two.writer.write(stream_of("student", NURIA), copied))
        settings, clock = house.district.settings, house.clock
        await house.sign_in("rita")
        (row,) = [row for row in (await worklist(house))["discrepancies"] if row["kind"] == "form_entered_twice"]
        left = await post(house, "worklist/settle", key=row["key"], reason="the second sheet was Nuria's")
        assert left.status_code == 200, left.text
        assert row["key"] not in [one["key"] for one in left.json()["discrepancies"]]
        (settled,) = await facts(house, DiscrepancySettled)
        assert settled.stream == stream_of("student", NURIA)
        await two.push(two.writer.write(stream_of("student", NURIA), copied))
    (again,) = [one for one in (await list_waiting(settings, "rita", clock)).matters if "form_entered" in one.key]
    assert again.child == "Ada Okafor, Núria Garcia-Lopez"
    await settle(settings, again.key, "rita", "so was the third", clock)
    left_there = (await list_waiting(settings, "rita", clock)).matters
    assert [one.key for one in left_there if "form_entered" in one.key] == []

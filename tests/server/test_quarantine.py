"""What could not be taken is settled by a person with the right, with a reason, as events of the log."""

import asyncio
from pathlib import Path
from unittest.mock import AsyncMock

import httpx
import msgspec
import pytest

from events.catalog import CATALOG, EventType, Payload
from events.catalog.devices import SubmissionClosed, SubmissionReleased
from events.catalog.doses import DoseAdministered
from events.catalog.event_type import Text
from events.catalog.people import RoleGranted, RoleRevoked
from events.catalog.retention import DestructionRequested
from events.envelope import event_hash, parse_header
from events.errors import Refused
from events.ids import DISTRICT_STREAM, EventId, Hash, Position, stream_of
from events.roles import Role
from events.wire import Accepted, Duplicate, Quarantined
from projections.fold import Fact
from server.bundle.gather import fact_of_row
from server.commands.quarantine import assign, close, list_quarantine, release, show_kept
from server.district import open_district
from server.live import Live
from server.records import read_records
from server.review import Review
from server.store.fsck import verify_log
from tests.server.house import ADA, BEA, CLINIC, NURIA, House, open_house
from tests.server.making import Writer, a_dose, make_id
from tests.server.test_identity_http import refusals
from tests.server.test_reading_http import viewings
from tests.server.test_sync_http import raw

HEADERS = {"X-Doseledger": "1"}


async def facts(house: House, kind: type[Payload]) -> list[Fact]:
    found = [fact_of_row(row) async for row in house.district.log.read(Position(0))]
    return [fact for fact in found if fact is not None and isinstance(fact.payload, kind)]


async def decide(
    house: House, submission: str, deed: str, reason: str = "asked the nurse", **more: str
) -> httpx.Response:
    return await house.http.post(
        f"/api/quarantine/{submission}/{deed}", json={"reason": reason, **more}, headers=HEADERS
    )


async def refused_dose(house: House) -> tuple[str, object]:
    """A dose by somebody who may give none: kept for the health office."""
    phone = await house.enroll("root")
    (answer,) = await phone.push(phone.dose(ADA))
    assert isinstance(answer, Quarantined)
    return answer.submission, phone


async def test_a_dose_refused_for_want_of_a_role_is_let_in_by_the_health_office(tmp_path: Path) -> None:
    """QUARANTINE-R01, QUARANTINE-R02: as an event of the office, with the same payload, named by its release."""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        await house.sign_in("olga")
        waiting = (await house.http.get("/api/quarantine")).json()["submissions"]
        assert [(row["submission"], row["owner"], row["state"], row["staff"]) for row in waiting] == [
            (submission, "health_office", "open", "Root Ek")
        ]
        shown = (await house.http.get(f"/api/quarantine/{submission}")).json()
        assert (shown["type"], shown["stream"]) == ("dose.administered", f"student/{ADA}")
        assert (house.staff["olga"], ADA, "quarantine") in await viewings(house)
        answer = await decide(house, submission, "release")
        assert answer.status_code == 200, answer.text
        assert (answer.json()["state"], answer.json()["by"], answer.json()["why"]) == (
            "released",
            "Olga Ek",
            "asked the nurse",
        )
        (released,) = await facts(house, SubmissionReleased)
        assert isinstance(released.payload, SubmissionReleased)
        doses = (await read_records(house.district)).student(ADA).doses
        assert [dose.event for dose in doses] == [released.payload.event] == [answer.json()["event"]]
        assert released.payload.by == house.staff["olga"]
        assert (await house.http.get("/api/quarantine")).json()["submissions"] == []
        assert len((await house.http.get("/api/quarantine?everything=true")).json()["submissions"]) == 1
        again = await decide(house, submission, "close")
        assert (again.status_code, again.json()["code"]) == (409, "settled-already")
        assert len((await read_records(house.district)).student(ADA).doses) == 1


async def test_what_passes_every_check_now_is_let_in_as_it_was_signed(tmp_path: Path) -> None:
    """QUARANTINE-R02, QUARANTINE-R05: and the phone that brings it again gets its receipt."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("root")
        event = phone.dose(ADA)
        (answer,) = await phone.push(event)
        assert isinstance(answer, Quarantined)
        (same,) = await phone.push(event)
        assert isinstance(same, Quarantined)
        await house.tell(stream_of("staff", house.staff["root"]), RoleGranted(role="nurse"))
        await house.sign_in("olga")
        assert (await decide(house, answer.submission, "release")).json()["event"] == parse_header(event.header).id
        assert event_hash(event) in await house.district.log.find({event_hash(event): parse_header(event.header).id})
        (again,) = await phone.push(event)
        assert isinstance(again, Duplicate)
        page = (await phone.turn(scope=f"clinic/{CLINIC}")).page
        assert page is not None


async def test_what_a_person_let_in_asks_nobody_to_look_again(tmp_path: Path) -> None:
    """QUARANTINE-R02, SYNC-R07: a retry is told of no gap, which who let it in has looked at."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("root")
        _, event = phone.dose(ADA), phone.dose(ADA, "21")
        (answer,) = await phone.push(event)
        assert isinstance(answer, Quarantined)
        await house.tell(stream_of("staff", house.staff["root"]), RoleGranted(role="nurse"))
        await house.sign_in("olga")
        assert (await decide(house, answer.submission, "release")).status_code == 200
        (again,) = await phone.push(event)
        assert isinstance(again, Duplicate)
        assert again.flags == ()
        (behind,) = await phone.push(phone.dose(ADA, "08", seq=phone.writer.seq + 2))
        assert isinstance(behind, Accepted)
        assert behind.flags == ("gap",)


async def test_the_device_that_brought_it_learns_how_it_was_settled(tmp_path: Path) -> None:
    """QUARANTINE-R05: the settlement stands in that device's stream, which every scope holds."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("anna")
        await house.tell(stream_of("staff", house.staff["anna"]), RoleRevoked(role="nurse", clinic=CLINIC))
        await house.tell(stream_of("staff", house.staff["anna"]), RoleGranted(role="auditor", clinic=CLINIC))
        phone.writer.seen = (await house.district.log.head()).checkpoint.size
        (answer,) = await phone.push(phone.dose(ADA))
        assert isinstance(answer, Quarantined)
        await house.sign_in("olga")
        assert (await decide(house, answer.submission, "close", "given by olga, entered by hand")).status_code == 200
        (closed,) = await facts(house, SubmissionClosed)
        assert closed.stream == stream_of("device", phone.enrolled.device)
        live = Live(house.district.log, lambda _: None)
        await live.catch_up()
        plan = live.scopes.plan(f"clinic/{CLINIC}", None, 0, 10_000)
        assert closed.position in {position for _, position in plan.places}
        held = live.quarantine.get(answer.submission)
        assert held is not None
        assert (held.state, held.why, held.by) == ("closed", "given by olga, entered by hand", house.staff["olga"])


async def test_a_submission_is_settled_once_however_many_try_at_once(tmp_path: Path) -> None:
    """QUARANTINE-R10: a dose let in four times would be four doses on the record."""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        await house.sign_in("olga")
        deeds = ("release", "close") * 4
        answers = await asyncio.gather(*(decide(house, submission, deed) for deed in deeds))
        done = [answer.json()["state"] for answer in answers if answer.status_code == 200]
        assert {answer.json()["code"] for answer in answers if answer.status_code != 200} == {"settled-already"}
        assert len(done) == 1
        let_in = int(done == ["released"])
        assert len(await facts(house, DoseAdministered)) == len(await facts(house, SubmissionReleased)) == let_in
        assert len(await facts(house, SubmissionClosed)) == 1 - let_in


@pytest.mark.parametrize("as_signed", [True, False])
async def test_nothing_is_let_in_that_another_process_closed_meanwhile(tmp_path: Path, as_signed: bool) -> None:
    """QUARANTINE-R10: the command knows of it only when it writes."""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        if as_signed:
            await house.tell(stream_of("staff", house.staff["root"]), RoleGranted(role="nurse"))
        async with open_district(house.district.settings, house.clock, "command", "quarantine") as district:
            live = Live(district.log, lambda _: None)
            await live.catch_up()
            review, held = Review(district, live), live.quarantine.get(Hash(submission))
            assert held is not None
            await house.sign_in("olga")
            assert (await decide(house, submission, "close")).status_code == 200
            live.catch_up = AsyncMock()  # type: ignore[method-assign]
            with pytest.raises(Refused, match="settled before"):
                await review.release(held, house.staff["olga"], "asked the nurse")
        assert not await facts(house, DoseAdministered)
        assert not await facts(house, SubmissionReleased)


async def test_the_other_event_of_a_forked_device_is_not_lost(tmp_path: Path) -> None:
    """QUARANTINE-R02: both doses are on the record, the second by the office; the log still verifies."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        first = phone.dose(ADA, "03")
        twin = Writer(make_id("unused"), phone.writer.author)
        twin.key, twin.device, twin.seat = phone.writer.key, phone.writer.device, phone.writer.seat
        second = twin.write(stream_of("student", ADA), a_dose("08"), id=make_id("twin"))
        accepted, kept = await phone.push(first, second)
        assert isinstance(accepted, Accepted)
        assert isinstance(kept, Quarantined)
        assert kept.reason == "conflict_seq"
        await house.sign_in("olga")
        assert (await decide(house, kept.submission, "release")).status_code == 200
        doses = (await read_records(house.district)).student(ADA).doses
        assert sorted(dose.cvx for dose in doses) == ["03", "08"]
        settings = house.district.settings
        found = verify_log(
            house.district.home, settings.district, settings.log_name, house.district.keys, lambda *_: None
        )
        assert found.fault is None


async def test_what_nobody_is_proven_to_have_said_is_never_let_in(tmp_path: Path) -> None:
    """QUARANTINE-R03: a bad signature, a stranger's key, garbage; closed, it stays kept and named."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        event = phone.dose(ADA)
        forged = msgspec.structs.replace(event, signature=bytes(64))
        stranger = Writer(make_id("strange device"), house.staff["anna"]).write(stream_of("student", ADA), a_dose())
        response = await phone.raw_turn([*map(raw, (forged, stranger)), b'{"header":"Ada Okafor"}'])
        await house.sign_in("olga")
        for answer, reason in zip(response.answers, ("bad_signature", "unknown_seat", "malformed"), strict=True):
            assert isinstance(answer, Quarantined)
            assert answer.reason == reason
            refused = await decide(house, answer.submission, "release")
            assert (refused.status_code, refused.json()["code"]) == (409, "cannot-release")
            assert (await decide(house, answer.submission, "close", "thrown away")).status_code == 200
            assert await house.district.log.refused(answer.submission) is not None
        assert (await read_records(house.district)).student(ADA).doses == ()


async def test_only_who_owns_it_settles_it_and_who_runs_the_system_does_not_read_it(tmp_path: Path) -> None:
    """QUARANTINE-R04: each refusal is clear, and recorded against the person."""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        for name, listed in (("anna", 403), ("root", 200), ("rita", 200)):
            await house.sign_in(name)
            assert (await house.http.get("/api/quarantine")).status_code == listed
            assert (await decide(house, submission, "close")).status_code == 403
            assert (await decide(house, submission, "release")).status_code == 403
        await house.sign_in("root")
        assert (await house.http.get(f"/api/quarantine/{submission}")).status_code == 403
        assert len(await refusals(house, "root")) == 3
        assert (await house.http.get(f"/api/quarantine/{'0' * 64}")).status_code == 404
        assert (
            await house.http.post(f"/api/quarantine/{submission}/close", json={"reason": ""}, headers=HEADERS)
        ).status_code == 400
        assert (await house.http.post(f"/api/quarantine/{submission}/close", json={"reason": "x"})).status_code == 403
        assert await facts(house, SubmissionClosed) == []


async def test_nobody_lets_in_what_only_the_system_may_write(tmp_path: Path) -> None:
    """QUARANTINE-R04: a role granted by a phone stays refused whoever releases it."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("anna")
        grant = RoleGranted(role="health_office")
        (answer,) = await phone.push(phone.writer.write(stream_of("staff", house.staff["anna"]), grant))
        assert isinstance(answer, Quarantined)
        await house.sign_in("olga")
        refused = await decide(house, answer.submission, "release")
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
        assert "district_admin" in refused.json()["detail"] or "nobody" in refused.json()["detail"]


async def test_nothing_is_let_in_to_a_record_that_ends(tmp_path: Path) -> None:
    """QUARANTINE-R02, RETENTION-R03: neither to the child it names nor to another whose destruction began."""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        approval = EventId(make_id("approval"))
        ends = [DestructionRequested(student=one, approval=approval, streams=()) for one in (ADA, BEA)]
        await house.tell(DISTRICT_STREAM, *ends)
        await house.caught_up()
        await house.sign_in("olga")
        refused = await decide(house, submission, "release")
        assert (refused.status_code, refused.json()["code"]) == (409, "cannot-release")
        review = Review(house.district, live := Live(house.district.log, lambda _: None))
        await live.catch_up()
        held = live.quarantine.get(Hash(submission))
        assert held is not None
        with pytest.raises(Refused, match="name another child"):
            await review.release(held, house.staff["olga"], "asked", BEA)
        assert await facts(house, DoseAdministered) == []
        assert (await decide(house, submission, "release", into=NURIA)).status_code == 200


async def test_an_event_of_another_district_is_never_let_in(tmp_path: Path) -> None:
    """QUARANTINE-R03: the key that signed it is ours, the record it speaks of is not."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        (answer,) = await phone.push(phone.dose(ADA, district="isd-901"))
        assert isinstance(answer, Quarantined)
        assert answer.reason == "wrong_district"
        await house.sign_in("olga")
        for into in ({}, {"into": BEA}):
            refused = await decide(house, answer.submission, "release", **into)
            assert (refused.status_code, refused.json()["code"]) == (409, "cannot-release")
        assert await facts(house, DoseAdministered) == []


async def test_a_dose_for_the_wrong_child_is_let_in_to_the_right_one(tmp_path: Path) -> None:
    """QUARANTINE-R02"""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        await house.sign_in("olga")
        assert (await decide(house, submission, "release", into=make_id("nobody"))).status_code == 404
        assert (await decide(house, submission, "release", into=BEA)).status_code == 200
        records = await read_records(house.district)
        assert (len(records.student(ADA).doses), len(records.student(BEA).doses)) == (0, 1)


class NoveltySeen(Payload, frozen=True, kw_only=True):
    """What a newer program records."""

    what: Text


async def test_what_waited_for_a_newer_program_is_let_in_when_the_server_knows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """QUARANTINE-R06: by itself, as it was signed; what fails another check goes on waiting."""
    async with open_house(tmp_path) as house:
        phone, other = await house.enroll(), await house.enroll("root", "tablet")
        payload = msgspec.json.encode(NoveltySeen(what="a new thing"))
        mine = phone.writer.write_raw(stream_of("student", ADA), "novelty.seen", payload)
        theirs = other.writer.write_raw(stream_of("student", ADA), "novelty.seen", payload)
        for device, event in ((phone, mine), (other, theirs)):
            (answer,) = await device.push(event)
            assert isinstance(answer, Quarantined)
            assert (answer.reason, answer.owner) == ("newer_type", "district_admin")
        review = Review(house.district, live := Live(house.district.log, lambda _: None))
        await live.catch_up()
        assert await review.release_what_is_known_now() == []
        row = EventType("novelty.seen", NoveltySeen, "student", (Role.NURSE,), "a test")
        monkeypatch.setitem(CATALOG, "novelty.seen", row)
        assert await review.release_what_is_known_now() == [parse_header(mine.header).id]
        assert await review.release_what_is_known_now() == []
        (released,) = await facts(house, SubmissionReleased)
        assert isinstance(released.payload, SubmissionReleased)
        assert released.payload.by is None
        assert "novelty.seen" in released.payload.reason
        (again,) = await phone.push(mine)
        assert isinstance(again, Duplicate)
        assert [one.record.reason for one in live.quarantine.waiting()] == ["newer_type"]


async def test_the_office_settles_it_by_command(tmp_path: Path) -> None:
    """QUARANTINE-R01, QUARANTINE-R04"""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        settings, clock = house.district.settings, house.clock
        (row,) = await list_quarantine(settings, clock=clock)
        assert (row.reason, row.device) == ("not_authorised", "root's phone")
        kept = await show_kept(settings, submission[:10], "olga", clock)
        assert kept.student == ADA
        with pytest.raises(Exception, match="health office, the records office"):
            await show_kept(settings, submission[:10], "root", clock)
        with pytest.raises(Exception, match="role health_office"):
            await close(settings, submission, "root", "no", clock)
        event = await release(settings, submission[:10], "olga", "confirmed by phone", clock=clock)
        assert [dose.event for dose in (await read_records(house.district)).student(ADA).doses] == [event]
        assert await list_quarantine(settings, clock=clock) == []
        with pytest.raises(Exception, match="was released before: confirmed by phone"):
            await close(settings, submission, "olga", "no", clock)
        assert (house.staff["olga"], ADA, "quarantine") in await viewings(house)


async def test_a_submission_is_taken_and_given_on(tmp_path: Path) -> None:
    """QUARANTINE-R07: by its owner or the health office; who takes it holds the role; settled it moves no more."""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        url = f"/api/quarantine/{submission}/assign"
        await house.sign_in("root")
        assert (await house.http.post(url, json={"take": True}, headers=HEADERS)).status_code == 403
        await house.sign_in("olga")
        taken = await house.http.post(url, json={"take": True}, headers=HEADERS)
        assert (taken.json()["owner"], taken.json()["taken_by"]) == ("health_office", "Olga Ek")
        given = await house.http.post(url, json={"owner": "district_admin"}, headers=HEADERS)
        assert (given.json()["owner"], given.json()["taken_by"]) == ("district_admin", "")
        wrong = await house.http.post(url, json={"owner": "district_admin", "take": True}, headers=HEADERS)
        assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong-owner")
        nonsense = await house.http.post(url, json={"owner": "nurse"}, headers=HEADERS)
        assert (nonsense.status_code, nonsense.json()["code"]) == (409, "wrong-owner")
        await house.sign_in("root")
        assert (await house.http.post(url, json={"take": True}, headers=HEADERS)).json()["taken_by"] == "Root Ek"
        assert (await decide(house, submission, "close")).json()["state"] == "closed"
        again = await house.http.post(url, json={"take": True}, headers=HEADERS)
        assert (again.status_code, again.json()["code"]) == (409, "settled-already")


async def test_the_command_assigns_too(tmp_path: Path) -> None:
    """QUARANTINE-R07"""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        settings, clock = house.district.settings, house.clock
    await assign(settings, submission[:8], "olga", take=True, clock=clock)
    await assign(settings, submission[:8], "olga", "records", clock=clock)
    (row,) = await list_quarantine(settings, clock=clock)
    assert (row.owner, row.taken_by) == ("records", "")

"""Two of the office at the same moment, in one process or several: one word settles a matter, the other is told so."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.catalog.clinics import OrderIssued, OrderWithdrawn
from events.catalog.devices import AlarmAccepted, DeviceClosed, ForkFound, SubmissionAssigned
from events.catalog.discrepancies import DiscrepancySettled
from events.catalog.event_type import PersonName
from events.catalog.incidents import IncidentClosed, IncidentOpened
from events.catalog.people import StaffRegistered
from events.catalog.retention import (
    DestructionApproved,
    DestructionCompleted,
    DestructionProposed,
    DestructionRequested,
    HoldReleased,
)
from events.catalog.statements import StatementChecked, StatementForwarded, StatementWithdrawn
from events.catalog.stock import StockReplaced
from events.catalog.students import StudentLinked, StudentRegistered, StudentUnlinked
from events.envelope import parse_header
from events.errors import Refused
from events.ids import EventId, StudentId, stream_of
from projections.submissions import Submission
from server.api.worklist import WorklistOffice
from server.commands import destruction as end
from server.commands.clinic import repay, withdraw_order
from server.commands.device import close_device
from server.commands.review import accept, settle
from server.commands.staff import add_staff
from server.commands.staff import open_office as staff_office
from server.commands.statement import check, forward, receive, withdraw
from server.commands.student import enroll, leave
from server.review import Review
from tests.server.house import ADA, BEA, CLINIC, OTHER_SCHOOL, PASSWORD, WORK, House, open_house
from tests.server.making import make_id
from tests.server.test_clinic_books import GYM, ORDER, a_day
from tests.server.test_destruction import OLD, approved, grown_up
from tests.server.test_quarantine import HEADERS, facts, refused_dose

EARLIER = "settled-already"
HASH = "ab" * 32
TWIN = StudentId(make_id("twin of bea"))


async def post(house: House, path: str, **body: str | int) -> httpx.Response:
    return await house.http.post(f"/api/{path}", json=body, headers=HEADERS)


async def code_of(deed: Coroutine[Any, Any, object]) -> str:
    """``done``, or the code of what refused it: of a request or of a command."""
    try:
        answer = await deed
    except Refused as refused:
        return refused.code
    return str(answer.json()["code"]) if isinstance(answer, httpx.Response) and answer.is_error else "done"


async def outcomes(*deeds: Coroutine[Any, Any, object]) -> Counter[str]:
    return Counter(await asyncio.gather(*(code_of(deed) for deed in deeds)))


async def test_a_loan_is_paid_back_once_however_many_try_at_once(tmp_path: Path) -> None:
    """OFFICE-R27: three times in the browser, and by a command."""
    async with open_house(tmp_path) as house:
        await a_day(house)
        await house.sign_in("olga")
        loan = (await house.http.get(f"/api/clinics/{CLINIC}")).json()["books"]["loans"][0]["event"]
        path = f"clinics/{CLINIC}/loans/{loan}/repay"
        command = repay(house.district.settings, "gym 2026-11-21", loan, "W3", "", house.clock)
        told = await outcomes(*(post(house, path, lot=lot) for lot in ("W2", "W4", "W5")), command)
        assert told["done"] == len(await facts(house, StockReplaced)) == 1
        assert told[EARLIER] + told["unknown-loan"] == 3


async def test_an_order_is_withdrawn_once_however_many_try_at_once(tmp_path: Path) -> None:
    """OFFICE-R27: from the day that one of them named."""
    async with open_house(tmp_path) as house:
        await house.tell(GYM, ORDER)
        issued = (await facts(house, OrderIssued))[0].id
        await house.sign_in("olga")
        path, why = f"clinics/{CLINIC}/orders/{issued}/withdraw", "a new protocol"
        days = ("2026-12-01", "2026-12-02", "2026-12-03")
        command = withdraw_order(house.district.settings, "gym 2026-11-21", issued, "R. Vance", why, "", house.clock)
        told = await outcomes(*(post(house, path, by="R. Vance", reason=why, on=day) for day in days), command)
        assert told["done"] == len(await facts(house, OrderWithdrawn)) == 1
        assert told[EARLIER] + told["withdrawn-already"] == 3


async def test_a_file_is_approved_once_however_many_try_at_once(tmp_path: Path) -> None:
    """OFFICE-R27, RETENTION-R02: and it is proposed once."""
    async with grown_up(tmp_path) as (house, _):
        settings, clock = house.district.settings, house.clock
        await house.sign_in("rita")
        proposing = [post(house, "retention/propose", student=OLD) for _ in range(3)]
        told = await outcomes(*proposing, end.propose(settings, OLD, "rita", clock))
        assert told["done"] == len(await facts(house, DestructionProposed)) == 1
        await house.sign_in("root")
        approving = [post(house, "retention/approve", student=OLD) for _ in range(3)]
        told = await outcomes(*approving, end.approve(settings, OLD, "root", clock))
        assert told["done"] == len(await facts(house, DestructionApproved)) == 1
        assert (await post(house, "retention/approve", student=OLD)).json()["code"] == "destruction-under-way"


async def test_a_file_held_meanwhile_is_not_destroyed(tmp_path: Path) -> None:
    """OFFICE-R27, RETENTION-R02: the command that destroys read the record before."""
    async with grown_up(tmp_path) as (house, _):
        await approved(house)
        settings, clock = house.district.settings, house.clock
        async with end.open_office(settings, "retention destroy", "rita", clock) as office:
            child = office.child(OLD)
            await house.sign_in("olga")
            held = await post(house, "retention/hold", student=OLD, reason="asked for", authority="34 CFR 99.10")
            assert held.status_code == 200
            with pytest.raises(Refused, match="somebody else"):
                await office.ending.destroy(child)
        assert await facts(house, DestructionRequested) == []


async def test_a_file_is_destroyed_and_certified_once(tmp_path: Path) -> None:
    """OFFICE-R27, RETENTION-R03: by two commands, and by one that finishes what another is about."""
    async with grown_up(tmp_path) as (house, _):
        await approved(house)
        settings, clock = house.district.settings, house.clock
        async with (
            end.open_office(settings, "retention destroy", "rita", clock) as one,
            end.open_office(settings, "retention destroy", "rita", clock) as other,
        ):
            deeds = (one.ending.destroy(one.child(OLD)), other.ending.destroy(other.child(OLD)))
            assert await outcomes(*deeds) == {"done": 1, EARLIER: 1}
        (request,) = await facts(house, DestructionRequested)
        async with end.open_office(settings, "retention finish", "rita", clock) as office:
            assert isinstance(request.payload, DestructionRequested)
            with pytest.raises(Refused, match="somebody else"):
                await office.ending._complete([request.payload])
        assert len(await facts(house, DestructionCompleted)) == 1


async def test_a_hold_ends_once_however_many_end_it(tmp_path: Path) -> None:
    """OFFICE-R27: by command too, which refuses one that is over."""
    async with grown_up(tmp_path) as (house, _):
        settings, clock = house.district.settings, house.clock
        event = await end.hold(settings, OLD, "rita", "the parents asked", "34 CFR 99.10", clock=clock)
        await house.sign_in("rita")
        ending = [post(house, "retention/unhold", event=event, reason="seen") for _ in range(3)]
        told = await outcomes(*ending, end.unhold(settings, event, "rita", "seen", clock))
        assert told["done"] == len(await facts(house, HoldReleased)) == 1
        with pytest.raises(Refused, match="no hold that stands"):
            await end.unhold(settings, event, "rita", "again", clock)


async def test_a_matter_is_settled_once_however_many_try_at_once(tmp_path: Path) -> None:
    """OFFICE-R27: in the browser and by command."""
    async with open_house(tmp_path) as house:
        one, two = await house.enroll("anna"), await house.enroll("olga", "tablet")
        await one.push(one.dose(ADA))
        await two.push(two.dose(ADA))
        await house.sign_in("olga")
        (row,) = (await house.http.get("/api/worklist")).json()["discrepancies"]
        settling = [post(house, "worklist/settle", key=row["key"], reason="two were given") for _ in range(3)]
        told = await outcomes(*settling, settle(house.district.settings, row["key"], "olga", "seen", house.clock))
        assert told["done"] == len(await facts(house, DiscrepancySettled)) == 1


async def test_an_incident_is_closed_once_however_many_try_at_once(tmp_path: Path) -> None:
    """OFFICE-R27: with the outcome that one of them told."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("anna")
        dose = phone.dose(ADA)
        event = EventId(parse_header(dose.header).id)
        opened = IncidentOpened(dose=event, stops=("late",), reason="seen", follow_up=("call",))
        await phone.push(dose, phone.writer.write(stream_of("student", ADA), opened))
        (incident,) = await facts(house, IncidentOpened)
        await house.sign_in("olga")
        outcome = ("well", "ill", "moved away")
        closing = (post(house, "worklist/incidents/close", event=incident.id, outcome=one) for one in outcome)
        assert (await outcomes(*closing))["done"] == 1
        assert len(await facts(house, IncidentClosed)) == 1


async def test_two_records_are_merged_and_parted_by_one_word_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OFFICE-R27: who merges and who parts at once are not both believed; each may follow the other."""
    async with open_house(tmp_path) as house:
        await house.tell(
            stream_of("student", TWIN),
            StudentRegistered(name=PersonName(given="Bea", family="Lindqvist"), birth_date="2015-06-15"),
        )
        await house.caught_up()
        await house.sign_in("olga")

        def say(deed: str, one: StudentId = BEA, other: StudentId = TWIN) -> Coroutine[Any, Any, httpx.Response]:
            return post(house, f"students/{one}/{deed}", other=other, reason="looked at both")

        look, all_looked = WorklistOffice.last_word, asyncio.Barrier(3)

        async def look_together(office: WorklistOffice, one: StudentId, other: StudentId) -> EventId | None:
            found = await look(office, one, other)
            await all_looked.wait()
            return found

        with monkeypatch.context() as patched:
            patched.setattr(WorklistOffice, "last_word", look_together)
            assert await outcomes(say("link"), say("unlink"), say("link", TWIN, BEA)) == {"done": 1, EARLIER: 2}
        assert len([*await facts(house, StudentLinked), *await facts(house, StudentUnlinked)]) == 1
        for deed in ("unlink", "link", "unlink", "unlink", "link"):
            answer = await say(deed)
            assert answer.status_code == 200 or answer.json()["code"] == "refused", answer.text
        assert (await say("link")).json()["code"] == "refused"


async def test_a_device_and_a_seat_end_once(tmp_path: Path) -> None:
    """OFFICE-R27: in the browser and by command, with one reason."""
    async with open_house(tmp_path) as house:
        phone, tablet = await house.enroll("anna"), await house.enroll("anna", "tablet")
        settings = house.district.settings
        await house.sign_in("olga")
        seat, anna = f"devices/{tablet.enrolled.device}/close-seat", house.staff["anna"]
        ending = (post(house, seat, staff=anna, reason=why) for why in ("left", "lost", "other"))
        told = await outcomes(*ending)
        assert (told["done"], told[EARLIER] + told["no-seat"]) == (1, 2)
        device = f"devices/{phone.enrolled.device}/close"
        ending = (post(house, device, reason=why) for why in ("lost", "retired"))
        told = await outcomes(*ending, close_device(settings, "anna's phone", "replaced"))
        assert (
            told["done"]
            == len(
                [
                    one
                    for one in await facts(house, DeviceClosed)
                    if one.stream == stream_of("device", phone.enrolled.device)
                ]
            )
            == 1
        )


async def test_a_paper_is_taken_back_once_and_a_stay_is_told_once(tmp_path: Path) -> None:
    """OFFICE-R27: by commands that run at once."""
    async with open_house(tmp_path) as house:
        settings, clock = house.district.settings, house.clock
        told = {"kind": "conscientious", "signer": "B. Okafor", "standing": "parent"}
        paper = await receive(settings, "Ada Okafor", told, ("measles",), clock)
        taking = (withdraw(settings, paper, "B. Okafor", reason=why, clock=clock) for why in ("one", "two"))
        assert (await outcomes(*taking))["done"] == 1
        assert len(await facts(house, StatementWithdrawn)) == 1
        leaving = (leave(settings, "Ada Okafor", day, "transfer", clock=clock) for day in ("2026-11-19", "2026-11-20"))
        assert (await outcomes(*leaving))["done"] == 1
        entered = {"facility": OTHER_SCHOOL, "first_day": "2026-11-21", "grade": "5"}
        entering = (enroll(settings, "Ada Okafor", entered | {"grade": grade}, clock) for grade in ("5", "6"))
        assert (await outcomes(*entering))["done"] == 1


async def test_a_paper_is_forwarded_once(tmp_path: Path) -> None:
    """OFFICE-R27: by two commands that run at once, and by a later one, which is told the day."""
    async with open_house(tmp_path) as house:
        settings, clock = house.district.settings, house.clock
        told = {"kind": "conscientious", "signer": "B. Okafor", "standing": "parent"}
        paper = await receive(settings, "Ada Okafor", told, ("measles",), clock)
        forwarding = (forward(settings, paper, channel, "2026-11-20", clock) for channel in ("mail", "fax"))
        assert await outcomes(*forwarding) == {"done": 1, EARLIER: 1}
        with pytest.raises(Refused, match=r"forwarded on 2026-11-20"):
            await forward(settings, paper, "mail", clock=clock)
        assert len(await facts(house, StatementForwarded)) == 1


async def test_a_paper_is_checked_by_one_word_at_a_time(tmp_path: Path) -> None:
    """OFFICE-R27: who accepts and who rejects it at once are not both believed; each may follow the other."""
    async with open_house(tmp_path) as house:
        settings, clock = house.district.settings, house.clock
        told = {"kind": "medical", "signer": "Dr. Okafor", "standing": "physician"}
        paper = await receive(settings, "Ada Okafor", told, ("measles",), clock)
        for words, accepted in enumerate((True, False, True), 1):
            checking = (check(settings, paper, one, clock=clock) for one in (accepted, not accepted))
            assert await outcomes(*checking) == {"done": 1, EARLIER: 1}
            assert len(await facts(house, StatementChecked)) == words


async def test_a_login_is_given_to_one_person(tmp_path: Path) -> None:
    """OFFICE-R27, IDENTITY-R01: by two commands that both found it free."""
    async with open_house(tmp_path) as house:
        settings = house.district.settings
        person = StaffRegistered(name="Nina Ek", title="RN", address=WORK, login="nina")
        async with staff_office(settings) as one, staff_office(settings) as other:
            adding = (add_staff(office, person, [], PASSWORD) for office in (one, other))
            assert await outcomes(*adding) == {"done": 1, EARLIER: 1}


async def test_an_alarm_is_accepted_once_and_again_when_it_is_raised_anew(tmp_path: Path) -> None:
    """OFFICE-R27, ALARM-R05: in the browser and by command; what comes later is somebody's to accept again."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        for round_ in (1, 2):
            await house.tell(phone.writer.stream, ForkFound(device=phone.writer.device, seq=1, held=HASH, other=HASH))
            await house.caught_up()
            await house.sign_in("root")
            told: dict[str, str | int] = {"kind": "fork", "about": phone.writer.device, "count": 1}
            accepting = [post(house, "alarms/accept", **told, reason=why) for why in ("one", "two", "three")]
            by_command = accept(house.district.settings, "fork", phone.writer.device, 1, "root", "four", house.clock)
            outcome = await outcomes(*accepting, by_command)
            assert outcome["done"] == 1
            assert outcome[EARLIER] + outcome["not-found"] + outcome["unknown-alarm"] == 3
            assert len(await facts(house, AlarmAccepted)) == round_


async def test_a_submission_is_taken_by_one_person_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OFFICE-R27, QUARANTINE-R07: of those who take it or give it on at once one is believed; each may follow."""
    async with open_house(tmp_path) as house:
        submission, _ = await refused_dose(house)
        await house.sign_in("olga")
        look, all_looked = Review._still_open, asyncio.Barrier(3)

        async def look_together(review: Review, held: Submission) -> Submission:
            found = await look(review, held)
            await all_looked.wait()
            return found

        def give(owner: str) -> Coroutine[Any, Any, httpx.Response]:
            return post(house, f"quarantine/{submission}/assign", owner=owner)

        owners = ("records", "district_admin", "health_office")
        with monkeypatch.context() as patched:
            patched.setattr(Review, "_still_open", look_together)
            assert await outcomes(*map(give, owners)) == {"done": 1, EARLIER: 2}
        for given, owner in enumerate((*owners, *owners), 1):
            assert (await give(owner)).json()["owner"] == owner
            assert len(await facts(house, SubmissionAssigned)) == 1 + given

"""A phone whose key was closed learns what became of what it brought: by proof of its own key, and nothing else."""

from pathlib import Path

import httpx
import msgspec
import pytest

from events.catalog.devices import SeatClosed, SubmissionClosed, SubmissionReleased
from events.catalog.disclosures import RecordViewed
from events.catalog.people import RoleGranted
from events.codec import decode_payload
from events.commitment import holds
from events.envelope import check_shape, event_hash
from events.ids import Hash, stream_of
from events.proving import Prover
from events.wire import PUSH_EVENTS_MAX, Fate, Fates, FatesRequest, Quarantined, b64, fates_asked, from_wire
from server.store.connection import connect
from server.store.sqlite import SqliteLog
from tests.server.house import ADA, CLINIC, House, Phone, open_house
from tests.server.test_identity_http import refusals
from tests.server.test_quarantine import HEADERS, decide, facts


async def close_seat(house: House, phone: Phone) -> None:
    enrolled, key = phone.enrolled, phone.writer.key.public.hex()
    closed = SeatClosed(seat=enrolled.seat, author=enrolled.staff, public_key=key, reason="lost")
    await house.tell(stream_of("device", enrolled.device), closed)


async def ask(phone: Phone, *submissions: str, signed_by: Phone | None = None) -> httpx.Response:
    names = tuple(Hash(one) for one in submissions)
    signature = (signed_by or phone).writer.key.sign(fates_asked(phone.enrolled.seat, names))
    body = msgspec.json.encode(FatesRequest(names, b64(signature)))
    return await phone.house.http.post("/fates", content=body, headers=phone.headers)


async def told(phone: Phone, *submissions: str) -> tuple[Fate, ...]:
    """The fates, each word proven to stand in the log and to be about what was asked."""
    answer = await ask(phone, *submissions)
    assert answer.status_code == 200, answer.text
    found = msgspec.json.decode(answer.content, type=Fates)
    prover = Prover(found.checkpoint, phone.enrolled.log_key)
    for fate in found.fates:
        if fate.record is not None and fate.proof is not None:
            record = from_wire(fate.record)
            assert holds(record, check_shape(record))
            prover.prove(event_hash(record), fate.proof)
    assert [fate.submission for fate in found.fates] == list(submissions)
    return found.fates


def said(fate: Fate) -> object:
    assert fate.record is not None
    header = check_shape(from_wire(fate.record))
    return decode_payload(header.type, header.schema, fate.record.payload.encode())


async def late_dose(phone: Phone) -> str:
    (answer,) = await phone.push(phone.dose(ADA))
    assert isinstance(answer, Quarantined)
    assert answer.reason == "revoked_key"
    return answer.submission


async def test_a_closed_seat_learns_how_its_submissions_were_settled(tmp_path: Path) -> None:
    """QUARANTINE-R08: closed by whom and why; nothing before somebody settled it; the look is on record."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("anna")
        await close_seat(house, phone)
        one, two = await late_dose(phone), await late_dose(phone)
        assert [(fate.record, fate.who) for fate in await told(phone, one, two)] == [(None, ""), (None, "")]
        assert await facts(house, RecordViewed) == []
        await house.sign_in("olga")
        assert (await decide(house, one, "close", "given by olga")).status_code == 200
        closed, open_still = await told(phone, one, two)
        payload = said(closed)
        assert isinstance(payload, SubmissionClosed)
        assert (payload.submission, payload.reason, closed.who) == (one, "given by olga", "Olga Ek")
        assert (closed.kept, open_still.record) == (None, None)
        (look,) = await facts(house, RecordViewed)
        assert isinstance(look.payload, RecordViewed)
        assert look.payload.staff == house.staff["anna"]
        assert [(one.student, one.part) for one in look.payload.viewings] == [(ADA, "fate")]
        assert (await phone.turn(scope=f"clinic/{CLINIC}")).page is not None


async def test_what_was_let_in_as_it_was_signed_comes_with_its_own_receipt(tmp_path: Path) -> None:
    """QUARANTINE-R08: so the phone knows at which position its event is kept."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("root")
        event = phone.dose(ADA)
        (answer,) = await phone.push(event)
        assert isinstance(answer, Quarantined)
        await house.tell(stream_of("staff", house.staff["root"]), RoleGranted(role="nurse"))
        await house.sign_in("olga")
        assert (await decide(house, answer.submission, "release")).status_code == 200
        await close_seat(house, phone)
        response = await ask(phone, answer.submission)
        found = msgspec.json.decode(response.content, type=Fates)
        (fate,) = found.fates
        assert isinstance(said(fate), SubmissionReleased)
        assert fate.kept is not None
        _, proven = Prover(found.checkpoint, phone.enrolled.log_key).prove(event_hash(event), fate.kept)
        assert proven.position == fate.kept.position


async def test_nobody_else_is_told_and_no_other_key_may_ask(tmp_path: Path) -> None:
    """QUARANTINE-R09: another person's device learns nothing, not even that there is such a submission."""
    async with open_house(tmp_path) as house:
        phone, other = await house.enroll("anna"), await house.enroll("root", "tablet")
        await close_seat(house, phone)
        submission = await late_dose(phone)
        await house.sign_in("olga")
        await decide(house, submission, "close")
        (foreign, unknown) = await told(other, submission, "ab" * 32)
        assert (foreign.record, foreign.who) == (unknown.record, unknown.who) == (None, "")
        forged = await ask(phone, submission, signed_by=other)
        assert (forged.status_code, forged.json()["code"]) == (403, "not-allowed")
        assert [one.attempted for one in await refusals(house, "anna")] == ["ask what became of submissions"]
        for body in (b"{}", b'{"submissions":[],"signature":""}', b"17"):
            answer = await house.http.post("/fates", content=body, headers=phone.headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
        nameless = await house.http.post("/fates", content=b"{}")
        assert nameless.status_code == 401


async def take(house: House, submission: str) -> None:
    answer = await house.http.post(f"/api/quarantine/{submission}/assign", json={"take": True}, headers=HEADERS)
    assert answer.status_code == 200, answer.text


async def test_an_open_question_asked_again_and_again_is_one_look(tmp_path: Path) -> None:
    """QUARANTINE-R08: one for each device and word; a new word is a new look."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("anna")
        await close_seat(house, phone)
        submission = await late_dose(phone)
        await house.sign_in("root")
        await take(house, submission)
        for _ in range(3):
            (fate,) = await told(phone, submission)
            assert fate.record is not None
        assert len(await facts(house, RecordViewed)) == 1
        await decide(house, submission, "close")
        for _ in range(2):
            await told(phone, submission)
        assert len(await facts(house, RecordViewed)) == 2


async def test_a_submission_that_the_disk_does_not_give_back_spoils_no_other(tmp_path: Path) -> None:
    """QUARANTINE-R08: of it nothing is said, the others are told."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("anna")
        await close_seat(house, phone)
        one, two = await late_dose(phone), await late_dose(phone)
        await house.sign_in("olga")
        for name in (one, two):
            await decide(house, name, "close")
        ledger = connect(house.district.home.ledger)
        ledger.execute("UPDATE refused SET sealed = zeroblob(60) WHERE submission = ?", (bytes.fromhex(one),))
        ledger.close()
        damaged, whole = await told(phone, one, two)
        assert (damaged.record, damaged.proof, damaged.who) == (None, None, "")
        assert isinstance(said(whole), SubmissionClosed)


async def test_what_is_let_in_meanwhile_is_told_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """QUARANTINE-R08: a release between the head and the look into the log is not settled under that head."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("root")
        (answer,) = await phone.push(phone.dose())
        assert isinstance(answer, Quarantined)
        submission = answer.submission
        await house.tell(stream_of("staff", house.staff["root"]), RoleGranted(role="nurse"))
        await house.sign_in("olga")
        await take(house, submission)
        read = type(house.district.log).refused

        async def meanwhile(log: SqliteLog, name: Hash) -> bytes | None:
            monkeypatch.setattr(SqliteLog, "refused", read)
            assert (await decide(house, submission, "release")).status_code == 200
            return await read(log, name)

        monkeypatch.setattr(SqliteLog, "refused", meanwhile)
        (before,) = await told(phone, submission)
        assert before.kept is None
        (after,) = await told(phone, submission)
        assert isinstance(said(after), SubmissionReleased)
        assert after.kept is not None


async def test_more_questions_than_one_request_holds_are_refused_in_words(tmp_path: Path) -> None:
    """QUARANTINE-R08"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll("anna")
        answer = await ask(phone, *("ab" * 32 for _ in range(PUSH_EVENTS_MAX + 1)))
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
        assert str(PUSH_EVENTS_MAX) in answer.text

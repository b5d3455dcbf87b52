"""POST /sync against a real server: each kind of submission, its named answer, and that nothing is lost."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from events.catalog.devices import SubmissionQuarantined
from events.catalog.people import RoleRevoked
from events.checkpoint import open_checkpoint
from events.codec import decode_payload
from events.dates import write_instant
from events.envelope import SignedEvent, parse_header
from events.ids import NO_HASH, Position, stream_of
from events.merkle import verify_consistency
from events.wire import (
    MESSAGE_BYTES_MAX,
    PUSH_EVENTS_MAX,
    Accepted,
    Answer,
    Duplicate,
    Quarantined,
    from_wire,
    to_wire,
    unb64,
)
from server.api.problems import ProblemError
from server.sync.http import read_request
from tests.server.house import ADA, CLINIC, House, open_house
from tests.server.making import Writer, a_dose


async def refusal(house: House, answer: Answer, raw: bytes | None = None) -> SubmissionQuarantined:
    """The record behind a quarantined answer; checks that the bytes are kept."""
    assert isinstance(answer, Quarantined), answer
    record = from_wire(answer.record)
    payload = decode_payload("submission.quarantined", 1, record.payload)
    assert isinstance(payload, SubmissionQuarantined)
    assert (payload.submission, payload.reason, payload.owner) == (answer.submission, answer.reason, answer.owner)
    kept = await house.district.log.refused(answer.submission)
    assert kept is not None
    assert raw is None or kept == raw
    return payload


def raw(event: SignedEvent) -> bytes:
    return msgspec.json.encode(to_wire(event))


async def test_an_event_is_accepted_once_and_then_a_duplicate(tmp_path: Path) -> None:
    """SYNC-R03, SYNC-R20"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        event = phone.dose()
        (first,) = await phone.push(event)
        assert isinstance(first, Accepted)
        assert first.flags == ()
        again, twice = await phone.push(event, event)
        assert isinstance(again, Duplicate)
        assert isinstance(twice, Duplicate)
        assert again.proof.position == first.proof.position == twice.proof.position


async def test_the_same_event_twice_in_one_push_is_one_event(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        event = phone.dose()
        first, second = await phone.push(event, event)
        assert isinstance(first, Accepted)
        assert isinstance(second, Duplicate)
        assert first.proof.position == second.proof.position


async def test_every_bad_submission_has_its_named_answer_and_blocks_nobody(tmp_path: Path) -> None:
    """SYNC-R08, SYNC-R09: one batch with everything that can be wrong, and good events between."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        first = phone.dose()
        await phone.push(first)
        good = phone.dose(cvx="21")
        forged = SignedEvent(good.header, bytes(64), good.salt, good.payload)
        stranger = Writer(phone.enrolled.device, house.staff["olga"])
        batch = {
            "malformed": b'{"header":"no"}',
            "oversized": raw(SignedEvent(good.header, good.signature, good.salt, b'{"x":"' + b"x" * 70_000 + b'"}')),
            "bad_commitment": raw(SignedEvent(good.header, good.signature, good.salt, b"{}")),
            "bad_signature": raw(forged),
            "unknown_seat": raw(stranger.write(stream_of("student", ADA), a_dose())),
            "wrong_district": raw(phone.dose(district="isd-901")),
            "newer_type": raw(phone.writer.write_raw(stream_of("student", ADA), "dose.beamed", b"{}")),
            "not_authorised": raw(
                phone.writer.write_raw(
                    stream_of("staff", house.staff["anna"]), "role.granted", b'{"role":"district_admin"}'
                )
            ),
            "conflict_id": raw(phone.dose(id=parse_header(first.header).id)),
            "conflict_seq": raw(phone.dose(seq=1, prev=NO_HASH)),
        }
        response = await phone.raw_turn([*batch.values(), raw(good)])
        *answers, last = response.answers
        assert isinstance(last, Accepted)
        for (reason, sent), answer in zip(batch.items(), answers, strict=True):
            record = await refusal(house, answer, sent)
            assert record.reason == reason
            assert record.from_device == phone.enrolled.device
        assert isinstance((await phone.raw_turn([batch["conflict_seq"]])).answers[0], Quarantined)


async def test_refused_bytes_pushed_again_get_the_same_record(tmp_path: Path) -> None:
    """SYNC-R13: no second quarantine event, even when the reason has gone meanwhile."""
    async with open_house(tmp_path) as house:
        phone, other = await house.enroll(), await house.enroll("anna", "tablet")
        unseen = phone.writer.write_raw(
            stream_of("staff", house.staff["anna"]), "role.granted", b'{"role":"district_admin"}'
        )
        (first,) = await phone.push(unseen)
        size = (await house.district.log.head()).checkpoint.size
        (again,) = await phone.push(unseen)
        (elsewhere,) = await other.push(unseen)
        assert isinstance(first, Quarantined)
        assert isinstance(again, Quarantined)
        assert isinstance(elsewhere, Quarantined)
        assert first.record == again.record == elsewhere.record
        assert (await house.district.log.head()).checkpoint.size == size


async def test_a_fork_is_recorded_and_alarms(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        await phone.push(phone.dose())
        (answer,) = await phone.push(phone.dose(cvx="21", seq=1, prev=NO_HASH))
        assert (await refusal(house, answer)).reason == "conflict_seq"
        rows = [row async for row in house.district.log.read(Position(0))]
        forks = [row for row in rows if row.header is not None and row.header.type == "device.fork_found"]
        assert [row.header.stream for row in forks if row.header] == [stream_of("device", phone.enrolled.device)]
        (record,) = [row for row in rows if row.header is not None and row.header.type == "submission.quarantined"]
        assert forks[0].position < record.position  # a log cut between them (seed 468) is told of the fork again


async def test_a_gap_and_a_lost_role_are_flags(tmp_path: Path) -> None:
    """SYNC-R05, SYNC-R07"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        phone.writer.seen = (await house.district.log.head()).checkpoint.size
        first, second = phone.dose(), phone.dose(cvx="21")
        await house.tell(stream_of("staff", house.staff["anna"]), RoleRevoked(role="nurse", clinic=CLINIC))
        late, early = await phone.push(second), await phone.push(first)
        assert isinstance(late[0], Accepted)
        assert late[0].flags == ("role_lost_since", "gap")
        assert isinstance(early[0], Accepted)
        assert early[0].flags == ("role_lost_since",)
        again = await phone.push(first, second)  # both answers were lost, and the gap is filled by now
        assert [(type(one), one.flags) for one in again if not isinstance(one, Quarantined)] == [
            (Duplicate, ("role_lost_since",)),
            (Duplicate, ("role_lost_since", "gap")),
        ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad-request"),
        (b"\xff\xfe", 400, "bad-request"),
        (b"[]", 400, "bad-request"),
        (b'{"push":3}', 400, "bad-request"),
        (b'{"pull":{"scope":"district","limit":100000}}', 400, "bad-request"),
        (b'{"since":-1}', 400, "bad-request"),
        (b'{"version":2}', 400, "version-unknown"),
        (b'{"push":[' + b",".join([b"1"] * (PUSH_EVENTS_MAX + 1)) + b"]}", 413, "batch-too-large"),
        (b'{"push":["' + b"x" * (9 * 1024 * 1024) + b'"]}', 413, "too-large"),
    ],
)
async def test_what_is_no_request_gets_a_problem(tmp_path: Path, body: bytes, status: int, code: str) -> None:
    """SYNC-R14"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        answer = await phone.post(body)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code
        assert "Traceback" not in answer.text


def test_a_request_has_8_mib_at_most() -> None:
    """SYNC-R14: the last byte that may be is read, one more is not."""
    for body, code in ((b" " * MESSAGE_BYTES_MAX, "bad-request"), (b" " * (MESSAGE_BYTES_MAX + 1), "too-large")):
        with pytest.raises(ProblemError) as refused:
            read_request(body)
        assert refused.value.code == code
    assert MESSAGE_BYTES_MAX == 8 * 1024 * 1024


async def test_a_request_that_says_it_is_too_large_is_not_waited_for(tmp_path: Path) -> None:
    """SYNC-R14: the route knows the limit too: nothing of the body is held in memory to find out, and what may be is
    read to its end."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        assert (await phone.post(b" " * MESSAGE_BYTES_MAX)).json()["code"] == "bad-request"
        reader, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rsplit(":", 1)[1]))
        head = f"POST /sync HTTP/1.1\r\nHost: here\r\nContent-Length: {MESSAGE_BYTES_MAX + 1}\r\n"
        writer.write(f"{head}Authorization: {phone.headers['Authorization']}\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 20)
        assert b" 413 " in answer
        writer.close()


async def test_without_a_known_token_nothing_is_taken_and_nothing_is_said(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}):
            answer = await house.http.post("/sync", content=b"{}", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "token-unknown")


async def test_every_answer_tells_the_server_s_clock(tmp_path: Path) -> None:
    """SYNC-R14: in milliseconds, UTC: what skew is shown against."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        for days in (0, 400):
            house.clock.turn(days=days)
            assert (await phone.turn()).server_time == write_instant(house.clock())


async def test_the_checkpoint_extends_the_one_seen_before(tmp_path: Path) -> None:
    """SYNC-R15"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        old = open_checkpoint((await phone.turn()).checkpoint, phone.enrolled.log_key)
        response = await phone.turn(phone.dose(), phone.dose(), since=old.size)
        new = open_checkpoint(response.checkpoint, phone.enrolled.log_key)
        path = [unb64(node) for node in response.consistency]
        verify_consistency(old.size, new.size, path, old.root, new.root)
        assert new.origin == phone.enrolled.origin
        assert (await phone.turn(since=10**9)).consistency == ()

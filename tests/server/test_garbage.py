"""Whatever bytes come, acceptance answers by name: it never raises, never takes garbage, never loses it."""

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events.ids import DeviceId, Hash, stream_of
from events.wire import PUSH_EVENTS_MAX, WANTED_MAX, WIRE_VERSION, Presented, SealedEvent, WireEvent, to_wire
from server.api.problems import ProblemError
from server.sync.http import read_request
from server.sync.submission import Opened, Refusal, open_submission
from tests.server.house import open_house
from tests.server.making import a_dose, make_id, nurse

SOUND = msgspec.json.encode(to_wire(nurse().write(stream_of("student", make_id("child")), a_dose())))
DEEP = b"[" * 50_000 + b"]" * 50_000
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | json_values.map(msgspec.json.encode))
@example(DEEP)
@example(b"")
def test_sync_r01_any_bytes_are_an_event_or_a_named_refusal(raw: bytes) -> None:
    """SYNC-R01"""
    answer = open_submission(raw)
    assert isinstance(answer, Refusal)
    assert answer.raw == raw or msgspec.json.decode(answer.raw) == msgspec.json.decode(raw)
    assert answer.detail


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SOUND) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_noticed_unless_it_is_the_signature_s(at: int, flip: int) -> None:
    """SYNC-R02: what still opens has the same header, salt and payload; only its signature is another."""
    answer = open_submission(SOUND[:at] + bytes([SOUND[at] ^ flip]) + SOUND[at + 1 :])
    sound = open_submission(SOUND)
    assert isinstance(sound, Opened)
    if isinstance(answer, Opened):
        same = (answer.event.salt, answer.event.payload) == (sound.event.salt, sound.event.payload)
        assert same or answer.event.header != sound.event.header


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | json_values.map(msgspec.json.encode))
@example(DEEP)
@example(b'{"push":[' + DEEP + b"]}")
@example(b'{"unknown":' + DEEP + b"}")
def test_any_body_is_a_request_or_a_problem(body: bytes) -> None:
    """SYNC-R14"""
    with suppress(ProblemError):
        assert read_request(body).version == WIRE_VERSION


def test_what_is_carried_counts_as_what_is_pushed() -> None:
    """SYNC-R14: neither way round the limit of a batch."""
    carried = SealedEvent(DeviceId(make_id("phone")), 1, Hash("ab" * 32), "")
    half = PUSH_EVENTS_MAX // 2
    body = msgspec.json.encode({"push": [None] * half, "sealed": [carried] * half})
    assert len(read_request(body).push) == half
    for push, sealed in ((half, half + 1), (0, PUSH_EVENTS_MAX + 1)):
        with pytest.raises(ProblemError) as refused:
            read_request(msgspec.json.encode({"push": [None] * push, "sealed": [carried] * sealed}))
        assert refused.value.code == "batch-too-large"


def test_nobody_brings_more_beside_the_events_than_there_may_be() -> None:
    """SYNC-R14: old receipts are of events of the push; of damaged rows no more are asked for at once."""
    shown = Presented(Hash("ab" * 32), "")
    row = WireEvent("", "", "", "")
    assert len(read_request(msgspec.json.encode({"presented": [shown] * PUSH_EVENTS_MAX})).presented) == 200
    assert len(read_request(msgspec.json.encode({"returned": [row] * WANTED_MAX})).returned) == 20
    for many in ({"presented": [shown] * (PUSH_EVENTS_MAX + 1)}, {"returned": [row] * (WANTED_MAX + 1)}):
        with pytest.raises(ProblemError) as refused:
            read_request(msgspec.json.encode(many))
        assert refused.value.code == "bad-request"


async def test_garbage_at_every_door_gets_a_problem_and_no_traceback(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        headers = phone.headers | {"X-Doseledger": "1", "Content-Type": "application/json"}
        deep = b'{"x":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
        for path in ("/sync", "/enroll", "/api/session", "/api/enrollment-codes"):
            for body in (b"", b"\x00\xff", b"[]", b'{"push":1,"login":1}', deep, b"x" * 70_000):
                answer = await house.http.post(path, content=body, headers=headers)
                assert 400 <= answer.status_code < 500, (path, body[:20], answer.text)
                assert answer.headers["content-type"] == "application/problem+json"
                assert "Traceback" not in answer.text
        assert (await house.http.get("/health")).json()["status"] == "ok"

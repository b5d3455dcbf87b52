"""The sync messages carry signed bytes verbatim, and base64url has one form."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import SignedEvent, check_shape
from events.errors import MalformedEvent
from events.wire import (
    PUSH_EVENTS_MAX,
    Accepted,
    Answer,
    Page,
    Proof,
    Pull,
    Reset,
    SyncRequest,
    SyncResponse,
    WireEvent,
    b64,
    from_wire,
    to_wire,
    unb64,
)
from tests.events.making import event


@given(st.binary(max_size=100))
def test_wire_r01_base64url_reads_back(raw: bytes) -> None:
    """WIRE-R01: unpadded, for any bytes."""
    assert unb64(b64(raw)) == raw
    assert not set(b64(raw)) & set("+/=")


@pytest.mark.parametrize(
    "text", ["A", "AA=", "AA==", "AB", "AAB", "A+8A", "A/8A", "AA AA", "AAAA\n", "AAAA=", "ÄÄÄÄ", "AAAAA", "\ud800AAA"]
)
def test_wire_r01_bytes_have_one_text(text: str) -> None:
    """WIRE-R01: no padding, no other alphabet, no spare bits set."""
    with pytest.raises(MalformedEvent):
        unb64(text)


@given(st.text(max_size=20))
def test_wire_r01_what_is_read_is_written_the_same(text: str) -> None:
    try:
        raw = unb64(text)
    except MalformedEvent:
        return
    assert b64(raw) == text


def test_wire_r02_signed_bytes_travel_as_they_are() -> None:
    """WIRE-R02: through JSON and back, byte for byte, with escapes and all scripts inside."""
    payload = '{"a":"\\u00e9 \\/ \\"Østergård\\" \U0001f600" , "b":1.50}'.encode()
    sent = event(payload)
    line = msgspec.json.encode(to_wire(sent))
    arrived = from_wire(msgspec.json.decode(line, type=WireEvent))
    assert arrived == sent
    assert check_shape(arrived)


@given(st.text(), st.text(), st.text(max_size=90), st.text(max_size=30))
def test_wire_r03_a_hostile_wire_event_is_malformed(header: str, payload: str, signature: str, salt: str) -> None:
    """WIRE-R03: MalformedEvent, never another exception, before any key is looked up."""
    with pytest.raises(MalformedEvent):
        check_shape(from_wire(WireEvent(header, signature, salt, payload)))


def test_wire_r03_half_a_surrogate_pair() -> None:
    good = to_wire(event())
    for field in ("header", "payload"):
        with pytest.raises(MalformedEvent, match="surrogate"):
            from_wire(msgspec.structs.replace(good, **{field: "\ud800"}))


def test_wire_r04_unions_are_told_apart_by_their_tag() -> None:
    """WIRE-R04: answers and pages carry ``is``."""
    proof = Proof(entry="AA", position=3, path=())  # type: ignore[arg-type]
    accepted = Accepted(event_hash="ab" * 32, proof=proof)  # type: ignore[arg-type]
    raw = msgspec.json.encode(accepted)
    assert b'"is":"accepted"' in raw
    assert msgspec.json.decode(raw, type=Answer) == accepted
    reset = msgspec.json.encode(Reset(scope="district", reason="cursor_ahead"))
    assert isinstance(msgspec.json.decode(reset, type=Page | Reset), Reset)


def test_wire_r05_messages_are_bounded() -> None:
    """WIRE-R05: a push has at most 200 events, a page at most 1,000."""
    one = to_wire(event())
    full = msgspec.json.encode(SyncRequest(push=(one,) * PUSH_EVENTS_MAX))
    assert len(msgspec.json.decode(full, type=SyncRequest).push) == PUSH_EVENTS_MAX
    over = msgspec.json.encode(SyncRequest(push=(one,) * (PUSH_EVENTS_MAX + 1)))
    with pytest.raises(msgspec.ValidationError, match="200"):
        msgspec.json.decode(over, type=SyncRequest)
    for limit in (0, 1001, -1):
        raw = msgspec.json.encode(SyncRequest(pull=Pull(scope="district", limit=limit)))
        with pytest.raises(msgspec.ValidationError, match="limit"):
            msgspec.json.decode(raw, type=SyncRequest)


def test_wire_r06_a_reader_one_version_behind_passes_over_new_fields() -> None:
    """WIRE-R06: unknown fields of a message are no error."""
    raw = b'{"checkpoint":"x","news":[1,2],"answers":[]}'
    assert msgspec.json.decode(raw, type=SyncResponse).checkpoint == "x"


def test_wire_r02_the_wire_form_is_four_strings() -> None:
    sent = event()
    assert msgspec.to_builtins(to_wire(sent)) == {
        "header": sent.header.decode(),
        "signature": b64(sent.signature),
        "salt": b64(sent.salt),
        "payload": sent.payload.decode(),
    }
    assert isinstance(from_wire(to_wire(sent)), SignedEvent)

"""One event has one form: what is not exactly that is malformed, and says which field."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import envelope
from events.commitment import commit, holds
from events.envelope import (
    HEADER_BYTES_MAX,
    PAYLOAD_BYTES_MAX,
    Header,
    Seen,
    SignedEvent,
    check_shape,
    encode_header,
    event_hash,
    parse_header,
)
from events.errors import MalformedEvent
from events.ids import NO_HASH, DeviceId, DistrictId, EventId, Hash, Stream
from tests.events.making import HEADER, PAYLOAD, SALT, event, header

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
UUIDS = st.uuids(version=4).map(lambda u: f"{str(u)[:14]}7{str(u)[15:]}")
COUNTS = st.integers(0, 2**53 - 1)


@st.composite
def headers(draw: st.DrawFn) -> Header:
    seq = draw(st.integers(1, 2**53 - 1) | st.just(1))
    return Header(
        id=EventId(draw(UUIDS)),
        district=DistrictId(draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True))),
        stream=Stream(draw(st.sampled_from(["student", "clinic", "case", "transfer", "device"])) + "/" + draw(UUIDS)),
        type=draw(st.sampled_from(["dose.administered", "clinic.roster_added", "a.b"])),
        schema=draw(st.integers(1, 2**53 - 1)),
        author=draw(st.just("system") | UUIDS),
        device=DeviceId(draw(UUIDS)),
        seq=seq,
        prev=NO_HASH if seq == 1 else Hash(draw(HEX.filter(lambda digest: digest != NO_HASH))),
        recorded_at=draw(st.sampled_from(["2026-11-21T01:09:09.123Z", "2024-02-29T23:59:59.999Z"])),
        seen=Seen(draw(COUNTS), draw(COUNTS)),
        commitment=Hash(draw(HEX)),
    )


@given(headers())
def test_event_r01_a_header_survives_its_bytes(made: Header) -> None:
    """EVENT-R01: encode and parse are inverse; the bytes are ASCII and within the limit."""
    encoded = encode_header(made)
    assert parse_header(encoded) == made
    assert encoded.isascii()
    assert len(encoded) <= HEADER_BYTES_MAX


@given(headers(), st.data())
def test_one_look_takes_what_the_long_way_takes(made: Header, data: st.DataObject) -> None:
    """A header as it should be is read in one look; of any other the one look and the long way agree."""
    encoded = encode_header(made)
    assert envelope._read_canonical(encoded) == envelope._parse(encoded) == made
    at = data.draw(st.integers(0, len(encoded) - 1))
    put = data.draw(st.binary(max_size=2) | st.sampled_from([b" ", b"0", b"-", b"\\u0030", b"system", b"9" * 17]))
    changed = encoded[:at] + put + encoded[at + data.draw(st.integers(0, 2)) :]
    read = envelope._read_canonical(changed)
    try:
        assert read in (None, envelope._parse(changed))
        assert read is not None
    except MalformedEvent:
        assert read is None


def test_event_r01_the_bytes_are_the_twelve_fields_in_order() -> None:
    """EVENT-R01: written out by hand from the design, section 5."""
    by_hand = (
        f'{{"id":"{HEADER.id}","district":"isd-900","stream":"{HEADER.stream}","type":"dose.voided","schema":1,'
        f'"author":"{HEADER.author}","device":"{HEADER.device}","seq":1,"prev":"{"0" * 64}",'
        '"recorded_at":"2026-11-21T15:09:09.123Z","seen":{"epoch":0,"size":40},'
        f'"commitment":"{HEADER.commitment}"}}'
    )
    assert encode_header(HEADER) == by_hand.encode()


def _reordered() -> bytes:
    fields = json.loads(encode_header(HEADER))
    return json.dumps(dict(reversed(fields.items())), separators=(",", ":")).encode()


GOOD = encode_header(HEADER)

NOT_CANONICAL = {
    "empty": b"",
    "whitespace between": GOOD.replace(b'"schema":1', b'"schema": 1'),
    "whitespace before": b" " + GOOD,
    "newline after": GOOD + b"\n",
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "escaped letter": GOOD.replace(b"dose.voided", b"dose.voide\\u0064"),
    "escaped slash": GOOD.replace(b"student/", b"student\\/"),
    "reordered": _reordered(),
    "repeated name": GOOD.replace(b'"schema":1', b'"schema":1,"schema":1'),
    "missing field": GOOD.replace(b'"schema":1,', b""),
    "unknown field": GOOD.replace(b'"schema":1', b'"schema":1,"more":1'),
    "unknown field in seen": GOOD.replace(b'"size":40', b'"size":40,"x":1'),
    "integer as float": GOOD.replace(b'"schema":1', b'"schema":1.0'),
    "exponent": GOOD.replace(b'"schema":1', b'"schema":1e0'),
    "minus zero": GOOD.replace(b'"epoch":0', b'"epoch":-0'),
    "integer as text": GOOD.replace(b'"schema":1', b'"schema":"1"'),
    "true as integer": GOOD.replace(b'"schema":1', b'"schema":true'),
    "2^53": GOOD.replace(b'"size":40', b'"size":9007199254740992'),
    "beyond 64 bits": GOOD.replace(b'"size":40', b'"size":' + b"9" * 30),
    "beyond what Python reads": GOOD.replace(b'"size":40', b'"size":' + b"9" * 1500),
    "negative": GOOD.replace(b'"size":40', b'"size":-1'),
    "schema 0": GOOD.replace(b'"schema":1', b'"schema":0'),
    "seq 0": GOOD.replace(b'"seq":1', b'"seq":0'),
    "zero prev past seq 1": GOOD.replace(b'"seq":1', b'"seq":2'),
    "prev at seq 1": GOOD.replace(b"0" * 64, b"ab" * 32),
    "upper-case hash": GOOD.replace(b"0" * 64, b"A" * 64),
    "non-ASCII": GOOD.replace(b"isd-900", "isd-9öö".encode()),
    "not UTF-8": GOOD.replace(b"isd-900", b"isd-9\xff\xff"),
    "a year in other digits": GOOD.replace(
        b"student/" + HEADER.stream[8:].encode(), f"access/{HEADER.author}/٢٠٢٦-01".encode()
    ),
    "upper-case id": GOOD.replace(HEADER.id.encode(), HEADER.id.upper().encode()),
    "UUIDv4": GOOD.replace(b"-7000-8000", b"-4000-8000"),
    "30 February": GOOD.replace(b"2026-11-21T", b"2026-02-30T"),
    "hour 24": GOOD.replace(b"T15:", b"T24:"),
    "offset time": GOOD.replace(b"123Z", b"123+00:00"),
    "microseconds": GOOD.replace(b"123Z", b"123456Z"),
    "type without a verb": GOOD.replace(b"dose.voided", b"dose."),
    "type with two dots": GOOD.replace(b"dose.voided", b"dose.voided.x"),
    "type of underscores": GOOD.replace(b"dose.voided", b"_.__"),
    "type in capitals": GOOD.replace(b"dose.voided", b"Dose.voided"),
    "endless type": GOOD.replace(b"dose.voided", b"dose." + b"v" * 60),
    "null author": GOOD.replace(f'"{HEADER.author}"'.encode(), b"null"),
    "unknown stream": GOOD.replace(b"student/", b"pupil/"),
    "an array": b"[" + GOOD + b"]",
    "a tower of brackets": b'{"id":' + b"[" * 2000,
    "too long": GOOD[:-1] + b" " * HEADER_BYTES_MAX + b"}",
}


@pytest.mark.parametrize("raw", NOT_CANONICAL.values(), ids=NOT_CANONICAL.keys())
def test_event_r02_anything_else_is_malformed(raw: bytes) -> None:
    """EVENT-R02: only the canonical bytes are a header."""
    assert raw != GOOD
    with pytest.raises(MalformedEvent):
        parse_header(raw)


@settings(max_examples=400)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_event_r02_no_changed_byte_goes_unnoticed(place: int, byte: int) -> None:
    """EVENT-R02: a changed byte is malformed, or another header that says something else."""
    raw = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    try:
        read = parse_header(raw)
    except MalformedEvent:
        return
    assert encode_header(read) == raw
    assert (read == HEADER) == (raw == GOOD)


@given(st.binary(max_size=300))
def test_event_r02_noise_is_malformed_and_nothing_worse(raw: bytes) -> None:
    with pytest.raises(MalformedEvent):
        parse_header(raw)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"district": "ISD 900"},
        {"district": "isd-900\n"},
        {"stream": "student/1"},
        {"type": "dose"},
        {"schema": 2**53},
        {"author": "server"},
        {"device": ""},
        {"seq": 0},
        {"prev": "00"},
        {"recorded_at": "2026-11-21"},
        {"seen": Seen(0, -1)},
        {"commitment": "zz" * 32},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_event_r02_a_header_out_of_form_is_never_encoded(wrong: dict[str, object]) -> None:
    """EVENT-R02: the same rules hold before signing, and the message names the field."""
    with pytest.raises(MalformedEvent, match=next(iter(wrong))):
        encode_header(header(**wrong))


def test_event_r03_sizes_are_checked_to_the_byte() -> None:
    """EVENT-R03: 64 KiB of payload pass, one byte more does not; signature and salt have one length."""

    def of(size: int) -> bytes:
        return b'{"a":"' + b"x" * (size - 8) + b'"}'

    assert check_shape(event(of(PAYLOAD_BYTES_MAX))).type == "dose.voided"
    with pytest.raises(MalformedEvent, match="payload is 65537 bytes"):
        check_shape(event(of(PAYLOAD_BYTES_MAX + 1)))
    good = event()
    for field, size in (("signature", 63), ("signature", 65), ("salt", 0), ("salt", 15), ("salt", 17)):
        with pytest.raises(MalformedEvent, match=field):
            check_shape(msgspec.structs.replace(good, **{field: bytes(size)}))


BAD_PAYLOADS = {
    "empty": b"",
    "not an object": b"[]",
    "text": b'"a"',
    "two objects": b"{}{}",
    "not UTF-8": b'{"a":"\xff"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"a":NaN}',
    "infinity": b'{"a":-Infinity}',
    "number out of range": b'{"a":1e999}',
    "lone high surrogate": b'{"a":"\\ud83d"}',
    "lone low surrogate": b'{"a":"\\ude00"}',
    "high surrogate, then a letter": b'{"a":"\\ud83d\\u0041"}',
    "surrogate in UTF-8": b'{"a":"\xed\xa0\x80"}',
    "repeated name": b'{"a":1,"a":1}',
    "repeated name, escaped": b'{"a":1,"\\u0061":2}',
    "repeated name, deep": b'{"a":[{"b":1,"c":2,"b":3}]}',
    "repeated name, with spaces": b'{ "a" : 1, "a" : 2 }',
    "comment": b'{"a":1}//',
    "trailing comma": b'{"a":1,}',
    "33 brackets deep": b'{"a":' * 33 + b"1" + b"}" * 33,
    "a tower of brackets": b'{"a":' + b"[" * 60_000,
    "control character": b'{"a":"\x01"}',
}


@pytest.mark.parametrize("payload", BAD_PAYLOADS.values(), ids=BAD_PAYLOADS.keys())
def test_event_r04_a_payload_that_may_mean_two_things_is_malformed(payload: bytes) -> None:
    """EVENT-R04: one strict JSON object, whatever signs for it."""
    with pytest.raises(MalformedEvent, match="payload"):
        check_shape(event(payload))


@pytest.mark.parametrize(
    "payload",
    [
        b"{}",
        b'{ "b" : 1.50, "a" : [ ] }',
        b'{"a":{"x":1},"b":{"x":1}}',
        b'{"a":"\\ud83d\\ude00 \\u00e9"}',
        b'{"a":1e2,"b":-0.0}',
        b'{"a":' * 32 + b"1" + b"}" * 32,
        b'{"a":[' + b"[]," * 5000 + b"0]}",
        '{"name":"Østergård Nguyễn"}'.encode(),
    ],
)
def test_event_r04_a_payload_need_not_be_canonical(payload: bytes) -> None:
    """EVENT-R04: a payload is made once and kept as it is, so spaces and escapes are its maker's business."""
    assert check_shape(event(payload)).commitment == commit(SALT, payload)


@given(st.binary(max_size=80))
def test_event_r04_noise_is_malformed_or_an_object(payload: bytes) -> None:
    try:
        check_shape(event(payload))
    except MalformedEvent:
        return
    assert isinstance(json.loads(payload), dict)


def test_event_r05_the_commitment_covers_salt_and_payload() -> None:
    """EVENT-R05: SHA-256(salt ‖ payload); a changed bit on either side does not hold."""
    good = event()
    made = parse_header(good.header)
    assert holds(good, made)
    flipped = bytes([PAYLOAD[0] ^ 1]) + PAYLOAD[1:]
    assert not holds(msgspec.structs.replace(good, payload=flipped), made)
    assert not holds(msgspec.structs.replace(good, salt=bytes(16)), made)
    # Moving a byte across the border would keep the digest; the fixed length of the salt forbids it.
    moved = SignedEvent(good.header, good.signature, SALT + PAYLOAD[:1], PAYLOAD[1:])
    assert holds(moved, made)
    with pytest.raises(MalformedEvent, match="salt"):
        check_shape(moved)


def test_event_r06_the_hash_names_header_and_signature() -> None:
    """EVENT-R06: SHA-256(header ‖ signature): neither salt nor payload, so it outlives their destruction."""
    good = event()
    assert event_hash(good) == event_hash(msgspec.structs.replace(good, salt=b"", payload=b""))
    assert event_hash(good) != event_hash(msgspec.structs.replace(good, signature=bytes(64)))

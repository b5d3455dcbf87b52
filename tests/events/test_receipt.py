"""A receipt proves one event at one place in one log, offline; a receipt altered anywhere proves nothing."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.checkpoint import Checkpoint, sign_checkpoint, verifier_key
from events.errors import BadCheckpoint, BadProof
from events.ids import Hash, Position
from events.merkle import Edge, inclusion_proof, leaf_hash
from events.receipt import encode_receipt, make_entry, parse_entry, parse_receipt, verify_receipt
from events.signing import SigningKey

KEY = SigningKey(bytes(range(32)))
LOG = "log.example"
ORIGIN = "log.example/isd-900/0"
PINNED = verifier_key(LOG, KEY.public)
RECEIVED = datetime(2026, 11, 21, 1, 9, 9, 123000, tzinfo=UTC)
SIZE, PLACE = 11, 6
HASHES = [Hash(f"{number:064x}") for number in range(SIZE)]
ENTRIES = [make_entry(name, RECEIVED + timedelta(milliseconds=number)) for number, name in enumerate(HASHES)]


def _receipt(place: int = PLACE, origin: str = ORIGIN, key: SigningKey = KEY) -> str:
    kept: dict[tuple[int, int], bytes] = {}
    edge = Edge().extend(map(leaf_hash, ENTRIES), lambda level, at, value: kept.__setitem__((level, at), value))
    path = inclusion_proof(lambda level, at: kept[level, at], place, SIZE)
    note = sign_checkpoint(Checkpoint(origin, SIZE, edge.root()), LOG, key)
    return encode_receipt(ENTRIES[place], Position(place), path, note)


GOOD = _receipt()


def test_receipt_r01_an_entry_is_41_bytes() -> None:
    """RECEIPT-R01: version ‖ event hash ‖ big-endian milliseconds since 1970."""
    entry = make_entry(HASHES[6], RECEIVED)
    assert entry == b"\x01" + bytes.fromhex(HASHES[6]) + (1_795_223_349_123).to_bytes(8, "big")
    assert parse_entry(entry) == (HASHES[6], RECEIVED)


@pytest.mark.parametrize("entry", [b"", bytes(41), b"\x02" + bytes(40), b"\x01" + bytes(39), b"\x01" + bytes(41)])
def test_receipt_r01_another_version_or_length_is_none(entry: bytes) -> None:
    with pytest.raises(BadProof):
        parse_entry(entry)


def test_receipt_r01_a_time_beyond_the_calendar_is_none() -> None:
    with pytest.raises(BadProof, match="time"):
        parse_entry(b"\x01" + bytes(32) + b"\xff" * 8)


def test_receipt_r02_the_text_is_the_standards() -> None:
    """RECEIPT-R02: C2SP tlog-proof: magic, extra, index, hashes from the leaf's sibling up, blank line, note."""
    lines = GOOD.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == "extra " + base64.b64encode(ENTRIES[PLACE]).decode()
    assert lines[2] == "index 6"
    assert lines[3] == base64.b64encode(leaf_hash(ENTRIES[7])).decode()
    assert lines[3 + len(parse_receipt(GOOD).path)] == ""
    assert GOOD.endswith(parse_receipt(GOOD).checkpoint)


@pytest.mark.parametrize("place", range(SIZE))
def test_receipt_r03_a_receipt_proves_its_event(place: int) -> None:
    """RECEIPT-R03: event, position, time of receipt and the head they stand under."""
    proven = verify_receipt(_receipt(place), HASHES[place], PINNED, ORIGIN)
    assert (proven.event_hash, proven.position) == (HASHES[place], place)
    assert proven.received_at == RECEIVED + timedelta(milliseconds=place)
    assert proven.checkpoint.size == SIZE


def test_receipt_r04_a_receipt_is_for_one_event_one_key_one_log() -> None:
    """RECEIPT-R04: another event, another key, another district or epoch under the same key: refused."""
    with pytest.raises(BadProof, match="another event"):
        verify_receipt(GOOD, HASHES[7], PINNED)
    with pytest.raises(BadCheckpoint):
        verify_receipt(_receipt(key=SigningKey(bytes(32))), HASHES[PLACE], PINNED)
    for other in ("log.example/isd-901/0", "log.example/isd-900/1"):
        with pytest.raises(BadProof, match="is of the log"):
            verify_receipt(_receipt(origin=other), HASHES[PLACE], PINNED, ORIGIN)


@settings(max_examples=1500)
@given(st.integers(0, len(GOOD.encode()) - 1), st.integers(0, 7))
def test_receipt_r05_no_flipped_bit_is_believed(place: int, bit: int) -> None:
    """RECEIPT-R05: any bit of the text, the spare bits of base64 among them; and never another exception."""
    raw = bytearray(GOOD.encode())
    raw[place] ^= 1 << bit
    with pytest.raises((BadProof, BadCheckpoint)):
        verify_receipt(raw.decode(errors="surrogateescape"), HASHES[PLACE], PINNED)


@given(st.text(max_size=300))
def test_receipt_r05_noise_is_no_receipt(text: str) -> None:
    for tried in (text, "c2sp.org/tlog-proof@v1\n" + text, GOOD[:40] + text):
        with pytest.raises((BadProof, BadCheckpoint)):
            verify_receipt(tried, HASHES[PLACE], PINNED)


MALFORMED = {
    "no extra": GOOD.replace(GOOD.split("\n")[1] + "\n", ""),
    "leading zero": GOOD.replace("index 6", "index 06"),
    "other digits": GOOD.replace("index 6", "index ٦"),
    "negative index": GOOD.replace("index 6", "index -6"),
    "endless index": GOOD.replace("index 6", "index " + "6" * 5000),
    "index out of the tree": GOOD.replace("index 6", "index 11"),
    "another version": GOOD.replace("@v1", "@v2"),
    "64 hashes": GOOD.replace("index 6\n", "index 6\n" + ("A" * 43 + "=\n") * 64),
    "a short hash": GOOD.replace("index 6\n", "index 6\nAAAA\n"),
    "an endless line": GOOD.replace("index 6\n", "index 6\n" + "A" * 1_000_000 + "\n"),
    "an endless checkpoint": GOOD + "— a A\n" * 100_000,
    "no checkpoint": GOOD.split("\n\n")[0] + "\n\n",
    "carriage returns": GOOD.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
def test_receipt_r05_malformed_receipts(text: str) -> None:
    assert text != GOOD
    with pytest.raises((BadProof, BadCheckpoint)):
        verify_receipt(text, HASHES[PLACE], PINNED)

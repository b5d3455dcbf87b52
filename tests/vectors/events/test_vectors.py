"""The vectors hold in Python; `web/tests/vectors.test.ts` holds the same files in TypeScript.

Requirements: WEB-R01 (one form of every event on both sides), WEB-R02 (proofs decide alike on both sides).
"""

import json
from typing import Any

import msgspec
import pytest

from events.checkpoint import open_checkpoint
from events.commitment import holds
from events.dates import write_instant
from events.digest import open_vouched, scope_digest, stream_digest
from events.envelope import Header, encode_header, event_hash, parse_header
from events.errors import BadCheckpoint, BadProof, MalformedEvent
from events.merkle import verify_consistency, verify_inclusion
from events.packing import digest_of, unpack
from events.receipt import verify_receipt
from events.signing import verify_event
from events.strict_json import read_object
from events.wire import Packed, WireEvent, from_wire
from tests.vectors.events.make import FILES, HERE, stale


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in json.loads((HERE / f"{name}.json").read_text())]


def test_the_files_are_what_the_code_makes() -> None:
    assert stale() == []
    assert set(FILES) == {path.stem for path in HERE.glob("*.json")}


@pytest.mark.parametrize("case", cases("packing"))
def test_a_page_in_columns_is_the_events_it_stands_for(case: dict[str, Any]) -> None:
    """WIRE-R07, WIRE-R08."""
    pulled = unpack(msgspec.convert(case["packed"], Packed))
    assert [one.event for one in pulled] == [
        from_wire(msgspec.convert(one["event"], WireEvent)) for one in case["events"]
    ]
    assert [one.event_hash for one in pulled] == case["hashes"]
    said = open_vouched(case["note"], case["key"])
    assert digest_of(pulled, tuple(case["forget"])) == said.page == bytes.fromhex(case["digest"])
    assert msgspec.to_builtins(said.whole and said.whole.hex()) == case["said"]["whole"]


@pytest.mark.parametrize("case", cases("digests"))
def test_a_scope_has_one_digest(case: dict[str, Any]) -> None:
    """WIRE-R08."""
    digests = {stream: stream_digest(names) for stream, names in case["streams"].items()}
    assert {stream: digest.hex() for stream, digest in digests.items()} == case["digests"]
    assert scope_digest(digests.items()).hex() == case["scope"]


@pytest.mark.parametrize("case", cases("headers"))
def test_a_header_has_one_form(case: dict[str, Any]) -> None:
    """WEB-R01."""
    encoded = case["header"].encode()
    if not case["valid"]:
        with pytest.raises(MalformedEvent):
            parse_header(encoded)
        return
    header = parse_header(encoded)
    assert encode_header(header) == encoded
    if "fields" in case:
        assert header == msgspec.convert(case["fields"], Header)


@pytest.mark.parametrize("case", cases("payloads"))
def test_a_payload_means_one_thing(case: dict[str, Any]) -> None:
    """WEB-R01."""
    if case["valid"]:
        read_object(case["payload"].encode())
    else:
        with pytest.raises(MalformedEvent):
            read_object(case["payload"].encode())


@pytest.mark.parametrize("case", cases("events"))
def test_an_event_is_signed_and_committed(case: dict[str, Any]) -> None:
    """WEB-R01."""
    event = from_wire(msgspec.convert(case["event"], WireEvent))
    assert event_hash(event) == case["event_hash"]
    assert verify_event(event, bytes.fromhex(case["public_key"])) is case["signed"]
    assert holds(event, parse_header(event.header)) is case["committed"]


@pytest.mark.parametrize("case", cases("proofs"))
def test_a_proof_adds_up(case: dict[str, Any]) -> None:
    """WEB-R02."""
    path = [bytes.fromhex(node) for node in case["path"]]

    def check() -> None:
        if case["proof"] == "inclusion":
            root = bytes.fromhex(case["root"])
            verify_inclusion(bytes.fromhex(case["leaf"]), case["index"], case["size"], path, root)
        else:
            old_root, new_root = bytes.fromhex(case["old_root"]), bytes.fromhex(case["new_root"])
            verify_consistency(case["old"], case["new"], path, old_root, new_root)

    if case["valid"]:
        check()
    else:
        with pytest.raises(BadProof):
            check()


@pytest.mark.parametrize("case", cases("checkpoints"))
def test_a_checkpoint_opens_under_the_pinned_key(case: dict[str, Any]) -> None:
    """WEB-R02."""
    if not case["valid"]:
        with pytest.raises(BadCheckpoint):
            open_checkpoint(case["note"], case["key"])
        return
    read = open_checkpoint(case["note"], case["key"])
    assert {"origin": read.origin, "size": read.size, "root": read.root.hex()} == case["checkpoint"]


@pytest.mark.parametrize("case", cases("receipts"))
def test_a_receipt_stands_alone(case: dict[str, Any]) -> None:
    """WEB-R02."""
    if not case["valid"]:
        with pytest.raises((BadProof, BadCheckpoint)):
            verify_receipt(case["receipt"], case["event_hash"], case["key"], case["origin"])
        return
    proven = verify_receipt(case["receipt"], case["event_hash"], case["key"], case["origin"])
    assert (proven.position, proven.checkpoint.size) == (case["position"], case["size"])
    assert write_instant(proven.received_at) == case["received_at"]

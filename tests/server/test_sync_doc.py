"""docs/sync.md against the code: examples decode and verify, tables list everything and nothing else."""

import re
from pathlib import Path

import msgspec
import pytest

from events import wire
from events.commitment import holds
from events.envelope import Header, check_shape, event_hash
from events.errors import BadProof
from events.ids import Hash
from events.receipt import encode_receipt, verify_receipt
from events.signing import SigningKey, verify_event
from events.wire import Accepted, Page, SyncResponse, WireEvent, from_wire, unb64
from server.api.problems import PROBLEMS
from server.sync import socket
from server.sync.http import BODY_WITHIN_SECONDS, TURNS_PER_DEVICE_MAX
from server.sync.hub import LISTENERS_PER_DEVICE_MAX
from server.sync.submission import OWNERS

TEXT = (Path(__file__).parents[2] / "docs" / "sync.md").read_text(encoding="utf-8")
EXAMPLES: list[tuple[str, str]] = re.findall(r"```json (\w+)\n(.*?)```", TEXT, re.DOTALL)
STRUCTS: list[type[msgspec.Struct]] = [
    one
    for one in vars(wire).values()
    if isinstance(one, type) and issubclass(one, msgspec.Struct) and one.__module__ == wire.__name__
]


def example(name: str) -> str:
    return next(text for known, text in EXAMPLES if known == name)


def cells(heading: str) -> list[list[str]]:
    """The rows of the table under a heading row, without back quotes."""
    table = TEXT.partition(heading)[2].partition("\n\n")[0]
    return [[cell.strip().strip("`") for cell in row.strip("| ").split(" | ")] for row in table.split("\n")[2:]]


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_each_example_is_a_message(name: str, text: str) -> None:
    """SYNC-R21"""
    struct = getattr(wire, name)
    decoded = msgspec.json.decode(text, type=struct, strict=True)
    assert msgspec.json.decode(msgspec.json.encode(decoded)) == msgspec.json.decode(text)


def test_the_example_s_event_and_receipt_verify() -> None:
    event = from_wire(msgspec.json.decode(example("WireEvent"), type=WireEvent))
    assert holds(event, check_shape(event))
    public = SigningKey(bytes(range(32))).public
    assert verify_event(event, public)
    assert public.hex() in TEXT
    assert event_hash(event) in TEXT
    response = msgspec.json.decode(example("SyncResponse"), type=SyncResponse)
    (answer,) = response.answers
    assert isinstance(answer, Accepted)
    assert isinstance(response.page, Page)
    log_key = re.search(r"example's log key is `(.+?)`", TEXT)
    assert log_key is not None
    receipt = encode_receipt(
        unb64(answer.proof.entry), answer.proof.position, [unb64(one) for one in answer.proof.path], response.checkpoint
    )
    assert receipt.strip() in TEXT
    assert verify_receipt(receipt, answer.event_hash, log_key[1]).position == 1
    with pytest.raises(BadProof):
        verify_receipt(receipt, Hash("00" * 32), log_key[1])


def test_every_field_of_every_message_is_named() -> None:
    messages: list[type[msgspec.Struct]] = [*STRUCTS, Header]
    for struct in messages:
        for field in struct.__struct_fields__:
            assert re.search(rf"[`\"]{field}[`\"]", TEXT), f"{struct.__name__}.{field}"


def test_reasons_problems_and_close_codes_are_those_of_the_code() -> None:
    assert [(row[0], row[2]) for row in cells("| `reason` | when | `owner` |")] == list(OWNERS.items())
    assert [(row[0], int(row[1])) for row in cells("| `code` | status |")] == [
        (code, status) for code, (status, _) in PROBLEMS.items()
    ]
    codes = {socket.NOT_A_HELLO, socket.TOKEN_UNKNOWN, socket.NO_HELLO, socket.SUPERSEDED, socket.TOO_MANY, 1012}
    assert {int(row[0]) for row in cells("| close code | why | do |")} == codes
    resets = {row[0] for row in cells("| `reason` of a reset | when |")}
    assert resets == set(wire.Reset.__annotations__["reason"].__args__)


def test_limits_are_those_of_the_code() -> None:
    assert f"up to {wire.PUSH_EVENTS_MAX} events" in TEXT
    assert f"1 to {wire.PULL_EVENTS_MAX:,}" in TEXT
    assert f"at most {wire.MESSAGE_BYTES_MAX // 2**20} MiB" in TEXT
    assert f"within {socket.HELLO_WITHIN_SECONDS} seconds" in TEXT
    assert f"| turns of one device at once | {TURNS_PER_DEVICE_MAX} |" in TEXT
    assert f"with its first byte | {BODY_WITHIN_SECONDS} seconds |" in TEXT
    assert f"| news connections of one device | {LISTENERS_PER_DEVICE_MAX} |" in TEXT

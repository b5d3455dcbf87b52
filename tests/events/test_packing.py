"""A page's columns give back the very bytes that were signed; a digest tells any difference."""

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint, verifier_key
from events.digest import Vouched, open_vouched, scope_digest, stream_digest, vouch
from events.envelope import SignedEvent, check_shape, event_hash
from events.errors import BadCheckpoint, MalformedEvent
from events.ids import Hash, Position, StaffId, StudentId, stream_of
from events.packing import Row, digest_of, pack, unpack
from events.signing import SigningKey
from events.wire import Packed
from tests.server.making import Writer, a_dose, make_id, nurse

LOG = SigningKey(bytes(31) + b"\x07")
PINNED = verifier_key("log.example/isd-900", LOG.public)


def rows_of(events: list[SignedEvent]) -> list[Row]:
    return [
        Row(Position(at), at + at % 2, 1_700_000_000_000 + at, event_hash(event), check_shape(event), event)
        for at, event in enumerate(events)
    ]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), max_size=20), st.randoms())
def test_any_events_in_any_order_come_out_as_they_went_in(chosen: list[tuple[int, int, bool]], random: object) -> None:
    """WIRE-R07: header, signature, salt and payload, byte for byte, over JSON too."""
    writers = [nurse(), Writer(make_id("tablet"), StaffId(make_id("other nurse"))), Writer(make_id("server"))]
    children = [stream_of("student", StudentId(make_id(f"child {number}"))) for number in range(4)]
    events = [writers[who].write(children[child], a_dose("20" if odd else "03")) for who, child, odd in chosen]
    random.shuffle(events)  # type: ignore[attr-defined]
    line = msgspec.json.encode(pack(rows_of(events)))
    pulled = unpack(msgspec.json.decode(line, type=Packed))
    assert [one.event for one in pulled] == events
    assert [one.event_hash for one in pulled] == [event_hash(event) for event in events]
    assert [(one.position, one.effective, one.received_at) for one in pulled] == [
        (row.position, row.effective, row.received_at) for row in rows_of(events)
    ]


def three() -> list[Row]:
    phone = nurse()
    return rows_of([phone.write(stream_of("student", StudentId(make_id("child"))), a_dose()) for _ in range(3)])


def test_what_repeats_is_written_once() -> None:
    """WIRE-R07: a device's chain names its predecessors by itself."""
    packed = pack(three())
    assert packed.prev[1:] == ("", "")
    assert (len(packed.streams), len(packed.types), len(packed.writers)) == (1, 1, 1)
    assert "commitment" not in msgspec.json.encode(packed).decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"seq": (1, 2)},
        {"stream": (0, 0, 7)},
        {"signatures": "AAAA"},
        {"salts": ""},
        {"prev": ("", "", "")},
        {"payload": ("{}", "{}", "\ud800")},
        {"signatures": "!"},
    ],
    ids=str,
)
def test_columns_that_do_not_fit_are_malformed(changed: dict[str, object]) -> None:
    """WIRE-R03"""
    with pytest.raises(MalformedEvent):
        unpack(replace(pack(three()), **changed))


@pytest.mark.parametrize("field", ["payload", "recorded_at", "id", "seq", "seen_size", "position", "effective"])
def test_any_change_changes_the_page_s_digest(field: str) -> None:
    """WIRE-R08: commitments are not sent, so a changed payload is another event."""
    packed = pack(three())
    column = getattr(packed, field)
    other = tuple(f"{one}0" if isinstance(one, str) else one + 1 for one in column)
    changed = unpack(replace(packed, **{field: other}))
    assert digest_of(changed, ()) != digest_of(unpack(packed), ())
    assert digest_of(unpack(packed), ()) != digest_of(unpack(packed), (StudentId(make_id("child")),))


def test_a_scope_s_digest_is_that_of_its_streams_whatever_order_they_come_in() -> None:
    """WIRE-R08: computed here by hand, from the words of docs/sync.md."""
    one, two = Hash("11" * 32), Hash("22" * 32)
    chain = hashlib.sha256(hashlib.sha256(bytes.fromhex(one)).digest() + bytes.fromhex(two)).digest()
    assert stream_digest([one, two]) == chain != stream_digest([two, one])
    single = hashlib.sha256(bytes.fromhex(two)).digest()
    text = f"clinic/a {chain.hex()}\nstudent/b {single.hex()}\n"
    streams = [("student/b", single), ("clinic/a", chain)]
    assert scope_digest(streams) == hashlib.sha256(text.encode()).digest() == scope_digest(reversed(streams))


def test_a_page_s_note_says_what_was_signed_and_is_no_checkpoint() -> None:
    """WIRE-R08"""
    said = Vouched("log.example/isd-900/0", "district", 9, (0, -1), (8, 8), bytes(32), None)
    note = vouch(said, "log.example/isd-900", LOG)
    assert open_vouched(note, PINNED) == said
    whole = replace(said, whole=bytes(31) + b"\x01")
    assert open_vouched(vouch(whole, "log.example/isd-900", LOG), PINNED) == whole
    with pytest.raises(BadCheckpoint):
        open_checkpoint(note, PINNED)
    checkpoint = sign_checkpoint(Checkpoint("log.example/isd-900/0", 9, bytes(32)), "log.example/isd-900", LOG)
    with pytest.raises(BadCheckpoint):
        open_vouched(checkpoint, PINNED)
    with pytest.raises(BadCheckpoint):
        open_vouched(note.replace("district", "clinic/x"), PINNED)

"""What acceptance says to each kind of submission, without a socket or a disk."""

from collections.abc import Sequence

import msgspec
import pytest

from events.catalog import Payload
from events.catalog.devices import DeviceClosed, SeatClosed
from events.catalog.event_type import Address
from events.catalog.people import RoleGranted, RoleRevoked, StaffLeft, StaffRegistered
from events.envelope import PAYLOAD_BYTES_MAX, SignedEvent, event_hash
from events.ids import Hash, Stream, stream_of
from events.wire import to_wire
from projections.directory import Directory
from server.sync.session import Candidate, Desk, Known, RefusedBefore, Sound, signing_seat
from server.sync.submission import Opened, Refusal, open_submission
from tests.server.making import DISTRICT, LittleLog, Writer, a_dose, make_id, nurse, office

CHILD = stream_of("student", make_id("child"))
Outcome = Known | RefusedBefore | Refusal | Sound


class House:
    """A district with one nurse on one phone, and the desk that judges what she brings."""

    def __init__(self) -> None:
        self.log, self.server, self.anna = LittleLog(), office(), nurse()
        self.staff = stream_of("staff", self.anna.author)
        self.tell(self.staff, StaffRegistered(name="Anna", title="RN", address=Address(lines=("x",)), login="anna"))
        self.tell(self.staff, RoleGranted(role="nurse"))
        for payload in self.anna.opening():
            self.tell(self.anna.stream, payload)
        self.anna.seen = self.log.size
        self.ended: set[Stream] = set()
        self.lacking: set[Stream] = set()

    def tell(self, stream: Stream, payload: Payload) -> None:
        self.log.add(self.server.write(stream, payload))

    def judge(self, *events: SignedEvent, known: Sequence[Hash] = (), refused: Sequence[Hash] = ()) -> list[Outcome]:
        return self.judge_raw(*(raw(event) for event in events), known=known, refused=refused)

    def judge_raw(self, *raws: bytes, known: Sequence[Hash] = (), refused: Sequence[Hash] = ()) -> list[Outcome]:
        directory = Directory()
        for fact in self.log.facts:
            directory.apply(fact)
        desk = Desk(directory, DISTRICT, self.ended.__contains__, self.lacking.__contains__)
        judged: list[Outcome] = []
        for one in map(open_submission, raws):
            examined = desk.examine(one, known, refused) if isinstance(one, Opened) else one
            judged.append(
                desk.settle(examined, signing_seat(examined)) if isinstance(examined, Candidate) else examined
            )
        return judged


def raw(event: SignedEvent) -> bytes:
    return msgspec.json.encode(to_wire(event))


def changed(event: SignedEvent, **fields: str) -> bytes:
    """The event with some of its four strings replaced."""
    return msgspec.json.encode(msgspec.structs.replace(to_wire(event), **fields))


def reason(outcome: Outcome) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.reason


@pytest.fixture
def house() -> House:
    return House()


def test_a_sound_event_is_taken(house: House) -> None:
    event = house.anna.write(CHILD, a_dose())
    (outcome,) = house.judge(event)
    assert isinstance(outcome, Sound)
    assert outcome.opened.hash == event_hash(event)
    assert outcome.opened.event == event


@pytest.mark.parametrize("garbage", [b"{}", b"[]", b"null", b'"x"', b'{"header":1}', b'{"header":"\\ud800"}'])
def test_sync_r01_what_is_no_event_is_malformed_and_kept(house: House, garbage: bytes) -> None:
    """SYNC-R01"""
    (outcome,) = house.judge_raw(garbage)
    assert reason(outcome) == "malformed"
    assert isinstance(outcome, Refusal)
    assert outcome.raw == garbage


def test_a_header_out_of_form_is_malformed(house: House) -> None:
    event = house.anna.write(CHILD, a_dose())
    spaced = changed(event, header=event.header.decode().replace(",", ", ", 1))
    unreadable = changed(event, salt="not base64url!")
    short = changed(event, signature="AAAA")
    assert [reason(outcome) for outcome in house.judge_raw(spaced, unreadable, short)] == ["malformed"] * 3


def test_a_payload_its_type_forbids_is_malformed(house: House) -> None:
    event = house.anna.write_raw(CHILD, "dose.administered", b'{"cvx":"MMR"}')
    elsewhere = house.anna.write(stream_of("clinic", make_id("clinic")), a_dose())
    assert [reason(one) for one in house.judge(event, elsewhere)] == ["malformed", "malformed"]


def test_oversized_has_its_own_name(house: House) -> None:
    event = house.anna.write(CHILD, a_dose())
    big_payload = changed(event, payload='{"x":"' + "x" * PAYLOAD_BYTES_MAX + '"}')
    big_header = changed(event, header="x" * 3000)
    assert [reason(one) for one in house.judge_raw(big_payload, big_header)] == ["oversized", "oversized"]


def test_another_payload_than_committed_goes_by_its_own_name(house: House) -> None:
    """SYNC-R02: a garbled copy never stands in for the event it is a copy of."""
    event = house.anna.write(CHILD, a_dose())
    (outcome, copy) = house.judge_raw(changed(event, payload="{}"), raw(event))
    assert isinstance(outcome, Refusal)
    assert outcome.reason == "bad_commitment"
    assert outcome.submission != event_hash(event)
    assert isinstance(copy, Sound)


def test_a_duplicate_is_known_before_any_right_is_asked(house: House) -> None:
    """SYNC-R03"""
    event = house.anna.write(CHILD, a_dose())
    house.tell(house.staff, StaffLeft(on="2026-11-21"))
    house.tell(house.anna.stream, closing(house.anna))
    assert house.judge(event, known=[event_hash(event)]) == [Known(event_hash(event))]


def test_refused_bytes_get_the_answer_they_got(house: House) -> None:
    event = house.anna.write(CHILD, a_dose())
    assert house.judge(event, refused=[event_hash(event)]) == [RefusedBefore(event_hash(event))]


def test_another_district_s_event_is_wrong_district(house: House) -> None:
    event = house.anna.write(CHILD, a_dose(), district="isd-901")
    (outcome,) = house.judge(event)
    assert reason(outcome) == "wrong_district"
    assert isinstance(outcome, Refusal)
    assert outcome.owner == "records"


def test_what_is_newer_than_the_server_waits_for_its_upgrade(house: House) -> None:
    newer_type = house.anna.write_raw(CHILD, "dose.teleported", b"{}")
    newer_schema = house.anna.write(CHILD, a_dose(), schema=2)
    assert [reason(one) for one in house.judge(newer_type, newer_schema)] == ["newer_type", "newer_type"]


def test_a_seat_nobody_opened_is_unknown(house: House) -> None:
    stranger = nurse("mallory", "phone of hers")
    as_system = Writer(house.anna.device)
    outcomes = house.judge(stranger.write(CHILD, a_dose()), as_system.write(CHILD, a_dose()))
    assert [reason(one) for one in outcomes] == ["unknown_seat", "unknown_seat"]


def test_a_signature_by_another_key_is_bad(house: House) -> None:
    event = house.anna.write(CHILD, a_dose())
    forged = SignedEvent(
        event.header, event.signature[:-1] + bytes([event.signature[-1] ^ 1]), event.salt, event.payload
    )
    (outcome,) = house.judge(forged)
    assert reason(outcome) == "bad_signature"


def closing(writer: Writer) -> SeatClosed:
    return SeatClosed(seat=writer.seat, author=writer.author, public_key=writer.key.public.hex(), reason="lost")


def test_a_closed_key_goes_to_review_whatever_its_clock_says(house: House) -> None:
    """SYNC-R04"""
    early = house.anna.write(CHILD, a_dose(), recorded_at="2020-01-01T00:00:00.000Z")
    house.tell(house.anna.stream, closing(house.anna))
    assert [reason(one) for one in house.judge(early)] == ["revoked_key"]


def test_the_old_key_of_a_replaced_seat_is_revoked_not_bad(house: House) -> None:
    event = house.anna.write(CHILD, a_dose())
    house.tell(house.anna.stream, closing(house.anna))
    again = nurse("anna")
    again.key = Writer("another", "key").key
    house.tell(house.anna.stream, again.opening()[1])
    assert [reason(one) for one in house.judge(event)] == ["revoked_key"]


def test_a_key_that_was_opened_anew_signs_again(house: House) -> None:
    """SYNC-R04: the seat that is open is the one that counts."""
    event = house.anna.write(CHILD, a_dose())
    house.tell(house.anna.stream, closing(house.anna))
    house.tell(house.anna.stream, house.anna.opening()[1])
    assert [type(one) for one in house.judge(event)] == [Sound]


def test_who_may_have_lost_seat_or_rights_in_a_damaged_row_goes_to_review(house: House) -> None:
    """SYNC-R64: nobody is taken at his word while the log cannot say whether the seat is open; others are."""
    event = house.anna.write(CHILD, a_dose())
    for damaged in (house.anna.stream, house.staff):
        house.lacking = {damaged}
        (outcome,) = house.judge(event)
        assert isinstance(outcome, Refusal)
        assert (outcome.reason, "damaged" in outcome.detail) == ("unknown_seat", True)
    house.lacking = {CHILD}
    (taken,) = house.judge(event)
    assert isinstance(taken, Sound)


def test_what_a_closed_device_had_written_before_is_still_taken(house: House) -> None:
    first, second = house.anna.write(CHILD, a_dose()), house.anna.write(CHILD, a_dose("21"))
    house.tell(house.anna.stream, DeviceClosed(last_seq=1, reason="lost"))
    taken, late = house.judge(first, second)
    assert isinstance(taken, Sound)
    assert reason(late) == "revoked_key"


def test_a_role_lost_since_seen_is_taken(house: House) -> None:
    """SYNC-R05"""
    event = house.anna.write(CHILD, a_dose())
    house.tell(house.staff, RoleRevoked(role="nurse"))
    (outcome,) = house.judge(event)
    assert isinstance(outcome, Sound)


def test_a_role_lost_before_seen_or_never_had_is_not_authorised(house: House) -> None:
    planned = house.anna.write_raw(house.staff, "role.granted", b'{"role":"district_admin"}')
    house.tell(house.staff, RoleRevoked(role="nurse"))
    house.anna.seen = house.log.size
    after = house.anna.write(CHILD, a_dose())
    assert [reason(one) for one in house.judge(planned, after)] == ["not_authorised", "not_authorised"]


def test_only_the_system_writes_what_only_the_system_may(house: House) -> None:
    """SYNC-R06: a phone cannot write the access record, nor a quarantine."""
    refused = b'{"attempted":"x","code":"x","message":"x"}'
    event = house.anna.write_raw(house.staff, "access.refused", refused)
    assert [reason(one) for one in house.judge(event)] == ["not_authorised"]


def test_a_role_granted_after_what_was_seen_counts(house: House) -> None:
    house.anna.seen = 0
    (outcome,) = house.judge(house.anna.write(CHILD, a_dose()))
    assert isinstance(outcome, Sound)


def test_a_missing_predecessor_is_never_refused(house: House) -> None:
    """SYNC-R07"""
    first, second, third = (house.anna.write(CHILD, a_dose(cvx)) for cvx in ("03", "21", "20"))
    gap, following = house.judge(second, third)
    assert isinstance(gap, Sound)
    assert isinstance(following, Sound)
    house.log.add(second, third)
    (late,) = house.judge(first)
    assert isinstance(late, Sound)


def test_another_past_of_a_device_is_a_conflict(house: House) -> None:
    first = house.anna.write(CHILD, a_dose())
    house.log.add(first)
    other_past = house.anna.write(CHILD, a_dose(), prev="ab" * 32)
    (outcome,) = house.judge(other_past)
    assert isinstance(outcome, Refusal)
    assert outcome.reason == "conflict_seq"
    assert outcome.fork is not None
    assert (outcome.fork.seq, outcome.fork.held) == (2, event_hash(first))


def test_another_past_within_one_push_is_a_conflict(house: House) -> None:
    """SYNC-R08: the chain goes on through the batch; the fork is named, and what follows the first is taken."""
    first, second = house.anna.write(CHILD, a_dose()), house.anna.write(CHILD, a_dose("21"))
    house.anna.seq -= 1
    other_past = house.anna.write(CHILD, a_dose("20"), prev="ab" * 32)
    good, forked, following = house.judge(first, other_past, second)
    assert isinstance(good, Sound)
    assert isinstance(following, Sound)
    assert isinstance(forked, Refusal)
    assert forked.reason == "conflict_seq"
    assert forked.fork is not None
    assert (forked.fork.seq, forked.fork.held) == (2, event_hash(first))


def test_one_bad_event_never_blocks_the_rest(house: House) -> None:
    """SYNC-R08"""
    good, better = house.anna.write(CHILD, a_dose()), house.anna.write(CHILD, a_dose("21"))
    outcomes = house.judge_raw(raw(good), b"nonsense", changed(good, payload="{}"), raw(better))
    assert [type(one) for one in outcomes] == [Sound, Refusal, Refusal, Sound]


def test_a_late_event_for_a_destroyed_record_waits_for_the_records_office(house: House) -> None:
    house.ended.add(CHILD)
    (outcome,) = house.judge(house.anna.write(CHILD, a_dose()))
    assert isinstance(outcome, Refusal)
    assert (outcome.reason, outcome.owner) == ("destroyed_stream", "records")

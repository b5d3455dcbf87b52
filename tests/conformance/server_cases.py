"""What a server must do with what devices bring it, one case a promise of docs/sync.md.

A case raises AssertionError, and says what was broken.
"""

import asyncio
import hashlib
import os

import msgspec
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from msgspec.structs import replace

from events.catalog.people import RoleGranted
from events.checkpoint import open_checkpoint
from events.codec import decode_payload
from events.commitment import holds
from events.envelope import SignedEvent, check_shape, event_hash
from events.ids import DistrictId, Hash, Stream, stream_of
from events.photos import PIECE_BYTES, open_photo_note
from events.proving import Prover
from events.signing import SigningKey
from events.wire import (
    PULL_EVENTS_MAX,
    PUSH_EVENTS_MAX,
    Accepted,
    Duplicate,
    Fates,
    Presented,
    Quarantined,
    SealedEvent,
    b64,
    from_wire,
    hand_off_info,
    to_wire,
)
from tests.conformance.subject import ServerCase, SmallDevice, Subject, photo_state, problem_of, raw


async def an_enrolled_device_has_all_it_must_keep(subject: Subject) -> None:
    device = await subject.enroll()
    response = await device.turn()
    origin = open_checkpoint(response.checkpoint, device.enrolled.log_key).origin
    assert origin == device.enrolled.origin
    assert origin.split("/")[-2] == device.enrolled.district
    X25519PublicKey.from_public_bytes(bytes.fromhex(device.enrolled.sealing_key))


async def an_event_gets_a_receipt_and_always_the_same_place(subject: Subject) -> None:
    """Commit succeeded, answer lost: the retry, in another batch, is a duplicate at the same position."""
    device = await subject.enroll()
    one, two, three = (device.dose() for _ in range(3))
    first = await device.push(one, two)
    assert all(isinstance(answer, Accepted) for answer in first)
    again = await device.push(two, three)
    assert isinstance(again[0], Duplicate)
    assert isinstance(again[1], Accepted)
    assert again[0].proof.position == first[1].proof.position
    twice = await device.push(three, three)
    assert {answer.proof.position for answer in twice} == {again[1].proof.position}


async def each_bad_element_is_named_and_blocks_nobody(subject: Subject) -> None:
    """A poison event is neither dropped nor blocking; a later event overtakes a refused one."""
    device = await subject.enroll()
    first, good, last = device.dose(), device.dose(), device.dose()
    await device.push(first)
    broken = {
        b'{"header":"no"}': "malformed",
        b"17": "malformed",
        raw(replace(good, payload=b'{"x":"' + b"x" * 70_000 + b'"}')): "oversized",
        raw(replace(good, payload=b"{}")): "bad_commitment",
        raw(replace(good, signature=bytes(64))): "bad_signature",
        raw(_elsewhere(device, district=DistrictId("another"))): "wrong_district",
        raw(_elsewhere(device, type="dose.beamed")): "newer_type",
        raw(_overreach(device)): "not_authorised",
        raw(_fork(device, first)): "conflict_seq",
    }
    batch = [raw(good), *broken, raw(last)]
    answers = await device.push(*batch)
    assert isinstance(answers[0], Accepted), "the events around a bad one are taken in"
    assert isinstance(answers[-1], Accepted), "the events around a bad one are taken in"
    for answer, reason in zip(answers[1:-1], broken.values(), strict=True):
        assert isinstance(answer, Quarantined), f"{reason}: {answer}"
        assert answer.reason == reason
        assert answer.owner
        record = from_wire(answer.record)
        header = check_shape(record)
        assert header.type == "submission.quarantined"
        assert holds(record, header)
        told = decode_payload(header.type, header.schema, record.payload)
        assert getattr(told, "submission", "") == answer.submission, "the record names the submission"
    again = await device.push(*broken)
    assert [one.proof.position for one in again] == [one.proof.position for one in answers[1:-1]]


def _elsewhere(device: SmallDevice, **changed: object) -> SignedEvent:
    """A well-signed event that says something else in its header; the device's chain is left as it was."""
    seq, prev = device.seq, device.prev
    event = device.dose(**changed)
    device.seq, device.prev = seq, prev
    return event


def _overreach(device: SmallDevice) -> SignedEvent:
    seq, prev = device.seq, device.prev
    event = device.write(stream_of("staff", device.enrolled.staff), RoleGranted(role="district_admin"))
    device.seq, device.prev = seq, prev
    return event


def _fork(device: SmallDevice, first: SignedEvent) -> SignedEvent:
    seq, prev = device.seq, device.prev
    device.seq, device.prev = 0, check_shape(first).prev
    event = device.dose()
    device.seq, device.prev = seq, prev
    return event


async def a_missing_predecessor_is_flagged_and_never_blocks(subject: Subject) -> None:
    device = await subject.enroll()
    one, two = device.dose(), device.dose()
    (answer,) = await device.push(two)
    assert isinstance(answer, Accepted)
    assert "gap" in answer.flags
    (late,) = await device.push(one)
    assert isinstance(late, Accepted)
    assert "gap" not in late.flags
    again = await device.push(two, one)
    assert [one.flags for one in again if isinstance(one, Duplicate)] == [answer.flags, late.flags]


async def what_is_no_request_is_a_named_problem(subject: Subject) -> None:
    device = await subject.enroll()
    one = to_wire(device.dose())
    over = [one] * (PUSH_EVENTS_MAX + 1)
    for body, status, code in (
        (b"no json", 400, "bad-request"),
        (b'{"version":99}', 400, "version-unknown"),
        (msgspec.json.encode({"push": over, "version": 1}), 413, "batch-too-large"),
        (msgspec.json.encode({"pull": {"scope": subject.scope, "limit": PULL_EVENTS_MAX + 1}}), 400, "bad-request"),
    ):
        answer = await device.post(body)
        problem = problem_of(answer)
        assert (answer.status_code, problem.status, problem.code) == (status, status, code), answer.text
    assert problem_of(await device.post(b"{}", token="nobody's")).code == "token-unknown"


async def an_event_is_carried_unopened_by_another_device(subject: Subject) -> None:
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    maker, carrier = await subject.enroll("maker"), await subject.enroll("carrier")
    event = maker.dose()
    named, enrolled = event_hash(event), maker.enrolled
    receiver = X25519PublicKey.from_public_bytes(bytes.fromhex(enrolled.sealing_key))
    box = suite.encrypt(raw(event), receiver, hand_off_info(enrolled.district, named))
    sealed = SealedEvent(enrolled.device, 1, named, b64(bytes(box)))
    spoilt = replace(sealed, sealed=b64(os.urandom(200)))
    opens = suite.encrypt(b'{"header":"{}"}', receiver, hand_off_info(enrolled.district, named))
    no_event = replace(sealed, sealed=b64(bytes(opens)))
    response = await carrier.turn(sealed=(sealed, spoilt, no_event))
    taken, *refused = response.carried
    assert isinstance(taken, Accepted)
    for brought, one in zip((spoilt, no_event), refused, strict=True):
        assert isinstance(one, Quarantined)
        assert one.reason == "malformed"
        assert one.submission == hashlib.sha256(msgspec.json.encode(brought)).hexdigest()
    (pushed,) = await maker.push(b'{"header":"{}"}')
    assert isinstance(pushed, Quarantined)
    records = [msgspec.json.decode(one.record.payload) for one in refused if isinstance(one, Quarantined)]
    assert [one.get("bytes_sha256") for one in records] == [None, pushed.submission]
    carrier.prove(taken, response.checkpoint)
    (own,) = await maker.push(event)
    assert isinstance(own, Duplicate)
    assert own.proof.position == taken.proof.position


async def an_old_receipt_that_proves_nothing_harms_nothing(subject: Subject) -> None:
    device = await subject.enroll()
    event = device.dose()
    shown = Presented(event_hash(event), "not a receipt")
    response = await device.turn(event, presented=(shown, Presented(Hash("ab" * 32), "")))
    assert isinstance(response.answers[0], Accepted)


async def unknown_fields_are_passed_over(subject: Subject) -> None:
    device = await subject.enroll()
    answer = await device.post(msgspec.json.encode({"version": 1, "tomorrow": {"a": [1]}}))
    assert answer.status_code == 200


async def two_devices_at_once_share_one_order(subject: Subject) -> None:
    """No position twice, and each device's own events in the order it made them."""
    devices = [await subject.enroll(f"at once {number}") for number in range(3)]
    batches = [[device.dose() for _ in range(10)] for device in devices]
    answers = await asyncio.gather(*(device.push(*batch) for device, batch in zip(devices, batches, strict=True)))
    positions = [[answer.proof.position for answer in of_one] for of_one in answers]
    assert all(of_one == sorted(of_one) for of_one in positions)
    together = [position for of_one in positions for position in of_one]
    assert len(set(together)) == len(together)


async def a_type_in_another_kind_of_stream_is_malformed(subject: Subject) -> None:
    device = await subject.enroll()
    (answer,) = await device.push(device.write_raw(Stream(subject.scope), "dose.administered", b"{}"))
    assert isinstance(answer, Quarantined)
    assert answer.reason == "malformed"


async def what_became_of_a_submission_is_told_to_its_sender_by_proof_of_its_key(subject: Subject) -> None:
    """Nothing before somebody settled it, nothing to another key; then the office's word, proven."""
    device = await subject.enroll()
    (refused,) = await device.push(_overreach(device))
    assert isinstance(refused, Quarantined)
    name, nothing = refused.submission, Hash("ab" * 32)
    open_still = msgspec.json.decode((await device.fates(name, nothing)).content, type=Fates)
    assert [(one.submission, one.record) for one in open_still.fates] == [(name, None), (nothing, None)]
    forged = await device.fates(name, key=SigningKey(os.urandom(32)))
    assert (forged.status_code, problem_of(forged).code) == (403, "not-allowed")
    await subject.close(name)
    answer = await device.fates(nothing, name)
    assert answer.status_code == 200, answer.text
    told = msgspec.json.decode(answer.content, type=Fates)
    unknown, closed = told.fates
    assert unknown.record is None
    assert closed.record is not None
    assert closed.proof is not None
    record = from_wire(closed.record)
    header = check_shape(record)
    assert header.type == "submission.closed"
    assert holds(record, header)
    assert getattr(decode_payload(header.type, header.schema, record.payload), "submission", "") == name
    Prover(told.checkpoint, device.enrolled.log_key).prove(event_hash(record), closed.proof)
    assert closed.who
    assert closed.kept is None


async def a_picture_comes_in_pieces_and_is_receipted_once_it_is_whole(subject: Subject) -> None:
    """Out of order, of another size or under another name it is refused by name; a piece sent twice changes nothing."""
    device = await subject.enroll()
    sealed = os.urandom(PIECE_BYTES + 1_000)
    name, size, pieces = hashlib.sha256(sealed).hexdigest(), len(sealed), (sealed[:PIECE_BYTES], sealed[PIECE_BYTES:])
    assert photo_state(await device.photo(name)).pieces == 0
    for number, piece in ((1, pieces[1]), (0, pieces[0][:-1]), (2, b"x")):
        refused = problem_of(await device.photo(name, number, piece, size))
        assert (refused.status, refused.code) == (400, "bad-request"), f"piece {number}"
    for _ in range(2):
        begun = photo_state(await device.photo(name, 0, pieces[0], size))
        assert (begun.pieces, begun.note) == (1, "")
    part = photo_state(await device.photo(name, 1, pieces[1][:600], size, at=0))
    assert (part.pieces, part.bytes_here, part.note) == (1, PIECE_BYTES + 600, "")
    assert problem_of(await device.photo(name, 1, pieces[1][700:], size, at=700)).code == "bad-request"
    whole = photo_state(await device.photo(name, 1, pieces[1][600:], size, at=600))
    assert whole.bytes_here == size
    said = open_photo_note(whole.note, device.enrolled.log_key)
    assert (whole.pieces, said.name, said.size_bytes) == (2, name, size)
    assert photo_state(await device.photo(name)) == whole, "the receipt is there for whoever asks again"
    other = hashlib.sha256(b"another").hexdigest()
    thrown = problem_of(await device.photo(other, 0, b"not that", 8))
    assert (thrown.code, thrown.field) == ("bad-request", "name")
    assert photo_state(await device.photo(other)).pieces == 0
    nobody = await subject.http.get(f"{subject.url}/photos/{name}")
    assert problem_of(nobody).code == "token-unknown"


ACCEPTANCE_CASES: tuple[ServerCase, ...] = (
    an_enrolled_device_has_all_it_must_keep,
    an_event_gets_a_receipt_and_always_the_same_place,
    each_bad_element_is_named_and_blocks_nobody,
    a_missing_predecessor_is_flagged_and_never_blocks,
    what_is_no_request_is_a_named_problem,
    an_event_is_carried_unopened_by_another_device,
    an_old_receipt_that_proves_nothing_harms_nothing,
    unknown_fields_are_passed_over,
    two_devices_at_once_share_one_order,
    a_type_in_another_kind_of_stream_is_malformed,
    what_became_of_a_submission_is_told_to_its_sender_by_proof_of_its_key,
    a_picture_comes_in_pieces_and_is_receipted_once_it_is_whole,
)

"""What an insider with a valid seat tries against acceptance: to become the system, somebody else, or a neighbour."""

from collections.abc import Iterator

import msgspec
import pytest

from events.catalog import TYPE_OF, Payload
from events.catalog.clinics import ClinicCancelled, ClinicPlanned, RosterAdded
from events.catalog.devices import (
    AlarmAccepted,
    DeviceClosed,
    DeviceEnrolled,
    EpochOpened,
    SeatClosed,
    SeatOpened,
    SubmissionAssigned,
    SubmissionClosed,
    SubmissionReleased,
)
from events.catalog.disclosures import RecordViewed
from events.catalog.event_type import Address
from events.catalog.people import AccessRefused, RoleGranted, StaffRegistered
from events.catalog.policy import DistrictFounded
from events.catalog.retention import (
    DestructionApproved,
    DestructionProposed,
    DestructionRequested,
    HoldPlaced,
    HoldReleased,
)
from events.envelope import SYSTEM_AUTHOR
from events.ids import (
    DISTRICT_STREAM,
    ClinicId,
    EventId,
    FacilityId,
    Hash,
    SeatId,
    StaffId,
    Stream,
    StudentId,
    stream_of,
)
from events.roles import Role
from events.wire import to_wire
from projections.directory import Directory
from server.identity.enrolment import Bearer
from server.identity.rights import may_pull
from server.sync.session import Sound
from server.sync.submission import Refusal
from tests.events.examples import EXAMPLES
from tests.server.making import Writer, make_id
from tests.server.test_session import House, changed, reason

CHILD = StudentId(make_id("child"))
WORK = Address(lines=("x",))


@pytest.fixture
def house() -> House:
    return House()


def directory_of(house: House) -> Directory:
    directory = Directory()
    for fact in house.log.facts:
        directory.apply(fact)
    return directory


def administrator(house: House) -> Writer:
    """A district administrator with a phone of their own."""
    admin = Writer(make_id("device admin"), StaffId(make_id("staff admin")))
    staff = stream_of("staff", admin.author)
    house.tell(staff, StaffRegistered(name="Root", title="IT", address=WORK, login="root"))
    house.tell(staff, RoleGranted(role="district_admin"))
    for payload in admin.opening():
        house.tell(admin.stream, payload)
    admin.seen = house.log.size
    return admin


def of_every_role(house: House) -> Writer:
    """Somebody who is everything in a small district, with a phone of their own."""
    everyone = Writer(make_id("device everyone"), StaffId(make_id("staff everyone")))
    staff = stream_of("staff", everyone.author)
    roles = (msgspec.convert({"role": role.value}, RoleGranted) for role in Role if role is not Role.SYSTEM)
    house.tell(staff, StaffRegistered(name="Uma", title="RN", address=WORK, login="uma"))
    for payload in roles:
        house.tell(staff, payload)
    for opening in everyone.opening():
        house.tell(everyone.stream, opening)
    everyone.seen = house.log.size
    return everyone


def test_server_r14_nobody_opens_a_seat_for_the_system(house: House) -> None:
    """SERVER-R14: a pushed seat.opened would make its key the system's, and the system may write anything."""
    admin = administrator(house)
    fake = Writer(admin.device, SYSTEM_AUTHOR)
    for author in (SYSTEM_AUTHOR, house.anna.author):
        opened = SeatOpened(seat=SeatId(make_id("fake")), author=author, public_key=fake.key.public.hex())
        (outcome,) = house.judge(admin.write(admin.stream, opened))
        assert reason(outcome) == "not_authorised"


def test_server_r14_nobody_enrolls_a_device_again_to_open_it(house: House) -> None:
    """SERVER-R14: a second device.enrolled would lift the limit that device.closed set."""
    admin = administrator(house)
    house.tell(house.anna.stream, DeviceClosed(last_seq=0, reason="lost"))
    (outcome,) = house.judge(admin.write(house.anna.stream, DeviceEnrolled(kind="phone", label="mine now")))
    assert reason(outcome) == "not_authorised"


def test_server_r14_a_closed_device_stays_closed_whatever_follows(house: House) -> None:
    """SERVER-R14: in the fold as well, where an import or a command may have written."""
    house.tell(house.anna.stream, DeviceClosed(last_seq=3, reason="lost"))
    house.tell(house.anna.stream, DeviceEnrolled(kind="phone", label="again"))
    assert directory_of(house).devices[house.anna.device].last_seq == 3


A_HASH = Hash("ab" * 32)
SYSTEM_WORDS: list[tuple[str, Payload]] = [
    ("district", EpochOpened(old_checkpoint="x", survived=0, reason="mine")),
    ("district", DestructionRequested(student=CHILD, approval=EventId(make_id("approval")))),
    (
        "district",
        DistrictFounded(name="Mine", kind="school_district", time_zone="UTC", log_key="k", sealing_key="s"),
    ),
    ("staff", AccessRefused(attempted="x", code="x", message="x")),
    ("access", RecordViewed(staff="system", ground="x", viewings=())),
    ("district", AlarmAccepted(kind="role_lost", about=make_id("anna"), reason="nothing to see")),
    ("device", SubmissionReleased(submission=A_HASH, event=EventId(make_id("nothing")), reason="it is in")),
    ("device", SubmissionClosed(submission=A_HASH, reason="nothing to see", by=StaffId(make_id("olga")))),
    ("device", SubmissionAssigned(submission=A_HASH, owner="district_admin")),
    ("device", DeviceClosed(last_seq=0, reason="lost", by=StaffId(make_id("olga")))),
    (
        "device",
        SeatClosed(
            seat=SeatId(make_id("seat")),
            author=StaffId(make_id("anna")),
            public_key=A_HASH,
            reason="left",
            by=StaffId(make_id("olga")),
        ),
    ),
    ("district", HoldPlaced(student=CHILD, reason="asked", authority="counsel", from_day="2026-01-01")),
    ("district", HoldReleased(event=EventId(make_id("hold")), student=CHILD, on="2026-01-02", reason="over")),
    (
        "district",
        DestructionProposed(
            student=CHILD, earliest_on="2026-01-01", computation="x", proposed_by=StaffId(make_id("olga"))
        ),
    ),
    (
        "district",
        DestructionApproved(event=EventId(make_id("proposal")), student=CHILD, approved_by=StaffId(make_id("olga"))),
    ),
]


@pytest.mark.parametrize(("kind", "payload"), SYSTEM_WORDS, ids=lambda part: type(part).__name__)
def test_server_r14_what_only_the_system_says_no_person_says(house: House, kind: str, payload: Payload) -> None:
    """SERVER-R14: neither a nurse nor an administrator; the office settles where rights are asked for."""
    for writer in (house.anna, administrator(house), of_every_role(house)):
        streams = {
            "district": DISTRICT_STREAM,
            "staff": stream_of("staff", writer.author),
            "device": writer.stream,
            "access": stream_of("access", f"{writer.author}/2026-11"),
        }
        (outcome,) = house.judge(writer.write(streams[kind], payload))
        assert reason(outcome) == "not_authorised"


def test_server_r14_signing_as_the_system_takes_a_seat_of_the_system(house: House) -> None:
    """SERVER-R14: the word alone opens nothing, on one's own device or on the server's."""
    for device in (house.anna.device, house.server.device):
        fake = Writer(device, SYSTEM_AUTHOR)
        fake.key = house.anna.key
        (outcome,) = house.judge(fake.write(stream_of("staff", house.anna.author), RoleGranted(role="auditor")))
        assert reason(outcome) in ("unknown_seat", "bad_signature")


def test_server_r14_a_nurse_grants_no_role_to_herself(house: House) -> None:
    (outcome,) = house.judge(house.anna.write(house.staff, RoleGranted(role="district_admin")))
    assert reason(outcome) == "not_authorised"


def test_server_r15_planning_a_clinic_again_gives_no_right_to_its_children(house: House) -> None:
    """SERVER-R15: a clinic belongs to the facility it was first planned at.

    The nurse of one school knows another clinic's id from role.granted, which every device gets. Were the
    last clinic.planned to decide, she could plan it anew at her school and pull its roster.
    """
    home, other = FacilityId(make_id("home")), FacilityId(make_id("other"))
    clinic = ClinicId(make_id("clinic of others"))
    scope = stream_of("clinic", clinic)
    anna = house.anna
    nurse = Writer(make_id("device bea"), StaffId(make_id("staff bea")))
    staff = stream_of("staff", nurse.author)
    house.tell(staff, StaffRegistered(name="Bea", title="RN", address=WORK, login="bea"))
    house.tell(staff, RoleGranted(role="nurse", facility=home))
    for payload in nurse.opening():
        house.tell(nurse.stream, payload)
    house.tell(scope, ClinicPlanned(name="Gym", facility=other, address=WORK, on="2026-11-21"))
    house.tell(scope, RosterAdded(students=(CHILD,)))
    nurse.seen = house.log.size
    bearer = Bearer(nurse.device, nurse.seat, StaffId(nurse.author))
    assert not may_pull(directory_of(house), bearer, scope)

    replan = nurse.write(scope, ClinicPlanned(name="Gym", facility=home, address=WORK, on="2026-11-21"))
    (outcome,) = house.judge(replan)
    assert isinstance(outcome, Sound), "the fact is kept; it gives no right"
    house.log.add(replan)
    assert not may_pull(directory_of(house), bearer, scope)
    assert anna.device != nurse.device


def test_server_r15_planning_a_clinic_again_does_not_revive_it(house: House) -> None:
    """SERVER-R15: nor does it undo a cancellation."""
    scope = stream_of("clinic", make_id("cancelled clinic"))
    planned = ClinicPlanned(name="Gym", facility=None, address=WORK, on="2026-11-21")
    for payload in (planned, ClinicCancelled(reason="snow"), planned):
        house.tell(scope, payload)
    (clinic,) = directory_of(house).clinics.values()
    assert clinic.is_cancelled


CHILD_S_NAME = "Okafor, Ada"


def leaves(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every value that holds no other."""
    held = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if held is None:
        yield at
    for name, inner in held or ():
        yield from leaves(inner, (*at, name))


def misplaced(payload: Payload) -> Iterator[bytes]:
    """The payload with a child's name at each place in turn, and once as the name of two fields."""
    for *above, last in leaves(msgspec.to_builtins(payload)):
        read = part = msgspec.to_builtins(payload)
        for name in above:
            part = part[name]
        part[last] = CHILD_S_NAME
        yield msgspec.json.encode(read)
    yield f'{{"{CHILD_S_NAME}":1,"{CHILD_S_NAME}":2}}'.encode()


@pytest.mark.parametrize("payload", EXAMPLES, ids=lambda one: type(one).__name__)
def test_server_r46_a_refusal_says_nothing_of_what_was_refused(house: House, payload: Payload) -> None:
    """SERVER-R46: its sentence travels to every device of the district, and outlives the child's record."""
    row = TYPE_OF[type(payload)]
    subject = f"{make_id('reader')}/2026-11" if row.stream == "access" else make_id("subject")
    stream = DISTRICT_STREAM if row.stream == "district" else Stream(f"{row.stream}/{subject}")
    events = [house.anna.write_raw(stream, row.name, raw) for raw in misplaced(payload)]
    refused = [one for one in house.judge(*events) if isinstance(one, Refusal)]
    assert refused
    assert not [one.detail for one in refused if "Okafor" in one.detail]


def test_server_r46_nor_does_one_of_a_header(house: House) -> None:
    """SERVER-R46"""
    good = house.anna.write(stream_of("student", CHILD), DestructionRequested(student=CHILD, approval=EventId(CHILD)))
    header = to_wire(good).header[:-1]
    for wrong in (f'{header},"{CHILD_S_NAME}":1}}', header.replace("student/", f"{CHILD_S_NAME}/") + "}", CHILD_S_NAME):
        (one,) = house.judge_raw(changed(good, header=wrong))
        assert isinstance(one, Refusal)
        assert "Okafor" not in one.detail


def test_a_refusal_never_fails_on_its_own_words(house: House) -> None:
    """The sentence of a refusal becomes a payload of ours: whatever it quotes, it can be written down."""
    from events.catalog.devices import SubmissionQuarantined
    from events.codec import encode_payload
    from server.sync.submission import open_submission
    from tests.events.test_envelope import BAD_PAYLOADS, NOT_CANONICAL

    good = house.anna.write(stream_of("student", CHILD), DestructionRequested(student=CHILD, approval=EventId(CHILD)))
    texts = [raw.decode(errors="replace") for raw in (*BAD_PAYLOADS.values(), *NOT_CANONICAL.values())]
    raws = [changed(good, payload=text) for text in texts] + [changed(good, header=text) for text in texts]
    for raw in (*raws, b"", b"{}", b"[" * 100_000, b'{"x":' + b"[" * 100_000):
        refused = open_submission(raw)
        assert isinstance(refused, Refusal)
        encode_payload(
            SubmissionQuarantined(
                submission=refused.submission,
                reason=refused.reason,
                detail=refused.detail,
                owner=refused.owner,
                from_device=house.anna.device,
            )
        )

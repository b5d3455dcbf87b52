"""Who may act, as of any size of the log."""

import pytest

from events.catalog import Payload
from events.catalog.clinics import ClinicCancelled, ClinicPlanned, ClinicStaffed
from events.catalog.devices import DeviceClosed, DeviceEnrolled, EpochOpened, SeatClosed, SeatOpened
from events.catalog.event_type import Address
from events.catalog.facilities import FacilityClosed, FacilityCorrected, FacilityOpened
from events.catalog.people import RoleGranted, RoleRevoked, StaffCorrected, StaffLeft, StaffRegistered
from events.ids import DISTRICT_STREAM, ClinicId, FacilityId, SeatId, StaffId, Stream, stream_of
from events.roles import Role
from projections.directory import Directory
from tests.projections.given import PHONE, Given, make_id

ANNA = StaffId(make_id(500))
CLINIC, SCHOOL = ClinicId(make_id(501)), FacilityId(make_id(502))
STAFF, DEVICE = stream_of("staff", ANNA), stream_of("device", PHONE)
WORK = Address(lines=("1 Main St",))
KEY, OTHER_KEY = "aa" * 32, "bb" * 32


class House:
    """Facts told one after the other, and the directory after them."""

    def __init__(self) -> None:
        self.given, self.directory = Given(), Directory()

    def tell(self, stream: Stream, payload: Payload) -> int:
        fact = self.given.add(payload, stream=stream)
        self.directory.apply(fact)
        return fact.position

    def hire(self) -> int:
        return self.tell(STAFF, StaffRegistered(name="Anna Ek", title="RN", address=WORK, login="Anna"))

    def roles(self, first: int, last: int | None = None) -> set[Role]:
        return set(self.directory.roles_within(ANNA, first, last if last is not None else first))


@pytest.fixture
def house() -> House:
    return House()


def test_a_role_holds_from_its_grant_to_its_end_by_size_of_the_log(house: House) -> None:
    """SERVER-R13"""
    house.hire()
    granted = house.tell(STAFF, RoleGranted(role="nurse", clinic=CLINIC))
    revoked = house.tell(STAFF, RoleRevoked(role="nurse", clinic=CLINIC))
    assert house.roles(granted) == set(), "a log of that size ends before the grant"
    assert house.roles(granted + 1) == {Role.NURSE}
    assert house.roles(revoked) == {Role.NURSE}
    assert house.roles(revoked + 1) == set()
    assert house.roles(0, granted + 1) == {Role.NURSE}
    assert house.roles(revoked, revoked + 5) == {Role.NURSE}
    assert house.directory.roles_now(ANNA) == set()


def test_a_role_ends_only_for_the_place_it_was_given_for(house: House) -> None:
    house.hire()
    house.tell(STAFF, RoleGranted(role="nurse"))
    house.tell(STAFF, RoleRevoked(role="nurse", facility=SCHOOL))
    assert house.directory.roles_now(ANNA) == {Role.NURSE}
    house.tell(STAFF, StaffLeft(on="2026-11-21"))
    assert house.directory.roles_now(ANNA) == set()
    assert house.directory.staff[ANNA].has_left


def test_a_login_is_the_first_who_has_it_whatever_the_case(house: House) -> None:
    house.hire()
    other = StaffId(make_id(510))
    house.tell(stream_of("staff", other), StaffRegistered(name="Ann", title="RN", address=WORK, login="ANNA"))
    house.tell(STAFF, StaffCorrected(title="PHN"))
    found = house.directory.by_login("aNNa")
    assert found is not None
    assert (found.id, found.title, found.name) == (ANNA, "PHN", "Anna Ek")
    assert house.directory.by_login("") is None


def test_a_seat_closes_by_its_key_and_another_may_open(house: House) -> None:
    seat = SeatId(make_id(520))
    house.tell(DEVICE, DeviceEnrolled(kind="phone", label="phone"))
    opened = house.tell(DEVICE, SeatOpened(seat=seat, author=ANNA, public_key=KEY))
    house.tell(DEVICE, SeatOpened(seat=SeatId(make_id(521)), author=ANNA, public_key=OTHER_KEY))
    closed = house.tell(DEVICE, SeatClosed(seat=seat, author=ANNA, public_key=KEY, reason="lost"))
    first, second = house.directory.seats(PHONE, ANNA)
    assert (first.opened_at, first.closed_at) == (opened, closed)
    assert second.closed_at is None
    assert house.directory.seats(PHONE, "system") == ()
    house.tell(DEVICE, DeviceClosed(last_seq=7, reason="lost"))
    assert house.directory.devices[PHONE].last_seq == 7
    assert len(list(house.directory.seats_of(PHONE))) == 2


def test_places_and_their_changes(house: House) -> None:
    place, gym = stream_of("facility", SCHOOL), stream_of("clinic", CLINIC)
    house.tell(place, FacilityOpened(name="Elm", kind="elementary"))
    house.tell(place, FacilityCorrected(name="Elm Street"))
    house.tell(gym, ClinicStaffed(staff=((ANNA, "lead"),)))
    house.tell(gym, ClinicPlanned(name="Gym", facility=SCHOOL, address=WORK, on="2026-11-21"))
    house.tell(gym, ClinicStaffed(staff=((ANNA, "lead"),)))
    assert house.directory.facilities[SCHOOL].name == "Elm Street"
    assert house.directory.clinics[CLINIC].staffed == {ANNA}
    house.tell(gym, ClinicCancelled(reason="snow"))
    house.tell(place, FacilityClosed(on="2027-06-01"))
    assert house.directory.clinics[CLINIC].is_cancelled
    assert not house.directory.facilities[SCHOOL].is_open


def test_of_an_epoch_that_ended_only_what_survived_was_seen(house: House) -> None:
    for _ in range(5):
        house.hire()
    opened = EpochOpened(old_checkpoint="note", survived=3, reason="restored")
    house.tell(DISTRICT_STREAM, opened)
    assert house.directory.size_seen(0, 5) == 3
    assert house.directory.size_seen(1, 5) == 5
    assert house.directory.size_seen(1, 500) == house.directory.size == 6

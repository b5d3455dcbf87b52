"""Who may act: seats and their keys, staff and their roles, facilities, clinics, devices, the district.

A fold over the streams that describe people and places (staff, device, facility, clinic, district). It
answers two kinds of question: as of now, and as of an earlier size of the log, because rights are those
its author could know (``seen``) and keys are valid over *positions*, never over times on a clock.

    grant    held from the position of role.granted until that of role.revoked or staff.left
    seat     valid from the position of seat.opened until that of seat.closed
    size n   knows the positions 0 … n - 1

The directory is changed in place by its one owner, in log order; what it hands out is frozen.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from events.catalog.clinics import ClinicCancelled, ClinicPlanned, ClinicStaffed
from events.catalog.devices import DeviceClosed, DeviceEnrolled, EpochOpened, SeatClosed, SeatOpened
from events.catalog.facilities import FacilityClosed, FacilityCorrected, FacilityOpened
from events.catalog.people import RoleGranted, RoleRevoked, StaffCorrected, StaffLeft, StaffRegistered
from events.catalog.policy import DistrictFounded
from events.ids import ClinicId, DeviceId, FacilityId, StaffId, stream_id
from events.roles import Role
from projections.actors import Chain, Clinic, Device, Facility, Grant, Seat, Staff, ended
from projections.fold import Fact, types_of

_ACTING = types_of(
    StaffRegistered, StaffCorrected, StaffLeft, RoleGranted, RoleRevoked, DeviceEnrolled, DeviceClosed, SeatOpened,
    SeatClosed, FacilityOpened, FacilityCorrected, FacilityClosed, ClinicPlanned, ClinicStaffed, ClinicCancelled,
    DistrictFounded, EpochOpened,
)  # fmt: skip


class Directory:
    """Everyone and every place that acts, after ``size`` positions of the log."""

    def __init__(self) -> None:
        self.size = 0
        self.founded: DistrictFounded | None = None
        self.staff: dict[StaffId, Staff] = {}
        self.devices: dict[DeviceId, Device] = {}
        self.chains: dict[DeviceId, Chain] = {}
        self.facilities: dict[FacilityId, Facility] = {}
        self.clinics: dict[ClinicId, Clinic] = {}
        self._survived: list[int] = []
        self._seats: dict[tuple[DeviceId, str], tuple[Seat, ...]] = {}
        self._people: dict[DeviceId, frozenset[str]] = {}
        self._logins: dict[str, StaffId] = {}

    # Questions

    def seats(self, device: DeviceId, author: str) -> tuple[Seat, ...]:
        """Every seat the author ever had on the device, oldest first."""
        return self._seats.get((device, author), ())

    def seats_of(self, device: DeviceId) -> Iterator[Seat]:
        return (seat for (owner, _), seats in self._seats.items() if owner == device for seat in seats)

    def is_shared(self, device: DeviceId) -> bool:
        """Whether several people have a seat on it."""
        return len(self._people.get(device, ())) > 1

    def by_login(self, login: str) -> Staff | None:
        """The person who signs in so; letter case does not matter."""
        found = self._logins.get(login.casefold())
        return None if found is None else self.staff.get(found)

    def roles_within(self, author: StaffId, first_size: int, last_size: int) -> frozenset[Role]:
        """The roles held at some size of the log between the two, at any place."""
        person = self.staff.get(author)
        if person is None:
            return frozenset()
        return frozenset(grant.role for grant in person.grants if grant.held_within(first_size, last_size))

    def roles_now(self, author: StaffId) -> frozenset[Role]:
        person = self.staff.get(author)
        return frozenset() if person is None else frozenset(grant.role for grant in person.open_grants)

    def size_seen(self, epoch: int, size: int) -> int:
        """How much of *this* log somebody knew who had seen ``size`` in ``epoch``.

        Of an epoch that ended only what survived counts; nobody has seen more than there is.
        """
        return min([size, self.size, *self._survived[epoch:]])

    # Evolution

    def apply(self, fact: Fact) -> None:
        """Take the next fact of the log. Facts of streams that describe a child only move the chain."""
        self._move_chain(fact)
        self.size = max(self.size, fact.position + 1)
        if fact.header.type not in _ACTING:
            return
        subject = stream_id(fact.stream)
        match fact.payload:
            case StaffRegistered() | StaffCorrected() | StaffLeft() | RoleGranted() | RoleRevoked():
                self._apply_staff(StaffId(subject), fact)
            case DeviceEnrolled() | DeviceClosed() | SeatOpened() | SeatClosed():
                self._apply_device(DeviceId(subject), fact)
            case FacilityOpened() | FacilityCorrected() | FacilityClosed():
                self._apply_facility(FacilityId(subject), fact)
            case ClinicPlanned() | ClinicStaffed() | ClinicCancelled():
                self._apply_clinic(ClinicId(subject), fact)
            case DistrictFounded() as founded:
                self.founded = founded
            case EpochOpened(survived=survived):
                self._survived.append(survived)
            case _:
                pass

    def skip(self, position: int) -> None:
        """Pass over a position whose bytes no longer open."""
        self.size = max(self.size, position + 1)

    def follow(self, device: DeviceId, chain: Chain) -> None:
        """Take a device's head from elsewhere, where its last events no longer open."""
        if chain.seq > self.chains.get(device, Chain()).seq:
            self.chains[device] = chain

    def _move_chain(self, fact: Fact) -> None:
        held = self.chains.get(fact.header.device, Chain())
        if fact.header.seq > held.seq:
            self.chains[fact.header.device] = Chain(fact.header.seq, fact.event_hash, fact.received_at)
        else:
            self.chains[fact.header.device] = replace(held, received_at=fact.received_at)

    def _apply_staff(self, staff: StaffId, fact: Fact) -> None:
        if isinstance(fact.payload, StaffRegistered):
            self._register(staff, fact.payload)
            return
        person = self.staff.get(staff)
        if person is None:
            return
        match fact.payload:
            case StaffCorrected(name=name, title=title, address=address):
                person = replace(
                    person,
                    name=name or person.name,
                    title=title or person.title,
                    address=address or person.address,
                )
            case RoleGranted(role=role, facility=facility, clinic=clinic):
                grant = Grant(Role(role), facility, clinic, fact.position)
                person = replace(person, grants=(*person.grants, grant))
            case RoleRevoked() as revoked:
                person = replace(person, grants=ended(person.grants, fact.position, revoked))
            case StaffLeft():
                person = replace(person, grants=ended(person.grants, fact.position), has_left=True)
            case _:
                pass
        self.staff[staff] = person

    def _register(self, staff: StaffId, payload: StaffRegistered) -> None:
        held = self.staff.get(staff)
        grants = () if held is None else held.grants
        self.staff[staff] = Staff(staff, payload.name, payload.title, payload.address, payload.login, grants)
        if payload.login:
            self._logins.setdefault(payload.login.casefold(), staff)

    def _apply_device(self, device: DeviceId, fact: Fact) -> None:
        match fact.payload:
            case DeviceEnrolled(kind=kind, label=label):
                before = self.devices.get(device)
                self.devices[device] = Device(device, kind, label, before.last_seq if before else None)
            case DeviceClosed(last_seq=last_seq):
                held = self.devices.get(device, Device(device, "unknown", ""))
                self.devices[device] = replace(held, last_seq=last_seq)
            case SeatOpened(seat=seat, author=author, public_key=key):
                opened = Seat(seat, device, author, bytes.fromhex(key), fact.position)
                self._seats[device, author] = (*self.seats(device, author), opened)
                self._people[device] = self._people.get(device, frozenset()) | {author}
            case SeatClosed(author=author, public_key=key):
                self._seats[device, author] = tuple(
                    replace(seat, closed_at=fact.position)
                    if seat.closed_at is None and seat.public_key.hex() == key
                    else seat
                    for seat in self.seats(device, author)
                )
            case _:
                pass

    def _apply_facility(self, facility: FacilityId, fact: Fact) -> None:
        match fact.payload:
            case FacilityOpened(name=name, kind=kind):
                self.facilities[facility] = Facility(facility, name, kind)
            case FacilityCorrected(name=new_name, kind=new_kind) if facility in self.facilities:
                held = self.facilities[facility]
                self.facilities[facility] = replace(held, name=new_name or held.name, kind=new_kind or held.kind)
            case FacilityClosed() if facility in self.facilities:
                self.facilities[facility] = replace(self.facilities[facility], is_open=False)
            case _:
                pass

    def _apply_clinic(self, clinic: ClinicId, fact: Fact) -> None:
        held = self.clinics.get(clinic)
        match fact.payload:
            case ClinicPlanned(name=name, on=on, facility=facility):
                # Planned anew it keeps its facility: rights rest on that, and any nurse may plan.
                planned = Clinic(clinic, name, on, facility)
                self.clinics[clinic] = planned if held is None else replace(held, name=name, on=on)
            case ClinicStaffed(staff=pairs) if held is not None:
                self.clinics[clinic] = replace(held, staffed=frozenset(staff for staff, _ in pairs))
            case ClinicCancelled() if held is not None:
                self.clinics[clinic] = replace(held, is_cancelled=True)
            case _:
                pass

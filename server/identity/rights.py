"""What a person may read: the roles the log grants them, place by place, asked anew each time.

    district-wide role   every child               facility role   children enrolled there
    clinic role          children on its roster    (an office role also those once enrolled: it keeps the file)

Rights limit reading only. What a device delivers is judged in ``server.sync.session``.
"""

from events.catalog import TYPE_OF
from events.catalog.clinics import ClinicStaffed
from events.catalog.event_type import CARE
from events.ids import ClinicId, FacilityId, StaffId, Stream, StudentId, stream_id, stream_kind, stream_of
from events.roles import Role
from projections.actors import Clinic, Grant, Staff
from projections.directory import Directory
from server.identity.enrolment import Bearer
from server.sync.scope import DISTRICT_SCOPE, Scopes

DEVICE_READERS = frozenset({Role.NURSE, Role.HEALTH_OFFICE, Role.RECORDS, Role.ADMINISTRATOR, Role.AUDITOR})
READERS = DEVICE_READERS | {Role.AGENCY}
FILE_KEEPERS = frozenset({Role.HEALTH_OFFICE, Role.RECORDS, Role.AUDITOR})
PLANNERS = frozenset(TYPE_OF[ClinicStaffed].authors) - {Role.SYSTEM}
ENROLLERS = frozenset({Role.HEALTH_OFFICE, Role.DISTRICT_ADMIN})
"""Who may hand out enrolment codes."""


def is_district_wide(grant: Grant) -> bool:
    return grant.facility is None and grant.clinic is None


def has_role(directory: Directory, staff: StaffId, roles: frozenset[Role]) -> bool:
    """Whether the person now holds one of the roles at any place."""
    return not directory.roles_now(staff).isdisjoint(roles)


def knows_scope(directory: Directory, scope: str) -> bool:
    """Whether the district has such a clinic or facility."""
    kind, subject = stream_kind(Stream(scope)), stream_id(Stream(scope))
    match kind:
        case "clinic":
            return ClinicId(subject) in directory.clinics
        case "facility":
            return FacilityId(subject) in directory.facilities
        case _:
            return scope == DISTRICT_SCOPE


def may_pull(directory: Directory, bearer: Bearer, scope: str) -> bool:
    """Whether the device's seat may fetch the scope: seat and device open, and a role that covers it."""
    device = directory.devices.get(bearer.device)
    if device is None or device.last_seq is not None:
        return False
    seats = directory.seats(bearer.device, bearer.staff)
    if not any(seat.seat == bearer.seat and seat.closed_at is None for seat in seats):
        return False
    return any(_covers(directory, grant, scope) for grant in _grants(directory, bearer.staff, DEVICE_READERS))


def clinics_for(directory: Directory, staff: StaffId) -> list[Clinic]:
    """The clinics a person may work at, by day and name."""
    grants = _grants(directory, staff, DEVICE_READERS)
    open_to = [
        clinic
        for clinic in directory.clinics.values()
        if not clinic.is_cancelled
        and any(_covers(directory, grant, stream_of("clinic", clinic.id)) for grant in grants)
    ]
    return sorted(open_to, key=lambda clinic: (clinic.on, clinic.name, clinic.id))


def may_read(directory: Directory, scopes: Scopes, staff: StaffId, student: StudentId) -> bool:
    """Whether the person may open the child's record."""
    within = reach(directory, scopes, staff)
    if within is None:
        return True
    if not within.isdisjoint(scopes.linked(student)):
        return True
    keeping = [grant.facility for grant in _grants(directory, staff, FILE_KEEPERS) if grant.facility is not None]
    return any(scopes.was_ever(stream_of("facility", facility), student) for facility in keeping)


def reach(
    directory: Directory, scopes: Scopes, staff: StaffId, roles: frozenset[Role] = READERS
) -> frozenset[StudentId] | None:
    """The children a person's roles (or only these of them) cover now; None means every child of the district."""
    found: set[StudentId] = set()
    for grant in _grants(directory, staff, roles):
        if grant.clinic is not None:
            found.update(scopes.members(stream_of("clinic", grant.clinic), scopes.size))
        elif grant.facility is not None:
            found.update(scopes.members(stream_of("facility", grant.facility), scopes.size))
        else:
            return None
    return frozenset(found)


def plans_at(directory: Directory, staff: StaffId, facility: FacilityId) -> bool:
    """Whether the person may plan a clinic there: by a role for the facility, a clinic at it, or the district."""
    return any(_reaches(directory, grant, facility) for grant in _grants(directory, staff, PLANNERS))


def staff_at(directory: Directory, facility: FacilityId) -> list[tuple[Staff, tuple[Role, ...]]]:
    """Who has a role at the facility or a clinic there, or cares for the whole district, by name; with those roles."""
    found = []
    for person in directory.staff.values():
        there = {
            grant.role
            for grant in person.open_grants
            if _reaches(directory, grant, facility) and (not is_district_wide(grant) or grant.role in CARE)
        }
        if there:
            found.append((person, tuple(sorted(there))))
    return sorted(found, key=lambda one: (one[0].name.casefold(), one[0].id))


def _reaches(directory: Directory, grant: Grant, facility: FacilityId) -> bool:
    if grant.clinic is not None:
        clinic = directory.clinics.get(grant.clinic)
        return clinic is not None and clinic.facility == facility
    return grant.facility is None or grant.facility == facility


def _grants(directory: Directory, staff: StaffId, roles: frozenset[Role]) -> list[Grant]:
    person = directory.staff.get(staff)
    return [] if person is None else [grant for grant in person.open_grants if grant.role in roles]


def _covers(directory: Directory, grant: Grant, scope: str) -> bool:
    if is_district_wide(grant):
        return True
    kind, subject = stream_kind(Stream(scope)), stream_id(Stream(scope))
    if kind == "facility":
        return grant.clinic is None and grant.facility == subject
    if kind != "clinic":
        return False
    clinic = directory.clinics.get(ClinicId(subject))
    if grant.clinic is not None:
        return grant.clinic == subject
    return clinic is not None and clinic.facility is not None and clinic.facility == grant.facility

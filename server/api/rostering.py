"""For planning a clinic: the facilities, the children of one who may be put on its list, and who works there.

    facility's children --within the asker's roles, grade, class--> judged today --lacking one of the vaccines--> shown

GET /api/facilities, …/{facility}/children for a device (bearer token) or a browser (session); …/{facility}/staff for a
device alone. Every child shown, and everyone named, is on the access record first.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, datetime

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from events.ids import DISTRICT_STREAM, FacilityId, StaffId, Stream, StudentId, is_uuid7, stream_of
from events.roles import Role
from projections.compliance import verdict_of
from projections.law.codes import CODES
from projections.policy import Policy
from projections.student import Student
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.district import District
from server.identity.rights import READERS, has_role, plans_at, reach, staff_at
from server.live import Live
from server.records import Records

LACKING = frozenset({"short", "date_defect", "in_process", "primary_ok"})
"""Outcomes for an antigen that a dose given now could change."""


class FacilityChoice(msgspec.Struct, frozen=True):
    """A school, child care facility or office of the district."""

    facility: FacilityId
    name: str
    kind: str


class Colleague(msgspec.Struct, frozen=True):
    """Somebody who works at a facility, with the roles held there."""

    staff: StaffId
    name: str
    title: str
    roles: tuple[Role, ...]


class Candidate(msgspec.Struct, frozen=True):
    """A child who attends the facility today; ``lacks`` are antigens a dose could bring nearer."""

    student: StudentId
    name: str
    birth_date: str
    grade: str
    classroom: str
    overall: str
    lacks: tuple[str, ...]


class Wanted(msgspec.Struct, frozen=True):
    """Which children: empty fields ask for nothing."""

    grade: str
    classroom: str
    antigens: frozenset[str]
    lacking: bool

    def fits(self, candidate: Candidate) -> bool:
        if self.grade and candidate.grade != self.grade:
            return False
        if self.classroom and candidate.classroom.casefold() != self.classroom.casefold():
            return False
        return not self.lacking or any(not self.antigens or one in self.antigens for one in candidate.lacks)


def candidate_of(student: Student, policy: Policy, today: date) -> Candidate:
    """The child's line on a civil day."""
    verdict = verdict_of(student, policy, today)
    stay = student.attendance.current(today)
    return Candidate(
        student.id or StudentId(""),
        student.full_name,
        student.birth_date,
        stay.grade_on(today) if stay is not None else "",
        stay.classroom_on(today) if stay is not None else "",
        verdict.overall,
        tuple(one.antigen for one in verdict.antigens if one.outcome in LACKING),
    )


def _candidates(records: Records, today: date, wanted: Wanted) -> list[Candidate]:
    found = (candidate_of(student, records.policy, today) for student in records.students())
    return sorted((one for one in found if wanted.fits(one)), key=lambda one: (one.name.casefold(), one.student))


def rostering_routes(
    district: District, live: Live, asking: Asking, access: AccessRecord, clock: Callable[[], datetime]
) -> list[HTTPRouteHandler]:
    """GET /api/facilities, GET /api/facilities/{facility}/children and GET /api/facilities/{facility}/staff."""

    async def asker(request: AnyRequest) -> StaffId:
        bearer = await asking.bearer_or_none(request)
        staff = bearer.staff if bearer is not None else (await asking.staff(request)).id
        if not has_role(live.directory, staff, READERS):
            raise await asking.refuse(staff, "plan a clinic", "None of your roles may read records.")
        return staff

    def known(facility: str) -> FacilityId:
        if not is_uuid7(facility) or FacilityId(facility) not in live.directory.facilities:
            raise ProblemError("not-found", "The district has no facility with this id.")
        return FacilityId(facility)

    @get("/api/facilities", tags=["clinics"])
    async def facilities(request: AnyRequest) -> tuple[FacilityChoice, ...]:
        """The facilities of the district by name."""
        await live.catch_up()
        await asker(request)
        found = (FacilityChoice(one.id, one.name, one.kind) for one in live.directory.facilities.values())
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.facility)))

    @get("/api/facilities/{facility:str}/children", tags=["clinics"])
    async def children(
        request: AnyRequest,
        facility: FromPath[str],
        grade: FromQuery[str] = "",
        classroom: FromQuery[str] = "",
        lacking: FromQuery[str] = "",
    ) -> tuple[Candidate, ...]:
        """Children of a facility within the asker's roles; ``lacking`` is ``any`` or vaccine codes with commas."""
        await live.catch_up()
        staff = await asker(request)
        known(facility)
        wanted = Wanted(grade, classroom, _antigens(lacking), bool(lacking))
        members = set(live.scopes.members(stream_of("facility", FacilityId(facility)), live.scopes.size))
        within = reach(live.directory, live.scopes, staff)
        there = members if within is None else members & within
        facts, size = await district.reading.some([DISTRICT_STREAM, *_streams(there, live)])
        records = Records(facts, size)
        today = records.policy.civil_day(clock())
        found = await asyncio.to_thread(_candidates, records, today, wanted)
        await access.viewed(staff, [one.student for one in found], "clinic roster")
        return tuple(found)

    @get("/api/facilities/{facility:str}/staff", tags=["clinics"])
    async def colleagues(request: AnyRequest, facility: FromPath[str]) -> tuple[Colleague, ...]:
        """Who works at a facility: for a device of somebody who may plan a clinic there."""
        await live.catch_up()
        bearer = await asking.bearer(request)
        place = known(facility)
        if not plans_at(live.directory, bearer.staff, place):
            detail = "Your roles do not cover this place; ask the health office."
            raise await asking.refuse(bearer.staff, "name a facility's staff", detail, stream_of("facility", place))
        found = staff_at(live.directory, place)
        await access.named(bearer, place, [person.id for person, _ in found])
        return tuple(Colleague(person.id, person.name, person.title, roles) for person, roles in found)

    return [facilities, children, colleagues]


def _streams(students: Iterable[StudentId], live: Live) -> list[Stream]:
    together = {one for student in students for one in live.scopes.linked(student)}
    return [stream_of("student", one) for one in sorted(together)]


def _antigens(lacking: str) -> frozenset[str]:
    """What the vaccines bring. Raises ProblemError for a code the law knows nothing of."""
    if lacking in ("", "any"):
        return frozenset()
    found: set[str] = set()
    for code in lacking.split(","):
        antigens = CODES.antigens_of(code)
        if not antigens:
            raise ProblemError("bad-request", f"The law asks for no vaccine with the code {code!r}.", "lacking")
        found.update(antigens)
    return frozenset(found)

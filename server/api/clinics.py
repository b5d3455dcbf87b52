"""The clinics somebody may work at: GET /api/clinics, for a device (bearer token) or a browser (session).

GET /api/clinics/{clinic} is the day so far, for a signed-in person whose roles cover it; each child it names is
on the access record first.
"""

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from events.ids import ClinicId, StaffId, is_uuid7, stream_of
from events.wire import ClinicChoice
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.clinic_day import ClinicDay, read_clinic_day
from server.district import District
from server.identity.rights import clinics_for
from server.live import Live


def clinic_choices(live: Live, staff: StaffId) -> tuple[ClinicChoice, ...]:
    """The clinics a person's roles cover, by day and name, with the number of children on the roster."""
    return tuple(
        ClinicChoice(
            clinic=clinic.id,
            name=clinic.name,
            on=clinic.on,
            students=len(live.scopes.members(stream_of("clinic", clinic.id), live.scopes.size)),
        )
        for clinic in clinics_for(live.directory, staff)
    )


def clinic_routes(district: District, asking: Asking, live: Live, access: AccessRecord) -> list[HTTPRouteHandler]:
    """GET /api/clinics and GET /api/clinics/{clinic}."""

    @get("/api/clinics", tags=["clinics"])
    async def clinics(request: AnyRequest) -> tuple[ClinicChoice, ...]:
        """The clinics the asker may work at, by day."""
        await live.catch_up()
        bearer = await asking.bearer_or_none(request)
        staff = bearer.staff if bearer is not None else (await asking.staff(request)).id
        return clinic_choices(live, staff)

    @get("/api/clinics/{clinic:str}", tags=["clinics"])
    async def clinic_day(request: AnyRequest, clinic: FromPath[str]) -> ClinicDay:
        """Who was expected, who was served, what was not given and why, and what does not fit together."""
        await live.catch_up()
        person = await asking.staff(request)
        wanted = ClinicId(clinic)
        if not is_uuid7(clinic) or wanted not in live.directory.clinics:
            raise ProblemError("not-found", "The district has no clinic with this id.")
        if wanted not in {one.id for one in clinics_for(live.directory, person.id)}:
            detail = "Your roles do not cover this clinic; ask the health office."
            raise await asking.refuse(person.id, "open a clinic", detail, stream_of("clinic", clinic))
        day = await read_clinic_day(district, live, wanted)
        await access.viewed(person.id, [visit.student for visit in day.visits], "clinic")
        return day

    return [clinics, clinic_day]

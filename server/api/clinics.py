"""The clinics somebody may work at: GET /api/clinics, for a device (bearer token) or a browser (session)."""

from litestar import get
from litestar.handlers import HTTPRouteHandler

from events.ids import StaffId, stream_of
from events.wire import ClinicChoice
from server.api.asking import Asking
from server.api.problems import AnyRequest
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


def clinic_routes(asking: Asking, live: Live) -> list[HTTPRouteHandler]:
    """GET /api/clinics."""

    @get("/api/clinics", tags=["clinics"])
    async def clinics(request: AnyRequest) -> tuple[ClinicChoice, ...]:
        """The clinics the asker may work at, by day."""
        bearer = await asking.bearer_or_none(request)
        staff = bearer.staff if bearer is not None else (await asking.staff(request)).id
        return clinic_choices(live, staff)

    return [clinics]

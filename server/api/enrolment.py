"""How a phone joins: POST /api/enrollment-codes in the office, POST /enroll on the phone.

    code (once, 15 minutes)  +  the phone's public seat key  -->  device.enrolled, seat.opened  (one commit)
                                                             -->  token, log key, clinics       (shown once)

The key pair is made on the phone; only its public half comes here. With ``device`` and that device's bearer
token, a further person gets a seat on a phone that is enrolled already.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from events.catalog import Payload
from events.catalog.devices import DeviceEnrolled, SeatOpened
from events.dates import write_instant
from events.errors import MalformedEvent
from events.ids import DeviceId, EventId, SeatId, StaffId, Stream, is_uuid7, stream_of, uuid7
from events.wire import WIRE_VERSION, ClinicChoice, Enrolled, EnrollRequest
from projections.actors import Staff
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.clinics import clinic_choices
from server.api.problems import AnyRequest, ProblemError
from server.district import District
from server.identity.enrolment import Bearer, Enrolment, NotRedeemed
from server.identity.rights import ENROLLERS, has_role
from server.identity.throttle import Throttle
from server.identity.tokens import Randomness, show_code
from server.live import Live

LABEL_LENGTH_MAX = 100
_SAY = {
    "code-unknown": "Check the ten characters, or ask the office for a new code.",
    "code-expired": "Ask the office for a new code; each is good for 15 minutes.",
    "code-used": "A code works once; ask the office for a new one.",
}


class CodeWanted(msgspec.Struct, frozen=True):
    """Whose phone is to be enrolled."""

    staff: StaffId


class CodeIssued(msgspec.Struct, frozen=True):
    """A one-time code, shown once, and when it expires (UTC)."""

    code: str
    expires_at: str


class Joining:
    """Redeems codes into devices and seats."""

    def __init__(
        self,
        district: District,
        enrolment: Enrolment,
        live: Live,
        access: AccessRecord,
        clock: Callable[[], datetime],
        randomness: Randomness,
    ) -> None:
        self._district = district
        self._enrolment = enrolment
        self._live = live
        self._access = access
        self._clock = clock
        self._randomness = randomness
        self._throttle = Throttle()

    async def enroll(self, asked: EnrollRequest, caller: str, bearer: Bearer | None) -> Enrolled:
        """Raises ProblemError; a code that was good is used up even if the rest fails."""
        self._check(asked, bearer)
        staff = await self._redeem(asked.code, caller)
        device = asked.device or DeviceId(self._new_id())
        seat = SeatId(self._new_id())
        opened = await self._record(asked, device, seat, staff)
        token = await self._enrolment.admit(Bearer(device, seat, staff.id), self._clock())
        await self._live.catch_up()
        return self._answer(staff, device, seat, token, opened)

    def _check(self, asked: EnrollRequest, bearer: Bearer | None) -> None:
        if asked.version != WIRE_VERSION:
            raise ProblemError("version-unknown", f"This server speaks version {WIRE_VERSION}.", "version")
        if len(asked.public_key) != 64 or not set(asked.public_key) <= set("0123456789abcdef"):
            raise ProblemError("bad-request", "public_key is 64 lower-case hexadecimal digits.", "public_key")
        if asked.device is None and not 1 <= len(asked.label) <= LABEL_LENGTH_MAX:
            raise ProblemError("bad-request", f"label has 1 to {LABEL_LENGTH_MAX} characters.", "label")
        if asked.device is not None and not is_uuid7(asked.device):
            raise ProblemError("bad-request", "device is a UUIDv7.", "device")
        if asked.device is not None and (bearer is None or bearer.device != asked.device):
            raise ProblemError("token-unknown", "A further seat needs the device's own token.", "device")

    async def _redeem(self, code: str, caller: str) -> Staff:
        now = self._clock()
        wait = self._throttle.wait_seconds(caller, now)
        if wait:
            detail = f"Wait {wait} seconds, then try again."
            raise ProblemError("too-many-attempts", detail, headers={"Retry-After": str(wait)})
        redeemed = await self._enrolment.redeem(code, now)
        if isinstance(redeemed, NotRedeemed):
            self._throttle.failed(caller, now)
            await self._access.refused(redeemed.staff, "enroll a device", redeemed.why, _SAY[redeemed.why])
            raise ProblemError(redeemed.why, _SAY[redeemed.why], "code")
        self._throttle.succeeded(caller)
        staff = self._live.directory.staff.get(redeemed.staff)
        if staff is None or staff.has_left:
            raise ProblemError("not-allowed", "This person no longer works for the district.")
        return staff

    async def _record(self, asked: EnrollRequest, device: DeviceId, seat: SeatId, staff: Staff) -> EventId:
        stream = stream_of("device", device)
        opened = SeatOpened(seat=seat, author=staff.id, public_key=asked.public_key)
        facts: list[tuple[Stream, Payload]] = [(stream, opened)]
        if asked.device is None:
            facts.insert(0, (stream, DeviceEnrolled(kind=asked.kind, label=asked.label)))
        return (await self._district.record(facts))[-1]

    def _answer(self, staff: Staff, device: DeviceId, seat: SeatId, token: str, opened: EventId) -> Enrolled:
        founded = self._live.directory.founded
        if founded is None:
            raise ProblemError("internal", "The district's first events are missing; run doseledger verify.")
        choices: tuple[ClinicChoice, ...] = clinic_choices(self._live, staff.id)
        return Enrolled(
            district=self._district.id,
            district_name=founded.name,
            device=device,
            seat=seat,
            staff=staff.id,
            staff_name=staff.name,
            staff_title=staff.title,
            token=token,
            log_key=founded.log_key,
            origin=self._live.head.checkpoint.origin,
            sealing_key=founded.sealing_key,
            time_zone=founded.time_zone,
            opened=opened,
            clinics=choices,
        )

    def _new_id(self) -> str:
        return uuid7(self._clock(), self._randomness(10))


def enrolment_routes(
    joining: Joining, enrolment: Enrolment, asking: Asking, live: Live, clock: Callable[[], datetime]
) -> list[HTTPRouteHandler]:
    """POST /enroll and POST /api/enrollment-codes."""

    @post("/enroll", status_code=HTTP_200_OK, tags=["sync"])
    async def enroll(request: AnyRequest) -> Enrolled:
        """Redeem a one-time code: a new device, or with ``device`` and its bearer token a further seat on it."""
        try:
            asked = msgspec.json.decode(await request.body(), type=EnrollRequest)
        except (msgspec.MsgspecError, UnicodeDecodeError, MalformedEvent) as error:
            raise ProblemError("bad-request", f"Not an enrolment request: {error}") from error
        caller = request.client.host if request.client else "unknown"
        return await joining.enroll(asked, caller, await asking.bearer_or_none(request))

    @post("/api/enrollment-codes", status_code=HTTP_201_CREATED, tags=["devices"])
    async def issue_code(request: AnyRequest, data: JSONBody[CodeWanted]) -> CodeIssued:
        """A one-time code for a colleague's phone; for the health office and the district's administrator."""
        person = await asking.staff(request)
        if not has_role(live.directory, person.id, ENROLLERS):
            raise await asking.refuse(person.id, "issue an enrolment code", "Ask the health office for a code.")
        wanted = live.directory.staff.get(data.staff)
        if wanted is None or wanted.has_left:
            raise ProblemError("not-found", "Nobody with this id works here.", "staff")
        code, expires_at = await enrolment.issue(wanted.id, clock())
        return CodeIssued(show_code(code), write_instant(expires_at))

    return [enroll, issue_code]

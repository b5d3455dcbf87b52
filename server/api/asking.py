"""Who is asking: the session cookie of a browser, or the bearer token of a device.

A request that changes something must carry the header ``X-Doseledger: 1``, which another site's form cannot
send, beside the cookie's SameSite=Strict. Roles are never stored with a session: rights are asked of the log.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from events.ids import StaffId
from projections.actors import Staff
from server.access import AccessRecord
from server.api.problems import AnyRequest, ProblemError
from server.identity.enrolment import Bearer, Enrolment
from server.identity.sessions import Sessions
from server.live import Live

COOKIE = "doseledger_session"
CSRF_HEADER = "X-Doseledger"
NOT_SIGNED_IN = "Sign in first: POST /api/session."
NOT_ENROLLED = "This token is not known here: enroll the device again. Nothing on it is lost."


class Asking:
    """Finds out who a request comes from."""

    def __init__(
        self, sessions: Sessions, enrolment: Enrolment, live: Live, access: AccessRecord, clock: Callable[[], datetime]
    ) -> None:
        self._sessions = sessions
        self._enrolment = enrolment
        self._live = live
        self._access = access
        self._clock = clock

    async def staff(self, request: AnyRequest) -> Staff:
        """The signed-in person. Raises ProblemError: not-signed-in, cross-site."""
        token = request.cookies.get(COOKIE, "")
        found = await self._sessions.find(token, self._clock()) if token else None
        person = None if found is None else self._live.directory.staff.get(found)
        if person is None or person.has_left:
            raise ProblemError("not-signed-in", NOT_SIGNED_IN)
        require_same_site(request)
        return person

    def today(self) -> str:
        """The district's civil day (YYYY-MM-DD)."""
        founded = self._live.directory.founded
        return self._clock().astimezone(ZoneInfo(founded.time_zone if founded else "UTC")).date().isoformat()

    async def bearer(self, request: AnyRequest) -> Bearer:
        """The device's seat. Raises ProblemError: token-unknown."""
        bearer = await self.bearer_or_none(request)
        if bearer is None:
            raise ProblemError("token-unknown", NOT_ENROLLED, headers={"WWW-Authenticate": "Bearer"})
        return bearer

    async def bearer_or_none(self, request: AnyRequest) -> Bearer | None:
        """None without a bearer token, or with one nobody knows."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return await self.bearer_of(token.strip()) if scheme.lower() == "bearer" else None

    async def bearer_of(self, token: str) -> Bearer | None:
        return await self._enrolment.bearer(token)

    async def refuse(self, staff: StaffId, attempted: str, detail: str, place: str = "") -> ProblemError:
        """Record that the person's roles do not allow it; the problem to raise."""
        await self._access.refused(staff, attempted, "not-allowed", detail, place)
        return ProblemError("not-allowed", detail)


def require_same_site(request: AnyRequest) -> None:
    """Raises ProblemError cross-site for a changing request without our header."""
    if request.method not in ("GET", "HEAD") and request.headers.get(CSRF_HEADER) != "1":
        raise ProblemError("cross-site", f"Send the header {CSRF_HEADER}: 1.")

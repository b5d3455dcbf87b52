"""Signing in and out: POST, GET, DELETE /api/session.

The cookie is HttpOnly and SameSite=Strict; Secure unless the server is reached by plain HTTP on this
very machine. A wrong login is one answer whoever it was, the wait after failures rises, and a failure of
somebody we know is recorded in that person's stream.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from events.ids import ClinicId, FacilityId, StaffId
from projections.actors import Staff
from projections.directory import Directory
from server.access import AccessRecord
from server.api.asking import COOKIE, Asking, require_same_site
from server.api.problems import AnyRequest, ProblemError
from server.identity.credentials import Credentials, Wait
from server.identity.sessions import SESSION_LASTS, Sessions
from server.live import Live


class SignIn(msgspec.Struct, frozen=True):
    """A login as the office gave it, and the password."""

    login: str
    password: str


class RoleHeld(msgspec.Struct, frozen=True):
    """A role and where it holds; neither facility nor clinic: the whole district."""

    role: str
    facility: FacilityId | None
    clinic: ClinicId | None


class SignedIn(msgspec.Struct, frozen=True):
    """Who is signed in and what they may do, as the log has it now."""

    staff: StaffId
    name: str
    title: str
    roles: tuple[RoleHeld, ...]
    district: str
    district_name: str
    time_zone: str


def session_routes(
    asking: Asking,
    live: Live,
    credentials: Credentials,
    sessions: Sessions,
    access: AccessRecord,
    clock: Callable[[], datetime],
    district: str,
) -> list[HTTPRouteHandler]:
    """The routes of /api/session."""

    @post("/api/session", status_code=HTTP_200_OK, tags=["session"])
    async def sign_in(request: AnyRequest, data: JSONBody[SignIn]) -> Response[SignedIn]:
        """Sign in; the answer sets the session cookie."""
        require_same_site(request)
        person = live.directory.by_login(data.login)
        if person is not None and person.has_left:
            person = None
        right = await credentials.check(data.login, person.id if person else None, data.password, clock())
        if isinstance(right, Wait):
            detail = f"Wait {right.seconds} seconds, then try again."
            raise ProblemError("too-many-attempts", detail, headers={"Retry-After": str(right.seconds)})
        if not right or person is None:
            await access.refused(person.id if person else None, "sign in", "wrong-login", "login or password is wrong")
            detail = "The login or the password is wrong. Check both, and whether the keyboard writes capitals."
            raise ProblemError("wrong-login", detail)
        token = await sessions.begin(person.id, clock())
        answer = Response(_signed_in(person, live.directory, district))
        answer.set_cookie(_cookie(token, int(SESSION_LASTS.total_seconds()), request))
        return answer

    @get("/api/session", tags=["session"])
    async def who(request: AnyRequest) -> SignedIn:
        """Who is signed in, with roles as they are now."""
        return _signed_in(await asking.staff(request), live.directory, district)

    @delete("/api/session", tags=["session"])
    async def sign_out(request: AnyRequest) -> Response[None]:
        """Sign out: the session ends on the server, whatever becomes of the cookie."""
        require_same_site(request)
        await sessions.end(request.cookies.get(COOKIE, ""))
        answer = Response(None, status_code=204)
        answer.set_cookie(_cookie("", 0, request))
        return answer

    return [sign_in, who, sign_out]


def _signed_in(person: Staff, directory: Directory, district: str) -> SignedIn:
    founded = directory.founded
    return SignedIn(
        person.id,
        person.name,
        person.title,
        tuple(RoleHeld(grant.role.value, grant.facility, grant.clinic) for grant in person.open_grants),
        district,
        founded.name if founded else district,
        founded.time_zone if founded else "UTC",
    )


def _cookie(token: str, max_age_seconds: int, request: AnyRequest) -> Cookie:
    return Cookie(
        COOKIE,
        value=token,
        path="/",
        max_age=max_age_seconds,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )

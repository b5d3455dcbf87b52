"""How the server says no: RFC 9457 problems with a stable code and a sentence that says what to do.

    ProblemError(code)            ours, on purpose
    Refused                       a rule of the domain           409
    HTTPException (Litestar)      404, 405, 413, a bad body
    anything else                 500: logged by kind and place, never shown, no traceback leaves the server;
                                  after StoreFailed the process stops as well

Every code stands in PROBLEMS and in docs/sync.md; a test compares the two.
"""

import signal
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from events.errors import DoseledgerError, Refused
from events.wire import Problem
from server.errors import ProjectionPaused, RolledBack, StoreBusy, StoreFailed
from server.logs import where

PROBLEM_MEDIA_TYPE = "application/problem+json"

PROBLEMS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "The request cannot be read"),
    "version-unknown": (400, "Another version of the contract"),
    "batch-too-large": (413, "Too many events at once"),
    "too-large": (413, "The message is too large"),
    "not-signed-in": (401, "Not signed in"),
    "wrong-login": (401, "Login or password is wrong"),
    "token-unknown": (401, "The device's token is unknown"),
    "not-allowed": (403, "Your roles do not allow this"),
    "cross-site": (403, "The request did not come from this app"),
    "code-unknown": (403, "The enrolment code is unknown"),
    "code-expired": (403, "The enrolment code has expired"),
    "code-used": (403, "The enrolment code was used already"),
    "not-found": (404, "There is no such thing"),
    "method-not-allowed": (405, "Not possible here"),
    "refused": (409, "Refused"),
    "too-many-attempts": (429, "Too many attempts"),
    "internal": (500, "The server made a mistake"),
    "store-busy": (503, "The database is away"),
    "rolled-back": (503, "A back-up was restored"),
    "projection-paused": (503, "A record cannot be shown whole"),
    "web-app-missing": (503, "The web app is not built"),
}
"""Code to status and title."""

_BY_STATUS = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}

_log = structlog.get_logger(__name__)
AnyRequest = Request[Any, Any, Any]


class ProblemError(DoseledgerError):
    """Raised in a handler; answered as a problem."""

    def __init__(self, code: str, detail: str, field: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field
        self.headers = dict(headers or {})


def problem(
    code: str, detail: str, field: str = "", headers: Mapping[str, str] | None = None, status: int | None = None
) -> Response[bytes]:
    """The answer for a code of PROBLEMS; a rule's own code goes with 409."""
    known, title = PROBLEMS.get(code, PROBLEMS["refused"])
    body = Problem(title=title, status=status or known, code=code, detail=detail, field=field)
    return Response(
        msgspec.json.encode(body),
        status_code=body.status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _on_problem(_: AnyRequest, error: ProblemError) -> Response[bytes]:
    return problem(error.code, error.detail, error.field, error.headers)


def _on_refused(_: AnyRequest, error: Refused) -> Response[bytes]:
    return problem(error.code, error.message)


def _on_busy(_: AnyRequest, __: StoreBusy) -> Response[bytes]:
    return problem("store-busy", "Nothing was written; send the same again.", headers={"Retry-After": "2"})


def _on_rolled_back(_: AnyRequest, __: RolledBack) -> Response[bytes]:
    detail = "Nothing is signed until the district's administrator opens a new epoch. What you recorded stays with you."
    return problem("rolled-back", detail, headers={"Retry-After": "60"})


def _on_paused(_: AnyRequest, error: ProjectionPaused) -> Response[bytes]:
    return problem("projection-paused", str(error))


def _on_http(_: AnyRequest, error: HTTPException) -> Response[bytes]:
    code = _BY_STATUS.get(error.status_code, "internal" if error.status_code >= 500 else "bad-request")
    return problem(code, _plain(code), status=error.status_code)


def _on_nesting(_: AnyRequest, __: RecursionError) -> Response[bytes]:
    return problem("bad-request", "The body is nested too deeply.")


def _on_anything(_: AnyRequest, error: Exception) -> Response[bytes]:
    _log.error("request.failed", error=type(error).__name__, where=where(error))
    if isinstance(error, StoreFailed):
        _log.critical("store.failed", reason="stopping: a restart reads what survived")
        signal.raise_signal(signal.SIGTERM)
    return problem("internal", "The mistake is noted. Nothing was lost; try again.")


def _plain(code: str) -> str:
    return {
        "not-found": "Check the address.",
        "method-not-allowed": "This address does not take that method.",
        "too-large": "Send less at once.",
        "bad-request": "The body or a parameter is not what this address takes; see /schema/openapi.json.",
    }.get(code, "Try again later.")


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    ProblemError: _on_problem,
    Refused: _on_refused,
    HTTPException: _on_http,
    RecursionError: _on_nesting,
    StoreBusy: _on_busy,
    ProjectionPaused: _on_paused,
    RolledBack: _on_rolled_back,
    Exception: _on_anything,
}

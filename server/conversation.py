"""Around every request: the headers each answer carries, and one log line without anything personal.

The line names the route's template (``/api/students/{student}``), never the path, the query or a body.
"""

import time
from typing import Any

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.assets import HEADERS

_PERSONAL = ("/api/", "/sync", "/enroll")
_log = structlog.get_logger(__name__)


def notice(app: ASGIApp) -> ASGIApp:
    """Middleware: log each HTTP request when its answer begins."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        began = time.perf_counter()

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                _log.info("request", **_line(scope, message["status"], began))
            await send(message)

        await app(scope, receive, tell)

    return handle


async def add_headers(message: Message, scope: Scope) -> None:
    """Security headers on every answer; nothing personal is stored by a browser or proxy."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if scope["path"].startswith(_PERSONAL):
        headers.setdefault("Cache-Control", "no-store")


def _line(scope: Scope, status: int, began: float) -> dict[str, Any]:
    return {
        "method": scope.get("method", ""),
        "route": scope.get("path_template", ""),
        "status": status,
        "ms": round((time.perf_counter() - began) * 1000),
    }

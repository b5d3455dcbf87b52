"""GET /health: can this server take an event, and how old is its head? Nothing personal."""

from collections.abc import Callable
from datetime import datetime
from importlib import metadata

import msgspec
import structlog
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from events.ids import Position
from server.logs import where
from server.store.port import Log
from server.sync.hub import Hub

_log = structlog.get_logger(__name__)


class Health(msgspec.Struct, frozen=True):
    """``status`` and ``database`` are ok or failing. The age is that of the newest entry under the checkpoint."""

    status: str
    database: str
    version: str
    origin: str = ""
    log_size: int = 0
    checkpoint_age_seconds: int | None = None
    listeners: int = 0


def health_route(log: Log, hub: Hub, clock: Callable[[], datetime]) -> HTTPRouteHandler:
    """The route of GET /health: 200, or 503 when the database cannot be read."""

    @get("/health", tags=["health"])
    async def health() -> Response[Health]:
        """Whether the server works: database, log head, age of the checkpoint."""
        version = metadata.version("doseledger")
        try:
            head = (await log.head()).checkpoint
            age = None
            if head.size:
                async for row in log.read(Position(head.size - 1), Position(head.size)):
                    age = max(0, int((clock() - row.received_at).total_seconds()))
        except Exception as error:
            _log.error("health.failing", error=type(error).__name__, where=where(error))
            return Response(Health("failing", "failing", version), status_code=503)
        return Response(Health("ok", "ok", version, head.origin, head.size, age, hub.count))

    return health

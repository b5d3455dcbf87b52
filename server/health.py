"""GET /health: can this server take an event, how old is its head, and does every projection keep up?

    ok        everything works
    alarm     events are taken, but a projection stands still (its records are not shown until it is mended), or
              a restored back-up or a forked device waits for a person to accept it
    failing   the database cannot be read, or is behind what was signed: a new epoch is needed (503)

Nothing personal.
"""

from collections.abc import Callable
from datetime import datetime
from importlib import metadata

import msgspec
import structlog
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from events.ids import Position
from server.district import District
from server.errors import RolledBack
from server.live import Live
from server.logs import where
from server.sync.hub import Hub

_log = structlog.get_logger(__name__)


class Projected(msgspec.Struct, frozen=True):
    """How far a projection has read, as of its last turn. ``paused`` names the kind of error it stands before."""

    position: int
    paused: str


class Health(msgspec.Struct, frozen=True):
    """``status`` is ok, alarm or failing. The age is that of the newest entry under the checkpoint."""

    status: str
    database: str
    version: str
    origin: str = ""
    log_size: int = 0
    checkpoint_age_seconds: int | None = None
    listeners: int = 0
    projections: dict[str, Projected] = {}
    alarms: dict[str, int] = {}
    """How many wait for a person, by kind."""
    damaged: tuple[Position, ...] = ()
    """Positions of the log whose bytes the disk does not give back; devices are asked for them."""


ALARMING = ("rollback", "fork")
"""Kinds that make the whole server an alarm; the others are work for the office."""
ROLLED_BACK = "rolled back: open a new epoch"


def health_route(district: District, live: Live, hub: Hub, clock: Callable[[], datetime]) -> HTTPRouteHandler:
    """The route of GET /health: 200, or 503 when the database cannot be read."""

    @get("/health", tags=["health"])
    async def health() -> Response[Health]:
        """Whether the server works: database, log head, age of the checkpoint, projections."""
        version = metadata.version("doseledger")
        try:
            head = (await district.log.head()).checkpoint
            age = None
            if head.size:
                async for row in district.log.read(Position(head.size - 1), Position(head.size)):
                    age = max(0, int((clock() - row.received_at).total_seconds()))
        except RolledBack as error:
            _log.critical("health.rolled_back", reason=str(error))
            return Response(Health("failing", ROLLED_BACK, version), status_code=503)
        except Exception as error:
            _log.error("health.failing", error=type(error).__name__, where=where(error))
            return Response(Health("failing", "failing", version), status_code=503)
        projected = {name: Projected(one.position, one.paused) for name, one in district.reading.reached.items()}
        alarms: dict[str, int] = {kind: count for kind, count in live.alarms.counts().items() if count}
        damaged = tuple(sorted(live.damaged))
        is_alarm = any(one.paused for one in projected.values()) or any(kind in alarms for kind in ALARMING)
        status = "alarm" if is_alarm or damaged else "ok"
        told = Health(status, "ok", version, head.origin, head.size, age, hub.count, projected, alarms, damaged)
        return Response(told)

    return health

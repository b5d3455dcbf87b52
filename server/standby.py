"""The server of a database that was restored from a back-up: it signs nothing and says so, until an epoch is opened.

    GET /health, /ready     503: rolled back, open a new epoch
    /sync, /enroll, /api    503 ``rolled-back``: phones keep their outbox, the office reads why
    everything else         the web app, so that a screen can say it

Nothing is read from the database and nothing written. ``doseledger serve`` starts it instead of the application, so
that a load balancer, a monitor, the phones and the office hear of the back-up rather than of a closed port.
"""

from importlib import metadata
from pathlib import Path

from litestar import Litestar, Response, get, route
from litestar.handlers import HTTPRouteHandler
from litestar.types import Method

from server.api.problems import EXCEPTION_HANDLERS
from server.assets import WEB_DIST, asset_route, read_assets
from server.conversation import add_headers
from server.errors import RolledBack
from server.health import ROLLED_BACK, Health
from server.metrics import Ready

METHODS: list[Method] = ["GET", "POST", "DELETE"]


def create_standby(why: str, web_dist: Path = WEB_DIST) -> Litestar:
    """The application that answers while nothing may be signed. ``why`` is what opening the database said."""
    return Litestar(
        route_handlers=[*_answers(why), asset_route(read_assets(web_dist))],
        exception_handlers=EXCEPTION_HANDLERS,
        before_send=[add_headers],
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def _answers(why: str) -> list[HTTPRouteHandler]:
    @get("/health")
    async def health() -> Response[Health]:
        """Not one event can be taken."""
        return Response(Health("failing", ROLLED_BACK, metadata.version("doseledger")), status_code=503)

    @get("/ready")
    async def ready() -> Response[Ready]:
        """No requests here."""
        return Response(Ready(ready=False), status_code=503)

    @route(["/sync", "/enroll", "/api/{path:path}"], http_method=METHODS)
    async def anything() -> None:
        """Whoever asks hears why."""
        raise RolledBack(why)

    return [health, ready, anything]

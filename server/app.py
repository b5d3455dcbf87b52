"""The one place where the server is put together; nothing else knows all of it.

    settings, clock, district  --create_app-->  Litestar

    live ---> turn --> POST /sync         access record ---> seat --> the log      reading ---> API
      \\---> hub --> WS /news              identity.db ---> sessions, codes, tokens

The district (log, keys, the server's own seat) is opened and closed by the caller, so that a test or a
simulator hands in its own. Stopping: uvicorn lets running requests finish and closes sockets with 1012, then
identities are closed, then the caller closes the log.
"""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from importlib import metadata
from pathlib import Path

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.openapi.config import OpenAPIConfig

from server.access import AccessRecord
from server.api.alarms import alarm_routes
from server.api.asking import Asking
from server.api.clinics import clinic_routes
from server.api.description import Description
from server.api.devices import device_routes
from server.api.enrolment import Joining, enrolment_routes
from server.api.fates import fates_route
from server.api.log import log_routes
from server.api.photos import photo_routes
from server.api.problems import EXCEPTION_HANDLERS
from server.api.quarantine import quarantine_routes
from server.api.recommended import recommended_routes
from server.api.retention import retention_routes
from server.api.rostering import rostering_routes
from server.api.session import session_routes
from server.api.students import student_routes
from server.api.worklist import worklist_routes
from server.assets import WEB_DIST, asset_route, read_assets
from server.conversation import add_headers, notice
from server.district import District
from server.health import health_route
from server.identity.credentials import Credentials
from server.identity.enrolment import Enrolment
from server.identity.passwords import Passwords
from server.identity.sessions import Sessions
from server.identity.tokens import Randomness
from server.live import Live
from server.metrics import metrics_routes
from server.photos import Photos
from server.recalling import Recalling
from server.review import Review
from server.settings import Settings
from server.sync.fates import FateDesk
from server.sync.http import COMPRESSES_ITSELF, sync_route
from server.sync.hub import Hub
from server.sync.socket import news_route
from server.sync.turn import Turn
from server.worklist import Worklist

BODY_BYTES_MAX = 64 * 1024
"""Of any request but POST /sync."""

DESCRIPTION = """\
Doseledger, the record of school immunization. Devices speak the sync contract (docs/sync.md); browsers sign
in and read. Whatever is refused is answered as RFC 9457 `application/problem+json` with a stable `code`."""


def create_app(
    settings: Settings,
    clock: Callable[[], datetime],
    district: District,
    *,
    randomness: Randomness = os.urandom,
    passwords: Passwords | None = None,
    web_dist: Path = WEB_DIST,
) -> Litestar:
    """The application of one district, opened for these settings. ``clock`` gives aware UTC instants."""
    assert settings.district == district.id, "another district was opened than the settings name"
    log = district.log
    hub = Hub()
    live = Live(log, hub.announce)
    district.reading.on_damage = live.note_damage
    access = AccessRecord(district, clock)
    identities = district.identities()
    credentials = Credentials(identities, passwords or Passwords())
    sessions, enrolment = Sessions(identities, randomness), Enrolment(identities, randomness)
    asking = Asking(sessions, enrolment, live, access, clock)
    joining = Joining(district, enrolment, live, access, clock, randomness)
    turn = Turn(district, live, clock)
    review = Review(district, live)
    worklist = Worklist(district, live)
    photo_rows = district.photo_rows()
    photos = Photos(photo_rows, district.keys, lambda: live.head.checkpoint.origin, clock)

    recalling = Recalling(district, live)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await district.seat()
        async with AsyncExitStack() as running:
            for one in (identities, photo_rows, live.following(), district.reading.following(), recalling.following()):
                await running.enter_async_context(one)
            await running.enter_async_context(turn.healing.following())
            await review.release_what_is_known_now()
            await running.enter_async_context(worklist.preparing())
            yield

    return Litestar(
        route_handlers=[
            sync_route(turn, asking, access, live),
            fates_route(FateDesk(district, live, access), asking),
            news_route(hub, live, asking.bearer_of),
            *enrolment_routes(joining, enrolment, asking, live, clock),
            *session_routes(asking, live, credentials, sessions, access, clock, district.id),
            clinic_routes(district, asking, live, access),
            *rostering_routes(district, live, asking, access, clock),
            student_routes(district, live, turn.freshness, asking, access, clock),
            *photo_routes(photos, district, live, asking, access),
            device_routes(district, live, asking),
            recommended_routes(district, live, asking),
            *alarm_routes(district, asking, live),
            worklist_routes(district, live, worklist, asking, access),
            retention_routes(district, live, asking, access),
            quarantine_routes(review, asking, live, access),
            *log_routes(log, live, district.id),
            health_route(district, live, hub, clock),
            *metrics_routes(district, live, hub, clock),
            asset_route(read_assets(web_dist)),
        ],
        lifespan=[lifespan],
        exception_handlers=EXCEPTION_HANDLERS,
        middleware=[notice],
        before_send=[add_headers],
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=1, exclude_opt_key=COMPRESSES_ITSELF),
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=_openapi(),
        logging_config=None,
        debug=False,
    )


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Doseledger",
        version=metadata.version("doseledger"),
        description=DESCRIPTION,
        path="/schema",
        render_plugins=[Description()],
        use_handler_docstrings=True,
    )

"""The one place where the server is put together; nothing else knows all of it.

    settings, clock, district  --Pieces-->  what answers  --create_app-->  Litestar

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
from litestar.types import ControllerRouterHandler

from server.access import AccessRecord
from server.api.alarms import alarm_routes
from server.api.asking import Asking
from server.api.clinics import clinic_routes
from server.api.description import Description
from server.api.devices import device_routes
from server.api.enrolment import Joining, enrolment_routes
from server.api.fates import fates_route
from server.api.log import log_routes
from server.api.lots import lot_routes
from server.api.photos import photo_routes
from server.api.problems import EXCEPTION_HANDLERS
from server.api.quarantine import quarantine_routes
from server.api.recommended import recommended_routes
from server.api.retention import retention_routes
from server.api.rostering import rostering_routes
from server.api.says import says_routes
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


class Pieces:
    """What answers for one district, each piece made once and handed what it needs."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime],
        district: District,
        randomness: Randomness,
        passwords: Passwords,
    ):
        assert settings.district == district.id, "another district was opened than the settings name"
        self.clock, self.district = clock, district
        self.hub = Hub()
        self.live = Live(district.log, self.hub.announce)
        district.reading.on_damage = self.live.note_damage
        self.access = AccessRecord(district, clock)
        self.identities = district.identities()
        self.credentials = Credentials(self.identities, passwords)
        self.sessions, self.enrolment = Sessions(self.identities, randomness), Enrolment(self.identities, randomness)
        self.asking = Asking(self.sessions, self.enrolment, self.live, self.access, clock)
        self.joining = Joining(district, self.enrolment, self.live, self.access, clock, randomness)
        self.turn = Turn(district, self.live, clock)
        self.review = Review(district, self.live)
        self.worklist = Worklist(district, self.live)
        self.photo_rows = district.photo_rows()
        self.photos = Photos(self.photo_rows, district.keys, lambda: self.live.head.checkpoint.origin, clock)
        self.recalling = Recalling(district, self.live)

    @asynccontextmanager
    async def running(self, _: Litestar) -> AsyncIterator[None]:
        """Each piece stops in the reverse of the order in which it began."""
        await self.district.seat()
        async with AsyncExitStack() as running:
            await running.enter_async_context(self.identities)
            await running.enter_async_context(self.photo_rows)
            await running.enter_async_context(self.live.following())
            await running.enter_async_context(self.district.reading.following())
            await running.enter_async_context(self.recalling.following())
            await running.enter_async_context(self.turn.healing.following())
            await self.review.release_what_is_known_now()
            await running.enter_async_context(self.worklist.preparing())
            yield


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
    pieces = Pieces(settings, clock, district, randomness, passwords or Passwords())
    return Litestar(
        route_handlers=[
            *_for_devices(pieces),
            *_for_the_office(pieces),
            *_for_whoever_runs_or_audits_it(pieces),
            asset_route(read_assets(web_dist)),
        ],
        lifespan=[pieces.running],
        exception_handlers=EXCEPTION_HANDLERS,
        middleware=[notice],
        before_send=[add_headers],
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=1, exclude_opt_key=COMPRESSES_ITSELF),
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=_openapi(),
        logging_config=None,
        debug=False,
    )


def _for_devices(the: Pieces) -> list[ControllerRouterHandler]:
    return [
        sync_route(the.turn, the.asking, the.access, the.live),
        fates_route(FateDesk(the.district, the.live, the.access), the.asking),
        news_route(the.hub, the.live, the.asking.bearer_of),
        *enrolment_routes(the.joining, the.enrolment, the.asking, the.live, the.clock),
    ]


def _for_the_office(the: Pieces) -> list[ControllerRouterHandler]:
    district, live, asking, access, clock = the.district, the.live, the.asking, the.access, the.clock
    return [
        *session_routes(asking, live, the.credentials, the.sessions, access, clock, district.id),
        clinic_routes(district, asking, live, access),
        *rostering_routes(district, live, asking, access, clock),
        student_routes(district, live, the.turn.freshness, asking, access, clock),
        says_routes(district, live, asking, access),
        *photo_routes(the.photos, district, live, asking, access),
        device_routes(district, live, asking),
        recommended_routes(district, live, asking),
        *alarm_routes(district, asking, live),
        worklist_routes(district, live, the.worklist, asking, access),
        lot_routes(district, live, the.worklist, asking, access),
        retention_routes(district, live, asking, access),
        quarantine_routes(the.review, asking, live, access),
    ]


def _for_whoever_runs_or_audits_it(the: Pieces) -> list[ControllerRouterHandler]:
    return [
        *log_routes(the.district.log, the.live, the.district.id),
        health_route(the.district, the.live, the.hub, the.clock),
        *metrics_routes(the.district, the.live, the.hub, the.clock),
    ]


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Doseledger",
        version=metadata.version("doseledger"),
        description=DESCRIPTION,
        path="/schema",
        render_plugins=[Description()],
        use_handler_docstrings=True,
    )

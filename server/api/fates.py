"""POST /fates: a device asks what became of its own submissions, by proof of its own key."""

import msgspec
from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.status_codes import HTTP_200_OK

from events.wire import WIRE_VERSION, Fates, FatesRequest
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.sync.fates import FateDesk

_decoder = msgspec.json.Decoder(FatesRequest)


def fates_route(desk: FateDesk, asking: Asking) -> HTTPRouteHandler:
    """The route of POST /fates."""

    @post("/fates", status_code=HTTP_200_OK, tags=["sync"])
    async def fates(request: AnyRequest) -> Fates:
        """What became of a device's own submissions; docs/sync.md is the contract."""
        bearer = await asking.bearer(request)
        try:
            asked = _decoder.decode(await request.body())
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise ProblemError("bad-request", f"Not a question about submissions: {error}") from error
        if asked.version != WIRE_VERSION:
            raise ProblemError("version-unknown", f"This server speaks version {WIRE_VERSION}.", "version")
        if not await desk.is_signed(bearer, asked):
            detail = "The seat's own key did not sign this question."
            raise await asking.refuse(bearer.staff, "ask what became of submissions", detail)
        return await desk.tell(bearer, asked)

    return fates

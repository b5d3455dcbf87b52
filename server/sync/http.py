"""POST /sync: the route. Reads the request so that one bad element never spoils the rest.

The body is read as an envelope whose pushed elements stay raw bytes; each is judged by itself. Only what is
no request at all (not JSON, another version, over a limit) gets a problem instead of answers.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, cast

import msgspec
from isal import isal_zlib
from litestar import MediaType, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.status_codes import HTTP_200_OK

from events.ids import DeviceId
from events.wire import (
    MESSAGE_BYTES_MAX,
    PUSH_EVENTS_MAX,
    WANTED_MAX,
    WIRE_VERSION,
    Page,
    Presented,
    Pull,
    SealedEvent,
    SyncResponse,
    WireEvent,
)
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.live import Live
from server.sync.turn import Turn

COMPRESSES_ITSELF = "compresses_itself"
"""The option of a route whose answers the app leaves as they are."""
COMPRESSED_FROM_BYTES = 500
_GZIP = 16 + isal_zlib.MAX_WBITS
_QUICKLY = 1
TURNS_PER_DEVICE_MAX = 4
"""At once, from the first byte of a request's body on: one it waits for, and some whose answers it gave up on."""
BODY_WITHIN_SECONDS = 60
"""Twice as long as the clients here wait for an answer."""


class RawSyncRequest(msgspec.Struct, frozen=True):
    """``wire.SyncRequest`` with its events unread."""

    push: tuple[msgspec.Raw, ...] = ()
    presented: Annotated[tuple[Presented, ...], msgspec.Meta(max_length=PUSH_EVENTS_MAX)] = ()
    sealed: tuple[SealedEvent, ...] = ()
    returned: Annotated[tuple[WireEvent, ...], msgspec.Meta(max_length=WANTED_MAX)] = ()
    pull: Pull | None = None
    since: Annotated[int, msgspec.Meta(ge=0)] | None = None
    version: int = WIRE_VERSION


_decoder = msgspec.json.Decoder(RawSyncRequest)


def read_request(body: bytes) -> RawSyncRequest:
    """Raises ProblemError: bad-request, version-unknown, batch-too-large, too-large."""
    if len(body) > MESSAGE_BYTES_MAX:
        raise ProblemError("too-large", f"A request has at most {MESSAGE_BYTES_MAX} bytes; push fewer events at once.")
    try:
        asked = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError("bad-request", f"Not a sync request: {error}") from error
    if asked.version != WIRE_VERSION:
        raise ProblemError("version-unknown", f"This server speaks version {WIRE_VERSION}.", "version")
    events = len(asked.push) + len(asked.sealed)
    if events > PUSH_EVENTS_MAX:
        detail = f"{events} events; push at most {PUSH_EVENTS_MAX} at once."
        raise ProblemError("batch-too-large", detail, "push")
    return asked


async def whole_body(request: AnyRequest) -> bytes:
    """The request's bytes. Raises ProblemError too-large when they take too long: a dead connection holds up nobody."""
    try:
        async with asyncio.timeout(BODY_WITHIN_SECONDS):
            return await request.body()
    except TimeoutError as error:
        detail = f"The request did not come whole within {BODY_WITHIN_SECONDS} seconds; push fewer events at once."
        raise ProblemError("too-large", detail) from error


@contextmanager
def one_of(under_way: Counter[DeviceId], device: DeviceId) -> Iterator[None]:
    """Count a device's turns. Raises ProblemError when it has as many as it may at once."""
    if under_way[device] >= TURNS_PER_DEVICE_MAX:
        detail = f"This device has {TURNS_PER_DEVICE_MAX} turns under way; wait for their answers."
        raise ProblemError("too-many-attempts", detail, headers={"Retry-After": "1"})
    under_way[device] += 1
    try:
        yield
    finally:
        under_way[device] -= 1
        if not under_way[device]:
            del under_way[device]


def sync_route(turn: Turn, asking: Asking, access: AccessRecord, live: Live) -> HTTPRouteHandler:
    """The route of POST /sync. What a page shows of a child is on record before it leaves."""
    under_way: Counter[DeviceId] = Counter()

    @post(
        "/sync",
        status_code=HTTP_200_OK,
        tags=["sync"],
        request_max_body_size=MESSAGE_BYTES_MAX,
        opt={COMPRESSES_ITSELF: True},
    )
    async def sync(request: AnyRequest) -> Response[SyncResponse]:
        """Deliver events and fetch a page of a scope, in one turn; docs/sync.md is the contract."""
        bearer = await asking.bearer(request)
        with one_of(under_way, bearer.device):
            asked = read_request(await whole_body(request))
            push = [bytes(raw) for raw in asked.push]
            answer = await turn.take(
                bearer, push, asked.pull, asked.since, asked.presented, asked.sealed, asked.returned
            )
            written = write_answer(answer, request.headers.get("accept-encoding", ""))
            if isinstance(answer.page, Page) and asked.pull is not None:
                await access.delivered(bearer, answer.page, live.deliveries)
                if answer.page.done and live.directory.is_shared(bearer.device):
                    await access.shared(
                        bearer, live.scopes.members(asked.pull.scope, live.scopes.size), live.deliveries
                    )
                turn.pages.read_ahead(answer.page, asked.pull.limit)  # not before: it would slow the commit down
        return written

    return sync


def write_answer(answer: SyncResponse, accepts: str) -> Response[SyncResponse]:
    """The answer in bytes, a long one compressed where that is accepted: in less time than it takes to write it."""
    body = msgspec.json.encode(answer)
    headers = {"vary": "Accept-Encoding"}
    if len(body) >= COMPRESSED_FROM_BYTES and "gzip" in accepts:
        body = isal_zlib.compress(body, _QUICKLY, _GZIP)
        headers["content-encoding"] = "gzip"
    return Response(cast("SyncResponse", body), headers=headers, media_type=MediaType.JSON)

"""WS /news: hello in, then nothing but "the log has grown to N" out.

    device --Hello{token}-->  server --News{origin, size}-->  … whenever N grows; the device pulls by POST /sync

Close codes, all of them in docs/sync.md: 4400 not a hello, 4401 token unknown, 4408 no hello in time,
4429 another of the device's own connections took its place, 1013 too many connections, 1012 server stops.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import WebsocketRouteHandler

from events.wire import WIRE_VERSION, Hello, News
from server.identity.enrolment import Bearer
from server.live import Live
from server.sync.hub import Hub, Listener

HELLO_WITHIN_SECONDS = 10
NOT_A_HELLO = 4400
TOKEN_UNKNOWN = 4401
NO_HELLO = 4408
SUPERSEDED = 4429
TOO_MANY = 1013

Socket = WebSocket[Any, Any, Any]
BearerOf = Callable[[str], Awaitable[Bearer | None]]


def news_route(hub: Hub, live: Live, bearer_of: BearerOf) -> WebsocketRouteHandler:
    """The route of WS /news."""

    @websocket("/news")
    async def news(socket: Socket) -> None:
        """Tell a device when the log grows."""
        await socket.accept()
        with suppress(WebSocketDisconnect):
            code, why = await _serve(socket)
            await socket.close(code, why)

    async def _serve(socket: Socket) -> tuple[int, str]:
        try:
            said = await asyncio.wait_for(socket.receive_data("text"), HELLO_WITHIN_SECONDS)
            hello = msgspec.json.decode(said, type=Hello)
        except TimeoutError:
            return NO_HELLO, "say hello first"
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return NOT_A_HELLO, "not a hello"
        if hello.version != WIRE_VERSION:
            return NOT_A_HELLO, f"this server speaks version {WIRE_VERSION}"
        bearer = await bearer_of(hello.token)
        if bearer is None:
            return TOKEN_UNKNOWN, "enroll this device again"
        listener = hub.join(bearer.device)
        if listener is None:
            return TOO_MANY, "too many connections; use POST /sync"
        listener.tell(live.head)
        try:
            return await _relay(socket, listener)
        finally:
            hub.leave(listener)

    return news


async def _relay(socket: Socket, listener: Listener) -> tuple[int, str]:
    """Send news until the device goes. What it says after hello is read and passed over."""
    gone = asyncio.create_task(_until_gone(socket))
    try:
        while True:
            coming = asyncio.create_task(listener.next())
            await asyncio.wait((coming, gone), return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                coming.cancel()
                raise WebSocketDisconnect(detail="the device went")
            head = coming.result()
            if head is None:
                return SUPERSEDED, "this device opened another connection"
            news = News(head.checkpoint.origin, head.checkpoint.size)
            await socket.send_data(msgspec.json.encode(news).decode(), "text")
    finally:
        gone.cancel()


async def _until_gone(socket: Socket) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_data("text")

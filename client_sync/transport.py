"""The wire: HTTP for turns, a WebSocket for news. Knows bytes and time-outs, nothing of outboxes.

Every call either gives what was asked, or raises Unreachable (no usable answer: it may have been carried
out) or ServerRefused (a problem, RFC 9457). An answer that is not the contract's, such as the page of a
captive portal, is no answer.
"""

from collections.abc import AsyncIterator
from typing import Protocol, TypeVar

import httpx
import msgspec
import websockets

from client_sync.errors import ServerRefused, Unreachable
from events.wire import (
    MESSAGE_BYTES_MAX,
    ClinicChoice,
    Enrolled,
    EnrollRequest,
    Fates,
    FatesRequest,
    Hello,
    News,
    PhotoState,
    Problem,
    SyncRequest,
    SyncResponse,
)

CONNECT_SECONDS_MAX = 10.0
ANSWER_SECONDS_MAX = 30.0
NEWS_BYTES_MAX = 4096

_T = TypeVar("_T")


class Transport(Protocol):
    """What a replica needs of a network; the simulator and tests with faults have their own."""

    async def enroll(self, request: EnrollRequest) -> Enrolled: ...

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse: ...

    async def fates(self, token: str, request: FatesRequest) -> Fates: ...

    async def clinics(self, token: str) -> tuple[ClinicChoice, ...]: ...

    async def photo(self, token: str, name: str) -> PhotoState: ...

    async def send_piece(
        self, token: str, name: str, number: int, size_bytes: int, part: bytes, at: int
    ) -> PhotoState: ...

    def news(self, token: str) -> AsyncIterator[News]:
        """News for as long as the connection lasts; it ends by Unreachable or ServerRefused."""
        ...


class HttpTransport:
    """One server at ``https://host[:port]``. Give ``client`` to choose certificates or an in-process app."""

    def __init__(self, server_url: str, client: httpx.AsyncClient | None = None) -> None:
        self._url = server_url.rstrip("/")
        timeout = httpx.Timeout(ANSWER_SECONDS_MAX, connect=CONNECT_SECONDS_MAX)
        self._client = httpx.AsyncClient(timeout=timeout) if client is None else client

    async def enroll(self, request: EnrollRequest) -> Enrolled:
        return await self._ask("POST", "/enroll", Enrolled, body=request)

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse:
        return await self._ask("POST", "/sync", SyncResponse, token=token, body=request)

    async def fates(self, token: str, request: FatesRequest) -> Fates:
        return await self._ask("POST", "/fates", Fates, token=token, body=request)

    async def clinics(self, token: str) -> tuple[ClinicChoice, ...]:
        return await self._ask("GET", "/api/clinics", tuple[ClinicChoice, ...], token=token)

    async def photo(self, token: str, name: str) -> PhotoState:
        return await self._ask("GET", f"/photos/{name}", PhotoState, token=token)

    async def send_piece(self, token: str, name: str, number: int, size_bytes: int, part: bytes, at: int) -> PhotoState:
        path = f"/photos/{name}/{number}?size={size_bytes}&at={at}"
        return await self._ask("PUT", path, PhotoState, token=token, body=part)

    async def news(self, token: str) -> AsyncIterator[News]:
        address = "ws" + self._url.removeprefix("http") + "/news"
        try:
            async with websockets.connect(address, open_timeout=CONNECT_SECONDS_MAX, max_size=NEWS_BYTES_MAX) as socket:
                await socket.send(msgspec.json.encode(Hello(token)).decode())
                async for message in socket:
                    yield msgspec.json.decode(message, type=News)
        except (OSError, TimeoutError, websockets.WebSocketException, msgspec.MsgspecError) as error:
            raise Unreachable(f"no news: {error}") from error
        raise Unreachable("the server closed the news")

    async def close(self) -> None:
        await self._client.aclose()

    async def __aenter__(self) -> "HttpTransport":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _ask(
        self, method: str, path: str, answer: type[_T], *, token: str = "", body: msgspec.Struct | bytes | None = None
    ) -> _T:
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        headers = {"accept": "application/json", "content-type": kind}
        if token:
            headers["authorization"] = f"Bearer {token}"
        content = body if body is None or isinstance(body, bytes) else msgspec.json.encode(body)
        try:
            async with self._client.stream(method, self._url + path, headers=headers, content=content) as response:
                raw = await _read(response)
        except httpx.HTTPError as error:
            raise Unreachable(f"{type(error).__name__} at {path}") from error
        if response.status_code >= 400:
            raise _problem(response, raw)
        try:
            return msgspec.json.decode(raw, type=answer)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Unreachable(f"{path} answered what the contract does not know: {error}") from error


async def _read(response: httpx.Response) -> bytes:
    """The body, up to MESSAGE_BYTES_MAX. Raises Unreachable beyond."""
    chunks: list[bytes] = []
    total_bytes = 0
    async for chunk in response.aiter_bytes():
        total_bytes += len(chunk)
        if total_bytes > MESSAGE_BYTES_MAX:
            raise Unreachable(f"the answer is over {MESSAGE_BYTES_MAX} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _problem(response: httpx.Response, raw: bytes) -> ServerRefused | Unreachable:
    """A refusal in the server's words; a gateway's 502, 503 and 504 mean the server was not reached."""
    if response.status_code in (502, 503, 504):
        return Unreachable(f"the server is not available ({response.status_code})")
    wait = response.headers.get("retry-after", "")
    after_seconds = float(wait) if wait.isdigit() else 0.0
    try:
        problem = msgspec.json.decode(raw, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ServerRefused(response.status_code, "no-problem", "the server gave no reason", after_seconds)
    return ServerRefused(response.status_code, problem.code, problem.detail, after_seconds)

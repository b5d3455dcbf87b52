"""The real server inside the demo's own process, on an address taken before anything else was done."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn

from server.app import create_app
from server.commands.serve import server_config
from server.district import District, wall_clock
from server.settings import Settings


class DemoServer(uvicorn.Server):
    """A uvicorn that leaves signals to the demo around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(settings: Settings, district: District, taken: socket.socket) -> AsyncIterator[str]:
    """The real server on the address taken, for as long as the context lasts; its URL."""
    host, port = taken.getsockname()[:2]
    server = DemoServer(server_config(create_app(settings, wall_clock, district), host, port))
    task = asyncio.create_task(server.serve(sockets=[taken]), name="demo server")
    try:
        while not server.started:
            if task.done():
                await task
                raise RuntimeError("the server stopped before it started")
            await asyncio.sleep(0.02)
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await task

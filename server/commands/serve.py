"""``doseledger serve``: one district's server until it is told to stop.

Where the database was restored from a back-up it signs nothing and says so to whoever asks (server/standby.py).

SIGTERM and SIGINT drain: no new connections, running requests finish (15 s at most), sockets close with
1012, the seat is closed, the log is closed.
"""

import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import click
import uvicorn
import uvloop

from events.errors import Refused
from server.app import create_app
from server.district import open_district, wall_clock
from server.errors import RolledBack
from server.logs import configure_logs
from server.settings import Settings
from server.standby import create_standby

SOCKET_MESSAGE_BYTES_MAX = 1024 * 1024
DRAIN_SECONDS = 15
GARBAGE_LOOKED_AT = 10_000
"""New objects before the collector looks through them; Python's own figure is 700."""


@click.command()
@click.option("--host", help="Address to listen on (default: DOSELEDGER_HOST or 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port (default: DOSELEDGER_PORT or 8000; 0 picks one).")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve the app, sync and the API."""
    configure_logs()
    uvloop.run(run_server(settings, host or settings.host, settings.port if port is None else port))


async def run_server(settings: Settings, host: str, port: int) -> None:
    """Take the address, open the district, serve until a signal, close it."""
    with listen(host, port) as taken:
        await _serve(settings, taken)


async def _serve(settings: Settings, taken: socket.socket) -> None:
    host, port = taken.getsockname()[:2]
    try:
        async with open_district(settings, wall_clock, "server", "server") as district:
            server = DrainingServer(server_config(create_app(settings, wall_clock, district), host, port))
            click.echo(f"Serving {settings.district} at http://{host}:{port}  (stop with Ctrl-C)", err=True)
            await server.serve(sockets=[taken])
    except RolledBack as error:
        await _stand_by(taken, str(error))
        raise


async def _stand_by(taken: socket.socket, why: str) -> None:
    """Tell whoever asks that a back-up was restored, until somebody stops this and opens a new epoch."""
    host, port = taken.getsockname()[:2]
    click.echo(f"{why}. Telling so at http://{host}:{port}; stop with Ctrl-C, then: doseledger epoch open", err=True)
    await DrainingServer(server_config(create_standby(why), host, port)).serve(sockets=[taken])


def listen(host: str, port: int) -> socket.socket:
    """The listening socket. Raises Refused when the address cannot be had."""
    try:
        taken = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (")[0]
        message = f"cannot listen on {host}:{port}: {why}. Stop what listens there, or choose --port"
        raise Refused("address-not-free", message) from error
    # Accepted connections inherit it. An answer's head and body are two writes: without it the second waits 40 ms.
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return taken


class DrainingServer(uvicorn.Server):
    """A uvicorn that returns after a signal. Its own way raises the signal again and so would end the process
    before the seat and the log are closed."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """What a server holds from its start to its end, modules and folds, is no garbage: the collector passes over
        it from here on. To look through all of it held up everybody for a tenth of a second, again and again. A burst
        of pushes makes much that is new and nothing in cycles, so it looks only once there is more of it."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_LOOKED_AT)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def server_config(app: object, host: str, port: int) -> uvicorn.Config:
    """uvicorn as design, section 13, fixes it."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=SOCKET_MESSAGE_BYTES_MAX,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
    )

"""``doseledger doctor``: everything the settings name, tried, each with a sentence that says what to do.

    ok      works        warn    works, and should not be left so        fault   will not work, or not safely

It reads only, and never shows a URL, a password or a key.
"""

import errno
import fcntl
import ipaddress
import os
import shutil
import socket
import sqlite3
import stat
from collections.abc import AsyncIterator

from events.errors import DoseledgerError
from events.ids import Position
from server.assets import WEB_DIST
from server.district import Clock
from server.doctor_postgres import look_at_postgres
from server.finding import Finding, State
from server.home import Home
from server.keys import load_keys
from server.settings import Settings, read_settings
from server.store.opening import open_store
from server.store.outside import OutsideCheckpoint

FREE_BYTES_MIN = 1 << 30
SQLITE_MIN = (3, 35)


async def examine(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """Every finding, in the order in which to mend them."""
    if settings.log_name == read_settings({}).log_name:
        says = "the log is named after no name of yours: proofs carry it for good. Set DOSELEDGER_LOG_NAME first"
        yield Finding("warn", "log name", says)
    yield _look_at_address(settings)
    for finding in _look_at_home(settings):
        yield finding
    if settings.is_postgres:
        async for finding in look_at_postgres(settings, clock):
            yield finding
    elif sqlite3.sqlite_version_info < SQLITE_MIN:
        yield Finding("fault", "sqlite", f"version {sqlite3.sqlite_version} is too old")
    else:
        yield Finding("ok", "sqlite", f"version {sqlite3.sqlite_version}")
    yield await _look_at_log(settings, clock)


def _look_at_home(settings: Settings) -> list[Finding]:
    home, found = Home(settings.home), []
    if not home.path.exists():
        return [Finding("fault", "home", f"{home.path} does not exist: run 'doseledger init', or restore a back-up")]
    mode = stat.S_IMODE(home.path.stat().st_mode)
    open_to_others = bool(mode & 0o077)
    found.append(
        Finding("warn", "home", f"{home.path} may be entered by other accounts: chmod 700 it")
        if open_to_others
        else Finding("ok", "home", str(home.path))
    )
    free = shutil.disk_usage(home.path).free
    state: State = "ok" if free >= FREE_BYTES_MIN else "warn"
    found.append(Finding(state, "disk", f"{free / 2**30:.1f} GiB free"))
    found += [_look_at_keys(settings, home), _look_at_checkpoint(settings, home)]
    if (WEB_DIST / "index.html").exists():
        found.append(Finding("ok", "web app", "built"))
    else:
        found.append(Finding("warn", "web app", "not built: phones find nothing here. Use the wheel, or make web"))
    return found


def _look_at_address(settings: Settings) -> Finding:
    """Whether a server could listen here; one that does is no fault."""
    what, address = "address", f"{settings.host}:{settings.port}"
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return Finding("ok", what, f"something listens at {address} already: a server of ours, or not")
        return Finding("fault", what, f"nothing can listen at {address}: {error.strerror}")
    if not ipaddress.ip_address(place[0]).is_loopback:
        return Finding("warn", what, f"{address} is reached from outside this machine: put a proxy with TLS before it")
    return Finding("ok", what, f"free to listen at {address}")


def _look_at_checkpoint(settings: Settings, home: Home) -> Finding:
    """Whether the head outside can be locked and written, also where its folder is another machine's."""
    what = "checkpoint"
    try:
        with open(home.checkpoints / settings.district, "rb+") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Finding("ok", what, "a server is writing it")
    except OSError as error:
        return Finding("fault", what, f"the head outside cannot be written and locked: {error}")
    return Finding("ok", what, "can be written and locked")


def _look_at_keys(settings: Settings, home: Home) -> Finding:
    try:
        keys = load_keys(home, settings.log_name, settings.district)
        outside = OutsideCheckpoint(home.checkpoints, settings.district, keys.log_verifier).read()
    except DoseledgerError as error:
        return Finding("fault", "keys", str(error))
    return Finding("ok", "keys", f"they open; the head kept outside is {outside.origin} of {outside.size} events")


async def _look_at_log(settings: Settings, clock: Clock) -> Finding:
    try:
        keys = load_keys(Home(settings.home), settings.log_name, settings.district)
        store = await open_store(settings, keys, clock, os.urandom)
    except (DoseledgerError, sqlite3.Error) as error:
        return Finding("fault", "log", str(error))
    try:
        head = (await store.log.head()).checkpoint
        damaged = [str(row.position) async for row in store.log.read(Position(0)) if row.damage]
    finally:
        await store.log.close()
    if damaged:
        says = f"the disk does not give back {len(damaged)} rows, at positions {', '.join(damaged[:20])}"
        return Finding(
            "fault", "log", f"{says}. Devices that hold them return them while the server runs; mend the disk"
        )
    return Finding("ok", "log", f"{head.origin} holds {head.size} events and extends the head kept outside")

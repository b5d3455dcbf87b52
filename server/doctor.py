"""``doseledger doctor``: everything the settings name, tried, each with a sentence that says what to do.

    ok      works        warn    works, and should not be left so        fault   will not work, or not safely

It reads only, and never shows a URL, a password or a key.
"""

import os
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator
from typing import Literal

import asyncpg
import msgspec

from events.errors import DoseledgerError
from server.assets import WEB_DIST
from server.district import Clock
from server.home import Home
from server.keys import load_keys
from server.settings import Settings
from server.store.opening import open_store
from server.store.outside import OutsideCheckpoint
from server.store.postgres.connecting import Connection, connect
from server.store.postgres.guards import missing_guard
from server.store.postgres.migrating import Schema, check_schema

FREE_BYTES_MIN = 1 << 30
SKEW_SECONDS_MAX = 5.0
POSTGRES_MIN = 130_000
SQLITE_MIN = (3, 35)

State = Literal["ok", "warn", "fault"]


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at."""

    state: State
    what: str
    says: str


async def examine(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """Every finding, in the order in which to mend them."""
    for finding in _look_at_home(settings):
        yield finding
    if settings.is_postgres:
        async for finding in _look_at_postgres(settings, clock):
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
    found.append(_look_at_keys(settings, home))
    if (WEB_DIST / "index.html").exists():
        found.append(Finding("ok", "web app", "built"))
    else:
        found.append(Finding("warn", "web app", "not built: phones find nothing here. Use the wheel, or make web"))
    return found


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
    finally:
        await store.log.close()
    return Finding("ok", "log", f"{head.origin} holds {head.size} events and extends the head kept outside")


async def _look_at_postgres(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    ring = settings.keyring_url or settings.database_url
    places: tuple[tuple[Schema, str], ...] = (("ledger", settings.database_url), ("keyring", ring))
    servers: list[object] = []
    for schema, url in places:
        try:
            connection = await connect(url, settings.district)
        except DoseledgerError as error:
            yield Finding("fault", f"{schema} database", str(error))
            continue
        try:
            servers.append(await connection.fetchval("SELECT system_identifier FROM pg_control_system()"))
        except asyncpg.PostgresError:
            servers.append(object())
        try:
            yield await _look_at_schema(connection, schema)
            async for finding in _look_at_server(connection, schema, clock):
                yield finding
        finally:
            await connection.close()
    if len(servers) == 2 and servers[0] == servers[1]:
        says = "on the log's own server: back-ups of that server keep destroyed keys longer than 35 days"
        yield Finding("warn", "keyring", f"{says}. Set DOSELEDGER_KEYRING_URL")


async def _look_at_schema(connection: Connection, schema: Schema) -> Finding:
    try:
        await check_schema(connection, schema)
        gone = await missing_guard(connection) if schema == "ledger" else None
    except DoseledgerError as error:
        return Finding("fault", f"{schema} schema", str(error))
    if gone is not None:
        return Finding("fault", f"{schema} guards", gone)
    return Finding("ok", f"{schema} schema", "stands where this program does, guards in place")


async def _look_at_server(connection: Connection, schema: Schema, clock: Clock) -> AsyncIterator[Finding]:
    what = f"{schema} server"
    version = int(await connection.fetchval("SHOW server_version_num"))
    state: State = "ok" if version >= POSTGRES_MIN else "fault"
    yield Finding(state, what, f"PostgreSQL {version // 10_000}")
    for setting in ("fsync", "full_page_writes"):
        if await connection.fetchval(f"SHOW {setting}") != "on":
            yield Finding("fault", what, f"{setting} is off: a power loss would lose events that have receipts")
    login = await connection.fetchrow(
        "SELECT rolsuper, rolbypassrls, pg_has_role(session_user, (SELECT tableowner FROM pg_tables"
        " WHERE schemaname = $1 LIMIT 1), 'MEMBER') AS owns FROM pg_roles WHERE rolname = session_user",
        schema,
    )
    if login is not None and (login["rolsuper"] or login["rolbypassrls"] or login["owns"]):
        says = "this login may do more than doseledger_app: take one that is a member of that role alone"
        yield Finding("warn", f"{schema} login", says)
    skew = abs((await connection.fetchval("SELECT clock_timestamp()") - clock()).total_seconds())
    if skew > SKEW_SECONDS_MAX:
        yield Finding("warn", what, f"its clock and ours are {skew:.0f} s apart: set both by NTP")

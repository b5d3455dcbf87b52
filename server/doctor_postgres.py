"""What ``doseledger doctor`` finds at PostgreSQL: schema, guards, durability, and what each login may do."""

from collections.abc import AsyncIterator

import asyncpg

from events.errors import DoseledgerError
from server.district import Clock
from server.finding import Finding, State
from server.settings import Settings
from server.store.postgres.connecting import CONNECT_SECONDS, UNREACHED, Connection, connect, refused
from server.store.postgres.guards import missing_guard
from server.store.postgres.migrating import Schema, check_schema

SKEW_SECONDS_MAX = 5.0
POSTGRES_MIN = 130_000


async def look_at_postgres(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """Every database and login the settings name."""
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
    yield await _look_at_records(settings, ring)
    for schema, url in (("ledger", settings.owner_url), ("keyring", settings.keyring_owner_url)):
        if url:
            yield await _look_at_owner(schema, url)


async def _look_at_records(settings: Settings, ring: str) -> Finding:
    """Whether keys can be destroyed, and only by a login of its own."""
    what = "records login"
    try:
        connection = await connect(settings.records_url or ring, settings.district, "doseledger_records")
    except DoseledgerError as error:
        return Finding("fault", what, f"no key can be destroyed: {error}. Set DOSELEDGER_RECORDS_URL")
    try:
        may = await connection.fetchval("SELECT has_table_privilege(to_regclass('keyring.stream_key')::oid, 'DELETE')")
    finally:
        await connection.close()
    if not may:
        return Finding("fault", what, "no key can be destroyed: DOSELEDGER_RECORDS_URL names no keyring's database")
    if not settings.records_url:
        says = "the application's own login may destroy keys: name another in DOSELEDGER_RECORDS_URL"
        return Finding("warn", what, says)
    return Finding("ok", what, "may destroy keys")


async def _look_at_owner(schema: str, url: str) -> Finding:
    """Whether the login that migrates owns what it would change."""
    what = f"{schema} owner"
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except UNREACHED as error:
        return Finding("fault", what, str(refused(error)))
    try:
        owns = await connection.fetchval(
            "SELECT bool_and(pg_has_role(session_user, tableowner, 'MEMBER')) FROM pg_tables WHERE schemaname = $1",
            schema,
        )
    finally:
        await connection.close()
    if owns is False:
        return Finding("fault", what, "this login does not own the tables: migrations will be refused")
    return Finding("ok", what, "may migrate")


async def _look_at_schema(connection: Connection, schema: Schema) -> Finding:
    try:
        await check_schema(connection, schema)
        gone = await missing_guard(connection, schema)
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
        " WHERE schemaname = $1 LIMIT 1), 'MEMBER') OR pg_has_role(session_user, 'doseledger_records', 'MEMBER')"
        " AS exceeds FROM pg_roles WHERE rolname = session_user",
        schema,
    )
    if login is not None and (login["rolsuper"] or login["rolbypassrls"] or login["exceeds"]):
        says = "this login may do more than doseledger_app: take one that is a member of that role alone"
        yield Finding("warn", f"{schema} login", says)
    skew = abs((await connection.fetchval("SELECT clock_timestamp()") - clock()).total_seconds())
    if skew > SKEW_SECONDS_MAX:
        yield Finding("warn", what, f"its clock and ours are {skew:.0f} s apart: set both by NTP")

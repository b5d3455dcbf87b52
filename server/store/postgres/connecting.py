"""PostgreSQL connections set the one way this project uses them: one district, the application's rights, by key.

Every connection runs as ``doseledger_app`` (or ``doseledger_records``), whatever its login may do, and sees the
rows of one district (row-level security on ``doseledger.district``). Commits are on disk, and on a synchronous
standby where there is one, before they are answered. All statements read by key, so sequential scans are off:
a plan made while a table was small must not outlive it.

A lock is waited for LOCK_SECONDS at most, and a transaction that stands still for IDLE_SECONDS is ended by the
server: a process that hangs while it holds the head lets the others go on, and cannot write when it wakes.
"""

from typing import Any, Literal, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from events.errors import Refused
from events.ids import DistrictId

LOCK_SECONDS = 10
IDLE_SECONDS = 10
CONNECT_SECONDS = 10
COMMAND_SECONDS = 60

Role = Literal["doseledger_app", "doseledger_records"]
Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
Pool: TypeAlias = "asyncpg.Pool[Any]"

READ_ONLY = "25006"
"""What a primary that became a standby answers to a write: the connection is good for nothing."""


UNREACHED = (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What asyncpg raises instead of connecting; for a URL it cannot read ValueError or InterfaceError, which quote it."""


def application_name(district: DistrictId) -> str:
    """By which a session of this district's programs is known to the server."""
    return f"doseledger {district}"


def settings(district: DistrictId, role: Role) -> dict[str, str]:
    return {
        "role": role,
        "doseledger.district": district,
        "application_name": application_name(district),
        "search_path": "ledger",
        "synchronous_commit": "on",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
        "enable_seqscan": "off",
        "jit": "off",
        "timezone": "UTC",
    }


async def dial(url: str, district: DistrictId, role: Role = "doseledger_app") -> Connection:
    """One connection. Raises what asyncpg raises: see ``is_lost``."""
    return await asyncpg.connect(
        url, server_settings=settings(district, role), timeout=CONNECT_SECONDS, command_timeout=COMMAND_SECONDS
    )


async def connect(url: str, district: DistrictId, role: Role = "doseledger_app") -> Connection:
    """One connection. Raises Refused in words when there is no server, or the login may not take the role."""
    try:
        return await dial(url, district, role)
    except UNREACHED as error:
        raise refused(error, role) from None


async def open_pool(url: str, district: DistrictId, most: int, role: Role = "doseledger_app") -> Pool:
    """A pool that opens connections as they are needed, one at once to try. Raises Refused as ``connect`` does."""
    try:
        pool = asyncpg.create_pool(
            url, min_size=0, max_size=most, server_settings=settings(district, role), timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS, reset=_keep,
        )  # fmt: skip
        await pool
        await pool.fetchval("SELECT 1")
        return pool
    except UNREACHED as error:
        raise refused(error, role) from None


async def _keep(_: Any) -> None:
    """Nothing to reset between two borrowers: no session state is ever changed after connecting."""


def refused(error: Exception, role: str = "its owner") -> Refused:
    """Why there is no connection, in a sentence."""
    if isinstance(error, asyncpg.InvalidParameterValueError | asyncpg.InsufficientPrivilegeError):
        return Refused("database-rights", f"the database's login may not work as {role}: {error}")
    if isinstance(error, asyncpg.InvalidCatalogNameError | asyncpg.InvalidAuthorizationSpecificationError):
        return Refused("database-refused", f"PostgreSQL refuses the connection: {error}")
    if isinstance(error, ValueError | asyncpg.InterfaceError) and not isinstance(error, OSError):
        says = "is not one that can be read (it is not shown: it may hold a password). Write"
        form = "postgresql://login:password@host:5432/database, with %40 for @ and %3A for : in the password"
        return Refused("database-url", f"a database's URL {says} {form}; sslmode as PostgreSQL names it")
    return Refused("database-unreachable", f"PostgreSQL does not answer: {type(error).__name__}: {error}")


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone, or is one to a server that takes no writes any more: connect again."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state == READ_ONLY or state.startswith(("08", "57P", "25P03"))
    return isinstance(error, OSError | asyncpg.InterfaceError | TimeoutError)

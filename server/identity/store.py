"""``identity.db``: credentials, sessions, enrolment codes and device tokens, each only as a hash.

    credentials  staff -> argon2id hash            sessions  SHA-256(token) -> staff, begun, last used
    codes        SHA-256(code) -> staff, expiry, used        devices   SHA-256(token) -> device, seat, staff

Tokens and codes are random, so a fast hash is enough; passwords are not, so they get argon2id. Times are
whole seconds since 1970 (UTC) and are compared with the clock the caller hands in.
"""

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import aiosqlite

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS credentials (
    staff TEXT PRIMARY KEY, password_hash TEXT NOT NULL, set_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    token_hash BLOB PRIMARY KEY, staff TEXT NOT NULL, begun_at INTEGER NOT NULL, used_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS codes (
    code_hash BLOB PRIMARY KEY, staff TEXT NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS devices (
    token_hash BLOB PRIMARY KEY, device TEXT NOT NULL, seat TEXT NOT NULL, staff TEXT NOT NULL,
    issued_at INTEGER NOT NULL
) STRICT;
"""

Row = tuple[Any, ...]


class Identities(Protocol):
    """What holds identities: two statements' worth. Placeholders are ``?``."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def write(self, statement: str, *values: object) -> int:
        """Run one statement durably; the number of rows it changed."""
        ...

    async def one(self, query: str, *values: object) -> Row | None:
        """The first row, if any."""
        ...


class IdentityStore:
    """One connection to identity.db, or to another small database of rows; every statement commits by itself."""

    def __init__(self, path: Path, schema: str = _SCHEMA) -> None:
        self._path = path
        self._schema = schema
        self._open: aiosqlite.Connection | None = None

    async def __aenter__(self) -> Self:
        self._path.touch(mode=0o600, exist_ok=True)
        self._open = await aiosqlite.connect(self._path, isolation_level=None)
        await self._open.execute("PRAGMA busy_timeout = 5000")
        await self._open.execute("PRAGMA journal_mode = WAL")
        await self._open.execute("PRAGMA synchronous = FULL")
        await self._open.executescript(self._schema)
        await self._open.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            await self._open.close()
            self._open = None

    async def write(self, statement: str, *values: object) -> int:
        async with self._connection.execute(statement, values) as cursor:
            return cursor.rowcount

    async def one(self, query: str, *values: object) -> Row | None:
        rows = await self._connection.execute_fetchall(query, values)  # in one change of threads, not three
        return next(map(tuple, rows), None)

    @property
    def _connection(self) -> aiosqlite.Connection:
        if self._open is None:
            raise RuntimeError("identity.db is not open")
        return self._open


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())

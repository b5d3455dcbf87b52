"""Identities in PostgreSQL, so that a device or a browser may go to any server process: the same statements.

A session of the pool sees one district's rows (row-level security) and writes that district by default, so
the statements of this package need not name it.
"""

import re
from itertools import count
from types import TracebackType
from typing import Self

from events.ids import DistrictId
from server.identity.store import Row
from server.store.postgres.connecting import Pool, open_pool

CONNECTIONS_MAX = 2


class PostgresIdentityStore:
    """A small pool; every statement commits by itself."""

    def __init__(self, url: str, district: DistrictId) -> None:
        self._url, self._district = url, district
        self._open: Pool | None = None

    async def __aenter__(self) -> Self:
        self._open = await open_pool(self._url, self._district, CONNECTIONS_MAX)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            await self._open.close()
            self._open = None

    async def write(self, statement: str, *values: object) -> int:
        status: str = await self._pool.execute(_numbered(statement), *values)
        return int(status.rpartition(" ")[2])

    async def one(self, query: str, *values: object) -> Row | None:
        row = await self._pool.fetchrow(_numbered(query), *values)
        return None if row is None else tuple(row)

    @property
    def _pool(self) -> Pool:
        if self._open is None:
            raise RuntimeError("the identities are not open")
        return self._open


def _numbered(statement: str) -> str:
    """``?`` as ``$1``, ``$2`` …"""
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", statement)

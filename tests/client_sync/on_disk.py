"""A device's store over a disk of the tests (tests/store): apsw underneath, as aiosqlite has it on top.

What apsw raises becomes what Python's own sqlite3 would raise, since the store that ships tells them apart.
"""

import sqlite3
from collections.abc import AsyncIterator, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import apsw

from client_sync.opening import SCHEMA
from client_sync.store import WAL_PAGES


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        raise sqlite3.IntegrityError(str(error)) from error
    except apsw.Error as error:
        raise sqlite3.OperationalError(str(error)) from error


class Asked:
    """What ``execute`` gives back, as aiosqlite does: to await, or to enter."""

    def __init__(self, cursor: apsw.Cursor, changed: int) -> None:
        self._cursor = cursor
        self.rowcount = changed

    def __await__(self) -> Generator[None, None, "Asked"]:
        return self
        yield

    async def __aenter__(self) -> "Asked":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def fetchone(self) -> object:
        with translated():
            return next(self._cursor, None)

    async def __aiter__(self) -> AsyncIterator[object]:
        with translated():
            rows = list(self._cursor)
        for row in rows:
            yield row


class Connection:
    """As much of ``aiosqlite.Connection`` as a device's store uses. ``waiting`` is what it takes for waiting."""

    def __init__(self, database: apsw.Connection, waiting: str = "FULL", wal_pages: int = WAL_PAGES) -> None:
        self.apsw = database
        self._waiting, self._wal_pages = waiting, wal_pages
        with translated():
            for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", f"wal_autocheckpoint = {wal_pages}"):
                self.apsw.execute(f"PRAGMA {pragma}")
            self.execute("PRAGMA synchronous = FULL")
            self.apsw.execute("PRAGMA secure_delete = ON")
            self.apsw.execute(SCHEMA.read_text())

    @property
    def in_transaction(self) -> bool:
        return self.apsw.in_transaction

    def execute(self, query: str, values: Sequence[object] = ()) -> Asked:
        if query.startswith("PRAGMA synchronous = FULL"):
            query = f"PRAGMA synchronous = {self._waiting}"
        if query == f"PRAGMA wal_autocheckpoint = {WAL_PAGES}":
            query = f"PRAGMA wal_autocheckpoint = {self._wal_pages}"
        with translated():
            cursor = self.apsw.execute(query, cast(Any, values))
            return Asked(cursor, self.apsw.changes())

    async def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        with translated():
            self.apsw.executemany(query, cast(Any, list(rows)))

    async def execute_fetchall(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with translated():
            return list(self.apsw.execute(query, cast(Any, values)))

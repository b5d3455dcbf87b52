"""``projections.db``: one connection in one thread, and a sentence when the file is damaged.

It is derived, so it may be deleted. It is written without an fsync at each commit: after a power loss it is whole
and somewhat behind, and is caught up.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from events.errors import Refused
from server.store.connection import connect

_Result = TypeVar("_Result")


class ProjectionFile:
    """The rows' database as one process has it open."""

    def __init__(self, path: Path) -> None:
        """Raises Refused when the file is damaged."""
        try:
            self._database = connect(path, "projection")
        except sqlite3.DatabaseError as error:
            raise _in_words(error) from error
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._thread = ThreadPoolExecutor(1, "projector")

    async def run(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Work in the file's thread. Raises Refused when the file is damaged, else what the work raises."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._database)
        except sqlite3.DatabaseError as error:
            raise _in_words(error) from error

    async def transact(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """The same in one transaction: all of it or nothing."""

        def whole(db: sqlite3.Connection) -> _Result:
            db.execute("BEGIN IMMEDIATE")
            try:
                result = work(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            return result

        return await self.run(whole)

    def close(self) -> None:
        self._thread.shutdown()
        self._database.close()


def _in_words(error: sqlite3.DatabaseError) -> Exception:
    """A damaged file in words; anything else that SQLite says (a full disk, a lock) as it is."""
    if getattr(error, "sqlite_errorcode", None) not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return error
    said = "projections.db is damaged: stop the server, delete the file, start again; it is built anew from the log"
    return Refused("projections-damaged", said)

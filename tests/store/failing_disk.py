"""A disk whose nth system call fails: over ``lossy_disk``, reads, writes, truncations and syncs are counted.

    call n --> EIO (once, or from then on); of a failed sync what was pending is gone from its way to the platter

After such a sync the page cache still shows what is not on the platter, as Linux has it: who syncs again is told that
all is well. ``Translated`` raises for apsw's errors what Python's own sqlite3 raises.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

import apsw

from tests.store.lossy_disk import LossyDisk, LossyFile


class FailingDisk(LossyDisk):
    """``fails_at`` counts down the calls until one fails; -1 for never. ``is_lasting``: every one after it too."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.fails_at = -1
        self.is_lasting = False
        self.failed = ""
        self.calls = 0

    def call(self, what: str) -> None:
        if self.is_unplugged:
            return
        self.calls += 1
        if self.failed and self.is_lasting:
            raise apsw.IOError(what)
        if self.fails_at == 0 and not self.failed:
            self.failed = what
            raise apsw.IOError(what)
        self.fails_at -= self.fails_at > 0

    def plan(self, call: int, is_lasting: bool) -> None:
        self.fails_at, self.is_lasting, self.failed, self.calls = call, is_lasting, "", 0

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "FailingFile":  # noqa: N802
        return FailingFile(self, name.filename() if isinstance(name, apsw.URIFilename) else str(name), flags)


class FailingFile(LossyFile):
    """One open file."""

    def __init__(self, disk: FailingDisk, name: str, flags: list[int]) -> None:
        super().__init__(disk, name, flags)
        self._failing = disk

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self._failing.call("read")
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._failing.call("write")
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._failing.call("truncate")
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        try:
            self._failing.call("sync")
        except apsw.IOError:
            self._content.forget_pending()
            raise
        super().xSync(flags)


class Translated:
    """An apsw connection that fails as ``sqlite3`` does."""

    def __init__(self, real: apsw.Connection) -> None:
        self._real = real

    def execute(self, statement: str, values: Sequence[object] = ()) -> apsw.Cursor:
        try:
            return self._real.execute(statement, values)
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error

    def executemany(self, statement: str, rows: Sequence[Sequence[object]]) -> Any:
        try:
            return self._real.executemany(statement, rows)
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error

    @property
    def in_transaction(self) -> bool:
        return self._real.in_transaction

"""The write-ahead log an earlier process left behind, written once more before anything new stands behind it.

Where a sync failed, Linux still shows what never came to the disk, to that process and to the next one, and says yes to
every later sync. What is read here is what the device goes on from, so it has to be on the disk: the same bytes, to the
same place, and a sync that knows of them.
"""

import os
from pathlib import Path
from typing import Protocol

CHUNK_BYTES = 1 << 20


class Log(Protocol):
    """As much of a file as is needed; a test has one on a disk that fails."""

    def seek(self, offset: int, /) -> object: ...

    def read(self, size: int, /) -> bytes: ...

    def write(self, data: bytes, /) -> object: ...


def write_again(log: Log) -> None:
    """Every byte where it is; the caller syncs."""
    at = 0
    while True:
        log.seek(at)
        chunk = log.read(CHUNK_BYTES)
        if not chunk:
            return
        log.seek(at)
        log.write(chunk)
        at += len(chunk)


def make_durable(path: Path) -> None:
    """The log beside this database, which only the caller's process may write."""
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        with log.open("r+b", buffering=0) as file:
            write_again(file)
            os.fsync(file.fileno())

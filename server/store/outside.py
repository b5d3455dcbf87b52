"""The last signed head, kept outside the database and its back-ups: what a restored database cannot know.

``advance`` is a compare-and-swap that only moves forward, under a file lock, so that several processes and a
crash at any moment leave the newest head that was ever answered for, or a newer one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from events.checkpoint import Checkpoint, epoch_of, open_checkpoint
from events.errors import BadCheckpoint
from events.ids import DistrictId
from server.errors import RolledBack
from server.home import PRIVATE_FILE, write_durably


class OutsideCheckpoint:
    """One district's file in ``checkpoint/``."""

    def __init__(self, folder: Path, district: DistrictId, pinned: str) -> None:
        self._path = folder / district
        self._lock_path = folder / f".{district}.lock"
        self._pinned = pinned
        self._text = ""
        self._known: Checkpoint | None = None

    def read(self) -> Checkpoint:
        """The head on file. Raises RolledBack when it is missing or not signed by our key."""
        try:
            text = self._path.read_text()
        except FileNotFoundError as error:
            raise RolledBack(f"{self._path} is missing: without it a restored database cannot be told apart") from error
        if text != self._text or self._known is None:
            try:
                self._known = open_checkpoint(text, self._pinned)
            except BadCheckpoint as error:
                raise RolledBack(f"{self._path}: {error}") from error
            self._text = text
        return self._known

    def start(self, note: str) -> None:
        """Write the empty log's head when a district is founded."""
        write_durably(self._path, note.encode())

    def advance(self, head: Checkpoint, note: str) -> None:
        """Move forward to this head unless a newer one is there already. Raises RolledBack for another history."""
        with self._locked():
            there = self.read()
            if (epoch_of(there.origin), there.size) >= (epoch_of(head.origin), head.size):
                if there.origin == head.origin and there.size == head.size and there.root != head.root:
                    raise RolledBack(f"the log has two heads of size {head.size}")
                return
            write_durably(self._path, note.encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def require_not_behind(ours: Checkpoint, outside: Checkpoint) -> None:
    """Raises RolledBack when the database's head, read after the one outside or under its lock, is behind or beside."""
    if outside.origin != ours.origin or outside.size > ours.size:
        raise RolledBack(
            f"the database ends at {ours.origin} size {ours.size}, but {outside.origin} size {outside.size} was "
            "signed: a back-up was restored. Nothing will be signed until an administrator opens a new epoch"
        )
    if outside.size == ours.size and outside.root != ours.root:
        raise RolledBack(f"the database has another history of size {ours.size} than the one that was signed")

"""The last signed head, kept outside the database and its back-ups: what a restored database cannot know.

    one file, two slots of 4 KiB      | a signed note, then newlines | a signed note, then newlines |
    advance                           over the slot with the older head, in place, synced before it returns

The newer head of the two counts. A write that was cut off leaves a note whose signature does not verify, and the
other slot, synced earlier, as it was: so a crash at any moment leaves the newest head that was ever answered for, or
a newer one. One sync of one block, where a new file renamed into place costs three. ``advance`` only moves forward,
under a file lock, for any number of processes; on a network file system with working locks on any number of machines.

KNOWN GAP: where a sync fails and the disk still gives back what it did not keep, another process may take that head
for synced. The one that saw the failure stops; a database that is ahead of its checkpoint is caught up at opening.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from events.checkpoint import Checkpoint, epoch_of, open_checkpoint
from events.errors import BadCheckpoint
from events.ids import DistrictId
from server.errors import RolledBack
from server.home import PRIVATE_FILE, write_durably

SLOT_BYTES = 4096
SLOTS = 2
_PADDING = b"\n\0"
"""Newlines; zeros where a file that held one note grew by a slot."""


class _Slot(msgspec.Struct, frozen=True):
    """A note that verified, and its head."""

    note: str
    head: Checkpoint

    @property
    def order(self) -> tuple[int, int]:
        return epoch_of(self.head.origin), self.head.size


class OutsideCheckpoint:
    """One district's file in ``checkpoint/``."""

    def __init__(self, folder: Path, district: DistrictId, pinned: str) -> None:
        self._path = folder / district
        self._lock_path = folder / f".{district}.lock"
        self._pinned = pinned
        self._opened: dict[bytes, _Slot | None] = {}

    def read(self) -> Checkpoint:
        """The head on file. Raises RolledBack when it is missing or not signed by our key."""
        return self._newest(self._slots()).head

    def note(self) -> str:
        """The same, as the note that was signed."""
        return self._newest(self._slots()).note

    def start(self, note: str) -> None:
        """Write the empty log's head when a district is founded."""
        write_durably(self._path, _padded(note) * SLOTS)

    def advance(self, head: Checkpoint, note: str) -> None:
        """Move forward to this head unless a newer one is there already. Raises RolledBack for another history."""
        with self._locked():
            slots = self._slots()
            there = self._newest(slots)
            if there.order >= (epoch_of(head.origin), head.size):
                if there.order == (epoch_of(head.origin), head.size) and there.head != head:
                    raise RolledBack(f"the log has two heads of size {head.size}")
                sync(self._path)  # whoever wrote it may have died before it was durable
                return
            content = _padded(note)
            self._opened[content] = _Slot(note, head)
            write_in_place(self._path, content, 1 - slots.index(there))

    def _newest(self, slots: list[_Slot | None]) -> _Slot:
        whole = [slot for slot in slots if slot is not None]
        if not whole:
            raise RolledBack(f"{self._path} holds no head signed by {self._pinned.partition('+')[0]}")
        return max(whole, key=lambda slot: slot.order)

    def _slots(self) -> list[_Slot | None]:
        """What the slots hold; None for one that was never written, cut off, or signed by another."""
        try:
            handle = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError as error:
            raise RolledBack(f"{self._path} is missing: without it a restored database cannot be told apart") from error
        try:
            raw = os.pread(handle, SLOT_BYTES * SLOTS, 0)
        finally:
            os.close(handle)
        parts = [raw[at * SLOT_BYTES : (at + 1) * SLOT_BYTES] for at in range(SLOTS)]
        known = self._opened  # another thread may be at it too: what it opened is the same
        opened = {part: known[part] if part in known else self._open(part) for part in parts}
        self._opened = opened
        return [opened[part] for part in parts]

    def _open(self, part: bytes) -> _Slot | None:
        try:
            note = f"{part.rstrip(_PADDING).decode()}\n"
            return _Slot(note, open_checkpoint(note, self._pinned))
        except (BadCheckpoint, UnicodeDecodeError):
            return None

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


def write_in_place(path: Path, content: bytes, slot: int) -> None:
    """Overwrite one slot and sync; the file has its length already, so no other block changes."""
    handle = os.open(path, os.O_RDWR)
    try:
        if os.pwrite(handle, content, slot * SLOT_BYTES) != SLOT_BYTES:
            raise OSError(f"{path}: the slot was not written whole")
        os.fdatasync(handle)
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Make durable what another process wrote."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fdatasync(handle)
    finally:
        os.close(handle)


def _padded(note: str) -> bytes:
    content = note.encode()
    if len(content) > SLOT_BYTES:
        raise ValueError(f"a note of {len(content)} bytes does not fit a slot")
    return content.ljust(SLOT_BYTES, b"\n")

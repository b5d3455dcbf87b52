"""A disk that loses what was not synced: files for SQLite (through apsw) whose power can be cut at any change.

    write, truncate --> pending --sync--> durable         cut: some sectors of what is pending are kept, others not

Sectors are kept or lost one by one and in any order, so writes are torn and reordered as real disks do it. After
the cut every operation fails until ``restore``. A file comes and goes durably; nothing else does without a sync.
"""

from random import Random

import apsw

SECTOR_BYTES = 512


class PowerLost(Exception):
    """Raised by every operation once the power is gone."""


class _Content:
    """One file: what is on the platter, what readers see, and what is still on its way."""

    def __init__(self) -> None:
        self.durable, self.seen = b"", bytearray()
        self.pending: list[tuple[int, bytes] | int] = []

    def write(self, offset: int, data: bytes) -> None:
        self.pending.append((offset, bytes(data)))
        _put(self.seen, offset, data)

    def truncate(self, size: int) -> None:
        self.pending.append(size)
        del self.seen[size:]

    def sync(self) -> None:
        """What is pending is on the platter; what an earlier sync failed on is not."""
        durable = bytearray(self.durable)
        for one in self.pending:
            if isinstance(one, int):
                del durable[one:]
            else:
                _put(durable, *one)
        self.durable, self.pending = bytes(durable), []

    def forget_pending(self) -> None:
        """As Linux does where a sync failed: readers go on seeing what will never be written."""
        self.pending = []

    def lose(self, chance: Random) -> None:
        """Keep each pending sector or not."""
        kept = bytearray(self.durable)
        for one in self.pending:
            if isinstance(one, int):
                if chance.random() < 0.5:
                    del kept[one:]
                continue
            offset, data = one
            for at in range(0, len(data), SECTOR_BYTES):
                if chance.random() < 0.5:
                    _put(kept, offset + at, data[at : at + SECTOR_BYTES])
        self.durable, self.seen, self.pending = bytes(kept), kept, []


class LossyDisk(apsw.VFS):
    """The disk, registered with SQLite under ``name``. ``fuse`` is after how many more changes the power goes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, _Content] = {}
        self.fuse = -1
        self.is_off = False
        self.is_unplugged = False
        """Set while a dead machine's files are let go: nothing they still try has any effect."""
        super().__init__(name, "")

    def require_power(self) -> None:
        if self.is_off and not self.is_unplugged:
            raise PowerLost

    def step(self) -> bool:
        """Count one change; whether it has any effect. Raises PowerLost when the fuse is burnt."""
        if self.is_unplugged:
            return False
        if self.fuse == 0:
            self.is_off = True
        self.require_power()
        self.fuse -= self.fuse > 0
        return True

    def restore(self, chance: Random) -> None:
        """The power is back: what was pending is partly there."""
        for content in self.files.values():
            content.lose(chance)
        self.is_off, self.fuse = False, -1

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "LossyFile":  # noqa: N802
        self.require_power()
        return LossyFile(self, name.filename() if isinstance(name, apsw.URIFilename) else str(name), flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        if self.step():
            self.files.pop(filename, None)

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        return pathname in self.files

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


class LossyFile(apsw.VFSFile):
    """One open file."""

    def __init__(self, disk: LossyDisk, name: str, flags: list[int]) -> None:
        self._disk = disk
        self._content = disk.files.setdefault(name, _Content())
        flags[1] = flags[0]

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self._disk.require_power()
        return bytes(self._content.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if self._disk.step():
            self._content.write(offset, data)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        if self._disk.step():
            self._content.truncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._disk.step():
            self._content.sync()

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._content.seen)

    def xLock(self, level: int) -> None:  # noqa: N802
        """One process holds the file."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """One process holds the file."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR_BYTES

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0

    def xClose(self) -> None:  # noqa: N802
        """Nothing is buffered here."""


def _put(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data

"""A path given to an import, opened with care: a file, a folder, or a zip of either.

Nothing is extracted to disk and nothing is read whole. What a zip claims to hold is checked before a byte
is inflated: number of members, size, and how far it swells. What the disk will not give, or a zip no longer
holds, is an UnreadableFile wherever it is noticed.
"""

import io
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec

from server.exchange.rows import UnreadableFile
from server.exchange.written import clean

FILES_MAX = 500
FILE_BYTES_MAX = 1024**3
"""1 GiB: a hundred times a large district's year."""
SWELL_MAX = 250
"""How many bytes one compressed byte may become, for members over SWELL_FREE_BYTES."""
SWELL_FREE_BYTES = 8 * 1024**2
CHUNK_BYTES = 256 * 1024


class SourceFile(msgspec.Struct, frozen=True):
    """One file, by its name without folders; ``open`` starts reading at its first byte, as often as asked."""

    name: str
    open: Callable[[], IO[bytes]]

    @property
    def key(self) -> str:
        """The name as readers look for it: lower case."""
        return self.name.lower()


def plain_name(name: str) -> str:
    """A file's name as it is shown and recorded: its last part, without control characters and broken bytes."""
    return clean(os.fsencode(name).decode("utf-8", "replace").replace("\\", "/").rsplit("/", 1)[-1])


def source_files(path: Path) -> list[SourceFile]:
    """The files at a path, in order of name. Raises UnreadableFile that says what to do."""
    try:
        if path.is_dir():
            return _from_folder(path)
        if not path.is_file():
            raise UnreadableFile(plain_name(path.name), None, "there is no such file.")
        return _from_file(path)
    except OSError as error:
        raise _refused_by_disk(path.name, error) from error


def _from_file(path: Path) -> list[SourceFile]:
    name = plain_name(path.name)
    _check_size(name, path.stat().st_size)
    with path.open("rb") as opened:
        start = opened.read(4)
    if start[:2] == b"PK" or path.suffix.lower() == ".zip":
        return _from_zip(path)
    return [SourceFile(name, _opener(path))]


def _from_folder(folder: Path) -> list[SourceFile]:
    found = sorted(one for one in (*folder.iterdir(), *folder.glob("*/*")) if one.is_file())
    paths = [one for one in found if not one.name.startswith(".")]
    if len(paths) > FILES_MAX:
        raise UnreadableFile(plain_name(folder.name), None, f"the folder holds more than {FILES_MAX} files.")
    for one in paths:
        _check_size(plain_name(one.name), one.stat().st_size)
    return [SourceFile(plain_name(one.name), _opener(one)) for one in paths]


def _refused_by_disk(name: str, error: OSError) -> UnreadableFile:
    return UnreadableFile(plain_name(name), None, f"it cannot be read ({error.strerror or 'the disk refused'}).")


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        try:
            return io.BufferedReader(_Guarded(path.open("rb", buffering=0), path.name), CHUNK_BYTES)
        except OSError as error:
            raise _refused_by_disk(path.name, error) from error

    return opened


def _from_zip(path: Path) -> list[SourceFile]:
    name = plain_name(path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableFile(name, None, "the zip is damaged or cut short; fetch it again.") from error
    if len(members) > FILES_MAX:
        raise UnreadableFile(name, None, f"the zip holds more than {FILES_MAX} files.")
    for member in members:
        _check_member(name, member)
    if sum(member.file_size for member in members) > FILE_BYTES_MAX:
        raise UnreadableFile(name, None, f"the zip unpacks to more than {FILE_BYTES_MAX // 1024**2} MiB.")
    named = [SourceFile(plain_name(member.filename), _member_opener(path, member.filename)) for member in members]
    return sorted((one for one in named if not one.name.startswith(".")), key=lambda one: one.name)


def _check_member(archive: str, member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x1:
        raise UnreadableFile(archive, None, "the zip is encrypted; unpack it first and give the folder.")
    _check_size(archive, member.file_size)
    if member.file_size > SWELL_FREE_BYTES and member.file_size > SWELL_MAX * max(1, member.compress_size):
        raise UnreadableFile(archive, None, f"a file in it swells more than {SWELL_MAX} times when unpacked.")


def _check_size(name: str, size: int) -> None:
    if size > FILE_BYTES_MAX:
        raise UnreadableFile(name, None, f"the file is larger than {FILE_BYTES_MAX // 1024**2} MiB; split it.")


def _member_opener(path: Path, member: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        try:
            return _Member(zipfile.ZipFile(path), member)
        except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError) as error:
            raise UnreadableFile(plain_name(path.name), None, "the zip is damaged; fetch it again.") from error

    return opened


class _Member(io.BufferedReader):
    """A zip's member as a file; closing it closes the zip."""

    def __init__(self, archive: zipfile.ZipFile, member: str) -> None:
        self._archive = archive
        super().__init__(_Guarded(archive.open(member), member), CHUNK_BYTES)

    def close(self) -> None:
        super().close()
        self._archive.close()


class _Guarded(io.RawIOBase):
    """The raw side of a file or a zip's member: what goes wrong while reading is an UnreadableFile."""

    def __init__(self, raw: IO[bytes], name: str) -> None:
        self._raw = raw
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            read = self._raw.read(len(buffer))
        except OSError as error:
            raise _refused_by_disk(self._name, error) from error
        except (zipfile.BadZipFile, EOFError, ValueError, zlib.error) as error:
            raise UnreadableFile(plain_name(self._name), None, "the zip is damaged; fetch it again.") from error
        buffer[: len(read)] = read
        return len(read)

    def close(self) -> None:
        super().close()
        self._raw.close()

"""A path given to an import, opened with care: a file, a folder, or a zip of either.

Nothing is extracted to disk and nothing is read whole. What a zip claims to hold is checked before a byte
is inflated: number of members, size, and how far it swells. Text is decoded as its byte order mark says,
else as UTF-8, else as Windows-1252, which is said aloud.
"""

import codecs
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import msgspec

from server.exchange.rows import UnreadableFile

FILES_MAX = 500
FILE_BYTES_MAX = 1024**3
"""1 GiB: a hundred times a large district's year."""
SWELL_MAX = 250
"""How many bytes one compressed byte may become, for members over SWELL_FREE_BYTES."""
SWELL_FREE_BYTES = 8 * 1024**2
CHUNK_BYTES = 256 * 1024

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class SourceFile(msgspec.Struct, frozen=True):
    """One file, by its name without folders; ``open`` starts reading at its first byte, as often as asked."""

    name: str
    open: Callable[[], IO[bytes]]

    @property
    def key(self) -> str:
        """The name as readers look for it: lower case."""
        return self.name.lower()


def source_files(path: Path) -> list[SourceFile]:
    """The files at a path, in order of name. Raises UnreadableFile that says what to do."""
    if path.is_dir():
        return _from_folder(path)
    if not path.is_file():
        raise UnreadableFile(path.name, None, "there is no such file.")
    _check_size(path.name, path.stat().st_size)
    with path.open("rb") as opened:
        start = opened.read(4)
    if start[:2] == b"PK" or path.suffix.lower() == ".zip":
        return _from_zip(path)
    return [SourceFile(path.name, lambda: path.open("rb"))]


def _from_folder(folder: Path) -> list[SourceFile]:
    paths = sorted(p for p in (*folder.glob("*"), *folder.glob("*/*")) if p.is_file() and not p.name.startswith("."))
    if len(paths) > FILES_MAX:
        raise UnreadableFile(folder.name, None, f"the folder holds more than {FILES_MAX} files.")
    for one in paths:
        _check_size(one.name, one.stat().st_size)
    return [SourceFile(one.name, _opener(one)) for one in paths]


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _from_zip(path: Path) -> list[SourceFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableFile(path.name, None, "the zip is damaged or cut short; fetch it again.") from error
    if len(members) > FILES_MAX:
        raise UnreadableFile(path.name, None, f"the zip holds more than {FILES_MAX} files.")
    for member in members:
        _check_member(path.name, member)
    if sum(member.file_size for member in members) > FILE_BYTES_MAX:
        raise UnreadableFile(path.name, None, f"the zip unpacks to more than {FILE_BYTES_MAX // 1024**2} MiB.")
    named = [
        SourceFile(member.filename.rsplit("/", 1)[-1], _member_opener(path, member.filename)) for member in members
    ]
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
            raise UnreadableFile(path.name, None, "the zip is damaged; fetch it again.") from error

    return opened


class _Member(io.BufferedReader):
    """A zip's member as a file; closing it closes the zip. Damage found while reading is an UnreadableFile."""

    def __init__(self, archive: zipfile.ZipFile, member: str) -> None:
        self._archive = archive
        super().__init__(_Inflated(archive.open(member), member), CHUNK_BYTES)

    def close(self) -> None:
        super().close()
        self._archive.close()


class _Inflated(io.RawIOBase):
    """The raw side of a member: turns zipfile's own errors into ours."""

    def __init__(self, member: IO[bytes], name: str) -> None:
        self._member = member
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            read = self._member.read(len(buffer))
        except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
            raise UnreadableFile(self._name, None, "the zip is damaged; fetch it again.") from error
        buffer[: len(read)] = read
        return len(read)


def encoding_of(source: SourceFile) -> str:
    """How the file's text is encoded. Raises UnreadableFile for one that is no text."""
    with source.open() as opened:
        start = opened.read(4)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk, valid = start, True
        while chunk:
            if b"\0" in chunk:
                raise UnreadableFile(source.name, None, "this is no text file (it holds zero bytes).")
            try:
                valid = valid and decoder.decode(chunk) is not None
            except UnicodeDecodeError:
                valid = False
            chunk = opened.read(CHUNK_BYTES)
        return "utf-8" if valid and _ends_whole(decoder) else "cp1252"


def _ends_whole(decoder: codecs.IncrementalDecoder) -> bool:
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def open_text(source: SourceFile, encoding: str) -> io.TextIOWrapper:
    """The file as text, with every line ending read as a line feed."""
    return io.TextIOWrapper(source.open(), encoding=encoding, errors="replace", newline=None)


def bounded_lines(source: SourceFile, encoding: str, characters_max: int) -> Iterator[tuple[int, str | None]]:
    """Line numbers and lines without their ends; None in place of a line over the limit."""
    with open_text(source, encoding) as text:
        number = 0
        while line := text.readline(characters_max + 1):
            number += 1
            if len(line) > characters_max and not line.endswith("\n"):
                while (rest := text.readline(characters_max)) and not rest.endswith("\n"):
                    pass
                yield number, None
            else:
                yield number, line.rstrip("\n")

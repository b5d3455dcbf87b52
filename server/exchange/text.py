"""A file's bytes as text: how it is encoded, and its lines, none of them longer than the caller allows.

Text is decoded as its byte order mark says, else as UTF-8, else as Windows-1252, which is said aloud. A file
that breaks what its own mark says is damaged: read on, a value would change in silence.
"""

import codecs
import io
from collections.abc import Iterator

from server.exchange.files import CHUNK_BYTES, SourceFile
from server.exchange.rows import UnreadableFile

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GZIP = b"\x1f\x8b"


def encoding_of(source: SourceFile) -> str:
    """How the file's text is encoded. Raises UnreadableFile for one that is no text."""
    with source.open() as opened:
        start = opened.read(4)
    if start.startswith(_GZIP):
        raise UnreadableFile(source.name, None, "it is compressed (gzip); unpack it first and give what was in it.")
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
    if _decodes(source, marked or "utf-8"):
        return marked or "utf-8"
    if marked is not None:
        raise UnreadableFile(source.name, None, f"it is damaged or cut short: not the {marked.upper()} it says it is.")
    _decodes(source, "latin-1")
    return "cp1252"


def _decodes(source: SourceFile, encoding: str) -> bool:
    """Whether the whole file is in this encoding. Raises UnreadableFile at a zero, which no text holds."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with source.open() as opened:
        while chunk := opened.read(CHUNK_BYTES):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
            if "\0" in text:
                reason = "this is no text file (it holds zero bytes); save a spreadsheet as CSV, unpack an archive."
                raise UnreadableFile(source.name, None, reason)
    return _ends_whole(decoder)


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

"""Which reader a path needs, told by what is in it and never by its name alone.

A reader is a callable that starts again at the first row each time it is called: an import reads its file
once to look for contradictions, once to count, and once to write.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from server.exchange.edfi import edfi_files, read_edfi
from server.exchange.fhir import looks_like_fhir, read_fhir
from server.exchange.files import SourceFile, plain_name, source_files
from server.exchange.oneroster import is_oneroster, read_oneroster
from server.exchange.registry import open_registry_file, read_registry_file
from server.exchange.rows import Read, UnreadableFile
from server.exchange.text import bounded_lines, encoding_of

Reader = Callable[[], Iterator[Read]]
_FIRST_LINE_CHARACTERS = 4096


def roster_reader(path: Path, today: date) -> Reader:
    """OneRoster or Ed-Fi. Raises UnreadableFile when the path holds neither."""
    files = source_files(path)
    if is_oneroster(files):
        return lambda: read_oneroster(files, today)
    edfi = edfi_files(files)
    if edfi:
        return lambda: read_edfi(edfi, today)
    raise UnreadableFile(
        plain_name(path.name),
        None,
        "neither a OneRoster set (users.csv, orgs.csv …) nor Ed-Fi XML (InterchangeStudent…).",
    )


def dose_reader(path: Path, today: date) -> Reader:
    """A registry file, FHIR lines or Ed-Fi health records. Raises UnreadableFile when the path holds none."""
    files = source_files(path)
    edfi = edfi_files(files)
    if edfi:
        return lambda: read_edfi(edfi, today)
    if not files:
        raise UnreadableFile(plain_name(path.name), None, "the folder or zip is empty.")
    fhir: list[SourceFile] = []
    readers: list[Reader] = []
    for one in files:
        first = None if _is_about(one) else _first_line(one)
        if first is not None and looks_like_fhir(first):
            fhir.append(one)
        elif first is not None and (table := open_registry_file(one)) is not None:
            readers.append(partial(read_registry_file, table, today))
    if fhir:
        readers.append(partial(read_fhir, fhir, today))
    return lambda: (read for reader in readers for read in reader())


def _is_about(source: SourceFile) -> bool:
    """A file that lies beside the data and speaks of it."""
    return source.key.endswith(".md") or source.key.startswith(("readme", "license"))


def _first_line(source: SourceFile) -> str | None:
    """The beginning of the first line that says something; None for an empty file."""
    encoding = encoding_of(source)
    with source.open() as opened:
        start = opened.read(_FIRST_LINE_CHARACTERS * 4).decode(encoding, "replace")
    if start.strip():
        return start.lstrip()[:_FIRST_LINE_CHARACTERS]
    whole: Sequence[str | None] = [line for _, line in bounded_lines(source, encoding, _FIRST_LINE_CHARACTERS)][:1]
    return None if not any(whole) else whole[0]

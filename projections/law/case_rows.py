"""Rows of a case file (CSV): read whatever order, quoting and line ends the file has, and say what cannot be read.

    bytes --text_of--> text --read_rows--> notes, rows --cell by cell--> a record, or `BadCell`

A file that is no such CSV raises `BadCaseFile` with file line and fix. A row that cannot be read keeps its `fault`:
it is told with line and column and counts as a disagreement, so nothing is skipped in silence. `notes` say what
was passed over in the header.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from projections.law.errors import BadCaseFile, BadCell

CASES_BYTES_MAX = 16 * 1024 * 1024

DATE = re.compile(r"[0-9]{4}(-[0-9]{1,2}(-[0-9]{1,2})?)?")


class Columns(NamedTuple):
    """The columns of a kind of case file: those a row cannot do without, and all that are read or passed over."""

    needed: tuple[str, ...]
    known: tuple[str, ...]


class Row(NamedTuple):
    """One row: the line it ends on, its cells by column (absent columns empty), and why it cannot be read, if so."""

    line: int
    cells: Mapping[str, str]
    fault: str = ""


class Rows(NamedTuple):
    """A whole file."""

    notes: tuple[str, ...]
    rows: tuple[Row, ...]


def text_of(content: bytes) -> str:
    """The text of a file's bytes. Raises BadCaseFile for what is no UTF-8 text."""
    if len(content) > CASES_BYTES_MAX:
        raise BadCaseFile(1, f"the file is larger than {CASES_BYTES_MAX // 1024 // 1024} MiB: split it")
    if content.startswith(b"PK\x03\x04"):
        raise BadCaseFile(1, "this is a workbook, not a CSV file: save the sheet as CSV (UTF-8)")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:4096]:
        raise BadCaseFile(1, "the text is UTF-16: save it as CSV (UTF-8)")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadCaseFile(line, f"byte {content[error.start]:#04x} is not UTF-8: save it as CSV (UTF-8)") from error


def read_rows(text: str, columns: Columns) -> Rows:
    """The rows of a case file. Raises BadCaseFile when it has no such columns or breaks the form of CSV."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    names: list[str] = []
    notes: list[str] = []
    rows: list[Row] = []
    try:
        for cells in reader:
            given = [cell.strip() for cell in cells]
            if not any(given):
                continue
            if not names:
                names, notes = _header(given, reader.line_num, columns)
            else:
                rows.append(_row(names, given, reader.line_num, columns))
    except csv.Error as error:
        raise BadCaseFile(reader.line_num, f"{error}: a quote is open, or not doubled inside quotes") from error
    if not names:
        raise BadCaseFile(1, f"the file is empty: its first line names the columns {', '.join(columns.needed)}, ...")
    return Rows(tuple(notes), tuple(rows))


def _header(given: Sequence[str], line: int, columns: Columns) -> tuple[list[str], list[str]]:
    names = [re.sub(r"[\s\-]+", "_", name.lower()) for name in given]
    if len(given) == 1 and re.search(r"[;\t|]", given[0]):
        raise BadCaseFile(line, "the cells are not separated by commas: save the file as comma separated")
    for name in names:
        if name and names.count(name) > 1:
            raise BadCaseFile(line, f"two columns are named {name!r}: name each once")
    missing = [name for name in columns.needed if name not in names]
    if missing:
        raise BadCaseFile(
            line, f"no column {', '.join(missing)}: the first line must name the columns; it says {', '.join(names)}"
        )
    notes = [
        f"line {line}, column {name}: not a column of this file, passed over{_meant(name, columns.known)}"
        for name in names
        if name and name not in columns.known
    ]
    absent = [name for name in columns.known if name not in names]
    if absent:
        notes.append(f"line {line}: no column {', '.join(absent)}: read as empty")
    return names, notes


def _meant(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f" (is {near[0]} meant?)" if near else ""


def _row(names: Sequence[str], given: Sequence[str], line: int, columns: Columns) -> Row:
    cells = dict.fromkeys(columns.known, "") | dict(zip(names, given, strict=False))
    spare = given[len(names) :]
    if len(given) >= len(names) and not any(spare):
        return Row(line, cells)
    fix = "put a cell that holds a comma in quotes" if spare else "is a comma or a quote missing?"
    return Row(line, cells, f"line {line}: {len(given)} cells, where the first line names {len(names)}: {fix}")


def chosen(row: Mapping[str, str], column: str, choices: Mapping[str, str], default: str | None = None) -> str:
    """What a cell's token stands for. An empty cell is `default`; raises BadCell for a token that is none."""
    token = re.sub(r"[\s\-]+", "_", row.get(column, "").lower())
    if not token and default is not None:
        return default
    if token in choices:
        return choices[token]
    allowed = ", ".join(dict.fromkeys(choices))
    raise BadCell(column, f"{row.get(column, '')!r} is none of {allowed}" if token else f"is empty: one of {allowed}")


def date_cell(column: str, text: str) -> str:
    """A date as written, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; whether there is such a day is for the evaluator.

    Raises BadCell for text of another form.
    """
    if not text:
        return ""
    if not DATE.fullmatch(text):
        raise BadCell(column, f"{text!r}: write a date as YYYY-MM-DD")
    return "-".join(part.zfill(2) for part in text.split("-"))

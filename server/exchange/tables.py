"""Lines of a delimited file, read as records with named columns.

A quoted field may hold delimiters, doubled quotes and line ends. A quote that never closes must not swallow
the rest of the file: after LINES_JOINED_MAX lines the record is given up, its first line refused, and
reading goes on with the second.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from server.exchange.files import SourceFile
from server.exchange.rows import Flag, Place, Refusal, UnreadableFile
from server.exchange.text import bounded_lines, encoding_of

LINE_CHARACTERS_MAX = 64 * 1024
LINES_JOINED_MAX = 20
JOINED_CHARACTERS_MAX = 128 * 1024
"""Of one record over several lines; the csv module's own limit of a field."""
DELIMITERS = "|,\t;"


class Record(msgspec.Struct, frozen=True):
    """One row: where it stands and its values by column. A column the file lacks reads as empty."""

    place: Place
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


class Table(msgspec.Struct, frozen=True):
    """A file whose header has been read: its columns in order, lower case, and how to read it again."""

    source: SourceFile
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    has_header: bool = True


def open_table(source: SourceFile, positions: Sequence[str] = (), known: Sequence[str] = ()) -> Table | None:
    """Read a file's header. None for an empty file.

    ``positions`` are the columns assumed where the first line is no header but has just as many fields.
    A first line is a header when at least a third of the ``known`` names (two at least) stand in it.
    Raises UnreadableFile when it is neither.
    """
    encoding = encoding_of(source)
    for number, line in bounded_lines(source, encoding, LINE_CHARACTERS_MAX):
        if line is None:
            raise UnreadableFile(source.name, number, "the first line is too long for a table.")
        if not line.strip():
            continue
        delimiter = max(DELIMITERS, key=line.count)
        fields = _fields(line, delimiter) or [line]
        names = tuple(name.strip().strip("\ufeff").lower().replace(" ", "_") for name in fields)
        wanted = {name.lower() for name in known or positions}
        if len(wanted & set(names)) >= max(2, len(wanted) // 3):
            return Table(source, encoding, delimiter, names)
        if positions and len(fields) == len(positions):
            return Table(source, encoding, delimiter, tuple(positions), has_header=False)
        raise UnreadableFile(
            source.name,
            number,
            f"the first line is no header of this format (expected {', '.join((known or positions)[:5])} …).",
        )
    return None


def records(table: Table) -> Iterator[Record | Refusal | Flag]:
    """Every record below the header; a refusal for each line that is none."""
    if table.encoding == "cp1252":
        yield Flag(place=Place(table.source.name, 1), column="", reason="not UTF-8: read as Windows-1252")
    width = max((n for n, name in enumerate(table.columns, start=1) if name), default=0)
    skip_header = table.has_header
    for number, fields in _records(table):
        place = Place(table.source.name, number)
        if isinstance(fields, str):
            yield _refused(place, fields)
        elif skip_header:
            skip_header = False
        elif not any(field.strip() for field in fields):
            continue
        elif len(fields) < width:
            yield _refused(place, f"the row has {len(fields)} fields, the table {width}: cut short?")
        elif any(field.strip() for field in fields[len(table.columns) :]):
            yield _refused(
                place, f"the row has {len(fields)} fields, the table {len(table.columns)}: a stray delimiter?"
            )
        else:
            yield Record(place, _named(table.columns, fields))


def _named(columns: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    """Values by column; of two columns with one name the first counts."""
    values: dict[str, str] = {}
    for name, field in zip(columns, fields, strict=False):
        if name:
            values.setdefault(name, field.strip())
    return values


def _refused(place: Place, reason: str) -> Refusal:
    return Refusal(
        place=place, column="", value_class="row", reason=reason, fix="export the file again or mend the line"
    )


def _records(table: Table) -> Iterator[tuple[int, list[str] | str]]:
    """First line number and fields of each record, or the reason why a line is none."""
    waiting: list[tuple[int, str]] = []
    for number, line in bounded_lines(table.source, table.encoding, LINE_CHARACTERS_MAX):
        if line is None:
            yield from _give_up(waiting, table.delimiter)
            waiting = []
            yield number, f"the line is longer than {LINE_CHARACTERS_MAX} characters"
            continue
        if sum(len(text) + 1 for _, text in waiting) + len(line) > JOINED_CHARACTERS_MAX:
            yield from _give_up(waiting, table.delimiter)
            waiting = []
        waiting.append((number, line))
        fields = _fields("\n".join(text for _, text in waiting), table.delimiter)
        if fields is not None:
            yield waiting[0][0], fields
            waiting = []
        elif len(waiting) > LINES_JOINED_MAX:
            yield from _give_up(waiting, table.delimiter)
            waiting = []
    yield from _give_up(waiting, table.delimiter)


def _give_up(waiting: Sequence[tuple[int, str]], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """A quote opened on the first of these lines never closed: refuse that line, read the others by themselves."""
    for place, (number, line) in enumerate(waiting):
        fields = _fields(line, delimiter) if place else None
        yield number, "a quote is opened and never closed" if fields is None else fields


def _fields(text: str, delimiter: str) -> list[str] | None:
    """The fields of one record, or None when a quoted field is still open at the end."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None
        return next(csv.reader([text], delimiter=delimiter), [])

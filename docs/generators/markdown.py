"""``docs/events.md``: every event type for a person to read, in the catalogue's order."""

import json
import re
import typing
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from docs.generators.reading import (
    Alias,
    Field,
    Hint,
    Shape,
    aliases,
    is_union,
    modules,
    origin_of,
    shape,
    shared_structs,
)
from events.catalog import CATALOG, EventType

INTRODUCTION = """\
<!-- Generated from events/catalog by `python -m docs.generate`. Do not edit. -->

# What can be recorded

Every fact is an event of one of these {types} types. The envelope around it (who signed, where, when) is described
in [architecture.md](architecture.md) and in `events/envelope.py`; this page is about the payload, where everything
personal is.

- Absent fields have the default named in the table. A reader passes over fields it does not know.
- An event lives in one **stream**; who may see it is decided per stream, never per event.
- **Authors** are the roles that may write the type; *system* is the server, an import or a command.
- Every text and list has a bound (see [Field types](#field-types)), and a payload never exceeds 64 KiB.
- Nothing is edited: a correction, a withdrawal or an end is an event of its own that names the first by its id.
- Laid down, and neither written nor read by anything of this program yet: {unused}.

"""

ROOT = Path(__file__).resolve().parents[2]


def render() -> str:
    names = {alias.hint: alias.name for alias in reversed(aliases()) if not isinstance(alias.hint, typing.NewType)}
    listed = modules()
    parts = [INTRODUCTION.format(types=len(CATALOG), unused=", ".join(_unused())), _contents(listed)]
    for module in listed:
        parts.append(f"## {module.subject.capitalize()}\n\n{_prose(module.words)}\n")
        parts += [_event(row, names) for row in module.types]
    parts.append("## Shared structs\n\nWhat several payloads hold.\n")
    parts += [_struct(shape(struct), names) for struct in shared_structs()]
    parts.append("## Field types\n\n| type | what |\n|---|---|\n" + "".join(map(_alias, aliases())))
    return "\n".join(parts).rstrip() + "\n"


def _unused() -> list[str]:
    """Types whose payload no module of the program names, and whose name stands in none of the phone's or office's."""
    python = (path for package in ("projections", "server", "client_sync") for path in (ROOT / package).rglob("*.py"))
    web = (
        path for path in (ROOT / "web/src").rglob("*.ts*") if path.name != "generated.ts" and ".test." not in path.name
    )
    named = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in python)))
    quoted = set(re.findall(r'"([a-z_]+[.][a-z_]+)"', "\n".join(path.read_text(encoding="utf-8") for path in web)))
    return [f"`{name}`" for name, row in CATALOG.items() if row.payload.__name__ not in named and name not in quoted]


def _contents(listed: tuple[typing.Any, ...]) -> str:
    lines = [
        f"- [{module.subject.capitalize()}](#{module.subject}): "
        + ", ".join(f"[{row.name}](#{_anchor(row.name)})" for row in module.types)
        for module in listed
    ]
    return "\n".join(lines) + "\n"


def _anchor(heading: str) -> str:
    return heading.replace(".", "").lower()


def _event(row: EventType, names: dict[Hint, str]) -> str:
    read = shape(row.payload)
    stream = f"`{row.stream}`" if row.stream == "district" else f"`{row.stream}/…`"
    authors = ", ".join(str(role).replace("_", " ") for role in row.authors)
    facts = f"Stream {stream} · schema {row.schema} · authors: {authors} · source: {row.source}"
    return f"### {row.name}\n\n{_prose(read.words)}\n\n{facts}\n\n{_table(read, names)}"


def _struct(read: Shape, names: dict[Hint, str]) -> str:
    tag = f'\nIts field `type` is `"{read.tag}"`.\n' if read.tag else ""
    return f"### {read.name}\n\n{_prose(read.words)}\n{tag}\n{_table(read, names)}"


def _table(read: Shape, names: dict[Hint, str]) -> str:
    return "| field | type | meaning |\n|---|---|---|\n" + "".join(_row(field, names) for field in read.fields)


def _row(field: Field, names: dict[Hint, str]) -> str:
    if field.required:
        presence = "required"
    elif field.default is None:
        presence = "may be absent"
    else:
        presence = f"absent means `{json.dumps(field.default, default=list)}`"
    words = f"{_prose(field.words)} " if field.words else ""
    return f"| `{field.name}` | {_type(field.hint, names)} | {words}{'(' + presence + ')' if words else presence} |\n"


def _alias(alias: Alias) -> str:
    if isinstance(alias.hint, typing.NewType):
        words = alias.words or "A lower-case UUIDv7."
        return f"| `{alias.name}` | {_prose(words)} |\n"
    values = "" if origin_of(alias.hint) is Annotated else f" One of: {_type(alias.hint, {})}."
    return f"| `{alias.name}` | {_prose(alias.words)}{values} |\n"


def _type(hint: Hint, names: dict[Hint, str]) -> str:
    if isinstance(hint, typing.NewType):
        return hint.__name__
    if hint in names:
        return names[hint]
    if hint is type(None):
        return "null"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    origin, parts = origin_of(hint), typing.get_args(hint)
    if origin is Annotated:
        return _type(parts[0], names) + _limits(hint)
    if origin is Literal:
        return ", ".join(f"`{value}`" if value else "empty" for value in parts)
    if is_union(hint):
        return " or ".join(_type(part, names) for part in parts if part is not type(None))
    if origin is tuple and parts[-1] is Ellipsis:
        return f"list of {_type(parts[0], names)}"
    if origin is tuple:
        return f"({', '.join(_type(part, names) for part in parts)})"
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}[hint]


def _limits(hint: Hint) -> str:
    """The bounds of a hint that a person wants to know; forms are told in words where they are defined."""
    said = []
    for meta in (part for part in typing.get_args(hint) if isinstance(part, msgspec.Meta)):
        if meta.max_length is not None:
            said.append(f"at most {meta.max_length:,}")
        if meta.ge is not None and meta.le is not None:
            said.append(f"{meta.ge:,} to {meta.le:,}")
        elif meta.gt is not None and meta.le is not None:
            said.append(f"above {meta.gt:,}, at most {meta.le:,}")
    return f" ({'; '.join(said)})" if said else ""


def _prose(words: str) -> str:
    """Docstring text for Markdown: its code marks, and no line ends inside a paragraph."""
    paragraphs = words.replace("``", "`").replace("|", "\\|").split("\n\n")
    kept = [text if text.startswith("    ") else " ".join(text.split()) for text in paragraphs]
    return "\n\n".join(kept)

"""``web/src/events/generated.ts``: an interface per payload and shared struct, and what the catalogue says of each.

A field whose default is left out of the bytes is optional here; its doc comment names what absence means.
"""

import json
import typing
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
from events.ids import STREAM_KINDS
from events.roles import Role

HEADER = """\
// Generated from the event catalogue (events/catalog) by `python -m docs.generate`. Do not edit.
"""

_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def render() -> str:
    named = aliases()
    names: dict[Hint, str] = {}
    for alias in named:
        names.setdefault(alias.hint, alias.name)
    rows = [row for module in modules() for row in module.types]
    parts = [
        HEADER,
        _closed_list("StreamKind", "STREAM_KINDS", STREAM_KINDS),
        _closed_list("Role", "ROLES", tuple(Role)),
        *(_alias(alias, names) for alias in named),
        *(_interface(shape(struct), names) for struct in shared_structs()),
    ]
    for module in modules():
        parts.append(f"// --- {module.subject} ---\n")
        parts += [_interface(shape(row.payload), names) for row in module.types]
    entries = [f'  "{row.name}": {row.payload.__name__};\n' for row in rows]
    parts.append("/** Event type to its payload. */\nexport interface EventPayloads {\n" + "".join(entries) + "}\n")
    parts.append("export type EventTypeName = keyof EventPayloads;\n")
    facts = [
        f'  "{row.name}": {{ stream: "{row.stream}", schema: {row.schema}, '
        f"authors: {json.dumps([str(role) for role in row.authors])}, source: {json.dumps(row.source)} }},\n"
        for row in rows
    ]
    parts.append(
        "/** Event type to the stream it lives in, its current schema, who may author it, and its source. */\n"
        "export const EVENT_TYPES = {\n" + "".join(facts) + "} as const satisfies Record<EventTypeName, "
        "{ stream: StreamKind; schema: number; authors: readonly Role[]; source: string }>;\n"
    )
    return "\n".join(parts)


def _closed_list(name: str, constant: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{value}"' for value in values)
    return f"export const {constant} = [{listed}] as const;\nexport type {name} = (typeof {constant})[number];\n"


def _alias(alias: Alias, names: dict[Hint, str]) -> str:
    hint = alias.hint.__supertype__ if isinstance(alias.hint, typing.NewType) else alias.hint
    others = {known: name for known, name in names.items() if known != hint}
    return f"{_comment(alias.words)}export type {alias.name} = {_type(hint, others)};\n"


def _interface(read: Shape, names: dict[Hint, str]) -> str:
    tag = f'  readonly type: "{read.tag}";\n' if read.tag else ""
    fields = "".join(_field(field, names) for field in read.fields)
    return f"{_comment(read.words)}export interface {read.name} {{\n{tag}{fields}}}\n"


def _field(field: Field, names: dict[Hint, str]) -> str:
    words = field.words
    if not field.required and field.default is not None:
        absent = json.dumps(field.default, default=list)
        words = f"{words}\nAbsent means `{absent}`.".strip()
    mark = "" if field.required else "?"
    return f"{_comment(words, '  ')}  readonly {field.name}{mark}: {_type(field.hint, names)};\n"


def _type(hint: Hint, names: dict[Hint, str]) -> str:
    if isinstance(hint, typing.NewType):
        return hint.__name__
    if hint in names:
        return names[hint]
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint.__name__
    origin, parts = origin_of(hint), typing.get_args(hint)
    if origin is Annotated:
        return _type(parts[0], names)
    if origin is Literal:
        return " | ".join(json.dumps(value) for value in parts)
    if is_union(hint):
        return " | ".join(_type(part, names) for part in parts)
    if origin is tuple and parts[-1] is Ellipsis:
        inner = _type(parts[0], names)
        return f"readonly ({inner})[]" if "|" in inner or inner.startswith("readonly") else f"readonly {inner}[]"
    if origin is tuple:
        return f"readonly [{', '.join(_type(part, names) for part in parts)}]"
    raise TypeError(f"no TypeScript for {hint!r}")


def _comment(words: str, indent: str = "") -> str:
    if not words:
        return ""
    lines = words.replace("``", "`").replace("*/", "* /").split("\n")
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"

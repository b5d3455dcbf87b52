"""The catalogue as the generators see it: types with their words, named aliases, and shared structs.

Everything is read from the code itself (annotations, docstrings, the strings under fields and aliases),
so that a fact is described once. Order is the catalogue's; nothing depends on time or on hashing.
"""

import ast
import inspect
import itertools
import textwrap
import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from events import catalog, ids
from events.catalog import CATALOG, EventType, event_type

Hint = Any
"""A resolved annotation: typing has no type for them."""

ABSENT = msgspec.NODEFAULT


class Field(NamedTuple):
    """One field of a struct. ``default`` is ABSENT where the field must be given."""

    name: str
    hint: Hint
    default: object
    words: str

    @property
    def required(self) -> bool:
        return self.default is ABSENT


class Shape(NamedTuple):
    """A struct: a payload, or something payloads share. ``tag`` is its fixed ``type`` in a tagged union."""

    name: str
    words: str
    fields: tuple[Field, ...]
    tag: str | None


class Alias(NamedTuple):
    """A named field type, such as ``CivilDate``, with what was written under it."""

    name: str
    hint: Hint
    words: str


class Module(NamedTuple):
    """A module of the catalogue: its subject, its words and its event types."""

    subject: str
    words: str
    types: tuple[EventType, ...]


def modules() -> tuple[Module, ...]:
    """The catalogue's modules in its own order."""
    listed = [(inspect.getmodule(row.payload), row) for row in CATALOG.values()]
    order = list(dict.fromkeys(module for module, _ in listed if module is not None))
    return tuple(
        Module(
            module.__name__.rpartition(".")[2],
            inspect.getdoc(module) or "",
            tuple(row for owner, row in listed if owner is module),
        )
        for module in order
    )


def aliases() -> tuple[Alias, ...]:
    """Every named field type of the catalogue and every kind of id."""
    found: dict[str, Alias] = {}
    for module in (ids, event_type, *_catalog_modules()):
        words = _words_under(module, module.__name__)
        for name, value in vars(module).items():
            if name[0].isupper() and name not in found and _is_alias(value):
                found[name] = Alias(name, value, words.get(name, ""))
    return tuple(found.values())


def shape(struct: type[msgspec.Struct]) -> Shape:
    """A struct's name, words and fields."""
    config = struct.__struct_config__
    hints = typing.get_type_hints(struct, include_extras=True)
    words = _words_under(struct, struct.__name__)
    fields = tuple(
        Field(field.name, hints[field.name], field.default, words.get(field.name, ""))
        for field in msgspec.structs.fields(struct)
    )
    tag = str(config.tag) if config.tag is not None else None
    return Shape(struct.__name__, inspect.getdoc(struct) or "", fields, tag)


def shared_structs() -> tuple[type[msgspec.Struct], ...]:
    """The structs that payloads hold, each once, before whatever holds it."""
    found: dict[type[msgspec.Struct], None] = {}

    def visit(struct: type[msgspec.Struct]) -> None:
        for field in shape(struct).fields:
            for inner in _structs_in(field.hint):
                visit(inner)
                found.setdefault(inner)

    for row in CATALOG.values():
        visit(row.payload)
    return tuple(found)


def origin_of(hint: Hint) -> Hint:
    """What a subscripted annotation is of: ``tuple``, ``Literal``, ``Annotated`` …; None for a plain class."""
    return typing.get_origin(hint)


def is_union(hint: Hint) -> bool:
    return origin_of(hint) in (typing.Union, types.UnionType)


def _structs_in(hint: Hint) -> Iterator[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for part in typing.get_args(hint):
        if not isinstance(part, (str, msgspec.Meta)):
            yield from _structs_in(part)


def _is_alias(value: Hint) -> bool:
    named = isinstance(value, typing.NewType) or origin_of(value) in (Annotated, Literal) or is_union(value)
    return named and not getattr(value, "__parameters__", ())


def _catalog_modules() -> list[types.ModuleType]:
    return [module for module in map(inspect.getmodule, _payloads()) if module is not None]


def _payloads() -> list[type[msgspec.Struct]]:
    return [row.payload for row in catalog.CATALOG.values()]


def _words_under(owner: types.ModuleType | type, name: str) -> dict[str, str]:
    """Name to the string literal that stands under its assignment."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    body: list[ast.stmt] = (
        tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) and tree.body[0].name == name else tree.body
    )
    words = {}
    for statement, after in itertools.pairwise(body):
        target: ast.expr | None = None
        if isinstance(statement, ast.AnnAssign):
            target = statement.target
        elif isinstance(statement, ast.Assign):
            target = statement.targets[0]
        text = after.value if isinstance(after, ast.Expr) else None
        if isinstance(target, ast.Name) and isinstance(text, ast.Constant) and isinstance(text.value, str):
            words[target.id] = inspect.cleandoc(text.value)
    return words

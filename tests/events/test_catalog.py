"""Every type of the catalogue, one by one: words, source, authors, stream, an example, and bounds."""

import inspect
import json
import re
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import pytest
from jsonschema import Draft202012Validator

from docs import generate
from docs.generators import schema
from docs.generators.reading import shape, shared_structs
from events.catalog import CATALOG, TYPE_OF, EventType
from events.catalog.event_type import Payload
from events.codec import decode_payload, encode_payload
from events.envelope import PAYLOAD_BYTES_MAX, parse_header
from events.forms import HASH, UUID7, form
from events.ids import STREAM_KINDS
from events.roles import Role
from tests.events.examples import EXAMPLES
from tests.events.making import event

ROWS = pytest.mark.parametrize("row", CATALOG.values(), ids=CATALOG.keys())
BY_TYPE: dict[type[Payload], Payload] = {type(example): example for example in EXAMPLES}


@ROWS
def test_catalog_r01_each_type_says_what_it_is(row: EventType) -> None:
    """CATALOG-R01: docstring, source, authors, and a stream kind that exists."""
    words = inspect.getdoc(row.payload) or ""
    assert words != inspect.getdoc(Payload), "it inherits its base's words"
    assert words.endswith(".")
    assert row.source
    assert row.authors
    assert set(row.authors) <= set(Role)
    assert len(set(row.authors)) == len(row.authors)
    assert row.stream in STREAM_KINDS
    assert row.schema >= 1
    assert parse_header(event(type=row.name).header).type == row.name


@ROWS
def test_catalog_r02_each_type_has_an_example_that_reads_back(row: EventType) -> None:
    """CATALOG-R02: struct to bytes to struct, the same; the bytes fit the published JSON Schema."""
    example = BY_TYPE[row.payload]
    raw = encode_payload(example)
    assert decode_payload(row.name, row.schema, raw) == example
    assert encode_payload(example) == raw
    validator(row).validate(json.loads(raw))


@ROWS
def test_catalog_r03_each_text_and_list_is_bounded(row: EventType) -> None:
    """CATALOG-R03: no field takes text or a list without a limit, at any depth."""
    unbounded = list(_unbounded(row.payload, row.payload.__name__))
    assert unbounded == []


@ROWS
def test_catalog_r03_the_longest_payload_in_ascii_fits_the_envelope(row: EventType) -> None:
    """CATALOG-R03: every field at its limit stays under 64 KiB, so no form ends in a size error."""
    assert _longest(row.payload) <= PAYLOAD_BYTES_MAX


def test_catalog_r04_names_are_in_the_form_of_a_header_and_the_past_tense() -> None:
    """CATALOG-R04: subject.verb, each struct serving one type."""
    assert len(TYPE_OF) == len(CATALOG)
    present = {"began", "found", "given", "held", "left", "sent", "made", "read", "withdrawn"}
    for name in CATALOG:
        last = re.split(r"[._]", name)[-1]
        assert last.endswith("ed") or last in present, name


def test_catalog_r05_only_people_and_the_server_author() -> None:
    """CATALOG-R05: an agency reads and never writes; what the log says of itself only the server writes."""
    assert not any(Role.AGENCY in row.authors for row in CATALOG.values())
    for name in ("submission.quarantined", "device.fork_found", "epoch.opened", "record.viewed", "access.refused"):
        assert CATALOG[name].authors == (Role.SYSTEM,)
    assert [name for name, row in CATALOG.items() if Role.AUDITOR in row.authors] == ["review.found"]


def test_catalog_r06_absent_means_default_for_equal_values() -> None:
    """CATALOG-R06: a default is left out of the bytes however its value was made, so equal facts have equal bytes."""
    for example in EXAMPLES:
        raw = encode_payload(example)
        again = msgspec.json.decode(raw, type=type(example))
        assert encode_payload(again) == raw
    written = msgspec.json.decode(b'{"event":"%s","agrees":true,"note":""}' % BY_ID, type=BY_VERIFIED)
    assert b"note" not in encode_payload(written)


BY_VERIFIED = CATALOG["dose.verified"].payload
BY_ID = b"019a0000-0000-7000-8000-000000000008"


def test_catalog_r07_the_schema_refuses_what_the_codec_refuses() -> None:
    """CATALOG-R07: a third party that checks with the JSON Schema sees the same calendar and the same limits."""
    row = CATALOG["dose.administered"]
    good = msgspec.to_builtins(BY_TYPE[row.payload])
    for field, value in (
        ("given_on", "2026-02-29"),
        ("given_on", "2026-11-21\n"),
        ("cvx", "٠٣"),
        ("dose_ml", 6),
        ("clinic", "gym"),
        ("lot", ""),
        ("warnings_overridden", ["w"] * 21),
    ):
        assert list(validator(row).iter_errors({**good, field: value})), field


def test_docs_r01_generated_files_are_up_to_date() -> None:
    """DOCS-R01: docs/events.md, the JSON Schema and the TypeScript are what the catalogue says now."""
    assert generate.stale() == []


def test_docs_r01_the_check_names_what_is_stale(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """DOCS-R01: missing and changed files are named; writing mends them and is the same each time."""
    assert generate.stale(tmp_path) == list(generate.OUTPUTS)
    assert generate.write(tmp_path) == list(generate.OUTPUTS)
    assert generate.stale(tmp_path) == []
    (tmp_path / "docs/events.md").write_text("old", encoding="utf-8")
    assert generate.stale(tmp_path) == ["docs/events.md"]
    assert generate.main(["--nonsense"]) == 2
    assert "python -m docs.generate" in capsys.readouterr().err


def test_docs_r01_every_shared_struct_has_words() -> None:
    for struct in shared_structs():
        words = shape(struct).words
        assert words, struct.__name__
        assert not words.startswith(f"{struct.__name__}("), f"{struct.__name__} has only the words msgspec made"


DOCUMENT = json.loads(schema.render())


def validator(row: EventType) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{row.payload.__name__}", "$defs": DOCUMENT["$defs"]})


def _parts(hint: Any) -> tuple[Any, list[msgspec.Meta]]:
    """The bare type under NewTypes and Annotated, and the constraints on it."""
    limits: list[msgspec.Meta] = []
    while True:
        if isinstance(hint, typing.NewType):
            hint = hint.__supertype__
        elif typing.get_origin(hint) is Annotated:
            limits += [part for part in typing.get_args(hint)[1:] if isinstance(part, msgspec.Meta)]
            hint = typing.get_args(hint)[0]
        else:
            return hint, limits


def _unbounded(hint: Any, where: str) -> Iterator[str]:
    bare, limits = _parts(hint)
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        for field in shape(bare).fields:
            yield from _unbounded(field.hint, f"{where}.{field.name}")
    elif bare is str:
        if not any(limit.pattern or limit.max_length for limit in limits):
            yield where
    elif bare in (int, float):
        if not any(None not in (_first(limit.ge, limit.gt), _first(limit.le, limit.lt)) for limit in limits):
            yield where
    else:
        args = [part for part in typing.get_args(bare) if part is not Ellipsis]
        if Ellipsis in typing.get_args(bare) and not any(limit.max_length for limit in limits):
            yield where
        if typing.get_origin(bare) is not Literal:
            for part in args:
                yield from _unbounded(part, where)


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


LONGEST_FORM = 80
"""More than any form takes, but for the common ones known exactly."""
FORM_CHARACTERS = {form(UUID7).pattern: 36, form(HASH).pattern: 64}


def _longest(hint: Any) -> int:
    """Bytes of the longest JSON in ASCII without escapes."""
    bare, limits = _parts(hint)
    most = next((limit.max_length for limit in limits if limit.max_length), None)
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        read = shape(bare)
        return sum(len(field.name) + 4 + _longest(field.hint) for field in read.fields) + 2 + 40 * bool(read.tag)
    if bare is str:
        known = next((FORM_CHARACTERS[limit.pattern] for limit in limits if limit.pattern in FORM_CHARACTERS), None)
        return 2 + (most or known or LONGEST_FORM)
    if bare in (int, float):
        top = _first(*(limit.le for limit in limits))
        return len(str(int(top))) if bare is int and top is not None else 24
    if bare is bool or bare is type(None):
        return 5
    args = [part for part in typing.get_args(bare) if part is not Ellipsis]
    if typing.get_origin(bare) is Literal:
        return max(len(json.dumps(value)) for value in args)
    if typing.get_origin(bare) is tuple:
        return 2 + (_longest(args[0]) + 1) * (most or 1) if most else 2 + sum(_longest(part) + 1 for part in args)
    return max(_longest(part) for part in args)

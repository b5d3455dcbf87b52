"""``docs/schema/events.json``: the JSON Schema (2020-12) of every payload, and what the catalogue says of each type."""

import json
from typing import Any

import msgspec

from docs.generators.reading import modules, shape, shared_structs
from events.catalog import CATALOG
from events.envelope import Header


def render() -> str:
    payloads = [row.payload for row in CATALOG.values()]
    _, components = msgspec.json.schema_components([Header, *payloads], ref_template="#/$defs/{name}")
    structs: list[type[msgspec.Struct]] = [Header, *shared_structs(), *payloads]
    for struct in structs:
        for field in shape(struct).fields:
            if field.words:
                _describe(components[struct.__name__]["properties"], field.name, field.words)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Doseledger events",
        "description": "Payloads by event type. An absent field has its default; an unknown field is passed over.",
        "eventTypes": {
            row.name: {
                "$ref": f"#/$defs/{row.payload.__name__}",
                "stream": row.stream,
                "schema": row.schema,
                "authors": [str(role) for role in row.authors],
                "source": row.source,
            }
            for module in modules()
            for row in module.types
        },
        "$defs": dict(sorted(components.items())),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _describe(properties: dict[str, Any], name: str, words: str) -> None:
    properties[name] = {**properties[name], "description": words.replace("``", "`")}

"""/schema/openapi.json, complete: what Litestar derives from the routes, and what it cannot know.

The bodies of POST /sync, /enroll and /fates are read by hand, element by element, so they are described here from
the wire structs; tagged unions get their tag, and every operation its refusals as RFC 9457 problems.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from events.wire import (
    Accepted,
    Duplicate,
    Enrolled,
    EnrollRequest,
    Fates,
    FatesRequest,
    Hello,
    News,
    Page,
    Problem,
    Quarantined,
    Reset,
    SyncRequest,
    SyncResponse,
)

WIRE = (
    SyncRequest,
    SyncResponse,
    Accepted,
    Duplicate,
    Quarantined,
    Page,
    Reset,
    EnrollRequest,
    Enrolled,
    Fates,
    FatesRequest,
    Hello,
    News,
    Problem,
)
_DEVICE, _BROWSER = "device token", "session cookie"
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "/sync": [{_DEVICE: []}],
    "/enroll": [{}, {_DEVICE: []}],
    "/fates": [{_DEVICE: []}],
    "/photos/{name}": [{_DEVICE: []}],
    "/photos/{name}/{number}": [{_DEVICE: []}],
    "/api/clinics": [{_DEVICE: []}, {_BROWSER: []}],
    "/api/facilities": [{_DEVICE: []}, {_BROWSER: []}],
    "/api/facilities/{facility}/children": [{_DEVICE: []}, {_BROWSER: []}],
}
_REF = "#/components/schemas/{name}"
_BODIES: dict[str, dict[str, Any]] = {
    "/sync": {"application/json": {"schema": {"$ref": _REF.format(name="SyncRequest")}}},
    "/enroll": {"application/json": {"schema": {"$ref": _REF.format(name="EnrollRequest")}}},
    "/fates": {"application/json": {"schema": {"$ref": _REF.format(name="FatesRequest")}}},
    "/photos/{name}/{number}": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class Description(JsonRenderPlugin):
    """Renders the completed description."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, complete(openapi_schema))


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """The derived schema with bodies, tags, refusals and ways to sign in."""
    components = schema.setdefault("components", {})
    _, wire = msgspec.json.schema_components(WIRE, ref_template=_REF)
    components["schemas"] = components.get("schemas", {}) | wire
    components["securitySchemes"] = {
        _DEVICE: {"type": "http", "scheme": "bearer", "description": "The token of Enrolled."},
        _BROWSER: {"type": "apiKey", "in": "cookie", "name": "doseledger_session"},
    }
    paths = {path: _path(path, operations) for path, operations in schema["paths"].items()}
    return schema | {"components": components, "paths": paths}


def _path(path: str, operations: dict[str, Any]) -> dict[str, Any]:
    return {method: _operation(path, operation) for method, operation in operations.items()}


def _operation(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    answers = {code: answer for code, answer in operation["responses"].items() if code != "400"}
    refusal = {"description": "Refused: the code says why, the detail what to do.", "content": {}}
    refusal["content"] = {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}}
    described = operation | {"responses": answers | {"4XX": refusal}}
    if path in _BODIES:
        described["requestBody"] = {"required": True, "content": _BODIES[path]}
    if path in _SECURITY:
        described["security"] = _SECURITY[path]
    elif path.startswith("/api/") and path != "/api/session":
        described["security"] = [{_BROWSER: []}]
    return described

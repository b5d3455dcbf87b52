"""The catalogue: every fact this system can record, one row a type.

Each module holds one subject's payloads and their rows; here they are put together and nothing else.
"""

from events.catalog import (
    cases,
    clinics,
    consents,
    devices,
    disclosures,
    discrepancies,
    doses,
    facilities,
    incidents,
    notices,
    people,
    policy,
    retention,
    statements,
    stock,
    students,
    transfers,
)
from events.catalog.event_type import EventType, Payload

_MODULES = (
    students,
    doses,
    incidents,
    statements,
    consents,
    clinics,
    stock,
    transfers,
    cases,
    notices,
    disclosures,
    discrepancies,
    retention,
    people,
    devices,
    facilities,
    policy,
)

CATALOG: dict[str, EventType] = {row.name: row for module in _MODULES for row in module.TYPES}
"""Event type name to its row."""

TYPE_OF: dict[type[Payload], EventType] = {row.payload: row for row in CATALOG.values()}
"""Payload struct to its row: one struct serves one type."""

__all__ = ["CATALOG", "TYPE_OF", "EventType", "Payload"]

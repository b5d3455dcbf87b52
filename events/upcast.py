"""Old payloads read as new ones: one pure function a step, from a version to the next.

Stored bytes never change; a payload written under schema 1 is brought to the current schema each time it
is read. A step takes the decoded JSON object of its version and returns that of the next. No type has
shipped a second version yet, so ``STEPS`` is empty; the mechanism is tested with a catalogue of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from events.errors import UpcastFailed

JsonObject = dict[str, Any]
Step = Callable[[JsonObject], JsonObject]
Steps = Mapping[tuple[str, int], Step]
"""``(type name, from version)`` to the function that makes version + 1."""

STEPS: Steps = {}


def upcast(name: str, schema: int, current: int, payload: JsonObject, steps: Steps = STEPS) -> JsonObject:
    """Bring a payload to ``current``. Raises UpcastFailed when a step is missing or breaks."""
    for version in range(schema, current):
        step = steps.get((name, version))
        if step is None:
            raise UpcastFailed(f"{name}: no way from schema {version} to {version + 1}")
        try:
            payload = step(payload)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise UpcastFailed(f"{name}: schema {version} could not be read: {error!r}") from error
    return payload

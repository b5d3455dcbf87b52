"""Reading FHIR's JSON without trusting its shape: a value of another kind than expected reads as absent."""

from typing import Any

Json = dict[str, Any]


def object_in(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def objects_in(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_in(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def texts_in(value: Any) -> list[str]:
    """The texts of a list, the empty ones left out."""
    return [text for one in value if (text := text_in(one))] if isinstance(value, list) else []


def code_in(concept: Json, systems: tuple[str, ...]) -> str:
    """The first code of one of these systems."""
    found = (text_in(one.get("code")) for one in objects_in(concept.get("coding")) if one.get("system") in systems)
    return next((code for code in found if code), "")


def words_in(concept: Json) -> str:
    """A concept in the source's own words: its text, else the first display, else the first code."""
    displays = (text_in(one.get("display")) or text_in(one.get("code")) for one in objects_in(concept.get("coding")))
    return text_in(concept.get("text")) or next((word for word in displays if word), "")

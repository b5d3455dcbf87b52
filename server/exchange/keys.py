"""Source keys for doses whose source gives them no number of their own.

A key is a digest of what the row says, so that the same row finds its dose again and no name stands in it.
A row whose date was changed at the source is then a new dose, and the old one stays.
"""

import hashlib


def fingerprint(source: str, *parts: str) -> str:
    """``source:`` and 32 hexadecimal digits of the parts' SHA-256."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{source}:{digest[:32]}"


class Occurrences:
    """Numbers equal keys within one file: a source may list the same vaccine twice without a date."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def number(self, key: str) -> str:
        self._seen[key] = self._seen.get(key, 0) + 1
        return f"{key}:{self._seen[key]}"

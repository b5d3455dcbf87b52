"""The newest events this process appended, as readers get them: the folds need not read and decrypt what was at hand.

    appender --after COMMIT--> recent --while the stream's key lives--> reader

Bounded: ROWS_MAX events, the oldest go first. What another process appended is not here and is read from the file.
"""

from collections.abc import Iterable

import msgspec

from server.store.keyring import Keyring
from server.store.port import StoredEvent

ROWS_MAX = 2_000


class RecentRow(msgspec.Struct, frozen=True, gc=False):
    """An event and the key its bytes are sealed under: once that is destroyed nothing may be shown of it."""

    event: StoredEvent
    key_id: bytes


class Recent:
    """Rows by position. Written by the one thread that appends, read by any."""

    def __init__(self) -> None:
        self._rows: dict[int, RecentRow] = {}

    def add(self, rows: Iterable[RecentRow]) -> None:
        """Rows that are committed."""
        for row in rows:
            self._rows[row.event.position] = row
        for position in list(self._rows)[: max(0, len(self._rows) - ROWS_MAX)]:
            del self._rows[position]

    def take(self, start: int, end: int, keyring: Keyring) -> list[StoredEvent] | None:
        """Positions start … end - 1, or None unless all of them are here and no key of theirs was destroyed."""
        found: list[StoredEvent] = []
        for position in range(start, end):
            row = self._rows.get(position)
            if row is None or keyring.by_id(row.key_id) is None:
                return None
            found.append(row.event)
        return found

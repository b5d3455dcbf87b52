"""A page of a scope: proven cursor in, events and the next cursor out.

``plan`` decides everything from the folds' one snapshot, without awaiting; ``fill`` then reads the bytes,
which never change. A cursor is believed only where the log itself bears it out: same origin, a size the
log has, and the root it had then. Otherwise the answer is a reset that says why.
"""

from collections.abc import Iterator, Sequence

import msgspec

from events.dates import write_instant
from events.ids import Position
from events.wire import Cursor, Page, Pull, PulledEvent, Reset, to_wire
from server.identity.enrolment import Bearer
from server.identity.rights import knows_scope, may_pull
from server.live import Live
from server.store.port import Log, LogHead, StoredEvent
from server.sync.scope import BEFORE_ALL, Place, Plan

PAGE_BYTES_MAX = 4 * 1024 * 1024
"""Of events in one page, before compression: half of what a message may hold."""
_GAP_READ_OVER = 16
"""Positions this close together are read as one run, what lies between is dropped."""


class Planned(msgspec.Struct, frozen=True):
    """A page still to be filled, under the head it was planned at."""

    scope: str
    plan: Plan
    after: Place
    head: LogHead


class Pages:
    """Plans and fills pages."""

    def __init__(self, log: Log, live: Live) -> None:
        self._log = log
        self._live = live

    async def refusal(self, bearer: Bearer, pull: Pull, head: LogHead) -> Reset | None:
        """Why the device must start anew, or may not have the scope; None when the pull may go on."""
        directory, cursor = self._live.directory, pull.cursor
        if not knows_scope(directory, pull.scope) or (cursor is not None and cursor.scope != pull.scope):
            return Reset(pull.scope, "scope_unknown")
        if not may_pull(directory, bearer, pull.scope):
            return Reset(pull.scope, "scope_not_allowed")
        if cursor is None:
            return None
        if cursor.origin != head.checkpoint.origin:
            return Reset(pull.scope, "origin_changed")
        if not 0 <= cursor.size <= head.checkpoint.size:
            return Reset(pull.scope, "cursor_ahead")
        if (await self._log.root_at(cursor.size)).hex() != cursor.root:
            return Reset(pull.scope, "root_differs")
        return None

    def plan(self, pull: Pull) -> Planned:
        """The page as of the folds' head. Does not await: one snapshot."""
        cursor = pull.cursor
        after = BEFORE_ALL if cursor is None else (cursor.effective, cursor.position)
        known_size = 0 if cursor is None else cursor.size
        plan = self._live.scopes.plan(pull.scope, after, known_size, pull.limit)
        return Planned(pull.scope, plan, after, self._live.head)

    async def fill(self, planned: Planned) -> Page:
        """Read the planned events; ends early, and says so, when the page would grow too large."""
        rows = await self._read(sorted(position for _, position in planned.plan.places))
        events: list[PulledEvent] = []
        last, size = planned.after, 0
        for effective, position in planned.plan.places:
            row = rows[position]
            if row.event is not None and row.header is not None and not self._live.scopes.is_hidden(row.header.stream):
                size += len(row.event.header) + len(row.event.payload)
                if size > PAGE_BYTES_MAX and events:
                    return self._page(planned, events, last, done=False)
                wire = to_wire(row.event)
                received_at = write_instant(row.received_at)
                events.append(PulledEvent(row.position, Position(effective), received_at, wire))
            last = (effective, position)
        return self._page(planned, events, last, done=planned.plan.done)

    def _page(self, planned: Planned, events: Sequence[PulledEvent], last: Place, done: bool) -> Page:
        tree = planned.head.checkpoint
        cursor = Cursor(tree.origin, planned.scope, last[0], last[1], tree.size, tree.root.hex())
        return Page(planned.scope, tuple(events), cursor, done, planned.plan.forget)

    async def _read(self, positions: Sequence[int]) -> dict[int, StoredEvent]:
        wanted = set(positions)
        rows: dict[int, StoredEvent] = {}
        for start, end in _runs(positions):
            async for row in self._log.read(Position(start), Position(end)):
                if row.position in wanted:
                    rows[row.position] = row
        return rows


def _runs(positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Sorted positions as few half-open ranges."""
    start = previous = None
    for position in positions:
        if start is None or previous is None:
            start = position
        elif position - previous > _GAP_READ_OVER:
            yield start, previous + 1
            start = position
        previous = position
    if start is not None and previous is not None:
        yield start, previous + 1

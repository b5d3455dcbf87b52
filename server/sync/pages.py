"""A page of a scope: proven cursor in, events, the next cursor and the log's word for them out.

``page`` decides everything from the folds' one snapshot, without awaiting, then reads the bytes, which never
change. A cursor is believed only where the log itself bears it out: same origin, a size the log has, and the
root it had then. Otherwise the answer is a reset that says why.

    plan (places)  --reading-->  events in columns    the same under every head: shared, and begun ahead of the asking
    reading, head  --signing-->  page                 shared by who asks under the same head

A page depends on nothing but scope, cursor and log. So a clinic's 200 phones that start anew at once cost little
more than one, and while a device takes a page in, its next one is read.
"""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from events.dates import to_milliseconds
from events.digest import Place, Vouched, page_digest, vouch
from events.ids import DeviceId, Hash, Position, Stream, StudentId, stream_of
from events.packing import Row, pack
from events.wire import Cursor, Packed, Page, Pull, Reset
from server.district import District
from server.identity.enrolment import Bearer
from server.identity.rights import knows_scope, may_pull
from server.live import Live
from server.store.port import LogHead, StoredEvent
from server.sync.scope import BEFORE_ALL, Plan

_T = TypeVar("_T")

PAGE_BYTES_MAX = 4 * 1024 * 1024
"""Of events in one page, before compression: half of what a message may hold."""
PAGES_KEPT = 8
RESET_SPREAD_SECONDS = 60
"""Devices told to start anew do so spread over this long, each at its own moment."""
_GAP_READ_OVER = 16
"""Positions this close together are read as one run, what lies between is dropped."""


class Planned(msgspec.Struct, frozen=True):
    """A page still to be filled, under the head it was planned at."""

    scope: str
    plan: Plan
    after: Place
    head: LogHead
    whole: bytes | None
    digests: tuple[tuple[str, str], ...] | None


class Reading(msgspec.Struct, frozen=True):
    """The events at a plan's places, packed, up to ``last``: short of the plan's own when not ``whole``."""

    packed: Packed
    hashes: tuple[Hash, ...]
    last: Place | None
    whole: bool


class Pages:
    """Plans, reads and signs pages."""

    def __init__(self, district: District, live: Live) -> None:
        self._log = district.log
        self._keys = district.keys
        self._live = live
        self._kept: _Tasks[Page] = _Tasks()
        self._readings: _Tasks[Reading] = _Tasks()
        live.on_anew = self.read_anew

    def refusal(self, bearer: Bearer, pull: Pull, head: LogHead) -> Reset | None:
        """Why the device must start anew, or may not have the scope; None when the pull may go on."""
        directory, cursor = self._live.directory, pull.cursor
        if not knows_scope(directory, pull.scope) or (cursor is not None and cursor.scope != pull.scope):
            return Reset(pull.scope, "scope_unknown")
        if not may_pull(directory, bearer, pull.scope):
            return Reset(pull.scope, "scope_not_allowed")
        if cursor is None:
            return None
        wait = reset_seconds(bearer.device, head.checkpoint.origin)
        if cursor.origin != head.checkpoint.origin:
            return Reset(pull.scope, "origin_changed", wait)
        if not 0 <= cursor.size <= head.checkpoint.size:
            return Reset(pull.scope, "cursor_ahead", wait)
        if self._live.nodes.root(cursor.size).hex() != cursor.root:
            return Reset(pull.scope, "root_differs", wait)
        return None

    def page(self, pull: Pull) -> asyncio.Task[Page]:
        """The page as of the folds' head. Does not await: one snapshot."""
        key = (pull.scope, pull.cursor, pull.limit, pull.digests, self._live.head.checkpoint)
        return self._kept.get(key, lambda: self._page(self._plan(pull)))

    def read_anew(self) -> None:
        """What was read before is out of date: a row that was left out can be read again."""
        self._kept, self._readings = _Tasks(), _Tasks()

    def read_ahead(self, page: Page, limit: int) -> None:
        """Begin to read the page after this one, before somebody asks for it."""
        if not page.done:
            after = (page.cursor.effective, page.cursor.position)
            self._reading(self._live.scopes.plan(page.scope, after, page.cursor.size, limit).places)

    def _plan(self, pull: Pull) -> Planned:
        cursor, scopes = pull.cursor, self._live.scopes
        after = BEFORE_ALL if cursor is None else (cursor.effective, cursor.position)
        known_size = 0 if cursor is None else cursor.size
        plan = scopes.plan(pull.scope, after, known_size, pull.limit)
        whole = scopes.digest(pull.scope) if plan.done else None
        digests = None
        if plan.done and pull.digests:
            digests = tuple((stream, digest.hex()) for stream, digest in scopes.digests(pull.scope))
        return Planned(pull.scope, plan, after, self._live.head, whole, digests)

    async def _page(self, planned: Planned) -> Page:
        """Sign what was read, of which nothing may have begun to be destroyed since."""
        places = planned.plan.places
        reading = await asyncio.shield(self._reading(places))
        if any(self._live.scopes.is_hidden(Stream(stream)) for stream in reading.packed.streams):
            reading = await self._fill(places)
        done = planned.plan.done and reading.whole
        tree, scope, forget, events = planned.head.checkpoint, planned.scope, self._forget(planned), reading.packed
        last = planned.after if reading.last is None else reading.last
        digest = page_digest(events.effective, events.position, events.received_at, reading.hashes, forget)
        whole = planned.whole if done else None
        said = Vouched(tree.origin, scope, tree.size, planned.after, last, digest, whole)
        cursor = Cursor(tree.origin, scope, last[0], last[1], tree.size, tree.root.hex())
        note = vouch(said, self._keys.name, self._keys.log)
        return Page(scope, events, cursor, done, note, forget, planned.digests if done else None)

    def _forget(self, planned: Planned) -> tuple[StudentId, ...]:
        """Whoever left the scope; nobody of whom a row is damaged, which may have said otherwise."""
        return tuple(
            student for student in planned.plan.forget if not self._live.is_lacking(stream_of("student", student))
        )

    def _reading(self, places: tuple[Place, ...]) -> asyncio.Task[Reading]:
        return self._readings.get(places, lambda: self._fill(places))

    async def _fill(self, places: tuple[Place, ...]) -> Reading:
        """Read the planned events; ends early, and says so, when the page would grow too large."""
        rows = await self._read(sorted(position for _, position in places))
        events: list[Row] = []
        moments: dict[datetime, int] = {}
        last, size, hidden = None, 0, self._live.scopes.is_hidden
        for effective, position in places:
            row = None if self._live.is_false(position) else rows.get(position)
            if row is not None and row.event is not None and row.header is not None and not hidden(row.header.stream):
                size += len(row.event.header) + len(row.event.payload)
                if size > PAGE_BYTES_MAX and events:
                    return _packed(events, last, whole=False)
                at = moments.get(row.received_at)
                if at is None:  # what was appended together was received together
                    at = moments[row.received_at] = to_milliseconds(row.received_at)
                events.append(Row(row.position, effective, at, row.event_hash, row.header, row.event))
            last = (effective, position)
        return _packed(events, last, whole=True)

    async def _read(self, positions: Sequence[int]) -> dict[int, StoredEvent]:
        wanted = set(positions)
        rows: dict[int, StoredEvent] = {}
        for start, end in _runs(positions):
            found = await self._log.newest(Position(start), Position(end))
            for row in found:
                if row.damage:  # it blocks no other: left out, named, and found missing by the digest of the scope
                    self._live.note_damage(row)
            rows.update({row.position: row for row in found if row.position in wanted})
        return rows


class _Tasks(Generic[_T]):
    """What is being made or was made lately, by what it is made of: asked for twice, it is made once."""

    def __init__(self) -> None:
        self._tasks: dict[object, asyncio.Task[_T]] = {}

    def get(self, key: object, make: Callable[[], Coroutine[None, None, _T]]) -> asyncio.Task[_T]:
        task = self._tasks.pop(key, None)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.create_task(make())
        self._tasks[key] = task
        while len(self._tasks) > PAGES_KEPT:
            del self._tasks[next(iter(self._tasks))]
        return task


def _packed(events: Sequence[Row], last: Place | None, whole: bool) -> Reading:
    return Reading(pack(events), tuple([row.event_hash for row in events]), last, whole)


def reset_seconds(device: DeviceId, origin: str) -> int:
    """When a device starts anew: its own moment within the spread, the same one each time it asks."""
    return int.from_bytes(hashlib.sha256(f"{device} {origin}".encode()).digest()[:4]) % RESET_SPREAD_SECONDS


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

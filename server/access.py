"""The access record: who looked at which child's record, when, and where in the program.

    viewed(staff, student) --> waiting by (staff, month) --every 2 s, or 200 waiting--> record.viewed

Written in batches by the server's own seat, in the reader's ``access/<staff>/<month>`` stream, which never
goes to a device. A batch that could not be written stays and is tried again; stopping the server writes
what waits. KNOWN GAP: a crash loses the viewings of the last two seconds (docs/threat-model.md).

Refusals are recorded here too, at once, in the stream of the person refused when it is known who that is.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import structlog

from events.catalog import Payload
from events.catalog.disclosures import RecordViewed, Viewing
from events.catalog.event_type import MANY_MAX
from events.catalog.people import AccessRefused
from events.dates import write_instant
from events.ids import StaffId, Stream, StudentId, access_stream, stream_of
from server.district import District
from server.logs import where

FLUSH_SECONDS = 2.0
BATCH_VIEWINGS_MAX = 200
GROUND = "Staff of the district with a role that covers the child (34 CFR 99.31(a)(1))"

_log = structlog.get_logger(__name__)


class AccessRecord:
    """Collects viewings and writes them. One per process."""

    def __init__(self, district: District, clock: Callable[[], datetime]) -> None:
        self._district = district
        self._clock = clock
        self._waiting: defaultdict[tuple[StaffId, str], list[Viewing]] = defaultdict(list)
        self._writing = asyncio.Lock()
        self._full = asyncio.Event()

    def viewed(self, staff: StaffId, student: StudentId, part: str) -> None:
        """Note that the person saw the child's record; it is written within FLUSH_SECONDS."""
        now = write_instant(self._clock())
        self._waiting[staff, now[:7]].append(Viewing(student, now, part))
        if sum(map(len, self._waiting.values())) >= BATCH_VIEWINGS_MAX:
            self._full.set()

    async def refused(self, staff: StaffId | None, attempted: str, code: str, message: str, place: str = "") -> None:
        """Record a refusal. ``attempted`` names the deed, never what was typed."""
        _log.warning("access.refused", attempted=attempted, code=code)
        if staff is not None:
            payload = AccessRefused(attempted=attempted, code=code, message=message, place=place)
            await self._district.record([(stream_of("staff", staff), payload)])

    async def flush(self) -> None:
        """Write what waits, in one commit. On failure it goes on waiting."""
        async with self._writing:
            batch, self._waiting = self._waiting, defaultdict(list)
            self._full.clear()
            if not batch:
                return
            try:
                await self._district.record([fact for key, seen in batch.items() for fact in _batches(*key, seen)])
            except BaseException:
                for key, viewings in batch.items():
                    self._waiting[key] = viewings + self._waiting[key]
                raise

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Write in the background; on leaving, write the rest."""
        task = asyncio.create_task(self._write_often(), name="write the access record")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self.flush()

    async def _write_often(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), FLUSH_SECONDS)
            try:
                await asyncio.shield(self.flush())
            except Exception as error:
                _log.error("access.not_written", error=type(error).__name__, where=where(error))
                await asyncio.sleep(FLUSH_SECONDS)


def _batches(staff: StaffId, month: str, viewings: list[Viewing]) -> Iterator[tuple[Stream, Payload]]:
    """One fact for each hundred viewings: as many as a payload may list."""
    for start in range(0, len(viewings), MANY_MAX):
        seen = tuple(viewings[start : start + MANY_MAX])
        yield access_stream(staff, month), RecordViewed(staff=staff, ground=GROUND, viewings=seen)

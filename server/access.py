"""The access record: who looked at which child's record, when, and where in the program.

    viewed(staff, children) --> the batch that forms while the last one commits --> record.viewed --> then shown

A look is on disk before anything is shown: whoever waits here waits for the commit, and what could not be
recorded is not shown. So no crash loses a look. Callers that come while a commit is under way share the next
one; a batch holds the looks of each reader apart, in the reader's ``access/<staff>/<month>`` stream, which
never goes to a device.

What a device fetches it may show offline: the first time it gets a child for a person counts as one look
(``SYNC``), later pages of the same child as none. On a shared device what one nurse fetched the others see too:
the first turn of each that finds the scope whole notes what lies there. Refusals are recorded here too, in the
stream of the person refused when it is known who that is.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec
import structlog

from events.catalog import Payload
from events.catalog.disclosures import RecordViewed, StaffListed, Viewing
from events.catalog.event_type import MANY_MAX
from events.catalog.people import AccessRefused
from events.dates import write_instant
from events.ids import (
    DeviceId,
    FacilityId,
    StaffId,
    Stream,
    StudentId,
    access_stream,
    stream_id,
    stream_kind,
    stream_of,
)
from events.wire import Page
from projections.deliveries import SYNC, Deliveries
from server.district import District
from server.identity.enrolment import Bearer

GROUND = "Staff of the district with a role that covers the child (34 CFR 99.31(a)(1))"

_log = structlog.get_logger(__name__)


class _Reader(msgspec.Struct, frozen=True):
    """Whose looks go into one event."""

    staff: StaffId
    month: str
    device: DeviceId | None
    ground: str


class AccessRecord:
    """Writes looks down before they happen. One per process."""

    def __init__(self, district: District, clock: Callable[[], datetime]) -> None:
        self._district = district
        self._clock = clock
        self._waiting: defaultdict[_Reader, list[Viewing]] = defaultdict(list)
        self._next: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()

    async def viewed(
        self,
        staff: StaffId,
        students: Iterable[StudentId],
        part: str,
        device: DeviceId | None = None,
        ground: str = GROUND,
    ) -> None:
        """Return when it is on record that the person sees these children; ``part`` names the screen.

        Raises what the store raises: then nothing may be shown.
        """
        now = write_instant(self._clock())
        looks = [Viewing(student, now, part) for student in students]
        if not looks:
            return
        self._waiting[_Reader(staff, now[:7], device, ground)] += looks
        if self._next is None:
            self._next = asyncio.create_task(self._write(), name="write the access record")
        await asyncio.shield(self._next)

    async def delivered(self, bearer: Bearer, page: Page, deliveries: Deliveries) -> None:
        """As ``viewed``, for what a page brings to a device that it did not have."""
        streams = map(Stream, page.events.streams)
        children = [StudentId(stream_id(stream)) for stream in streams if stream_kind(stream) == "student"]
        await self.shared(bearer, children, deliveries)

    async def shared(self, bearer: Bearer, children: Iterable[StudentId], deliveries: Deliveries) -> None:
        """As ``viewed``, for children whose record lies on the person's device, whoever fetched it there."""
        new = deliveries.new(bearer.device, bearer.staff, children)
        await self.viewed(bearer.staff, new, SYNC, bearer.device)
        deliveries.note(bearer.device, bearer.staff, new)

    async def named(self, bearer: Bearer, facility: FacilityId, people: Sequence[StaffId]) -> None:
        """Return when it is on record that the person was told who works at the facility."""
        now = write_instant(self._clock())
        stream = access_stream(bearer.staff, now[:7])
        parts = [tuple(people[start : start + MANY_MAX]) for start in range(0, len(people), MANY_MAX)]
        told = [
            StaffListed(staff=bearer.staff, facility=facility, people=part, at=now, device=bearer.device)
            for part in parts
        ]
        if told:
            await self._district.record([(stream, one) for one in told])

    async def refused(self, staff: StaffId | None, attempted: str, code: str, message: str, place: str = "") -> None:
        """Record a refusal. ``attempted`` names the deed, never what was typed."""
        _log.warning("access.refused", attempted=attempted, code=code)
        if staff is not None:
            payload = AccessRefused(attempted=attempted, code=code, message=message, place=place)
            await self._district.record([(stream_of("staff", staff), payload)])

    async def _write(self) -> None:
        """Write what waits by the time the commit before it is done."""
        async with self._writing:
            batch, self._waiting, self._next = self._waiting, defaultdict(list), None
            await self._district.record([fact for reader, looks in batch.items() for fact in _facts(reader, looks)])


def _facts(reader: _Reader, looks: list[Viewing]) -> Iterator[tuple[Stream, Payload]]:
    """One fact for each hundred looks: as many as a payload may list."""
    stream = access_stream(reader.staff, reader.month)
    for start in range(0, len(looks), MANY_MAX):
        seen = tuple(looks[start : start + MANY_MAX])
        yield stream, RecordViewed(staff=reader.staff, ground=reader.ground, viewings=seen, device=reader.device)

"""What in the children's records waits for the office: discrepancies and incidents, district-wide, as of one head.

    log grows --> the streams it touched --> those children folded anew --> matters, kept in memory
                                                      \\--> who they are --> the same child registered twice

The first reading takes up every child, CHILDREN_AT_ONCE at a time in a thread. It begins with the server and gives way
while the log grows (every push and every page appends something), until somebody asks for the list: from then on it
goes on without a pause, and who asks is told how far it has come. After that only those children are read whose
streams, or linked streams, something was written to. What is kept of a child without an open matter is who it is.
Nothing here is on a disk.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence, Set
from contextlib import asynccontextmanager, suppress

import msgspec

from events.catalog.clinics import OrderWithdrawn
from events.ids import ClinicId, Position, StudentId, stream_id, stream_kind, stream_of
from projections.discrepancies import discrepancies_of
from projections.discrepancy import Discrepancy
from projections.fold import Fact, types_of
from projections.forms import FormEntry, form_entries, forms_entered_twice
from projections.held import HOLDING
from projections.incidents import Incident, incidents_of
from projections.loads import lot_number
from projections.merges import written_while_linked
from projections.student import Student
from projections.twins import Registered, registered, registered_twice
from server.district import District
from server.live import Live
from server.records import Records

CHILDREN_AT_ONCE = 64
"""Few enough that taking them up holds the loop for some milliseconds."""
QUIET_SECONDS = 2.0
"""Without an event, before a reading that nobody waits for goes on."""
PATIENCE_SECONDS = 2.0
"""How long somebody waits for the first reading before being told how far it has come."""
_WITHDRAWN = types_of(OrderWithdrawn)


class _Child(msgspec.Struct, frozen=True, gc=False):
    """What is kept of one child. ``whole`` is its record where it was ever linked to another."""

    streams: tuple[StudentId, ...]
    known: Registered
    discrepancies: tuple[Discrepancy, ...]
    forms: tuple[FormEntry, ...]
    incidents: tuple[Incident, ...]
    lots: tuple[str, ...]
    """The numbers of the lots it was given doses of, here or elsewhere."""
    whole: Student | None


class Open(msgspec.Struct, frozen=True):
    """Everything open as of ``size`` events of the log, gravest and oldest first."""

    discrepancies: tuple[Discrepancy, ...]
    incidents: tuple[Incident, ...]
    size: int


class Underway(msgspec.Struct, frozen=True):
    """The first reading is not done: ``read`` of ``of`` children."""

    read: int
    of: int


class Worklist:
    """Keeps what is open. One per process; safe to ask from many tasks."""

    def __init__(self, district: District, live: Live) -> None:
        self._district = district
        self._live = live
        self._turn = asyncio.Lock()
        self._size = 0
        self._children: dict[StudentId, _Child] = {}
        self._found = Open((), (), 0)
        self._progress = Underway(0, 0)
        self._asked = asyncio.Event()
        self._quiet_at = -1
        self._first: asyncio.Task[Open] | None = None

    async def open(self) -> Open:
        """As of the log's head, however long the first reading takes. Raises ProjectionPaused."""
        self._asked.set()
        return await self._brought_up()

    async def _brought_up(self) -> Open:
        async with self._turn:
            head = (await self._live.catch_up()).checkpoint.size
            if head != self._size:
                touched = await self._touched(head)
                for at in range(0, len(touched), CHILDREN_AT_ONCE):
                    self._progress = Underway(at, len(touched))
                    await self._give_way()
                    await self._take_in(touched[at : at + CHILDREN_AT_ONCE])
                self._found = await asyncio.to_thread(self._sum_up, head)
                self._size = head
            return self._found

    async def who_had(self, lot: str) -> tuple[StudentId, ...]:
        """The children given a lot, however it is written, as of the log's head. Raises ProjectionPaused."""
        await self.open()
        return tuple(self._who_had({lot_number(lot)}))

    async def look(self, patience_seconds: float = PATIENCE_SECONDS) -> Open | Underway:
        """As ``open``; but before the first reading is done it says soon how far that has come."""
        self._asked.set()
        if self._size == 0:
            first = self._first_reading()
            await asyncio.wait((first,), timeout=patience_seconds)
            if not first.done():
                return self._progress
        return await self.open()

    @asynccontextmanager
    async def preparing(self) -> AsyncIterator[None]:
        """Begin the first reading before anybody asks; what stops it is told to who asks then."""
        self._first_reading()
        try:
            yield
        finally:
            if self._first is not None:
                self._first.cancel()
                await asyncio.gather(self._first, return_exceptions=True)

    def _first_reading(self) -> asyncio.Task[Open]:
        """Under way or done; begun anew where it failed."""
        done = self._first is not None and self._first.done()
        if self._first is None or (done and (self._first.cancelled() or self._first.exception() is not None)):
            self._first = asyncio.create_task(self._brought_up(), name="read the worklist")
        return self._first

    async def _give_way(self) -> None:
        """Wait until the log is quiet, or somebody asks."""
        while not self._asked.is_set() and self._quiet_at != (size := self._live.head.checkpoint.size):
            self._quiet_at = size
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), QUIET_SECONDS)

    async def _touched(self, head: int) -> list[StudentId]:
        """The children that something was written to since, with all that each was ever one with.

        A withdrawn order touches whoever came to its clinic, a lot held or free again whoever had it, anywhere.
        """
        if self._size == 0:
            return list(self._live.scopes.students())
        touched: dict[StudentId, None] = {}
        lots: set[str] = set()
        async for row in self._district.log.read(Position(self._size), Position(head)):
            if row.header is not None and stream_kind(row.header.stream) == "student":
                touched[StudentId(stream_id(row.header.stream))] = None
            elif row.header is not None and row.header.type in _WITHDRAWN:
                touched |= dict.fromkeys(self._live.about.visitors(ClinicId(stream_id(row.header.stream))))
            elif row.header is not None and row.header.type in HOLDING:
                lots |= self._live.clinic_words.held.numbers(ClinicId(stream_id(row.header.stream)))
        touched |= dict.fromkeys(self._who_had(lots))
        return list(dict.fromkeys(other for one in touched for other in self._together(one)))

    def _who_had(self, lots: Set[str]) -> list[StudentId]:
        """Children as far as they were read, by lot number."""
        return [student for student, child in self._children.items() if not lots.isdisjoint(child.lots)] if lots else []

    def _together(self, student: StudentId) -> list[StudentId]:
        """What is one child with it, and what was before."""
        before = self._children.get(student)
        return [*self._live.scopes.linked(student), *(before.streams if before is not None else ())]

    async def _take_in(self, students: Sequence[StudentId]) -> None:
        """Fold these children, each with all that is linked to it."""
        together = list(dict.fromkeys(other for one in students for other in self._together(one)))
        facts, size = await self._district.reading.some(stream_of("student", one) for one in together)
        linked_once = self._live.scopes.ever_linked()
        await asyncio.to_thread(self._fold, facts, size, together, linked_once)

    def _fold(
        self, facts: Sequence[Fact], size: int, together: Sequence[StudentId], linked_once: frozenset[StudentId]
    ) -> None:
        for one in together:
            self._children.pop(one, None)
        for student in Records(facts, size).students():
            child = _Child(
                student.streams,
                registered(student),
                discrepancies_of(student, self._live.clinic_words),
                form_entries(student),
                tuple(one for one in incidents_of(student) if one.is_open),
                tuple({sys.intern(lot_number(dose.lot)) for dose in student.standing_doses if dose.lot}),
                None if linked_once.isdisjoint(student.streams) else student,
            )
            self._children.update(dict.fromkeys(student.streams, child))

    def _sum_up(self, size: int) -> Open:
        children = list({id(one): one for one in self._children.values()}.values())
        found = [one for child in children for one in child.discrepancies]
        found += registered_twice([child.known for child in children])
        found += written_while_linked([child.whole for child in children if child.whole is not None])
        found += _forms_of_several(children)
        return Open(
            tuple(sorted(found, key=lambda one: (one.severity, one.due_on, one.key))),
            tuple(sorted((one for child in children for one in child.incidents), key=lambda one: one.fact.order)),
            size,
        )


def _forms_of_several(children: Sequence[_Child]) -> list[Discrepancy]:
    """Forms whose entries stand under two children; those under one are among what is open there."""
    entries = [entry for child in children for entry in child.forms]
    settled = {key for child in children if child.forms for key in child.known.settled}
    of = {student: child.streams for child in children for student in child.streams if child.forms}
    found = forms_entered_twice(entries, settled)
    return [one for one in found if len({of[side.student] for side in one.sides}) > 1]

"""What in the children's records waits for the office: discrepancies and incidents, district-wide, as of one head.

    log grows --> the streams it touched --> those children folded anew --> matters, kept in memory
                                                      \\--> who they are --> the same child registered twice

The first reading folds every child; after that only those whose streams, or linked streams, something was written to.
What is kept of a child without an open matter is who it is. Nothing here is on a disk. KNOWN GAP: at 100,000 children
the first reading takes a minute or two; it runs in a thread and is made once per process.
"""

import asyncio
from collections.abc import Iterable

import msgspec

from events.ids import Position, StudentId, stream_id, stream_kind, stream_of
from projections.discrepancies import Discrepancy, discrepancies_of
from projections.incidents import Incident, incidents_of
from projections.merges import ever_linked, written_while_linked
from projections.student import Student
from projections.twins import Registered, registered, registered_twice
from server.district import District
from server.live import Live
from server.records import Records


class _Child(msgspec.Struct, frozen=True):
    """What is kept of one child. ``whole`` is its record where it was ever linked to another."""

    streams: tuple[StudentId, ...]
    known: Registered
    discrepancies: tuple[Discrepancy, ...]
    incidents: tuple[Incident, ...]
    whole: Student | None


class Open(msgspec.Struct, frozen=True):
    """Everything open as of ``size`` events of the log, gravest and oldest first."""

    discrepancies: tuple[Discrepancy, ...]
    incidents: tuple[Incident, ...]
    size: int


class Worklist:
    """Keeps what is open. One per process; safe to ask from many tasks."""

    def __init__(self, district: District, live: Live) -> None:
        self._district = district
        self._live = live
        self._turn = asyncio.Lock()
        self._size = 0
        self._linked_once: set[StudentId] = set()
        self._children: dict[StudentId, _Child] = {}
        self._found = Open((), (), 0)

    async def open(self) -> Open:
        """Raises ProjectionPaused."""
        async with self._turn:
            head = (await self._live.catch_up()).checkpoint.size
            if head != self._size:
                records, touched = await self._news(head)
                self._found = await asyncio.to_thread(self._fold, records, touched, head)
                self._size = head
            return self._found

    async def _news(self, head: int) -> tuple[Records, set[StudentId]]:
        """The records of the children that something was written to since, with all that is linked to them."""
        if self._size == 0:
            records = Records(*await self._district.reading.everything(head))
            return records, {one for student in records.students() for one in student.streams}
        touched: set[StudentId] = set()
        async for row in self._district.log.read(Position(self._size), Position(head)):
            if row.header is not None and stream_kind(row.header.stream) == "student":
                touched.add(StudentId(stream_id(row.header.stream)))
        together = {other for one in touched for other in self._together(one)}
        return Records(*await self._district.reading.some(stream_of("student", one) for one in together)), together

    def _together(self, student: StudentId) -> set[StudentId]:
        """What is one child with it, and what was before."""
        before = self._children.get(student)
        return {*self._live.scopes.linked(student), *(before.streams if before is not None else ()), student}

    def _fold(self, records: Records, touched: Iterable[StudentId], size: int) -> Open:
        for one in touched:
            self._children.pop(one, None)
        students = records.students()
        self._linked_once |= {one for student in students for one in ever_linked(student)}
        for student in students:
            child = _Child(
                student.streams,
                registered(student),
                discrepancies_of(student),
                tuple(one for one in incidents_of(student) if one.is_open),
                None if self._linked_once.isdisjoint(student.streams) else student,
            )
            self._children.update(dict.fromkeys(student.streams, child))
        children = list({id(one): one for one in self._children.values()}.values())
        found = [one for child in children for one in child.discrepancies]
        found += registered_twice([child.known for child in children])
        found += written_while_linked([child.whole for child in children if child.whole is not None])
        return Open(
            tuple(sorted(found, key=lambda one: (one.severity, one.due_on, one.key))),
            tuple(sorted((one for child in children for one in child.incidents), key=lambda one: one.fact.order)),
            size,
        )

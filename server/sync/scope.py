"""Which events a scope holds, and in which order a device gets them.

    clinic/<id>     its own stream, its roster's students, everyone and every place that acts
    facility/<id>   the students enrolled there, everyone and every place that acts
    district        all of it

Never case/…, transfer/… or access/…: who may see is decided per stream (design, section 5).

A child's older events enter a scope when the child does, so a page is ordered by (effective, position)
with ``effective = max(position, joined)``: a cursor only ever moves forward, and nothing enters behind it.

    position      3   7   9  12            child joins the clinic at 20
    effective    20  20  20  20   then 20 (the roster event itself), 21, 22 …

Where many start from nothing, a scope's places are put in order once for all of them (server/sync/order.py).

Membership is asked for a *size* of the log, so what a device must forget is the difference between the
members at its cursor's size and the members now. Each stream's digest (events/digest.py) is carried along, so
that a scope's own costs one line a stream. Pure; changed in place by its one owner, in log order.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterator
from itertools import chain, islice

import msgspec
from msgspec.structs import replace

from events.catalog.clinics import RosterAdded, RosterRemoved
from events.catalog.retention import DestructionRequested
from events.catalog.students import EnrollmentBegan, EnrollmentEnded, StudentLinked, StudentUnlinked
from events.digest import NO_EVENT, Place, after_event, scope_digest
from events.ids import Hash, Stream, StudentId, stream_id, stream_kind, stream_of
from projections.fold import Fact, types_of
from server.sync.order import Order, walk

DISTRICT_SCOPE = "district"
SHARED_KINDS = frozenset({"staff", "device", "facility", "district"})
HIDDEN_KINDS = frozenset({"case", "transfer", "access"})

_MOVING = types_of(
    RosterAdded, RosterRemoved, EnrollmentBegan, EnrollmentEnded, StudentLinked, StudentUnlinked, DestructionRequested
)
"""What says who belongs where; of all else only the place is taken."""

BEFORE_ALL: Place = (0, -1)

ORDERS_KEPT = 16
ORDER_BEHIND_MAX = 1_000
"""Positions the log may have grown by before a scope's order is made anew for the next who starts from nothing."""


class Span(msgspec.Struct, frozen=True):
    """From one position to another (None: still): a stay in a scope, or a link between two records."""

    since: int
    until: int | None = None

    def holds_at(self, size: int) -> bool:
        """Whether it stood in the log of that size."""
        return self.since < size and (self.until is None or self.until >= size)


class Plan(msgspec.Struct, frozen=True):
    """A page before it is read: where each event stands, whether more follow, who must be forgotten."""

    places: tuple[Place, ...]
    done: bool
    forget: tuple[StudentId, ...]


class Scopes:
    """Positions by stream and the stays of every student, after ``size`` positions of the log."""

    def __init__(self) -> None:
        self.size = 0
        self._threads: dict[Stream, array[int]] = {}
        self._shared: array[int] = array("q")
        self._district: array[int] = array("q")
        self._stays: dict[str, dict[StudentId, tuple[Span, ...]]] = {}
        self._links: dict[StudentId, dict[StudentId, tuple[Span, ...]]] = {}
        self._ended: dict[StudentId, int] = {}
        self._digests: dict[Stream, bytes] = {}
        self._shared_streams: set[Stream] = set()
        self._all_moved = 0
        self._moved: dict[str, int] = {}
        """The size of the log since which no member came or went: in any scope, and in each."""
        self._members: dict[str, tuple[int, dict[StudentId, int]]] = {}
        self._whole: dict[str, tuple[int, bytes]] = {}
        self._orders: dict[str, Order] = {}

    # Questions

    def members(self, scope: str, size: int) -> dict[StudentId, int]:
        """The students of a scope in the log of that size, each with the position at which it joined."""
        moved = self._moved_at(scope)
        if size < moved:
            return self._members_at(scope, size)
        known = self._members.get(scope)
        if known is None or known[0] != moved:
            known = self._members[scope] = (moved, self._members_at(scope, moved))
        return known[1]

    def digests(self, scope: str) -> list[tuple[Stream, bytes]]:
        """The digest of each stream of the scope that has an event, as of now."""
        streams: list[Stream]
        if scope == DISTRICT_SCOPE:
            streams = [stream for stream in self._digests if not self.is_hidden(stream)]
        else:
            members = [_thread_of(student) for student in self.members(scope, self.size)]
            streams = [*self._shared_streams, Stream(scope), *members]
        return [(stream, self._digests[stream]) for stream in dict.fromkeys(streams) if stream in self._digests]

    def all_digests(self) -> list[tuple[Stream, bytes]]:
        """The digest of every stream that may travel, as of now."""
        return list(self._digests.items())

    def digest(self, scope: str) -> bytes:
        """The digest of the whole scope, as of now; made once for all devices that ask at this size."""
        known = self._whole.get(scope)
        if known is None or known[0] != self.size:
            known = self._whole[scope] = (self.size, scope_digest(self.digests(scope)))
        return known[1]

    def _moved_at(self, scope: str) -> int:
        """The size of the log since which no member of the scope came or went."""
        return max(self._all_moved, self._moved.get(scope, 0))

    def _members_at(self, scope: str, size: int) -> dict[StudentId, int]:
        stays = self._stays.get(scope, {})
        arrivals = [(span.since, student) for student, spans in stays.items() for span in spans if span.holds_at(size)]
        heapq.heapify(arrivals)
        joined: dict[StudentId, int] = {}
        while arrivals:
            at, student = heapq.heappop(arrivals)
            if student in joined or self._is_ended(student, size):
                continue
            joined[student] = at
            for other, spans in self._links.get(student, {}).items():
                for span in spans:
                    if span.holds_at(size):
                        heapq.heappush(arrivals, (max(at, span.since), other))
        return joined

    def was_ever(self, scope: str, student: StudentId) -> bool:
        """Whether the student stayed in the scope at any time."""
        return student in self._stays.get(scope, {})

    def students(self) -> tuple[StudentId, ...]:
        """Every child that something was written about, in the order the log met them."""
        return tuple(StudentId(stream_id(one)) for one in self._threads if stream_kind(one) == "student")

    def ever_linked(self) -> frozenset[StudentId]:
        """The records that were ever linked to another."""
        return frozenset(self._links)

    def linked(self, student: StudentId) -> tuple[StudentId, ...]:
        """The student and every record now linked with it, in a stable order."""
        found, waiting = {student}, [student]
        while waiting:
            for other, spans in self._links.get(waiting.pop(), {}).items():
                if other not in found and spans[-1].until is None:
                    found.add(other)
                    waiting.append(other)
        return tuple(sorted(found))

    def is_hidden(self, stream: Stream) -> bool:
        """Whether the stream belongs to a child whose destruction has begun: nothing of it is served."""
        if not self._ended or stream_kind(stream) != "student":
            return False
        return self._is_ended(StudentId(stream_id(stream)), self.size)

    def plan(self, scope: str, after: Place | None, known_size: int, limit: int) -> Plan:
        """The next page after a place. ``known_size`` is the log the device's cursor was made under; 0 for none."""
        places = tuple(self._past(scope, after or BEFORE_ALL, limit + 1))
        return Plan(places[:limit], len(places) <= limit, self._forget(scope, known_size))

    def _past(self, scope: str, after: Place, count: int) -> list[Place]:
        """Up to ``count`` places of a scope past a place: from its order while that reaches, then by its threads."""
        order = self._order(scope, after)
        found: list[Place] = []
        if order is not None:
            found = order.past(after, count)
            after = max(after, order.end)
        if len(found) < count:
            found += islice(heapq.merge(*self._walks(scope, after)), count - len(found))
        return found

    def _order(self, scope: str, after: Place) -> Order | None:
        """The scope's order, made when somebody starts from nothing; None when there is none that still holds."""
        moved, kept = self._moved_at(scope), self._orders.get(scope)
        if kept is not None and kept.moved != moved:
            kept = None
        begins = after == BEFORE_ALL and scope != DISTRICT_SCOPE
        if begins and (kept is None or self.size - kept.size > ORDER_BEHIND_MAX):
            kept = self._orders[scope] = Order(chain.from_iterable(self._walks(scope, after)), moved, self.size)
            while len(self._orders) > ORDERS_KEPT:
                del self._orders[next(iter(self._orders))]
        return kept

    def _walks(self, scope: str, after: Place) -> list[Iterator[Place]]:
        if scope == DISTRICT_SCOPE:
            return [walk(self._district, 0, after)]
        walks = [walk(self._shared, 0, after)]
        if stream_kind(Stream(scope)) == "clinic":
            walks.append(walk(self._threads.get(Stream(scope), array("q")), 0, after))
        for student, joined in self.members(scope, self.size).items():
            thread = self._threads.get(_thread_of(student))
            if thread and (joined >= after[0] or thread[-1] >= after[0]):
                walks.append(walk(thread, joined, after))
        return walks

    def _forget(self, scope: str, known_size: int) -> tuple[StudentId, ...]:
        """Members the device knew of and no longer has; without a cursor, whoever ever was a member."""
        if scope == DISTRICT_SCOPE:
            return tuple(sorted(student for student, at in self._ended.items() if at >= known_size))
        now = self.members(scope, self.size)
        known = self.members(scope, known_size) if known_size else self._stays.get(scope, {})
        return tuple(sorted(student for student in known if student not in now))

    def _is_ended(self, student: StudentId, size: int) -> bool:
        at = self._ended.get(student)
        return at is not None and at < size

    # Evolution

    def apply(self, fact: Fact) -> None:
        """Take the next fact of the log."""
        self.place(fact.stream, fact.position, fact.event_hash)
        if fact.header.type not in _MOVING:
            return
        match fact.payload:
            case RosterAdded(students=students):
                for student in students:
                    self._join(fact.stream, student, fact.position)
            case RosterRemoved(students=students):
                for student in students:
                    self._leave(fact.stream, student, fact.position)
            case EnrollmentBegan(facility=facility):
                self._join(stream_of("facility", facility), StudentId(stream_id(fact.stream)), fact.position)
            case EnrollmentEnded(facility=facility):
                self._leave(stream_of("facility", facility), StudentId(stream_id(fact.stream)), fact.position)
            case StudentLinked(other=other):
                self._link(StudentId(stream_id(fact.stream)), other, fact.position)
            case StudentUnlinked(other=other):
                self._unlink(StudentId(stream_id(fact.stream)), other, fact.position)
            case DestructionRequested(student=student):
                self._ended.setdefault(student, fact.position)
                self._all_moved = fact.position + 1
            case _:
                pass

    def skip(self, position: int) -> None:
        """Pass over a position whose bytes no longer open."""
        self.size = position + 1

    def place(self, stream: Stream, position: int, event_hash: Hash) -> None:
        """The next position of the log belongs to this stream, whatever it says."""
        self.size = position + 1
        kind = stream_kind(stream)
        if kind in HIDDEN_KINDS:
            return
        self._digests[stream] = after_event(self._digests.get(stream, NO_EVENT), event_hash)
        self._district.append(position)
        if kind in SHARED_KINDS:
            self._shared.append(position)
            self._shared_streams.add(stream)
        else:
            self._threads.setdefault(stream, array("q")).append(position)

    def _join(self, scope: str, student: StudentId, position: int) -> None:
        stays = self._stays.setdefault(scope, {})
        stays[student] = _open(stays.get(student, ()), position)
        self._moved[scope] = position + 1

    def _leave(self, scope: str, student: StudentId, position: int) -> None:
        stays = self._stays.get(scope, {})
        if student in stays:
            stays[student] = _close(stays[student], position)
            self._moved[scope] = position + 1

    def _link(self, one: StudentId, other: StudentId, position: int) -> None:
        for here, there in ((one, other), (other, one)):
            links = self._links.setdefault(here, {})
            links[there] = _open(links.get(there, ()), position)
        self._all_moved = position + 1

    def _unlink(self, one: StudentId, other: StudentId, position: int) -> None:
        for here, there in ((one, other), (other, one)):
            links = self._links.get(here, {})
            if there in links:
                links[there] = _close(links[there], position)
        self._all_moved = position + 1


def _thread_of(student: StudentId) -> Stream:
    """A student's stream; its id was checked when the log took it."""
    return Stream(f"student/{student}")


def _open(spans: tuple[Span, ...], position: int) -> tuple[Span, ...]:
    """Begin a span, unless one is open already."""
    if spans and spans[-1].until is None:
        return spans
    return (*spans, Span(position))


def _close(spans: tuple[Span, ...], position: int) -> tuple[Span, ...]:
    """End the last span, if it is open."""
    if spans[-1].until is None:
        return (*spans[:-1], replace(spans[-1], until=position))
    return spans

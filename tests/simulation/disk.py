"""A device's disk in memory: what ``client_sync.store`` keeps, as plain values that survive a crash.

``write`` is all or nothing, as the store's transaction is. A test holds it equal to the real store.
"""

from typing import assert_never

import msgspec

from client_sync.effects import (
    DeliverAgain,
    Downloaded,
    DropScope,
    Forget,
    KeepAlarm,
    KeepCheckpoint,
    KeepComplaint,
    KeepForgetting,
    KeepOwn,
    KeepPage,
    KeepReceipt,
    KeepRefusal,
    KeepScope,
    Write,
)
from client_sync.state import Alarm, Identity, OwnRow, Saved, SavedScope, SeatEvent, Trust
from events.chain import Head
from events.ids import Hash, StudentId, stream_of
from events.wire import Cursor


class Own(msgspec.Struct):
    write: KeepOwn
    state: str = "waiting"
    attempts: int = 0
    complaint: str = ""


class Scope(msgspec.Struct):
    cursor: Cursor | None = None
    complete: bool = False
    forgetting: frozenset[StudentId] = frozenset()
    events: dict[int, Downloaded] = {}


class DeviceDisk:
    """One device's file."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.own: dict[Hash, Own] = {}
        self.receipts: dict[tuple[Hash, str], KeepReceipt | KeepRefusal] = {}
        self.notes: list[str] = []
        self.scopes: dict[str, Scope] = {}
        self.alarm: Alarm | None = None
        self.log: list[tuple[Write, ...]] = []

    def write(self, writes: tuple[Write, ...]) -> None:
        self.log.append(writes)
        for write in writes:
            self._write(write)

    def load(self) -> Saved:
        waiting = [own for own in self.own.values() if own.state == "waiting"]
        seats = {
            event.position: event
            for scope in self.scopes.values()
            for event in scope.events.values()
            if event.type.startswith("seat.") and event.trust is Trust.VERIFIED
        }
        last = list(self.own.values())[-1:]
        return Saved(
            identity=self.identity,
            head=Head(last[0].write.seq, last[0].write.event_hash) if last else Head(),
            note=self.notes[-1] if self.notes else "",
            outbox=tuple(OwnRow(own.write.event, own.attempts, own.complaint) for own in waiting),
            scopes=tuple(
                SavedScope(name, kept.cursor, kept.forgetting, kept.complete) for name, kept in self.scopes.items()
            ),
            seats=tuple(SeatEvent(at, seats[at].event) for at in sorted(seats)),
            alarm=self.alarm,
        )

    def _write(self, write: Write) -> None:
        match write:
            case KeepOwn():
                self.own[write.event_hash] = Own(write)
            case KeepReceipt():
                self._settle(write, "receipted")
            case KeepRefusal():
                self._settle(write, "quarantined")
            case KeepComplaint(event_hash=known, attempts=attempts, complaint=complaint):
                self.own[known].attempts, self.own[known].complaint = attempts, complaint
            case KeepCheckpoint(note=note):
                self.notes.append(note)
            case KeepPage(scope=name, events=events, cursor=cursor, complete=complete):
                scope = self.scopes[name]
                scope.events.update({event.position: event for event in events})
                scope.cursor, scope.complete = cursor, complete
            case Forget(scope=name, students=students):
                gone = {stream_of("student", student) for student in students}
                scope = self.scopes[name]
                scope.events = {at: event for at, event in scope.events.items() if event.stream not in gone}
            case KeepForgetting(scope=name, students=students):
                self.scopes[name].forgetting = frozenset(students)
            case KeepScope(scope=name):
                self.scopes.pop(name, None)
                self.scopes[name] = Scope()
            case DropScope(scope=name):
                del self.scopes[name]
            case KeepAlarm(alarm=alarm):
                self.alarm = alarm
            case DeliverAgain():
                for own in self.own.values():
                    if own.state != "waiting":
                        own.state, own.attempts = "waiting", 0
            case _:
                assert_never(write)

    def _settle(self, write: KeepReceipt | KeepRefusal, state: str) -> None:
        own = self.own[write.event_hash]
        assert own.state == "waiting", "settled twice"
        self.receipts[write.event_hash, write.origin] = write
        own.state = state

"""A device's disk in memory: what ``client_sync.store`` keeps, as plain values that survive a crash.

``write`` is all or nothing, as the store's transaction is. A test holds it equal to the real store.
"""

from collections.abc import Iterable
from typing import assert_never

import msgspec

from client_sync.downloads import differences
from client_sync.effects import (
    CompareScope,
    DeliverAgain,
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
    KeepReports,
    KeepScope,
    KeepWanted,
    KeepWrong,
    StartOver,
    Write,
)
from client_sync.inputs import Compared
from client_sync.state import Alarm, Identity, OwnRow, Saved, SavedScope
from client_sync.writes import Fate, let_in_at
from events.chain import Head
from events.commitment import holds
from events.digest import scope_digest, stream_digest
from events.envelope import event_hash, parse_header
from events.ids import Hash, StudentId, stream_of
from events.packing import Pulled
from events.wire import Cursor, DeviceReport


class Own(msgspec.Struct):
    write: KeepOwn
    state: str = "waiting"
    attempts: int = 0
    complaint: str = ""


class Scope(msgspec.Struct):
    cursor: Cursor | None = None
    complete: bool = False
    forgetting: frozenset[StudentId] = frozenset()
    events: dict[int, Pulled] = {}
    whole: bytes | None = None
    devices: tuple[DeviceReport, ...] = ()


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
        self.healed: list[str] = []
        self.wanted: frozenset[Hash] = frozenset()
        self.wrong: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.fates: dict[Hash, Fate] = {}
        self.let_in: dict[Hash, list[Fate]] = {}
        """Proofs of events that were let in before the log was restored."""

    def write(self, writes: tuple[Write, ...]) -> list[Compared]:
        """Carry out a step's writes; what comparisons among them found."""
        self.log.append(writes)
        found: list[Compared] = []
        for write in writes:
            if isinstance(write, CompareScope):
                found.append(self._compare(write))
            else:
                self._write(write)
        return found

    def scrub(self, name: str) -> tuple[str, ...] | bool:
        """As ``client_sync.downloads.Downloads.scrub``."""
        scope = self.scopes[name]
        damaged = {event.stream for event in scope.events.values() if not _is_sound(event)}
        if damaged:
            return tuple(sorted(damaged))
        return scope.whole is None or scope_digest(self._digests(name, scope.forgetting).items()) == scope.whole

    def _compare(self, write: CompareScope) -> Compared:
        self.scopes[write.scope].whole = write.whole
        held = self._digests(write.scope, write.leaving)
        equal = scope_digest(held.items()) == write.whole
        differing = None if equal or write.digests is None else differences(held, write.digests)
        return Compared(write.scope, write.size, equal, differing)

    def _digests(self, name: str, leaving: Iterable[StudentId]) -> dict[str, bytes]:
        hashes: dict[str, list[Hash]] = {}
        events = self.scopes[name].events
        for at in sorted(events):
            hashes.setdefault(events[at].stream, []).append(events[at].event_hash)
        without = {stream_of("student", student) for student in leaving}
        return {stream: stream_digest(names) for stream, names in hashes.items() if stream not in without}

    def load(self) -> Saved:
        waiting = [own for own in self.own.values() if own.state == "waiting"]
        last = list(self.own.values())[-1:]
        return Saved(
            identity=self.identity,
            head=Head(last[0].write.seq, last[0].write.event_hash) if last else Head(),
            note=self.notes[-1] if self.notes else "",
            outbox=tuple(
                OwnRow(own.write.event, own.attempts, own.complaint, self._former(own.write.event_hash))
                for own in waiting
            ),
            scopes=tuple(
                SavedScope(name, kept.cursor, kept.forgetting, kept.complete, *self.wrong.get(name, (0, ())))
                for name, kept in self.scopes.items()
            ),
            alarm=self.alarm,
            wanted=self.wanted,
        )

    def _former(self, known: Hash) -> str:
        """The receipt of the event itself that shows the earliest time."""
        own = [kept for (name, _), kept in self.receipts.items() if name == known and isinstance(kept, KeepReceipt)]
        given = [(kept.received_at, kept.receipt) for kept in own]
        given += [(since, fate.receipt) for fate in self.let_in.get(known, []) if (since := let_in_at(fate))]
        return min(given)[1] if given else ""

    def _write(self, write: Write) -> None:
        match write:
            case CompareScope():
                raise AssertionError("compared apart")
            case KeepReports(scope=name, devices=devices):
                self.scopes[name].devices = devices
            case StartOver(scope=name, differing=differing):
                scope = self.scopes[name]
                scope.cursor, scope.complete, scope.whole = None, False, None
                self.healed += differing
            case KeepWrong(scope=name, heals=heals, wrong=wrong):
                self.wrong[name] = heals, wrong
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
                scope.cursor, scope.complete, scope.whole = cursor, complete, None
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
            case KeepWanted(wanted=wanted):
                self.wanted = frozenset(wanted)
            case KeepAlarm(alarm=alarm):
                self.alarm = alarm
            case DeliverAgain():
                for known, fate in self.fates.items():
                    if let_in_at(fate) is not None:
                        self.let_in.setdefault(known, []).append(fate)
                self.fates.clear()
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


def _is_sound(kept: Pulled) -> bool:
    if event_hash(kept.event) != kept.event_hash:
        return False
    return holds(kept.event, parse_header(kept.event.header))

"""What the log and its devices ask a person to look at, until somebody accepts it (``alarm.accepted``) or it passes.

    rollback    an epoch was opened after a restored back-up: what the old head had and the database did not
    fork        two writers act as one device; passes when the device is closed
    gap         events of a device came, and some before them have not; passes when they arrive
    role_lost   events were accepted whose author had the right at ``seen`` and has lost it since

Nothing is refused because of an alarm. The event that raised a gap or came after a role is flagged, by what the log
held before it: its device is told the same whenever it asks. A fold in log order, changed in place by its one owner;
what it hands out is frozen. One range of missing numbers a gap, however wide: no number a device writes costs memory.
"""

from collections import Counter
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from events.catalog import CATALOG
from events.catalog.devices import AlarmAccepted, DeviceClosed, EpochOpened, ForkFound
from events.codec import Unknown
from events.envelope import SYSTEM_AUTHOR
from events.ids import DeviceId, StaffId, Stream, stream_id
from events.roles import Role
from projections.directory import Directory
from projections.fold import Fact, types_of

GAP = "gap"
ROLE_LOST = "role_lost_since"
"""The flags of an event that was taken all the same (docs/sync.md, Answers)."""

_TELLING = types_of(EpochOpened, ForkFound, DeviceClosed, AlarmAccepted)

Kind = Literal["rollback", "fork", "gap", "role_lost"]
Key = tuple[str, str]

OWNERS: dict[Kind, Role] = {
    "rollback": Role.DISTRICT_ADMIN,
    "fork": Role.DISTRICT_ADMIN,
    "gap": Role.HEALTH_OFFICE,
    "role_lost": Role.HEALTH_OFFICE,
}


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm. ``since`` is when the log first received what raised it (server clock, UTC)."""

    kind: Kind
    about: str
    since: datetime | None
    count: int
    """Events: those that are missing, came of two writers, came after the role, or went with the database."""
    device: DeviceId | None = None
    staff: StaffId | None = None
    first: int = 0
    last: int = 0
    """The missing seqs of a gap, both included."""
    streams: tuple[Stream, ...] = ()
    """Where the events of a lost role stand."""
    says: str = ""
    """Why an epoch was opened, in the words of whoever did."""

    @property
    def owner(self) -> Role:
        return OWNERS[self.kind]

    @property
    def key(self) -> Key:
        return self.kind, self.about


class Missing(msgspec.Struct, frozen=True):
    """Seqs ``first`` to ``last`` of one device have not arrived since the first event behind them did."""

    first: int
    last: int
    since: datetime | None
    is_accepted: bool = False
    shown_by: int = 0
    """The position of that first event behind them."""


class Alarms:
    """Every alarm that nobody accepted. ``directory`` is read as of just before each fact."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._open: dict[Key, Alarm] = {}
        self._next: dict[DeviceId, int] = {}
        self._missing: dict[DeviceId, tuple[Missing, ...]] = {}
        self._flags: dict[int, tuple[str, ...]] = {}
        self._accepted: Counter[Key] = Counter()
        self._epochs = 0

    def open(self) -> tuple[Alarm, ...]:
        """What waits for a person: rollbacks, forks, gaps, lost roles, each the oldest first."""
        gaps = [_gap(device, one) for device, ranges in self._missing.items() for one in ranges if not one.is_accepted]
        order = list(OWNERS)
        return tuple(
            sorted(
                (*self._open.values(), *gaps),
                key=lambda one: (order.index(one.kind), one.since.timestamp() if one.since else 0.0, one.about),
            )
        )

    def get(self, kind: str, about: str) -> Alarm | None:
        return next((one for one in self.open() if one.key == (kind, about)), None)

    def times_accepted(self, alarm: Alarm) -> int:
        """How often somebody accepted one like it, which was raised anew since."""
        return self._accepted[alarm.key]

    def counts(self) -> dict[Kind, int]:
        """How many of each kind wait, none included."""
        counted = Counter(one.kind for one in self.open())
        return {kind: counted[kind] for kind in OWNERS}

    def missing(self) -> dict[DeviceId, tuple[Missing, ...]]:
        """What has not arrived of each device, accepted or not."""
        return {device: ranges for device, ranges in self._missing.items() if ranges}

    def flags(self, position: int) -> tuple[str, ...]:
        """What a person should look at, of the event there."""
        return self._flags.get(position, ())

    def apply(self, fact: Fact) -> None:
        """Take the next fact of the log, before the directory does."""
        if self._came_after_role(fact):
            self._raise_lost_role(fact)
            self._flags[fact.position] = (ROLE_LOST,)
        if fact.header.seq > self._next.get(fact.header.device, 1):
            self._flags[fact.position] = (*self.flags(fact.position), GAP)
        self._place(fact.header.device, fact.header.seq, fact.received_at, fact.position)
        if fact.header.type not in _TELLING:
            return
        match fact.payload:
            case EpochOpened() as opened:
                self._epochs += 1
                lost = max(0, _size_of(opened.old_checkpoint) - opened.survived)
                self._raise(
                    Alarm(
                        kind="rollback",
                        about=str(self._epochs),
                        since=fact.received_at,
                        count=lost,
                        first=opened.survived,
                        says=opened.reason,
                    )
                )
            case ForkFound(device=device):
                self._raise(Alarm(kind="fork", about=device, since=fact.received_at, count=1, device=device))
            case DeviceClosed():
                self._open.pop(("fork", stream_id(fact.stream)), None)
            case AlarmAccepted(kind=kind, about=about, count=count):
                self._accept(kind, about, count)
            case _:
                pass

    def arrived(self, device: DeviceId, seq: int, at: datetime | None) -> None:
        """The log holds this event of the device, whose bytes no longer open: what follows it follows no gap."""
        for one in self._missing.get(device, ()):
            if one.last == seq:
                self._flags[one.shown_by] = tuple(flag for flag in self.flags(one.shown_by) if flag != GAP)
        self._place(device, seq, at, 0)

    def _place(self, device: DeviceId, seq: int, at: datetime | None, position: int) -> None:
        expected = self._next.get(device, 1)
        if seq >= expected:
            self._next[device] = seq + 1
            if seq > expected:
                lacking = Missing(expected, seq - 1, at, shown_by=position)
                self._missing[device] = (*self._missing.get(device, ()), lacking)
        elif device in self._missing:
            self._missing[device] = tuple(part for one in self._missing[device] for part in _without(one, seq))

    def _came_after_role(self, fact: Fact) -> bool:
        author, row = fact.header.author, CATALOG.get(fact.header.type)
        if author == SYSTEM_AUTHOR or row is None or isinstance(fact.payload, Unknown):
            return False
        person = self._directory.staff.get(StaffId(author))
        return person is not None and not any(one.is_open and one.role in row.authors for one in person.grants)

    def _raise_lost_role(self, fact: Fact) -> None:
        author = StaffId(fact.header.author)
        self._raise(
            Alarm(
                kind="role_lost",
                about=author,
                since=fact.received_at,
                count=1,
                device=fact.header.device,
                staff=author,
                streams=(fact.stream,),
            )
        )

    def _raise(self, alarm: Alarm) -> None:
        held = self._open.get(alarm.key)
        if held is None:
            self._open[alarm.key] = alarm
            return
        streams = tuple(dict.fromkeys((*held.streams, *alarm.streams)))
        self._open[alarm.key] = replace(held, count=held.count + alarm.count, streams=streams)

    def _accept(self, kind: str, about: str, count: int | None) -> None:
        """Let it rest, unless more had come than whoever accepted it saw."""
        self._accepted[kind, about] += 1
        held = self._open.get((kind, about))
        if held is not None and (count is None or held.count <= count):
            del self._open[held.key]
        device, _, first = about.rpartition("/")
        if kind == "gap" and DeviceId(device) in self._missing:
            self._missing[DeviceId(device)] = tuple(
                replace(one, is_accepted=True) if str(one.first) == first else one
                for one in self._missing[DeviceId(device)]
            )


def _gap(device: DeviceId, one: Missing) -> Alarm:
    return Alarm(
        kind="gap",
        about=f"{device}/{one.first}",
        since=one.since,
        count=one.last - one.first + 1,
        device=device,
        first=one.first,
        last=one.last,
    )


def _without(one: Missing, seq: int) -> list[Missing]:
    """What of the range still lacks once this seq is there."""
    if not one.first <= seq <= one.last:
        return [one]
    parts = [replace(one, last=seq - 1), replace(one, first=seq + 1)]
    return [part for part in parts if part.first <= part.last]


def _size_of(note: str) -> int:
    """The size on the second line of a signed head; 0 where it cannot be read."""
    lines = note.split("\n")
    return int(lines[1]) if len(lines) > 1 and lines[1].isascii() and lines[1].isdigit() else 0

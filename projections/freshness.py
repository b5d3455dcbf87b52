"""Which devices hold a child's record and have not reported since when, as of any size of the log.

    record.viewed of a device (part "sync")   the device was given the child, and called at that moment
    any event of a device                     it reported
    device.enrolled, device.closed            it may hold something nobody else knows; it no longer may

What such a device made since then is nowhere else yet. Read off the log alone, so that it can be said of a day in the
past; a server adds what it heard since (server/sync/freshness.py). A fold in log order, changed in place by its owner.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import msgspec

from events.catalog.devices import DeviceClosed, DeviceEnrolled
from events.catalog.disclosures import RecordViewed
from events.ids import DeviceId, StudentId, stream_id
from projections.deliveries import SYNC
from projections.fold import Fact, types_of

_CARRYING = types_of(DeviceEnrolled, DeviceClosed, RecordViewed)

CARRIED_KINDS = frozenset({"phone", "tablet", "laptop"})
"""Devices that people carry; servers, imports and commands hold nothing back."""


class Silent(msgspec.Struct, frozen=True):
    """An open device that holds the child, and when the log last heard of it (server clock, UTC)."""

    device: DeviceId
    label: str
    heard_at: datetime


class _Carried(msgspec.Struct):
    """One device: from and to which position it was open, and each moment it was heard at, by position."""

    label: str
    opened_at: int
    closed_at: int | None
    positions: list[int]
    moments: list[datetime]


class Reports:
    """When each device people carry was heard of, and which children it was given."""

    def __init__(self) -> None:
        self._carried: dict[DeviceId, _Carried] = {}
        self._given: defaultdict[StudentId, dict[DeviceId, int]] = defaultdict(dict)

    def silent(self, students: Iterable[StudentId], size: int) -> tuple[Silent, ...]:
        """The devices that then held one of these children, the longest silent first."""
        holding = {
            device for one in students for device, position in self._given.get(one, {}).items() if position < size
        }
        found = [one for device in holding if (one := self.of(device, size)) is not None]
        return tuple(sorted(found, key=lambda one: (one.heard_at, one.device)))

    def of(self, device: DeviceId, size: int) -> Silent | None:
        """The device as of ``size`` events of the log; None where it was not open then, or nobody carries it."""
        known = self._carried.get(device)
        if known is None or known.opened_at >= size or (known.closed_at is not None and known.closed_at < size):
            return None
        heard = bisect_left(known.positions, size) - 1
        return Silent(device, known.label, known.moments[heard])

    def apply(self, fact: Fact) -> None:
        """Take the next fact of the log."""
        if fact.header.type in _CARRYING:
            self._carry(fact)
        self._hear(fact.header.device, fact)

    def _carry(self, fact: Fact) -> None:
        """What devices hold back, and which of them people carry."""
        match fact.payload:
            case DeviceEnrolled(kind=kind, label=label) if kind in CARRIED_KINDS and fact.received_at is not None:
                device = DeviceId(stream_id(fact.stream))
                first = ([int(fact.position)], [fact.received_at])
                self._carried.setdefault(device, _Carried(label, fact.position, None, *first))
            case DeviceClosed() if DeviceId(stream_id(fact.stream)) in self._carried:
                closed = self._carried[DeviceId(stream_id(fact.stream))]
                closed.closed_at = fact.position if closed.closed_at is None else closed.closed_at
            case RecordViewed(device=device, viewings=viewings) if device is not None:
                given = {one.student for one in viewings if one.part == SYNC}
                for student in given:
                    self._given[student].setdefault(device, fact.position)
                if given:
                    self._hear(device, fact)
            case _:
                pass

    def _hear(self, device: DeviceId, fact: Fact) -> None:
        """Events that arrived at one moment are one report."""
        known = self._carried.get(device)
        if known is None or fact.received_at is None or known.moments[-1] == fact.received_at:
            return
        known.positions.append(fact.position)
        known.moments.append(fact.received_at)

"""Which children each device was given, and for whom: read off the access record.

The first page that brings a child to a device for a person is a look at that child's record; later pages of
the same child are none. Changed in place by its one owner, in log order.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from events.catalog.disclosures import RecordViewed
from events.ids import DeviceId, StudentId
from projections.fold import Fact, types_of

_GIVING = types_of(RecordViewed)

SYNC = "sync"
"""The part of the program a look is noted under when a device fetched the child."""


class Deliveries:
    """Children by device and person."""

    def __init__(self) -> None:
        self._given: defaultdict[tuple[DeviceId, str], set[StudentId]] = defaultdict(set)

    def new(self, device: DeviceId, staff: str, students: Iterable[StudentId]) -> list[StudentId]:
        """Those of them that the device was never given for this person, each once."""
        given = self._given.get((device, staff), set())
        return [student for student in dict.fromkeys(students) if student not in given]

    def devices(self, students: Iterable[StudentId]) -> tuple[DeviceId, ...]:
        """The devices that were ever given one of these children, in a stable order."""
        wanted = frozenset(students)
        return tuple(sorted({device for (device, _), given in self._given.items() if not wanted.isdisjoint(given)}))

    def devices_of(self, students: Collection[StudentId]) -> set[DeviceId]:
        """The devices that were given any of these children."""
        wanted = set(students)
        return {device for (device, _), given in self._given.items() if not wanted.isdisjoint(given)}

    def note(self, device: DeviceId, staff: str, students: Iterable[StudentId]) -> None:
        self._given[device, staff].update(students)

    def apply(self, fact: Fact) -> None:
        """Take the next fact of the log."""
        if fact.header.type not in _GIVING:
            return
        match fact.payload:
            case RecordViewed(staff=staff, device=device, viewings=viewings) if device is not None:
                self.note(device, staff, (one.student for one in viewings if one.part == SYNC))
            case _:
                pass

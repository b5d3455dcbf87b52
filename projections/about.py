"""What is about whom across streams: cases and transfers about a child, children who came to a clinic.

The first event of a case or transfer stream that names a child says whose it is; a dose given, or not given, at
a clinic says who was there, listed or not. Changed in place by its one owner, in any order of streams but each
stream in log order.
"""

from collections.abc import Iterable

import msgspec

from events.catalog import CATALOG
from events.catalog.doses import DoseAdministered, DoseNotGiven
from events.ids import ClinicId, Stream, StudentId, stream_id, stream_kind
from projections.fold import Fact, types_of

KINDS = ("case", "transfer")
_CARE = types_of(DoseAdministered, DoseNotGiven)


class _Place(msgspec.Struct, frozen=True):
    """Of a payload the one field that says where: to read all of every dose took a third of a server's start."""

    clinic: ClinicId | None = None


_place = msgspec.json.Decoder(_Place)


class About:
    """Streams by the child they are about, and children by the clinic they came to."""

    def __init__(self) -> None:
        self._known: set[Stream] = set()
        self._streams: dict[StudentId, list[Stream]] = {}
        self._visitors: dict[ClinicId, dict[StudentId, None]] = {}

    def visitors(self, clinic: ClinicId) -> tuple[StudentId, ...]:
        """Children who were given something at the clinic, or were not and why is recorded."""
        return tuple(self._visitors.get(clinic, ()))

    def streams(self, students: Iterable[StudentId], kind: str = "") -> tuple[Stream, ...]:
        """The case and transfer streams (or those of one kind) about these children, in the order they began."""
        found = [stream for student in students for stream in self._streams.get(student, ())]
        return tuple(stream for stream in found if not kind or stream_kind(stream) == kind)

    def apply(self, fact: Fact) -> None:
        if fact.header.type in _CARE:
            clinic = _clinic_of(fact)
            if clinic is not None:
                self._visitors.setdefault(clinic, {})[StudentId(stream_id(fact.stream))] = None
        elif stream_kind(fact.stream) in KINDS and fact.stream not in self._known:
            self._note(fact)

    def _note(self, fact: Fact) -> None:
        student: StudentId | None = getattr(fact.payload, "student", None)
        if student is not None:
            self._known.add(fact.stream)
            self._streams.setdefault(student, []).append(fact.stream)


def _clinic_of(fact: Fact) -> ClinicId | None:
    """Where somebody was cared for; None elsewhere than at a clinic, or where this program cannot read it."""
    if fact.header.schema != CATALOG[fact.header.type].schema:
        clinic: ClinicId | None = getattr(fact.payload, "clinic", None)
        return clinic
    try:
        return _place.decode(fact.written).clinic
    except msgspec.MsgspecError:
        return None

"""Which case and transfer streams are about which child: the first event that names one says so.

Changed in place by its one owner, in any order of streams but each stream in log order.
"""

from collections.abc import Iterable

from events.ids import Stream, StudentId, stream_kind
from projections.fold import Fact

KINDS = ("case", "transfer")


class About:
    """Streams by the child they are about."""

    def __init__(self) -> None:
        self._known: set[Stream] = set()
        self._streams: dict[StudentId, list[Stream]] = {}

    def streams(self, students: Iterable[StudentId], kind: str = "") -> tuple[Stream, ...]:
        """The case and transfer streams (or those of one kind) about these children, in the order they began."""
        found = [stream for student in students for stream in self._streams.get(student, ())]
        return tuple(stream for stream in found if not kind or stream_kind(stream) == kind)

    def apply(self, fact: Fact) -> None:
        if stream_kind(fact.stream) not in KINDS or fact.stream in self._known:
            return
        student: StudentId | None = getattr(fact.payload, "student", None)
        if student is not None:
            self._known.add(fact.stream)
            self._streams.setdefault(student, []).append(fact.stream)

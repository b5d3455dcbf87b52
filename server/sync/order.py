"""All places of one scope in order, up to a size of the log: sorted once for everybody who starts from nothing.

    places below ``size``       sorted once, then cut into pages
    places from ``size`` on     walked thread by thread and merged (server/sync/scope.py), behind all of these

An event at a position from ``size`` on stands at an effective position from ``size`` on, and whoever was a member
joined below it. So an order stays right until a member comes or goes, however far the log grows meanwhile.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from events.digest import Place


class Order:
    """The places of a scope below ``size``, under the members it had since ``moved``. 16 bytes a place."""

    def __init__(self, places: Iterable[Place], moved: int, size: int) -> None:
        self.moved = moved
        self.size = size
        ordered = sorted(places)
        self._effective = array("q", [effective for effective, _ in ordered])
        self._position = array("q", [position for _, position in ordered])

    def past(self, after: Place, count: int) -> list[Place]:
        """Up to ``count`` places past a place."""
        effective, position = after
        start, end = bisect_left(self._effective, effective), bisect_right(self._effective, effective)
        start = bisect_right(self._position, position, start, end)
        part = slice(start, start + count)
        return list(zip(self._effective[part], self._position[part], strict=True))

    @property
    def end(self) -> Place:
        """A place behind all of these and before every other."""
        return self.size, -1


def walk(thread: array[int], joined: int, after: Place) -> Iterator[Place]:
    """The places of a thread's events past ``after``, in order."""
    for index in range(_first(thread, joined, after), len(thread)):
        position = thread[index]
        yield max(position, joined), position


def _first(thread: array[int], joined: int, after: Place) -> int:
    effective, position = after
    if joined > effective:
        return 0
    if joined == effective:
        return bisect_right(thread, position)
    return bisect_left(thread, effective) if position < effective else bisect_right(thread, effective)

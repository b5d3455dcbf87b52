"""Who hears that the log has grown, each at its own pace.

    announce(head) --> listener: newest size only   (nothing queues: a slow reader skips to the newest)

A listener is one open WebSocket. Nobody who appends ever waits for one. Bounded: so many sockets a device,
so many altogether; one more from the same device closes its oldest, which may be a dead connection.
"""

import asyncio
from collections import defaultdict

from events.ids import DeviceId
from server.store.port import LogHead

LISTENERS_PER_DEVICE_MAX = 3
LISTENERS_MAX = 5_000


class Listener:
    """One reader of news. ``superseded`` is set when the device opened too many others."""

    def __init__(self, device: DeviceId) -> None:
        self.device = device
        self.superseded = False
        self._changed = asyncio.Event()
        self._newest: LogHead | None = None

    def tell(self, head: LogHead) -> None:
        self._newest = head
        self._changed.set()

    def supersede(self) -> None:
        self.superseded = True
        self._changed.set()

    async def next(self) -> LogHead | None:
        """The newest head not yet taken; None when the listener has to go."""
        await self._changed.wait()
        self._changed.clear()
        return None if self.superseded else self._newest


class Hub:
    """Every listener of this process."""

    def __init__(self) -> None:
        self._listeners: defaultdict[DeviceId, list[Listener]] = defaultdict(list)
        self._count = 0

    @property
    def count(self) -> int:
        return self._count

    def join(self, device: DeviceId) -> Listener | None:
        """A new listener; None when the process holds as many as it may."""
        mine = self._listeners[device]
        if len(mine) >= LISTENERS_PER_DEVICE_MAX:
            oldest = mine[0]
            self.leave(oldest)
            oldest.supersede()
        if self._count >= LISTENERS_MAX:
            return None
        listener = Listener(device)
        self._listeners[device].append(listener)
        self._count += 1
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener; harmless when it is forgotten already."""
        mine = self._listeners.get(listener.device, [])
        if listener in mine:
            mine.remove(listener)
            self._count -= 1
        if not mine:
            self._listeners.pop(listener.device, None)

    def announce(self, head: LogHead) -> None:
        """The log has grown. Returns at once."""
        for mine in self._listeners.values():
            for listener in mine:
                listener.tell(head)

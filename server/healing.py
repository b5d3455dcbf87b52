"""Rows of the log that the server's disk damaged: found, named, asked for, and read again from a second copy.

    reading (at start, for a page, daily) --damaged row--> live.damaged --wanted--> devices
    devices --returned--> store.heal (judged by the log's own entry) --row.healed--> folds and rows made anew

``scrub`` reads every stored byte once a day and compares each stream's digest with the one the folds carry, which
is the one that pages are signed under: what a disk changes behind the program's back is named before anybody asks.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from events.catalog.devices import RowHealed
from events.digest import NO_EVENT, after_event
from events.envelope import event_hash
from events.errors import MalformedEvent
from events.ids import DISTRICT_STREAM, DeviceId, Hash, Position, Stream
from events.wire import WANTED_MAX, WireEvent, from_wire
from server.beside import beside
from server.district import District
from server.live import Live
from server.logs import where

SCRUB_SECONDS = 86_400.0
FIRST_SCRUB_SECONDS = 600.0
_BREATHE_EVERY = 500
_BREATHE_SECONDS = 0.05
"""A reading of the whole log holds up nobody."""

_log = structlog.get_logger(__name__)


class Healing:
    """Finds and heals damaged rows. One per process."""

    def __init__(self, district: District, live: Live) -> None:
        self._district = district
        self._live = live
        self._turn = asyncio.Lock()

    @property
    def wanted(self) -> tuple[Hash, ...]:
        """The first events to ask devices for."""
        return tuple(row.event_hash for row in list(self._live.damaged.values())[:WANTED_MAX])

    async def take(self, returned: Sequence[WireEvent], device: DeviceId) -> list[Position]:
        """Heal what these events can heal; the positions. Anything else that is brought is passed over."""
        healed: list[Position] = []
        async with self._turn:
            for one in returned:
                position = await self._heal(one, device)
                healed += [] if position is None else [position]
        return healed

    async def _heal(self, returned: WireEvent, device: DeviceId) -> Position | None:
        with suppress(MalformedEvent):
            event = from_wire(returned)
            named = event_hash(event)
            row = next((row for row in self._live.damaged.values() if row.event_hash == named), None)
            if row is None or not await self._district.log.heal(row.position, event):
                return None
            fact = RowHealed(position=row.position, event_hash=named, damage=row.damage, from_device=device)
            await self._district.record([(DISTRICT_STREAM, fact)])
            await self._live.healed(row.position)
            _log.info("log.healed", position=row.position)
            return row.position
        return None

    async def scrub(self) -> tuple[Stream, ...]:
        """Recompute every stream's digest from the stored bytes; the streams that differ from what is signed."""
        await self._live.catch_up()
        size = Position(self._live.scopes.size)
        signed = dict(self._live.scopes.all_digests())
        found: dict[Stream, bytes] = {}
        async for row in self._district.log.read(Position(0), size):
            if row.event is not None and row.header is not None:
                stream = row.header.stream
                found[stream] = after_event(found.get(stream, NO_EVENT), event_hash(row.event))
            elif row.damage:
                self._live.note_damage(row)
            if row.position % _BREATHE_EVERY == 0:
                await asyncio.sleep(_BREATHE_SECONDS)
        hidden = self._live.scopes.is_hidden
        differing = tuple(
            sorted(name for name, digest in signed.items() if found.get(name) != digest and not hidden(name))
        )
        for stream in differing:
            _log.error("log.differs", stream=stream)
        return differing

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Scrub every day for as long as the server runs."""
        async with beside(self._daily(), "scrub the log"):
            yield

    async def _daily(self) -> None:
        wait = FIRST_SCRUB_SECONDS
        while True:
            await asyncio.sleep(wait)
            wait = SCRUB_SECONDS
            try:
                await self.scrub()
            except Exception as error:
                _log.error("scrub.failed", error=type(error).__name__, where=where(error))

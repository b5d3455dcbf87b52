"""Rows of the log that the server's disk damaged: found, named, asked for, and read again from a second copy.

    reading (at start, for a page, daily) --damaged row--> live.damaged --wanted--> devices
    devices --returned--> store.heal (judged by the log's own entry) --row.healed--> folds and rows made anew
    row.healed, by whatever process --live.noticed--> live.unlearn
    live.noticed, daily --> store.check_rows (the log's rows against tree and vault) --row.healed--> as above

``scrub`` reads every stored byte once a day and compares each stream's digest with the one the folds carry, which
is the one that pages are signed under: what a disk changes behind the program's back is named before anybody asks.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

import structlog
from msgspec.structs import replace

from events.catalog.devices import RowHealed
from events.digest import NO_EVENT, after_event
from events.envelope import event_hash
from events.errors import MalformedEvent
from events.ids import DISTRICT_STREAM, DeviceId, Hash, Position, Stream
from events.tiles import TILE_WIDTH
from events.wire import WANTED_MAX, WireEvent, from_wire
from projections.fold import fact_of
from server.beside import beside
from server.district import District
from server.live import RETRY_SECONDS, Live
from server.logs import where
from server.store.healing import header_of
from server.store.port import Verdict

CHANGED = "the log's row was changed or lost"
SCRUB_SECONDS = 86_400.0
FIRST_SCRUB_SECONDS = 600.0
_BREATHE_EVERY = 500
BREATHE_SECONDS = 0.05
"""A reading of the whole log holds up nobody."""

_log = structlog.get_logger(__name__)


class Healing:
    """Finds and heals damaged rows. One per process."""

    def __init__(self, district: District, live: Live, breathe_seconds: float = BREATHE_SECONDS) -> None:
        self._breathe_seconds = breathe_seconds
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
            if healed:
                await self._live.unlearn()
        return healed

    async def _heal(self, returned: WireEvent, device: DeviceId) -> Position | None:
        with suppress(MalformedEvent):
            event = from_wire(returned)
            named = event_hash(event)
            row = next((row for row in self._live.damaged.values() if row.event_hash == named), None)
            header = header_of(event, named)
            if row is None or header is None or self._live.scopes.is_hidden(header.stream):  # its destruction has begun
                return None
            if not await self._district.log.heal(row.position, event):
                return None
            fact = RowHealed(position=row.position, event_hash=named, damage=row.damage, from_device=device)
            await self._district.record([(DISTRICT_STREAM, fact)])
            _log.info("log.healed", position=row.position)
            return row.position
        return None

    async def mend(self, tiles: Iterable[int]) -> None:
        """Make rows of the log good under these tiles; put it on record, and what cannot be made good by name."""
        lost: list[Verdict] = []
        for tile in tiles:
            lost += [one for one in await self._district.log.check_rows(tile) if one.row is None]
            await asyncio.sleep(self._breathe_seconds)
        for one in lost:
            async for row in self._district.log.read(one.position, Position(one.position + 1)):
                stream = row.stream if row.header is None else row.header.stream
                self._live.note_damage(replace(row, damage=row.damage or one.damage, stream=stream))
        if lost:
            self._live.on_anew()  # pages hold them
        async with self._turn:
            await self._tell_of_mended()

    async def _tell_of_mended(self) -> None:
        """Record each row that stands as a second copy, once, whoever made it; fold what was read before anew."""
        mended = {(Position(row.position), Hash(row.event_hash.hex())) for row in self._district.log.second_rows}
        if not mended:
            return
        size = self._live.scopes.size
        for row in await self._district.log.read_streams([DISTRICT_STREAM], size):
            if row.event is not None and row.header is not None and row.header.type == "row.healed":
                told = fact_of(row.event, row.position, row.received_at, row.header, row.event_hash).payload
                if isinstance(told, RowHealed) and told.from_device is None:
                    mended.discard((Position(told.position), told.event_hash))
        if not mended:
            return
        facts = [RowHealed(position=at, event_hash=known, damage=CHANGED) for at, known in sorted(mended)]
        await self._district.record([(DISTRICT_STREAM, fact) for fact in facts])
        for at, _ in mended:
            _log.info("log.row_mended", position=at)
        await self._live.unlearn()

    async def scrub(self) -> tuple[Stream, ...]:
        """Recompute every stream's digest from the stored bytes; the streams that differ from what is signed."""
        await self._live.catch_up()
        size = Position(self._live.scopes.size)
        await self.mend(range(size // TILE_WIDTH + 1))
        signed = dict(self._live.scopes.all_digests())
        found: dict[Stream, bytes] = {}
        seems_destroyed = False
        async for row in self._district.log.read(Position(0), size):
            if row.event is not None and row.header is not None:
                stream = row.header.stream
                found[stream] = after_event(found.get(stream, NO_EVENT), event_hash(row.event))
            elif row.damage:
                self._live.note_damage(row)
            else:
                seems_destroyed = True
            if row.position % _BREATHE_EVERY == 0:
                await asyncio.sleep(self._breathe_seconds)
        if seems_destroyed:
            await self._district.reading.look_through(self._breathe_seconds)
        hidden = self._live.scopes.is_hidden
        differing = tuple(
            sorted(name for name, digest in signed.items() if found.get(name) != digest and not hidden(name))
        )
        for stream in differing:
            _log.error("log.differs", stream=stream)
        return differing

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Scrub every day, and look after what is noticed, for as long as the server runs."""
        await self._tell_of_mended()
        async with beside(self._daily(), "scrub the log"), beside(self._look_after(), "mend the log"):
            yield

    async def _look_after(self) -> None:
        """A row that does not open may be the log's that names it wrongly: each is looked at once, at once."""
        looked_at: set[Position] = set()
        while True:
            await self._live.noticed.wait()
            self._live.noticed.clear()
            new = self._live.damaged.keys() - looked_at
            looked_at |= new
            try:
                await self._live.unlearn()
                await self.mend(sorted({position // TILE_WIDTH for position in new}))
            except Exception as error:
                _log.error("mend.failed", error=type(error).__name__, where=where(error))
                await asyncio.sleep(RETRY_SECONDS)
                self._live.noticed.set()

    async def _daily(self) -> None:
        wait = FIRST_SCRUB_SECONDS
        while True:
            await asyncio.sleep(wait)
            wait = SCRUB_SECONDS
            try:
                await self.scrub()
            except Exception as error:
                _log.error("scrub.failed", error=type(error).__name__, where=where(error))

"""Tells every clinic that holds it of a lot recalled at another: a hold in its own stream, so its devices get it.

    a nurse holds a lot as recalled --> live.recalls owes the others --> stock.held by this process --> their phones

Runs beside the server. Two processes may both write a hold: the second says what the first said.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from events.catalog import Payload
from events.catalog.stock import StockHeld
from events.ids import Stream, stream_of
from server.beside import beside
from server.district import District
from server.live import Live
from server.logs import where

LOOK_SECONDS = 1.0
LOTS_PER_EVENT = 20
NOTE = "recalled at another clinic of the district"

_log = structlog.get_logger(__name__)


class Recalling:
    """Spreads recalls of one district. One per process."""

    def __init__(self, district: District, live: Live) -> None:
        self._district = district
        self._live = live

    async def spread(self) -> int:
        """Write what is owed now; how many holds that was."""
        facts: list[tuple[Stream, Payload]] = []
        for clinic, owed in self._live.recalls.owed().items():
            for maker in dict.fromkeys(mvx for mvx, _ in owed):
                lots = tuple(lot for mvx, lot in owed if mvx == maker)
                parts = (lots[at : at + LOTS_PER_EVENT] for at in range(0, len(lots), LOTS_PER_EVENT))
                holds = [StockHeld(lots=part, mvx=maker or None, why="recall", note=NOTE) for part in parts]
                facts += [(stream_of("clinic", clinic), hold) for hold in holds]
        if facts:
            await self._district.record(facts)
            await self._live.catch_up()
        return len(facts)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Spread for as long as the server runs."""
        async with beside(self._follow(), "spread recalls"):
            yield

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.spread()
            except Exception as error:
                _log.error("recalls.failed", error=type(error).__name__, where=where(error))

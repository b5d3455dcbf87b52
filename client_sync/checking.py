"""Checking what was downloaded, beside everything else the device does.

    verify   signatures of rows nobody checked yet, a batch at a time, in threads
    scrub    every digest recomputed from the stored bytes, daily: what differs is named and pulled anew

Each batch holds the device's one step at a time only while it reads or writes, never while it computes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from client_sync.downloads import Unchecked
from client_sync.inputs import Compared, Damaged, Input
from client_sync.state import Seats, State, Trust
from client_sync.store import Store
from client_sync.verifying import judge_rows, learn_seats
from events.dates import read_instant, write_instant

SCRUB_EVERY = timedelta(days=1)
_SCRUBBED = "scrubbed"
_THREADS = 2


class Checking:
    """The checks of one device. ``stepping`` is held by whoever reads or writes the file."""

    def __init__(self, store: Store, stepping: asyncio.Lock, log_key: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._stepping = stepping
        self._log_key = log_key
        self._clock = clock
        self._seats: Seats | None = None

    async def batch(self) -> bool:
        """Check the next rows; False when there are none left."""
        async with self._stepping:
            rows = await self._store.downloads.unchecked()
            if not rows:
                self._seats = None
                return False
            if self._seats is None or any(row.is_seat for row in rows):
                self._seats = learn_seats(await self._store.downloads.seats(), self._log_key, {})
        found = await _judge(rows, self._log_key, self._seats)
        async with self._stepping, self._store.transaction() as transaction:
            await transaction.downloads.mark(found)
        return True

    async def is_scrub_due(self) -> bool:
        kept = await self._store.get(_SCRUBBED)
        return kept is None or abs(self._clock() - read_instant(kept.decode())) >= SCRUB_EVERY

    async def scrub(self, state: Callable[[], State], feed: Callable[[Input], Awaitable[None]]) -> tuple[str, ...]:
        """Recompute every scope; what is wrong is fed to the engine, and what the server gave wrongly is tried anew.

        The streams named that are wrong here.
        """
        named: list[str] = []
        if not state().scopes:
            return ()
        for scope, kept in state().scopes.items():
            async with self._stepping, self._store.transaction() as transaction:
                outcome = await transaction.downloads.scrub(scope, kept.forgetting)
            if isinstance(outcome, tuple):
                named += outcome
                await feed(Damaged(scope, outcome))
            elif kept.wrong:
                await feed(Damaged(scope, kept.wrong))
            elif not outcome and kept.cursor is not None:
                await feed(Compared(scope, kept.cursor.size, equal=False))
        async with self._stepping, self._store.transaction() as transaction:
            await transaction.put(_SCRUBBED, write_instant(self._clock()).encode())
        return tuple(named)


async def _judge(rows: list[Unchecked], log_key: str, seats: Seats) -> list[tuple[Unchecked, Trust]]:
    share = -(-len(rows) // _THREADS)
    parts = [rows[at : at + share] for at in range(0, len(rows), share)]
    found = await asyncio.gather(*(asyncio.to_thread(judge_rows, part, log_key, seats) for part in parts))
    return [one for part in found for one in part]

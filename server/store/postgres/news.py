"""How processes tell each other that the log has grown: NOTIFY after the commit, LISTEN, and a slow look besides.

    append answered --> tell() --> a NOTIFY at once, then one each TOLD_SECONDS at most, while there is more to tell
    another process --> LISTEN --> wait() returns

A missed notice costs POLL_SECONDS and nothing else: whoever waits looks at the head itself afterwards.
"""

import asyncio
from contextlib import suppress

import asyncpg

from events.ids import DistrictId
from server.store.postgres.connecting import Connection, Pool, dial

POLL_SECONDS = 2.0
TOLD_SECONDS = 0.05
"""Nobody needs to hear of every commit of a burst, and each notice is a transaction of its own."""
RECONNECT_SECONDS = 1.0
CHANNEL = "doseledger_growth"
_TELL = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)"
"""A notice is lost with a crash anyway: it need not wait for the disk, nor for a standby."""

_LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class News:
    """One process's ear and voice for one district."""

    def __init__(self, url: str, district: DistrictId, pool: Pool) -> None:
        self._url, self._district, self._pool = url, district, pool
        self._heard = asyncio.Event()
        self._ear: Connection | None = None
        self._telling: asyncio.Task[None] | None = None
        self._again = False

    def tell(self) -> None:
        """Let the others know, soon. Returns at once and never fails: they would look anyway."""
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell(), name="tell of growth")
        else:
            self._again = True

    async def wait(self) -> None:
        """Until another process told of growth, POLL_SECONDS at most."""
        try:
            await self._listen()
        except _LOST:
            await asyncio.sleep(RECONNECT_SECONDS)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._heard.wait(), POLL_SECONDS)
        self._heard.clear()

    async def close(self) -> None:
        if self._telling is not None:
            await self._telling  # what was appended last is told too
        if self._ear is not None:
            with suppress(*_LOST):
                await self._ear.close()

    async def _listen(self) -> None:
        if self._ear is None or self._ear.is_closed():
            self._ear = await dial(self._url, self._district)
            await self._ear.add_listener(CHANNEL, self._hear)

    def _hear(self, _: object, __: int, ___: str, district: object) -> None:
        if district == self._district:
            self._heard.set()

    async def _tell(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            with suppress(*_LOST):
                await self._pool.execute(_TELL, CHANNEL, self._district)
            await asyncio.sleep(TOLD_SECONDS)

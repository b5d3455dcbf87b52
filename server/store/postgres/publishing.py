"""A committed head signed and kept outside, while the next group is committed; answers wait for it.

soon(row) --> heads that wait --> the newest of them: sign -> outside checkpoint --> every waiting answer
"""

import asyncio

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint
from events.ids import DistrictId
from server.errors import StoreFailed
from server.keys import Keys
from server.store.grouping import HeadRow
from server.store.outside import OutsideCheckpoint, require_not_behind
from server.store.port import LogHead


class Publisher:
    """One process's, for one district. It signs what its callers checked under the lock of the head."""

    def __init__(self, keys: Keys, outside: OutsideCheckpoint, log_name: str, district: DistrictId) -> None:
        self._keys, self._outside = keys, outside
        self._log_name, self._district = log_name, district
        self._working: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[LogHead]] = []
        self._newest: HeadRow | None = None

    def checkpoint_of(self, row: HeadRow) -> Checkpoint:
        return Checkpoint(origin_of(self._log_name, self._district, row.epoch), row.edge.size, row.edge.root())

    def outside(self) -> Checkpoint:
        """The head kept outside. Raises RolledBack."""
        return self._outside.read()

    def require_not_behind(self, row: HeadRow, outside: Checkpoint) -> None:
        """Raises RolledBack when a row, read after the head outside or under its lock, does not reach that."""
        require_not_behind(self.checkpoint_of(row), outside)

    def is_newest(self, row: HeadRow) -> bool:
        """Whether nobody has published anything beyond or beside this row."""
        outside, ours = self._outside.read(), self.checkpoint_of(row)
        return outside == ours or (outside.origin == ours.origin and outside.size < ours.size)

    def soon(self, row: HeadRow) -> asyncio.Future[LogHead]:
        """Publish while other work goes on; heads that wait meanwhile are covered by the newest of them."""
        published: asyncio.Future[LogHead] = asyncio.get_running_loop().create_future()
        self._newest = row
        self._waiting.append(published)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work(), name="publish heads")
        return published

    async def now(self, row: HeadRow) -> LogHead:
        """Sign and keep outside; another process may have published a later one since."""
        head = self.checkpoint_of(row)
        note = sign_checkpoint(head, self._keys.name, self._keys.log)
        try:
            await asyncio.to_thread(self._outside.advance, head, note)
        except OSError as error:
            raise StoreFailed(f"the checkpoint outside the database could not be written: {error}") from error
        return LogHead(row.epoch, head, note)

    async def close(self) -> None:
        if self._working is not None:
            await self._working

    async def _work(self) -> None:
        while self._waiting and self._newest is not None:
            waiting, self._waiting = self._waiting, []
            try:
                head = await self.now(self._newest)
            except Exception as error:
                for published in waiting:
                    published.set_exception(error)
            else:
                for published in waiting:
                    published.set_result(head)

"""Callers that arrive together share a transaction: the queue in front of a store's one writer.

    append() --> queue --> one task: takes all that waits --> the store: one group commit --> published --> futures

A store may publish a commit (sign it, keep its head outside) while the next group is committed: answers wait for it.
The caller waits on a shielded future: when it is cancelled, its events are still committed, signed and
kept outside; a retry is answered with the same positions. Bounds: GROUPS_WAITING_MAX callers wait, the
next ones wait to be let in; a group holds at most GROUP_EVENTS_MAX events or one caller's batch.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from server.errors import RolledBack, StoreBusy, StoreFailed
from server.store.grouping import Batch
from server.store.port import Appended, AppendResult, Counts, LogHead, Outcome

GROUPS_WAITING_MAX = 1_000
GROUP_EVENTS_MAX = 2_000

Commit = Callable[[Sequence[Batch]], Awaitable[tuple[list[tuple[Outcome, ...]], Awaitable[LogHead]]]]
"""Outcomes once they are committed, and the head over them to be awaited: nobody is answered before it."""


class _Waiting(msgspec.Struct):
    batch: Batch
    answer: asyncio.Future[AppendResult]


class Sequencer:
    """Feeds one writer. ``failed`` is set for good once the store cannot be trusted."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue(GROUPS_WAITING_MAX)
        self._task: asyncio.Task[None] | None = None
        self._events = self._groups = 0
        self._answering: set[asyncio.Task[None]] = set()
        self.failed: RolledBack | StoreFailed | None = None

    async def append(self, batch: Batch) -> AppendResult:
        """Raises StoreFailed or RolledBack once the store is unusable; else what the commit raised."""
        if self.failed is not None:
            raise self.failed
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="log writer")
        waiting = _Waiting(batch, asyncio.get_running_loop().create_future())
        await self._queue.put(waiting)
        return await asyncio.shield(waiting.answer)

    @property
    def counts(self) -> Counts:
        return Counts(self._events, self._groups, self._queue.qsize())

    async def close(self) -> None:
        """Finish what waits, then stop."""
        if self._task is not None:
            await self._queue.put(None)
            await self._task
            await asyncio.gather(*self._answering)
            self._task = None

    async def _work(self) -> None:
        stop = False
        while not stop:
            first = await self._queue.get()
            if first is None:
                return
            group, events = [first], len(first.batch.events)
            while events < GROUP_EVENTS_MAX and not self._queue.empty():
                more = self._queue.get_nowait()
                if more is None:
                    stop = True
                    break
                group.append(more)
                events += len(more.batch.events)
            await self._commit_group(group)

    async def _commit_group(self, group: list[_Waiting]) -> None:
        if self.failed is not None:
            return _fail(group, self.failed)
        try:
            outcomes, head = await self._commit([waiting.batch for waiting in group])
        except (RolledBack, StoreFailed) as error:
            self.failed = error
            return _fail(group, error)
        except StoreBusy as error:
            return _fail(group, error)
        except Exception as error:
            if len(group) == 1:
                return _fail(group, error)
            for waiting in group:  # one caller's bad batch must not fail the others
                await self._commit_group([waiting])
            return None
        self._groups += 1
        self._events += sum(isinstance(outcome, Appended) for answers in outcomes for outcome in answers)
        task = asyncio.create_task(self._answer(group, outcomes, head), name="answer a group")
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        return None

    async def _answer(
        self, group: list[_Waiting], outcomes: list[tuple[Outcome, ...]], published: Awaitable[LogHead]
    ) -> None:
        try:
            head = await published
        except Exception as error:  # committed, and not covered outside: nobody may be answered any more
            self.failed = error if isinstance(error, RolledBack | StoreFailed) else StoreFailed(str(error))
            return _fail(group, self.failed)
        for waiting, answers in zip(group, outcomes, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(AppendResult(answers, head))
        return None


def _fail(group: Sequence[_Waiting], error: Exception) -> None:
    for waiting in group:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
            waiting.answer.exception()  # retrieved here: a caller that was cancelled leaves no warning

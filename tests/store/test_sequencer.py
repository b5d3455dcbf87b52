"""Who waits beside a batch that cannot be committed: each is answered for its own."""

import asyncio
from collections.abc import Awaitable, Sequence

import pytest

from events.checkpoint import Checkpoint
from events.ids import Position
from server.errors import StoreBusy, StoreFailed
from server.store.grouping import Batch
from server.store.port import Appended, LogHead, Outcome
from server.store.sequencer import Sequencer
from tests.contract.place import doses
from tests.server.making import START

HEAD = LogHead(0, Checkpoint("log.example/isd-900/0", 0, bytes(32)), "")


class Writer:
    """Commits every group but one with a batch of two events, which raises what it is told."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.sizes: list[int] = []

    async def commit(self, batches: Sequence[Batch]) -> tuple[list[tuple[Outcome, ...]], Awaitable[LogHead]]:
        self.sizes.append(len(batches))
        if any(len(batch.events) == 2 for batch in batches):
            raise self.error
        published = asyncio.get_running_loop().create_future()
        published.set_result(HEAD)
        return [tuple(Appended(Position(0), START) for _ in batch.events) for batch in batches], published


async def brought(writer: Writer, sequencer: Sequencer) -> list[str]:
    """What became of three callers who come at once, the second with the batch of two."""
    batches = [Batch(tuple(doses(count)), ()) for count in (1, 2, 1)]
    done = await asyncio.gather(*map(sequencer.append, batches), return_exceptions=True)
    return [type(one).__name__ for one in done]


@pytest.mark.parametrize(
    ("error", "told", "later"),
    [
        (ValueError("a fault of that batch"), ["AppendResult", "ValueError", "AppendResult"], "AppendResult"),
        (StoreBusy("the head is locked"), ["StoreBusy"] * 3, "AppendResult"),
        (StoreFailed("nobody knows"), ["StoreFailed"] * 3, "StoreFailed"),
    ],
)
async def test_a_fault_is_its_batch_s_a_wait_its_group_s_and_a_failure_everybody_s(
    error: Exception, told: list[str], later: str
) -> None:
    """STORE-R02, STORE-R30: of a group that could not be committed nothing is answered; what can be is tried alone."""
    writer = Writer(error)
    sequencer = Sequencer(writer.commit)
    assert await brought(writer, sequencer) == told
    assert writer.sizes[0] == 3, "they share a commit"
    (after,) = await asyncio.gather(sequencer.append(Batch(tuple(doses(1)), ())), return_exceptions=True)
    assert type(after).__name__ == later
    await sequencer.close()

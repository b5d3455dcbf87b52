"""Rows of the log made good on PostgreSQL: what the contract (tests/contract/damage_contract.py) does not reach."""

import asyncio
import threading
from typing import Any

import pytest

from server.store.postgres import mending
from tests.contract.place import doses
from tests.postgres.place import PostgresPlace

PATIENCE_SECONDS = 20.0


@pytest.mark.parametrize("step", ["examine_tile", "believe"])
async def test_what_is_tried_out_holds_up_nobody(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """STORE-R47: appends go on while times of receipt are tried, and while second copies are weighed."""
    log, other = await place.open(), await place.open()
    await log.append(doses(300))
    await place.harm("log.received_at", 100)
    if step == "believe":
        await other.check_rows(0)  # a copy to be weighed by the process that does not know it yet
    begun, appended = threading.Event(), threading.Event()
    real = getattr(mending, step)

    def slow(*given: Any) -> Any:
        begun.set()
        assert appended.wait(PATIENCE_SECONDS), "nothing else was done meanwhile"
        return real(*given)

    monkeypatch.setattr(mending, step, slow)
    looking = asyncio.create_task(log.check_rows(0))
    await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)
    await other.append(doses(1, "meanwhile"))
    appended.set()
    await looking
    assert [row.position for row in log.second_rows] == [100]

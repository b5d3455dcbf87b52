"""One order whatever happens to a process: a locked head, a stall, a lost reply, kill -9, and readers meanwhile.

The reader's run is repeated READER_RUNS times (default 2); ``READER_RUNS=1000 pytest tests/postgres/test_order.py``.
"""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from events.checkpoint import open_checkpoint
from events.ids import Hash, Position
from server.errors import StoreBusy
from server.store.port import Appended
from server.store.postgres import connecting, news
from server.store.postgres.appending import PostgresAppender
from server.store.postgres.connecting import connect
from tests.contract.log_contract import rows, tree_over
from tests.contract.place import CHILD, OTHER_CHILD, append_each, doses
from tests.postgres.place import PostgresPlace
from tests.server.making import DISTRICT
from tests.store.test_kill import killed

ROOT = Path(__file__).parents[2]
READER_RUNS = int(os.environ.get("READER_RUNS", "2"))
WRITERS, EVENTS_EACH, READERS = 200, 2, 3
KILL_ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))


async def test_a_head_that_stays_locked_is_waited_for_and_then_told(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PG-R02: no caller waits for ever, none is told that something was written, and all may try again."""
    monkeypatch.setattr(connecting, "LOCK_SECONDS", 0.2)
    log = await place.open()
    holder = await asyncpg.connect(place.url)
    async with holder.transaction():
        await holder.execute("SELECT 1 FROM ledger.head FOR UPDATE")
        answers = await asyncio.gather(*(log.append([event]) for event in doses(5)), return_exceptions=True)
        assert {type(answer) for answer in answers} == {StoreBusy}
    await holder.close()
    assert (await log.append(doses(5))).head.checkpoint.size == 5


async def test_a_process_that_stalls_with_the_head_in_hand_stops_nobody(
    place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PG-R03: the server ends its transaction; awake, it finds its connection gone and takes its place at the end."""
    monkeypatch.setattr(connecting, "IDLE_SECONDS", 0.3)
    stalled, other = await place.open(), await place.open()
    awake, asleep = asyncio.Event(), asyncio.Event()
    look_up = PostgresAppender._held

    async def sleep_once(appender: PostgresAppender, *arguments: Any) -> Any:
        if appender is stalled._appender and not asleep.is_set():
            asleep.set()
            await awake.wait()
        return await look_up(appender, *arguments)

    monkeypatch.setattr(PostgresAppender, "_held", sleep_once)
    late = asyncio.create_task(stalled.append(doses(2, "stalled")))
    await asleep.wait()
    quick = await other.append(doses(3, "quick"))
    assert [outcome.position for outcome in quick.outcomes] == [0, 1, 2]
    awake.set()
    assert [outcome.position for outcome in (await late).outcomes] == [3, 4]
    stored = await rows(other)
    assert [row.position for row in stored] == list(range(5))
    assert tree_over(stored).root() == (await stalled.head()).checkpoint.root


class LosesReply:
    """A connection that dies at COMMIT: after the server carried it out, or before."""

    def __init__(self, real: Any, *, carried_out: bool) -> None:
        self._real, self._carried_out = real, carried_out

    async def execute(self, statement: str, *arguments: Any) -> Any:
        if statement != "COMMIT":
            return await self._real.execute(statement, *arguments)
        if self._carried_out:
            await self._real.execute(statement)
        self._real.terminate()
        raise ConnectionResetError("the reply was lost")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@pytest.mark.parametrize("carried_out", [True, False])
async def test_a_commit_whose_reply_was_lost_is_answered_with_its_position(
    place: PostgresPlace, carried_out: bool
) -> None:
    """PG-R04: as new, once in the log, at one position, under a checkpoint outside."""
    log = await place.open()
    await log.append(doses(1, "tablet"))
    appender = log._appender
    appender._connection = LosesReply(appender._connection, carried_out=carried_out)  # type: ignore[assignment]
    result = await log.append(doses(3))
    assert [type(outcome) for outcome in result.outcomes] == [Appended] * 3
    assert [outcome.position for outcome in result.outcomes] == [1, 2, 3]
    assert [row.position for row in await rows(log)] == [0, 1, 2, 3]
    assert open_checkpoint(place.checkpoint(), place.keys.log_verifier) == result.head.checkpoint


async def test_a_reader_on_a_cursor_misses_nothing_of_two_hundred_writers(place: PostgresPlace) -> None:
    """PG-R05: what a cursor has passed is never filled in afterwards, by whatever process."""
    one, two = await place.open(), await place.open()
    for run in range(READER_RUNS):
        start = (await one.head()).checkpoint.size
        end = start + WRITERS * EVENTS_EACH
        seen: list[list[int]] = [[] for _ in range(READERS)]
        writers = [doses(EVENTS_EACH, f"{run} {number}", (CHILD, OTHER_CHILD)[number % 2]) for number in range(WRITERS)]
        await asyncio.gather(
            *(_follow(place.url, start, end, positions) for positions in seen),
            *(append_each((one, two)[number % 2], events) for number, events in enumerate(writers)),
        )
        for positions in seen:
            assert positions == list(range(start, end)), f"run {run}"


async def _follow(url: str, start: int, end: int, seen: list[int]) -> None:
    """Read as a cursor does: whatever is there beyond the last position seen, and never looks back."""
    connection = await connect(url, DISTRICT)
    cursor = start
    while cursor < end:
        found = await connection.fetch(
            "SELECT position FROM ledger.log WHERE district = $1 AND position >= $2 ORDER BY position LIMIT 97",
            DISTRICT, cursor,
        )  # fmt: skip
        seen += [row["position"] for row in found]
        cursor = seen[-1] + 1 if seen else cursor
        await asyncio.sleep(0)
    await connection.close()


async def test_another_process_hears_of_growth_at_once(place: PostgresPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """PG-R06: long before it would have looked by itself."""
    monkeypatch.setattr(news, "POLL_SECONDS", 3600)
    writer, listener = await place.open(), await place.open()
    heard = asyncio.create_task(listener.wait_for_growth())
    for number in range(100):  # the ear may open a moment after it is there: any one of these is enough
        await writer.append(doses(1, f"phone {number}"))
        if heard.done():
            break
        await asyncio.sleep(0.02)
    await asyncio.wait_for(heard, 20)


def test_no_notice_is_sent_inside_the_appending_transaction() -> None:
    """PG-R06: a NOTIFY there would make every commit of the cluster wait for the one before it."""
    for source in (ROOT / "server" / "store" / "postgres").rglob("*"):
        if source.suffix in (".py", ".sql") and source.name != "news.py":
            statements = [line for line in source.read_text("utf-8").splitlines() if "pg_notify" in line.lower()]
            assert statements == [], source


def start(place: PostgresPlace, device: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.postgres.appender", str(place.home.path), place.url, device]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


async def test_every_answer_before_a_kill_is_in_the_log(place: PostgresPlace) -> None:
    """PG-R07, PG-R01: three processes write, all are killed; again and again."""
    chance = random.Random(20261121)
    answered: dict[Position, Hash] = {}
    for number in range(KILL_ROUNDS):
        processes = [start(place, f"{side} {number}") for side in ("left", "right", "middle")]
        firsts = [await asyncio.to_thread(process.stdout.readline) for process in processes if process.stdout]
        await asyncio.sleep(chance.uniform(0, 0.2))
        for process, first in zip(processes, firsts, strict=True):
            for position, name, size in killed(process, first):
                assert position < size
                assert answered.setdefault(position, name) == name
        log = await place.open()
        stored = await rows(log)
        assert [row.position for row in stored] == list(range(len(stored)))
        assert answered.items() <= {row.position: row.event_hash for row in stored}.items(), f"round {number}"
        outside = open_checkpoint(place.checkpoint(), place.keys.log_verifier)
        assert (outside.size, outside.root) == (len(stored), tree_over(stored).root())
        await place.close()
    assert len(answered) >= KILL_ROUNDS

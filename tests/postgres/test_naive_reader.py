"""The control of test_order.py: a reader that follows a sequence or a clock must miss what this log's reader does not.

    slow writer    BEGIN  INSERT ..................... COMMIT
    quick writer             INSERT  COMMIT                        (in the log it waits for the slow one)
    reader                              reads             reads again, from where it stood

One schedule for all three. If a naive reader missed nothing here, the schedule would prove nothing of the real one.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
import pytest

from tests.contract.place import doses
from tests.postgres.place import PostgresPlace
from tests.server.making import DISTRICT

TABLE = """
CREATE TABLE naive (
    number bigint GENERATED ALWAYS AS IDENTITY,
    at     timestamptz NOT NULL DEFAULT now(),
    body   text NOT NULL
)
"""
WRITTEN = ["slow", "quick"]


class Store(Protocol):
    """Two writers and what a reader sees past a cursor."""

    async def begin_slowly(self) -> None:
        """The slow writer's event is written and not committed."""
        ...

    async def write_quickly(self) -> None: ...

    async def end_slowly(self) -> None: ...

    async def past(self, cursor: Any) -> Sequence[tuple[Any, str]]:
        """What is there beyond a cursor, in order: where each stands, and what it is."""
        ...

    async def all(self) -> set[str]: ...


class Naive:
    """A table read in the order of one of its columns: a sequence's numbers, or the time of the insert."""

    def __init__(self, slow: asyncpg.Connection, quick: asyncpg.Connection, column: str) -> None:
        self._slow, self._quick, self._column = slow, quick, column
        self._transaction = slow.transaction()

    async def begin_slowly(self) -> None:
        await self._transaction.start()
        await self._slow.execute("INSERT INTO naive (body) VALUES ('slow')")

    async def write_quickly(self) -> None:
        await self._quick.execute("INSERT INTO naive (body) VALUES ('quick')")

    async def end_slowly(self) -> None:
        await self._transaction.commit()

    async def past(self, cursor: Any) -> Sequence[tuple[Any, str]]:
        some = "" if cursor is None else f"WHERE {self._column} > $1"
        order = f"SELECT {self._column}, body FROM naive {some} ORDER BY {self._column}"
        return [tuple(row) for row in await self._quick.fetch(order, *([] if cursor is None else [cursor]))]

    async def all(self) -> set[str]:
        return {row["body"] for row in await self._quick.fetch("SELECT body FROM naive")}


class HeldAtCommit:
    """A connection that does not send COMMIT until it is told to."""

    def __init__(self, real: Any) -> None:
        self._real, self.reached, self.go_on = real, asyncio.Event(), asyncio.Event()

    async def execute(self, statement: str, *arguments: Any) -> Any:
        if statement == "COMMIT":
            self.reached.set()
            await self.go_on.wait()
        return await self._real.execute(statement, *arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Real:
    """This log, by two of its processes, read by position."""

    def __init__(self, place: PostgresPlace, reader: asyncpg.Connection) -> None:
        self._place, self._reader = place, reader
        self._tasks: list[asyncio.Task[Any]] = []

    async def begin_slowly(self) -> None:
        log = await self._place.open()
        self._held = HeldAtCommit(await log._appender._writer())
        log._appender._connection = self._held  # type: ignore[assignment]
        self._tasks.append(asyncio.create_task(log.append(doses(1, "slow"))))
        await self._held.reached.wait()

    async def write_quickly(self) -> None:
        log = await self._place.open()
        self._tasks.append(asyncio.create_task(log.append(doses(1, "quick"))))
        waiting = 0
        while not waiting:  # until it stands behind the other
            waiting = await self._reader.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")

    async def end_slowly(self) -> None:
        self._held.go_on.set()
        await asyncio.gather(*self._tasks)

    async def past(self, cursor: Any) -> Sequence[tuple[Any, str]]:
        rows = await self._reader.fetch(
            "SELECT position, device FROM ledger.log WHERE district = $1 AND position > $2 ORDER BY position",
            DISTRICT, -1 if cursor is None else cursor,
        )  # fmt: skip
        names = {doses(1, name)[0].header: name for name in WRITTEN}
        return [(row["position"], self._name(names, str(row["device"]))) for row in rows]

    async def all(self) -> set[str]:
        return {name for _, name in await self.past(None)}

    @staticmethod
    def _name(names: dict[bytes, str], device: str) -> str:
        return next(name for header, name in names.items() if device.encode() in header)


@asynccontextmanager
async def store_of(place: PostgresPlace, order: str) -> AsyncIterator[Store]:
    one, other = await asyncpg.connect(place.url), await asyncpg.connect(place.url)
    try:
        await one.execute(TABLE)
        yield Real(place, one) if order == "position" else Naive(one, other, order)
    finally:
        await one.close()
        await other.close()


@pytest.mark.parametrize(("order", "missed"), [("number", {"slow"}), ("at", {"slow"}), ("position", set())])
async def test_only_a_reader_of_positions_misses_nothing(place: PostgresPlace, order: str, missed: set[str]) -> None:
    """PG-R05: the same schedule of two writers; whoever follows a sequence, or now(), never sees the slower one."""
    async with store_of(place, order) as store:
        seen: list[tuple[Any, str]] = []
        await store.begin_slowly()
        await store.write_quickly()
        seen += await store.past(None)
        await store.end_slowly()
        seen += await store.past(seen[-1][0] if seen else None)
        assert await store.all() == set(WRITTEN), "both were committed"
        assert set(WRITTEN) - {name for _, name in seen} == missed
        assert len(seen) == len(WRITTEN) - len(missed), "nothing is seen twice"

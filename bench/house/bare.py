"""The floor under (a): what 200 devices and a server in Python cost before they do anything the contract asks.

    figure = await push_bare(folder, pushes, devices)      (a) between the processes below
    python -m bench.house.bare FILE                        the server; prints its port on the first line

The product's own libraries on both sides, durability on: a device posts its events in one request and commits a row
for each of the answer's; the server reads the request, checks as many signatures as there are events in a thread, and
commits a row for each, many requests in one transaction. Missing is everything else: who the device is and what it
may, hash chains, commitments, encryption, the tree, folds, quarantine, checkpoints, proofs, receipts.
"""

import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import aiosqlite
import httpx
import msgspec
import uvloop
from litestar import Litestar, Request, Response, post
from nacl.signing import VerifyKey

from bench.house.figures import PushFigure
from bench.measure import median, nearly_all, peak_mib
from events.signing import SigningKey
from events.wire import WireEvent
from server.commands.serve import DrainingServer, listen, server_config

_TABLE = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE row (hash TEXT PRIMARY KEY, body BLOB NOT NULL);
"""
_INSERT = "INSERT INTO row (hash, body) VALUES (?, ?)"
_Rows = list[tuple[str, bytes]]


class Batch(msgspec.Struct, frozen=True):
    """What a bare device sends: ``wire.SyncRequest`` has it under the same name."""

    push: tuple[WireEvent, ...]


class Taken(msgspec.Struct, frozen=True):
    """What it gets: the hash of each."""

    hashes: tuple[str, ...]


class Bare:
    """One table, and whoever waits for its next commit."""

    def __init__(self, path: Path) -> None:
        self._table = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._table.executescript(_TABLE)
        self._waiting: list[tuple[_Rows, asyncio.Future[None]]] = []
        self._committing = asyncio.Lock()
        key, self._message = SigningKey(os.urandom(32)), os.urandom(600)
        self._signature, self._key = key.sign(self._message), VerifyKey(key.public)

    async def take(self, batch: Batch) -> Taken:
        await asyncio.to_thread(self._verify, len(batch.push))
        rows = [(sha256(one.header.encode()).hexdigest(), msgspec.json.encode(one)) for one in batch.push]
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, done))
        async with self._committing:
            if not done.done():
                together, self._waiting = self._waiting, []
                await asyncio.to_thread(self._commit, [row for its, _ in together for row in its])
                for _, each in together:
                    each.set_result(None)
        return Taken(tuple(known for known, _ in rows))

    def _verify(self, events: int) -> None:
        for _ in range(events):
            self._key.verify(self._message, self._signature)

    def _commit(self, rows: _Rows) -> None:
        self._table.execute("BEGIN")
        self._table.executemany(_INSERT, rows)
        self._table.execute("COMMIT")


def bare_app(path: Path) -> Litestar:
    bare = Bare(path)

    @post("/sync", status_code=200)
    async def sync(request: Request[Any, Any, Any]) -> Response[bytes]:
        answer = await bare.take(msgspec.json.decode(await request.body(), type=Batch))
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return Litestar([sync], openapi_config=None, logging_config=None)


async def push_bare(folder: Path, pushes: Path, devices: int, events: int) -> PushFigure:
    """(a) by nothing but the libraries; ``pushes`` is a file of wire events, one a line."""
    await asyncio.to_thread(folder.mkdir)
    lines = (await asyncio.to_thread(pushes.read_bytes)).splitlines()
    bodies = [msgspec.json.decode(line, type=WireEvent) for line in lines[: devices * events]]
    shares = [bodies[at : at + events] for at in range(0, len(bodies), events)]
    async with _serving(folder / "server.db") as (url, process):
        tables = [await _table(folder / f"{number}.db") for number in range(devices)]
        start = time.perf_counter()
        took = await asyncio.gather(
            *(_deliver(url, table, share, start) for table, share in zip(tables, shares, strict=True))
        )
        seconds = time.perf_counter() - start
        right = sum([await _rows(table) for table in tables])
        for table in tables:
            await table.close()
        return PushFigure(
            events_per_second=right / seconds,
            p50_seconds=median(took),
            p99_seconds=nearly_all(took),
            server_mib=peak_mib(process),
            right=right,
        )


async def _deliver(url: str, table: aiosqlite.Connection, share: Sequence[WireEvent], start: float) -> float:
    async with httpx.AsyncClient(timeout=120, verify=False) as wire:
        answer = await wire.post(f"{url}/sync", content=msgspec.json.encode(Batch(tuple(share))))
    taken = msgspec.json.decode(answer.raise_for_status().content, type=Taken)
    await table.execute("BEGIN")
    await table.executemany(_INSERT, [(known, msgspec.json.encode(known)) for known in taken.hashes])
    await table.execute("COMMIT")
    return time.perf_counter() - start


async def _table(path: Path) -> aiosqlite.Connection:
    table = await aiosqlite.connect(path, isolation_level=None)
    await table.executescript(_TABLE)
    return table


async def _rows(table: aiosqlite.Connection) -> int:
    return sum([count for (count,) in await table.execute_fetchall("SELECT count(*) FROM row")])


@asynccontextmanager
async def _serving(path: Path) -> AsyncIterator[tuple[str, int]]:
    words = [sys.executable, "-m", "bench.house.bare", str(path)]
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}", process.pid
    finally:
        process.terminate()
        await process.wait()


async def run(path: Path) -> None:
    app = bare_app(path)
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        print(port, flush=True)
        await DrainingServer(server_config(app, "127.0.0.1", port)).serve(sockets=[taken])


if __name__ == "__main__":
    uvloop.run(run(Path(sys.argv[1])))

"""A generation of rows built stream by stream, in several processes: a long log is read once and each row written once.

    keyring: streams --shared out--> process: some streams --their events, opened--> folded, sealed --> rows
                                     process: …

For projections whose rows each hang on their stream (kept.py). The generation stands at position 0 until every
row is in; the caller moves it on then, so a crash leaves nothing that anybody goes on from. A row is written only
while the generation is there: one that another process dropped ends the work. Short logs are built in this process.
"""

import asyncio
import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from typing import Any

import msgspec

from events.ids import DistrictId, Stream
from projections.fold import Fact, fact_of
from projections.kept import StreamProjection
from projections.tables import PROJECTIONS
from server.store.folding import sealed_row
from server.store.port import StoredEvent
from server.store.postgres.connecting import Connection, dial, open_pool
from server.store.postgres.keyring import PostgresKeyring, streams_of_kinds
from server.store.postgres.mending import read_second
from server.store.postgres.reading import made_good, opened, rows_of_streams
from server.store.postgres.sealing import STORE, Columns, RowSealer, parts
from server.store.postgres.tree import PostgresTree
from server.store.second_rows import SecondRows
from server.store.tables import SealedRow, dropped

STREAMS_AT_FIRST = 8
STREAMS_PER_STEP = 64
EVENTS_PER_STEP = 2_000
"""Aimed at, some 4 MiB: one stream of many events is a step by itself."""
EVENTS_PER_PROCESS = 50_000
PROCESSES_MAX = 8


class CannotFold(Exception):
    """The projection raised over a stream (the exception's type, and nothing it says), or a row does not open."""


class Job(msgspec.Struct, frozen=True):
    """What a process needs to build its share; handed over in memory, never on a command line."""

    url: str
    keyring_url: str
    district: DistrictId
    wrapping: bytes
    name: str = ""
    generation: int = 0
    size: int = 0
    streams: tuple[Stream, ...] = ()


def is_by_streams(name: str) -> bool:
    """Whether this is one of the program's projections, whose rows each hang on their stream."""
    return any(one.name == name for one in PROJECTIONS)


async def build(job: Job) -> set[Stream]:
    """Write every row of the generation as of the log's first ``size`` events; the streams whose key was destroyed
    meanwhile. Raises CannotFold where the projection raises, LookupError when another process dropped the generation.
    """
    streams = await _streams(job)
    await _build_in_shares(job, streams)
    return set(streams) - set(await _streams(job))


async def _build_in_shares(job: Job, streams: Sequence[Stream]) -> None:
    shares = _shares(streams, max(1, min(job.size // EVENTS_PER_PROCESS, (os.cpu_count() or 1) + 1, PROCESSES_MAX)))
    jobs = [msgspec.structs.replace(job, streams=share) for share in shares]
    if len(jobs) == 1:
        await _build_share(jobs[0], asyncio.to_thread)
        return
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(len(jobs), multiprocessing.get_context("spawn")) as processes:
        await asyncio.gather(*(loop.run_in_executor(processes, _in_a_process, one) for one in jobs))


def _shares(streams: Sequence[Stream], count: int) -> list[tuple[Stream, ...]]:
    return [tuple(streams[number::count]) for number in range(count)]


def _in_a_process(job: Job) -> None:
    gc.disable()  # facts hold no cycles, and looking for them takes a fifth of the time
    asyncio.run(_build_share(job, _here))


async def _here(work: Callable[..., Any], *given: Any) -> Any:
    return work(*given)


async def _streams(job: Job) -> list[Stream]:
    """The streams of the projection's kinds that have a key: every event that opens is in one of them."""
    ring = await dial(job.keyring_url, job.district)
    try:
        return await streams_of_kinds(ring, job.district, _projection(job).kinds)
    finally:
        await ring.close()


async def _build_share(job: Job, run: Callable[..., Any]) -> None:
    async with AsyncExitStack() as stack:
        database = await dial(job.url, job.district)
        stack.push_async_callback(database.close)
        ring = await open_pool(job.keyring_url, job.district, 1)
        stack.push_async_callback(ring.close)
        await database.execute("SELECT set_config('synchronous_commit', 'off', false)")  # the last step waits for all
        keyring = PostgresKeyring(ring, job.district, job.wrapping, os.urandom)
        sealer = RowSealer(job.district, os.urandom)
        second = SecondRows()
        await read_second(database, PostgresTree(job.district), job.district, second)
        at, step = 0, min(STREAMS_AT_FIRST, STREAMS_PER_STEP)
        while at < len(job.streams):
            keys = await keyring.find(job.streams[at : at + step])
            ids = {key.id: key for key in keys.values()}
            found = await rows_of_streams(database, job.district, second, list(ids), job.size)
            events = await run(opened, found, ids, job.district)
            events = await made_good(database, keyring, job.district, frozenset(), found, events)
            rows = await run(_folded, _projection(job), events)
            await _store(database, job, await run(sealer.sealed, job.name, job.generation, rows, keys))
            at, step = at + step, next_step(step, len(found))


def next_step(streams: int, events: int) -> int:
    """How many streams to take next, where so many of them had so many events."""
    return max(1, min(STREAMS_PER_STEP, streams * EVENTS_PER_STEP // max(1, events)))


def _folded(projection: StreamProjection[Any], events: Sequence[StoredEvent]) -> list[SealedRow]:
    by_stream: dict[Stream, list[Fact]] = {}
    for row in events:
        if row.event is None or row.header is None:  # nobody destroyed it, its key is there: never passed over
            raise CannotFold(f"position {row.position} does not open")
        fact = fact_of(row.event, row.position, row.received_at, row.header, row.event_hash)
        by_stream.setdefault(fact.stream, []).append(fact)
    try:
        return [sealed_row(projection, stream, projection.evolve(None, facts)) for stream, facts in by_stream.items()]
    except Exception as error:  # a bug in the projection, whatever it is
        raise CannotFold(type(error).__name__) from None


async def _store(database: Connection, job: Job, sealed: Sequence[Columns]) -> None:
    async with database.transaction():
        there = await database.fetchval(
            "SELECT 1 FROM ledger.projection WHERE district = $1 AND name = $2 AND generation = $3 FOR KEY SHARE",
            job.district, job.name, job.generation,
        )  # fmt: skip
        if there is None:
            raise dropped(job.name, job.generation)
        for part in parts(sealed):
            await database.execute(STORE, job.district, job.name, job.generation, *map(list, zip(*part, strict=True)))


def _projection(job: Job) -> StreamProjection[Any]:
    return next(one for one in PROJECTIONS if one.name == job.name)


__all__ = ["Job", "build", "is_by_streams"]

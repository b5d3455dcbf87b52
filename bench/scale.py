"""What grows with the log and what does not: append cost from 10^4 events on, a server's start, processes, memory.

    python -m bench.scale [--sizes 10000,100000] [--seconds 3] [--start-at 100000]

The log is filled with real ciphertexts to each size, 28 events a child, then 50 events a push are appended by one
caller, of 150 of those children; beside it, in turns, INSERT … unnest of the same rows into the same tables, so that
a machine that gets busier is seen. "Start" is what a server process does before it answers: it opens the log and folds
it in memory.
``--sizes 10000,1000000,10000000`` is the figure that docs/scale.md quotes; it needs 20 GB of disk.
"""

import argparse
import asyncio
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.log import DISTRICT, Phone, new_id
from bench.measure import peak_mib, processor_seconds, write_result
from bench.postgres.fill import fill
from bench.postgres.place import Floor, Place, place
from events.ids import Stream, stream_of
from server.district import wall_clock
from server.home import Home
from server.keys import load_keys
from server.live import Live
from server.store.postgres.opening import open_postgres_log
from tests.postgres.cluster import NoPostgres

PER_PUSH = 50
CHILDREN = 150
"""Of a clinic, picked from all whose records the log holds."""
PUSHES = 8
PROCESSES = (1, 2, 4)
CALLERS_EACH = 4
EVENTS_EACH = 28


class AtSize(msgspec.Struct, frozen=True):
    """Milliseconds a push of 50, medians; ``processor_ms`` is the work of this process and of PostgreSQL's together."""

    size: int
    log_ms: float
    unnest_ms: float
    log_over_unnest: float
    processor_ms: float


class Started(msgspec.Struct, frozen=True):
    """A server process that opens a log of this size and folds it: by the clock, of its processor, and its memory."""

    size: int
    seconds: float
    processor_seconds: float
    memory_mib: int
    memory_before_mib: int


class Together(msgspec.Struct, frozen=True):
    """Processes appending to one district at once, CALLERS_EACH callers of 50 a push each."""

    processes: int
    events_per_second: float


async def at_size(there: Place, floor: Floor, size: int, clinic: Sequence[Stream], budget_seconds: float) -> AtSize:
    """Append doses of these children to a log of this size on a server that has its indexes in memory."""
    await there.warm()
    log, phone = await there.open(), Phone()
    phone.students = list(clinic)
    await log.append(phone.write(150))
    ours: list[float] = []
    theirs: list[float] = []
    used = 0.0
    end = time.monotonic() + budget_seconds
    while time.monotonic() < end or len(ours) < 5:
        batches = [phone.write(PER_PUSH) for _ in range(PUSHES)]
        rows = [floor.rows(batch) for batch in batches]
        start = time.perf_counter()
        for one in rows:
            await floor.unnest(one)
        theirs.append((time.perf_counter() - start) / PUSHES * 1000)
        start, cpu = time.perf_counter(), processor_seconds(there.server)
        for batch in batches:
            await log.append(batch)
        ours.append((time.perf_counter() - start) / PUSHES * 1000)
        used += processor_seconds(there.server) - cpu
    await log.close()
    mine, floor_ms = statistics.median(ours), statistics.median(theirs)
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    return AtSize(size, round(mine, 2), round(floor_ms, 2), round(ratio, 2), round(used / len(ours) / PUSHES * 1000, 2))


async def work(home: Path, url: str, seconds: float) -> None:
    """One of several processes: append until the time is over, print how many."""
    keys = load_keys(Home(home), "bench.example", DISTRICT, {})
    log = await open_postgres_log(url, url, url, Home(home), DISTRICT, "bench.example", keys, wall_clock)
    phones = [Phone() for _ in range(CALLERS_EACH)]
    for phone in phones:
        phone.students = phones[0].students
    await asyncio.gather(*(log.append(phone.write(150)) for phone in phones))
    made = [[phone.write(PER_PUSH) for _ in range(int(120 * seconds))] for phone in phones]
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    end, count = time.monotonic() + seconds, 0

    async def call(batches: list[list[object]]) -> int:
        done = 0
        while time.monotonic() < end and batches:
            await log.append(batches.pop(0))  # type: ignore[arg-type]
            done += PER_PUSH
        return done

    count = sum(await asyncio.gather(*(call(batches) for batches in made)))  # type: ignore[arg-type]
    await log.close()
    print(count, flush=True)


async def start_up(home: Path, url: str) -> None:
    """What a server does at start; printed as Started."""
    before = round(peak_mib(os.getpid()))
    start, used = time.perf_counter(), time.process_time()
    keys = load_keys(Home(home), "bench.example", DISTRICT, {})
    log = await open_postgres_log(url, url, url, Home(home), DISTRICT, "bench.example", keys, wall_clock)
    head = await Live(log, lambda _: None).catch_up()
    took, used = time.perf_counter() - start, time.process_time() - used
    memory = round(peak_mib(os.getpid()))
    print(msgspec.json.encode(Started(head.checkpoint.size, round(took, 1), round(used, 1), memory, before)).decode())
    await log.close()


async def started(there: Place) -> Started:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.scale", "--start", str(there.home), there.url, stdout=asyncio.subprocess.PIPE
    )
    return msgspec.json.decode((await process.communicate())[0], type=Started)


async def together(there: Place, processes: int, seconds: float) -> Together:
    workers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.scale", "--work", str(there.home), there.url, "--seconds", str(seconds),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(processes)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdout is not None
        assert await worker.stdout.readline() == b"ready\n"
    counts = [int(said) for said, _ in await asyncio.gather(*(worker.communicate(b"go\n") for worker in workers))]
    return Together(processes, round(sum(counts) / seconds))


async def main(sizes: list[int], seconds: float, start_at: int) -> None:
    grown, starts = list[AtSize](), list[Started]()
    with tempfile.TemporaryDirectory() as folder:
        try:
            for size in sorted(sizes, reverse=True):  # a database of its own for each, so that each is filled in one go
                async with place(Path(folder) / str(size), DISTRICT) as there:
                    log = await there.open()
                    phone = Phone()
                    phone.students = [stream_of("student", new_id()) for _ in range(size // EVENTS_EACH)]
                    await fill(there.url, log, DISTRICT, phone, size, lambda at: print(f"\r{at:,}", end="", flush=True))
                    await log.close()
                    if size <= start_at:
                        starts.append(await started(there))
                        print(msgspec.json.encode(starts[-1]).decode(), flush=True)
                    floor = await Floor.open(there.url, "floor")
                    clinic = random.sample(phone.students, CHILDREN)
                    grown.append(await at_size(there, floor, size, clinic, seconds))
                    await floor.close()
                    print(msgspec.json.encode(grown[-1]).decode(), flush=True)
            async with place(Path(folder) / "together", DISTRICT) as there:
                shared = [await together(there, count, seconds) for count in PROCESSES]
                print(msgspec.json.encode(shared).decode())
        except NoPostgres as error:
            print(error)
            return
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    grown.sort(key=lambda one: one.size)
    last, first = grown[-1], grown[0]
    flat = round(last.log_over_unnest / first.log_over_unnest, 2), round(last.log_ms / first.log_ms, 2)
    flat_processor = round(last.processor_ms / first.processor_ms, 2)
    print(f"append at {last.size:,} over append at {first.size:,}: {flat[1]}")
    print(f"the same, in processor time: {flat_processor}")
    print(f"the same against the floor of the same moments: {flat[0]}")
    figures = {
        "sizes": grown,
        "start": starts,
        "together": shared,
        "flat_ms": flat[1],
        "flat_over_floor": flat[0],
        "flat_processor": flat_processor,
    }
    write_result("scale", msgspec.to_builtins(figures | {"memory_mib": memory}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000", help="events of each log (default 10000,100000)")
    parser.add_argument("--start-at", type=int, default=10**9, help="the longest log to measure a start at")
    parser.add_argument("--start", nargs=2, metavar=("HOME", "URL"), help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=3.0, help="budget of each line (default 3)")
    parser.add_argument("--work", nargs=2, metavar=("HOME", "URL"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        asyncio.run(work(Path(given.work[0]), given.work[1], given.seconds))
    elif given.start:
        asyncio.run(start_up(Path(given.start[0]), given.start[1]))
    else:
        asyncio.run(main([int(size) for size in given.sizes.split(",")], given.seconds, given.start_at))

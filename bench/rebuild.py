"""A projection rebuilt from zero on PostgreSQL, beside reading and decoding the same events and nothing else.

    python -m bench.rebuild [--events 56000]

The log holds real ciphertexts of clinic events, 28 for each child, as a state's record has. Each figure is seconds, and
events a second; "read and decode" fetches, unseals and decodes every event in one process and folds nothing.
"Processor" is the work of all processes that took part, PostgreSQL's too: what a machine's cores share. With
``--events 1000000`` it is the figure that docs/scale.md quotes.
"""

import argparse
import asyncio
import os
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from bench.measure import processor_seconds, write_result
from events.ids import Position, stream_of
from projections.fold import fact_of
from projections.tables import STUDENT
from server.store.port import Log
from server.store.projector import Projector

EVENTS_EACH = 28


class Took(msgspec.Struct, frozen=True):
    """Seconds by the clock, and of all processors together."""

    seconds: float
    processor_seconds: float


class Rebuilt(msgspec.Struct, frozen=True):
    """For all ``events``; and whether the rows' digest is one, live and rebuilt."""

    events: int
    read_and_decode: Took
    first_build: Took
    rebuild: Took
    events_per_second: float
    of_read_and_decode: float
    processor_microseconds_an_event: float
    cores: int
    same_digest: bool
    peak_memory_mib: int
    peak_memory_of_a_process_mib: int


async def took(work: Callable[[], Awaitable[object]], server: int) -> Took:
    start, used = time.perf_counter(), processor_seconds(server)
    await work()
    return Took(round(time.perf_counter() - start, 1), round(processor_seconds(server) - used, 1))


async def read_and_decode(log: Log) -> None:
    async for row in log.read(Position(0)):
        assert row.event is not None
        fact_of(row.event, row.position, row.received_at, row.header, row.event_hash)


async def main(size: int) -> None:
    # here, because a rebuild's processes import this module again, and need nothing of the bench
    from bench.log import DISTRICT, Phone, new_id
    from bench.postgres.fill import fill
    from bench.postgres.place import place
    from tests.postgres.cluster import NoPostgres

    phone = Phone()
    phone.students = [stream_of("student", new_id()) for _ in range(max(1, size // EVENTS_EACH))]
    with tempfile.TemporaryDirectory() as folder:
        try:
            async with place(Path(folder), DISTRICT) as there:
                log = await there.open()
                await fill(there.url, log, DISTRICT, phone, size)
                await log.close()
                log = await there.open()
                read = await took(lambda: read_and_decode(log), there.server)
                projector = Projector(log.tables(), log, [STUDENT])
                first = await took(projector.catch_up, there.server)
                live = await projector.digest(STUDENT.name)
                rebuilt = await took(lambda: projector.rebuild(STUDENT.name), there.server)
                same = live == await projector.digest(STUDENT.name)
                await log.close()
        except NoPostgres as error:
            print(error)
            return
    ours, theirs = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    found = Rebuilt(
        size, read, first, rebuilt, round(size / rebuilt.seconds), round(rebuilt.seconds / read.seconds, 2),
        round(rebuilt.processor_seconds / size * 1e6, 1), os.cpu_count() or 1, same, ours, theirs,
    )  # fmt: skip
    print(
        f"{size:,} events: read and decode {read.seconds} s, rebuild {rebuilt.seconds} s, first build {first.seconds} s"
    )
    print(f"processors: read {read.processor_seconds} s, rebuild {rebuilt.processor_seconds} s")
    print(f"{found.events_per_second:,.0f} events/s, {found.of_read_and_decode} times reading; peak {ours} MiB")
    print("live equals rebuilt" if same else "LIVE AND REBUILT DIFFER")
    write_result("rebuild", msgspec.to_builtins(found))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=56_000, help="how many (default 56,000)")
    asyncio.run(main(parser.parse_args().events))

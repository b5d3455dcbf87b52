"""A projection rebuilt from zero on PostgreSQL, beside reading and decoding the same events and nothing else.

    python -m bench.rebuild [--events 50000]

The log holds real ciphertexts of clinic events over 5,000 students. Each figure is seconds, and events a second;
"read and decode" fetches, unseals and decodes every event as a projector does, and folds nothing. With
``--events 1000000`` it is the figure that docs/scale.md quotes.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path

import msgspec

from bench.log import DISTRICT, Phone, new_id
from bench.measure import write_result
from bench.postgres.fill import fill
from bench.postgres.place import place
from events.ids import Position, stream_of
from projections.fold import fact_of
from projections.tables import STUDENT
from server.store.projector import Projector
from tests.postgres.cluster import NoPostgres

STUDENTS = 5_000
MADE = 20_000


class Rebuilt(msgspec.Struct, frozen=True):
    """Seconds for all ``events``, and the rows' digest live and rebuilt."""

    events: int
    read_and_decode_seconds: float
    rebuild_seconds: float
    rebuild_processor_seconds: float
    """Of this process, on whatever share of a core it was given: what a quiet machine would need at least."""
    events_per_second: float
    of_read_and_decode: float
    catch_up_seconds: float
    same_digest: bool
    peak_memory_mib: int


async def main(size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            async with place(Path(folder), DISTRICT) as there:
                phone = Phone()
                phone.students = [stream_of("student", new_id()) for _ in range(STUDENTS)]
                log = await there.open()
                await fill(there.url, log, DISTRICT, phone.write(min(size, MADE)), size)
                await log.close()
                log = await there.open()
                start = time.perf_counter()
                async for row in log.read(Position(0)):
                    assert row.event is not None
                    fact_of(row.event, row.position, row.received_at, row.header, row.event_hash)
                read = time.perf_counter() - start
                projector = Projector(log.tables(), log, [STUDENT])
                start = time.perf_counter()
                await projector.catch_up()
                caught_up = time.perf_counter() - start
                live = await projector.digest(STUDENT.name)
                start, used = time.perf_counter(), time.process_time()
                await projector.rebuild(STUDENT.name)
                rebuilt, used = time.perf_counter() - start, time.process_time() - used
                same = live == await projector.digest(STUDENT.name)
                await log.close()
        except NoPostgres as error:
            print(error)
            return
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = Rebuilt(
        size, round(read, 1), round(rebuilt, 1), round(used, 1), round(size / rebuilt), round(rebuilt / read, 2),
        round(caught_up, 1), same, memory,
    )  # fmt: skip
    print(f"{size:,} events: read and decode {found.read_and_decode_seconds} s, rebuild {found.rebuild_seconds} s")
    print(f"the rebuild took {found.rebuild_processor_seconds} s of this process's processor")
    print(f"{found.events_per_second:,.0f} events/s, {found.of_read_and_decode} times reading; peak {memory} MiB")
    print("live equals rebuilt" if same else "LIVE AND REBUILT DIFFER")
    write_result("rebuild", msgspec.to_builtins(found))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=50_000, help="how many (default 50,000)")
    asyncio.run(main(parser.parse_args().events))

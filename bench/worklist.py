"""The first reading of the worklist: every child folded beside a server at work, and what that does to the others.

    python -m bench.worklist [--students 20000] [--events 560000]

Prints processor seconds, the longest moment the event loop was held up (a clock that ticks each 5 ms), the memory the
reading needed on top, and what it costs to bring the list up to date after one more event. The tables of projections
are built beforehand: they are another bench's.
"""

import argparse
import asyncio
import gc
import multiprocessing
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from bench.house.district import Place, a_dose, furnish
from bench.house.served import settings_of
from bench.measure import write_result
from events.ids import stream_of
from server.district import open_district, wall_clock
from server.live import Live
from server.worklist import Underway, Worklist

TICK_SECONDS = 0.005
MIB = 1024


class Figure(msgspec.Struct, frozen=True):
    """Of one reading. ``told`` is how often who asked every 100 ms was told how far it had come."""

    children: int
    events: int
    processor_seconds: float
    seconds: float
    longest_stall_ms: float
    memory_mib: float
    told: int
    update_processor_ms: float


class Ticking:
    """The longest moment between two ticks, less the tick."""

    longest = 0.0

    async def run(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            self.longest = max(self.longest, time.perf_counter() - before - TICK_SECONDS)


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def prepare(home: Path, students: int, events: int) -> Place:
    """In a process of its own, whose memory is not the reading's."""
    return asyncio.run(furnish(home, students, events))


async def read(home: Path, students: int, events: int, place: Place) -> Figure:
    async with open_district(settings_of(home), wall_clock, "server", "bench") as district:
        live = Live(district.log, lambda _: None)
        await live.catch_up()
        await district.reading.some([])
        gc.collect()
        gc.freeze()  # as the server does when it has started
        worklist, ticking, told = Worklist(district, live), Ticking(), 0
        ticks = asyncio.create_task(ticking.run())
        memory, spent, start = peak_mib(), time.process_time(), time.perf_counter()
        while isinstance(await worklist.look(0.1), Underway):
            told += 1
        first = time.process_time() - spent, time.perf_counter() - start
        used = peak_mib() - memory
        ticks.cancel()
        await district.record([(stream_of("student", place.students[0]), a_dose(place.clinic))])
        await live.catch_up()
        spent = time.process_time()
        await worklist.open()
        update = time.process_time() - spent
    return Figure(students, events, *first, 1_000 * ticking.longest, used, told, 1_000 * update)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=560_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
            place = other.submit(prepare, Path(folder), asked.students, asked.events).result()
        figure = asyncio.run(read(Path(folder), asked.students, asked.events, place))
    for name, value in msgspec.structs.asdict(figure).items():
        print(f"{name:<20} {value:>12,.1f}")
    write_result("worklist", msgspec.to_builtins(figure))

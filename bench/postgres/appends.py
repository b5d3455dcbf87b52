"""Appends a second on PostgreSQL beside COPY and INSERT … unnest of the same rows, in the same run, by turns."""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from bench.postgres.place import Floor, Place
from events.envelope import SignedEvent
from events.signing import verify_event

PER_PUSH = (1, 10, 50, 1_000)
CALLERS = 8
CORES = os.cpu_count() or 1


class Appends(msgspec.Struct, frozen=True):
    """Events a second, medians of ``rounds``."""

    per_push: int
    copy: float
    unnest: float
    log: float
    of_unnest: float
    """Log over unnest: 1 would mean that the promises cost nothing."""
    rounds: int


class Signed(msgspec.Struct, frozen=True):
    """With signatures checked first: measured against 1/(1/v + 1/t)."""

    verify_alone: float
    append_alone: float
    both: float
    possible: float
    of_possible: float


Phone = Any


async def alone(place: Place, floor: Floor, phone: Phone, per_push: int, budget_seconds: float) -> Appends:
    """One caller, one push after the other; floors and log by turns."""
    log = await place.open()
    await log.append(phone.write(150))
    pushes = max(2, 200 // per_push)
    rates: dict[str, list[float]] = {"copy": [], "unnest": [], "log": []}
    end = time.monotonic() + budget_seconds
    while time.monotonic() < end or len(rates["log"]) < 5:
        batches = [phone.write(per_push) for _ in range(pushes)]
        for name, store in (("unnest", floor.unnest), ("copy", floor.copy)):
            rows = [floor.rows(batch) for batch in batches]
            rates[name].append(await _rate(per_push, rows, store))
        rates["log"].append(await _rate(per_push, batches, log.append))
    await log.close()
    return _figures(per_push, rates)


async def together(place: Place, phones: list[Phone], per_push: int, budget_seconds: float) -> Appends:
    """As many callers at once as phones, each with pushes of its own; the floors with a connection for each."""
    log = await place.open()
    floors = [await Floor.open(place.url, f"floor {per_push} {number}") for number in range(len(phones))]
    for phone in phones:
        await log.append(phone.write(150))
    pushes = max(2, 400 // per_push)
    rates: dict[str, list[float]] = {"copy": [], "unnest": [], "log": []}
    end = time.monotonic() + budget_seconds
    while time.monotonic() < end or len(rates["log"]) < 5:
        batches = [[phone.write(per_push) for _ in range(pushes)] for phone in phones]
        for name in ("unnest", "copy"):
            rows = [[floor.rows(batch) for batch in mine] for floor, mine in zip(floors, batches, strict=True)]
            stores = [floor.unnest if name == "unnest" else floor.copy for floor in floors]
            rates[name].append(await _rate_together(per_push, rows, stores))
        rates["log"].append(await _rate_together(per_push, batches, [log.append for _ in phones]))
    await log.close()
    for floor in floors:
        await floor.close()
    return _figures(per_push, rates)


async def signed(place: Place, phones: list[Phone], per_push: int, budget_seconds: float) -> Signed:
    """CALLERS at once: checking alone, appending alone, and both, by turns."""
    log, threads = await place.open(), ThreadPoolExecutor(CORES)
    loop = asyncio.get_running_loop()

    async def check(phone: Phone, batch: list[SignedEvent]) -> None:
        await loop.run_in_executor(threads, lambda: [verify_event(event, phone.key.public) for event in batch])

    async def append(_: Phone, batch: list[SignedEvent]) -> None:
        await log.append(batch)

    async def both(phone: Phone, batch: list[SignedEvent]) -> None:
        await check(phone, batch)
        await append(phone, batch)

    for phone in phones:
        await log.append(phone.write(150))
    found: dict[str, list[float]] = {"check": [], "append": [], "both": []}
    end = time.monotonic() + budget_seconds
    while time.monotonic() < end or len(found["both"]) < 3:
        for name, work in (("check", check), ("append", append), ("both", both)):
            batches = [[phone.write(per_push) for _ in range(4)] for phone in phones]

            async def call(phone: Phone, mine: list[list[SignedEvent]], work: Any = work) -> None:
                for batch in mine:
                    await work(phone, batch)

            start = time.perf_counter()
            await asyncio.gather(*map(call, phones, batches))
            found[name].append(len(phones) * 4 * per_push / (time.perf_counter() - start))
            if name == "check":  # their places in the chain are taken: append them too
                for batch in (batch for mine in batches for batch in mine):
                    await log.append(batch)
    await log.close()
    v, t, both_rate = (statistics.median(values) for values in found.values())
    possible = 1 / (1 / v + 1 / t)
    return Signed(round(v), round(t), round(both_rate), round(possible), round(both_rate / possible, 2))


async def _rate(per_push: int, batches: list[Any], store: Callable[[Any], Awaitable[object]]) -> float:
    start = time.perf_counter()
    for batch in batches:
        await store(batch)
    return len(batches) * per_push / (time.perf_counter() - start)


async def _rate_together(per_push: int, batches: list[list[Any]], stores: list[Any]) -> float:
    start = time.perf_counter()
    await asyncio.gather(*(_rate(per_push, mine, store) for mine, store in zip(batches, stores, strict=True)))
    return sum(map(len, batches)) * per_push / (time.perf_counter() - start)


def _figures(per_push: int, rates: dict[str, list[float]]) -> Appends:
    copy, unnest, log = (round(statistics.median(rates[name])) for name in ("copy", "unnest", "log"))
    of_unnest = statistics.median(ours / theirs for ours, theirs in zip(rates["log"], rates["unnest"], strict=True))
    return Appends(per_push, copy, unnest, log, round(of_unnest, 2), len(rates["log"]))

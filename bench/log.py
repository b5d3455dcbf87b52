"""Appends per second at 1, 10, 50 and 1,000 events a push, next to the floor for the same bytes: SQLite, PostgreSQL.

    python -m bench.log [--seconds 4]

The floor inserts the rows an append stores (log and vault, ciphertexts of the same size) with FULL durability
and the same number of rows a transaction: no keys, no tree, no signature, no outside checkpoint. The log's
figure is by one caller at a time; "together" is by 50 callers at once, who share commits. Events are signed
before the clock starts. Each figure is the median of its rounds, floor and log by turns.

PostgreSQL's floors are COPY and INSERT … unnest (bench/postgres); "signed" checks every signature on all cores
first, and is measured against 1/(1/v + 1/t): v checking alone, t appending alone.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bench.measure import median, seconds, write_result
from bench.postgres import appends
from bench.postgres.place import Floor as PostgresFloor
from bench.postgres.place import place
from events.catalog.doses import DoseAdministered
from events.catalog.event_type import Address, Giver
from events.codec import encode_payload
from events.commitment import commit
from events.dates import write_instant
from events.envelope import SYSTEM_AUTHOR, Header, Seen, SignedEvent, event_hash
from events.ids import NO_HASH, DeviceId, DistrictId, EventId, stream_of, uuid7
from events.signing import SigningKey, sign_event
from server.district import wall_clock
from server.home import Home
from server.keys import create_keys
from server.store.connection import connect
from server.store.sqlite import SqliteLog, open_sqlite_log, start_sqlite_log
from tests.postgres.cluster import NoPostgres

DISTRICT = DistrictId("bench")
PER_PUSH = (1, 10, 50, 1_000)
CALLERS = 50
PROCESS_CALLERS = 8
STUDENTS = 150
GCM_BYTES = 28
"""Nonce and tag: what a ciphertext is longer than its plain text."""


Row = tuple[object, ...]


class Figure(msgspec.Struct, frozen=True):
    """Events a second, medians."""

    per_push: int
    floor: float
    log: float
    ratio: float
    """Floor over log: how many times slower the promises make it."""
    rounds: int


class Phone:
    """A device with its chain; makes signed doses for the students of a clinic."""

    def __init__(self) -> None:
        self.device, self.key = DeviceId(new_id()), SigningKey(os.urandom(32))
        self.seq, self.prev = 0, NO_HASH
        self.students = [stream_of("student", new_id()) for _ in range(STUDENTS)]
        giver = Giver(name="N. Nurse", title="RN", address=Address(lines=("1 Main St",)))
        self.payload = encode_payload(
            DoseAdministered(
                cvx="03", given_on="2026-11-21", lot="A1", mvx="MSD", site="left_deltoid", route="IM", dose_ml=0.5,
                giver=giver,
            )
        )  # fmt: skip

    def write(self, count: int) -> list[SignedEvent]:
        return [self._next() for _ in range(count)]

    def _next(self) -> SignedEvent:
        self.seq += 1
        salt = os.urandom(16)
        header = Header(
            id=EventId(new_id()), district=DISTRICT, stream=self.students[self.seq % len(self.students)],
            type="dose.administered", schema=1, author=SYSTEM_AUTHOR, device=self.device, seq=self.seq, prev=self.prev,
            recorded_at=write_instant(wall_clock()), seen=Seen(0, 0), commitment=commit(salt, self.payload),
        )  # fmt: skip
        event = sign_event(header, self.payload, salt, self.key)
        self.prev = event_hash(event)
        return event


class Floor:
    """The same bytes into the same two tables, and nothing else."""

    def __init__(self, path: Path) -> None:
        self.database = connect(path, "ledger")
        self.size = 0

    def rows(self, events: list[SignedEvent]) -> tuple[list[Row], list[Row]]:
        """What these events would store, made before the clock starts."""
        log: list[Row] = []
        vault: list[Row] = []
        for event in events:
            plain = len(event.header) + len(event.signature) + len(event.salt) + len(event.payload)
            ids = os.urandom(16), os.urandom(16)
            log.append((DISTRICT, self.size, *ids, self.size + 1, os.urandom(32), 0))
            vault.append((DISTRICT, self.size, ids[1], os.urandom(plain + GCM_BYTES)))
            self.size += 1
        return log, vault

    def insert(self, log: list[Row], vault: list[Row]) -> None:
        self.database.execute("BEGIN IMMEDIATE")
        self.database.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", log)
        self.database.executemany("INSERT INTO vault VALUES (?, ?, ?, ?)", vault)
        self.database.execute("COMMIT")

    def insert_each(self, pushes: Sequence[tuple[list[Row], list[Row]]]) -> None:
        for log, vault in pushes:
            self.insert(log, vault)


def new_id() -> str:
    return uuid7(wall_clock(), os.urandom(10))


def fresh_log(path: Path) -> SqliteLog:
    home = Home(path)
    home.make()
    keys = create_keys(home, "bench.example", DISTRICT, environment={})
    start_sqlite_log(home, DISTRICT, "bench.example", keys)
    return open_sqlite_log(home, DISTRICT, "bench.example", keys, wall_clock)


async def alone(log: SqliteLog, floor: Floor, per_push: int, budget_seconds: float) -> Figure:
    """One caller, one push after the other."""
    phone = Phone()
    floors: list[float] = []
    logs: list[float] = []
    await log.append(phone.write(STUDENTS))  # the students' keys exist, as on any day but the first
    pushes = max(1, 100 // per_push)
    end = time.monotonic() + budget_seconds
    while time.monotonic() < end or len(logs) < 3:
        batches = [phone.write(per_push) for _ in range(pushes)]
        rows = [floor.rows(batch) for batch in batches]
        floors.append(pushes * per_push / seconds(lambda: floor.insert_each(rows)))  # noqa: B023
        logs.append(pushes * per_push / await timed(lambda: each(log, batches)))  # noqa: B023
    return figure(per_push, floors, logs)


async def together(log: SqliteLog, floor: Floor, budget_seconds: float) -> Figure:
    """Callers who arrive at once, one event each: the floor commits them together too."""
    phones = [Phone() for _ in range(CALLERS)]
    floors: list[float] = []
    logs: list[float] = []
    for phone in phones:
        phone.students = phones[0].students
    await log.append(phones[0].write(STUDENTS))
    end = time.monotonic() + budget_seconds
    while time.monotonic() < end or len(logs) < 3:
        events = [phone.write(1)[0] for phone in phones]
        rows = floor.rows(events)
        floors.append(CALLERS / seconds(lambda: floor.insert(*rows)))  # noqa: B023
        logs.append(CALLERS / await timed(lambda: asyncio.gather(*(log.append([event]) for event in events))))  # noqa: B023
    return figure(1, floors, logs)


async def each(log: SqliteLog, batches: list[list[SignedEvent]]) -> None:
    for batch in batches:
        await log.append(batch)


async def timed(work: Callable[[], "asyncio.Future[object] | object"]) -> float:
    start = time.perf_counter()
    await work()  # type: ignore[misc]
    return time.perf_counter() - start


def figure(per_push: int, floors: list[float], logs: list[float]) -> Figure:
    floor, log = median(floors), median(logs)
    return Figure(per_push, round(floor), round(log), round(floor / log, 1), len(logs))


async def main(budget_seconds: float) -> None:
    found: dict[str, Figure] = {}
    with tempfile.TemporaryDirectory() as folder:
        log, floor = fresh_log(Path(folder) / "home"), Floor(Path(folder) / "floor.db")
        for per_push in PER_PUSH:
            found[f"{per_push} a push"] = await alone(log, floor, per_push, budget_seconds)
        found[f"{CALLERS} together"] = await together(log, floor, budget_seconds)
        await log.close()
        floor.database.close()
    print(f"{'':14}{'floor/s':>10}{'log/s':>10}{'floor/log':>11}{'rounds':>8}")
    for name, one in found.items():
        print(f"{name:14}{one.floor:>10,.0f}{one.log:>10,.0f}{one.ratio:>10.1f}x{one.rounds:>8}")
    write_result("log", msgspec.to_builtins(found | {"postgres": await on_postgres(budget_seconds)}))


async def on_postgres(budget_seconds: float) -> dict[str, object]:
    """The same on a PostgreSQL server of the run's own; nothing where its programs are missing."""
    found: dict[str, object] = {}
    phones = [Phone() for _ in range(PROCESS_CALLERS)]
    for phone in phones:
        phone.students = phones[0].students
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with place(Path(folder), DISTRICT) as there:
                floor = await PostgresFloor.open(there.url)
                for per_push in PER_PUSH:
                    one = await appends.alone(there, floor, phones[0], per_push, budget_seconds)
                    found[f"{per_push} a push"] = one
                await floor.close()
                for per_push in (1, 50):
                    one = await appends.together(there, phones, per_push, budget_seconds)
                    found[f"{PROCESS_CALLERS} callers, {per_push} a push"] = one
                signed = await appends.signed(there, phones, 50, budget_seconds)
    except NoPostgres as error:
        print(error)
        return {}
    print(f"\n{'PostgreSQL':24}{'COPY/s':>10}{'unnest/s':>10}{'log/s':>10}{'of unnest':>11}")
    for name, figures in found.items():
        assert isinstance(figures, appends.Appends)
        line = f"{name:24}{figures.copy:>10,.0f}{figures.unnest:>10,.0f}{figures.log:>10,.0f}"
        print(f"{line}{figures.of_unnest:>11.2f}")
    line = f"signed, 50 a push: {signed.both:,.0f}/s; checking alone {signed.verify_alone:,.0f}"
    print(f"{line}, appending alone {signed.append_alone:,.0f}: {signed.of_possible:.2f} of what is possible")
    return found | {"signed": signed}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0, help="budget of each line (default 4)")
    asyncio.run(main(parser.parse_args().seconds))

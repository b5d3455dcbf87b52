"""The three runs of bench/sync.py on two event stores of PyPI; prints their figures as one JSON object.

    python stores.py eventsourcing|umadb FOLDER PUSHES HISTORY DEVICES ONES

Runs in the peers' own environment and imports nothing of the product. Neither peer has devices: a "device" is a
thread that appends its share in one call. ``eventsourcing`` (SQLite, WAL, FULL) is a library and has no wire;
``umadb`` serves over gRPC from a process of its own. A pull is read from the store and written to a fresh SQLite
file, FULL, a thousand rows a transaction. Nothing is verified, checked or folded.
"""

import contextlib
import json
import math
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

PAGE = 1_000


class Store(Protocol):
    """What the runs need of a peer."""

    def append(self, bodies: list[bytes]) -> None: ...
    def read(self, after: int) -> Iterator[bytes]: ...
    def head(self) -> int: ...
    def listen(self, listeners: int) -> None: ...


class Eventsourcing:
    """One application recorder; each append is one aggregate's batch."""

    def __init__(self, path: Path) -> None:
        from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

        self.recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(path), lock_timeout=60, pool_timeout=60))
        self.recorder.create_table()

    def append(self, bodies: list[bytes]) -> None:
        from eventsourcing.persistence import StoredEvent

        stream: UUID = uuid4()
        self.recorder.insert_events([StoredEvent(stream, number, "event", body) for number, body in enumerate(bodies)])

    def read(self, after: int) -> Iterator[bytes]:
        while page := self.recorder.select_notifications(start=after, limit=PAGE, inclusive_of_start=False):
            yield from (one.state for one in page)
            after = page[-1].id

    def head(self) -> int:
        return self.recorder.max_notification_id() or 0

    def listen(self, listeners: int) -> None:
        """A library has nobody to listen."""


class Umadb:
    """A client of a running server; one connection shared by the threads, as its documentation has it."""

    def __init__(self, url: str) -> None:
        import umadb

        self.umadb, self.url, self.client = umadb, url, umadb.Client(url)

    def append(self, bodies: list[bytes]) -> None:
        self.client.append([self.umadb.Event("event", body, ["log"]) for body in bodies])

    def read(self, after: int) -> Iterator[bytes]:
        for one in self.client.read(start=after + 1):
            yield one.event.data

    def head(self) -> int:
        return self.client.head() or 0

    def listen(self, listeners: int) -> None:
        """Each listener a connection and a thread of its own, which wait for news."""

        def hear() -> None:
            with contextlib.suppress(self.umadb.CancelledByUserError):
                for _ in self.umadb.Client(self.url).subscribe(after=self.head()):
                    pass

        for _ in range(listeners):
            threading.Thread(target=hear, daemon=True).start()


@contextmanager
def eventsourcing(folder: Path) -> Iterator[Store]:
    yield Eventsourcing(folder / "events.db")


@contextmanager
def umadb(folder: Path) -> Iterator[Store]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("umadb")
    words = [str(program), "--listen", f"127.0.0.1:{port}", "--db-path", str(folder / "uma.db")]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _connected(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def _connected(url: str, patience_seconds: float = 20) -> Umadb:
    until = time.monotonic() + patience_seconds
    while True:
        try:
            store = Umadb(url)
            store.head()
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return store


def push(store: Store, bodies: list[bytes], devices: int) -> dict[str, float]:
    share, before = len(bodies) // devices, store.head()

    def deliver(number: int) -> float:
        store.append(bodies[number * share : (number + 1) * share])
        return time.perf_counter() - start

    with ThreadPoolExecutor(devices) as pool:
        start = time.perf_counter()
        took = list(pool.map(deliver, range(devices)))
        all_of_it = time.perf_counter() - start
    right = store.head() - before
    return {
        "events_per_second": right / all_of_it,
        "p50_seconds": quantile(took, 0.5),
        "p99_seconds": quantile(took, 0.99),
        "right": right,
    }


def pull(store: Store, bodies: list[bytes], fresh: Path) -> dict[str, float]:
    before = store.head()
    for at in range(0, len(bodies), PAGE):
        store.append(bodies[at : at + PAGE])
    start = time.perf_counter()
    kept = sqlite3.connect(fresh, isolation_level=None)
    kept.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE event (body BLOB NOT NULL);")
    page: list[tuple[bytes]] = []
    for body in store.read(before):
        page.append((body,))
        if len(page) == PAGE:
            _keep(kept, page)
            page = []
    _keep(kept, page)
    all_of_it = time.perf_counter() - start
    (right,) = kept.execute("SELECT count(*) FROM event").fetchone()
    return {"events_per_second": right / all_of_it, "stored_seconds": all_of_it, "right": right}


def _keep(kept: sqlite3.Connection, page: list[tuple[bytes]]) -> None:
    kept.execute("BEGIN")
    kept.executemany("INSERT INTO event VALUES (?)", page)
    kept.execute("COMMIT")


def one_at_a_time(store: Store, bodies: list[bytes], listeners: int) -> dict[str, float]:
    before = store.head()
    store.listen(listeners)
    time.sleep(1)
    took = []
    for body in bodies:
        start = time.perf_counter()
        store.append([body])
        took.append(1_000 * (time.perf_counter() - start))
    return {"p50_ms": quantile(took, 0.5), "p99_ms": quantile(took, 0.99), "right": store.head() - before}


def quantile(values: list[float], part: float) -> float:
    return sorted(values)[max(0, math.ceil(len(values) * part) - 1)]


def lines(path: str) -> list[bytes]:
    return [line for line in Path(path).read_bytes().split(b"\n") if line]


def main(peer: str, folder: Path, pushes: str, history: str, devices: int, ones: int) -> None:
    opening: AbstractContextManager[Store] = {"eventsourcing": eventsourcing, "umadb": umadb}[peer](folder)
    bodies = lines(pushes)
    with opening as store:
        figures = {
            "push": push(store, bodies[:-ones], devices),
            "pull": pull(store, lines(history), folder / "fresh.db"),
            "one": one_at_a_time(store, bodies[-ones:], devices),
        }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    name, where, pushed, held, many, singles = sys.argv[1:]
    main(name, Path(where), pushed, held, int(many), int(singles))

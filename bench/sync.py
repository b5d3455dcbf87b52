"""Sync against peers and floors: client and server on the same cores, durability on at both ends.

    python -m bench.sync [--devices 200] [--events 50] [--students 2000] [--history 40000]

(a) devices that come online together and push what they made offline, until each holds verified receipts;
(b) a fresh device that pulls a clinic until stored, checked and folded;
(c) one event at a time, from recorded to receipted, while other devices' sockets are open and idle.

``v`` is signature verification alone, by the faster library on all cores; ``t`` the same run (a) against a
server that checks no signature. The bound 1/(1/v + 1/t) is what a server could reach that did nothing else
for the signatures. The floor under (a) is the same traffic between bare libraries (bench/house/bare.py): what (a)
takes beyond it is the contract's. Peers (bench/peers) move the same bodies in the same run. Each line prints how many
events were found right at the end: a figure of a run that lost one is no figure.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import websockets
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl.signing import VerifyKey

from bench.house.bare import push_bare
from bench.house.district import SECRET, Fleet, Place, a_dose, enroll, furnish, record
from bench.house.figures import OneFigure, PullFigure, PushFigure, tell_one, tell_pull, tell_push
from bench.house.served import Served, serving
from bench.measure import median, nearly_all, write_result
from bench.peers.run import run_peers
from client_sync.downloads import HeldEvent
from client_sync.opening import open_store
from client_sync.replica import Replica
from client_sync.store import OwnEvent
from client_sync.transport import HttpTransport
from events.ids import Stream, stream_of
from events.receipt import verify_receipt
from events.signing import SigningKey
from events.wire import Hello, to_wire
from projections.fold import Fact
from projections.student import fold

ONE_AT_A_TIME = 200
SIGNATURES = 4_000


def verifications_per_second() -> float:
    """Ed25519 verification alone, each library in one thread a core; the faster one's rate."""
    key, message = SigningKey(os.urandom(32)), os.urandom(600)
    signature = key.sign(message)
    openssl, sodium = Ed25519PublicKey.from_public_bytes(key.public), VerifyKey(key.public)
    cores = os.cpu_count() or 1

    def rate(check: object) -> float:
        def work(_: int) -> None:
            for _ in range(SIGNATURES):
                check()  # type: ignore[operator]

        start = time.perf_counter()
        with ThreadPoolExecutor(cores) as pool:
            list(pool.map(work, range(cores)))
        return cores * SIGNATURES / (time.perf_counter() - start)

    return max(rate(lambda: openssl.verify(signature, message)), rate(lambda: sodium.verify(message, signature)))


async def push_together(home: Path, fleet: Fleet, trusting: bool) -> PushFigure:
    async with AsyncExitStack() as open_things:
        server = await open_things.enter_async_context(serving(home, trusting))
        devices = [
            await open_things.enter_async_context(fleet.device(number, await open_things.enter_async_context(wire)))
            for number, wire in enumerate(own_wire(server) for _ in fleet.paths)
        ]
        await server.at_rest()
        start = time.perf_counter()
        took = await asyncio.gather(*(deliver(device, start) for device in devices))
        seconds = time.perf_counter() - start
        right = sum([await receipts_that_hold(device) for device in devices])
        peak = server.peak_mib()
    return PushFigure(
        events_per_second=right / seconds,
        p50_seconds=median(took),
        p99_seconds=nearly_all(took),
        server_mib=peak,
        right=right,
    )


def own_wire(server: Served) -> HttpTransport:
    """One device's own connection, as each phone has one: a pool of 200 would cost more than the sync."""
    return HttpTransport(server.url, httpx.AsyncClient(timeout=120, verify=False))


async def deliver(device: Replica, start: float) -> float:
    report = await device.sync(patience_seconds=300)
    assert report.waiting == 0, f"{report.waiting} events were not delivered"
    return time.perf_counter() - start


async def receipts_that_hold(device: Replica) -> int:
    key = device.state.identity.log_key
    receipts = await device.receipts()
    return sum(verify_receipt(one.text, one.event_hash, key).position == one.position for one in receipts)


class CountingClient(httpx.AsyncClient):
    """Counts what comes over the wire, compressed as it comes."""

    got_bytes = 0

    async def send(self, request: httpx.Request, **options: object) -> httpx.Response:
        response = await super().send(request, **options)  # type: ignore[arg-type]
        inner = response.aclose

        async def close() -> None:
            if not response.is_closed:
                self.got_bytes += response.num_bytes_downloaded
            await inner()

        response.aclose = close  # type: ignore[method-assign]
        return response


async def pull_fresh(home: Path, place: Place, fleet: Fleet) -> PullFigure:
    client = CountingClient(timeout=120)
    async with serving(home) as server, HttpTransport(server.url, client) as wire, fleet.device(0, wire) as device:
        records = {stream_of("student", student): fold(()) for student in place.students}

        def take(facts: Sequence[Fact]) -> None:
            """Fold what a page brought, every payload read and laid out, while the next page comes."""
            arrived: defaultdict[Stream, list[Fact]] = defaultdict(list)
            for fact in facts:
                if fact.stream in records:
                    arrived[fact.stream].append(fact)
            for stream, new in arrived.items():
                records[stream] = fold((*records[stream].facts, *new))
                assert not records[stream].shelf.not_understood

        await server.at_rest()
        start = time.perf_counter()
        report = await device.pull(patience_seconds=600, take=take)
        took = time.perf_counter() - start
        assert report.is_quiet
        facts = await device.facts()
        assert len(facts) == report.downloaded
        assert sum(len(one.facts) for one in records.values()) == sum(fact.stream in records for fact in facts)
        right = await device.verify()
    return PullFigure(
        events_per_second=report.downloaded / took,
        stored_seconds=took,
        folded_seconds=took,
        bytes_per_event=client.got_bytes / report.downloaded,
        right=right,
    )


async def one_at_a_time(home: Path, place: Place, fleet: Fleet) -> OneFigure:
    """The first device records; all others only listen."""
    async with AsyncExitStack() as open_things:
        server = await open_things.enter_async_context(serving(home))
        wire = await open_things.enter_async_context(HttpTransport(server.url))
        for number in range(1, len(fleet.paths)):
            async with fleet.device(number, wire) as idle:
                assert idle.enrolled is not None
                await open_things.enter_async_context(listening(server, idle.enrolled.token))
        device = await open_things.enter_async_context(fleet.device(0, wire))
        await device.sync()
        await server.at_rest()
        took = []
        for number in range(ONE_AT_A_TIME):
            stream = stream_of("student", place.students[number % len(place.students)])
            start = time.perf_counter()
            await device.record(stream, a_dose(place.clinic))
            report = await device.sync()
            took.append(1_000 * (time.perf_counter() - start))
            assert report.waiting == 0
        right = await receipts_that_hold(device)
    return OneFigure(p50_ms=median(took), p99_ms=nearly_all(took), right=right)


@asynccontextmanager
async def listening(server: Served, token: str) -> AsyncIterator[None]:
    """A socket that hears news and says nothing."""
    async with websockets.connect(server.url.replace("http", "ws") + "/news") as socket:
        await socket.send(msgspec.json.encode(Hello(token)).decode())
        yield


async def bodies(fleet: Fleet, events: int, fresh: Fleet, folder: Path) -> tuple[Path, Path]:
    """What our runs moved, one event a line, for the peers: the devices' of (a), then those of (c); and (b)'s."""
    pushed: list[OwnEvent] = []
    singly: list[OwnEvent] = []
    for path in fleet.paths:
        async with open_store(path, SECRET) as store:
            own = await store.own()
        pushed += own[:events]
        singly += own[events:]
    async with open_store(fresh.paths[0], SECRET) as store:
        held = await store.held()
    return write_bodies(folder / "pushes", [*pushed, *singly]), write_bodies(folder / "history", held)


def write_bodies(path: Path, rows: Sequence[OwnEvent | HeldEvent]) -> Path:
    lines = ({"_id": row.event_hash, **msgspec.structs.asdict(to_wire(row.event))} for row in rows)
    path.write_bytes(b"\n".join(map(msgspec.json.encode, lines)))
    return path


async def main(devices: int, events: int, students: int, history: int, folder: Path) -> object:
    told = f"{students:,} students with {history:,} events, {devices} devices with {events} each"
    print(f"preparing {told} ...", flush=True)
    base = folder / "base"
    place = await furnish(base / "home", students, history)
    fresh = await enroll(base / "home", place, base / "fresh", 1, scope=True)
    fleet = await enroll(base / "home", place, base / "fleet", devices)
    await record(fleet, place, events)

    def copy(name: str) -> tuple[Path, Fleet]:
        shutil.copytree(base, folder / name)
        return folder / name / "home", fleet.at(folder / name / "fleet")

    v = verifications_per_second()
    trusted = await push_together(*copy("trusting"), trusting=True)
    home, after = copy("push")
    pushed = await push_together(home, after, trusting=False)
    bound = 1 / (1 / v + 1 / trusted.events_per_second)
    print(f"v   verification alone {v:>10,.0f}/s")
    print(f"t   pushed without it  {trusted.events_per_second:>10,.0f}/s")
    tell_push("Doseledger", pushed)
    print(f"    {pushed.events_per_second / bound:.2f} of 1/(1/v + 1/t)")
    puller = fresh.at(folder / "pull" / "fresh")
    pulled = await pull_fresh(copy("pull")[0], place, puller)
    tell_pull("Doseledger", pulled)
    one = await one_at_a_time(home, place, after)
    tell_one("Doseledger", one)
    written = await bodies(after, events, puller, folder)
    floor = await push_bare(folder / "bare", written[0], devices, events)
    tell_push("bare libraries", floor, pushed.events_per_second)
    peers = run_peers(folder / "peers", *written, devices, ONE_AT_A_TIME)
    for name, figures in peers.items():
        tell_push(name, figures.push, pushed.events_per_second)
        tell_pull(name, figures.pull, pulled.events_per_second)
        tell_one(name, figures.one)
    found = {
        "v": v,
        "t": trusted,
        "bound": bound,
        "push": pushed,
        "pull": pulled,
        "one": one,
        "floor": floor,
        "peers": peers,
    }
    return msgspec.to_builtins({"asked": told, **found})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--events", type=int, default=50)
    parser.add_argument("--students", type=int, default=2_000)
    parser.add_argument("--history", type=int, default=40_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = main(asked.devices, asked.events, asked.students, asked.history, Path(folder))
        write_result("sync", asyncio.run(work))

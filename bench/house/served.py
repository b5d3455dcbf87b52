"""The server of a bench: ``doseledger serve`` in a process of its own, on a free port.

    async with serving(home) as server:          server.url, server.peak_mib()
    python -m bench.house.served HOME [--trusting]     the process itself; prints its port on the first line

``--trusting`` takes every signature for good. It exists here and nowhere in the product: it measures ``t``, the
run without verification, against which the run with it is judged.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvloop

from bench.measure import busy_seconds, peak_mib
from events.ids import DistrictId
from server.commands.serve import _serve, listen
from server.settings import Settings
from server.sync import session

DISTRICT = DistrictId("bench")
REST_SECONDS = 3.0
"""Longer than a server that starts waits for quiet before it reads its worklist."""
REST_BUSY_SECONDS = 0.1


class Served:
    """A running server process."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._process = process.pid

    def peak_mib(self) -> float:
        return peak_mib(self._process)

    async def at_rest(self) -> None:
        """Wait until what a start brings with it is done: seconds of reading for the list the office will ask for."""
        before = -1.0
        while (busy := busy_seconds(self._process)) - before > REST_BUSY_SECONDS:
            before = busy
            await asyncio.sleep(REST_SECONDS)


def settings_of(home: Path) -> Settings:
    return Settings(home=home, district=DISTRICT, log_name="bench.example", host="127.0.0.1", port=0)


@asynccontextmanager
async def serving(home: Path, trusting: bool = False) -> AsyncIterator[Served]:
    """Start, wait until it listens, stop as an operator would."""
    words = [sys.executable, "-m", "bench.house.served", str(home), *(["--trusting"] if trusting else [])]
    pipe, quiet = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=quiet)
    assert process.stdout is not None
    try:
        served = Served(process, int(await process.stdout.readline()))
        async with httpx.AsyncClient(timeout=60) as http:  # the port is open before the log has been read
            (await http.get(f"{served.url}/log/{DISTRICT}/0/checkpoint")).raise_for_status()
        yield served
    finally:
        process.terminate()
        await process.wait()


async def run(home: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        print(taken.getsockname()[1], flush=True)
        await _serve(settings_of(home), taken)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--trusting", action="store_true")
    asked = parser.parse_args()
    if asked.trusting:
        session.verify_event = lambda *_: True  # type: ignore[attr-defined]
    uvloop.run(run(asked.home))

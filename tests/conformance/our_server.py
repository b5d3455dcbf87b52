"""Our server as the suite's commands find it: ``python -m tests.conformance.our_server VERB HOME PORT``.

start     serve HOME at PORT, until it is stopped        backup     keep a copy of HOME beside it
stop      SIGKILL                                        restore    lose HOME's database; put the copy back, in a
                                                                    new epoch of the log, and serve it again
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx

from server.backup import make_backup, restore_backup
from server.district import wall_clock
from server.store.epochs import open_epoch
from tests.client_sync.test_photos_restored import lose
from tests.server.house import settings_for

ROOT = Path(__file__).parents[2]
START_SECONDS_MAX = 60


def start(home: Path, port: int) -> None:
    environment = os.environ | {
        "DOSELEDGER_HOME": str(home), "DOSELEDGER_DISTRICT": "isd-900", "DOSELEDGER_LOG_NAME": "log.example",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", "serve", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    _pid(home).write_text(str(process.pid))
    until = time.monotonic() + START_SECONDS_MAX
    while process.poll() is None and time.monotonic() < until:
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200:
                return
        time.sleep(0.05)
    raise SystemExit("the server did not start")


def stop(home: Path, _: int) -> None:
    pid = int(_pid(home).read_text())
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def backup(home: Path, _: int) -> None:
    for folder in _copies(home):
        shutil.rmtree(folder, ignore_errors=True)
    asyncio.run(make_backup(settings_for(home), *_copies(home), wall_clock()))


def restore(home: Path, port: int) -> None:
    async def put_back() -> None:
        settings = settings_for(home)
        await restore_backup(settings, *_copies(home), wall_clock())
        await open_epoch(settings, wall_clock, "the disk was replaced", os.urandom)

    stop(home, port)
    while _answers(port):
        time.sleep(0.05)
    lose(home)
    asyncio.run(put_back())
    start(home, port)


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/health")
    except httpx.TransportError:
        return False
    return True


def _pid(home: Path) -> Path:
    return home.with_suffix(".pid")


def _copies(home: Path) -> tuple[Path, Path]:
    return home.with_suffix(".copy"), home.with_suffix(".ring")


VERBS = {"start": start, "stop": stop, "backup": backup, "restore": restore}

if __name__ == "__main__":
    verb, home, port = sys.argv[1:]
    VERBS[verb](Path(home), int(port))

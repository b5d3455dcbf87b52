"""The servers that tests start go away with them."""

import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
GONE_SECONDS_MAX = 30

HOLD = """
import asyncio, sys
from tests.postgres.cluster import Cluster
with Cluster.start() as cluster:
    print(cluster.folder, cluster.process, flush=True)
    sys.stdin.read()
"""


def test_a_server_is_gone_with_the_process_that_started_it() -> None:
    """PG-R60: also when that was killed and could clean up nothing."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    folder, server = holder.stdout.readline().split()
    assert (Path("/proc") / server).exists()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    end = time.monotonic() + GONE_SECONDS_MAX
    while Path(folder).exists() or (Path("/proc") / server).exists():
        assert time.monotonic() < end, f"{folder} and server {server} are still there"
        time.sleep(0.05)
    holder.communicate()

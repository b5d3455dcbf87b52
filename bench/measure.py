"""What every bench program shares: medians of repeated runs, the machine's facts, results kept as JSON.

A figure means little alone, so each stands beside a floor or peer measured in the same run, as a ratio.
"""

import json
import math
import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def nearly_all(values: Sequence[float]) -> float:
    """The value that 99 in a hundred do not exceed."""
    return sorted(values)[math.ceil(len(values) * 0.99) - 1]


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes, by a clock that only goes forward."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_mib(process: int) -> float:
    """The most memory a running process has held so far."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def busy_seconds(process: int) -> float:
    """The processor time of a running process so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def processor_seconds(server: int) -> float:
    """Of this process, its children that ended, and a PostgreSQL server with its running and ended processes."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = sum(os.times()[:4])
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                if int(folder.name) == server:
                    total += sum(map(int, fields[11:15])) / ticks  # its own, and of those it has buried
                elif int(fields[1]) == server:
                    total += sum(map(int, fields[11:13])) / ticks
    return total


def machine() -> dict[str, object]:
    """What the figures depend on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_1_minute": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def write_result(program: str, figures: object, folder: Path = RESULTS) -> Path:
    """Keep a run's figures with the machine's facts; the newest run of a program replaces the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{program}.json"
    kept = {"program": program, "at": datetime.now(UTC).isoformat(), "machine": machine(), "figures": figures}
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return path


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())

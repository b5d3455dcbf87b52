"""kill -9 of appending processes at random moments: whatever they were answered is in the log, there.

Rounds: KILL_ROUNDS in the environment (default 8); ``KILL_ROUNDS=100 pytest tests/store/test_kill.py``.
"""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

from events.checkpoint import open_checkpoint
from events.ids import Hash, Position
from tests.contract.log_contract import rows, tree_over
from tests.contract.place import SqlitePlace

ROUNDS = int(os.environ.get("KILL_ROUNDS", "8"))
SIDES = ("left", "right")
ROOT = Path(__file__).parents[2]
END_SECONDS_MAX = 60.0


def start(place: SqlitePlace, device: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.store.appender", str(place.home.path), device]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def killed(process: "subprocess.Popen[str]", first: str) -> list[tuple[Position, Hash, int]]:
    """Kill it; every whole line it managed to print."""
    process.kill()
    assert process.stdout is not None
    with process.stdout:
        rest = process.stdout.read()  # through the buffer that readline filled
    process.wait(timeout=END_SECONDS_MAX)
    lines = [line for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]
    fields = [line.split() for line in lines]
    return [(Position(int(position)), Hash(name), int(size)) for position, name, size in fields]


async def test_every_answer_before_a_kill_is_in_the_log(tmp_path: Path) -> None:
    """STORE-R22"""
    place, chance = SqlitePlace(tmp_path / "home"), random.Random(20261121)
    answered: dict[Position, Hash] = {}
    for number in range(ROUNDS):
        processes = [start(place, f"{side} {number}") for side in SIDES]
        firsts = []
        for process in processes:
            assert process.stdout is not None
            firsts.append(process.stdout.readline())
        await asyncio.sleep(chance.uniform(0, 0.15))
        for process, first in zip(processes, firsts, strict=True):
            for position, name, size in killed(process, first):
                assert position < size
                assert answered.setdefault(position, name) == name
        log = await place.open()
        stored = await rows(log)
        assert [row.position for row in stored] == list(range(len(stored)))
        held = {row.position: row.event_hash for row in stored}
        assert answered.items() <= held.items(), f"round {number}: an answer is not in the log"
        outside = open_checkpoint(place.checkpoint(), place.keys.log_verifier)
        assert (outside.size, outside.root) == (len(stored), tree_over(stored).root())
        await place.close()
    assert len(answered) >= ROUNDS

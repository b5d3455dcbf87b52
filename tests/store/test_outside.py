"""The head outside, written in place: whatever a crash leaves of a write, a head that was answered for is there."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint, verifier_key
from events.signing import SigningKey
from server.errors import RolledBack
from server.store import outside
from server.store.outside import SLOT_BYTES, SLOTS, OutsideCheckpoint
from tests.server.making import DISTRICT

KEY = SigningKey(bytes(range(32)))
NAME = f"log.example/{DISTRICT}"
SECTOR_BYTES = 512
PROCESSES, ADVANCES = 3, 40


def head_of(size: int, epoch: int = 0) -> tuple[Checkpoint, str]:
    head = Checkpoint(origin_of("log.example", DISTRICT, epoch), size, size.to_bytes(32))
    return head, sign_checkpoint(head, NAME, KEY)


def opened(folder: Path) -> OutsideCheckpoint:
    return OutsideCheckpoint(folder, DISTRICT, verifier_key(NAME, KEY.public))


@pytest.fixture
def started(tmp_path: Path) -> OutsideCheckpoint:
    place = opened(tmp_path)
    place.start(head_of(0)[1])
    return place


def test_a_head_moves_forward_only(started: OutsideCheckpoint, tmp_path: Path) -> None:
    """STORE-R08: an older head changes nothing, a new epoch goes before any size of the old one."""
    for size in (3, 9, 4, 9, 12):
        started.advance(*head_of(size))
    assert opened(tmp_path).read() == head_of(12)[0]
    started.advance(*head_of(7, epoch=1))
    started.advance(*head_of(99))
    assert opened(tmp_path).read() == head_of(7, epoch=1)[0]
    assert opened(tmp_path).note() == head_of(7, epoch=1)[1]


def test_two_heads_of_one_size_are_refused(started: OutsideCheckpoint) -> None:
    """STORE-R20"""
    started.advance(*head_of(3))
    other = Checkpoint(head_of(3)[0].origin, 3, bytes(32))
    with pytest.raises(RolledBack, match="two heads"):
        started.advance(other, sign_checkpoint(other, NAME, KEY))


@pytest.mark.parametrize("seed", range(200))
def test_a_write_that_is_cut_off_leaves_the_head_before_or_the_new_one(tmp_path: Path, seed: int) -> None:
    """STORE-R35: sectors of the new note are kept or lost one by one, or the note stops at any byte."""
    chance, place = Random(seed), opened(tmp_path)
    place.start(head_of(0)[1])
    sizes = sorted(chance.sample(range(1, 10 ** chance.randint(2, 15)), 4))
    for size in sizes[:-1]:
        place.advance(*head_of(size))
    path = tmp_path / DISTRICT
    before = path.read_bytes()
    place.advance(*head_of(sizes[-1]))
    after = bytearray(path.read_bytes())
    if chance.random() < 0.5:
        for at in range(0, len(after), SECTOR_BYTES):
            if chance.random() < 0.5:
                after[at : at + SECTOR_BYTES] = before[at : at + SECTOR_BYTES]
    else:
        start = next(at for at in range(len(after)) if after[at] != before[at]) // SLOT_BYTES * SLOT_BYTES
        cut = start + chance.randrange(400)
        after[cut : start + SLOT_BYTES] = before[cut : start + SLOT_BYTES]
    path.write_bytes(after)
    found = opened(tmp_path)
    assert found.read() in (head_of(sizes[-2])[0], head_of(sizes[-1])[0])
    found.advance(*head_of(sizes[-1] + 1))
    assert opened(tmp_path).read() == head_of(sizes[-1] + 1)[0]


def test_a_file_of_one_note_is_read_and_grown(tmp_path: Path) -> None:
    """STORE-R08: as it was written before there were two slots."""
    (tmp_path / DISTRICT).write_text(head_of(5)[1], encoding="utf-8")
    place = opened(tmp_path)
    assert place.read() == head_of(5)[0]
    place.advance(*head_of(6))
    assert opened(tmp_path).read() == head_of(6)[0]
    place.advance(*head_of(7))
    assert (tmp_path / DISTRICT).stat().st_size == SLOT_BYTES * SLOTS
    assert opened(tmp_path).read() == head_of(7)[0]


def test_a_head_is_on_the_disk_before_it_is_relied_on(
    started: OutsideCheckpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STORE-R08: each advance waits for the disk, with the new head in the file by then."""
    synced: list[Checkpoint] = []
    monkeypatch.setattr(os, "fdatasync", lambda _: synced.append(opened(tmp_path).read()))
    for size in (3, 5):
        started.advance(*head_of(size))
    assert synced == [head_of(3)[0], head_of(5)[0]]


def test_what_another_process_wrote_is_synced_before_it_is_relied_on(
    started: OutsideCheckpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STORE-R08: it may have died between writing and syncing."""
    opened(tmp_path).advance(*head_of(8))
    synced: list[Path] = []
    monkeypatch.setattr(outside, "sync", synced.append)
    started.advance(*head_of(6))
    assert synced == [tmp_path / DISTRICT]


def test_several_processes_leave_the_newest_head(started: OutsideCheckpoint, tmp_path: Path) -> None:
    """STORE-R08, STORE-R03: under the file's lock, whoever comes when."""
    command = [sys.executable, "-m", "tests.store.test_outside", str(tmp_path)]
    running = [
        subprocess.Popen([*command, str(number)], env=os.environ | {"PYTHONPATH": os.getcwd()})
        for number in range(PROCESSES)
    ]
    assert [process.wait() for process in running] == [0] * PROCESSES
    assert started.read().size == PROCESSES * ADVANCES


if __name__ == "__main__":
    mine = opened(Path(sys.argv[1]))
    for turn in range(ADVANCES):
        mine.advance(*head_of(turn * PROCESSES + int(sys.argv[2]) + 1))

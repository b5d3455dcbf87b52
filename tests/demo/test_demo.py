"""The main job in one command, and what it leaves on the disk."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from server.demo.district import demo_district
from server.demo.play import SEED, civil_day

ROOT = Path(__file__).parents[2]


def doseledger(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *words],
        env={**os.environ, "DOSELEDGER_HOME": str(home), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home after ``doseledger demo --no-serve``, and what it printed."""
    home = tmp_path_factory.mktemp("demo") / "home"
    ran = doseledger(home, "demo", "--no-serve")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return home, ran.stdout


def test_setup_r05_the_demo_shows_receipts_the_duplicate_and_changed_statuses(played: tuple[Path, str]) -> None:
    _, printed = played
    assert printed.count("41 of 41") == 2
    assert "Discrepancy found" in printed
    assert re.search(r"not compliant -> (complete|in process)", printed)
    assert "subd." in printed
    assert "Everything above holds." in printed


def test_setup_r05_the_log_it_leaves_verifies(played: tuple[Path, str]) -> None:
    ran = doseledger(played[0], "verify")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "everything holds" in ran.stdout


def test_setup_r05_a_byte_changed_on_disk_is_named_and_fails(played: tuple[Path, str], tmp_path: Path) -> None:
    home = tmp_path / "copy"
    shutil.copytree(played[0], home)
    with sqlite3.connect(home / "ledger.db") as database:
        sealed = bytearray(database.execute("SELECT sealed FROM vault WHERE position = 5000").fetchone()[0])
        sealed[40] ^= 1
        database.execute("UPDATE vault SET sealed = ? WHERE position = 5000", (bytes(sealed),))
    database.close()
    ran = doseledger(home, "verify")
    assert ran.returncode == 1
    assert "at position 5000" in ran.stdout


def test_setup_r04_no_students_name_is_on_any_disk(played: tuple[Path, str]) -> None:
    home, _ = played
    demo = demo_district(SEED, civil_day())
    names = {part for one in demo.students for part in (one.child.name.given, one.child.name.family) if len(part) > 5}
    assert len(names) > 150
    looked = 0
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            looked += len(content)
            for encoding in ("utf-8", "utf-16-le"):
                found = {name for name in names if name.encode(encoding) in content}
                assert not found, f"{path.name} holds {len(found)} names"
    assert looked > 1_000_000


def test_setup_r02_everything_lies_under_its_home(played: tuple[Path, str]) -> None:
    home, _ = played
    assert {path.name for path in home.iterdir()} >= {"ledger.db", "keyring.db", "identity.db", "keys", "checkpoint"}
    assert not (ROOT / "ledger.db").exists()


def test_a_home_with_a_real_district_is_left_alone(tmp_path: Path) -> None:
    founded = doseledger(tmp_path, "init", "--name", "Real School District")
    assert founded.returncode == 0, founded.stderr
    before = (tmp_path / "ledger.db").stat().st_size
    ran = doseledger(tmp_path, "demo", "--no-serve")
    assert ran.returncode == 2
    assert "DOSELEDGER_HOME" in ran.stderr
    assert (tmp_path / "ledger.db").stat().st_size == before

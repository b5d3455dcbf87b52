"""What the lock files may hold (SETUP-R01), and what a wrong setting gets (SETUP-R06)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from server.settings import read_settings

ROOT = Path(__file__).parents[2]


def test_setup_r01_the_python_lock_has_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^[a-z0-9-]+==\S+.*\\\n(?: {4}--hash=sha256:[0-9a-f]{64}.*\n)+", lock, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^\S+==", lock, re.MULTILINE)) > 20
    assert not re.search(r"https?://|file:", lock)


def test_setup_r01_the_web_lock_has_hashes_and_no_addresses() -> None:
    packages = json.loads((ROOT / "web/package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("DOSELEDGER_PORT", "eighty", "use a port number"),
        ("DOSELEDGER_PORT", "²", "use a port number"),
        ("DOSELEDGER_LOG_NAME", "my log", "letters, digits"),
        ("DOSELEDGER_LOG_NAME", "a+b", "letters, digits"),
        ("DOSELEDGER_LOG_NAME", "", "letters, digits"),
        ("DOSELEDGER_DISTRICT", "ISD 900!", "lower-case letters"),
    ],
)
def test_setup_r06_a_wrong_setting_names_the_fix(variable: str, value: str, says: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "server.cli", "verify"],
        env={**os.environ, variable: value},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert ran.returncode == 2
    assert variable in ran.stderr
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_setup_r02_an_empty_home_is_the_default() -> None:
    """SETUP-R02: else the state would lie about in whatever folder one stands in."""
    assert read_settings({"DOSELEDGER_HOME": ""}).home == read_settings({}).home


def run(words: list[str], **environment: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "server.cli", *words],
        env={**os.environ, "DOSELEDGER_DISTRICT": "isd-900", **environment},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return ran.returncode, ran.stderr


@pytest.mark.parametrize("home", ["/proc/nowhere", "/dev/null", "a file", "a broken link"])
def test_setup_r06_a_home_that_cannot_be_is_one_sentence(home: str, tmp_path: Path) -> None:
    """SETUP-R06"""
    (tmp_path / "a file").write_text("")
    (tmp_path / "a broken link").symlink_to("/proc/nowhere")
    path = str(tmp_path / home) if home.startswith("a ") else home
    for words in (["init", "--name", "X"], ["student", "list"]):
        code, said = run(words, DOSELEDGER_HOME=path)
        assert (code, "Traceback" in said, said.startswith("error: ")) == (2, False, True), said


def test_setup_r06_a_reader_that_leaves_early_is_no_error() -> None:
    """SETUP-R06: ``doseledger law list | head -1`` in a shell."""
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {sys.executable} -m server.cli law list --json | true"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert "Traceback" not in ran.stderr
    assert "Broken pipe" not in ran.stderr

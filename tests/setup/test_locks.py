"""What the lock files may hold (SETUP-R01), and what a wrong setting gets (SETUP-R06)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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

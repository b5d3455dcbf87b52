"""The built wheel works alone: no checkout, no Node (SETUP-R03)."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / "server/web_dist/index.html").exists():
        pytest.skip("the web app is not built; make test builds it first")
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(out.glob("doseledger-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin directory of an empty environment with the wheel in it."""
    place = tmp_path_factory.mktemp("empty")
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    subprocess.run([str(place / "bin/pip"), "install", "--quiet", str(wheel)], check=True)
    return place / "bin"


def test_setup_r03_the_wheel_carries_the_web_app_and_the_law(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "server/web_dist/index.html" in names
    assert any(re.match(r"projections/law/rulesets/mn-2006.*\.json", name) for name in names)
    assert not [name for name in names if name.startswith(("tests/", "bench/", "web/"))]


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": str(installed),
        "HOME": str(tmp_path),
        "DOSELEDGER_HOME": str(tmp_path / "state"),
        "DOSELEDGER_PORT": str(port),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
    }
    found = ["doseledger", "init", "--name", "Lakeside", "--kind", "school_district", "--time-zone", "America/Chicago"]
    subprocess.run([str(installed / found[0]), *found[1:]], env=environment, check=True, cwd=tmp_path)
    server = subprocess.Popen([str(installed / "doseledger"), "serve"], env=environment, cwd=tmp_path)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def test_setup_r03_an_installed_wheel_serves_the_pwa_without_node(served: str) -> None:
    for _ in range(100):
        try:
            page = urllib.request.urlopen(served, timeout=2).read().decode()
            break
        except urllib.error.URLError:
            time.sleep(0.2)
    else:
        pytest.fail("doseledger serve did not answer within 20 s")
    script = re.search(r'src="(/assets/[^"]+\.js)"', page)
    assert script is not None
    assert urllib.request.urlopen(served + script[1], timeout=5).status == 200
    assert urllib.request.urlopen(served + "/manifest.webmanifest", timeout=5).status == 200

"""Install the peers once, run each on the bodies our own run moved, and return their figures.

    figures = run_peers(folder, pushes, history, devices=200, ones=200)     {"PouchDB": Figures, ...}

``pushes`` and ``history`` are files with one event a line. The installations are kept in ``installed/`` (ignored
by git); versions and hashes stand in ``requirements.lock`` and ``pouchdb/package-lock.json``.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench.house.figures import Figures
from bench.measure import peak_mib

HERE = Path(__file__).parent
INSTALLED = HERE / "installed"
POUCH = HERE / "pouchdb"
PATIENCE_SECONDS = 1_200


def run_peers(folder: Path, pushes: Path, history: Path, devices: int, ones: int) -> dict[str, Figures]:
    """Every peer in turn; nothing else runs meanwhile."""
    _install()
    work = [str(pushes), str(history), str(devices), str(ones)]
    found = {"PouchDB": _pouchdb(folder / "pouchdb", work)}
    for peer in ("eventsourcing", "umadb"):
        (folder / peer).mkdir(parents=True)
        words = [str(INSTALLED / "bin" / "python"), str(HERE / "stores.py"), peer, str(folder / peer), *work]
        found[peer] = _figures(words)
    return found


def _install() -> None:
    if not (POUCH / "node_modules").exists():
        subprocess.run(["npm", "install", "--loglevel=error"], cwd=POUCH, check=True, stdout=subprocess.DEVNULL)
    if not (INSTALLED / "bin" / "umadb").exists():
        subprocess.run([sys.executable, "-m", "venv", str(INSTALLED)], check=True)
        pip = [
            str(INSTALLED / "bin" / "pip"),
            "install",
            "-q",
            "--require-hashes",
            "-r",
            str(HERE / "requirements.lock"),
        ]
        subprocess.run(pip, check=True)


def _pouchdb(folder: Path, work: list[str]) -> Figures:
    for name in ("server", "devices"):
        (folder / name).mkdir(parents=True)
    with _pouch_server(folder / "server") as (url, process):
        found = _figures(["node", str(POUCH / "client.mjs"), url, str(folder / "devices"), *work])
        push = msgspec.structs.replace(found.push, server_mib=peak_mib(process.pid))
        return msgspec.structs.replace(found, push=push)


@contextmanager
def _pouch_server(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    words = ["node", str(POUCH / "server.mjs"), str(folder)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}", process
    finally:
        process.terminate()
        process.wait()


def _figures(words: list[str]) -> Figures:
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE_SECONDS)
    return msgspec.json.decode(done.stdout.strip().splitlines()[-1], type=Figures)

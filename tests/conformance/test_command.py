"""The suite as a stranger runs it: two commands against a server that was started by its own (SYNC-R27, SYNC-R28)."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from client_sync.cli import SECRET_VARIABLE
from tests.conformance.__main__ import BROKEN, HOLDS, UNUSABLE
from tests.conformance.cases import CLIENT_CASES, SERVER_CASES
from tests.server.house import ADA, CLINIC, open_house
from tests.server.test_stopping import free_port, serving

ROOT = Path(__file__).parents[2]
SCOPE = f"clinic/{CLINIC}"
OURS = f"{sys.executable} -m client_sync --file {{file}} --server {{url}} --patience 2"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """``doseledger serve`` on a furnished home; its address, and the office's command line."""
    home = tmp_path_factory.mktemp("served") / "home"
    with _running(home) as (url, office):
        yield url, office


@contextmanager
def _running(home: Path) -> Iterator[tuple[str, str]]:
    port, settings = free_port(), f"DOSELEDGER_HOME={home} DOSELEDGER_DISTRICT=isd-900 DOSELEDGER_LOG_NAME=log.example"
    with asyncio.Runner() as runner:
        runner.run(_furnish(home))
        process = serving(home, port)
        runner.run(process.__aenter__())
        try:
            yield f"http://127.0.0.1:{port}", f"env {settings} {sys.executable} -m server.cli"
        finally:
            runner.run(process.__aexit__(None, None, None))


async def _furnish(home: Path) -> None:
    async with open_house(home):
        pass


def suite(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.conformance", *words],
        cwd=ROOT,
        env=os.environ | {SECRET_VARIABLE: "conformance"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_server_command(served: tuple[str, str]) -> None:
    """SYNC-R27"""
    done = suite("server", "--url", served[0], *_given(served[1]))
    cases = len(SERVER_CASES)
    assert done.returncode == HOLDS, done.stdout + done.stderr
    assert done.stdout.count("holds   ") == cases
    assert done.stdout.endswith(f"{cases} of {cases} cases hold: this server passes\n")


def test_the_client_command(served: tuple[str, str]) -> None:
    """SYNC-R28"""
    done = _client(served, OURS)
    cases = len(CLIENT_CASES)
    assert done.returncode == HOLDS, done.stdout + done.stderr
    assert done.stdout.count("holds   ") == cases
    assert done.stdout.endswith(f"{cases} of {cases} cases hold: this client passes\n")


def test_a_client_that_forgets_is_told_what_it_broke(served: tuple[str, str]) -> None:
    """SYNC-R28: it enrolls, says that all went well, and has nothing in its outbox."""
    done = _client(served, "true")
    assert done.returncode == BROKEN, done.stdout + done.stderr
    assert "BROKEN  what is recorded offline is delivered with receipts" in done.stdout
    assert "this client fails" in done.stdout


def test_a_suite_that_cannot_begin_says_why(served: tuple[str, str]) -> None:
    url, office = served
    nowhere = f"http://127.0.0.1:{free_port()}"
    for address, given, words in ((nowhere, _given(office), "no server answers"), (url, _given("false"), "-command")):
        done = suite("server", "--url", address, *given)
        assert done.returncode == UNUSABLE
        assert words in done.stderr


def _client(served: tuple[str, str], command: str) -> subprocess.CompletedProcess[str]:
    url, office = served
    return suite("client", "--url", url, *_given(office), "--client-command", command)


def _given(office: str) -> tuple[str, ...]:
    """What the suite needs to know of a served home."""
    code, close = (
        f"{office} device code --staff anna",
        f"{office} quarantine close {{submission}} --as olga --reason done",
    )
    return "--scope", SCOPE, "--child", ADA, "--code-command", code, "--close-command", close

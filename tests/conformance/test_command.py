"""The suite as a stranger runs it: two commands against a server that was started by its own (SYNC-R27, SYNC-R28)."""

import asyncio
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from client_sync.cli import SECRET_VARIABLE
from tests.conformance.__main__ import BROKEN, HOLDS, UNUSABLE, left_out
from tests.conformance.cases import CLIENT_CASES, SERVER_CASES
from tests.conformance.our_server import start, stop
from tests.conformance.restore_cases import RESTORE_CASES
from tests.server.house import ADA, CLINIC, open_house
from tests.server.test_stopping import free_port

ROOT = Path(__file__).parents[2]
SCOPE = f"clinic/{CLINIC}"
OURS = f"{sys.executable} -m client_sync --file {{file}} --server {{url}} --patience 2"


class Served(msgspec.Struct, frozen=True):
    """``doseledger serve`` on a furnished home, and the office's command line."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def office(self) -> str:
        settings = f"DOSELEDGER_HOME={self.home} DOSELEDGER_DISTRICT=isd-900 DOSELEDGER_LOG_NAME=log.example"
        return f"env {settings} {sys.executable} -m server.cli"

    def command(self, verb: str) -> str:
        return f"{sys.executable} -m tests.conformance.our_server {verb} {self.home} {self.port}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home, port = tmp_path_factory.mktemp("served") / "home", free_port()
    asyncio.run(_furnish(home))
    start(home, port)
    try:
        yield Served(home, port)
    finally:
        stop(home, port)


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
        timeout=1_200,
        check=False,
    )


def test_the_server_command(served: Served) -> None:
    """SYNC-R27"""
    done = suite("server", "--url", served.url, *_given(served.office))
    cases = len(SERVER_CASES)
    assert done.returncode == HOLDS, done.stdout + done.stderr
    assert done.stdout.count("holds   ") == cases
    assert done.stdout.endswith(f"{cases} of {cases} cases hold: this server passes\n")


def test_the_client_command(served: Served) -> None:
    """SYNC-R28, SYNC-R68, SYNC-R69, SYNC-R70"""
    done = _client(served, OURS)
    cases = len(CLIENT_CASES)
    assert done.returncode == HOLDS, done.stdout + done.stderr
    assert done.stdout.count("holds   ") == cases
    assert done.stdout.endswith(f"{cases} of {cases} cases hold: this client passes\n")


def test_a_client_that_forgets_is_told_what_it_broke(served: Served) -> None:
    """SYNC-R28: it enrolls, says that all went well, and has nothing in its outbox."""
    done = _client(served, "true")
    assert done.returncode == BROKEN, done.stdout + done.stderr
    assert "BROKEN  what is recorded offline is delivered with receipts" in done.stdout
    assert "this client fails" in done.stdout


def test_a_suite_that_cannot_put_the_server_back_says_what_it_leaves_out() -> None:
    """SYNC-R69"""
    asked = Namespace(backup_command="true", restore_command=None)
    assert left_out(asked) == RESTORE_CASES
    assert left_out(Namespace(backup_command="true", restore_command="true")) == ()
    assert set(RESTORE_CASES) < set(CLIENT_CASES)


def test_a_suite_that_cannot_begin_says_why(served: Served) -> None:
    url, office = served.url, served.office
    nowhere = f"http://127.0.0.1:{free_port()}"
    for address, given, words in ((nowhere, _given(office), "no server answers"), (url, _given("false"), "-command")):
        done = suite("server", "--url", address, *given)
        assert done.returncode == UNUSABLE
        assert words in done.stderr


def _client(served: Served, command: str) -> subprocess.CompletedProcess[str]:
    put_back = ("--backup-command", served.command("backup"), "--restore-command", served.command("restore"))
    given = (*_given(served.office), "--client-command", command)
    return suite("client", "--url", served.url, *given, *put_back)


def _given(office: str) -> tuple[str, ...]:
    """What the suite needs to know of a served home."""
    code, close = (
        f"{office} device code --staff anna",
        f"{office} quarantine close {{submission}} --as olga --reason done",
    )
    return "--scope", SCOPE, "--child", ADA, "--code-command", code, "--close-command", close

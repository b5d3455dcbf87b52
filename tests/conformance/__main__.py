"""``python -m tests.conformance server|client …``: see the package.

Exit code 0: every case holds. 1: a case is broken, named on its own line. 2: the suite could not be run at all.
"""

import argparse
import asyncio
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from events.ids import StudentId
from tests.conformance.bench import Bench, Case
from tests.conformance.cases import CLIENT_CASES, SERVER_CASES, liar_for
from tests.conformance.client import Client
from tests.conformance.meddler import meddling
from tests.conformance.restore_cases import RESTORE_CASES
from tests.conformance.subject import Subject

HOLDS, BROKEN, UNUSABLE = 0, 1, 2


class Unusable(Exception):
    """What the suite was given does not let it begin."""


def main() -> int:
    asked = _parser().parse_args()
    try:
        _reach(asked.url)
        code = _codes(asked.code_command)
        code()
        office = _office(asked.close_command)
        broken, cases = _server(asked, code, office) if asked.what == "server" else _client(asked, code, office)
    except Unusable as why:
        print(f"error: {why}", file=sys.stderr)
        return UNUSABLE
    print(f"{cases - broken} of {cases} cases hold: this {asked.what} {'fails' if broken else 'passes'}")
    return BROKEN if broken else HOLDS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description="docs/sync.md, case by case")
    subjects = parser.add_subparsers(dest="what", required=True)
    for what, url in (
        ("server", "The server under test."),
        ("client", "An honest server, behind the suite's network."),
    ):
        one = subjects.add_parser(what)
        one.add_argument("--url", required=True, help=url)
        one.add_argument("--scope", required=True, help="clinic/<id>")
        one.add_argument("--child", required=True, help="A student on that clinic's roster.")
        one.add_argument(
            "--code-command", required=True, help="Prints a one-time code of a nurse there as its last word."
        )
        one.add_argument(
            "--close-command", required=True, help="Closes {submission} in the office: not let in, with any reason."
        )
        if what == "client":
            one.add_argument("--client-command", required=True, help="The client; see tests/conformance/client.py.")
            one.add_argument("--backup-command", help="Keeps a back-up of the server as it is now.")
            one.add_argument(
                "--restore-command",
                help="Puts that back-up in place of all the server has, in a new epoch of its log; serves again.",
            )
    return parser


def _reach(url: str) -> None:
    try:
        httpx.get(url, timeout=10)
    except httpx.HTTPError as error:
        raise Unusable(f"no server answers at {url}: {error}") from error


def _codes(command: str) -> Callable[[], str]:
    def code() -> str:
        try:
            told = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True).stdout.split()
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            why = error.stderr if isinstance(error, subprocess.CalledProcessError) else error
            raise Unusable(f"--code-command fails: {why}") from error
        if not told:
            raise Unusable("--code-command prints no code")
        return told[-1]

    return code


def _office(command: str) -> Callable[[str], None]:
    def close(submission: str) -> None:
        _run("--close-command", command.format(submission=submission))

    return close


def _server(asked: argparse.Namespace, code: Callable[[], str], close: Callable[[str], None]) -> tuple[int, int]:
    """How many cases are broken, and how many there are."""

    async def run() -> int:
        broken = 0
        async with httpx.AsyncClient(timeout=60) as http:
            for case in SERVER_CASES:
                try:
                    await case(Subject(asked.url, http, asked.scope, StudentId(asked.child), code, close))
                    _tell(case.__name__)
                except Unusable:
                    raise
                except Exception as error:
                    broken += 1
                    _tell(case.__name__, error)
        return broken

    return asyncio.run(run()), len(SERVER_CASES)


def _client(asked: argparse.Namespace, code: Callable[[], str], close: Callable[[str], None]) -> tuple[int, int]:
    broken, without = 0, left_out(asked)
    for case in CLIENT_CASES:
        if case in without:
            print(f"left out  {case.__name__.replace('_', ' ')}: needs --backup-command and --restore-command")
            continue
        with tempfile.TemporaryDirectory() as folder, meddling(asked.url, liar_for(case)) as meddler:
            client = Client(asked.client_command, meddler.url, Path(folder) / "client")
            try:
                client.enroll(code())
                client.follow(asked.scope)
                if case in RESTORE_CASES:
                    _run("--backup-command", asked.backup_command)
                restore = partial(_run, "--restore-command", asked.restore_command or "")
                case(Bench(client, meddler, asked.scope, asked.child, close, Path(folder), restore))
                _tell(case.__name__)
            except Unusable:
                raise
            except Exception as error:
                broken += 1
                _tell(case.__name__, error)
    return broken, len(CLIENT_CASES) - len(without)


def left_out(asked: argparse.Namespace) -> tuple[Case, ...]:
    """A server that nobody can put back cannot show what a client does then."""
    return () if asked.backup_command and asked.restore_command else RESTORE_CASES


def _run(option: str, command: str) -> None:
    try:
        subprocess.run(shlex.split(command), capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        why = error.stderr if isinstance(error, subprocess.CalledProcessError) else error
        raise Unusable(f"{option} fails: {why}") from error


def _tell(case: str, error: Exception | None = None) -> None:
    words = case.replace("_", " ")
    said = f"holds   {words}" if error is None else f"BROKEN  {words}: {type(error).__name__}: {error}"
    print(said, flush=True)


if __name__ == "__main__":
    sys.exit(main())

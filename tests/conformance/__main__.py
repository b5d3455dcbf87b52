"""``python -m tests.conformance server|client …``: see the package."""

import argparse
import asyncio
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx

from events.ids import StudentId
from tests.conformance import client_cases, server_cases
from tests.conformance.client import Client
from tests.conformance.meddler import meddling
from tests.conformance.subject import Subject


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("what", choices=["server", "client"])
    parser.add_argument(
        "--url", required=True, help="The server: under test, or honest and behind the client's network."
    )
    parser.add_argument("--scope", required=True, help="clinic/<id>")
    parser.add_argument("--child", required=True, help="A student on that clinic's roster.")
    parser.add_argument(
        "--code-command", required=True, help="Prints a one-time code of a nurse there as its last word."
    )
    parser.add_argument("--client-command", default="", help="The client under test; see tests/conformance/client.py.")
    asked = parser.parse_args()

    def code() -> str:
        words = shlex.split(asked.code_command)
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[-1]

    if asked.what == "server":
        return asyncio.run(_server(asked.url, asked.scope, StudentId(asked.child), code))
    return _client(asked, code)


async def _server(url: str, scope: str, child: StudentId, code: Callable[[], str]) -> int:
    failed = 0
    async with httpx.AsyncClient(timeout=60) as http:
        for case in server_cases.CASES:
            try:
                await case(Subject(url, http, scope, child, code))
                print(f"holds   {case.__name__}")
            except Exception as error:
                failed += 1
                print(f"BROKEN  {case.__name__}: {type(error).__name__}: {error}")
    return 1 if failed else 0


def _client(asked: argparse.Namespace, code: Callable[[], str]) -> int:
    failed = 0
    for case in client_cases.CASES:
        with tempfile.TemporaryDirectory() as folder, meddling(asked.url) as meddler:
            client = Client(asked.client_command, meddler.url, Path(folder) / "client")
            try:
                client.enroll(code())
                client.follow(asked.scope)
                case(client_cases.Bench(client, meddler, asked.scope, asked.child))
                print(f"holds   {case.__name__}")
            except Exception as error:
                failed += 1
                print(f"BROKEN  {case.__name__}: {type(error).__name__}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

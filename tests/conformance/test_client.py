"""Our Python client passes the conformance suite: each command a process of its own (SYNC-R28)."""

import asyncio
import sys
from pathlib import Path

import pytest

from client_sync.cli import SECRET_VARIABLE
from tests.conformance.client import Client
from tests.conformance.client_cases import CASES, Bench, Case
from tests.conformance.meddler import meddling
from tests.server.house import ADA, CLINIC, open_house

COMMAND = f"{sys.executable} -m client_sync --file {{file}} --server {{url}} --patience 2"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_our_client_conforms(tmp_path: Path, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """SYNC-R28"""
    monkeypatch.setenv(SECRET_VARIABLE, "conformance")
    async with open_house(tmp_path / "server") as house:
        code, scope = await house.code("anna"), f"clinic/{CLINIC}"

        def run() -> None:
            with meddling(house.url) as meddler:
                client = Client(COMMAND, meddler.url, tmp_path / "client.db")
                client.enroll(code)
                client.follow(scope)
                case(Bench(client, meddler, scope, ADA))

        await asyncio.to_thread(run)

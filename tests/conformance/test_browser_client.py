"""The phone's store and sync pass the conformance suite in a real Chromium (SYNC-R28)."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.nurse import chromium_path
from tests.conformance.bench import Bench, Case
from tests.conformance.browser import Chromium, build_page, running
from tests.conformance.cases import CLIENT_CASES, liar_for
from tests.conformance.client import Client
from tests.conformance.meddler import meddling
from tests.conformance.restore_cases import RESTORE_CASES
from tests.server.house import ADA, CLINIC, open_house
from tests.server.test_quarantine import decide

pytestmark = pytest.mark.browser

SCOPE = f"clinic/{CLINIC}"
COMMAND = f"{sys.executable} -m tests.conformance.browser --chromium {{chromium}} --server {{{{url}}}}"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_page(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """One browser; each case has a network, and so an origin and a store, of its own."""
    with running(chromium_path(), tmp_path_factory.mktemp("phone") / "profile") as browser:
        yield browser


async def conforms(home: Path, page: Path, chromium: Chromium, case: Case) -> None:
    async with open_house(home, page) as house:
        code = await house.code("anna")

        running_loop = asyncio.get_running_loop()

        async def closing(submission: str) -> None:
            await house.sign_in("olga")
            assert (await decide(house, submission, "close")).status_code == 200

        def close(submission: str) -> None:
            asyncio.run_coroutine_threadsafe(closing(submission), running_loop).result()

        def run() -> None:
            with meddling(house.url, liar_for(case)) as meddler:
                client = Client(COMMAND.format(chromium=chromium.address), meddler.url, home / "unused")
                client.enroll(code)
                client.follow(SCOPE)
                case(Bench(client, meddler, SCOPE, ADA, close, home))

        await asyncio.to_thread(run)


@pytest.mark.parametrize(
    "case", [case for case in CLIENT_CASES if case not in RESTORE_CASES], ids=lambda case: case.__name__
)
async def test_the_browser_client_conforms(tmp_path: Path, page: Path, chromium: Chromium, case: Case) -> None:
    """SYNC-R28. The cases of a server that was put back: test_restored.py."""
    await conforms(tmp_path / "server", page, chromium, case)

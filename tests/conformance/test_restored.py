"""Both clients beside a server whose disk was lost and whose back-up was put back (SYNC-R28, CLIENT-R38, WEB-R320)."""

import asyncio
import os
import threading
from pathlib import Path

import pytest

from client_sync.cli import SECRET_VARIABLE
from server.backup import make_backup, restore_backup
from server.store.epochs import open_epoch
from tests.browser.nurse import chromium_path
from tests.client_sync.test_photos_restored import lose
from tests.conformance.bench import Bench, Case
from tests.conformance.browser import build_page, running
from tests.conformance.client import Client
from tests.conformance.meddler import meddling
from tests.conformance.restore_cases import RESTORE_CASES
from tests.conformance.test_browser_client import COMMAND, SCOPE
from tests.conformance.test_command import OURS
from tests.server.house import ADA, open_house


async def conforms(home: Path, command: str, case: Case, page: Path | None = None) -> None:
    """The case, in a thread of its own; the server is put back when it asks for that."""
    loop, asked, done = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def restore() -> None:
        loop.call_soon_threadsafe(asked.set)
        assert done.wait(60), "the server was not put back"

    def close(_: str) -> None:
        raise AssertionError("nothing is settled here")

    with meddling("") as meddler:
        client = Client(command, meddler.url, home.parent / "device.db")
        bench = Bench(client, meddler, SCOPE, ADA, close, home.parent, restore)
        async with open_house(home, page) as house:
            meddler.server_url = house.url
            code, settings, clock = await house.code("anna"), house.district.settings, house.clock
            await asyncio.to_thread(client.enroll, code)
            await asyncio.to_thread(client.follow, SCOPE)
            await make_backup(settings, home.parent / "copy", home.parent / "ring", clock())
            running_case = asyncio.create_task(asyncio.to_thread(case, bench))
            waiting = asyncio.create_task(asked.wait())
            await asyncio.wait({running_case, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not asked.is_set():
            await running_case
        lose(home)
        await restore_backup(settings, home.parent / "copy", home.parent / "ring", clock())
        await open_epoch(settings, clock, "the disk was replaced", os.urandom)
        async with open_house(home, page) as house:
            meddler.server_url = house.url
            done.set()
            await running_case


@pytest.mark.parametrize("case", RESTORE_CASES, ids=lambda case: case.__name__)
async def test_the_python_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, "conformance")
    await conforms(tmp_path / "home", OURS, case)


@pytest.mark.browser
@pytest.mark.parametrize("case", RESTORE_CASES, ids=lambda case: case.__name__)
async def test_the_browser_client(tmp_path: Path, case: Case) -> None:
    page = await asyncio.to_thread(build_page, tmp_path / "page")
    with running(chromium_path(), tmp_path / "profile") as browser:
        await conforms(tmp_path / "home", COMMAND.format(chromium=browser.address), case, page)


@pytest.mark.browser
async def test_a_phone_that_was_enrolled_after_the_back_up(tmp_path: Path) -> None:
    """WEB-R323: the put-back server knows neither it nor its seat; enrolled anew it brings what was receipted."""
    home, ring, copy = tmp_path / "home", tmp_path / "ring", tmp_path / "copy"
    page = await asyncio.to_thread(build_page, tmp_path / "page")
    with running(chromium_path(), tmp_path / "profile") as browser, meddling("") as meddler:
        client = Client(COMMAND.format(chromium=browser.address), meddler.url, tmp_path / "unused")
        bench = Bench(client, meddler, SCOPE, ADA, lambda _: None, tmp_path)
        async with open_house(home, page) as house:
            meddler.server_url, settings, clock = house.url, house.district.settings, house.clock
            await make_backup(settings, copy, ring, clock())
            await asyncio.to_thread(client.enroll, await house.code("anna"))
            await asyncio.to_thread(client.follow, SCOPE)
            await asyncio.to_thread(client.record, bench.dose(), bench.dose("21"))
            await asyncio.to_thread(client.sync)
            assert await asyncio.to_thread(client.states) == ["receipted"] * 2
        lose(home)
        await restore_backup(settings, copy, ring, clock())
        await open_epoch(settings, clock, "the disk was replaced", os.urandom)
        async with open_house(home, page) as house:
            meddler.server_url = house.url
            await asyncio.to_thread(client.sync)
            assert await asyncio.to_thread(client.states) == ["receipted"] * 2, "it cannot know yet"
            await asyncio.to_thread(client.enroll, await house.code("anna"))
            await asyncio.to_thread(client.follow, SCOPE)
            for _ in range(3):
                await asyncio.to_thread(client.sync)
            await house.sign_in("root")
            rows = (await house.http.get("/api/quarantine")).json()["submissions"]
            assert [row["reason"] for row in rows] == ["unknown_seat"] * 2

"""One server for each module of browser tests; each test holds a phone of its own."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect, sync_playwright

from server.assets import WEB_DIST, Asset, read_assets
from tests.browser.nurse import GYMNASIUM, PATIENCE_MS, Nurse, hold_phone
from tests.browser.office import Office, hold_laptop
from tests.browser.school import School, open_school

WEB = Path(__file__).resolve().parents[2] / "web"

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


def build(version: str, folder: Path) -> dict[str, Asset]:
    """The app as it is released under this version."""
    command = ["node", "node_modules/vite/bin/vite.js", "build", "--outDir", str(folder), "--logLevel", "error"]
    subprocess.run(command, cwd=WEB, env={**os.environ, "npm_package_version": version}, check=True, timeout=120)
    return read_assets(folder)


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Asset], dict[str, Asset]]:
    folder = tmp_path_factory.mktemp("built")
    return build("7.1.0", folder / "one"), build("7.2.0", folder / "two")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Closed after each module: its event loop runs in this thread, and no other test may start one meanwhile."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    assert (WEB_DIST / "sw.js").exists(), "the web app is not built: make web"
    with open_school(tmp_path_factory.mktemp("school")) as opened:
        yield opened


@pytest.fixture
def phone(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    context = hold_phone(playwright, tmp_path / "phone")
    yield context
    context.close()


@pytest.fixture
def nurse(phone: BrowserContext, school: School) -> Nurse:
    """A nurse with an enrolled phone, looking at the roster."""
    return Nurse(phone.pages[0], school).join()


@pytest.fixture
def another(playwright: Playwright, school: School, tmp_path: Path) -> Iterator[Callable[..., Nurse]]:
    """Further phones of the same nurse, each with a disk of its own."""
    held: list[BrowserContext] = []

    def hold(clinic: str = GYMNASIUM) -> Nurse:
        held.append(hold_phone(playwright, tmp_path / f"phone {len(held) + 2}"))
        return Nurse(held[-1].pages[0], school).join(clinic)

    yield hold
    for context in held:
        context.close()


@pytest.fixture
def laptop(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    context = hold_laptop(playwright, tmp_path / "laptop")
    yield context
    context.close()


@pytest.fixture
def office(laptop: BrowserContext, school: School) -> Office:
    """The health office, signed in, looking at the worklist."""
    return Office(laptop.pages[0], school).sign_in()

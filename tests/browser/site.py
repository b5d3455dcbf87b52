"""A real server with the demo's people on a port of its own, and a phone-sized Chromium to visit it."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from events.ids import DistrictId
from server.demo.district import DemoDistrict
from server.demo.play import found
from server.district import open_district, wall_clock
from server.identity.enrolment import Enrolment
from server.identity.store import IdentityStore
from server.identity.tokens import show_code
from server.settings import Settings

ROOT = Path(__file__).parents[2]
PHONE = {"width": 360, "height": 740}
PIN = "135790"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def chromium() -> str | None:
    """Where Debian's (or another) Chromium is."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Site(msgspec.Struct, frozen=True):
    """The server's address, its home, and the people of the demo."""

    url: str
    settings: Settings
    demo: DemoDistrict

    async def code(self, login: str) -> str:
        """A one-time enrollment code, as the office would hand it out."""
        person = next(one for one in self.demo.staff if one.login == login)
        async with IdentityStore(self.settings.home / "identity.db") as identities:
            code, _ = await Enrolment(identities, os.urandom).issue(person.id, wall_clock())
        return show_code(code)

    def password(self, login: str) -> str:
        return next(one.password for one in self.demo.staff if one.login == login)

    async def log_types(self) -> list[tuple[str, str]]:
        """(type, author) of every event in the log, in order."""
        async with open_district(self.settings, wall_clock, "command", "test") as district:
            rows = [row async for row in district.log.read(0)]  # type: ignore[arg-type]
        return [(row.header.type, row.header.author) for row in rows if row.header is not None]


@contextmanager
def running_site(home: Path) -> Iterator[Site]:
    """Found the demo district in ``home`` and serve it from a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(home, DistrictId("district"), "doseledger.example", "127.0.0.1", port)
    demo = asyncio.run(found(settings, datetime.now(UTC).date()))
    command = [sys.executable, "-m", "server.cli", "serve", "--port", str(port)]
    environment = {**os.environ, "DOSELEDGER_HOME": str(home)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/health")
        yield Site(f"http://127.0.0.1:{port}", settings, demo)
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within 30 s")


@asynccontextmanager
async def phone(language: str = "en-US", viewport: dict[str, int] | None = None) -> AsyncIterator[BrowserContext]:
    """A new browser profile of phone size."""
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        context = await browser.new_context(viewport=viewport or PHONE, locale=language, has_touch=True)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        yield context
        await browser.close()


async def enroll(page: Page, site: Site, login: str = "nurse.amina") -> None:
    """From the first visit to the roster, as a nurse would."""
    await page.goto(site.url)
    await page.get_by_label("Login").fill(login)
    await page.get_by_label("Password").fill(site.password(login))
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_label("One-time code").fill(await site.code(login))
    await page.get_by_label("Name of this phone").fill("gym phone")
    await page.get_by_label("Choose a PIN").fill(PIN)
    await page.get_by_label("The PIN again").fill(PIN)
    await page.get_by_role("button", name="Enroll this phone").click()
    await page.get_by_role("button", name="Catch-up clinic, gymnasium").click()
    await page.get_by_text("150 of 150").wait_for()
    await page.evaluate("navigator.serviceWorker.ready")


async def unlock(page: Page, pin: str = PIN) -> None:
    await page.get_by_label("Enter your PIN.").fill(pin)
    await page.get_by_role("button", name="Unlock").click()

"""The bundle's page in a real browser, offline: it checks itself and says so, or says what was changed."""

import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from tests.transfer.conftest import Leaving

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine: make browser"),
]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(offline=True, viewport={"width": 390, "height": 844})
        yield await context.new_page()
        await browser.close()


async def proof(page: Page, path: Path) -> str:
    await page.goto(path.as_uri())
    await page.wait_for_function("() => !document.querySelector('#proof strong').textContent.startsWith('Checking')")
    return await page.inner_text("#proof")


def page_of(bundle: Path, **changes: str) -> Path:
    with zipfile.ZipFile(bundle) as archive:
        text = archive.read("index.html").decode()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path = bundle.with_suffix(".html")
    path.write_text(text, encoding="utf-8")
    return path


async def test_the_page_checks_every_event_without_a_network(page: Page, bundle: Path) -> None:
    """BUNDLE-R10: the page verifies its events with the browser alone and shows the record in plain words."""
    words = await proof(page, page_of(bundle))
    assert "every event is genuine" in words
    assert "Ada Okafor, born 2015-06-15" in await page.inner_text("body")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


async def test_the_page_finds_a_changed_payload(page: Page, bundle: Path) -> None:
    """BUNDLE-R10"""
    words = await proof(page, page_of(bundle, **{'2019-07-01\\"': '2019-07-02\\"'}))
    assert "changed or is damaged" in words
    assert "the payload is not what was signed" in words


async def test_the_page_finds_a_changed_header(page: Page, bundle: Path) -> None:
    words = await proof(page, page_of(bundle, **{"dose.recorded": "dose.refuted_"}))
    assert "receipt is for another event" in words


async def test_no_name_can_break_out_of_the_page(leaving: Leaving, page: Page, tmp_path: Path) -> None:
    """BUNDLE-R11: what a record says is text, never markup."""
    leaving.given.told_dose("03", "2016-08-01", as_written="x", provider="</script><img src=x onerror=alert(1)>@data@")
    leaving.given.paper("medical", signer="<b>@script@</b>")
    leaving.write()
    path = tmp_path / "b.zip"
    path.write_bytes((await leaving.file()).content)
    assert "every event is genuine" in await proof(page, page_of(path))
    assert await page.locator("img, b").count() == 0
    assert "<b>@script@</b>" in await page.inner_text("body")

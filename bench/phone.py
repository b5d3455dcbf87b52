"""The phone's own speed, in a real Chromium slowed down four times: what a nurse waits for.

    python -m bench.phone [--students 2000] [--history 40000] [--slow 4]

- arrival: the clinic chosen on a fresh phone, until the first child can be found and until all are there
- cold start without a network: the app opened, its PIN screen there; the PIN typed, the roster searchable
- a keystroke in the search over the whole roster, until the answer is on the screen
- JavaScript of the first screen, compressed

The floor of a keystroke is an input that changes one word on the same page, measured in the same run. The slow-down
is the browser's own (it slows the page, not its service worker).
"""

import argparse
import asyncio
import gzip
import os
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect, sync_playwright

from bench.house.district import Place, furnish
from bench.house.served import serving
from bench.measure import median, nearly_all, write_result
from server.district import wall_clock
from server.home import Home
from server.identity.credentials import Credentials
from server.identity.enrolment import Enrolment
from server.identity.passwords import Passwords
from server.identity.store import IdentityStore
from server.identity.tokens import show_code
from tests.browser.nurse import PIN, hold_phone

LOGIN, PASSWORD = "nurse", "correct horse battery"
TYPED = ("a", "ab", "abd", "e", "en", "eng", "g", "ga", "gar", "hu", "ito", "jen", "zz", "")
PATIENCE_MS = 300_000

_ANSWER = """async ([selector, typed]) => {
  const field = document.querySelector(selector);
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const began = performance.now();
  set.call(field, typed);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((painted) => requestAnimationFrame(() => { const port = new MessageChannel();
    port.port1.onmessage = painted; port.port2.postMessage(0); }));
  return performance.now() - began;
}"""
"""Milliseconds from an input event until the frame that answers it is painted."""

_FLOOR = """() => { const field = document.createElement("input"); field.id = "floor";
  const word = document.createElement("p"); document.body.append(field, word);
  field.addEventListener("input", () => { word.textContent = field.value; }); }"""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and milliseconds as the page's clock has them."""

    students: int
    slow: int
    first_child_seconds: float
    all_children_seconds: float
    cold_start_seconds: float
    unlock_seconds: float
    keystroke_p50_ms: float
    keystroke_p99_ms: float
    floor_p50_ms: float
    javascript_bytes: int


async def prepare(home: Path, students: int, history: int) -> tuple[Place, str]:
    """A district with a nurse who can sign in, and a code for her phone."""
    place = await furnish(home, students, history)
    async with IdentityStore(Home(home).identity) as store:
        await Credentials(store, Passwords()).set_password(place.nurse, PASSWORD, wall_clock())
        code, _ = await Enrolment(store, os.urandom).issue(place.nurse, wall_clock())
    return place, show_code(code)


class Phone:
    """A phone with a disk of its own, whose page runs ``slow`` times slower than this machine."""

    def __init__(self, playwright: Playwright, profile: Path, url: str, slow: int) -> None:
        self.playwright, self.profile, self.url, self.slow = playwright, profile, url, slow
        self.context: BrowserContext
        self.page: Page
        self.pick_up()

    def pick_up(self) -> None:
        """Start the browser, as after a restart of the phone."""
        self.context = hold_phone(self.playwright, self.profile)
        self.page = self.context.pages[0]
        self.page.set_default_timeout(PATIENCE_MS)
        session = self.context.new_cdp_session(self.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": self.slow})

    def enroll(self, code: str) -> None:
        self.page.goto(self.url)
        self._fill(LOGIN, PASSWORD)
        expect(self.page.locator("form input")).to_have_count(4, timeout=PATIENCE_MS)
        self._fill(code, "Cart 2", PIN, PIN)
        self.clinic.wait_for()

    def _fill(self, *typed: str) -> None:
        fields = self.page.locator("form input")
        for place, words in enumerate(typed):
            fields.nth(place).fill(words)
        self.page.locator("button.button.main").first.click()

    @property
    def clinic(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^Gym"))

    def open(self) -> None:
        """From a touch on the icon to its first form: sign in, or the PIN."""
        self.page.goto(f"{self.url}/#/roster")
        self.page.locator("form input").first.wait_for()

    def unlock(self) -> None:
        """From the last digit to a roster that can be searched."""
        self._fill(PIN)
        self.page.locator("button.child").first.wait_for()

    def keystrokes(self, selector: str) -> list[float]:
        return [self.page.evaluate(_ANSWER, [selector, typed]) for typed in TYPED for _ in range(3)]


def took(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def measure(url: str, code: str, profile: Path, students: int, slow: int) -> Figures:
    with sync_playwright() as playwright:
        phone = Phone(playwright, profile, url, slow)
        phone.open()
        javascript = first_screen(phone.page, url)
        phone.enroll(code)
        start = time.perf_counter()
        phone.clinic.click()
        phone.page.locator("button.child").first.wait_for()
        first = time.perf_counter() - start
        everyone = re.compile(rf"\b{students:,}\b|\b{students}\b")
        expect(phone.page.get_by_role("status").filter(has_text=everyone).first).to_be_visible(timeout=PATIENCE_MS)
        everybody = time.perf_counter() - start
        phone.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        phone.context.close()
        phone.pick_up()
        phone.context.set_offline(True)
        opened, unlocked = took(phone.open), took(phone.unlock)
        keys = phone.keystrokes("input[type=search]")
        phone.page.evaluate(_FLOOR)
        floor = phone.keystrokes("#floor")
        phone.context.close()
    return Figures(
        students=students,
        slow=slow,
        first_child_seconds=first,
        all_children_seconds=everybody,
        cold_start_seconds=opened,
        unlock_seconds=unlocked,
        keystroke_p50_ms=median(keys),
        keystroke_p99_ms=nearly_all(keys),
        floor_p50_ms=median(floor),
        javascript_bytes=javascript,
    )


def first_screen(page: Page, url: str) -> int:
    """The scripts the page itself names, as they come over the wire; rule sets and later screens are loaded after."""
    named = re.findall(r'(?:src|href)="([^"]+\.js)"', page.request.get(url).text())
    return sum(len(gzip.compress(page.request.get(f"{url}{path}").body(), 6)) for path in set(named))


async def main(students: int, history: int, slow: int, folder: Path) -> Figures:
    print(f"preparing {students:,} students with {history:,} events ...", flush=True)
    home = folder / "home"
    _, code = await prepare(home, students, history)
    async with serving(home) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        figures = await asyncio.to_thread(measure, url, code, folder / "phone", students, slow)
    print(f"arrival       first child after {figures.first_child_seconds:.1f} s, all after "
          f"{figures.all_children_seconds:.1f} s")  # fmt: skip
    print(f"cold start    {figures.cold_start_seconds:.2f} s to the PIN screen, {figures.unlock_seconds:.2f} s "
          "from the PIN to a searchable roster, no network")  # fmt: skip
    print(f"keystroke     p50 {figures.keystroke_p50_ms:.0f} ms, p99 {figures.keystroke_p99_ms:.0f} ms"
          f"   (floor {figures.floor_p50_ms:.0f} ms)")  # fmt: skip
    print(f"first screen  {figures.javascript_bytes / 1024:.1f} KiB of JavaScript, gzip")
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=2_000)
    parser.add_argument("--history", type=int, default=40_000)
    parser.add_argument("--slow", type=int, default=4)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = main(asked.students, asked.history, asked.slow, Path(folder))
        write_result("phone", msgspec.to_builtins(asyncio.run(work)))

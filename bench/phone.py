"""The phone's own speed, in a real Chromium slowed down four times: what a nurse waits for.

    python -m bench.phone [--students 2000] [--history 40000] [--slow 4]

- arrival: the clinic chosen on a fresh phone, until the first child can be found and until all are there
- cold start without a network: the app opened, its PIN screen there; the PIN typed, the roster searchable (of which
  the PIN's own stretching, in a worker the browser does not slow down), and every record open
- a keystroke in the search over the whole roster, from the key's own event (waiting counts) until the answer is on
  the screen: while the records are opened, and once they are. Each changes what is found: words typed, and erased
- a dose copied off a paper, from the touch on "Record" until the screen calls it safe on this phone
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
USUAL = 2_000
"""Students of a large clinic; a run with another number keeps its figures beside this one's."""
TYPED = ("abd", "eng", "2014-0", "gar", "hu", "3/4/2015", "ito", "jens", "zz", "garcia chue", "0304")
KEY_SECONDS = 0.05
"""Between a key's answer and the next: a quick thumb."""
PATIENCE_MS = 120_000
POLLED_MS = 200
DOSES = 40
KEY_AIM_MS = 50
DOSE_AIM_MS = 100
GLANCE_SECONDS = 8
"""How long the phone lies still before it is put down: it keeps its roster for the next time after five."""

_WATCHED = """(() => {
  localStorage.setItem("doseledger locks after minutes", "15");
  const marks = { stretched: 0 };
  window.marks = marks;
  window.keys = [];
  addEventListener("input", ({ target, timeStamp }) => {
    if (target.type !== "search") return;
    const isOpening = marks.open === undefined;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.keys.push([performance.now() - timeStamp, isOpening]);
      port2.postMessage(0);
    });
  }, true);
  const Plain = window.Worker;
  window.Worker = class extends Plain {
    constructor(...told) {
      super(...told);
      const began = performance.now();
      const isPin = String(told[0]).includes("argon");
      this.addEventListener("message", () => { if (isPin) marks.stretched = performance.now() - began; });
    }
  };
  addEventListener("submit", () => { marks.submitted ??= performance.now(); }, true);
  addEventListener("click", ({ target }) => {
    if (target.closest?.(".linkrow")) marks.chosen = performance.now();
  }, true);
  const there = { pin: "form input", roster: "button.child" };
  const look = () => {
    for (const [name, selector] of Object.entries(there)) {
      if (marks[name] === undefined && document.querySelector(selector)) marks[name] = performance.now();
    }
    const notices = [...document.querySelectorAll(".notice.info")];
    const isAsOf = notices.some((one) => one.textContent.startsWith("As of"));
    if (marks.roster !== undefined && !isAsOf) marks.open ??= performance.now();
    const told = document.querySelector("main [role=status]")?.textContent ?? "";
    if (told.replace(/\\D+/g, " ").split(" ").includes("STUDENTS")) marks.all ??= performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})()"""
"""What the page itself sees, in milliseconds since its navigation began: a driver that keeps looking would slow it."""

_RECORD = """async () => {
  const button = [...document.querySelectorAll("button.main")].find((one) => one.textContent === "Record");
  const began = performance.now();
  button.click();
  while (!document.body.textContent.includes("Safe on this phone")) {
    await new Promise((painted) => requestAnimationFrame(painted));
    if (performance.now() - began > 20000) throw new Error("never called safe");
  }
  return performance.now() - began;
}"""

_FLOOR = """() => { const field = document.createElement("input"); field.id = "floor"; field.type = "search";
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
    stretching_seconds: float
    all_open_seconds: float
    opening_keystrokes: int
    opening_keystroke_p50_ms: float | None
    opening_keystroke_p99_ms: float | None
    keystrokes: int
    keystroke_p50_ms: float
    keystroke_p99_ms: float
    keystrokes_in_time: float
    record_p50_ms: float
    record_p99_ms: float
    records_in_time: float
    floor_p50_ms: float
    floor_p99_ms: float
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

    def __init__(self, playwright: Playwright, profile: Path, url: str, slow: int, students: int) -> None:
        self.playwright, self.profile, self.url, self.slow, self.students = playwright, profile, url, slow, students
        self.context: BrowserContext
        self.page: Page
        self.pick_up()

    def pick_up(self) -> None:
        """Start the browser, as after a restart of the phone."""
        self.context = hold_phone(self.playwright, self.profile)
        self.page = self.context.pages[0]
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.add_init_script(_WATCHED.replace("STUDENTS", str(self.students)))
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

    def arrive(self) -> tuple[float, float]:
        """Seconds from the choice of the clinic to the first child, and to all of them."""
        self.clinic.click()
        self.see("all")
        marks = self.marks()
        return marks["roster"] - marks["chosen"], marks["all"] - marks["chosen"]

    def see(self, mark: str) -> None:
        """Wait until the page saw it."""
        self.page.wait_for_function("mark => window.marks[mark] !== undefined", arg=mark, polling=POLLED_MS)

    def marks(self) -> dict[str, float]:
        return {name: moment / 1000 for name, moment in self.page.evaluate("() => window.marks").items()}

    def record(self, student: str) -> float:
        """A paper's dose for a child, its form filled before the clock starts."""
        self.page.evaluate("place => { location.hash = place; }", f"#/child/{student}/paper")
        self.page.get_by_label("MMR", exact=True).check()
        self.page.get_by_label("Date as written").fill("2024-05-06")
        expect(self.page.locator("button.main", has_text=re.compile("^Record$"))).to_be_enabled()
        return float(self.page.evaluate(_RECORD))

    def type(self, selector: str) -> None:
        """Each word by its keys, and erased again."""
        self.page.locator(selector).focus()
        for word in TYPED:
            for key in (*word, *("Backspace" for _ in word)):
                self.page.keyboard.press(key)
                time.sleep(KEY_SECONDS)

    def keystrokes(self) -> tuple[list[float], list[float]]:
        """Milliseconds of each keystroke since the last asking: while records were opened, and after."""
        self.page.wait_for_timeout(POLLED_MS)
        keys = self.page.evaluate("() => window.keys.splice(0)")
        return [took for took, is_opening in keys if is_opening], [took for took, is_opening in keys if not is_opening]


def measure(url: str, code: str, place: Place, profile: Path, slow: int) -> Figures:
    students = len(place.students)
    with sync_playwright() as playwright:
        phone = Phone(playwright, profile, url, slow, students)
        phone.open()
        javascript = first_screen(phone.page, url)
        phone.enroll(code)
        first, everybody = phone.arrive()
        phone.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        time.sleep(GLANCE_SECONDS)
        phone.context.close()
        phone.pick_up()
        phone.context.set_offline(True)
        phone.open()
        phone.unlock()
        phone.type("input[type=search]")
        phone.see("open")
        marks = phone.marks()
        early, _ = phone.keystrokes()
        phone.type("input[type=search]")
        _, keys = phone.keystrokes()
        doses = [phone.record(student) for student in place.students[:DOSES]]
        phone.page.evaluate("() => { location.hash = '#/roster'; }")
        phone.page.evaluate(_FLOOR)
        phone.type("#floor")
        _, floor = phone.keystrokes()
        phone.context.close()
    return Figures(
        students=students,
        slow=slow,
        first_child_seconds=first,
        all_children_seconds=everybody,
        cold_start_seconds=marks["pin"],
        unlock_seconds=marks["roster"] - marks["submitted"],
        stretching_seconds=marks["stretched"],
        all_open_seconds=marks["open"] - marks["submitted"],
        opening_keystrokes=len(early),
        opening_keystroke_p50_ms=median(early) if early else None,
        opening_keystroke_p99_ms=nearly_all(early) if early else None,
        keystrokes=len(keys),
        keystroke_p50_ms=median(keys),
        keystroke_p99_ms=nearly_all(keys),
        keystrokes_in_time=within(keys, KEY_AIM_MS),
        record_p50_ms=median(doses),
        record_p99_ms=nearly_all(doses),
        records_in_time=within(doses, DOSE_AIM_MS),
        floor_p50_ms=median(floor),
        floor_p99_ms=nearly_all(floor),
        javascript_bytes=javascript,
    )


def within(took: list[float], aim: float) -> float:
    """The share that took no longer than it."""
    return sum(one <= aim for one in took) / len(took)


def first_screen(page: Page, url: str) -> int:
    """The scripts the page itself names, as they come over the wire; rule sets and later screens are loaded after."""
    named = re.findall(r'(?:src|href)="([^"]+\.js)"', page.request.get(url).text())
    return sum(len(gzip.compress(page.request.get(f"{url}{path}").body(), 6)) for path in set(named))


async def main(students: int, history: int, slow: int, folder: Path) -> Figures:
    print(f"preparing {students:,} students with {history:,} events ...", flush=True)
    home = folder / "home"
    place, code = await prepare(home, students, history)
    async with serving(home) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        figures = await asyncio.to_thread(measure, url, code, place, folder / "phone", slow)
    print(f"arrival       first child after {figures.first_child_seconds:.1f} s, all after "
          f"{figures.all_children_seconds:.1f} s")  # fmt: skip
    print(f"cold start    {figures.cold_start_seconds:.2f} s to the PIN screen, {figures.unlock_seconds:.2f} s "
          f"from the PIN to a searchable roster ({figures.stretching_seconds:.2f} s of it the PIN's stretching), "
          f"all records open after {figures.all_open_seconds:.1f} s, no network")  # fmt: skip
    print(f"keystroke     p50 {figures.keystroke_p50_ms:.0f} ms, p99 {figures.keystroke_p99_ms:.0f} ms of "
          f"{figures.keystrokes} (floor {figures.floor_p50_ms:.0f} and {figures.floor_p99_ms:.0f} ms), "
          f"{figures.keystrokes_in_time:.0%} within {KEY_AIM_MS} ms; while records are opened "
          f"{figures.opening_keystroke_p50_ms or 0:.0f} and {figures.opening_keystroke_p99_ms or 0:.0f} ms of "
          f"{figures.opening_keystrokes}")  # fmt: skip
    print(f"a dose        safe on this phone after p50 {figures.record_p50_ms:.0f} ms, "
          f"p99 {figures.record_p99_ms:.0f} ms, {figures.records_in_time:.0%} within {DOSE_AIM_MS} ms")  # fmt: skip
    print(f"first screen  {figures.javascript_bytes / 1024:.1f} KiB of JavaScript, gzip")
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=USUAL)
    parser.add_argument("--history", type=int, default=40_000)
    parser.add_argument("--slow", type=int, default=4)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = main(asked.students, asked.history, asked.slow, Path(folder))
        name = "phone" if asked.students == USUAL else f"phone_{asked.students}"
        write_result(name, msgspec.to_builtins(asyncio.run(work)))

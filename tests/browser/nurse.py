"""What a nurse does with the phone, in her words. Every step waits for what she would see."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Playwright, TimeoutError, expect

from events.catalog.people import RoleGranted, RoleRevoked
from events.ids import stream_of
from tests.browser.school import LOGIN, PASSWORD, Child, School

PIN = "271828"
PHONE = {"width": 360, "height": 740}
GYMNASIUM = "Aspen gymnasium"
PATIENCE_MS = 60_000
"""How long anything may take: on a machine with other work a PIN (Argon2id, 64 MiB) has once taken more than 20 s."""
REFUSE = """() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
"""A disk without room, as the browser tells it; Chromium's own override of the quota does not reach IndexedDB here."""
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def chromium_path() -> str:
    found = next((path for path in CHROMIUM if Path(path).exists()), None)
    assert found is not None, "the browser tests need Chromium: make browser"
    return found


@contextmanager
def may_only_read(nurse: "Nurse") -> Iterator[None]:
    """For a while: what she records then is set aside, and she hears what becomes of it."""
    school = nurse.school
    staff = stream_of("staff", school.nurse)
    with nurse.page.expect_response("**/sync"):
        may_read = RoleGranted(role="auditor", clinic=school.clinic)
        school.tell(staff, may_read, RoleRevoked(role="nurse", clinic=school.clinic, reason="leave"))
    try:
        yield
    finally:
        may_work = RoleGranted(role="nurse", clinic=school.clinic)
        school.tell(staff, may_work, RoleRevoked(role="auditor", clinic=school.clinic, reason="back"))


def hold_phone(
    playwright: Playwright,
    profile: Path,
    language: str = "en-US",
    size: dict[str, int] = PHONE,
    flags: tuple[str, ...] = (),
) -> BrowserContext:
    """A phone with a disk of its own, so that a restart is a restart."""
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=chromium_path(),
        args=["--no-sandbox", "--disable-dev-shm-usage", *flags],
        viewport=size,  # type: ignore[arg-type]
        device_scale_factor=2,
        has_touch=True,
        locale=language,
        timezone_id="America/Chicago",
    )


def kill_browser_of(profile: Path) -> None:
    """SIGKILL, as a battery that falls out. Chromium names its process in the profile's lock."""
    process = int(os.readlink(profile / "SingletonLock").rpartition("-")[2])
    os.kill(process, signal.SIGKILL)
    for lock in profile.glob("Singleton*"):
        lock.unlink()


class Nurse:
    """One tab of the app in her hand."""

    def __init__(self, page: Page, school: School) -> None:
        self.page, self.school = page, school
        page.set_default_timeout(PATIENCE_MS)

    # Before the work

    def sign_in(self, password: str = PASSWORD) -> None:
        self.page.goto(self.school.url)
        self.page.get_by_label("Login").fill(LOGIN)
        self.page.get_by_label("Password").fill(password)
        self.press("Sign in")

    def enroll(self, code: str = "", pin: str = PIN) -> None:
        self.page.get_by_label("One-time code").fill(code or self.school.code())
        self.page.get_by_label("Name of this phone").fill("Cart 2")
        self.page.get_by_label("Choose a PIN").fill(pin)
        self.page.get_by_label("The PIN again").fill(pin)
        self.press("Enroll this phone")

    def choose_clinic(self, name: str = GYMNASIUM) -> None:
        self.page.get_by_role("button", name=re.compile(name)).click()
        expect(self.page.get_by_role("status").filter(has_text=re.compile(r"\d+ of \d+"))).to_be_visible()

    def join(self, clinic: str = GYMNASIUM) -> "Nurse":
        """From nothing to the roster, with the app kept for the days without a network."""
        self.sign_in()
        self.enroll()
        self.choose_clinic(clinic)
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        return self

    def unlock(self, pin: str = PIN) -> None:
        self.page.get_by_label("Enter your PIN").fill(pin)
        self.press("Unlock")
        answered = "() => !document.querySelector('main form .field input')?.value"
        self.page.wait_for_function(answered)

    # At the clinic

    def find(self, typed: str) -> Locator:
        self.go("roster")
        self.page.get_by_role("searchbox").fill(typed)
        return self.page.locator("button.child")

    def open_child(self, child: Child) -> None:
        self.go(f"child/{child.id}")
        self.sees_title(child.full_name)

    def fill_dose(self, child: Child, lot: str) -> None:
        """A dose ready to be recorded; where the phone asks for a reason, she has one."""
        self.start_dose(child, lot)
        reason = self.page.get_by_label("Reason to give it all the same")
        if reason.is_visible():
            reason.fill("the family asked for it")

    def start_dose(self, child: Child, lot: str) -> None:
        self.open_child(child)
        self.press("Record a dose")
        self.choose_lot(lot)

    def choose_lot(self, lot: str) -> None:
        """The list folds away once a lot is chosen; a kept draft may fold it a moment after the screen is there."""
        wanted = self.page.get_by_label(re.compile(lot))
        change = self.page.get_by_role("button", name="Another vaccine or lot")
        expect(wanted.or_(change).first).to_be_visible()
        for _ in range(15):
            if change.is_visible() and not wanted.is_visible():
                change.click()
            try:
                wanted.check(timeout=2_000)
                return
            except TimeoutError:
                continue
        raise AssertionError(f"no lot {lot}")

    def open_details(self) -> None:
        """Route, volume, day and giver are folded away: the usual case needs none of them."""
        self.page.get_by_text("Route, volume, day, giver").click()

    def record_dose(self, child: Child, lot: str = "U7421AC") -> None:
        self.fill_dose(child, lot)
        self.press("Record")
        self.sees("Safe on this phone")

    def record_paper(self, child: Child, vaccine: str, on: str) -> None:
        self.open_child(child)
        self.press("From a paper")
        self.page.get_by_label(vaccine, exact=True).check()
        self.page.get_by_label("Date as written").fill(on)
        self.press("Record")
        self.sees("Safe on this phone")

    def correct(self, vaccine: str) -> None:
        self.page.get_by_role("button", name=f"Correct: {vaccine}").first.click()

    def states(self) -> list[str]:
        """The words beside each row of the outbox, the newest first."""
        self.go("outbox")
        self.sees_title("Outbox")
        return self.page.locator("li.dose .pill").all_inner_texts()

    def waits_for_delivery(self, events: int) -> None:
        """Until the outbox shows this many verified receipts."""
        self.go("outbox")
        delivered = self.page.locator("li.dose .pill.good")
        expect(delivered).to_have_count(events)

    # Hands and eyes

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def go(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = `#/${place}`; }", place)

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def sees_title(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)

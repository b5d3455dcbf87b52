"""What takes the pictures of the phone's app: it goes to a place, waits for what is there, and presses the release."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tests.browser.places import route_of
from tests.browser.school import School


class Camera:
    """Walks the app by its structure, not by its words, so that one walk serves every language."""

    def __init__(self, phone: BrowserContext, school: School, folder: Path) -> None:
        self.phone, self.school, self.folder = phone, school, folder
        self.page: Page = phone.pages[0]
        self.page.set_default_timeout(15_000)
        self.taken = 0
        self.seen: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str) -> None:
        self.taken += 1
        self.seen.add(route_of(str(self.page.evaluate("location.hash.replace(/^#\\/?/, '')"))))
        self.page.wait_for_timeout(200)
        self.page.screenshot(path=self.folder / f"{self.taken:02}-{name}.png")

    def go(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = `#/${place}`; }", place)
        self.page.wait_for_timeout(150)

    def press_main(self) -> None:
        self.page.locator("button.button.main").first.click()

    def lot(self, number: str) -> None:
        self.page.get_by_label(re.compile(number)).check()

    def child_place(self, given: str, deed: str) -> None:
        self.go("roster")
        self.go(f"child/{self.school.child(given).id}/{deed}")

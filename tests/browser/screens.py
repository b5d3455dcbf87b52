"""Every screen of the phone as a picture, in both languages.

    python -m tests.browser.screens OUTDIR      writes OUTDIR/<language>/<number>-<screen>.png

A real server with a small district, a real browser of a phone's size; nothing is staged but the people.
"""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.browser.nurse import PIN, hold_phone
from tests.browser.school import LOGIN, PASSWORD, School, open_school

LANGUAGES = {"en": "en-US", "es": "es-US"}


class Camera:
    """Walks the app by its structure, not by its words, so that one walk serves every language."""

    def __init__(self, phone: BrowserContext, school: School, folder: Path) -> None:
        self.phone, self.school, self.folder = phone, school, folder
        self.page: Page = phone.pages[0]
        self.page.set_default_timeout(15_000)
        self.taken = 0
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str) -> None:
        self.taken += 1
        self.page.wait_for_timeout(150)
        self.page.screenshot(path=self.folder / f"{self.taken:02}-{name}.png")

    def go(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = `#/${place}`; }", place)
        self.page.wait_for_timeout(150)

    def press_main(self) -> None:
        self.page.locator("button.button.main").first.click()

    def lot(self, number: str) -> None:
        self.page.get_by_label(re.compile(number)).check()

    def before_the_work(self) -> None:
        self.page.goto(self.school.url)
        self.page.locator("form").wait_for()
        self.take("sign-in")
        fields = self.page.locator("form input")
        fields.nth(0).fill(LOGIN)
        fields.nth(1).fill("wrong")
        self.press_main()
        self.page.locator(".notice.bad").wait_for()
        self.take("sign-in-refused")
        fields.nth(1).fill(PASSWORD)
        self.press_main()
        expect(fields).to_have_count(4)
        self.press_main()
        self.take("enroll-errors")
        for place, typed in enumerate((self.school.code(), "Cart 2", PIN, PIN)):
            fields.nth(place).fill(typed)
        self.press_main()
        self.page.locator("button.card").wait_for()
        self.take("choose-clinic")
        self.page.locator("button.card").click()
        self.page.locator("button.child").first.wait_for()
        self.page.wait_for_function("navigator.serviceWorker.controller !== null")

    def with_the_children(self) -> None:
        self.take("roster")
        search = self.page.get_by_role("searchbox")
        search.fill("lopez nu")
        self.take("roster-search")
        search.fill("zzz")
        self.take("roster-nobody")
        search.fill("")
        for given, name in (("Maya", "child-due"), ("Núria", "child-complete"), ("Mohamed", "child-nothing")):
            self.go(f"child/{self.school.child(given).id}")
            self.take(name)
        self.go("child/019aa000-0000-7000-8000-000000000000")
        self.take("child-not-here")

    def recording(self) -> None:
        child = self.school.child("Ada")
        self.phone.set_offline(True)
        self.go(f"child/{child.id}/dose")
        self.press_main()
        self.take("dose-errors")
        self.lot("OLD99")
        self.take("dose-expired-lot")
        self.lot("U7421AC")
        self.take("dose-filled")
        self.press_main()
        self.page.locator(".safe").wait_for()
        self.take("safe")
        self.go("roster")
        self.go(f"child/{child.id}/dose")
        self.lot("U7421AC")
        self.page.locator(".notice.warn").first.wait_for()
        self.take("dose-again")
        self.go(f"child/{child.id}/paper")
        self.page.get_by_label("MMR", exact=True).first.check()
        self.page.locator("input[inputmode=numeric]").fill("2015-08")
        self.take("paper")
        self.press_main()
        self.page.locator(".safe").wait_for()
        self.page.locator("button.button.quiet").click()
        self.page.get_by_text("↺").wait_for()
        self.take("undone")
        self.go(f"child/{child.id}")
        self.take("child-after")
        self.page.locator("li.dose button").first.click()
        self.page.locator("form, main .field").first.wait_for()
        self.take("correct")
        self.go("outbox")
        self.page.locator("li.dose").first.wait_for()
        self.take("outbox-offline")

    def online_again(self) -> None:
        self.phone.set_offline(False)
        expect(self.page.locator("li.dose .pill.good")).to_have_count(3)
        self.take("outbox-delivered")
        self.page.locator("li.dose details summary").first.click()
        self.take("receipt")
        self.go("settings")
        self.take("settings")
        self.page.reload()
        self.page.locator("form input").wait_for()
        self.take("unlock")
        self.page.locator("form input").fill("000000")
        self.press_main()
        self.page.locator(".error").wait_for()
        self.take("unlock-wrong")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    out = Path(arguments[0])
    for language, locale in LANGUAGES.items():
        with (
            tempfile.TemporaryDirectory() as scratch,
            open_school(Path(scratch) / "home") as school,
            sync_playwright() as playwright,
        ):
            phone = hold_phone(playwright, Path(scratch) / "phone", locale)
            camera = Camera(phone, school, out / language)
            camera.before_the_work()
            camera.with_the_children()
            camera.recording()
            camera.online_again()
            phone.close()
            print(f"{language}: {camera.taken} screens in {out / language}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Every screen as a picture, in both languages, on a phone and on a tablet.

    python -m tests.browser.screens OUTDIR [phone|tablet]   writes OUTDIR/<language>-<device>/<number>-<screen>.png

A real server with a small district, a real browser of a phone's size; nothing is staged but the people.
"""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from events.catalog.doses import ReactionObserved
from tests.browser.arriving import hold_back
from tests.browser.nurse import PHONE, PIN, hold_phone
from tests.browser.places import FORM, places, route_of, routes, unfinished
from tests.browser.school import (
    ALLERGIC,
    COLLEAGUE,
    CONTESTED,
    LOGIN,
    NO_CONSENT,
    NO_PACKET,
    NOT_SCREENED,
    PASSWORD,
    School,
    open_school,
)

LANGUAGES = {"en": "en-US", "es": "es-US"}
SIZES = {"phone": PHONE, "tablet": {"width": 820, "height": 1180}}


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
        self.page.locator(".panel .linkrow").first.wait_for()
        self.take("choose-clinic")
        let_come = hold_back(self.phone, self.page)
        self.page.locator(".panel .linkrow").first.click()
        self.page.locator("button.child").first.wait_for()
        self.while_it_arrives()
        let_come()
        self.go(f"child/{self.school.child('Maya').id}")
        expect(self.page.locator(".content > .notice.warn")).to_have_count(0, timeout=20_000)
        self.go("roster")
        self.page.locator("button.child").first.wait_for()
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def while_it_arrives(self) -> None:
        """Not the whole history: said before anything is given."""
        for deed, name in (("", "child-not-whole"), ("/dose", "dose-not-whole")):
            self.go(f"child/{self.school.child('Maya').id}{deed}")
            self.page.locator(".content > .notice.warn").first.wait_for()
            self.take(name)

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

    def child_place(self, given: str, deed: str) -> None:
        self.go("roster")
        self.go(f"child/{self.school.child(given).id}/{deed}")

    def before_a_dose(self) -> None:
        self.phone.set_offline(True)
        self.child_place(NOT_SCREENED, "screening")
        self.page.locator(".check input").nth(3).check()
        self.take("screening")
        self.press_main()
        self.page.locator("section textarea").wait_for()
        self.take("screening-to-decide")
        self.child_place(NO_CONSENT, "consent")
        self.page.locator("input[value=verbal]").check()
        self.take("consent")
        self.page.locator(".check input").last.check()
        self.page.locator(".check").last.scroll_into_view_if_needed()
        self.take("consent-interpreter")
        self.child_place(NO_CONSENT, "sharing")
        self.take("sharing")
        self.child_place(NO_CONSENT, "eligibility")
        self.page.locator("input[value=insured]").check()
        self.take("who-pays")
        self.child_place(NO_PACKET, "packet")
        self.page.locator("details summary").last.click()
        self.page.locator("details .check").last.scroll_into_view_if_needed()
        self.take("packet")
        self.child_place(NO_PACKET, "dose")
        self.lot("W028843")
        self.page.locator(".notice.warn").wait_for()
        self.take("warning-packet")
        self.page.locator("details summary").last.click()
        self.page.locator("details .check input").first.check()
        self.page.locator("input[type=time]").scroll_into_view_if_needed()
        self.take("dose-from-paper")
        self.child_place(NO_CONSENT, "not-given")
        self.press_main()
        self.take("not-given")
        for given, name in ((NO_CONSENT, "no-consent"), (CONTESTED, "contested"), (ALLERGIC, "anaphylaxis")):
            self.child_place(given, "dose")
            self.lot("W028843" if given == ALLERGIC else "U7421AC")
            self.page.locator(".notice.bad").wait_for()
            self.page.locator(".notice.bad").scroll_into_view_if_needed()
            self.take(f"stop-{name}")
        self.page.locator(".button.danger").click()
        self.page.locator("textarea").wait_for()
        self.take("already-given")

    def recording(self) -> None:
        self.child_place("Ada", "dose")
        self.press_main()
        self.take("dose-errors")
        self.lot("U7421AC")
        self.take("dose")
        self.page.locator("details summary").last.click()
        self.page.mouse.wheel(0, 2000)
        self.take("dose-details")
        self.press_main()
        self.page.locator(".safe").wait_for()
        self.take("safe")
        self.child_place("Ada", "dose")
        self.page.locator("input[value=typed]").check()
        self.press_main()
        self.take("dose-typed-lot")
        self.child_place("Ada", "paper")
        self.page.get_by_label("MMR", exact=True).or_(self.page.get_by_label("SRP (triple viral)", exact=True)).check()
        self.page.locator("input[inputmode=numeric]").fill("2015-08")
        self.take("paper")
        self.press_main()
        self.page.locator(".safe").wait_for()
        self.page.locator(".foot button.quiet").last.click()
        self.page.get_by_text("↺").wait_for()
        self.take("undone")
        self.go(f"child/{self.school.child('Ada').id}")
        self.take("child-after")
        self.page.locator("li.dose button").first.click()
        self.page.locator("main .field").first.wait_for()
        self.take("correct")
        self.child_place("Ada", "leaving")
        self.page.locator(".foot").wait_for()
        self.take("for-the-family")
        self.child_place("Ada", "alerts")
        self.page.locator("#new-alert").wait_for()
        self.take("alerts")
        self.go("watch")
        self.page.locator("li.dose").wait_for()
        self.take("watch")
        self.go(f"emergency/{self.school.child('Ada').id}")
        self.page.locator(".taps").wait_for()
        self.take("emergency")
        self.page.locator(".taps button").first.click()
        self.page.locator(".times li").wait_for()
        self.page.locator(".taps").scroll_into_view_if_needed()
        self.take("emergency-times")
        self.go("outbox")
        self.page.locator("li.dose").first.wait_for()
        self.take("outbox-offline")

    def around_the_clinic(self) -> None:
        self.go("register")
        for place, typed in enumerate(("Nuria", "Garcia Lopes", "2014-03-02")):
            self.page.locator("main input").nth(place).fill(typed)
        self.page.locator("#likely").wait_for()
        self.page.locator("#likely").scroll_into_view_if_needed()
        self.take("walk-in")
        self.child_place("Mohamed", "grid")
        for place, typed in ((0, "3/9/2014"), (1, "5/2014"), (5, "x"), (6, "soon")):
            self.page.locator(".gridcell input").nth(place).fill(typed)
        self.take("paper-grid")
        self.child_place("Mohamed", "dose")
        self.page.locator(".rowfoot button").last.click()
        self.page.locator(".scanner input").fill("https://example.org")
        self.page.locator(".scanner .button.main").click()
        self.page.locator(".scanner .error").wait_for()
        self.page.locator(".scanner").scroll_into_view_if_needed()
        self.take("scan-refused")
        self.go("stock")
        self.page.locator("li.dose").first.wait_for()
        self.take("stock")
        self.page.locator("li.dose details summary").first.click()
        self.take("stock-set-aside")
        self.page.locator("#temperatures").scroll_into_view_if_needed()
        self.take("temperatures")
        self.page.locator("main > .content > details summary").last.click()
        self.page.locator("main > .content > details").last.scroll_into_view_if_needed()
        self.take("stock-load")
        self.go("orders")
        self.page.locator("li.dose").first.wait_for()
        self.take("orders")
        self.page.locator("details summary").last.click()
        self.page.locator("details").last.scroll_into_view_if_needed()
        self.take("orders-new")
        self.go("ready")
        self.page.locator("li.dose").first.wait_for()
        self.take("ready-to-leave")
        self.page.locator("details summary").last.click()
        self.page.locator("details").last.scroll_into_view_if_needed()
        self.take("ready-papers")
        self.go("closing")
        self.page.locator("input.count").first.wait_for()
        self.take("closing")
        self.press_main()
        self.take("closing-errors")

    def on_paper(self) -> None:
        self.go("orders")
        self.page.locator("li.dose details summary").first.click()
        self.page.locator("li.dose details").first.scroll_into_view_if_needed()
        self.take("orders-withdraw")
        self.go("ready")
        self.page.locator("[aria-labelledby=storage]").scroll_into_view_if_needed()
        self.take("ready-storage")
        self.go("papers")
        for place, name in enumerate(("forms", "child-forms", "roster", "protocol", "slips", "recommended")):
            self.page.locator(".choice input").nth(place).check()
            self.page.locator(".sheet, .slip").first.scroll_into_view_if_needed()
            self.take(f"print-{name}")
        child = self.school.child("Gus").id
        self.child_place("Gus", "slip")
        self.page.locator("svg.code").wait_for()
        self.take("slip")
        self.child_place("Gus", "statement")
        self.press_main()
        self.take("statement")
        self.go("scan/screening")
        self.page.locator(".scanner").wait_for()
        self.take("scan")
        self.page.locator("#waiting").scroll_into_view_if_needed()
        self.take("scan-who-waits")
        self.go(f"child/{child}/scanned/vaccinator")
        self.take("scanned")
        self.go(f"child/{child}/scanned/vaccinator/marked")
        self.take("scanned-stop")
        self.go(f"form/{FORM}")
        self.page.locator("input[type=search]").fill("gus")
        self.page.locator(".linkrow").first.wait_for()
        self.take("form-whose")
        self.go(f"form/{FORM}/{child}")
        self.take("form-child")
        self.go(f"child/{child}/not-given/form/{FORM}")
        self.take("form-not-given")

    def the_rest(self) -> None:
        """A picture of each place that no story came by, so that the list is whole."""
        for place, sign in [*places(self.school), *unfinished(self.school)]:
            if route_of(place) not in self.seen:
                self.go(place)
                self.page.locator(sign).first.wait_for()
                self.take(route_of(place).replace("/", "-"))
        assert self.seen >= routes(), f"no picture of {sorted(routes() - self.seen)}"

    def closed(self) -> None:
        """The emergency is signed, nobody is watched any more, two people sign."""
        self.go(f"emergency/{self.school.child('Ada').id}")
        self.page.locator("[aria-labelledby=times] textarea").fill("hives")
        self.page.locator("[aria-labelledby=times] button.main").click()
        self.page.locator("#history").wait_for()
        self.go("watch")
        rows = self.page.locator("li.dose")
        rows.first.wait_for()
        for left in range(rows.count(), 0, -1):
            rows.first.locator(".rowfoot button").first.click()
            rows.first.locator("input").fill("17:00")
            rows.first.locator(".rowfoot button").first.click()
            expect(rows).to_have_count(left - 1)
        self.take("watch-nobody")
        self.go("closing")
        self.page.locator("input.count").first.wait_for()
        self.page.locator("main textarea").last.fill("–")
        self.page.locator("main .field input").last.fill(COLLEAGUE)
        self.press_main()
        self.page.locator(".notice.info", has_text=COLLEAGUE).wait_for()
        self.take("closed")
        for place in ("owed-vaers", "outboxstate"):
            self.page.locator(f"#{place}").scroll_into_view_if_needed()
            self.take(f"closed-{place}")

    def planning(self) -> None:
        self.go("plan")
        self.page.locator(".checks").wait_for()
        self.take("plan")
        self.page.locator(".foot .button").click()
        self.page.locator(".error").first.wait_for()
        self.take("plan-errors")
        self.go(f"plan/{self.school.clinic}")
        self.page.locator(".facts").wait_for()
        self.take("plan-of-the-clinic")
        self.go(f"plan/{self.school.clinic}/staff")
        self.page.locator("li.dose").first.wait_for()
        self.take("plan-staff")
        self.go(f"plan/{self.school.clinic}/roster")
        self.page.locator("main > .content > button.quiet").click()
        self.page.get_by_role("status").wait_for()
        self.take("plan-roster")

    def several_nurses(self) -> None:
        self.go("nurses")
        self.page.locator("details summary").first.click()
        self.take("nurses-add")
        fields = self.page.locator("details form").first.locator("input")
        for place, typed in enumerate((self.school.code(self.school.colleague), "314159", "314159", PIN)):
            fields.nth(place).fill(typed)
        self.page.locator("details form .button.main").first.click()
        self.page.locator("details .notice.info").wait_for()
        self.page.evaluate("scrollTo(0, 0)")
        self.take("nurses")
        self.page.locator("button.nurse").click()
        self.page.locator("form .choice").wait_for()
        self.take("who-works")

    def online_again(self) -> None:
        self.phone.set_offline(False)
        self.go("outbox")
        expect(self.page.locator("li.dose .pill.good")).to_have_count(4, timeout=20_000)
        self.take("outbox-delivered")
        self.page.locator("li.dose details summary").first.click()
        self.take("receipt")
        self.several_nurses()
        self.page.locator("form label").first.click()
        self.page.locator("form .field input").fill(PIN)
        self.press_main()
        self.page.locator("nav").wait_for()
        child = self.school.child("Kou")
        fainted = ReactionObserved(doses=(), began_at=f"{self.school.today}T05:00:00.000Z", description="hives")
        self.school.tell(child.stream, fainted)
        self.go(f"child/{child.id}")
        self.page.locator(".notice.warn button").first.click()
        self.page.locator("#assess").wait_for()
        self.take("reaction")
        self.page.locator("details summary").last.click()
        self.page.locator("dl.facts").scroll_into_view_if_needed()
        self.take("reaction-form")
        self.go("more")
        self.take("more")
        self.go("settings")
        self.take("settings")
        self.the_rest()
        self.closed()
        self.page.reload()
        self.page.locator("form .choice").wait_for()
        self.take("unlock")
        self.page.locator("form label").first.click()
        self.page.locator("form .field input").fill("000000")
        self.press_main()
        self.page.locator(".error").wait_for()
        self.take("unlock-wrong")
        self.go("emergency")
        self.page.locator("table").wait_for()
        self.take("emergency-locked")


def photograph(out: Path, language: str, device: str) -> int:
    """One walk through the app; how many pictures it made."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_school(Path(scratch) / "home") as school,
        sync_playwright() as playwright,
    ):
        phone = hold_phone(playwright, Path(scratch) / "phone", LANGUAGES[language], SIZES[device])
        camera = Camera(phone, school, out / f"{language}-{device}")
        camera.before_the_work()
        camera.with_the_children()
        camera.before_a_dose()
        camera.recording()
        camera.around_the_clinic()
        camera.on_paper()
        camera.planning()
        camera.online_again()
        phone.close()
        return camera.taken


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2) or not set(arguments[1:]) <= set(SIZES):
        print(__doc__, file=sys.stderr)
        return 2
    out = Path(arguments[0])
    for language in LANGUAGES:
        for device in arguments[1:] or SIZES:
            taken = photograph(out, language, device)
            print(f"{language}, {device}: {taken} screens in {out / f'{language}-{device}'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Pictures of the phone, first half: the door, then one child after the other, from the questions to the watch."""

from playwright.sync_api import expect

from tests.browser.arriving import hold_back
from tests.browser.camera import Camera
from tests.browser.nurse import PIN
from tests.browser.school import (
    ALLERGIC,
    CONTESTED,
    LOGIN,
    NO_CONSENT,
    NO_PACKET,
    NOT_SCREENED,
    PASSWORD,
)


class AmongChildren(Camera):
    """From the sign-in to what waits in the outbox."""

    def among_children(self) -> None:
        self.before_the_work()
        self.with_the_children()
        self.before_a_dose()
        self.what_stands_against_it()
        self.a_dose()
        self.a_paper_and_an_undoing()
        self.watch_and_emergency()

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
        expect(self.page.locator(".content > .notice.warn")).to_have_count(0)
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

    def before_a_dose(self) -> None:
        self.phone.set_offline(True)
        self.child_place(NOT_SCREENED, "screening")
        self.page.locator(".check input").nth(3).check()
        self.take("screening")
        self.page.locator(".field input").first.fill("Pa Vang")
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

    def what_stands_against_it(self) -> None:
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

    def a_dose(self) -> None:
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

    def a_paper_and_an_undoing(self) -> None:
        self.child_place("Ada", "paper")
        self.page.get_by_label("MMR", exact=True).or_(self.page.get_by_label("MMR (triple viral)", exact=True)).check()
        self.page.locator("main .field input").first.fill("2015-08")
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

    def watch_and_emergency(self) -> None:
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

"""Pictures of the phone, second half: what surrounds the doses, its papers and plans, and the way back online."""

from playwright.sync_api import expect

from events.catalog.doses import ReactionObserved
from tests.browser.camera import Camera
from tests.browser.nurse import PIN
from tests.browser.places import FORM, places, route_of, routes, unfinished
from tests.browser.school import COLLEAGUE


class AroundTheClinic(Camera):
    """From a walk-in to the locked phone."""

    def around_the_clinic(self) -> None:
        self.whom_nobody_expected()
        self.stock_and_orders()
        self.before_and_after()
        self.on_paper()
        self.planning()
        self.online_again()

    def whom_nobody_expected(self) -> None:
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

    def stock_and_orders(self) -> None:
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

    def before_and_after(self) -> None:
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
        self.go("packets")
        self.page.locator(".foot").wait_for()
        self.take("packets")
        self.page.locator("[aria-labelledby=packets-left]").scroll_into_view_if_needed()
        self.take("packets-left-out")
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
        self.page.locator(".foot .button").click()
        self.page.locator("input.count").first.wait_for()
        self.take("closing-again")
        self.go("closing")

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
        expect(self.page.locator("li.dose .pill.good")).to_have_count(4)
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

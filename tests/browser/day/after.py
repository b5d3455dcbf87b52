"""After the last child: nobody is watched any more, the day is closed by two, and then the network is back."""

import re

from playwright.sync_api import expect

from tests.browser.day.cast import COOLER, GIVEN, LOADED, TDAP, WASTED
from tests.browser.day.phone import SharedPhone
from tests.browser.school import COLLEAGUE


class AfterTheClinic(SharedPhone):
    def end_every_watch(self) -> None:
        nurse = self.nurse
        nurse.go("watch")
        nurse.page.locator("li.dose").first.wait_for()
        for _ in range(nurse.page.locator("li.dose").count()):
            row = nurse.page.locator("li.dose").first
            row.get_by_role("button", name="Leaves early").click()
            row.get_by_label("Why before the time").fill("the bus leaves")
            name = row.locator("strong").inner_text()
            row.get_by_role("button", name="Left well").click()
            expect(nurse.page.locator("li.dose", has_text=name)).to_have_count(0)

    def close(self) -> None:
        """Two doses fell; the box is read a last time; what goes back is what the phone says is left."""
        nurse, left = self.nurse, LOADED - len(GIVEN) - WASTED
        nurse.go("stock")
        row = nurse.page.locator("li.dose", has_text=TDAP)
        row.get_by_text("Doses spoiled").click()
        row.get_by_label("Doses", exact=True).fill(str(WASTED))
        row.get_by_label("Reason").fill("dropped")
        row.get_by_role("button", name="Record the loss").click()
        expect(row).to_contain_text(f"{LOADED} loaded, {len(GIVEN)} given, {left} left")
        self.read_the_box("at the end", "5")
        nurse.go("closing")
        expect(nurse.page.get_by_label(f"Doses of lot {TDAP} in {COOLER} that go back")).to_have_value(str(left))
        nurse.sees("Reactions to report: 1")
        nurse.page.get_by_label("Second name").fill(COLLEAGUE)
        nurse.press("Close and sign")
        nurse.sees_title("The day is closed")
        nurse.sees(f"{LOADED} loaded, {len(GIVEN)} given, {WASTED} spoiled, 0 drawn, {left} back")

    def come_home(self) -> int:
        """The network is back: every row has its receipt, the picture too. How many rows there were."""
        nurse = self.nurse
        nurse.go("outbox")
        rows = nurse.page.locator("li.dose")
        expect(rows.first).to_be_visible()
        made = rows.count()
        waits = re.compile("waiting for a network|Sent, no receipt yet")
        expect(rows.get_by_text(waits)).to_have_count(made - self.planned)
        self.phone.set_offline(False)
        nurse.page.evaluate("dispatchEvent(new Event('online'))")
        expect(rows.get_by_text("receipt verified").filter(has_text=re.compile("position"))).to_have_count(made)
        nurse.sees("Picture in the district, receipt verified")
        return made

"""The phone of the story: two nurses share it, and anything may befall it."""

from pathlib import Path

from playwright.sync_api import Playwright, expect

from events.ids import ClinicId
from tests.browser.nurse import Nurse, hold_phone
from tests.browser.school import School

GRANTED = "navigator.storage.persist = navigator.storage.persisted = async () => true"


class SharedPhone:
    """One phone's day. ``nurse`` is the tab in use, whoever of the two holds it."""

    def __init__(self, playwright: Playwright, school: School, profile: Path) -> None:
        self.playwright, self.school, self.profile = playwright, school, profile
        self.phone = hold_phone(playwright, profile)
        self.phone.add_init_script(GRANTED)
        self.nurse = Nurse(self.phone.pages[0], school)
        self.clinic, self.walk_in = ClinicId(""), ""
        self.planned = 0
        """How many rows of the outbox were in the district before the network was cut."""

    def read_the_box(self, when: str, celsius: str) -> None:
        self.nurse.go("stock")
        reading = self.nurse.page.get_by_role("region", name="Temperatures")
        reading.get_by_label("Degrees Celsius").fill(celsius)
        reading.get_by_label("Logger").fill("L-17")
        reading.get_by_label(when).check()
        reading.get_by_role("button", name="Record the reading").click()
        expect(reading.locator(".panel")).to_contain_text(f"{celsius.replace(',', '.')} °C · {when}")

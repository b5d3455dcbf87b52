"""What the office does in its browser, in its words: a laptop with a signed-in person who runs the health office."""

from pathlib import Path

from argon2 import PasswordHasher
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from events.catalog.people import RoleGranted, StaffRegistered
from events.ids import StaffId, stream_of
from server.district import wall_clock
from server.identity.credentials import Credentials
from server.identity.passwords import Passwords
from tests.browser.nurse import PATIENCE_MS, hold_phone
from tests.browser.school import PASSWORD, WORK, School, make_id

LAPTOP = {"width": 1180, "height": 820}
OLGA = StaffId(make_id("staff olga"))
PAUL = StaffId(make_id("staff paul"))
OLGA_NAME = "Olga Berg"


def hire_office(school: School) -> None:
    """The health office, who signs in as olga, and a principal, as paul; once a school."""
    if school.facts_of(stream_of("staff", OLGA)):
        return
    people = (
        (OLGA, OLGA_NAME, "olga", RoleGranted(role="health_office")),
        (PAUL, "Paul Quist", "paul", RoleGranted(role="administrator")),
    )
    for staff, name, login, role in people:
        registered = StaffRegistered(name=name, title="Office", address=WORK, login=login)
        school.tell(stream_of("staff", staff), registered, role)
        school.run(_set_password(school, staff))


async def _set_password(school: School, staff: StaffId) -> None:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    async with school.district.identities() as store:
        await Credentials(store, passwords).set_password(staff, PASSWORD, wall_clock())


def hold_laptop(
    playwright: Playwright, profile: Path, language: str = "en-US", size: dict[str, int] = LAPTOP
) -> BrowserContext:
    return hold_phone(playwright, profile, language, size)


class Office:
    """One tab of the office's web app."""

    def __init__(self, page: Page, school: School) -> None:
        self.page, self.school = page, school
        page.set_default_timeout(PATIENCE_MS)

    def sign_in(self, password: str = PASSWORD, login: str = "olga") -> "Office":
        hire_office(self.school)
        self.page.goto(f"{self.school.url}/office")
        return self.enter(password, login)

    def enter(self, password: str = PASSWORD, login: str = "olga") -> "Office":
        """Login and password, where they are asked for."""
        fields = self.page.locator("form input")
        fields.nth(0).fill(login)
        fields.nth(1).fill(password)
        self.page.locator("form button.main").click()
        return self

    def go(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = `#/${place}`; }", place)

    def section(self, name: str) -> Locator:
        return self.page.locator(f"section[aria-labelledby='{name}']")

    def decide(self, within: Locator, words: str, reason: str) -> None:
        """Unfold the deed, say why, do it."""
        deed = within.locator("details.deed").filter(has=self.page.locator("summary", has_text=words))
        deed.locator("summary").click()
        deed.locator("textarea").fill(reason)
        deed.locator("button.main").click()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

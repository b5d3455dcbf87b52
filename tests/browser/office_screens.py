"""Every screen of the office as a picture, in both languages, on a laptop and on a phone.

    python -m tests.browser.office_screens OUTDIR      writes OUTDIR/<language>-<device>/<number>-<screen>.png

A small district in which a dose was set aside, a device was copied, a child registered twice and a dose given against a
refusal: all told by real events through a real server.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, expect, sync_playwright

from events.catalog.devices import EpochOpened, ForkFound, SubmissionQuarantined
from events.catalog.doses import DoseAdministered, DoseRecorded
from events.catalog.event_type import Giver, PersonName, Told
from events.catalog.incidents import IncidentOpened
from events.catalog.stock import StockBorrowed
from events.catalog.students import StudentRegistered
from events.ids import DISTRICT_STREAM, DeviceId, EventId, stream_of
from tests.browser.nurse import PHONE, Nurse, hold_phone
from tests.browser.office import LAPTOP, Office, hold_laptop
from tests.browser.school import CONTESTED, NURSE, WORK, School, make_id, open_school

LANGUAGES = {"en": "en-US", "es": "es-US"}
SIZES = {"laptop": LAPTOP, "phone": PHONE}
TOLD = Told(source="registry", recorder="MIIC", detail="query")
DIGEST = "ab" * 32
STOPS = ("Marcus Bell refused this vaccine.",)
FOLLOW_UP = (
    "Call the parent today and tell them; write down who was told and when.",
    "Tell the health office before the end of the day.",
)
"""As the phone writes them."""


def trouble(school: School, device: DeviceId) -> None:
    """Everything an office may have to look at."""
    wren, contested = school.child("Wren"), school.child(CONTESTED)
    for _ in range(2):
        school.tell(wren.stream, DoseRecorded(cvx="94", given_on="2020-03-03", told=TOLD))
    registered = StudentRegistered(name=PersonName(given="wren", family="white feather"), birth_date=wren.born)
    school.tell(stream_of("student", make_id("twin")), registered)
    grown = StudentRegistered(name=PersonName(given="Thorvald", family="Quillfeather"), birth_date="1995-03-01")
    school.tell(stream_of("student", make_id("old")), grown)
    giver = Giver(name=NURSE, title="RN", address=WORK)
    dose = DoseAdministered(
        cvx="115", given_on=school.today.isoformat(), lot="U7421AC", mvx="PMC", site="left_deltoid", route="IM",
        dose_ml=0.5, giver=giver,
    )  # fmt: skip
    school.tell(contested.stream, dose)
    given = EventId(school.facts_of(contested.stream)[-1].id)
    told = IncidentOpened(dose=given, stops=STOPS, reason="already given when it was seen", follow_up=FOLLOW_UP)
    school.tell(contested.stream, told)
    lent = StockBorrowed(
        lot="W1", cvx="115", from_funding="private", to_funding="vfc", doses=1, reason="the VFC box is empty",
        student=school.child("Maya").id, on=school.today.isoformat(),
    )  # fmt: skip
    school.tell(stream_of("clinic", school.clinic), lent)
    fork = ForkFound(device=device, seq=3, held=DIGEST, other="cd" * 32)
    epoch = EpochOpened(
        old_checkpoint="log.example/isd-318/0\n460\nAAAA\n", survived=412, reason="the disk was replaced"
    )
    school.tell(stream_of("device", device), fork)
    school.tell(DISTRICT_STREAM, epoch)
    for number, reason in enumerate(("not_authorised", "bad_signature", "destroyed_stream")):
        record = SubmissionQuarantined(
            submission=f"{number}f" * 32, reason=reason,  # type: ignore[arg-type]
            detail="dose.administered is written by: nurse, health_office",
            owner="records" if number == 2 else "health_office", from_device=device, staff=school.nurse,
        )  # fmt: skip
        school.tell(stream_of("device", device), record)


class Camera:
    """Walks the office by its structure, not by its words, so that one walk serves every language."""

    def __init__(self, context: BrowserContext, school: School, folder: Path) -> None:
        self.context, self.school, self.folder = context, school, folder
        self.page = context.pages[0]
        self.office = Office(self.page, school)
        self.taken = 0
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str) -> None:
        """The whole page: the places stand at its end, not across it."""
        self.taken += 1
        self.page.wait_for_timeout(400)
        pixels = self.page.viewport_size
        assert pixels is not None
        whole = max(pixels["height"], int(self.page.evaluate("document.documentElement.scrollHeight")))
        self.page.set_viewport_size({"width": pixels["width"], "height": whole})
        self.page.screenshot(path=self.folder / f"{self.taken:02}-{name}.png")
        self.page.set_viewport_size(pixels)

    def open(self, place: str, sign: str) -> None:
        """Go there and wait for the sign that it is shown."""
        self.office.go(place)
        self.wait_for(sign)

    def wait_for(self, sign: str) -> None:
        self.page.locator(sign).first.wait_for()

    def press(self, what: str) -> None:
        self.page.locator(what).first.click()

    def walk(self) -> None:
        self.sign_in()
        self.worklist()
        self.set_aside()
        self.children()
        self.one_child()
        self.the_rest()
        self.without_a_network()

    def sign_in(self) -> None:
        self.page.goto(f"{self.school.url}/office")
        self.wait_for("form")
        self.take("sign-in")
        self.office.sign_in("wrong")
        self.wait_for(".notice.bad")
        self.take("sign-in-refused")
        self.office.sign_in()

    def worklist(self) -> None:
        self.wait_for("section[aria-labelledby=matters] li")
        self.take("worklist")
        self.press("details.deed summary")
        self.press("details.deed[open] button.main")
        self.press("section[aria-labelledby=matters] details:not(.deed) summary")
        self.take("worklist-open")

    def set_aside(self) -> None:
        self.open("quarantine", "a.linkrow")
        self.take("set-aside")
        self.press("a.linkrow")
        self.wait_for("dl.facts")
        self.press("details.deed summary")
        self.take("set-aside-one")

    def children(self) -> None:
        self.office.go("children")
        for typed, sign, name in (("white feather", "a.linkrow", "children"), ("zzzz", ".empty", "children-nobody")):
            self.page.get_by_role("searchbox").fill(typed)
            self.press("form button.main")
            self.wait_for(sign)
            self.take(name)

    def one_child(self) -> None:
        child = f"child/{self.school.child('Wren').id}"
        self.open(child, "#doses")
        self.take("child")
        self.open(f"{child}/replay", "#devices")
        self.take("a-day-in-the-past")
        before = (self.school.today - timedelta(days=30)).isoformat()
        self.page.locator("input[type=date]").first.fill(before)
        self.wait_for(".empty")
        self.take("nothing-known")

    def the_rest(self) -> None:
        for place, sign in (("retention", "li.card"), ("more", "a.linkrow"), ("clinics", "a.linkrow")):
            self.open(place, sign)
            self.take(place)
        self.press("a.linkrow")
        self.press("section[aria-labelledby=loans] details summary")
        self.press("section[aria-labelledby=orders] details summary")
        self.take("clinic")
        self.office.go("recommended")
        self.press("details.deed summary")
        self.press("details.deed button.main")
        self.take("recommended")
        self.open("lots", "h2")
        self.take("lots")
        self.open("lots/U7421AC", "li.card")
        self.press("details.deed summary")
        self.take("lot")
        self.open("devices", "li.card")
        self.press("details.deed summary")
        self.take("devices")

    def without_a_network(self) -> None:
        self.context.set_offline(True)
        self.open("quarantine", ".notice.warn")
        self.take("no-network")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    out = Path(arguments[0])
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_school(Path(scratch) / "home") as school,
        sync_playwright() as playwright,
    ):
        phone = hold_phone(playwright, Path(scratch) / "nurse")
        nurse = Nurse(phone.pages[0], school).join()
        nurse.go("settings")
        device = DeviceId(nurse.page.locator("dt:text-is('Device') + dd").inner_text())
        expect(nurse.page.locator("dl")).to_be_visible()
        trouble(school, device)
        phone.close()
        for language, locale in LANGUAGES.items():
            for size, pixels in SIZES.items():
                context = hold_laptop(playwright, Path(scratch) / f"{language} {size}", locale, pixels)
                camera = Camera(context, school, out / f"{language}-{size}")
                camera.walk()
                print(f"{language}, {size}: {camera.taken} screens in {camera.folder}")
                context.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

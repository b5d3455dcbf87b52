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


def photograph(context: BrowserContext, school: School, folder: Path) -> int:
    """One walk through the office; how many pictures it made."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    page = context.pages[0]
    office = Office(page, school)

    def take(name: str) -> None:
        nonlocal taken
        taken += 1
        page.wait_for_timeout(400)
        pixels = page.viewport_size
        assert pixels is not None
        whole = max(pixels["height"], int(page.evaluate("document.documentElement.scrollHeight")))
        page.set_viewport_size(
            {"width": pixels["width"], "height": whole}
        )  # the places stand at its end, not across it
        page.screenshot(path=folder / f"{taken:02}-{name}.png")
        page.set_viewport_size(pixels)

    page.goto(f"{school.url}/office")
    page.locator("form").wait_for()
    take("sign-in")
    office.sign_in("wrong")
    page.locator(".notice.bad").wait_for()
    take("sign-in-refused")
    office.sign_in()
    page.locator("section[aria-labelledby=matters] li").first.wait_for()
    take("worklist")
    page.locator("details.deed summary").first.click()
    page.locator("details.deed[open] button.main").click()
    page.locator("section[aria-labelledby=matters] details:not(.deed) summary").first.click()
    take("worklist-open")
    office.go("quarantine")
    page.locator("a.linkrow").first.wait_for()
    take("set-aside")
    page.locator("a.linkrow").first.click()
    page.locator("dl.facts").wait_for()
    page.locator("details.deed summary").first.click()
    take("set-aside-one")
    office.go("children")
    page.get_by_role("searchbox").fill("white feather")
    page.locator("form button.main").click()
    page.locator("a.linkrow").first.wait_for()
    take("children")
    page.get_by_role("searchbox").fill("zzzz")
    page.locator("form button.main").click()
    page.locator(".empty").wait_for()
    take("children-nobody")
    office.go(f"child/{school.child('Wren').id}")
    page.locator("#doses").wait_for()
    take("child")
    office.go(f"child/{school.child('Wren').id}/replay")
    page.locator("#devices").wait_for()
    take("a-day-in-the-past")
    page.locator("input[type=date]").first.fill((school.today - timedelta(days=30)).isoformat())
    page.locator(".empty").wait_for()
    take("nothing-known")
    office.go("retention")
    page.locator("li.card").first.wait_for()
    take("retention")
    office.go("more")
    page.locator("a.linkrow").first.wait_for()
    take("more")
    office.go("clinics")
    page.locator("a.linkrow").first.wait_for()
    take("clinics")
    page.locator("a.linkrow").first.click()
    page.locator("section[aria-labelledby=loans] details summary").first.click()
    page.locator("section[aria-labelledby=orders] details summary").first.click()
    take("clinic")
    office.go("recommended")
    page.locator("details.deed summary").click()
    page.locator("details.deed button.main").click()
    take("recommended")
    office.go("devices")
    page.locator("li.card").first.wait_for()
    page.locator("details.deed summary").first.click()
    take("devices")
    context.set_offline(True)
    office.go("quarantine")
    page.locator(".notice.warn").wait_for()
    take("no-network")
    return taken


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
                taken = photograph(context, school, out / f"{language}-{size}")
                print(f"{language}, {size}: {taken} screens in {out / f'{language}-{size}'}")
                context.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Care of the office's own work: a session that ends, another person, keys alone, paper, what could not be shown."""

import re

from playwright.sync_api import BrowserContext, expect

from events.catalog.devices import SubmissionAssigned, SubmissionQuarantined
from events.catalog.doses import DoseAdministered, DoseRecorded
from events.catalog.event_type import Giver, Told
from events.ids import DeviceId, stream_of
from tests.browser.office import OLGA_NAME, Office
from tests.browser.school import NURSE, WORK, School, make_id
from tests.browser.test_looks import AXE, WIDER_THAN_SCREEN, inspect


def test_a_session_that_ends_loses_nothing_typed_and_shows_it_to_nobody_else(
    laptop: BrowserContext, office: Office
) -> None:
    """OFFICE-R21: whoever signs in again goes on; another person finds empty forms."""
    title = office.page.get_by_label("Title as printed")
    office.go("recommended")
    office.page.get_by_text("Enter an edition").first.click()
    title.fill("Recommended for ch")
    laptop.clear_cookies()
    office.go("clinics")
    office.sees("Your session ended. Sign in again: what you were writing waits here.")
    office.enter()
    office.sees(OLGA_NAME)
    office.go("recommended")
    expect(title).to_have_value("Recommended for ch")
    laptop.clear_cookies()
    office.go("clinics")
    office.sees("Your session ended.")
    office.enter(login="paul")
    office.sees("Paul Quist")
    office.go("recommended")
    office.page.get_by_text("Enter an edition").first.click()
    expect(title).to_have_value("")


def test_a_tab_says_who_works_in_it_after_another_signed_in_beside_it(laptop: BrowserContext, office: Office) -> None:
    """OFFICE-R22: one browser has one session; no deed is another's than whose name stands above it."""
    office.sees(OLGA_NAME)
    beside = Office(laptop.new_page(), office.school)
    beside.page.goto(f"{office.school.url}/office")
    beside.page.get_by_role("button", name="Sign out").click()
    beside.enter(login="paul")
    beside.sees("Paul Quist")
    office.page.bring_to_front()
    office.page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    office.sees("Paul Quist")
    expect(office.page.get_by_text(OLGA_NAME)).to_have_count(0)
    beside.page.close()


def test_what_was_set_aside_is_given_on_by_keys_with_a_word_of_its_own(school: School, office: Office) -> None:
    """OFFICE-R23: going through the offices with the arrow keys gives it to none of them."""
    device = DeviceId(make_id("cart of keys"))
    came = SubmissionQuarantined(
        submission="7a" * 32,
        reason="malformed",
        detail="no event",
        owner="health_office",
        from_device=device,
        staff=school.nurse,
    )
    school.tell(stream_of("device", device), came)
    office.go(f"quarantine/{'7a' * 32}")
    choice, give = office.page.get_by_label("Pass it to"), office.page.get_by_role("button", name="Pass it on")
    expect(give).to_be_disabled()
    choice.press("ArrowDown")
    choice.press("ArrowDown")
    choice.select_option(label="records office")
    expect(office.page.locator(".pills")).to_contain_text("health office")
    give.press("Enter")
    expect(office.page.locator(".pills")).to_contain_text("records office")
    told = [one.payload for one in school.facts_of(stream_of("device", device))]
    assert [one.owner for one in told if isinstance(one, SubmissionAssigned)] == ["records"]


def test_a_list_longer_than_is_shown_says_so(school: School, office: Office) -> None:
    """WORK-R35, OFFICE-R08: 210 pairs of doses, on a small laptop and on a phone."""
    dose = DoseRecorded(cvx="10", given_on="2021-04-04", told=Told(source="registry", recorder="MIIC"))
    school.tell(school.child("Cade").stream, *(dose for _ in range(21)))
    office.page.get_by_role("button", name="Refresh").click()
    office.sees("These are the first 200 of 2")
    expect(office.section("matters").locator("li.card")).to_have_count(200)
    expect(office.section("matters").get_by_role("heading")).to_contain_text(re.compile(r"\(2[1-9]\d\)"))
    for width in (1024, 360):
        office.page.set_viewport_size({"width": width, "height": 740})
        assert office.page.evaluate(WIDER_THAN_SCREEN) <= 0


def test_on_paper_a_list_is_a_list(school: School, office: Office) -> None:
    """OFFICE-R24: nothing to press and no field to fill in, in no list of the office."""
    dose = DoseAdministered(
        cvx="115", given_on=school.today.isoformat(), lot="PAPER1", mvx="PMC", site="left_deltoid", route="IM",
        dose_ml=0.5, giver=Giver(name=NURSE, title="RN", address=WORK),
    )  # fmt: skip
    school.tell(school.child("Owen").stream, dose)
    for place, sign in (("lots/PAPER1", "Owen"), ("devices", "Devices"), ("retention", "Retention"), ("", "Worklist")):
        office.go(place)
        office.sees(sign)
        office.page.emulate_media(media="print")
        for what in (".button", "form", "nav", "details.deed summary"):
            assert office.page.locator(what).locator("visible=true").count() == 0, (place, what)
        expect(office.page.get_by_text(OLGA_NAME).first).to_be_visible()
        office.page.emulate_media(media="screen")
    office.go("lots/PAPER1")
    expect(office.page.locator("li.card")).to_contain_text("grade 7")


def test_a_screen_that_could_not_be_shown_has_a_title_and_every_tab_a_name(school: School, office: Office) -> None:
    """OFFICE-R07, OFFICE-R25: for whoever reads by ear; no child's name stands in the browser's history."""
    expect(office.section("matters")).to_be_visible()
    failing = {"title": "Internal", "status": 500, "code": "internal", "detail": "A mistake, which is noted."}
    office.page.route("**/api/students/*", lambda route: route.fulfill(status=500, json=failing))
    office.go(f"child/{school.child('Wren').id}")
    office.sees("A mistake, which is noted.")
    expect(office.page.get_by_role("heading", level=1)).to_have_text("Children")
    expect(office.page.get_by_role("heading", level=1)).to_be_focused()
    assert not AXE.exists() or inspect(office.page) == []
    office.page.unroute("**/api/students/*")
    office.page.get_by_role("button", name="Try again").click()
    expect(office.page.get_by_role("heading", level=1)).to_contain_text("Wren")
    expect(office.page).to_have_title("Children · Doseledger for the office")
    office.page.get_by_role("button", name="Español").click()
    expect(office.page).to_have_title("Niños · Doseledger para la oficina")
    office.go("lots/%25%")
    expect(office.page.get_by_role("heading", level=1)).to_be_focused()

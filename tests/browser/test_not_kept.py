"""A disk that takes nothing: it is said where the nurse looks, and what she typed is still there."""

from playwright.sync_api import BrowserContext, expect

from tests.browser.nurse import REFUSE, Nurse
from tests.browser.school import NO_PACKET, School


def test_what_could_not_be_kept_is_said_in_sight(nurse: Nurse, school: School) -> None:
    """WEB-R504: Record is tapped at the end of a long form; the notice stands at its head."""
    child = school.child(NO_PACKET)
    nurse.start_dose(child, "W028843")
    nurse.page.get_by_label("Reason to give it all the same").fill("the packet was read at the door")
    nurse.open_details()
    nurse.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    nurse.page.evaluate(REFUSE)
    nurse.press("Record")
    expect(nurse.page.get_by_text("could not keep")).to_be_in_viewport()
    expect(nurse.page.get_by_text("Safe on this phone")).to_have_count(0)
    expect(nurse.page.get_by_label("Reason to give it all the same")).to_have_value("the packet was read at the door")
    assert school.from_phones(child) == []


def test_what_did_not_come_is_no_lost_work(phone: BrowserContext, school: School) -> None:
    """WEB-R507: a first visit over a bad network, or in a window that keeps nothing: nobody has recorded anything."""
    nurse = Nurse(phone.pages[0], school)
    nurse.page.add_init_script("navigator.serviceWorker.register = () => Promise.reject(new Error('refused'))")
    nurse.page.route("**/assets/child-*.js", lambda route: route.abort())
    with nurse.page.expect_event("requestfailed", lambda request: "child-" in request.url):
        nurse.page.goto(school.url)
    expect(nurse.page.get_by_label("Login")).to_be_visible()
    nurse.page.wait_for_timeout(500)
    expect(nurse.page.get_by_text("could not keep")).to_have_count(0)


def test_a_receipt_that_was_not_copied_is_no_lost_work(nurse: Nurse, school: School) -> None:
    """WEB-R507: the browser refuses its clipboard; the receipt stands there to be read."""
    nurse.record_dose(school.child("Ada"))
    nurse.waits_for_delivery(1)
    nurse.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    nurse.page.get_by_text("Receipt", exact=True).first.click()
    nurse.press("Copy")
    nurse.page.wait_for_timeout(300)
    expect(nurse.page.get_by_text("could not keep")).to_have_count(0)
    expect(nurse.page.get_by_role("button", name="Copy", exact=True)).to_be_visible()

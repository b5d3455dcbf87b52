"""A disk that takes nothing: it is said where the nurse looks, and what she typed is still there."""

from playwright.sync_api import expect

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

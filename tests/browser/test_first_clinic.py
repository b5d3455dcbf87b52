"""The first clinic of a new phone: planned before any other is on it, and taken onto it while nobody is on its list."""

import re

from playwright.sync_api import BrowserContext, expect

from events.catalog.people import RoleGranted
from events.ids import stream_of
from tests.browser.nurse import Nurse
from tests.browser.school import NURSE, School


def test_a_new_phone_plans_its_first_clinic(phone: BrowserContext, school: School) -> None:
    """WEB-R413, WEB-R472: schools, children and staff are named, and an empty list is not on its way."""
    school.tell(stream_of("staff", school.nurse), RoleGranted(role="nurse", facility=school.facility))
    nurse = Nurse(phone.pages[0], school)
    nurse.sign_in()
    nurse.enroll()
    nurse.page.get_by_role("button", name="Plan a new clinic").click()
    nurse.page.get_by_label("School or facility").select_option(label="Aspen Middle School")
    expect(nurse.page.get_by_label("Name of the clinic")).to_have_value("Aspen Middle School")
    written = {"Address for 911": "410 Aspen Ave", "City": "Grand Rapids", "Day": school.today.isoformat()}
    for label, words in {**written, "Number to call": "218-555-0100"}.items():
        nurse.page.get_by_label(label).fill(words)
    nurse.page.get_by_label("Tdap", exact=True).check()
    nurse.press("Save")
    nurse.page.get_by_role("button", name=re.compile("The children")).click()
    school_field = nurse.page.get_by_label("School or facility")
    expect(school_field.locator("option:checked")).to_have_text("Aspen Middle School")
    expect(nurse.page.get_by_text("This phone knows no school yet")).to_have_count(0)
    nurse.press("Show the children")
    nurse.page.get_by_role("button", name=re.compile(r"^Put \d+ on the list$")).wait_for()
    nurse.page.get_by_role("button", name="Back").click()
    nurse.page.get_by_role("button", name=re.compile("The people")).click()
    nurse.page.get_by_label("Person").select_option(label=f"{NURSE}, RN, licensed school nurse")
    nurse.press("Add")
    expect(nurse.page.get_by_role("listitem").filter(has_text=NURSE)).to_be_visible()
    nurse.press("Save")
    nurse.press("Take this clinic onto the phone")
    nurse.sees("Nobody is on this list yet.")
    nurse.press("Put children on the list")
    nurse.press("Show the children")
    nurse.page.get_by_role("button", name=re.compile(r"^Put \d+ on the list$")).click()
    nurse.go("roster")
    nurse.page.locator("button.child").first.wait_for()


def come_back(nurse: Nurse, school: School) -> None:
    """Another screen, the app begun anew, and the list of children again."""
    nurse.go("roster")
    nurse.page.locator("button.child").first.wait_for()
    nurse.page.reload()
    nurse.unlock()
    nurse.go(f"plan/{school.clinic}/roster")
    nurse.sees_title("The children")


def test_who_was_left_out_of_a_list_stays_left_out(school: School, nurse: Nurse) -> None:
    """WEB-R24: a child unticked among those found, and one ticked to be taken off, outlast a lock and a reload."""
    school.tell(stream_of("staff", school.nurse), RoleGranted(role="nurse", facility=school.facility))
    nurse.go(f"plan/{school.clinic}/roster")
    off = nurse.page.locator("details", has_text="Take children off the list")
    off.get_by_text("Take children off the list").click()
    off.get_by_label(re.compile("Wren White Feather")).check()
    come_back(nurse, school)
    off.get_by_text("Take children off the list").click()
    expect(off.get_by_label(re.compile("Wren White Feather"))).to_be_checked()
    nurse.press("Take 1 off")
    expect(off.get_by_label(re.compile("Wren White Feather"))).to_have_count(0)
    nurse.page.get_by_label("Who lacks").select_option(label="all of them, lacking or not")
    nurse.press("Show the children")
    nurse.page.get_by_role("checkbox", name=re.compile("Wren White Feather")).uncheck()
    come_back(nurse, school)
    nurse.press("Show the children")
    expect(nurse.page.get_by_role("checkbox", name=re.compile("Wren White Feather"))).not_to_be_checked()

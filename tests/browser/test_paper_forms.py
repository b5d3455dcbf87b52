"""Doses that were written on paper while the phones were down: giver, true time and who copied them stay apart."""

import re
from datetime import timedelta

from playwright.sync_api import BrowserContext, expect

from events.catalog.doses import DoseAdministered, DoseVerified
from events.catalog.incidents import IncidentOpened
from events.dates import read_instant
from tests.browser.nurse import PIN, Nurse
from tests.browser.school import COLLEAGUE, NO_CONSENT, NURSE, School
from tests.browser.test_before_a_dose import told
from tests.browser.test_several_nurses import BENS_PIN, hand_over, let_ben_in


def test_a_copied_dose_is_listed_until_somebody_else_agrees(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R102: Ben gave it yesterday at 9:40, Anna copies it, Ben compares; who copied it cannot."""
    let_ben_in(nurse, school.code(school.colleague))
    nurse.sees(f"{COLLEAGUE} can open this phone now")
    child, yesterday = school.child("Elise"), (school.today - timedelta(days=1)).isoformat()
    phone.set_offline(True)
    nurse.start_dose(child, "Y011562")
    nurse.open_details()
    nurse.page.get_by_label("Copied from the paper form").check()
    nurse.sees(f"{NURSE} copies it.")
    nurse.page.get_by_label("Given on").fill(yesterday)
    nurse.page.get_by_label("Given by").select_option(label=f"{COLLEAGUE}, LPN")
    nurse.page.get_by_label(re.compile("How it came about|Reason to give it")).fill("on paper, the phone was flat")
    nurse.page.get_by_role("button", name=re.compile("^Record")).click()
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Time on the paper").fill("09:40")
    nurse.page.get_by_role("button", name=re.compile("^Record")).click()
    nurse.sees("Safe on this phone")
    nurse.sees("Now a second person must compare it with the paper.")
    nurse.go("watch")
    expect(nurse.page.locator("li.dose", has_text=child.full_name)).to_have_count(0)

    nurse.go("closing")
    nurse.page.get_by_role("region", name="To compare with the paper: 1").get_by_role("button").click()
    nurse.sees("Somebody else must compare it with the paper.")
    expect(nurse.page.get_by_role("button", name="It agrees")).to_have_count(0)
    hand_over(nurse, COLLEAGUE, BENS_PIN)
    nurse.open_child(child)
    nurse.sees("to compare with the paper")
    nurse.correct("Hepatitis B")
    nurse.press("It agrees")
    nurse.open_child(child)
    nurse.sees("compared with the paper")
    nurse.go("closing")
    nurse.sees_title("Close the day")
    expect(nurse.page.get_by_text("To compare with the paper")).to_have_count(0)
    hand_over(nurse, NURSE, PIN)
    phone.set_offline(False)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    expect(nurse.page.locator(".syncbar")).to_contain_text("all delivered")
    dose = told(school, child, DoseAdministered)
    assert (dose.giver.name, dose.scribe, dose.from_paper) == (COLLEAGUE, NURSE, True)
    assert dose.given_at is not None
    assert dose.given_on == yesterday
    assert read_instant(dose.given_at).minute == 40
    looks = [fact for fact in school.facts_of(child.stream) if isinstance(fact.payload, DoseVerified)]
    assert [look.header.author for look in looks] == [school.colleague]


def test_what_stood_against_a_copied_dose_opens_an_incident(nurse: Nurse, school: School) -> None:
    """WEB-R102, WEB-R51: it was given already; without a consent that is recorded and followed up."""
    child = school.child(NO_CONSENT)
    nurse.start_dose(child, "U7421AC")
    nurse.sees("Do not give")
    nurse.open_details()
    nurse.page.get_by_label("Copied from the paper form").check()
    nurse.sees("Given in spite of this")
    nurse.page.get_by_label("Time on the paper").fill("00:00")
    nurse.page.get_by_label("How it came about").fill("the consent lay in another box")
    nurse.press("Record what was given")
    nurse.sees("An incident is open.")
    nurse.waits_for_delivery(2)
    assert told(school, child, IncidentOpened).reason == "the consent lay in another box"

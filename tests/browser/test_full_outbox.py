"""A full outbox, a picture of a paper in it, tried against what makes a phone forget: nothing goes before its receipt.

Log-out and lapse are here. Upgrade of this very outbox, wipe by the office, PIN reset: test_care_of_the_phone.py. User
switch, and taking a nurse off the phone: test_several_nurses.py. A damaged store: test_damage.py.
"""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import BrowserContext, expect

from tests.browser.nurse import Nurse
from tests.browser.school import Child, School
from tests.browser.test_papers import file_statement, noise


def fill_outbox(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """Two doses, and a statement with its picture, without a network."""
    phone.set_offline(True)
    nurse.record_dose(school.child("Kou"))
    nurse.record_dose(school.child("Hazel"))
    file_statement(nurse, school.child("Kou"), noise(60))
    nurse.sees("The picture is on this phone, locked away")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    holds_everything(nurse)


def holds_everything(nurse: Nurse) -> None:
    nurse.go("outbox")
    rows = nurse.page.locator("li.dose")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="On this phone, waiting for a network")).to_have_count(3)
    expect(rows.filter(has_text="Picture still on this phone")).to_have_count(1)


def delivers_everything(phone: BrowserContext, school: School, nurse: Nurse, before: int) -> None:
    phone.set_offline(False)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.go("outbox")
    expect(nurse.page.get_by_text("Picture in the district, receipt verified")).to_have_count(1)
    made = [fact for given in ("Kou", "Hazel") for fact in school.from_phones(school.child(given))]
    assert len(made) == before + 3


def count_of(school: School) -> int:
    return sum(len(school.from_phones(school.child(given))) for given in ("Kou", "Hazel"))


def test_log_out_and_a_restart_keep_a_full_outbox(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R199"""
    before = count_of(school)
    fill_outbox(phone, school, nurse)
    nurse.go("settings")
    nurse.press("Lock now")
    nurse.page.reload()
    nurse.unlock()
    holds_everything(nurse)
    delivers_everything(phone, school, nurse, before)


def test_a_lapse_forgets_the_children_and_keeps_a_full_outbox(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R199: fifteen days in a drawer; no child is named any more, and all that waits still goes out."""
    before = count_of(school)
    fill_outbox(phone, school, nurse)
    nurse.page.clock.set_system_time(datetime.now(UTC) + timedelta(days=15))
    nurse.page.reload()
    nurse.unlock()
    holds_everything(nurse)
    expect(nurse.page.locator("li.dose").filter(has_text="A child no longer on this phone")).not_to_have_count(0)
    nurse.go("roster")
    expect(nurse.page.locator("button.child")).to_have_count(0)
    delivers_everything(phone, school, nurse, before)


def test_a_long_outbox_shows_all_that_waits(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R511: more than a day makes; which of those in the record are drawn: web/src/screens/outbox_rows.test.ts."""
    phone.set_offline(True)
    for given in ("Kou", "Hazel"):
        fill_grid(nurse, school.child(given))
    nurse.go("outbox")
    rows = nurse.page.locator("li.dose")
    expect(rows).to_have_count(66)
    expect(rows.first).to_contain_text("Hazel")
    expect(rows.last).to_contain_text("Kou")
    phone.set_offline(False)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.waits_for_delivery(66)


def fill_grid(nurse: Nurse, child: Child) -> None:
    """A whole paper record, a dose in each of its 33 cells."""
    nurse.go(f"child/{child.id}/grid")
    cells = nurse.page.locator(".gridcell input")
    for place in range(33):
        cells.nth(place).fill(f"2016-{place // 28 + 1:02}-{place % 28 + 1:02}")
    nurse.press("Record 33 doses")
    nurse.sees_title(child.full_name)

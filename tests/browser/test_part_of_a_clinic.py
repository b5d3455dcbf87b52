"""A child whose history is not all on this phone is said to be one, before anything is given."""

import re
from datetime import timedelta

from playwright.sync_api import BrowserContext, expect

from events.catalog.doses import DoseRecorded
from events.catalog.event_type import Told
from tests.browser.arriving import hold_back
from tests.browser.nurse import Nurse
from tests.browser.school import School

ENGLISH = "This phone does not have the whole history of this clinic yet"
SPANISH = "Este teléfono aún no tiene el historial completo de esta clínica"


def test_a_history_that_is_not_whole_is_said_on_the_child_and_the_dose(phone: BrowserContext, school: School) -> None:
    """WEB-R200: in both languages, at the close too; the missing dose would be given again. Whole, it is silent."""
    child = school.child("Maya")
    yesterday = (school.today - timedelta(days=1)).isoformat()
    told = Told(source="registry", recorder="MIIC", detail="query")
    school.tell(child.stream, DoseRecorded(cvx="115", given_on=yesterday, told=told))
    nurse = Nurse(phone.pages[0], school)
    nurse.sign_in()
    nurse.enroll()
    let_come = hold_back(phone, nurse.page)
    nurse.page.get_by_role("button", name=re.compile("Aspen gymnasium")).click()
    nurse.page.locator("button.child").first.wait_for()
    warning = nurse.page.locator(".notice.warn")
    told_here = nurse.page.locator("[aria-labelledby=history] li.dose", has_text="Tdap")
    for language, words in (("Español", SPANISH), ("English", ENGLISH)):
        nurse.go("settings")
        nurse.page.get_by_label(language).check()
        for place in ("closing", f"child/{child.id}/dose", f"child/{child.id}"):
            nurse.go(place)
            expect(warning.filter(has_text=words)).to_be_visible()
    expect(nurse.page.locator("[aria-labelledby=history] li.dose")).not_to_have_count(0)
    expect(told_here).to_have_count(0)
    let_come()
    expect(told_here).to_have_count(1)
    expect(warning.filter(has_text=ENGLISH)).to_have_count(0)
    nurse.go(f"child/{child.id}/dose")
    nurse.page.locator(".foot").wait_for()
    expect(warning.filter(has_text=ENGLISH)).to_have_count(0)

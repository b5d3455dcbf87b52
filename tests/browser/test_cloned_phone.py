"""Two phones from one disk: the office is alarmed, and neither nurse is stopped or loses a dose."""

import shutil
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.browser.nurse import Nurse, hold_phone
from tests.browser.school import School


def test_a_cloned_phone_is_told_apart_and_its_nurse_goes_on(
    playwright: Playwright, school: School, tmp_path: Path
) -> None:
    """ALARM-R02, WEB-R341: what the copy records is set aside, named, and stands on the child meanwhile."""
    disk, copy = tmp_path / "phone", tmp_path / "copy"
    phone = hold_phone(playwright, disk)
    Nurse(phone.pages[0], school).join()
    phone.close()
    shutil.copytree(disk, copy)
    phone, twin = hold_phone(playwright, disk), hold_phone(playwright, copy)
    try:
        mine, theirs = (Nurse(context.pages[0], school) for context in (phone, twin))
        for context, nurse, given in ((phone, mine, "Kou"), (twin, theirs, "Hazel")):
            context.set_offline(True)
            nurse.page.goto(f"{school.url}/#/roster")
            nurse.unlock()
            nurse.record_dose(school.child(given))
        phone.set_offline(False)
        mine.waits_for_delivery(1)
        twin.set_offline(False)
        theirs.go("outbox")
        rows = theirs.page.locator("li.dose")
        expect(rows.filter(has_text="Set aside by the district")).to_have_count(1)
        theirs.record_dose(school.child("Cade"))
        theirs.go("outbox")
        expect(rows.filter(has_text="Set aside by the district")).to_have_count(2)
        theirs.open_child(school.child("Hazel"))
        theirs.sees("set aside")
        mine.record_dose(school.child("Gus"))
        mine.waits_for_delivery(2)
    finally:
        phone.close()
        twin.close()
    assert len(school.from_phones(school.child("Kou"))) == 1
    assert [school.from_phones(school.child(given)) for given in ("Hazel", "Cade")] == [[], []]

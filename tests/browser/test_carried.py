"""One phone's undelivered work, carried to the district by another (docs/hand-off.md)."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.browser.nurse import Nurse
from tests.browser.school import School


def test_another_phone_carries_the_file(
    phone: BrowserContext, school: School, nurse: Nurse, another: Callable[[], Nurse], tmp_path: Path
) -> None:
    """WEB-R343, SYNC-R25: unopened; the dose is in the log as its own phone's, and that phone finds it delivered."""
    child = school.child("Maya")
    phone.set_offline(True)
    nurse.record_dose(child)
    nurse.go("outbox")
    with nurse.page.expect_download() as saving:
        nurse.press("Save undelivered work as a file")
    file = tmp_path / "carried.json"
    saving.value.save_as(file)
    assert school.from_phones(child) == []

    other = another()
    other.go("outbox")
    taking = other.page.get_by_label("Carry another phone's file")
    spoilt = tmp_path / "spoilt.json"
    spoilt.write_text(file.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    taking.set_input_files(spoilt)
    expect(other.page.get_by_text("This is no file of undelivered work")).to_be_visible()
    taking.set_input_files(file)
    expect(other.page.get_by_text("1 entry was taken from the file.")).to_be_visible()
    expect(other.page.get_by_text("This phone carries 1 sealed entry")).to_have_count(0)
    (fact,) = school.from_phones(child)

    phone.set_offline(False)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    row = nurse.page.locator("li.dose")
    expect(row).to_contain_text(re.compile(rf"position {fact.position}\b"))

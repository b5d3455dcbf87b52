"""A phone that is turned: what is read keeps most of the height, and what is fixed stays at hand."""

import pytest
from playwright.sync_api import expect

from tests.browser.nurse import PHONE, Nurse
from tests.browser.school import School

SIDEWAYS = {"width": PHONE["height"], "height": PHONE["width"]}
FIXED = """() => ['.syncbar', 'nav', '.foot'].map((part) => document.querySelector(part)?.getBoundingClientRect())
    .reduce((sum, box) => sum + (box ? Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)) : 0), 0)
    / innerHeight"""


@pytest.mark.parametrize("deed", ["dose", "grid", ""])
def test_what_is_read_has_most_of_a_phone_held_sideways(nurse: Nurse, school: School, deed: str) -> None:
    """WEB-R502: bar and button take less than two fifths; the places are still there, at the end."""
    nurse.go(f"child/{school.child('Maya').id}/{deed}")
    nurse.page.locator(".foot").wait_for()
    nurse.page.set_viewport_size(SIDEWAYS)  # type: ignore[arg-type]
    assert nurse.page.evaluate(FIXED) < 0.4
    expect(nurse.page.get_by_role("button", name="Emergency")).to_be_in_viewport(ratio=1)
    expect(nurse.page.locator(".foot button").first).to_be_in_viewport(ratio=1)
    nurse.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    nurse.page.get_by_role("button", name="Watch").click()
    nurse.sees_title("Watch")


def test_what_can_be_done_after_a_dose_stands_in_one_row_sideways(nurse: Nurse, school: School) -> None:
    """WEB-R502."""
    nurse.record_dose(school.child("Zoë"))
    nurse.page.set_viewport_size(SIDEWAYS)  # type: ignore[arg-type]
    assert nurse.page.evaluate(FIXED) < 0.4
    expect(nurse.page.get_by_role("button", name="Undo")).to_be_in_viewport(ratio=1)

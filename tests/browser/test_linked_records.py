"""Two records that turned out to be one child."""

from playwright.sync_api import expect

from events.catalog.doses import DoseVoided
from events.catalog.students import StudentLinked, StudentUnlinked
from tests.browser.nurse import Nurse
from tests.browser.school import School


def test_linked_records_are_one_child_and_parted_again_when_undone(school: School, nurse: Nurse) -> None:
    """WEB-R95: one row on the roster, one history of both; after the unlinking two of each again."""
    one, other = school.child("Soren"), school.child("Amina")
    both = nurse.page.get_by_role("status").filter(has_text=f"{len(school.children) - 1} of")
    expect(nurse.page.locator("button.child")).to_have_count(len(school.children))
    school.tell(one.stream, StudentLinked(other=other.id, evidence="the same birth certificate"))
    try:
        expect(both).to_be_visible()
        expect(nurse.page.locator("button.child")).to_have_count(len(school.children) - 1)
        nurse.go(f"child/{one.id}")
        name = nurse.page.get_by_role("heading", level=1).inner_text()
        nurse.go(f"child/{other.id}")
        nurse.sees_title(name)
    finally:
        school.tell(other.stream, StudentUnlinked(other=one.id, reason="twins"))
    nurse.go("roster")
    expect(nurse.page.locator("button.child")).to_have_count(len(school.children))


def test_what_was_undone_while_linked_stays_undone(school: School, nurse: Nurse) -> None:
    """WEB-R510: the dose was written in the other record; parted again it is still no dose."""
    one, other = school.child("Kou"), school.child("Hazel")
    nurse.record_dose(other)
    nurse.waits_for_delivery(1)
    school.tell(one.stream, StudentLinked(other=other.id, evidence="the same birth certificate"))
    try:
        nurse.go("roster")
        expect(nurse.page.locator("button.child")).to_have_count(len(school.children) - 1)
        nurse.go(f"child/{other.id}")
        nurse.correct("Tdap")
        nurse.press("Undo")
        expect(nurse.page.get_by_role("heading", level=1)).not_to_contain_text("Correct")
        nurse.waits_for_delivery(2)
    finally:
        school.tell(other.stream, StudentUnlinked(other=one.id, reason="twins"))
    (given,) = school.doses_given(other)
    voids = [fact.payload for fact in school.facts_of(other.stream) if isinstance(fact.payload, DoseVoided)]
    assert [void.event for void in voids] == [given.id]

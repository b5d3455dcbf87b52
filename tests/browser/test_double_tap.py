"""A finger that comes down twice: one dose, not voided, and nothing on the screen that comes up under it."""

from playwright.sync_api import Locator, expect

from events.catalog.clinics import SlipMarked
from events.catalog.doses import DoseAdministered, DoseVoided
from events.ids import stream_of
from tests.browser.nurse import Nurse
from tests.browser.school import Child, School

BETWEEN_MS = 60


def button(nurse: Nurse, words: str) -> Locator:
    return nurse.page.get_by_role("button", name=words, exact=True)


def tap_twice(nurse: Nurse, words: str, pause_ms: int = BETWEEN_MS) -> None:
    """Two clicks at one place, whatever is there by the second: right of the middle, where two buttons would part."""
    wanted = button(nurse, words)
    wanted.click(trial=True)
    box = wanted.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 3 / 4, box["y"] + box["height"] / 2
    nurse.page.mouse.click(x, y)
    nurse.page.wait_for_timeout(pause_ms)
    nurse.page.mouse.click(x, y)


def doses_and_voids(school: School, child: Child) -> list[str]:
    kinds = (DoseAdministered, DoseVoided)
    return [type(fact.payload).__name__ for fact in school.from_phones(child) if isinstance(fact.payload, kinds)]


def test_save_tapped_twice_gives_one_dose(nurse: Nurse, school: School) -> None:
    """WEB-R203: at three paces; also the last finds nothing under it that takes the dose back."""
    for given, pause_ms in (("Maya", BETWEEN_MS), ("Owen", 200), ("Elise", 900)):
        child = school.child(given)
        nurse.fill_dose(child, "Y011562")
        tap_twice(nurse, "Record", pause_ms)
        if pause_ms < 500:
            nurse.sees("Safe on this phone")
        else:
            expect(button(nurse, "Record")).to_have_count(0)
        expect(nurse.page.get_by_text("Undone.")).to_have_count(0)
    nurse.waits_for_delivery(3)
    for given in ("Maya", "Owen", "Elise"):
        assert doses_and_voids(school, school.child(given)) == ["DoseAdministered"]


def test_the_way_to_a_filled_form_tapped_twice_does_not_save_it(nurse: Nurse, school: School) -> None:
    """WEB-R203: a kept draft, complete; its Save comes up where the finger is."""
    child = school.child("Bea")
    nurse.fill_dose(child, "Y011562")
    for pause_ms in (BETWEEN_MS, 200, 350):
        nurse.open_child(child)
        tap_twice(nurse, "Record a dose", pause_ms)
        button(nurse, "Record").click(trial=True)
        expect(nurse.page.get_by_text("Safe on this phone")).to_have_count(0)
    assert nurse.states() == []


def test_the_mark_at_check_in_tapped_twice_is_one_mark(nurse: Nurse, school: School) -> None:
    """WEB-R203"""
    child = school.child("Cade")
    nurse.go(f"child/{child.id}/scanned/check_in")
    tap_twice(nurse, "No, go on")
    nurse.sees_title(child.full_name)
    nurse.waits_for_delivery(1)
    marks = [fact for fact in school.facts_of(stream_of("clinic", school.clinic)) if type(fact.payload) is SlipMarked]
    assert len(marks) == 1


def test_epinephrine_tapped_twice_is_one_time(nurse: Nurse, school: School) -> None:
    """WEB-R203: a finger in a glove bounces; a second injection a moment later is another time."""
    nurse.go(f"emergency/{school.child('Zoë').id}")
    times = nurse.page.locator(".times li")
    for number, pause_ms in enumerate((BETWEEN_MS, 300), start=1):
        tap_twice(nurse, "Epinephrine now", pause_ms)
        expect(times).to_have_count(number)
        nurse.page.wait_for_timeout(1_100)
        expect(times).to_have_count(number)

"""What five more screens say to wrong input, and that nothing typed is lost by what happens to a phone at work."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Playwright, expect

from tests.browser.nurse import PHONE, Nurse, hold_phone, kill_browser_of
from tests.browser.school import School
from tests.browser.test_looks import OPEN_ALL

IMPOSSIBLE = "Write a date"
TO_COME = "This day has not come yet."
BEFORE_BIRTH = "before the birth date"


def refuses(nurse: Nurse, label: str, rows: tuple[tuple[str, str], ...], button: str) -> None:
    """Each value is answered at its field, in words, and stays as it was typed."""
    field = nurse.page.get_by_label(re.compile(f"^{label}"))
    for typed, words in rows:
        field.fill(typed)
        nurse.press(button)
        nurse.sees(words)
        expect(field).to_have_value(typed)


def test_a_dose_told_by_a_paper(nurse: Nurse, school: School) -> None:
    """WEB-R22: impossible, still to come, before birth."""
    tomorrow = (school.today + timedelta(days=1)).isoformat()
    child = school.child("Maya")
    nurse.go(f"child/{child.id}/paper")
    nurse.page.get_by_label("MMR", exact=True).check()
    rows = (("", "Fill this in."), ("2015-02-30", IMPOSSIBLE), (tomorrow, TO_COME), ("2013-01-01", BEFORE_BIRTH))
    refuses(nurse, "Date as written", rows, "Record")
    expect(nurse.page.get_by_label("MMR", exact=True)).to_be_checked()
    assert school.from_phones(child) == []


def test_a_consent(nurse: Nurse, school: School) -> None:
    """WEB-R22: signed on a day to come, or before the child was born."""
    tomorrow = (school.today + timedelta(days=1)).isoformat()
    child = school.child("Cade")
    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_label("On paper").check()
    nurse.page.get_by_label("Who says so").fill("Mai Nordstrom")
    refuses(nurse, "Signed on", ((tomorrow, TO_COME), ("2013-01-01", BEFORE_BIRTH)), "Sign and keep")
    expect(nurse.page.get_by_label("Who says so")).to_have_value("Mai Nordstrom")
    assert school.from_phones(child) == []


def test_a_walk_in(nurse: Nurse, school: School) -> None:
    """WEB-R22, WEB-R65: no such day, not born yet, letters for a phone, and a child that is here already."""
    nurse.go("register")
    nurse.page.get_by_label("Given name").fill("Nuria")
    nurse.page.get_by_label("Family name").fill("Garcia Lopez")
    tomorrow = (school.today + timedelta(days=1)).isoformat()
    refuses(nurse, "Birth date", (("2014-13-40", IMPOSSIBLE), (tomorrow, TO_COME)), "Register")
    nurse.page.get_by_label("Birth date", exact=True).fill("2014-03-02")
    nurse.press("Register")
    expect(nurse.page.get_by_role("region", name="Already on the list?")).to_contain_text("Núria Garcia-Lopez")
    expect(nurse.page.locator("#likely ~ .error")).to_be_visible()
    nurse.page.get_by_label("Phone", exact=True).fill("call mother")
    expect(nurse.page.get_by_label("Phone", exact=True)).to_have_value("call mother")
    expect(nurse.page.locator(".field.wrong")).to_have_count(2)


def test_a_lot_typed_from_its_label(nurse: Nurse, school: School) -> None:
    """WEB-R22: a number of one character, no expiry, then one that has passed, which stops the dose."""
    child = school.child("Tomás")
    nurse.open_child(child)
    nurse.press("Record a dose")
    nurse.page.get_by_label(re.compile("Another lot")).check()
    nurse.page.get_by_label("Vaccine", exact=True).select_option("115")
    nurse.page.get_by_label("Maker").select_option("PMC")
    refuses(nurse, "Lot number", (("", "Fill this in."), ("?", "letters and digits")), "Record")
    nurse.page.get_by_label("Lot number").fill("U999")
    nurse.press("Record")
    expect(nurse.page.locator(".field.wrong")).to_have_count(1)
    nurse.page.get_by_label("Expires").fill("2025-01-31")
    nurse.sees("This lot expired on January 31, 2025.")
    expect(nurse.page.get_by_role("button", name="Record", exact=True)).to_have_count(0)
    expect(nurse.page.get_by_label("Lot number")).to_have_value("U999")


def test_a_correction(nurse: Nurse, school: School) -> None:
    """WEB-R22: a dose is not moved before birth, nor into the future, nor corrected without a reason."""
    tomorrow = (school.today + timedelta(days=1)).isoformat()
    nurse.open_child(school.child("Wren"))
    nurse.page.get_by_role("button", name=re.compile("^Correct")).first.click()
    rows = (("2015-02-30", IMPOSSIBLE), (tomorrow, TO_COME), ("2013-01-01", BEFORE_BIRTH))
    refuses(nurse, "Given on", rows, "Record")
    nurse.page.get_by_label("Given on").fill("2015-03-04")
    nurse.press("Record")
    nurse.sees("Fill this in.")


# What happens to a phone at work


def go_back(nurse: Nurse) -> None:
    nurse.page.get_by_role("button", name="Back").click()


def turn(nurse: Nurse) -> None:
    nurse.page.set_viewport_size({"width": PHONE["height"], "height": PHONE["width"]})
    nurse.page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def lock(nurse: Nurse) -> None:
    nurse.page.get_by_role("button", name=re.compile("Hand the phone on")).click()
    nurse.unlock()


def take_a_call(nurse: Nurse) -> None:
    """Another app comes to the front, and the system freezes this one."""
    phone = nurse.page.context.new_cdp_session(nurse.page)
    for state in ("frozen", "active"):
        phone.send("Page.setWebLifecycleState", {"state": state})
    phone.detach()


BEFALLS = (go_back, turn, lock, take_a_call)


def type_dose(nurse: Nurse, school: School) -> str:
    child = school.child("Owen")
    nurse.start_dose(child, "W028843")
    nurse.open_details()
    nurse.page.get_by_label("Volume").fill("0.7")
    return f"child/{child.id}/dose"


def see_dose(nurse: Nurse) -> None:
    expect(nurse.page.get_by_label("Volume")).to_have_value("0.7")
    expect(nurse.page.get_by_label(re.compile("W028843"))).to_be_checked()


def type_screening(nurse: Nurse, school: School) -> str:
    place = f"child/{school.child('Bea').id}/screening"
    nurse.go(place)
    nurse.page.get_by_label(re.compile("ill today", re.IGNORECASE)).check()
    nurse.page.get_by_label("Who answered").fill("her aunt")
    return place


def see_screening(nurse: Nurse) -> None:
    expect(nurse.page.get_by_label(re.compile("ill today", re.IGNORECASE))).to_be_checked()
    expect(nurse.page.get_by_label("Who answered")).to_have_value("her aunt")


def type_walk_in(nurse: Nurse, school: School) -> str:
    nurse.go("register")
    nurse.page.get_by_label("Given name").fill("Ingrid")
    nurse.page.get_by_label("Birth date", exact=True).fill("2015-0")
    return "register"


def see_walk_in(nurse: Nurse) -> None:
    expect(nurse.page.get_by_label("Given name")).to_have_value("Ingrid")
    expect(nurse.page.get_by_label("Birth date", exact=True)).to_have_value("2015-0")


def type_code(nurse: Nurse, school: School) -> str:
    nurse.go("scan")
    nurse.page.get_by_label("Code as text").fill("0190-4")
    return "scan"


def see_code(nurse: Nurse) -> None:
    expect(nurse.page.get_by_label("Code as text")).to_have_value("0190-4")


def tick_papers(nurse: Nurse, school: School) -> str:
    nurse.go("ready")
    nurse.page.get_by_text("Pack the papers").click()
    nurse.page.get_by_label("the emergency protocol").check()
    return "ready"


def see_papers(nurse: Nurse) -> None:
    expect(nurse.page.get_by_label("the emergency protocol")).to_be_checked()
    expect(nurse.page.get_by_label("the roster")).not_to_be_checked()


HALF_WRITTEN = (
    ("plan", "Name of the clinic", "Birch gym"),
    ("stock", "Lot number", "FLU7"),
    ("stock", "Degrees Celsius", "4,"),
    ("orders", "Prescriber", "Dr. Mor"),
    ("packets", "Version of the packet", "2026 b"),
    ("ready", "Pieces of 0.3 mg", "2"),
    ("child/{}/consent", "What shows it", "file 31-"),
    ("child/{}/packet", "To whom", "Aunt Ru"),
)


def half_written(nurse: Nurse) -> Iterator[tuple[Locator, str]]:
    """Each field where it stands, its form unfolded; of several of one name the last."""
    child = nurse.school.child("Gus").id
    for place, label, typed in HALF_WRITTEN:
        nurse.go(place.format(child))
        field = nurse.page.get_by_label(label, exact=True).last
        expect(field).to_be_attached()
        nurse.page.evaluate(OPEN_ALL)
        yield field, typed


def type_before_the_clinic(nurse: Nurse, school: School) -> str:
    for field, typed in half_written(nurse):
        field.fill(typed)
    return "stock"


def see_before_the_clinic(nurse: Nurse) -> None:
    for field, typed in half_written(nurse):
        expect(field).to_have_value(typed)


@pytest.mark.parametrize(
    ("write", "see"),
    [
        (type_dose, see_dose),
        (type_screening, see_screening),
        (type_walk_in, see_walk_in),
        (type_code, see_code),
        (tick_papers, see_papers),
        (type_before_the_clinic, see_before_the_clinic),
    ],
    ids=["giving", "screening", "walk-in", "code", "packing", "before the clinic"],
)
def test_nothing_typed_is_lost(
    playwright: Playwright,
    school: School,
    tmp_path: Path,
    write: Callable[[Nurse, School], str],
    see: Callable[[Nurse], None],
) -> None:
    """WEB-R24, WEB-R44, WEB-R291: back, rotation, lock, a call, at last the browser killed; without a network."""
    profile = tmp_path / "phone"
    phone = hold_phone(playwright, profile)
    nurse = Nurse(phone.pages[0], school).join()
    phone.set_offline(True)
    place = write(nurse, school)
    for befall in BEFALLS:
        befall(nurse)
        nurse.go(place)
        see(nurse)
    kill_browser_of(profile)
    again = hold_phone(playwright, profile)
    back = Nurse(again.pages[0], school)
    back.page.goto(school.url)
    back.unlock()
    back.go(place)
    see(back)
    again.close()

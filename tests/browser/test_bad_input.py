"""What the phone says to wrong input: a plain sentence at the field, and nothing typed is lost."""

import re

from playwright.sync_api import BrowserContext, expect

from tests.browser.nurse import PIN, Nurse
from tests.browser.school import School


def test_a_wrong_password_and_a_wrong_code_are_refused_in_words(phone: BrowserContext, school: School) -> None:
    """WEB-R20."""
    nurse = Nurse(phone.pages[0], school)
    nurse.sign_in("wrong password")
    nurse.sees("Check both")
    expect(nurse.page.get_by_label("Login")).to_have_value("anna")
    nurse.sign_in()
    nurse.enroll(code="AAAAA-AAAAA")
    nurse.sees("Check the ten characters")
    expect(nurse.page.get_by_label("Name of this phone")).to_have_value("Cart 2")
    nurse.enroll()
    nurse.choose_clinic()


def test_a_wrong_pin_costs_time_and_never_the_data(nurse: Nurse, school: School) -> None:
    """WEB-R21: rising delay, never a wipe; the right PIN opens what was there."""
    child = school.child("Soren")
    nurse.record_dose(child)
    nurse.go("settings")
    nurse.press("Lock now")
    for _ in range(2):
        nurse.unlock("000000")
        nurse.sees("That is not the PIN. Nothing is lost")
    nurse.unlock("000000")
    nurse.sees("Too many wrong PINs")
    nurse.unlock(PIN)
    nurse.sees("Too many wrong PINs")
    nurse.page.wait_for_timeout(5_200)
    nurse.unlock(PIN)
    nurse.waits_for_delivery(1)


def test_a_pin_typed_while_another_is_tried_stays(nurse: Nurse) -> None:
    """WEB-R513: she saw her slip and typed anew while the phone was still at work on the first."""
    nurse.go("settings")
    nurse.press("Lock now")
    typed = nurse.page.get_by_label("Enter your PIN")
    typed.fill("000000")
    nurse.press("Unlock")
    typed.fill(PIN)
    nurse.sees("That is not the PIN. Nothing is lost")
    expect(typed).to_have_value(PIN)
    nurse.press("Unlock")
    expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(nurse: Nurse, school: School) -> None:
    """WEB-R22: no vaccine, an expired lot, a volume no one gives, a day to come, a day before birth."""
    child = school.child("Gus")
    nurse.open_child(child)
    nurse.press("Record a dose")
    nurse.press("Record")
    nurse.sees("Fill this in.")
    nurse.choose_lot("OLD99")
    nurse.sees("This lot expired on")
    nurse.choose_lot("U7421AC")
    nurse.open_details()
    nurse.page.get_by_label("Volume").fill("50")
    nurse.sees("Between 0.1 and 5 mL.")
    for written, words in (("2031-01-01", "This day has not come yet."), ("2001-01-01", "before the birth date")):
        nurse.page.get_by_label("Given on").fill(written)
        nurse.sees(words)
    nurse.press("Record")
    assert school.from_phones(child) == []
    expect(nurse.page.get_by_label("Volume")).to_have_value("50")


def test_the_same_dose_twice_asks_first(nurse: Nurse, school: School) -> None:
    """WEB-R23: a second dose of one vaccine on one day is recorded only when the nurse says it was given."""
    child = school.child("Kou")
    nurse.record_dose(child)
    nurse.start_dose(child, "U7421AC")
    nurse.sees("is already on record for")
    nurse.press("Record")
    nurse.waits_for_delivery(1)
    nurse.start_dose(child, "U7421AC")
    nurse.page.get_by_label("Reason to give it all the same").fill("a second dose was really given")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.waits_for_delivery(2)
    nurse.open_child(child)
    nurse.sees("stands twice")


def test_what_was_typed_survives_back_lock_and_reload(nurse: Nurse, school: School) -> None:
    """WEB-R24."""
    child = school.child("Owen")
    nurse.fill_dose(child, "W028843")
    nurse.open_details()
    nurse.page.get_by_label("Volume").fill("0.7")
    nurse.page.wait_for_timeout(400)
    nurse.page.get_by_role("button", name="Back").click()
    nurse.press("Record a dose")
    expect(nurse.page.get_by_label("Volume")).to_have_value("0.7")
    nurse.go("settings")
    nurse.press("Lock now")
    nurse.page.reload()
    nurse.unlock()
    nurse.open_child(child)
    nurse.press("Record a dose")
    expect(nurse.page.get_by_label("Volume")).to_have_value("0.7")
    expect(nurse.page.get_by_label(re.compile("W028843"))).to_be_checked()

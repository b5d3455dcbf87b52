"""What the phone wrote in English into the record is said in Spanish on a Spanish screen."""

from playwright.sync_api import BrowserContext, expect

from tests.browser.nurse import Nurse
from tests.browser.school import ALLERGIC, School


def speaks_spanish(nurse: Nurse) -> None:
    nurse.go("settings")
    nurse.page.get_by_label("Español").check()
    expect(nurse.page.locator("html")).to_have_attribute("lang", "es")


def test_an_incident_and_the_outbox_speak_the_screens_language(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R221, WEB-R220: an incident's stops and follow-up, wherever they stand; a slip's mark in the outbox."""
    child = school.child(ALLERGIC)
    phone.set_offline(True)
    nurse.start_dose(child, "W028843")
    nurse.press("It was already given")
    nurse.page.get_by_label("How it came about").fill("late")
    nurse.press("Record what was given")
    nurse.sees("An incident is open.")
    nurse.press("The slip is marked")
    speaks_spanish(nurse)
    nurse.go(f"child/{child.id}")
    incident = nurse.page.locator(".notice.bad", has=nurse.page.get_by_role("button", name="Cerrar el incidente"))
    expect(incident).to_contain_text("llame ya al médico")
    expect(incident).not_to_contain_text("call the prescriber")
    incident.get_by_role("button").click()
    main = nurse.page.locator("main")
    expect(main).to_contain_text("llame ya al médico")
    expect(main).to_contain_text("Anafilaxia")
    expect(main).not_to_contain_text("naphylaxis")
    nurse.go("outbox")
    expect(nurse.page.locator("li.dose", has_text="Ficha marcada")).to_have_count(1)


def test_the_language_is_switched_on_the_locked_phone(nurse: Nurse) -> None:
    """WEB-R512: whoever takes the phone over reads it before she has opened it."""
    nurse.go("settings")
    nurse.press("Lock now")
    nurse.page.get_by_label("Enter your PIN").fill("2718")
    nurse.press("Español")
    expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Desbloquear")
    expect(nurse.page.locator("form .field input")).to_have_value("2718")
    nurse.press("English")
    expect(nurse.page.get_by_label("Enter your PIN")).to_have_value("2718")

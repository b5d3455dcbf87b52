"""A clinic day on the phone, told as the nurse lives it: offline from a cold start, proven when back online."""

from playwright.sync_api import BrowserContext, Page, expect

from events.catalog.doses import DoseAdministered, DoseCorrected, DoseRecorded, DoseVoided
from events.receipt import verify_receipt
from tests.browser.nurse import Nurse
from tests.browser.school import NURSE, School


def cold_start_without_network(phone: BrowserContext, nurse: Nurse) -> Nurse:
    """The app was closed; it is opened again with the network off."""
    phone.set_offline(True)
    page: Page = phone.new_page()
    nurse.page.close()
    again = Nurse(page, nurse.school)
    page.goto(nurse.school.url)
    again.unlock()
    again.sees("No network")
    return again


def test_a_dose_without_network_ends_in_the_district_log(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R10, WEB-R11, WEB-R12: recorded offline after a cold start, shown as waiting, delivered with a receipt."""
    child = school.child("Ada")
    offline = cold_start_without_network(phone, nurse)
    rows = offline.find("okaf ada")
    expect(rows).to_have_count(1)
    rows.click()
    offline.sees_title(child.full_name)

    offline.record_dose(child)
    assert school.from_phones(child) == []
    assert offline.states() == ["… On this phone, waiting for a network"]
    expect(offline.page.locator(".syncbar")).to_contain_text("1 waiting")

    phone.set_offline(False)
    offline.waits_for_delivery(1)
    (fact,) = school.from_phones(child)
    assert isinstance(fact.payload, DoseAdministered)
    assert (fact.payload.cvx, fact.payload.lot, fact.payload.given_on) == ("115", "U7421AC", school.today.isoformat())
    assert (fact.payload.giver.name, fact.payload.giver.address.city) == (NURSE, "Grand Rapids")
    expect(offline.page.locator("li.dose .pill")).to_contain_text(f"at position {fact.position}; receipt verified")

    offline.page.get_by_text("Receipt", exact=True).click()
    receipt = offline.page.locator("pre.receipt").text_content() or ""
    proven = verify_receipt(receipt, fact.event_hash, school.district.keys.log_verifier)
    assert proven.position == fact.position


def test_a_browser_that_waits_for_a_person_to_allow_storage_syncs_meanwhile(
    phone: BrowserContext, school: School
) -> None:
    """WEB-R240: Firefox answers `persist()` once somebody touched its question; a clinic does not wait for that."""
    phone.add_init_script("navigator.storage.persist = () => new Promise(() => {})")
    nurse = Nurse(phone.pages[0], school).join()
    nurse.record_dose(school.child("Kou"))
    nurse.waits_for_delivery(1)


def test_an_event_that_never_left_is_not_called_sent(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R18: without a network the outbox says "on this phone", whatever was tried."""
    phone.set_offline(True)
    nurse.record_dose(school.child("Maya"))
    assert nurse.states() == ["… On this phone, waiting for a network"]


def test_what_was_given_changes_what_is_due(school: School, nurse: Nurse) -> None:
    """WEB-R13: the verdict on the phone counts the dose at once, and the clause is shown."""
    child = school.child("Zoë")
    nurse.open_child(child)
    due = nurse.page.locator(".antigen", has=nurse.page.locator(".pill.due"))
    before = due.count()
    expect(due.first.locator(".clause").first).not_to_be_empty()
    nurse.record_dose(child, "X019002")
    nurse.open_child(child)
    expect(due).to_have_count(before - 1)


def test_a_paper_a_correction_and_an_undo_are_events_of_their_own(school: School, nurse: Nurse) -> None:
    """WEB-R14: a partial date stays partial, a correction keeps the first entry, an undone dose stays visible."""
    child = school.child("Mohamed")
    nurse.record_paper(child, "MMR", "2015-08")
    nurse.press("Done")
    nurse.open_child(child)
    nurse.correct("MMR")
    nurse.page.get_by_label("Given on").fill("2015-09")
    nurse.page.get_by_label("Reason").fill("the paper says September")
    nurse.press("Record")
    nurse.sees("corrected")

    nurse.record_dose(child, "W028843")
    nurse.press("Undo")
    nurse.sees("Undone. The record shows that it was.")
    nurse.open_child(child)
    expect(nurse.page.locator("li.void")).to_contain_text("does not count")

    nurse.waits_for_delivery(4)
    kinds = [type(fact.payload) for fact in school.from_phones(child)]
    assert kinds == [DoseRecorded, DoseCorrected, DoseAdministered, DoseVoided]
    paper = school.from_phones(child)[0].payload
    assert isinstance(paper, DoseRecorded)
    assert (paper.given_on, paper.told.recorder) == ("2015-08", NURSE)


def test_search_takes_names_in_any_order_without_accents_and_birth_dates(nurse: Nurse) -> None:
    """WEB-R15."""
    for typed, family in (("nandu", "Ñandú"), ("lopez nur", "Garcia-Lopez"), ("2014-07-19", "Lindqvist")):
        rows = nurse.find(typed)
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text(family)
    expect(nurse.find("zzz")).to_have_count(0)
    nurse.sees("Nobody on this roster matches")


def test_a_child_who_left_the_roster_is_forgotten(school: School, nurse: Nurse) -> None:
    """WEB-R16: who is no longer in the scope is no longer on the phone."""
    child = school.child("Hazel")
    nurse.open_child(child)
    school.take_off_roster(child)
    expect(nurse.find("brandt")).to_have_count(0)
    nurse.go(f"child/{child.id}")
    nurse.sees("This child's history is not on this phone.")


def test_spanish_is_there_without_a_network(phone: BrowserContext, nurse: Nurse) -> None:
    """WEB-R17: the language is switched on the phone, offline, and stays."""
    offline = cold_start_without_network(phone, nurse)
    offline.go("settings")
    offline.page.get_by_label("Español").check()
    expect(offline.page.locator("html")).to_have_attribute("lang", "es")
    offline.sees_title("Ajustes")
    offline.page.reload()
    expect(offline.page.locator("html")).to_have_attribute("lang", "es")

"""Sharing with the state registry: a paper of its own beside the consents, recorded offline and taken back."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Playwright, expect

from events.catalog.consents import ConsentGiven
from events.catalog.disclosures import DisclosureConsented, DisclosureRevoked
from projections.sharing import may_share, permissions_of
from projections.student import fold
from tests.browser.nurse import Nurse
from tests.browser.office import Office, hold_laptop
from tests.browser.school import NO_CONSENT, Child, School
from tests.browser.test_before_a_dose import told
from tests.browser.test_papers import noise


def may_be_shared(school: School, child: Child) -> bool:
    """What the district's own fold says."""
    return may_share(permissions_of(fold(school.facts_of(child.stream)).shelf, school.today.isoformat()))


SIGNER, SIGNED = "Mai Xiong", "2026-11-10"
NOBODY_MAY = "Nobody may enter this child's doses in the state registry now."


def test_a_permission_of_its_own_is_recorded_offline_and_taken_back(
    playwright: Playwright, phone: BrowserContext, nurse: Nurse, school: School, tmp_path: Path
) -> None:
    """WEB-R243, OFFICE-R18, PROJ-R173: standing, day, language, picture; both sides show who and when."""
    child = school.child(NO_CONSENT)
    until = (school.today + timedelta(days=300)).isoformat()
    phone.set_offline(True)
    row = open_sharing(nurse, child)
    fill_who_signed(nurse, child)
    what_has_ended_is_said(nurse)
    sign_with_a_picture(nurse, until)
    expect(row).to_contain_text(re.compile(f"{SIGNER} · November 10, 2026.*permitted"))
    expect(nurse.page.get_by_text("no consent on this phone").first).to_be_visible()
    phone.set_offline(False)
    nurse.waits_for_delivery(2)  # the event and its picture
    the_log_holds_the_permission(school, child, until)
    laptop = hold_laptop(playwright, tmp_path / "laptop")
    office = Office(laptop.pages[0], school).sign_in()
    office.sees("Worklist")
    office.go(f"child/{child.id}")
    line = office.section("sharing").locator("li")
    expect(line).to_contain_text(re.compile(rf"{SIGNER}\s*signed November 10, 2026.*permitted"))
    expect(office.section("pictures").locator("li")).to_contain_text("Permission for the state registry")

    phone.set_offline(True)
    take_back(nurse, child)
    nurse.go(f"child/{child.id}/consent")
    expect(row).to_contain_text(re.compile(f"taken back .* by {SIGNER}"))
    phone.set_offline(False)
    nurse.waits_for_delivery(3)
    assert told(school, child, DisclosureRevoked).on == school.today.isoformat()
    assert not may_be_shared(school, child)
    laptop.pages[0].reload()
    expect(line).to_contain_text(re.compile(f"by {SIGNER}.*taken back"))
    office.sees("No permission stands")
    laptop.close()


def open_sharing(nurse: Nurse, child: Child) -> Locator:
    """From the consents; the row there that leads to it."""
    nurse.go(f"child/{child.id}/consent")
    row = nurse.page.get_by_role("button", name="Sharing with the state registry")
    expect(row).to_contain_text("no permission on this phone")
    row.click()
    nurse.sees_title("Sharing with the state registry")
    nurse.sees(NOBODY_MAY)
    return row


def fill_who_signed(nurse: Nurse, child: Child) -> None:
    """Not the child itself, who is no adult; then its mother."""
    nurse.page.get_by_label("Who signed it").fill(child.full_name)
    nurse.page.get_by_label("In what standing").select_option("student_adult")
    nurse.sees("Under 18 a parent or guardian says so.")
    nurse.press("Sign and keep")
    nurse.sees_title("Sharing with the state registry")
    nurse.page.get_by_label("Who signed it").fill(SIGNER)
    nurse.page.get_by_label("In what standing").select_option("parent")
    nurse.page.get_by_label("Signed on").fill(SIGNED)
    nurse.page.get_by_role("group", name="Language of the paper").get_by_label("Hmong").check()


def what_has_ended_is_said(nurse: Nurse) -> None:
    """A last day in the past is refused, and what was typed beside it stays."""
    nurse.page.get_by_label("Last day it holds").fill("2026-01-31")
    nurse.page.get_by_label("Somebody interpreted").check()
    nurse.page.get_by_label("Interpreter's name or number").fill("Ka Moua")
    nurse.press("Sign and keep")
    nurse.sees("That day has passed: this paper permits nothing now.")
    expect(nurse.page.get_by_label("Interpreter's name or number")).to_have_value("Ka Moua")


def sign_with_a_picture(nurse: Nurse, until: str) -> None:
    nurse.page.get_by_label("Last day it holds").fill(until)
    nurse.page.get_by_role("group", name="How").get_by_label("by phone").check()
    nurse.page.get_by_role("group", name="In which language").get_by_label("Hmong").check()
    picture = {"name": "paper", "mimeType": "image/png", "buffer": noise(60)}
    nurse.page.locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]
    nurse.sees("The picture is on this phone, locked away")
    nurse.press("Sign and keep")
    nurse.sees_title("Consent")


def the_log_holds_the_permission(school: School, child: Child, until: str) -> None:
    given = told(school, child, DisclosureConsented)
    assert (given.signer, given.standing, given.party, given.on) == (SIGNER, "parent", "MIIC", SIGNED)
    assert (given.language, given.until) == ("hmn", until)
    by = given.interpreter
    assert by is not None
    assert (by.name, by.mode, by.language) == ("Ka Moua", "telephone", "hmn")
    assert given.photo is not None
    assert may_be_shared(school, child)


def take_back(nurse: Nurse, child: Child) -> None:
    """Not without a name."""
    nurse.go(f"child/{child.id}/sharing")
    nurse.page.get_by_text(f"Take back: {SIGNER}").click()
    nurse.press("Take this permission back")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Who takes it back").fill(SIGNER)
    nurse.press("Take this permission back")
    nurse.sees(NOBODY_MAY)


def test_an_old_tick_on_a_consent_stands_until_taken_back_and_is_no_longer_offered(
    nurse: Nurse, school: School
) -> None:
    """WEB-R243, PROJ-R174: the consent form asks for it no more; what was ticked once is shown as what it was."""
    child = school.child("Soren")
    old = ConsentGiven(
        cvx=("115",), signer="Parent Dahl", standing="parent", form="paper", on="2026-11-02", registry_sharing=True
    )
    school.tell(child.stream, old)
    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_label("On paper", exact=True).check()
    expect(nurse.page.get_by_label("Who says so")).to_be_visible()
    expect(nurse.page.get_by_label(re.compile("state registry"))).to_have_count(0)
    row = nurse.page.get_by_role("button", name="Sharing with the state registry")
    expect(row).to_contain_text(re.compile("Parent Dahl · November 2, 2026.*permitted"))
    row.click()
    nurse.page.get_by_text("Take back: Parent Dahl").click()
    nurse.page.get_by_label("Who takes it back").fill("Parent Dahl")
    nurse.press("Take this permission back")
    expect(nurse.page.locator("li.dose", has_text="Parent Dahl")).to_contain_text("taken back")
    nurse.go(f"child/{child.id}/consent")
    expect(nurse.page.locator("li.dose", has_text="Tdap").get_by_text("given")).to_be_visible()
    nurse.waits_for_delivery(1)
    assert not may_be_shared(school, child)


def test_what_was_recorded_of_sharing_by_mistake_counts_for_nothing(nurse: Nurse, school: School) -> None:
    """WEB-R581, PROJ-R252: a taking back that nobody said, then a paper of another child."""
    child = school.child("Wren")
    paper = DisclosureConsented(
        student=child.id, signer=SIGNER, standing="parent", on=SIGNED, party="MIIC", what="doses given here"
    )
    school.tell(child.stream, paper)
    nurse.go(f"child/{child.id}/sharing")
    nurse.page.get_by_text(f"Take back: {SIGNER}").click()
    nurse.page.get_by_label("Who takes it back").fill(SIGNER)
    nurse.press("Take this permission back")
    nurse.sees(NOBODY_MAY)
    nurse.go(f"child/{child.id}/consent")
    mistakes = nurse.page.get_by_role("region", name="Something was recorded by mistake")
    row = nurse.page.get_by_role("button", name="Sharing with the state registry")
    for entry, expected in (
        ("registry taken back", "permitted"),
        ("registry permitted", "no permission on this phone"),
    ):
        mistakes.locator("summary", has_text=entry).click()
        opened = mistakes.locator("details[open]")
        opened.get_by_label("What was wrong").fill("said of another child")
        opened.get_by_role("button", name="Set this entry aside").click()
        expect(row).to_contain_text(expected)
        mistakes.locator("summary", has_text=entry).click()
    nurse.waits_for_delivery(3)
    assert not may_be_shared(school, child)

"""Who may consent and for which vaccines, as the phone asks it before a dose."""

from playwright.sync_api import BrowserContext, Locator, expect

from events.catalog.consents import ConsentGiven, ConsentRefused, ConsentWithdrawn
from events.catalog.doses import DoseAdministered
from tests.browser.nurse import Nurse, may_only_read
from tests.browser.school import NO_CONSENT, NURSE, Child, School
from tests.browser.test_before_a_dose import told


def begins_a_word(nurse: Nurse, child: Child, how: str, vaccine: str, signer: str) -> None:
    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_label(how, exact=True).check()
    nurse.page.get_by_role("group", name="For which vaccines", exact=True).get_by_label(vaccine).check()
    nurse.page.get_by_label("Who says so").fill(signer)


def test_a_child_of_twelve_does_not_sign_as_a_student_of_age(nurse: Nurse, school: School) -> None:
    """WEB-R223, PROJ-R170: refused in the form; recorded elsewhere, it stops the dose until a parent has signed."""
    child = school.child(NO_CONSENT)
    begins_a_word(nurse, child, "On paper", "Tdap", child.full_name)
    nurse.page.get_by_label("In what standing").select_option("student_adult")
    nurse.sees("Under 18 a parent or guardian says so.")
    nurse.press("Sign and keep")
    nurse.sees_title("Consent")
    word = ConsentGiven(cvx=("115",), signer=child.full_name, standing="student_adult", form="paper", on="2026-11-02")
    school.tell(child.stream, word)
    nurse.sees("signed by somebody who may not")
    nurse.start_dose(child, "U7421AC")
    nurse.sees(f"{child.full_name} could not consent: under 18 a parent or guardian does, from 18 the student.")
    expect(nurse.page.get_by_role("button", name="Record", exact=True)).to_have_count(0)
    nurse.press("Record a consent")
    nurse.page.get_by_label("Who says so").fill("Mai Xiong")
    nurse.page.get_by_label("In what standing").select_option("parent")
    expect(nurse.page.get_by_text("Under 18 a parent or guardian says so.")).to_have_count(0)
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.start_dose(child, "U7421AC")
    expect(nurse.page.get_by_role("button", name="Record", exact=True)).to_have_count(1)
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)


def test_an_emancipated_student_is_asked_what_shows_it(nurse: Nurse, school: School) -> None:
    """WEB-R223: no clause computes it, so the dose asks for a reason, and the reason is in the record."""
    child = school.child(NO_CONSENT)
    school.tell(
        child.stream,
        ConsentGiven(cvx=("08",), signer="Pa Houa X.", standing="emancipated", form="paper", on="2026-11-02"),
    )
    nurse.start_dose(child, "Y011562")
    nurse.sees("Pa Houa X. consented as an emancipated student: say what shows it.")
    nurse.page.get_by_label("Reason to give it all the same").fill("court order of May 2, seen")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.waits_for_delivery(1)
    dose = told(school, child, DoseAdministered)
    assert any("emancipated" in line and "court order" in line for line in dose.warnings_overridden)


def test_a_consent_is_taken_back_for_one_vaccine(phone: BrowserContext, nurse: Nurse, school: School) -> None:
    """WEB-R224, PROJ-R171: the others it named stay allowed; none chosen is refused."""
    child = school.child("Gus")
    phone.set_offline(True)
    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_text("Take back: On paper · Parent Petersen").click()
    back = nurse.page.locator("details[open]")
    which = back.get_by_role("group", name="For which vaccines it is taken back")
    boxes = which.get_by_role("checkbox")
    expect(boxes).to_have_count(4)
    back.get_by_label("Who takes it back").fill("Parent Petersen")
    for vaccine in ("Tdap", "MMR", "Varicella", "Hepatitis B, child"):
        which.get_by_label(vaccine).uncheck()
    back.get_by_role("button", name="Withdraw this consent").click()
    nurse.sees("Fill this in.")
    which.get_by_label("MMR").check()
    back.get_by_role("button", name="Withdraw this consent").click()
    expect(nurse.page.locator("li.dose", has_text="MMR").get_by_text("withdrawn")).to_be_visible()
    expect(nurse.page.locator("li.dose", has_text="Tdap").get_by_text("given")).to_be_visible()
    nurse.start_dose(child, "W028843")
    nurse.sees("Parent Petersen withdrew the consent.")
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    assert told(school, child, ConsentWithdrawn).cvx == ("03",)


def test_a_refusal_by_voice_names_listener_and_time(nurse: Nurse, school: School) -> None:
    """WEB-R225: as a consent by voice does; a student under age may say no too, and it stops the dose."""
    child = school.child("Ifrah")
    begins_a_word(nurse, child, "Refused", "Tdap", child.full_name)
    nurse.page.get_by_label("In what standing").select_option("student")
    nurse.page.get_by_label("Said by voice").check()
    listener = nurse.page.get_by_label("Who listened")
    expect(listener).to_have_value(NURSE)
    listener.fill("")
    nurse.press("Sign and keep")
    nurse.sees("Fill this in.")
    listener.fill("Ben Carlson")
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.start_dose(child, "U7421AC")
    nurse.sees("Do not give")
    nurse.waits_for_delivery(1)
    no = told(school, child, ConsentRefused)
    assert (no.standing, no.listener, no.on) == ("student", "Ben Carlson", school.today.isoformat())
    assert no.called_at is not None


def test_a_relationship_is_no_name(nurse: Nurse, school: School) -> None:
    """WEB-R580: refused in the field that asks for the name, where a consent is given and where it is taken back."""
    child = school.child(NO_CONSENT)
    begins_a_word(nurse, child, "On paper", "Tdap", "Mother")
    nurse.press("Sign and keep")
    nurse.sees("In “Who says so” write that person's own first and last name")
    nurse.page.get_by_label("Who says so").fill("Yer Lo")
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_text("On paper · Yer Lo").click()
    back = nurse.page.locator("details[open]")
    back.get_by_label("Who takes it back").fill(f"mother of {child.full_name.split()[0]}")
    back.get_by_role("button", name="Withdraw this consent").click()
    nurse.sees("In “Who takes it back” write that person's own first and last name")
    expect(nurse.page.locator("li.dose", has_text="Tdap").get_by_text("given")).to_be_visible()


def parents_disagree(nurse: Nurse, school: School, child: Child) -> Locator:
    """The consent of a child whose parents say yes and no; the row of the vaccine."""
    word = ConsentRefused(cvx=("115",), signer="Kia Yang", standing="parent", on="2026-11-02")
    school.tell(child.stream, word)
    nurse.go(f"child/{child.id}/consent")
    row = nurse.page.locator("li.dose", has_text="Tdap")
    expect(row.get_by_text("parents disagree")).to_be_visible()
    return row


def test_a_refusal_recorded_by_mistake_is_set_aside_and_counted_again(
    phone: BrowserContext, nurse: Nurse, school: School
) -> None:
    """WEB-R581, PROJ-R252: offline, with a reason; the entry stays where it can be seen."""
    child = school.child("Gus")
    row = parents_disagree(nurse, school, child)
    phone.set_offline(True)
    mistakes = nurse.page.get_by_role("region", name="Something was recorded by mistake")
    mistakes.get_by_text("No · Kia Yang").click()
    entry = mistakes.locator("details[open]")
    entry.get_by_role("button", name="Set this entry aside").click()
    expect(entry.get_by_text("Fill this in.")).to_be_visible()
    entry.get_by_label("What was wrong").fill("the paper of another child")
    entry.get_by_role("button", name="Set this entry aside").click()
    expect(row.get_by_text("given")).to_be_visible()
    expect(mistakes.get_by_text("set aside: the paper of another child")).to_be_visible()
    entry.get_by_label("What was wrong").fill("it was hers after all")
    entry.get_by_role("button", name="Count this entry again").click()
    expect(row.get_by_text("parents disagree")).to_be_visible()
    phone.set_offline(False)
    nurse.waits_for_delivery(2)


def test_whom_a_court_left_without_a_say_stops_no_dose(phone: BrowserContext, nurse: Nurse, school: School) -> None:
    """WEB-R581, PROJ-R253: with day and document, and a reason at each dose; given back, the no counts again."""
    child = school.child("Gus")
    row = parents_disagree(nurse, school, child)
    phone.set_offline(True)
    court = nurse.page.get_by_role("region", name="A court left somebody without a say")
    court.get_by_text("Write down the court's order").click()
    court.get_by_label("Who has no say").select_option("Kia Yang")
    court.get_by_label("From which day").fill("2026-11-03")
    court.get_by_role("button", name="Sign: no say from that day").click()
    expect(court.get_by_text("Fill this in.")).to_be_visible()
    court.get_by_label("What shows it").fill("27-FA-26-1234, order of November 3, seen by N. Berg")
    court.get_by_role("button", name="Sign: no say from that day").click()
    expect(row.locator(".pill", has_text="given")).to_be_visible()
    expect(court.get_by_label("What shows it")).to_have_value("")
    nurse.start_dose(child, "U7421AC")
    nurse.sees("Kia Yang said no, and by the court order on record has no say: say that you saw the order.")
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)
    nurse.go(f"child/{child.id}/consent")
    court.get_by_text("Kia Yang: no say from November 3, 2026").click()
    court.get_by_label("Why").fill("order of November 20")
    court.get_by_role("button", name="Sign: has a say again").click()
    expect(row.get_by_text("parents disagree")).to_be_visible()
    phone.set_offline(False)
    nurse.waits_for_delivery(2)


def test_what_the_district_set_aside_lets_no_dose_through(phone: BrowserContext, nurse: Nurse, school: School) -> None:
    """WEB-R341, PROJ-R262: an order and a correction of whoever may not write them stop what they can, and say so."""
    child = school.child("Hazel")
    row = parents_disagree(nurse, school, child)
    with may_only_read(nurse):
        court = nurse.page.get_by_role("region", name="A court left somebody without a say")
        court.get_by_text("Write down the court's order").click()
        court.get_by_label("Who has no say").select_option("somebody else")
        court.get_by_label("The name as that person signs").fill("father")
        court.get_by_label("From which day").fill("2026-11-03")
        court.get_by_label("What shows it").fill("27-FA-26-1234, order of November 3, seen by N. Berg")
        court.get_by_role("button", name="Sign: no say from that day").click()
        expect(court.get_by_text("That is a relationship, not a name.")).to_be_visible()
        court.get_by_label("Who has no say").select_option("Kia Yang")
        court.get_by_role("button", name="Sign: no say from that day").click()
        nurse.go("outbox")
        expect(nurse.page.locator("li.dose").first).to_contain_text("Set aside by the district")
        nurse.go(f"child/{child.id}/consent")
        expect(row.get_by_text("parents disagree")).to_be_visible()
        court.get_by_text("Kia Yang: no say from November 3, 2026").click()
        expect(court.get_by_text("it can stop a dose on this phone and lets none through")).to_be_visible()
        mistakes = nurse.page.get_by_role("region", name="Something was recorded by mistake")
        mistakes.get_by_text("Yes ·").first.click()
        entry = mistakes.locator("details[open]")
        entry.get_by_label("What was wrong").fill("the paper of another child")
        entry.get_by_role("button", name="Set this entry aside").click()
        expect(row.get_by_text("no consent on this phone")).to_be_visible()
        nurse.go("outbox")
        expect(nurse.page.locator("li.dose", has_text="Set aside by the district")).to_have_count(2)
        nurse.go(f"child/{child.id}/consent")
        expect(row.get_by_text("no consent on this phone")).to_be_visible()


def test_a_grandmothers_no_is_told_and_stops_no_dose_a_parent_allowed(nurse: Nurse, school: School) -> None:
    """WEB-R583, PROJ-R257: the form says so, the screen names her, and the dose keeps a reason."""
    child = school.child("Cade")
    begins_a_word(nurse, child, "Refused", "Tdap", "Bao Lee")
    nurse.page.get_by_label("In what standing").select_option("other")
    nurse.sees("This no is shown before a dose. It stops none that a parent or guardian allowed.")
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.go(f"child/{child.id}/consent")
    row = nurse.page.locator("li.dose", has_text="Tdap")
    expect(row.locator(".pill", has_text="given")).to_be_visible()
    expect(row.get_by_text("Bao Lee said no, and nothing on record gives them a say")).to_be_visible()
    nurse.start_dose(child, "U7421AC")
    nurse.sees("Bao Lee said no, and nothing on record gives them a say for this student.")
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)
    nurse.page.get_by_label("Reason to give it all the same").fill("asked the mother by telephone")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.waits_for_delivery(2)
    dose = told(school, child, DoseAdministered)
    assert any("Bao Lee said no" in line and "asked the mother" in line for line in dose.warnings_overridden)


def test_nobody_is_the_witness_of_their_own_word(nurse: Nurse, school: School) -> None:
    """WEB-R583, PROJ-R255: who consents by voice is not who listened, however the name is written."""
    child = school.child(NO_CONSENT)
    begins_a_word(nurse, child, "By voice", "Tdap", "Mai Xiong")
    nurse.page.get_by_label("Who listened").fill("mai  XIONG")
    nurse.press("Sign and keep")
    nurse.sees("Who consents cannot be who listened")
    nurse.page.get_by_label("Who listened").fill(NURSE)
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)

"""What stands against a dose: said before the needle, recorded when it came too late."""

import re
from datetime import timedelta
from typing import TypeVar

from playwright.sync_api import BrowserContext, expect

from events.catalog import Payload
from events.catalog.consents import (
    ConsentGiven,
    ConsentRefused,
    ConsentWithdrawn,
    PacketGiven,
    ScreeningAnswered,
    ScreeningDecided,
)
from events.catalog.doses import DoseAdministered, DoseCorrected, DoseNotGiven, DoseVerified, DoseVoided
from events.catalog.incidents import IncidentClosed, IncidentOpened
from events.catalog.stock import StockHeld, StockLoaded
from events.catalog.students import AllergyRecorded, ContraindicationLifted, ContraindicationRecorded
from events.ids import stream_of
from tests.browser.codes import read_code
from tests.browser.nurse import Nurse
from tests.browser.school import ALLERGIC, COLLEAGUE, CONTESTED, NO_CONSENT, NOT_SCREENED, NURSE, Child, School

Kind = TypeVar("Kind", bound=Payload)
ABOVE_THE_FOOT = """() => {
    const foot = document.querySelector(".foot").getBoundingClientRect().top;
    const told = [...document.querySelectorAll(".content .notice, .content button")];
    return told.length > 1 && told.every((one) => one.getBoundingClientRect().bottom <= foot);
}"""
"""All that is said and offered after a dose stands above what is fixed at the thumb."""
QUESTIONS = [
    "Ill today",
    "severe allergy",
    "After an earlier vaccine",
    "Weak immune system",
    "Pregnant, or could be? (ask in private)",
    "Blood, plasma or immune globulin",
    "in the last 4 weeks",
]


def told(school: School, child: Child, kind: type[Kind]) -> Kind:
    """The latest fact of a kind that the nurse wrote about a child."""
    return [fact.payload for fact in school.from_phones(child) if isinstance(fact.payload, kind)][-1]


def test_what_forbids_a_dose_stops_it(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R50: no consent, parents who disagree, anaphylaxis, an expired, recalled or warm lot, no order: no dose."""
    gym, later = stream_of("clinic", school.clinic), (school.today + timedelta(days=90)).isoformat()
    for cvx, lot in (("115", "WARM1"), ("163", "NOORDER")):
        box = StockLoaded(container="Cooler 2", cvx=cvx, mvx="PMC", lot=lot, expires_on=later, doses=4, funding="vfc")
        school.tell(gym, box)
    school.tell(gym, StockHeld(lots=("WARM1",), why="excursion"))
    nurse.go("stock")
    nurse.page.locator("li.dose", has_text="NOORDER").wait_for()
    phone.set_offline(True)
    for given, lot, words in (
        (NO_CONSENT, "U7421AC", "There is no consent for this vaccine."),
        (CONTESTED, "U7421AC", "Other Parent says no, somebody else yes."),
        (ALLERGIC, "W028843", "Anaphylaxis to gelatin, which this vaccine holds."),
        ("Ada", "OLD99", "This lot expired on"),
        ("Ada", "RECALL7", "This lot must not be used: recalled."),
        ("Ada", "WARM1", "This lot must not be used: it was too warm or too cold."),
        ("Ada", "NOORDER", "No standing order covers this vaccine today."),
    ):
        nurse.start_dose(school.child(given), lot)
        nurse.sees("Do not give")
        nurse.sees(words)
        expect(nurse.page.get_by_role("button", name="Record", exact=True)).to_have_count(0)
    nurse.press("Not given")
    nurse.sees_title("Not given")
    assert nurse.states() == []


def test_an_allergy_stops_only_the_vaccines_that_hold_it(nurse: Nurse, school: School) -> None:
    """WEB-R50: gelatin forbids MMR and varicella, not Tdap."""
    nurse.start_dose(school.child(ALLERGIC), "U7421AC")
    expect(nurse.page.get_by_role("button", name="Record", exact=True)).to_be_visible()
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)


def test_an_allergy_written_down_stops_the_next_dose(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R77: written down offline it acts at once; lifted with a reason it stops acting."""
    child = school.child("Tomás")
    phone.set_offline(True)
    nurse.open_child(child)
    nurse.page.get_by_role("button", name="Allergies, contraindications").click()
    nurse.press("Sign and keep")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("To what").fill("yeast")
    nurse.page.get_by_label("It was anaphylaxis").check()
    nurse.press("Sign and keep")
    nurse.sees("Anaphylaxis:")
    nurse.start_dose(child, "Y011562")
    nurse.sees("Anaphylaxis to yeast, which this vaccine holds.")
    nurse.start_dose(child, "W028843")
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)

    nurse.go(f"child/{child.id}/alerts")
    nurse.page.get_by_label("Contraindication", exact=True).check()
    nurse.page.get_by_label("Reason", exact=True).fill("encephalopathy after DTaP")
    vaccines = nurse.page.get_by_role("group", name="Which vaccines")
    vaccines.get_by_label("Tdap").check()
    expect(vaccines.get_by_label("HPV").first).to_be_visible()  # WEB-R465: not offered here
    nurse.press("Sign and keep")
    nurse.sees("Contraindication:")
    nurse.start_dose(child, "U7421AC")
    nurse.sees("Contraindicated: encephalopathy after DTaP.")
    nurse.go(f"child/{child.id}/alerts")
    nurse.page.get_by_text("It no longer stands").first.click()
    nurse.page.get_by_label("Why it no longer stands").first.fill("it was another child's card")
    nurse.press("Lift it")
    expect(nurse.page.get_by_text("Anaphylaxis:")).to_have_count(0)
    nurse.start_dose(child, "Y011562")
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)
    phone.set_offline(False)
    nurse.waits_for_delivery(3)
    kinds = [type(fact.payload) for fact in school.from_phones(child)]
    assert kinds == [AllergyRecorded, ContraindicationRecorded, ContraindicationLifted]


def test_a_second_person_compares_an_entry_with_its_paper(nurse: Nurse, school: School) -> None:
    """WEB-R78: who copied a dose does not verify it; a difference asks for words."""
    child = school.child("Ifrah")
    nurse.record_paper(child, "MMR", "2015-08")
    nurse.press("Done")
    nurse.open_child(child)
    nurse.correct("MMR")
    nurse.sees("Somebody else must compare it with the paper.")
    nurse.open_child(child)
    nurse.correct("Varicella")
    nurse.press("It does not agree")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Note").fill("the paper says 2015")
    nurse.press("It does not agree")
    nurse.sees("the paper says 2015")
    nurse.waits_for_delivery(2)
    assert told(school, child, DoseVerified).agrees is False


def test_a_packet_handed_to_a_minor_does_not_count(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R80: recipient, language, channel and day are kept; only an adult's packet is shown as given."""
    child = school.child("Hazel")
    phone.set_offline(True)
    nurse.open_child(child)
    for minor in (True, False):
        nurse.page.get_by_role("button", name=re.compile("Family packet")).click()
        nurse.page.get_by_label("Spanish").check()
        nurse.page.get_by_label("It was handed to the child").set_checked(minor)
        nurse.press("Sign and keep")
        nurse.sees_title(child.full_name)
        nurse.sees("not recorded" if minor else f"given {school.today:%B}")
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    first, second = [fact.payload for fact in school.from_phones(child)]
    assert isinstance(first, PacketGiven)
    assert isinstance(second, PacketGiven)
    assert (first.to_minor, second.to_minor, second.language, second.channel) == (True, False, "es", "hand")
    assert second.recipient == f"Parent {child.family}"


def test_a_child_leaves_with_what_was_given_and_what_comes_next(nurse: Nurse, school: School) -> None:
    """WEB-R79: doses of today with their lots, the first day of each next dose, a number to call.

    WEB-R104, WEB-R645: in words and as a code that another reader reads, in either language.
    """
    child = school.child("Mohamed")
    nurse.record_dose(child, "W028843")
    nurse.open_child(child)
    nurse.page.get_by_role("button", name="For the family").click()
    nurse.sees("lot W028843")
    tomorrow, later = school.today + timedelta(days=1), school.today + timedelta(days=28)
    nurse.sees(f"MMR: from {later:%B} {later.day}, {later.year}")
    nurse.sees(f"Varicella: from {later:%B} {later.day}, {later.year}")
    nurse.sees(f"Hepatitis B, child: from {tomorrow:%B} {tomorrow.day}, {tomorrow.year}")
    nurse.sees("Aspen Middle School")
    expect(nurse.page.get_by_role("link", name="218-555-0100")).to_be_visible()
    said = read_code(nurse.page.get_by_role("img", name="As a code")).split("\n")
    assert said == [
        f"{child.full_name} · {child.born}",
        f"{school.today} MMR · lot W028843",
        *(line for line in said[2:-1] if re.search(r": from \d{4}-\d\d-\d\d$", line)),
        "Questions? Call Aspen Middle School 218-555-0100",
    ]
    assert f"MMR: from {later}" in said
    nurse.press("Español")
    nurse.sees("¿Preguntas? Llame a")
    assert read_code(nurse.page.locator("svg.code")).split("\n")[-1] == said[-1].replace(
        "Questions? Call", "¿Preguntas? Llame a"
    )
    nurse.press("English")
    nurse.sees("Questions? Call")
    nurse.page.evaluate("window.print = () => { window.isPrinted = true; }")
    nurse.press("Print")
    nurse.page.wait_for_function("() => window.isPrinted")
    nurse.page.emulate_media(media="print")
    for unprinted in (".foot", "nav", ".syncbar"):
        expect(nurse.page.locator(unprinted)).to_be_hidden()
    expect(nurse.page.get_by_text("lot W028843")).to_be_visible()


def test_the_child_at_a_glance_says_what_must_wait_and_until_when(nurse: Nurse, school: School) -> None:
    """WEB-R222: what is due but would not count today stands at the top with its first day; what counts does not."""
    child = school.child("Soren")
    nurse.open_child(child)
    glance = nurse.page.locator("p.glance")
    expect(glance).to_contain_text(["Due"])
    expect(glance.filter(has_text="not yet")).to_have_count(0)
    nurse.record_dose(child, "W028843")
    nurse.open_child(child)
    later = school.today + timedelta(days=28)
    waits = f"MMR: from {later:%B} {later.day}, {later.year}"
    expect(glance.filter(has_text="Due, but not yet")).to_contain_text(waits)
    nurse.go("settings")
    nurse.page.get_by_label("Español").check()
    nurse.open_child(child)
    expect(glance.filter(has_text="Falta, pero todavía no")).to_contain_text("desde el")


def test_a_dose_already_given_is_recorded_with_an_incident(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R51: it happened, so it is recorded; the incident names what must be done and stays on the child's screen."""
    child = school.child(ALLERGIC)
    phone.set_offline(True)
    nurse.start_dose(child, "W028843")
    nurse.press("It was already given")
    nurse.press("Record what was given")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("How it came about").fill("the allergy card was read too late")
    nurse.press("Record what was given")
    nurse.sees("An incident is open.")
    nurse.open_child(child)
    nurse.sees("Watch for 30 minutes with epinephrine at hand; call the prescriber now.")
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    dose, incident = school.from_phones(child)
    assert isinstance(dose.payload, DoseAdministered)
    assert isinstance(incident.payload, IncidentOpened)
    assert incident.payload.dose == dose.header.id
    assert incident.payload.reason == "the allergy card was read too late"
    assert any("gelatin" in words for words in dose.payload.warnings_overridden)

    nurse.open_child(child)
    nurse.press("Close the incident")
    nurse.press("Close the incident")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("How it ended").fill("watched 30 minutes, well; parent and prescriber told")
    nurse.press("Close the incident")
    nurse.sees_title(child.full_name)
    expect(nurse.page.get_by_text("Incident: still to do")).to_have_count(0)
    nurse.waits_for_delivery(3)
    assert told(school, child, IncidentClosed).event == incident.header.id


def test_what_speaks_against_a_dose_asks_for_a_reason(nurse: Nurse, school: School) -> None:
    """WEB-R52: a vaccine the law does not ask for is recorded only with a reason, and the reason is in the dose."""
    child = school.child("Bea")
    nurse.start_dose(child, "U7421AC")
    nurse.sees("The screening questions were not asked today.")
    nurse.press("Record")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Reason to give it all the same").fill("asked on paper, nothing positive")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.waits_for_delivery(1)
    overridden = told(school, child, DoseAdministered).warnings_overridden
    assert overridden == ("The screening questions were not asked today. asked on paper, nothing positive",)


def test_a_yes_in_the_screening_holds_up_what_it_touches(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R55: weak defences stop live vaccines until a nurse decides, with a reason; others are not touched."""
    child = school.child(NOT_SCREENED)
    phone.set_offline(True)
    nurse.open_child(child)
    nurse.page.get_by_role("button", name=re.compile("Screening")).click()
    expect(nurse.page.locator(".panel .check")).to_contain_text(QUESTIONS)
    nurse.page.get_by_label(re.compile("Weak immune system")).check()
    nurse.press("Save (1 yes)")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Who answered").fill("Her mother")
    nurse.press("Save (1 yes)")
    nurse.sees_title("Screening")
    nurse.sees("Decide")

    nurse.start_dose(child, "W028843")
    nurse.sees("A nurse must decide first: weak defences or daily aspirin.")
    nurse.go(f"child/{child.id}/screening")
    nurse.press("Sign the decision")
    nurse.sees("Fill this in.")
    nurse.page.get_by_role("group", name="Varicella").get_by_label("May be given").check()
    nurse.page.get_by_label("Reason for the decision").fill("inhaled steroid only")
    nurse.press("Sign the decision")
    nurse.sees("inhaled steroid only")
    nurse.start_dose(child, "W028843")
    nurse.sees("Decided not to give today: weak defences or daily aspirin.")
    nurse.start_dose(child, "X019002")
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)

    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    answered, decided = told(school, child, ScreeningAnswered), told(school, child, ScreeningDecided)
    assert (answered.positive, answered.clinic) == (("immune_status",), school.clinic)
    assert (decided.allowed, decided.blocked) == (("21",), ("03",))


def test_no_to_all_is_one_tap_once_it_is_said_who_answered(nurse: Nurse, school: School) -> None:
    """WEB-R55, WEB-R646: one tap for who is on record, one for no to all; a minor is not taken for who spoke."""
    child = school.child("Kou")
    nurse.go(f"child/{child.id}/screening")
    nurse.press("Ask again")
    nurse.press("No to all")
    nurse.sees("Fill this in.")
    nurse.press(f"{child.full_name} answered")
    nurse.press("No to all")
    nurse.sees_title(child.full_name)
    nurse.sees("nothing against a dose")
    nurse.go(f"child/{child.id}/screening")
    nurse.press("Ask again")
    nurse.press(f"Parent {child.family} answered")
    expect(nurse.page.get_by_label("Who answered")).to_have_value(f"Parent {child.family}")
    nurse.press("No to all")
    nurse.sees_title(child.full_name)
    nurse.waits_for_delivery(2)
    answered = told(school, child, ScreeningAnswered)
    assert (answered.answered_by, answered.positive) == (f"Parent {child.family}", ())


def test_consent_by_voice_names_caller_and_listener(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R59: recorded offline, it opens the way for the vaccines it names; refused and withdrawn, it closes it."""
    child = school.child(NO_CONSENT)
    phone.set_offline(True)
    nurse.start_dose(child, "U7421AC")
    nurse.press("Record a consent")
    nurse.page.get_by_label("By voice").check()
    nurse.press("Sign and keep")
    nurse.sees("Fill this in.")
    nurse.page.get_by_role("group", name="For which vaccines").get_by_label("Tdap").check()
    nurse.page.get_by_label("Who says so").fill("Mai Xiong")
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.start_dose(child, "U7421AC")
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)

    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_text("By voice · Mai Xiong").click()
    nurse.page.get_by_label("Who takes it back").fill("Mai Xiong")
    nurse.press("Withdraw this consent")
    nurse.start_dose(child, "U7421AC")
    nurse.sees("Mai Xiong withdrew the consent.")
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    given = told(school, child, ConsentGiven)
    assert (given.form, given.cvx, given.signer, given.listener) == ("verbal", ("115",), "Mai Xiong", NURSE)
    assert given.called_at is not None
    assert told(school, child, ConsentWithdrawn).by == "Mai Xiong"


def test_a_refusal_stops_the_vaccine(nurse: Nurse, school: School) -> None:
    """WEB-R59."""
    child = school.child("Lía")
    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_label("Refused").check()
    nurse.page.get_by_role("group", name="For which vaccines").get_by_label("MMR").check()
    nurse.page.get_by_label("Who says so").fill(f"Parent {child.family}")
    nurse.press("Sign and keep")
    nurse.sees("MMR: refused")
    nurse.start_dose(child, "W028843")
    nurse.sees(f"Parent {child.family} refused this vaccine.")
    nurse.waits_for_delivery(1)
    assert told(school, child, ConsentRefused).cvx == ("03",)


def test_not_given_says_why(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R53: which vaccines were not given, and why; a contraindication asks for words."""
    child = school.child("Elise")
    phone.set_offline(True)
    nurse.open_child(child)
    nurse.press("Not given")
    nurse.press("Record")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("contraindicated").check()
    nurse.press("Record")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("unwell").check()
    nurse.page.get_by_label("Note").fill("fever, 39 °C")
    nurse.press("Record")
    nurse.sees_title(child.full_name)
    nurse.sees("fever, 39 °C")
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    fact = told(school, child, DoseNotGiven)
    assert (fact.reason, fact.on, fact.clinic) == ("unwell", school.today.isoformat(), school.clinic)
    assert "115" in fact.cvx


def test_a_lot_typed_by_hand_and_another_giver(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R58: validated, warned of, kept; who gave it stands apart from who typed it."""
    child = school.child("Maya")
    phone.set_offline(True)
    nurse.start_dose(child, "Another lot")
    nurse.page.get_by_label("Vaccine", exact=True).select_option("115")
    nurse.page.get_by_label("Lot number").fill("?")
    nurse.press("Record")
    nurse.sees("A lot number has letters and digits")
    nurse.page.get_by_label("Lot number").fill("c5555aa")
    nurse.page.get_by_label("Expires").fill("2027-10-31")
    nurse.page.get_by_label("Maker").select_option("SKB")
    nurse.sees("Lot C5555AA is on no stock list of this phone.")
    nurse.page.get_by_label("Reason to give it all the same").fill("borrowed from the next room")
    nurse.page.get_by_label("Right upper arm").check()
    nurse.open_details()
    nurse.page.get_by_label("Given by").select_option(label=f"{COLLEAGUE}, LPN")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    dose = told(school, child, DoseAdministered)
    assert (dose.cvx, dose.lot, dose.mvx, dose.expires_on) == ("115", "C5555AA", "SKB", "2027-10-31")
    assert (dose.site, dose.route) == ("right_deltoid", "IM")
    assert (dose.giver.name, dose.giver.title, dose.giver.staff) == (COLLEAGUE, "LPN", school.colleague)
    assert dose.scribe == NURSE


def test_the_usual_dose_takes_three_taps(nurse: Nurse, school: School) -> None:
    """WEB-R71: after identity, screening and consent: give, lot, record. Order and consent are named in it."""
    child = school.child("Owen")
    nurse.open_child(child)
    nurse.page.evaluate("window.taps = 0; addEventListener('pointerdown', () => { window.taps += 1; }, true);")
    nurse.press("Record a dose")
    nurse.page.get_by_label(re.compile("U7421AC")).check()
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    assert nurse.page.evaluate("window.taps") == 3
    nurse.waits_for_delivery(1)
    dose = told(school, child, DoseAdministered)
    assert dose.order is not None
    assert dose.consent is not None
    assert dose.warnings_overridden == ()


def test_after_a_dose_what_must_be_done_is_in_sight_and_the_next_takes_three_taps(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R640: how long to watch and the slip are seen without scrolling; a paper's dose marks no slip."""
    child = school.child("Owen")
    before = len(school.doses_given(child))
    phone.set_offline(True)
    nurse.record_dose(child)
    nurse.sees("born December 1, 2013")
    nurse.sees("Watch for 15 minutes")
    nurse.page.wait_for_function(ABOVE_THE_FOOT)
    nurse.page.evaluate("window.taps = 0; addEventListener('pointerdown', () => { window.taps += 1; }, true);")
    nurse.press("Another dose")
    expect(nurse.page.get_by_label(re.compile("U7421AC"))).not_to_be_checked()
    nurse.page.get_by_label(re.compile("X019002")).check()
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    assert nurse.page.evaluate("window.taps") == 3
    nurse.record_paper(child, "IPV", "5/2015")
    expect(nurse.page.get_by_text("Now mark the slip")).to_have_count(0)
    expect(nurse.page.get_by_text("Watch for 15 minutes")).to_have_count(0)
    nurse.press("Another dose")
    expect(nurse.page.get_by_label("Date as written")).to_have_value("")
    phone.set_offline(False)
    nurse.waits_for_delivery(3)
    assert len(school.doses_given(child)) == before + 2


def test_undo_within_the_visit_is_one_tap(nurse: Nurse, school: School) -> None:
    """WEB-R54: the dose stays on the record, crossed out; a dose of another day asks for a reason first."""
    child = school.child("Wren")
    nurse.record_dose(child)
    nurse.open_child(child)
    nurse.correct("Tdap")
    nurse.press("Undo")
    expect(nurse.page.locator("li.void")).to_contain_text("undone within the visit")

    nurse.correct("MMR")
    nurse.press("It never happened")
    nurse.sees("Write the reason above first.")
    nurse.page.get_by_label("Reason").fill("the paper was her sister's")
    nurse.press("It never happened")
    expect(nurse.page.locator("li.void")).to_have_count(2)
    nurse.waits_for_delivery(3)
    assert told(school, child, DoseVoided).reason == "the paper was her sister's"


def test_a_dose_left_unfinished_is_not_taken_up_on_another_day(nurse: Nurse, school: School) -> None:
    """WEB-R230: the next morning the form is empty, the day is today's and the questions are open again."""
    child = school.child("Cade")
    nurse.start_dose(child, "U7421AC")
    nurse.page.get_by_label("Reason to give it all the same").fill("asked on the phone")
    for deed, label, typed in (("consent", "Who says so", "Rosa"), ("packet", "To whom", "Rosa")):
        nurse.go(f"child/{child.id}/{deed}")
        if deed == "consent":
            nurse.page.get_by_label("On paper").check()
        nurse.page.get_by_label(label).fill(typed)
    nurse.page.clock.install()
    nurse.go("roster")
    nurse.page.clock.fast_forward("30:00:00")
    nurse.unlock()
    nurse.open_child(child)
    nurse.press("Record a dose")
    lots = nurse.page.get_by_role("group", name="Vaccine and lot").get_by_role("radio")
    expect(lots.nth(2)).to_be_visible()
    expect(nurse.page.locator("input:checked[value*=U7421AC]")).to_have_count(0)
    nurse.choose_lot("U7421AC")
    nurse.sees("The screening questions were not asked today.")
    nurse.open_details()
    today = nurse.page.evaluate("new Intl.DateTimeFormat('sv', { timeZone: 'America/Chicago' }).format(new Date())")
    expect(nurse.page.get_by_label("Given on")).to_have_value(today)
    expect(nurse.page.get_by_label("Reason to give it all the same")).to_have_value("")
    nurse.go(f"child/{child.id}/packet")
    expect(nurse.page.get_by_label("To whom")).to_have_value(f"Parent {child.family}")
    expect(nurse.page.get_by_label("Given on")).to_have_value(today)
    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_label("On paper").check()
    expect(nurse.page.get_by_label("Who says so")).to_have_value("")
    expect(nurse.page.get_by_label("Signed on")).to_have_value(today)


def test_already_given_is_said_of_one_dose_and_not_kept(nurse: Nurse, school: School) -> None:
    """WEB-R230: who looks at the form again later sees the stop again."""
    child = school.child("Zoë")
    nurse.start_dose(child, "RECALL7")
    nurse.press("It was already given")
    nurse.page.get_by_label("How it came about").fill("taken from the wrong box")
    nurse.page.get_by_role("button", name="Back").click()
    nurse.open_child(child)
    nurse.press("Record a dose")
    nurse.sees("Do not give")
    expect(nurse.page.get_by_role("button", name="Record what was given")).to_have_count(0)
    nurse.press("It was already given")
    expect(nurse.page.get_by_label("How it came about")).to_have_value("taken from the wrong box")


def test_a_dose_goes_by_its_standing_order(nurse: Nurse, school: School) -> None:
    """WEB-R234: another route or dose is stopped as nobody's order; another place on the body asks for a reason."""
    child = school.child("Soren")
    nurse.start_dose(child, "U7421AC")
    nurse.open_details()
    nurse.page.get_by_label("By mouth").check()
    nurse.page.get_by_label("Volume").fill("3")
    nurse.sees("The standing order is for another route: Into muscle (IM), not By mouth.")
    nurse.sees("The standing order is for 0.5 mL, not 3 mL.")
    expect(nurse.page.get_by_role("button", name="Record", exact=True)).to_have_count(0)
    nurse.page.get_by_label("Into muscle (IM)").check()
    nurse.page.get_by_label("Volume").fill("0,5")
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)
    nurse.page.get_by_label("Left thigh").check()
    nurse.sees("The standing order names another place on the body: left upper arm, right upper arm.")
    nurse.page.get_by_label("Reason to give it all the same").fill("both arms in plaster")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.waits_for_delivery(1)
    dose = told(school, child, DoseAdministered)
    assert (dose.site, dose.route, dose.dose_ml) == ("left_thigh", "IM", 0.5)
    assert any("both arms in plaster" in words for words in dose.warnings_overridden)


def test_of_a_walk_in_nothing_is_known(phone: BrowserContext, nurse: Nurse) -> None:
    """WEB-R235: said on the child's screen and before a dose, until a paper record is entered."""
    phone.set_offline(True)
    nurse.go("register")
    for label, typed in (("Given name", "Jonas"), ("Family name", "Weber"), ("Birth date", "2014-03-23")):
        nurse.page.get_by_label(label).fill(typed)
    nurse.press("Register")
    nurse.sees_title("Jonas Weber")
    nurse.sees("This child's history is not on this phone: only this clinic knows the child.")
    place = nurse.page.url.partition("#/")[2]
    nurse.press("Record a dose")
    nurse.choose_lot("U7421AC")
    nurse.sees("This child's history is not on this phone")
    nurse.sees("Nothing is known of what this child was given before.")
    nurse.go(f"{place}/paper")
    nurse.page.get_by_label("MMR", exact=True).check()
    nurse.page.get_by_label("Date as written").fill("2015-04")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.go(place)
    nurse.sees_title("Jonas Weber")
    expect(nurse.page.get_by_text("This child's history is not on this phone")).to_have_count(0)


def test_a_correction_changes_what_was_given_and_how(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R236: a lot in stock brings its vaccine; route, site and volume too; only what differs is in the event."""
    child = school.child("Gus")
    nurse.record_dose(child)
    nurse.open_child(child)
    phone.set_offline(True)
    nurse.correct("Tdap")
    page = nurse.page
    page.get_by_label("Lot number").fill("w0288")
    nurse.press("Record")
    nurse.sees("Write the day on the label.")
    page.get_by_label("Lot number").fill("w028843")
    expect(page.get_by_label("Vaccine", exact=True)).to_have_value("03")
    expect(page.get_by_label("Maker")).to_have_value("MSD")
    nurse.sees("The standing order is for another route: Under the skin (SC), not Into muscle (IM).")
    page.get_by_label("Route").select_option("SC")
    expect(page.get_by_text("Given in spite of this")).to_have_count(0)
    page.get_by_label("Where on the body").select_option("right_deltoid")
    page.get_by_label("Volume").fill("9")
    nurse.press("Record")
    nurse.sees("Between 0.1 and 5 mL.")
    page.get_by_label("Volume").fill("0.5")
    page.get_by_label("Reason").fill("the wrong vial was tapped")
    nurse.press("Record")
    nurse.sees_title(child.full_name)
    expect(page.locator("li.dose", has_text="W028843")).to_contain_text("MMR")
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    correction = told(school, child, DoseCorrected)
    assert (correction.cvx, correction.mvx, correction.lot) == ("03", "MSD", "W028843")
    assert (correction.site, correction.route, correction.dose_ml) == ("right_deltoid", "SC", None)
    assert correction.given_on is None


def test_a_lot_that_is_corrected_to_a_recalled_one_opens_an_incident(nurse: Nurse, school: School) -> None:
    """WEB-R236: said before it is kept; the follow-up stands on the child's screen."""
    child = school.child("Núria")
    school.tell(stream_of("clinic", school.clinic), StockHeld(lots=("BAD77",), why="recall"))
    school.tell(
        stream_of("clinic", school.clinic),
        StockLoaded(
            container="Cooler 1", cvx="115", mvx="PMC", lot="NEXT1", expires_on="2027-06-30", doses=1, funding="vfc"
        ),
    )
    nurse.record_dose(child)
    nurse.go("stock")
    nurse.sees("NEXT1")
    nurse.open_child(child)
    nurse.correct("Tdap")
    nurse.page.get_by_label("Lot number").fill("bad77")
    nurse.page.get_by_label("Expires").fill("2027-06-30")
    nurse.sees("Given in spite of this")
    nurse.sees("This lot must not be used: recalled.")
    nurse.sees("Lot BAD77 is on no stock list of this phone.")
    nurse.page.get_by_label("Reason").fill("read off the vial in the box")
    nurse.press("Record")
    nurse.sees_title(child.full_name)
    nurse.sees("Ask the health office whether the dose counts; report the lot; plan a repeat dose if not.")
    nurse.waits_for_delivery(3)
    dose, correction, incident = school.from_phones(child)
    assert isinstance(correction.payload, DoseCorrected)
    assert isinstance(incident.payload, IncidentOpened)
    assert incident.payload.dose == dose.header.id
    assert incident.payload.stops == ("This lot must not be used: recalled.",)

"""What a family must have and understand before a dose: the packet, and an interpreter who is never the child."""

import re

from playwright.sync_api import BrowserContext, expect

from events.catalog.clinics import RosterAdded
from events.catalog.consents import ConsentGiven, PacketGiven, ScreeningAnswered
from events.catalog.doses import DoseAdministered
from events.catalog.event_type import PersonName
from events.catalog.policy import PolicyAdopted, RecommendedList
from events.catalog.students import Contact, ContactsRecorded, EnrollmentBegan, StudentRegistered
from events.ids import DISTRICT_STREAM, StudentId, stream_of
from tests.browser.nurse import Nurse
from tests.browser.school import NO_CONSENT, NO_PACKET, Child, School, make_id
from tests.browser.test_before_a_dose import told


def test_a_dose_without_a_packet_says_what_lacks(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R99: none, then only to a minor, then without one statement; whole, its editions stand in the dose."""
    child = school.child(NO_PACKET)
    phone.set_offline(True)
    nurse.start_dose(child, "W028843")
    nurse.sees("No family packet is recorded.")
    nurse.press("Record the packet")
    nurse.sees_title("Family packet")
    nurse.page.get_by_label("It was handed to the child").check()
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.start_dose(child, "W028843")
    nurse.sees("went only to a minor, which does not count")

    nurse.go(f"child/{child.id}/packet")
    nurse.page.get_by_text("What is in it").click()
    nurse.page.get_by_label(re.compile(r"MMR statement \(VIS\)")).uncheck()
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.start_dose(child, "W028843")
    nurse.sees("The family packet lacks: MMR statement (VIS).")
    nurse.go(f"child/{child.id}/packet")
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.start_dose(child, "W028843")
    expect(nurse.page.get_by_text("packet")).to_have_count(0)
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    phone.set_offline(False)
    nurse.waits_for_delivery(4)
    packet = told(school, child, PacketGiven)
    assert {part.kind for part in packet.parts} == {"requirements", "recommended", "vis"}
    [vis] = told(school, child, DoseAdministered).vis
    assert (vis.document, vis.given_on) == ("MMR", school.today.isoformat())
    assert vis.edition == next(part.edition for part in packet.parts if part.document == "MMR")


def test_the_recommended_list_says_whose_it_is(nurse: Nurse, school: School) -> None:
    """WEB-R150: unverified until an edition is entered with its source; that one is then asked of every packet."""
    child, today = school.child("Owen"), school.today.isoformat()
    nurse.go(f"child/{child.id}/packet")
    nurse.page.get_by_text("What is in it").click()
    nurse.sees("Unverified: check before use.")
    nurse.go("papers")
    nurse.page.get_by_label("Recommended list").check()
    expect(nurse.page.locator(".sheet")).to_contain_text("Unverified: check before use.")
    nurse.start_dose(child, "W028843")
    expect(nurse.page.get_by_text("The family packet lacks")).to_have_count(0)
    entered = RecommendedList(
        edition=today,
        document="Recommended for children and teens",
        vaccines=("influenza", "covid_19"),
        source="https://health.example/recommended",
        read_on=today,
        compared_by="Sunniva Dahl",
    )
    school.tell(DISTRICT_STREAM, PolicyAdopted(value=entered, effective_from=today, authority="health office"))
    nurse.go("papers")
    nurse.page.get_by_label("Recommended list").check()
    sheet = nurse.page.locator(".sheet")
    expect(sheet).to_contain_text("influenza, COVID-19")
    expect(sheet).to_contain_text("https://health.example/recommended")
    expect(sheet).to_contain_text("compared by Sunniva Dahl")
    expect(sheet).not_to_contain_text("Unverified")
    nurse.go(f"child/{child.id}/packet")
    nurse.page.get_by_text("What is in it").click()
    expect(nurse.page.get_by_text("Unverified")).to_have_count(0)
    nurse.page.get_by_label(re.compile("requirements and exemptions")).uncheck()
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.waits_for_delivery(1)
    [part] = [part for part in told(school, child, PacketGiven).parts if part.kind == "recommended"]
    assert (part.document, part.edition) == ("Recommended for children and teens", today)


def test_requirements_and_exemptions_stand_on_one_printed_page(nurse: Nurse) -> None:
    """WEB-R227: in English and in Spanish, the exemptions in the size and style of the requirements (subd. 3a(a))."""
    nurse.go("papers")
    nurse.page.get_by_label("Requirements and exemptions").check()
    sheet = nurse.page.locator(".sheet")
    for language, three_c, three_d in (
        ("English", "an immunization is contraindicated", "conscientiously held beliefs"),
        ("Spanish", "una vacuna está contraindicada", "convicciones de conciencia"),
    ):
        nurse.page.get_by_role("group", name="In which language").get_by_label(language).check()
        lists = sheet.locator("ul")
        expect(lists.nth(1)).to_contain_text(three_c)
        expect(lists.nth(1)).to_contain_text(three_d)
        printed = nurse.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
        nurse.page.emulate_media(media="print")
        fonts = sheet.locator("li").evaluate_all(
            "rows => rows.map(row => { const s = getComputedStyle(row);"
            " return [s.fontSize, s.fontFamily, s.fontStyle, s.fontWeight, s.color].join(); })"
        )
        assert len(set(fonts)) == 1
        nurse.page.emulate_media(media="null")
    expect(sheet).to_have_attribute("lang", "es")


def test_the_child_never_interprets(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R103: refused with a message, by any way to write the name; an adult is kept with mode and language."""
    child = school.child(NO_CONSENT)
    phone.set_offline(True)
    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_label("By voice").check()
    nurse.page.get_by_role("group", name="For which vaccines").get_by_label("Tdap").check()
    nurse.page.get_by_label("Who says so").fill("Mai Xiong")
    nurse.page.get_by_label("Somebody interpreted").check()
    name = nurse.page.get_by_label("Interpreter's name or number")
    for typed in ("Pa Houa", "pa houa xiong", "XIONG, Pa Houa"):
        name.fill(typed)
        nurse.sees("The child may not interpret.")
    nurse.press("Sign and keep")
    nurse.sees_title("Consent")
    name.fill("Mee Xiong")
    expect(nurse.page.get_by_text("The child may not interpret.")).to_have_count(0)
    nurse.press("Sign and keep")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("by phone").check()
    nurse.page.get_by_label("Hmong").check()
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)

    nurse.go(f"child/{child.id}/screening")
    nurse.page.get_by_role("button", name="Ask again").click()
    nurse.page.get_by_label("Who answered").fill("Her father")
    nurse.page.get_by_label("Somebody interpreted").check()
    nurse.page.get_by_label("Interpreter's name or number").fill("Pa Houa Xiong")
    nurse.press("No to all")
    nurse.sees("The child may not interpret.")
    nurse.page.get_by_label("Interpreter's name or number").fill("Line 4471")
    nurse.page.get_by_label("by video").check()
    nurse.page.get_by_role("group", name="In which language").get_by_label("another").check()
    nurse.page.get_by_label("Language (code)").fill("am")
    nurse.press("No to all")
    nurse.sees_title(child.full_name)
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    consent, answers = told(school, child, ConsentGiven), told(school, child, ScreeningAnswered)
    assert consent.interpreter is not None
    assert (consent.interpreter.name, consent.interpreter.mode) == ("Mee Xiong", "telephone")
    assert consent.interpreter.language == "hmn"
    assert answers.interpreter is not None
    assert (answers.interpreter.name, answers.interpreter.mode, answers.interpreter.language) == (
        "Line 4471", "video", "am",
    )  # fmt: skip


def joins_class(school: School, given: str, born: str, contact: Contact) -> Child:
    """A child of 12B who comes on the clinic's list late."""
    child = Child(StudentId(make_id(f"12B {given}")), given, "Lo", born)
    began = EnrollmentBegan(
        facility=school.facility, kind="elementary", first_day="2026-09-01", grade="3", classroom="12B", basis="full"
    )
    named = StudentRegistered(name=PersonName(given=given, family="Lo"), birth_date=born)
    school.tell(child.stream, named, began, ContactsRecorded(contacts=(contact,)))
    school.tell(stream_of("clinic", school.clinic), RosterAdded(students=(child.id,), reason="new in school"))
    return child


def test_one_packet_goes_to_a_class_and_says_whom_it_leaves_out(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R584: to each guardian on record or student of age, each an event of its own; no minor, nobody unnamed."""
    mother = Contact(name="Yer Lo", relation="mother")
    mai = joins_class(school, "Mai", "2017-05-01", mother)
    juan = joins_class(school, "Juan", "2017-06-01", Contact(name="Ana Lo", relation="parent", language="es"))
    joins_class(school, "Teng", "2017-07-01", Contact(name="Bao Lo", relation="grandmother"))
    kong = joins_class(school, "Kong", "2007-05-01", mother)
    nurse.go("more")
    nurse.page.get_by_text("One packet for many").click()
    nurse.page.get_by_label("For whom").select_option("3 · 12B")
    phone.set_offline(True)
    nurse.sees("To 1 of 3 people")
    left = nurse.page.get_by_role("region", name="Left out: 1")
    expect(left.get_by_role("button", name=re.compile("Teng Lo"))).to_contain_text("No parent or guardian on record")
    nurse.page.get_by_label(re.compile(r"^Juan Lo .* Ana Lo \(on record: Spanish\)")).check()
    nurse.page.get_by_label(re.compile("^Kong Lo .* Kong Lo, whose own packet it is")).check()
    nurse.sees("To 3 of 3 people")
    nurse.page.get_by_label("Given on").fill("2017-05-10")
    expect(nurse.page.get_by_text("Born after that day")).to_have_count(2)
    nurse.page.get_by_label("Given on").fill(school.today.isoformat())
    nurse.page.get_by_role("group", name="In which language").get_by_label("Spanish").check()
    nurse.sees("To 1 of 3 people")
    nurse.press("Sign for 1 child")
    nurse.sees("Safe on this phone for 1 child.")
    nurse.sees("1 has all of it already.")
    nurse.page.get_by_role("group", name="In which language").get_by_label("English").check()
    nurse.page.get_by_label(re.compile("^Kong Lo .* Kong Lo, whose own packet it is")).check()
    nurse.press("Sign for 2 children")
    nurse.sees("3 have all of it already.")
    phone.set_offline(False)
    nurse.waits_for_delivery(3)
    packets = [told(school, child, PacketGiven) for child in (mai, juan, kong)]
    assert [(one.recipient, one.language, one.to_minor) for one in packets] == [
        ("Yer Lo", "en", False),
        ("Ana Lo", "es", False),
        ("Kong Lo", "en", False),
    ]
    assert {part.kind for one in packets for part in one.parts} == {"requirements", "recommended", "vis"}


def test_a_childs_own_name_is_no_adults(nurse: Nurse, school: School) -> None:
    """WEB-R584: what was handed to the child is to be said so, and does not count."""
    child = school.child("Soren")
    nurse.go(f"child/{child.id}/packet")
    nurse.page.get_by_label("To whom").fill("DAHL, soren")
    nurse.press("Sign and keep")
    nurse.sees("That is the child's own name.")
    nurse.page.get_by_label("It was handed to the child").check()
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)

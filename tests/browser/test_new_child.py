"""A child nobody expected, a whole paper record, and a vial read by its code: all without a network."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright, expect

from events.catalog.clinics import RosterAdded
from events.catalog.doses import DoseAdministered, DoseRecorded
from events.catalog.students import ContactsRecorded, StudentRegistered
from events.ids import StudentId, stream_of
from tests.browser.film import film, flags
from tests.browser.nurse import Nurse, hold_phone
from tests.browser.school import NURSE, School

GS = "\u001d"
GTIN = "00349281400582"


def test_a_walk_in_is_registered_offline(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R66, WEB-R308: likely duplicates first; then the child is on the roster, and afterwards in the log."""
    phone.set_offline(True)
    nurse.go("register")
    nurse.press("Register")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Given name").fill("Nuria")
    nurse.page.get_by_label("Family name").fill("Garcia Lopes")
    nurse.page.get_by_label("Birth date").fill("2014-03-02")
    nurse.sees("same name and birth date")
    nurse.press("Register")
    nurse.sees("Open the child above, or say that it is another.")
    nurse.page.get_by_label("Given name").fill("Jonas")
    nurse.page.get_by_label("Family name").fill("Weber")
    nurse.page.get_by_label("Birth date").fill("2014-03-33")
    nurse.press("Register")
    nurse.sees("Write a date")
    nurse.page.get_by_label("Birth date").fill("2014-03-23")
    nurse.page.get_by_label("Name of parent or guardian").fill("Karin Weber")
    nurse.page.get_by_label("Phone", exact=True).fill("218-555-0199")
    nurse.press("Register")
    nurse.sees_title("Jonas Weber")
    nurse.sees("No dose is on record.")
    student = StudentId(nurse.page.evaluate("location.hash").split("/")[2])
    expect(nurse.find("weber")).to_have_count(1)

    phone.set_offline(False)
    nurse.waits_for_delivery(3)
    registered, contacts = [fact.payload for fact in school.facts_of(stream_of("student", student))]
    assert isinstance(registered, StudentRegistered)
    assert (registered.name.given, registered.birth_date) == ("Jonas", "2014-03-23")
    assert isinstance(contacts, ContactsRecorded)
    added = school.facts_of(stream_of("clinic", school.clinic))[-1].payload
    assert isinstance(added, RosterAdded)
    assert added.students == (student,)


def test_a_paper_record_is_entered_as_one_grid(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R67, WEB-R308: a whole record in one go; a partial date stays partial, a tick stays a dose without a date."""
    child = school.child("Mohamed")
    phone.set_offline(True)
    nurse.open_child(child)
    nurse.press("Enter a paper record")
    cells = {"Polio, dose 1": "3/9/2014", "Polio, dose 2": "5/2014"}
    for label, typed in {**cells, "MMR, dose 1": "x", "Varicella, dose 1": "31/12/2015"}.items():
        nurse.page.get_by_label(label).fill(typed)
    nurse.sees("March 9, 2014")
    nurse.sees("Not a date. Month, day, year.")
    nurse.press("Record 4 doses")
    nurse.sees("Not a date. Month, day, year.")
    nurse.page.get_by_label("Varicella, dose 1").fill("1/2/2013")
    nurse.sees("This is before the birth date.")
    nurse.page.get_by_label("Varicella, dose 1").fill("12/31/2015")
    nurse.page.get_by_label("Who says so").select_option("other_school")
    nurse.press("Record 4 doses")
    nurse.sees_title(child.full_name)
    phone.set_offline(False)
    nurse.waits_for_delivery(4)
    doses = [fact.payload for fact in school.from_phones(child) if isinstance(fact.payload, DoseRecorded)]
    assert [(dose.cvx, dose.given_on, dose.as_written) for dose in doses] == [
        ("89", "2014-03-09", "3/9/2014"),
        ("89", "2014-05", "5/2014"),
        ("03", None, "x"),
        ("21", "2015-12-31", "12/31/2015"),
    ]
    assert {(dose.told.source, dose.told.recorder) for dose in doses} == {("other_school", NURSE)}


def test_a_scanned_code_finds_the_lot(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R68, WEB-R646: what a hand scanner types picks the lot in use; another code is refused in words."""
    child = school.child("Ada")
    phone.set_offline(True)
    nurse.open_child(child)
    nurse.press("Record a dose")
    expect(nurse.page.get_by_role("button", name="Scan the vial")).to_be_in_viewport(ratio=1)
    nurse.press("Scan the vial")
    code = nurse.page.get_by_label("Code as text")
    code.fill("https://example.org")
    nurse.press("Take this code")
    nurse.sees("This is not a vial's code (GS1).")
    expect(code).to_have_value("https://example.org")
    expires = (school.today + timedelta(days=200)).strftime("%y%m%d")
    code.fill(f"]d201{GTIN}10U7421AC{GS}17{expires}")
    nurse.press("Take this code")
    expect(nurse.page.get_by_label(re.compile("U7421AC"))).to_be_checked()
    nurse.press("Record")
    nurse.sees("Safe on this phone")

    nurse.open_child(school.child("Gus"))
    nurse.press("Record a dose")
    nurse.press("Scan the vial")
    nurse.page.get_by_label("Code as text").fill(f"01{GTIN}17270600104X7K2")
    nurse.press("Take this code")
    expect(nurse.page.get_by_label("Lot number")).to_have_value("4X7K2")
    expect(nurse.page.get_by_label("Expires")).to_have_value("2027-06-30")
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    dose = school.from_phones(child)[-1].payload
    assert isinstance(dose, DoseAdministered)
    assert dose.lot == "U7421AC"


def test_a_refused_camera_is_said_and_typing_remains(nurse: Nurse, school: School) -> None:
    """WEB-R68: neither a missing nor a refused camera stops the work."""
    nurse.open_child(school.child("Gus"))
    nurse.press("Record a dose")
    for failure, words in (("NotFoundError", "No camera was found."), ("NotAllowedError", "The camera was refused.")):
        nurse.page.evaluate(
            "name => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); }; }",
            failure,
        )
        nurse.press("Scan the vial")
        nurse.sees(words)
        expect(nurse.page.get_by_label("Code as text")).to_be_editable()
        nurse.press("Close")


def test_the_camera_reads_a_vial_without_a_network(playwright: Playwright, school: School, tmp_path: Path) -> None:
    """WEB-R68: a picture of a GS1 Data Matrix before the camera, our own reader from the cache, the lot chosen."""
    video = tmp_path / "vial.y4m"
    film(video, VIAL.split())
    phone = hold_phone(playwright, tmp_path / "phone", flags=flags(video))
    nurse = Nurse(phone.pages[0], school).join()
    phone.set_offline(True)
    nurse.open_child(school.child("Zoë"))
    nurse.press("Record a dose")
    nurse.press("Scan the vial")
    expect(nurse.page.get_by_label(re.compile("U7421AC"))).to_be_checked()
    expect(nurse.page.get_by_label(re.compile("W028843"))).to_have_count(0)
    nurse.sees("The vial says it expires on June 30, 2027")  # the stock says otherwise
    nurse.page.get_by_label("Reason to give it all the same").fill("read the label again: it is June 30")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    phone.close()


VIAL = """
#.#.#.#.#.#.#.#.#.#.
##..#.#..#..#....###
#...###...#.###..#..
#.##.########.#....#
######...##.....###.
#..#..##...#..######
#..##.#.#..##.#.....
#.##.##..###.##...##
##...##.#.##.###....
####....####..#.##.#
#.#.#.......#.......
##.....####.########
#.#..#..#.#.#.###...
##...#..##...###.###
##..#.##.....#....#.
##.#..#.#......#####
##.#####....###..#..
##.#....#.#...#..#.#
#...#.##.....#....#.
####################
"""
"""A GS1 Data Matrix of (01)00349281400582(10)U7421AC(17)270600."""

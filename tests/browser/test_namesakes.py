"""Two children of one name and one birth date: nobody is taken for the other, in the list and before a dose."""

import re

from playwright.sync_api import expect

from events.catalog.clinics import RosterAdded
from events.catalog.event_type import PersonName
from events.catalog.students import Contact, ContactsRecorded, Identifier, StudentRegistered
from events.ids import StudentId, stream_of
from tests.browser.nurse import Nurse
from tests.browser.school import Child, School, make_id
from tests.browser.test_papers import slip_of

CARD = Identifier(system="district", value="4400818")


def enter(school: School, name: PersonName, born: str, called: str, *numbers: Identifier) -> Child:
    """A child on the roster, with whom to call."""
    student = StudentId(make_id(called))
    stream = stream_of("student", student)
    contacts = ContactsRecorded(contacts=(Contact(name=called, relation="mother", phone="218-555-0199"),))
    school.tell(stream, StudentRegistered(name=name, birth_date=born, identifiers=numbers), contacts)
    school.tell(stream_of("clinic", school.clinic), RosterAdded(students=(student,)))
    return Child(student, name.given, name.family, born)


def test_two_children_of_one_name_and_birth_date_are_told_apart(nurse: Nurse, school: School) -> None:
    """WEB-R503: by number and parent in the list, on the child's screen, after a scan and before a dose."""
    first = school.child("Núria")
    second = enter(school, PersonName(given="Nuria", family="Garcia Lopez"), first.born, "Carme Vidal", CARD)
    rows = nurse.find("garcia lopez")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Carme Vidal")).to_contain_text("4400818")
    expect(rows.filter(has_text="Parent Garcia-Lopez")).to_have_count(1)
    nurse.page.context.set_offline(True)
    rows.filter(has_text="Carme Vidal").click()
    nurse.sees("Another child here has this name")
    nurse.press("Record a dose")
    expect(nurse.page.get_by_role("alert").filter(has_text="Another child here")).to_contain_text("Carme Vidal")
    nurse.page.get_by_role("button", name=re.compile("The other child")).click()
    expect(nurse.page.get_by_role("button", name="Record a dose")).to_be_visible()
    assert nurse.page.url.endswith(f"child/{first.id}")
    code = slip_of(nurse, second)
    nurse.go("scan/vaccinator")
    nurse.page.get_by_label("Code as text").fill(code)
    nurse.page.keyboard.press("Enter")
    nurse.sees("Another child here has this name")
    nurse.go(f"child/{school.child('Ada').id}/dose")
    nurse.sees_title("Ada Okafor")
    expect(nurse.page.get_by_text("Another child here")).to_have_count(0)


def test_a_number_of_two_children_opens_neither(nurse: Nurse, school: School) -> None:
    """WEB-R125: the nurse is told to look by name; each screen names birth date and number."""
    for given in ("Pau", "Pol"):
        enter(school, PersonName(given=given, family="Vidal"), "2014-03-02", f"Parent of {given}", CARD)
    expect(nurse.find("vidal")).to_have_count(2)
    nurse.go("scan/vaccinator")
    nurse.page.get_by_label("Code as text").fill("4400818")
    nurse.page.keyboard.press("Enter")
    nurse.sees("More than one child has this number. Find the child by name.")
    nurse.find("pau vidal").click()
    nurse.sees_title("Pau Vidal")
    for told in ("born March 2, 2014", "years", "4400818"):
        expect(nurse.page.locator(".identity")).to_contain_text(told)


def test_a_middle_name_stands_in_the_list(nurse: Nurse, school: School) -> None:
    """WEB-R503: José Luis is not José Antonio."""
    for middle in ("Luis", "Antonio"):
        enter(school, PersonName(given="José", middle=middle, family="Ruiz"), "2014-01-01", f"Parent of {middle}")
    expect(nurse.find("ruiz jose")).to_have_count(2)
    expect(nurse.page.locator("button.child", has_text="Ruiz, José Luis")).to_have_count(1)
    expect(nurse.page.locator("button.child", has_text="Ruiz, José Antonio")).to_have_count(1)


IN_WRITING = (
    *("eligibility", "packet", "not-given", "alerts", "grid", "paper", "statement", "dose", "leaving"),
    *("consent", "sharing", "screening", "slip"),
)


def test_every_form_about_a_child_names_it_by_two_identifiers(nurse: Nurse, school: School) -> None:
    """WEB-R505: whatever is written down about a child, its name and birth date stand above."""
    child = school.child("Ada")
    for deed in IN_WRITING:
        nurse.go(f"child/{child.id}/{deed}")
        head = nurse.page.locator("main > header")
        expect(head).to_contain_text("November 30, 2013")
        expect(head).to_contain_text(child.full_name)


def test_who_may_leave_and_who_is_in_danger_are_told_apart_too(nurse: Nurse, school: School) -> None:
    """WEB-R505: the lists of who is watched and of an emergency name a child by more than its name."""
    watched = school.child("Maya")
    other = enter(school, PersonName(given="Maya", family="Patel"), watched.born, "Asha Patel")
    expect(nurse.find("maya patel")).to_have_count(2)
    nurse.record_dose(watched)
    nurse.go("watch")
    row = nurse.page.locator("li.dose")
    expect(row).to_contain_text("March 21, 2014")
    expect(row).to_contain_text("Parent Patel")
    for deed in ("sharing", "screening", "statement", "paper"):
        nurse.go(f"child/{other.id}/{deed}")
        expect(nurse.page.locator("main > header")).to_contain_text("Asha Patel")
    nurse.go("emergency")
    nurse.page.get_by_role("searchbox").fill("patel")
    rows = nurse.page.locator("button.linkrow")
    expect(rows).to_have_count(2)
    rows.filter(has_text="Asha Patel").click()
    assert nurse.page.url.endswith(f"emergency/{other.id}")
    times = nurse.page.locator("[aria-labelledby=times]")
    expect(times).to_contain_text("March 21, 2014")
    expect(times).to_contain_text("Asha Patel")

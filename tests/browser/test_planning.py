"""Before the clinic, on the phone: where and when, the children by what they lack, the people; changed, cancelled."""

import re
from datetime import timedelta

from playwright.sync_api import BrowserContext, expect

from events.catalog.clinics import ClinicCancelled, ClinicPlanned, ClinicStaffed, RosterAdded, RosterRemoved
from events.catalog.people import RoleGranted, RoleRevoked
from events.ids import stream_of
from projections.clinic import clinic_of
from tests.browser.nurse import Nurse
from tests.browser.school import COLLEAGUE, NURSE, WORK, School, make_id
from tests.browser.test_looks import inspect
from tests.browser.test_quarantine import close_seat


def plan(nurse: Nurse, school: School, name: str) -> None:
    """The form, filled in from nothing."""
    nurse.go("plan")
    nurse.page.get_by_label("School or facility").select_option(label="Aspen Middle School")
    nurse.page.get_by_label("Name of the clinic").fill(name)
    nurse.page.get_by_label("Day").fill((school.today + timedelta(days=7)).isoformat())
    nurse.page.get_by_label("Operator").fill("Itasca County Public Health")
    nurse.page.get_by_label("Tdap", exact=True).check()
    nurse.press("Save")
    nurse.sees_title(name)


def clinic_id(nurse: Nurse) -> str:
    return str(nurse.page.evaluate("location.hash.split('/')[2]"))


def told(school: School, clinic: str, kind: type) -> list[object]:
    """What the log holds of a clinic, of one type, in order."""
    return [fact.payload for fact in school.facts_of(stream_of("clinic", clinic)) if isinstance(fact.payload, kind)]


def test_a_clinic_is_planned_and_taken_onto_the_phone(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R190, WEB-R191: planned, its list built from who lacks a vaccine, staffed; then its children come."""
    school.tell(stream_of("staff", school.nurse), RoleGranted(role="nurse", facility=school.facility))
    plan(nurse, school, "Aspen, second round")
    clinic = clinic_id(nurse)
    nurse.page.get_by_role("button", name=re.compile("The children")).click()
    nurse.page.get_by_label("Who lacks").select_option(label="MMR")
    nurse.press("Show the children")
    boxes = nurse.page.locator("ul.plain .check")
    expect(boxes.filter(has_text="Mohamed")).to_have_count(1)
    expect(boxes.filter(has_text="Núria")).to_have_count(0)
    wanted = boxes.count() - 1
    boxes.filter(has_text="Mohamed").click()
    nurse.press(f"Put {wanted} on the list")
    nurse.sees(f"{wanted} put on the list")
    nurse.go(f"plan/{clinic}/staff")
    nurse.sees("Nobody yet for: Check-in, Screening, Vaccinator, Observer")
    for station in ("Observer", "Scribe"):
        nurse.page.get_by_label("Person").select_option(label=f"{COLLEAGUE}, LPN")
        nurse.page.get_by_label("Place of work").select_option(label=station)
        nurse.press("Add")
    nurse.page.get_by_label("Person").select_option(label=f"{NURSE}, RN, licensed school nurse")
    nurse.page.get_by_label("Place of work").select_option(label="Check-in")
    nurse.sees("Nobody yet for: Screening, Vaccinator")
    nurse.press("Save")
    nurse.press("Take this clinic onto the phone")
    expect(nurse.page.get_by_role("status").filter(has_text=f"{wanted} of {wanted}")).to_be_visible()
    (planned,) = told(school, clinic, ClinicPlanned)
    assert isinstance(planned, ClinicPlanned)
    assert (planned.facility, planned.operator, planned.vaccines) == (
        school.facility,
        "Itasca County Public Health",
        ("115",),
    )
    assert planned.address.lines == ("410 Aspen Ave",)
    (roster,) = told(school, clinic, RosterAdded)
    assert isinstance(roster, RosterAdded)
    assert (len(roster.students), roster.reason) == (wanted, "lacking 03")
    assert school.child("Mohamed").id not in roster.students
    (staffed,) = told(school, clinic, ClinicStaffed)
    assert isinstance(staffed, ClinicStaffed)
    assert staffed.staff == ((school.colleague, "observer"), (school.colleague, "scribe"), (school.nurse, "check_in"))


def test_a_clinic_is_planned_changed_and_cancelled_without_a_network(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R190, WEB-R191: from what the phone holds; said that it is only that; all of it delivered afterwards."""
    phone.set_offline(True)
    plan(nurse, school, "Aspen, third round")
    clinic = clinic_id(nurse)
    expect(nurse.page.get_by_role("button", name="Take this clinic onto the phone")).to_be_disabled()
    nurse.go(f"plan/{clinic}/roster")
    nurse.page.get_by_label("Grade").select_option("12")
    nurse.press("Show the children")
    nurse.sees("Nobody is found. Choose another grade or class")
    nurse.page.get_by_label("Grade").select_option("7")
    nurse.press("Show the children")
    nurse.sees("only the children this phone holds")
    nurse.page.get_by_role("button", name=re.compile(r"Put \d+ on the list")).click()
    nurse.sees("put on the list")
    nurse.page.get_by_text("Take children off the list").click()
    nurse.page.locator("details .check").filter(has_text="Maya").click()
    nurse.press("Take 1 off")
    nurse.go(f"plan/{clinic}/edit")
    nurse.page.get_by_label("Closes").fill("07:00")
    nurse.press("Save")
    nurse.sees("It must close after it opens.")
    nurse.page.get_by_label("Closes").fill("12:30")
    nurse.press("Save")
    nurse.sees("08:00 – 12:30")
    nurse.page.get_by_text("Cancel this clinic").click()
    nurse.press("Cancel it")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Reason").fill("The gym is flooded")
    nurse.press("Cancel it")
    nurse.sees("This clinic was cancelled: The gym is flooded")
    phone.set_offline(False)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.waits_for_delivery(5)
    assert len(told(school, clinic, ClinicPlanned)) == 2
    assert len(told(school, clinic, RosterRemoved)) == 1
    assert len(told(school, clinic, ClinicCancelled)) == 1
    now = clinic_of(school.facts_of(stream_of("clinic", clinic)))
    assert (now.state, school.child("Maya").id in now.roster) == ("cancelled", False)
    assert now.plan is not None
    assert now.plan.closes == "12:30"


def test_a_clinic_elsewhere_names_a_number_to_call(school: School, nurse: Nurse) -> None:
    """WEB-R226: a school's own number is there already; without one the form is not saved."""
    nurse.go("plan")
    number = nurse.page.get_by_label("Number to call")
    nurse.page.get_by_label("School or facility").select_option(label="Aspen Middle School")
    expect(number).to_have_value("218-555-0100")
    number.fill("")
    nurse.press("Save")
    expect(number).to_have_attribute("aria-invalid", "true")
    number.fill("555-01")
    nurse.press("Save")
    nurse.sees("A phone number: seven digits at least.")
    number.fill("218-555-0177")
    nurse.page.get_by_label("Name of the clinic").fill("Fair grounds")
    nurse.page.get_by_label("Day").fill((school.today + timedelta(days=9)).isoformat())
    nurse.page.get_by_label("Tdap", exact=True).check()
    nurse.press("Save")
    nurse.sees_title("Fair grounds")
    nurse.sees("218-555-0177")
    clinic = clinic_id(nurse)
    nurse.waits_for_delivery(1)
    (planned,) = told(school, clinic, ClinicPlanned)
    assert isinstance(planned, ClinicPlanned)
    assert planned.phone == "218-555-0177"


def test_a_clinic_without_a_number_says_so_where_the_family_leaves(school: School, nurse: Nurse) -> None:
    """WEB-R226: a plan of before, at no school: said on the plan and at leaving, with the way to enter it."""
    child, today = school.child("Wren"), school.today.isoformat()
    gym = stream_of("clinic", school.clinic)
    old = ClinicPlanned(name="Aspen gymnasium", facility=None, address=WORK, on=today, vaccines=("115",))
    school.tell(gym, old)
    nurse.go(f"plan/{school.clinic}")
    nurse.sees("None yet: what families take home names nobody to call.")
    nurse.go(f"child/{child.id}/leaving")
    nurse.press("Enter a number to call")
    nurse.page.get_by_label("Number to call").fill("218-555-0188")
    nurse.press("Save")
    nurse.sees_title("Aspen gymnasium")
    nurse.go(f"child/{child.id}/leaving")
    expect(nurse.page.get_by_role("link", name="218-555-0188")).to_be_visible()
    nurse.waits_for_delivery(1)
    nurse.go(f"child/{child.id}/leaving")
    school.tell(gym, ClinicPlanned(name="Aspen gymnasium", facility=school.facility, address=WORK, on=today))
    expect(nurse.page.get_by_role("link", name="218-555-0100")).to_be_visible()


def test_a_clinic_the_office_cancelled_says_so_on_its_phones(school: School, nurse: Nurse) -> None:
    """WEB-R190: over the roster, with the reason."""
    other = stream_of("clinic", make_id("cancelled clinic"))
    planned = ClinicPlanned(name="Cedar room", facility=school.facility, address=WORK, on=school.today.isoformat())
    school.tell(other, planned, RosterAdded(students=(school.child("Kou").id,)))
    school.tell(stream_of("staff", school.nurse), RoleGranted(role="nurse", facility=school.facility))
    nurse.go("clinics")
    nurse.page.get_by_role("button", name=re.compile("Cedar room")).click()
    expect(nurse.page.locator("button.child")).to_have_count(1)
    school.tell(other, ClinicCancelled(reason="The gym is flooded"))
    nurse.sees("This clinic was cancelled: The gym is flooded")


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(nurse: Nurse) -> None:
    """WEB-R22, WEB-R24: a day that is over, no address, no vaccine; back and reload lose nothing."""
    nurse.go("plan")
    nurse.page.get_by_label("Name of the clinic").fill("Half a plan")
    nurse.page.get_by_label("Day").fill("2020-01-01")
    nurse.press("Save")
    for words in ("This day is over.", "Fill this in."):
        nurse.sees(words)
    nurse.page.reload()
    nurse.unlock()
    nurse.go("plan")
    expect(nurse.page.get_by_label("Name of the clinic")).to_have_value("Half a plan")


def test_half_a_cancellation_and_half_a_search_survive(school: School, nurse: Nurse) -> None:
    """WEB-R24: why a clinic is cancelled, and which class its children are of."""
    reason = nurse.page.get_by_label("Reason")
    nurse.go(f"plan/{school.clinic}")
    nurse.page.get_by_text("Cancel this clinic").click()
    reason.fill("The gym is fl")
    nurse.go(f"plan/{school.clinic}/roster")
    nurse.page.get_by_label("Class").fill("7B")
    nurse.go("roster")
    nurse.sees_title("Aspen gymnasium")
    nurse.page.reload()
    nurse.unlock()
    nurse.go(f"plan/{school.clinic}/roster")
    expect(nurse.page.get_by_label("Class")).to_have_value("7B")
    nurse.go(f"plan/{school.clinic}")
    nurse.page.get_by_text("Cancel this clinic").click()
    expect(reason).to_have_value("The gym is fl")


def test_without_a_network_no_other_clinic_can_be_chosen(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R192: the children held would go, and no others could come."""
    other = ClinicPlanned(name="Birch hall", facility=school.facility, address=WORK, on=school.today.isoformat())
    school.tell(stream_of("clinic", "019aa000-0000-7000-8000-00000000b1c4"), other)
    school.tell(stream_of("staff", school.nurse), RoleGranted(role="nurse", facility=school.facility))
    nurse.go("clinics")
    birch = nurse.page.get_by_role("button", name=re.compile("Birch hall"))
    expect(birch).to_be_enabled()
    phone.set_offline(True)
    nurse.page.evaluate("dispatchEvent(new Event('offline'))")
    nurse.sees("Without a network this phone keeps the children of Aspen gymnasium")
    expect(birch).to_be_disabled()
    nurse.go("roster")
    expect(nurse.page.locator("button.child").first).to_be_visible()


def test_the_planning_screens_pass_axe(school: School, nurse: Nurse) -> None:
    """WEB-R69: in both languages, with the list shown."""
    found = []
    for language in ("English", "Español"):
        nurse.go("settings")
        nurse.page.get_by_label(language).check()
        for part in ("plan", f"plan/{school.clinic}", f"plan/{school.clinic}/edit", f"plan/{school.clinic}/staff"):
            nurse.go(part)
            nurse.page.locator("h1").wait_for()
            found += [f"{language} {part}: {one}" for one in inspect(nurse.page)]
        nurse.go(f"plan/{school.clinic}/roster")
        nurse.page.locator("main > .content > button.quiet").click()
        nurse.page.get_by_role("status").wait_for()
        found += [f"{language} list: {one}" for one in inspect(nurse.page)]
    assert found == []


def test_a_clinic_beyond_her_role_takes_nothing_off_the_phone(school: School, nurse: Nurse) -> None:
    """WEB-R473: whose role is for one clinic is told so, in words, and keeps the children she has."""
    school.tell(stream_of("staff", school.nurse), RoleRevoked(role="nurse", facility=school.facility))
    plan(nurse, school, "Aspen, beyond")
    nurse.press("Take this clinic onto the phone")
    nurse.sees("Your role does not cover this clinic")
    nurse.go("roster")
    nurse.page.locator("button.child").first.wait_for()


def test_a_plan_the_district_set_aside_says_so(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R520: it is nobody's role that is missing, and the way to why and who has it is one tap."""
    phone.set_offline(True)
    close_seat(school, nurse)
    plan(nurse, school, "Aspen, after the end")
    phone.set_offline(False)
    nurse.sees("The district set this plan aside")
    nurse.page.get_by_role("button", name="Outbox").last.click()
    expect(nurse.page.locator("li.dose")).to_contain_text("This phone's key was closed.")

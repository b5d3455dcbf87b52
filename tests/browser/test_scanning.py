"""A code before the camera at every station: the slip, a student's card, and the paper form that is copied."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Playwright, expect

from events.catalog.clinics import RosterAdded, RosterRemoved, SlipMarked
from events.catalog.doses import DoseAdministered, DoseNotGiven
from events.catalog.incidents import IncidentOpened
from events.catalog.stock import Funding, StockCorrected, StockHeld, StockLoaded
from events.catalog.students import Identifier, StudentCorrected
from events.ids import stream_of
from tests.browser.film import code_39, film, flags
from tests.browser.nurse import Nurse, hold_phone
from tests.browser.school import Child, School
from tests.browser.test_before_a_dose import told
from tests.browser.test_papers import scan, slip_of


def modules_of(code: Locator) -> list[str]:
    """A code as it is drawn on the screen, row by row; the same that is printed."""
    size = int((code.get_attribute("viewBox") or "").split()[-1])
    rows = [["."] * size for _ in range(size)]
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", code.locator("path").get_attribute("d") or ""):
        rows[int(y)][int(x)] = "#"
    return ["".join(row) for row in rows]


def at_work(playwright: Playwright, school: School, folder: Path, video: Path) -> Nurse:
    """A nurse whose camera sees the film, without a network."""
    phone = hold_phone(playwright, folder, flags=flags(video))
    nurse = Nurse(phone.pages[0], school).join()
    phone.set_offline(True)
    return nurse


def test_the_camera_reads_a_slip_as_it_was_printed(
    playwright: Playwright, school: School, nurse: Nurse, tmp_path: Path
) -> None:
    """WEB-R123: one phone draws it, another one's camera reads it with our own reader, without a network."""
    child = school.child("Zoë")
    nurse.go(f"child/{child.id}/slip")
    film(tmp_path / "slip.y4m", modules_of(nurse.page.locator("svg.code")), 8)
    other = at_work(playwright, school, tmp_path / "other", tmp_path / "slip.y4m")
    other.go("watch")
    other.press("Scan a slip")
    other.sees_title(child.full_name)
    other.press("No, go on")
    other.sees(f"{child.full_name} has no dose of today on this phone")
    other.page.context.close()


def test_an_open_camera_follows_the_station_and_the_roster(
    playwright: Playwright, school: School, nurse: Nurse, tmp_path: Path
) -> None:
    """WEB-R205: the station is changed while the camera looks, and the child comes to the clinic meanwhile."""
    child = school.child("Gus")
    nurse.go(f"child/{child.id}/slip")
    film(tmp_path / "slip.y4m", modules_of(nurse.page.locator("svg.code")), 8)
    school.take_off_roster(child)
    phone = hold_phone(playwright, tmp_path / "other", flags=flags(tmp_path / "slip.y4m"))
    other = Nurse(phone.pages[0], school).join()
    other.go("scan/check_in")
    other.sees("History not on this phone")
    other.page.get_by_label("Doses").check()
    school.tell(stream_of("clinic", school.clinic), RosterAdded(students=(child.id,)))
    other.sees_title(child.full_name)
    assert other.page.url.endswith(f"child/{child.id}/scanned/vaccinator")
    phone.close()


def test_the_camera_reads_a_student_card(playwright: Playwright, school: School, tmp_path: Path) -> None:
    """WEB-R125: the number on a card's bar code finds the child who has it."""
    child = school.child("Cade")
    card = Identifier(system="district", value="4400817")
    school.tell(child.stream, StudentCorrected(reason="a card was given out", identifiers=(card,)))
    film(tmp_path / "card.y4m", code_39("4400817"), 3)
    nurse = at_work(playwright, school, tmp_path / "phone", tmp_path / "card.y4m")
    nurse.go("roster")
    nurse.press("Scan a slip")
    nurse.sees_title(child.full_name)
    nurse.page.context.close()


def test_a_scan_opens_the_child_at_the_station(nurse: Nurse, school: School) -> None:
    """WEB-R126: check-in marks the slip, screening asks, the vaccinator gives and marks, observation watches."""
    child = school.child("Soren")

    def arrive(station: str) -> None:
        nurse.go(f"scan/{station}")
        nurse.page.get_by_label("Code as text").fill(slip_of(nurse, child))
        nurse.page.keyboard.press("Enter")
        nurse.sees_title(child.full_name)
        nurse.press("No, go on")

    arrive("check_in")
    expect(nurse.page.get_by_role("button", name="Record a dose")).to_be_visible()
    arrive("screening")
    nurse.sees_title("Screening")
    nurse.sees(child.full_name)
    nurse.press("Scan the next slip")
    expect(nurse.page.get_by_label("Screening")).to_be_checked()
    nurse.page.get_by_label("Doses").check()
    expect(nurse.page.get_by_role("region", name=re.compile("Waiting here"))).to_contain_text(child.full_name)
    arrive("vaccinator")
    nurse.choose_lot("U7421AC")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.press("The slip is marked")
    nurse.press("Scan the next slip")
    expect(nurse.page.get_by_label("Doses")).to_be_checked()
    expect(nurse.page.locator(".linkrow", has_text=child.full_name)).to_have_count(0)
    nurse.go(f"child/{child.id}/scanned/vaccinator")
    nurse.sees("Slip marked: Doses")
    arrive("observer")
    nurse.sees_title("Watch")
    expect(nurse.page.locator("li.dose").first).to_contain_text(child.full_name)
    nurse.waits_for_delivery(3)
    marks = [
        fact.payload
        for fact in school.facts_of(stream_of("clinic", school.clinic))
        if isinstance(fact.payload, SlipMarked) and fact.payload.student == child.id
    ]
    assert [mark.station for mark in marks] == ["check_in", "vaccinator"]


def form_in_print(nurse: Nurse, child: Child | None) -> tuple[str, list[str]]:
    """The number of a form as this phone prints it, and its code."""
    nurse.go("papers")
    nurse.page.get_by_label("A form for each child" if child else "Blank forms").check()
    sheets = nurse.page.locator("article.sheet")
    sheet = sheets.filter(has_text=child.full_name).first if child else sheets.first
    return sheet.locator(".number").inner_text(), modules_of(sheet.locator("svg.code"))


def test_the_camera_reads_a_childs_form_and_a_second_time_warns(
    playwright: Playwright, school: School, nurse: Nurse, tmp_path: Path
) -> None:
    """WEB-R127: child, clinic and number are filled in; what was entered once is said before it is entered again."""
    child = school.child("Ifrah")
    number, modules = form_in_print(nurse, child)
    film(tmp_path / "form.y4m", modules, 6)
    copy = at_work(playwright, school, tmp_path / "copy", tmp_path / "form.y4m")
    copy.go("scan")
    copy.sees_title("Copy a paper form")
    copy.sees(f"Form {number}")
    copy.sees(child.full_name)
    copy.press("A dose was given")
    copy.choose_lot("U7421AC")
    expect(copy.page.get_by_label("Copied from the paper form")).to_be_checked()
    expect(copy.page.get_by_label("Number of the form")).to_have_value(number)
    copy.page.get_by_label("Time on the paper").fill("00:00")
    copy.press("Record")
    copy.sees("Safe on this phone")
    copy.go("scan")
    copy.sees("This form was entered already:")
    copy.press("A dose was given")
    copy.choose_lot("U7421AC")
    copy.sees("This form was entered already: Ifrah Jama · Tdap")
    copy.page.get_by_label("Time on the paper").fill("00:00")
    copy.press("Record")
    copy.sees("Fill this in.")
    copy.page.context.set_offline(False)
    copy.waits_for_delivery(1)
    dose = told(school, child, DoseAdministered)
    assert (dose.paper_form, dose.clinic, dose.from_paper) == (number, school.clinic, True)
    copy.page.context.close()


def test_printed_forms_follow_the_roster(nurse: Nurse, school: School) -> None:
    """WEB-R124: one child goes and another comes while the sheets are shown; no sheet keeps the name of who went."""
    comes, goes = school.child("Kou"), school.child("Wren")
    roster = stream_of("clinic", school.clinic)
    sheets = nurse.page.locator("article.sheet")
    school.take_off_roster(comes)
    nurse.go("papers")
    nurse.page.get_by_label("A form for each child").check()
    expect(sheets.filter(has_text=goes.full_name)).to_have_count(1)
    expect(sheets.filter(has_text=comes.full_name)).to_have_count(0)
    school.tell(roster, RosterRemoved(students=(goes.id,), reason="moved"), RosterAdded(students=(comes.id,)))
    expect(sheets.filter(has_text=comes.full_name)).to_have_count(1)
    expect(sheets.filter(has_text=goes.full_name)).to_have_count(0)
    school.tell(roster, RosterAdded(students=(goes.id,)))


def test_a_blank_form_asks_whose_it_is(nurse: Nurse, school: School) -> None:
    """WEB-R127: the number typed, the child found by name; a form of nothing given keeps its day and its number."""
    child = school.child("Lía")
    number, _ = form_in_print(nurse, None)
    scan(nurse, "00c0ffee-45")
    nurse.sees("This is no slip of ours, or it was misread.")
    scan(nurse, number)
    nurse.page.get_by_label("Whose form is it?").fill("fuen")
    nurse.page.get_by_role("button", name=re.compile("Lía Fuentes")).click()
    nurse.press("Not given")
    nurse.sees(f"Form {number}")
    nurse.page.get_by_label("refused").check()
    day = nurse.page.get_by_label("Day on the form")
    day.fill((school.today + timedelta(days=1)).isoformat())
    nurse.press("Record")
    nurse.sees("This day has not come yet.")
    day.fill(school.today.isoformat())
    nurse.press("Record")
    nurse.sees_title(child.full_name)
    scan(nurse, number)
    nurse.sees("This form was entered already:")
    nurse.waits_for_delivery(1)
    assert told(school, child, DoseNotGiven).paper_form == number


def test_a_form_of_another_clinic_is_not_entered_here(nurse: Nurse, school: School) -> None:
    """WEB-R127"""
    digits = "00c0ffee" + "01a1fea772837dee830d40bd57deeac1"
    scan(nurse, f"DLF2 {digits} {98 - int(digits, 16) * 100 % 97:02}")
    nurse.sees("This form is of another clinic.")


def test_a_form_that_was_only_looked_at_leaves_nothing_behind(nurse: Nurse, school: School) -> None:
    """WEB-R204: the child's next dose is a live one; what was typed from the form waits with the form."""
    child = school.child("Hazel")
    number, _ = form_in_print(nurse, None)
    nurse.go("scan/vaccinator")
    nurse.page.get_by_label("Code as text").fill(number)
    nurse.page.keyboard.press("Enter")
    nurse.page.get_by_label("Whose form is it?").fill("Brandt")
    nurse.page.get_by_role("button", name=re.compile("Hazel Brandt")).click()
    sheet = nurse.page.url.partition("#/")[2]
    copied = nurse.page.get_by_label("Copied from the paper form")
    nurse.press("A dose was given")
    expect(copied).to_be_checked()
    nurse.page.get_by_role("button", name="Back").click()
    nurse.start_dose(child, "U7421AC")
    nurse.open_details()
    expect(copied).not_to_be_checked()
    nurse.go(f"child/{child.id}/dose/form/{number}")
    expect(copied).to_be_checked()
    expect(nurse.page.get_by_label("Number of the form")).to_have_value(number)
    nurse.page.get_by_label("Time on the paper").fill("00:01")
    nurse.go(sheet)
    nurse.press("Not given")
    nurse.page.get_by_label("refused").check()
    nurse.go(f"child/{child.id}/not-given")
    nurse.sees_title("Not given")
    expect(nurse.page.get_by_label("refused")).not_to_be_checked()
    nurse.go(sheet)
    nurse.press("A dose was given")
    expect(nurse.page.get_by_label("Time on the paper")).to_have_value("00:01")
    nurse.go(sheet)
    nurse.page.get_by_role("button", name="Back").click()
    expect(nurse.page.get_by_label("Doses")).to_be_checked()


GS = "\u001d"
VIAL, BOX_OF_TEN, ANOTHER = "00358160842016", "00358160842115", "00358160815522"
"""GTINs: a vial, the box it comes in (its package has another code), and another product."""


def scan_vial(nurse: Nurse, lot: str, expires: str, gtin: str = VIAL) -> None:
    """``expires`` as YYMMDD."""
    button = nurse.page.get_by_role("button", name="Another vaccine or lot")
    if button.is_visible():
        button.click()
    if nurse.page.get_by_label("Code as text").count() == 0:
        nurse.press("Scan the vial")
    nurse.page.get_by_label("Code as text").fill(f"]d201{gtin}10{lot}{GS}17{expires}")
    nurse.press("Take this code")


def load(school: School, lot: str, container: str = "Cooler 7", funding: Funding = "vfc", gtin: str = "") -> None:
    later = (school.today + timedelta(days=200)).isoformat()
    box = StockLoaded(
        container=container, cvx="115", mvx="SKB", lot=lot, expires_on=later, doses=5, funding=funding, gtin=gtin
    )
    school.tell(stream_of("clinic", school.clinic), box)


def test_a_vials_own_expiry_and_product_count(nurse: Nurse, school: School) -> None:
    """WEB-R231: an expired vial of a lot in date is stopped, another day warns, another product is refused."""
    child = school.child("Ada")
    load(school, "4X7K2", gtin=BOX_OF_TEN)
    load(school, "MIXED1", gtin=ANOTHER)
    nurse.open_child(child)
    nurse.press("Record a dose")
    nurse.sees("MIXED1")
    scan_vial(nurse, "MIXED1", "270831")
    nurse.sees("This vial is not Tdap: lot MIXED1 in this clinic's stock is another product.")
    expect(nurse.page.get_by_label("Code as text")).to_have_value(re.compile("MIXED1"))
    scan_vial(nurse, "4X7K2", "250131")
    nurse.sees("Do not give")
    nurse.sees("This lot expired on January 31, 2025.")
    expect(nurse.page.get_by_role("button", name="Record", exact=True)).to_have_count(0)
    scan_vial(nurse, "4X7K2", "280831")
    nurse.sees("The vial says it expires on August 31, 2028, this clinic's stock says")
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)
    nurse.page.get_by_label("Reason to give it all the same").fill("the label says August 2028 too")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.waits_for_delivery(1)
    assert told(school, child, DoseAdministered).expires_on == "2028-08-31"


def test_a_lot_in_two_boxes_asks_which(nurse: Nurse, school: School) -> None:
    """WEB-R232: scanned or typed; the dose is of the box and fund that was said, and lent where the fund is another."""
    child = school.child("Gus")
    load(school, "TWICE9")
    load(school, "TWICE9", "Blue bag", "private")
    nurse.open_child(child)
    nurse.press("Record a dose")
    nurse.sees("Blue bag")
    expires = (school.today + timedelta(days=200)).strftime("%y%m%d")
    scan_vial(nurse, "TWICE9", expires)
    boxes = nurse.page.get_by_role("group", name="Which box did it come from?")
    expect(boxes.get_by_role("radio")).to_have_count(2)
    nurse.press("Record")
    nurse.sees("Fill this in.")
    nurse.press("Another vaccine or lot")
    nurse.page.get_by_label(re.compile("Another lot")).check()
    nurse.page.get_by_label("Vaccine", exact=True).select_option("115")
    nurse.page.get_by_label("Lot number").fill("twice9")
    nurse.page.get_by_role("textbox", name="Expires").fill((school.today + timedelta(days=200)).isoformat())
    nurse.page.get_by_label("Maker").select_option("SKB")
    nurse.press("Record")
    expect(boxes).to_contain_text("Fill this in.")
    boxes.get_by_label(re.compile("Blue bag")).click()
    expect(nurse.page.get_by_role("radio", name=re.compile("Blue bag"))).to_be_checked()
    nurse.page.get_by_label("Reason to give it all the same").fill("the cooler is empty")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.waits_for_delivery(2)
    dose = told(school, child, DoseAdministered)
    assert (dose.lot, dose.container, dose.funding) == ("TWICE9", "Blue bag", "private")


def test_a_recalled_lot_that_is_typed_is_stopped(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R233: it was never loaded here; written otherwise, it is the same lot."""
    school.tell(stream_of("clinic", school.clinic), StockHeld(lots=("C9999AA",), why="recall"))
    load(school, "AFTERIT")
    nurse.go("stock")
    nurse.sees("AFTERIT")
    phone.set_offline(True)
    nurse.start_dose(school.child("Soren"), "Another lot")
    nurse.page.get_by_label("Vaccine", exact=True).select_option("115")
    nurse.page.get_by_label("Lot number").fill("c9999 aa")
    nurse.page.get_by_label("Expires").fill("2027-10-31")
    nurse.page.get_by_label("Maker").select_option("SKB")
    nurse.sees("This lot must not be used: recalled.")
    expect(nurse.page.get_by_role("button", name="Record", exact=True)).to_have_count(0)
    nurse.page.get_by_label("Lot number").fill("AFTERIT")
    nurse.page.get_by_label("Vaccine", exact=True).select_option("03")
    nurse.press("Record")
    nurse.sees("In this clinic's stock this lot is Tdap.")


def test_a_recall_that_comes_later_names_the_child(nurse: Nurse, school: School) -> None:
    """WEB-R302: a lot on no stock list asks for a reason; recalled afterwards, child and phone number are listed."""
    child = school.child("Wren")
    nurse.start_dose(child, "Another lot")
    nurse.page.get_by_label("Vaccine", exact=True).select_option("115")
    nurse.page.get_by_label("Lot number").fill("lent-44 b")
    nurse.page.get_by_label("Expires").fill("2027-10-31")
    nurse.page.get_by_label("Maker").select_option("SKB")
    nurse.sees("Lot LENT-44 B is on no stock list of this phone. Compare the label with the recall list")
    nurse.page.get_by_label("Reason to give it all the same").fill("lent by the clinic next door")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    school.tell(stream_of("clinic", school.clinic), StockHeld(lots=("LENT44B",), why="recall"))
    nurse.go("stock")
    row = nurse.page.locator("li.dose", has_text="LENT44B")
    expect(row).to_contain_text("Already given to 1")
    expect(row).to_contain_text(child.full_name)
    nurse.open_child(child)
    nurse.sees("is of lot LENT-44 B, which must not be used: recalled.")
    nurse.press("Tell the health office")
    nurse.sees("This lot must not be used: recalled.")
    nurse.press("Open an incident for the health office")
    nurse.sees_title(child.full_name)
    nurse.sees("Incident: still to do")
    expect(nurse.page.get_by_role("button", name="Tell the health office")).to_have_count(0)
    nurse.waits_for_delivery(2)
    dose, incident = school.from_phones(child)
    assert isinstance(incident.payload, IncidentOpened)
    assert (incident.payload.dose, incident.payload.stops) == (
        dose.header.id,
        ("This lot must not be used: recalled.",),
    )


def test_a_lot_that_moved_is_chosen_again(nurse: Nurse, school: School) -> None:
    """WEB-R305: its load is corrected while the form is open; the form says so at once, and keeps the rest."""
    child = school.child("Kou")
    load(school, "MOVES1")
    nurse.open_child(child)
    nurse.press("Record a dose")
    nurse.choose_lot("MOVES1")
    nurse.page.get_by_label("Right upper arm").check()
    (loaded,) = [
        fact for fact in school.facts_of(stream_of("clinic", school.clinic))
        if isinstance(fact.payload, StockLoaded) and fact.payload.lot == "MOVES1"
    ]  # fmt: skip
    school.tell(
        stream_of("clinic", school.clinic), StockCorrected(event=loaded.id, reason="typo", container="Cooler 1")
    )
    nurse.sees("This lot was corrected or moved meanwhile. Choose it again.")
    expect(nurse.page.get_by_label("Right upper arm")).to_be_checked()
    nurse.choose_lot("MOVES1")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.waits_for_delivery(1)
    assert told(school, child, DoseAdministered).container == "Cooler 1"


def test_what_was_given_is_not_also_not_given(nurse: Nurse, school: School) -> None:
    """WEB-R305"""
    child = school.child("Elise")
    nurse.record_dose(child)
    nurse.go(f"child/{child.id}/not-given")
    nurse.page.get_by_label("unwell").check()
    nurse.page.get_by_label("Tdap").check()
    nurse.press("Record")
    nurse.sees("Tdap was given here that day. Undo that dose first, or leave it out.")
    expect(nurse.page.get_by_label("unwell")).to_be_checked()

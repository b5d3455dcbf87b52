"""Before the clinic: lots scanned into boxes, standing orders, what the loggers say; set aside on every phone."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import BrowserContext, expect

from events.catalog.clinics import OrderIssued, OrderWithdrawn
from events.catalog.stock import StockCleared, StockEntryVoided, StockHeld, StockLoaded, StockWasted, TemperatureRead
from events.catalog.students import ContactsRecorded
from events.ids import stream_of
from tests.browser.nurse import Nurse
from tests.browser.school import NURSE, School
from tests.browser.test_closing import of_the_clinic
from tests.browser.test_looks import inspect

CODE = "010035816088452817270831" + "10FLU77"


def test_a_lot_is_scanned_into_a_box(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R193: the code fills in lot, expiry, GTIN and NDC; product, maker, box and who paid are told; offline."""
    phone.set_offline(True)
    nurse.go("stock")
    load = nurse.page.locator("details", has_text="Load a lot")
    load.get_by_text("Load a lot").click()
    load.get_by_role("button", name="Scan the vial").click()
    load.get_by_label("Code as text").fill(CODE)
    load.get_by_role("button", name="Take this code").click()
    expect(load.get_by_label("Lot number")).to_have_value("FLU77")
    expect(load.get_by_label("Expires")).to_have_value("2027-08-31")
    expect(load.get_by_label("NDC")).to_have_value("5816088452")
    nurse.press("Load this lot")
    expect(load.locator(".error")).to_have_count(2)
    expect(load.get_by_label("Vaccine")).to_have_value("140")
    load.get_by_label("Vaccine").select_option("115")
    expect(load.locator(".error").first).to_have_text(re.compile("The code on the vial is of Influenza"))
    load.get_by_label("Vaccine").select_option("150")
    load.get_by_label("Product").fill("Fluarix")
    load.get_by_label("Maker").select_option("SKB")
    load.get_by_label("Doses").fill("20")
    load.get_by_label("Box").fill("Cooler 2")
    load.get_by_label("Who paid").select_option("private")
    load.get_by_label("Expires").fill("2025-08-31")
    nurse.press("Load this lot")
    expect(load.locator(".error")).to_have_text(re.compile("This lot expired on August 31, 2025."))
    expect(load.get_by_label("Expires")).to_have_value("2025-08-31")
    load.get_by_label("Expires").fill("2027-08-31")
    nurse.press("Load this lot")
    expect(nurse.page.locator("li.dose", has_text="FLU77")).to_contain_text("20 loaded")
    load.get_by_label("Vaccine").select_option("150")
    load.get_by_label("Maker").select_option("SKB")
    load.get_by_label("Lot number").fill("flu-77")
    load.get_by_label("Expires").fill("2028-01-31")
    nurse.press("Load this lot")
    nurse.sees("This lot is loaded already as expiring on August 31, 2027.")
    load.get_by_label("Vaccine").select_option("20")
    expect(load.locator(".error").first).to_contain_text("Influenza")
    expect(load.get_by_label("Lot number")).to_have_value("flu-77")
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    loaded = of_the_clinic(school)[-1].payload
    assert isinstance(loaded, StockLoaded)
    assert (loaded.gtin, loaded.ndc, loaded.product) == ("00358160884528", "5816088452", "Fluarix")
    assert (loaded.mvx, loaded.doses, loaded.container, loaded.funding) == ("SKB", 20, "Cooler 2", "private")


def test_a_standing_order_written_down_lets_its_vaccine_be_given(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R194: prescriber, dates, ages, dose, route, site; without it the dose is stopped, with it not."""
    child = school.child("Cade")
    lot = StockLoaded(
        container="Cooler 1", cvx="83", mvx="SKB", lot="HAV1", expires_on="2027-06-30", doses=5, funding="vfc"
    )
    school.tell(stream_of("clinic", school.clinic), lot)
    nurse.go("stock")
    nurse.sees("HAV1")
    nurse.start_dose(child, "HAV1")
    nurse.sees("standing order")
    phone.set_offline(True)
    nurse.go("orders")
    nurse.page.get_by_text("Write down a standing order").click()
    nurse.press("Keep this order")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Vaccine").select_option("83")
    nurse.page.get_by_label("Prescriber").fill("Dr. Evangeline Moreau")
    nurse.page.get_by_label("Valid until").fill((school.today - timedelta(days=1)).isoformat())
    nurse.press("Keep this order")
    nurse.sees("It ends before it begins.")
    nurse.page.get_by_label("Valid until").fill((school.today + timedelta(days=90)).isoformat())
    nurse.page.get_by_label("From age").fill("1")
    nurse.page.get_by_label("To age").fill("18")
    nurse.press("Keep this order")
    row = nurse.page.locator("li.dose", has_text="Hepatitis A")
    expect(row).to_contain_text("0.5 mL")
    expect(row).to_contain_text("in force")
    nurse.start_dose(child, "HAV1")
    expect(nurse.page.get_by_text("standing order")).to_have_count(0)
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    order = of_the_clinic(school)[-1].payload
    assert isinstance(order, OrderIssued)
    assert (order.cvx, order.route, order.dose_ml, order.sites) == ("83", "IM", 0.5, ("left_deltoid", "right_deltoid"))
    assert (order.age_months_from, order.age_months_to) == (12, 18 * 12 + 11)


def test_a_box_keeps_eight_hours_and_its_readings(nurse: Nurse, school: School) -> None:
    """WEB-R195: start, opening, end with logger, lowest and highest; after eight hours it says so and sets aside."""
    lot = StockLoaded(
        container="Cooler 8", cvx="165", mvx="MSD", lot="HPV8", expires_on="2027-06-30", doses=5, funding="vfc"
    )
    school.tell(stream_of("clinic", school.clinic), lot)
    nurse.go("stock")
    nurse.sees("HPV8")
    reading = nurse.page.get_by_role("region", name="Temperatures")
    box = reading.locator(".panel", has_text="Cooler 8")
    expect(box).to_contain_text("no reading at the start yet")
    reading.get_by_label("Box").select_option("Cooler 8")
    reading.get_by_label("Degrees Celsius").fill("5")
    reading.get_by_label("Lowest since").fill("x")
    reading.get_by_role("button", name="Record the reading").click()
    nurse.sees("A number, as on the logger.")
    reading.get_by_label("Lowest since").fill("3.5")
    reading.get_by_label("Highest since").fill("6")
    reading.get_by_label("Logger").fill("L-17")
    reading.get_by_role("button", name="Record the reading").click()
    expect(box).to_contain_text("keeps until")
    expect(box).to_contain_text("L-17")
    nurse.waits_for_delivery(1)
    told = of_the_clinic(school)[-1].payload
    assert isinstance(told, TemperatureRead)
    assert (told.occasion, told.celsius, told.minimum_celsius, told.maximum_celsius) == ("start", 5, 3.5, 6)
    nurse.page.clock.install()
    nurse.go("stock")
    nurse.page.clock.fast_forward("08:01:00")
    nurse.unlock()
    expect(box).to_contain_text("over eight hours")
    box.get_by_role("button", name="Do not use").click()
    row = nurse.page.locator("li.dose", has_text="HPV8")
    expect(row).to_contain_text("too warm or too cold")


def test_what_one_phone_sets_aside_stops_on_the_other(
    school: School, nurse: Nurse, another: Callable[[], Nurse]
) -> None:
    """WEB-R74: an excursion on one phone stops the dose on the next, and lists the children who had it, with phones."""
    child, unreached = school.child("Hazel"), school.child("Gus")
    school.tell(unreached.stream, ContactsRecorded(contacts=()))
    for served in (child, unreached):
        nurse.record_dose(served, "Y011562")
    nurse.waits_for_delivery(2)
    other = another()
    other.go("stock")
    row = other.page.locator("li.dose", has_text="Y011562")
    row.get_by_text("Set this lot aside").click()
    row.get_by_label("too warm").check()
    row.get_by_role("button", name="Do not use this lot").click()
    expect(row).to_contain_text(child.full_name)
    expect(row.get_by_role("listitem").filter(has_text=child.full_name)).to_contain_text("Parent Brandt (mother)")
    expect(row.get_by_role("link")).to_have_attribute("href", "tel:218-555-0142")
    expect(row.get_by_role("listitem").filter(has_text=unreached.full_name)).to_contain_text("No phone of a parent")
    other.waits_for_delivery(1)
    nurse.start_dose(school.child("Zoë"), "Y011562")
    nurse.sees("This lot must not be used: it was too warm or too cold.")
    other.go("stock")
    row.get_by_text("It may be used again").click()
    row.get_by_role("button", name="Use it again").click()
    other.sees("Fill this in.")
    row.get_by_label("Who said so").fill("GSK, Ms. Adler")
    row.get_by_role("button", name="Use it again").click()
    expect(row).to_contain_text("may be used")
    other.waits_for_delivery(2)
    held, cleared = [fact.payload for fact in of_the_clinic(school)[-2:]]
    assert isinstance(held, StockHeld)
    assert isinstance(cleared, StockCleared)
    assert cleared.authority == "GSK, Ms. Adler"


def test_what_was_typed_wrongly_is_taken_back(
    phone: BrowserContext, school: School, nurse: Nurse, another: Callable[[], Nurse]
) -> None:
    """WEB-R490, WEB-R491: a loss by its reason; a wrong reading frees its lots when the logger was read again."""
    lot = StockLoaded(
        container="Cooler 7", cvx="165", mvx="MSD", lot="HPV7", expires_on="2027-06-30", doses=5, funding="vfc"
    )
    school.tell(stream_of("clinic", school.clinic), lot)
    nurse.go("stock")
    row = nurse.page.locator("li.dose", has_text="HPV7").first
    expect(row).to_contain_text("5 left")
    phone.set_offline(True)
    row.get_by_text("Doses spoiled").click()
    row.get_by_label("Reason").fill("dropped")
    row.get_by_role("button", name="Record the loss").click()
    expect(row).to_contain_text("4 left")
    reading = nurse.page.get_by_role("region", name="Temperatures")
    reading.get_by_label("Box").select_option("Cooler 7")
    reading.get_by_label("Degrees Celsius").fill("48")
    reading.get_by_role("button", name="Record and set the lots aside").click()
    expect(row).to_contain_text("too warm or too cold")
    nurse.page.get_by_text("What was entered").click()
    loss = nurse.page.locator("li.dose", has_text="1 spoiled")
    loss.get_by_text("Take back").click()
    loss.get_by_role("button", name="Take it back").click()
    expect(loss.locator(".error")).to_have_text("Fill this in.")
    loss.get_by_label("What was wrong").fill("another lot fell")
    loss.get_by_role("button", name="Take it back").click()
    expect(loss).to_contain_text(f"{NURSE}: another lot fell")
    expect(row).to_contain_text("5 left")
    loss.get_by_role("button", name="Put it back").click()
    expect(row).to_contain_text("4 left")
    warm = nurse.page.locator("li.dose", has_text="48 °C")
    warm.get_by_text("Take back").click()
    expect(warm).to_contain_text("stay set aside until Cooler 7 is read again")
    warm.get_by_label("What was wrong").fill("it says 4.8")
    warm.get_by_role("button", name="Take it back").click()
    expect(reading.locator(".panel", has_text="Cooler 7")).to_contain_text("Read the logger again")
    expect(row).to_contain_text("too warm or too cold")
    assert inspect(nurse.page) == []
    reading.get_by_label("Degrees Celsius").fill("4.8")
    reading.get_by_role("button", name="Record the reading").click()
    expect(row).to_contain_text("may be used")
    expect(row).to_contain_text("set aside by a reading of 48 °C in Cooler 7. That was taken back (it says 4.8)")
    assert inspect(nurse.page) == []
    phone.set_offline(False)
    nurse.waits_for_delivery(6)
    told = [fact.payload for fact in of_the_clinic(school)[-6:]]
    kinds = [StockWasted, TemperatureRead, StockEntryVoided, StockEntryVoided, StockEntryVoided, TemperatureRead]
    assert [type(one) for one in told] == kinds
    other = another()
    other.go("stock")
    expect(other.page.locator("li.dose", has_text="HPV7").first).to_contain_text("That was taken back (it says 4.8)")


def test_who_frees_a_lot_sees_each_reason_it_was_set_aside_for(school: School, nurse: Nurse) -> None:
    """WEB-R494: a warm box and a recall of one lot; the maker's word about one of them ends both."""
    clinic = stream_of("clinic", school.clinic)
    school.tell(clinic, StockHeld(lots=("X019002",), why="excursion"), StockHeld(lots=("X019002",), why="recall"))
    nurse.go("stock")
    row = nurse.page.locator("li.dose", has_text="X019002")
    expect(row.locator(".pill.bad")).to_contain_text(["recalled", "it was too warm or too cold"])
    row.get_by_text("It may be used again").click()
    expect(row).to_contain_text("This ends every reason: recalled, it was too warm or too cold.")


def test_the_screens_of_boxes_and_orders_pass_axe(nurse: Nurse) -> None:
    """WEB-R69: unfolded, in both languages."""
    found = []
    for language in ("English", "Español"):
        nurse.go("settings")
        nurse.page.get_by_label(language).check()
        for part in ("orders", "stock", "ready"):
            nurse.go(part)
            nurse.page.locator("h1").wait_for()
            for summary in nurse.page.locator("main summary").all():
                summary.click()
            found += [f"{language} {part}: {one}" for one in inspect(nurse.page)]
    assert found == []


def test_a_withdrawn_order_stops_the_next_dose_on_every_phone(
    phone: BrowserContext, school: School, nurse: Nurse, another: Callable[[], Nurse]
) -> None:
    """WEB-R129: who, from when and why; here at once without a network, on the other phone as soon as it hears."""
    child = school.child("Núria")
    other = another()
    nurse.start_dose(child, "X019002")
    expect(nurse.page.get_by_text("No standing order covers")).to_have_count(0)
    phone.set_offline(True)
    nurse.go("orders")
    row = nurse.page.locator("li.dose", has_text="Varicella")
    row.get_by_text("Withdraw this order").click()
    row.get_by_label("From this day on").fill((school.today - timedelta(days=1)).isoformat())
    row.get_by_role("button", name="Withdraw it").click()
    nurse.sees("It had not begun by then.")
    nurse.sees("Fill this in.")
    row.get_by_label("From this day on").fill(school.today.isoformat())
    row.get_by_label("Why").fill("a new order is being written")
    row.get_by_role("button", name="Withdraw it").click()
    expect(row).to_contain_text("withdrawn")
    expect(row).to_contain_text("Withdrawn from")
    nurse.sees("Varicella")
    nurse.start_dose(child, "X019002")
    nurse.sees("No standing order covers this vaccine today.")
    nurse.go("ready")
    expect(nurse.page.locator("li.dose", has_text="Standing orders")).to_contain_text("Varicella")
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    told = of_the_clinic(school)[-1].payload
    assert isinstance(told, OrderWithdrawn)
    assert (told.on, told.by) == (school.today.isoformat(), "Dr. Evangeline Moreau")
    other.start_dose(child, "X019002")
    other.sees("No standing order covers this vaccine today.")

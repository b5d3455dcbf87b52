"""The boxes, the kit and the close of the day, on the phone and in the district's log."""

from playwright.sync_api import BrowserContext, expect

from events.catalog.clinics import ClinicClosed, EpinephrineChecked, ProtocolSigned
from events.catalog.doses import ObservationEnded
from events.catalog.stock import StockHeld, StockLoaded, StockReturned, StockWasted, TemperatureRead
from events.ids import stream_of
from projections.fold import Fact
from tests.browser.nurse import Nurse
from tests.browser.school import COLLEAGUE, NURSE, School


def of_the_clinic(school: School) -> list[Fact]:
    """What the nurse wrote about the clinic, in log order."""
    facts = school.facts_of(stream_of("clinic", school.clinic))
    return [fact for fact in facts if fact.header.author == school.nurse]


def test_a_recalled_lot_names_the_children_who_had_it(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R74: set aside offline, it stops the next dose; the children already given it stand there with phones."""
    child = school.child("Maya")
    phone.set_offline(True)
    nurse.record_dose(child, "X019002")
    nurse.go("stock")
    row = nurse.page.locator("li.dose", has_text="X019002")
    expect(row).to_contain_text("40 loaded, 1 given, 39 left")
    row.get_by_text("Set this lot aside").click()
    row.get_by_label("recalled").check()
    row.get_by_role("button", name="Do not use this lot").click()
    expect(row).to_contain_text("do not use: recalled")
    expect(row).to_contain_text("Already given to 1:")
    expect(row).to_contain_text(child.full_name)
    expect(row.get_by_role("link")).to_have_attribute("href", "tel:218-555-0142")
    nurse.start_dose(school.child("Zoë"), "X019002")
    nurse.sees("This lot must not be used: recalled.")
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    held = of_the_clinic(school)[-1].payload
    assert isinstance(held, StockHeld)
    assert (held.lots, held.why) == (("X019002",), "recall")


def test_a_warm_box_sets_its_lots_aside(nurse: Nurse, school: School) -> None:
    """WEB-R74: 2 to 8 °C; a reading outside is kept and its lots are held in the same tap."""
    before = len(of_the_clinic(school))
    nurse.go("stock")
    nurse.page.get_by_text("Load a lot").click()
    nurse.press("Load this lot")
    nurse.sees("Fill this in.")
    load = nurse.page.locator("details", has_text="Load a lot")
    load.get_by_label("Vaccine").select_option("150")
    load.get_by_label("Lot number").fill("P100")
    load.get_by_label("Expires").fill("2027-06-30")
    load.get_by_label("Maker").select_option("SEQ")
    load.get_by_label("Box").fill("Cooler 9")
    load.get_by_label("Who paid").select_option("vfc")
    nurse.press("Load this lot")
    expect(nurse.page.locator("li.dose", has_text="P100")).to_contain_text("10 loaded, 0 given, 10 left")
    reading = nurse.page.get_by_role("region", name="Temperatures")
    reading.get_by_label("Box").select_option("Cooler 9")
    reading.get_by_label("Degrees Celsius").fill("4,5")
    reading.get_by_role("button", name="Record the reading").click()
    expect(reading).to_contain_text("4.5 °C")
    reading.get_by_label("Degrees Celsius").fill("11")
    expect(reading).to_contain_text("these lots will be set aside on every device: P100")
    reading.get_by_role("button", name="Record and set the lots aside").click()
    expect(nurse.page.locator("li.dose", has_text="P100")).to_contain_text("too warm or too cold")
    nurse.waits_for_delivery(4)
    kinds = [type(fact.payload) for fact in of_the_clinic(school)[before:]]
    assert kinds == [StockLoaded, TemperatureRead, TemperatureRead, StockHeld]


def test_ready_to_leave_names_what_is_missing(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R75: epinephrine and the signed protocol are not optional; an expired injector does not count."""
    nurse.go("ready")
    nurse.sees("Not ready")
    phone.set_offline(True)
    missing = nurse.page.locator("li.dose", has=nurse.page.locator(".pill.bad"))
    expect(missing).to_have_count(3)
    nurse.page.get_by_text("Check the emergency kit").click()
    for size, expires in (("0.15 mg", "2025-01-31"), ("0.3 mg", "2027-05-31")):
        nurse.page.get_by_label(f"Pieces of {size}").fill("2")
        nurse.page.get_by_label(f"{size} expires").fill(expires)
    nurse.press("Sign the kit")
    nurse.sees("Expired on January 31, 2025. Replace it.")
    nurse.page.get_by_label("0.15 mg expires").fill("2027-05-31")
    nurse.press("Sign the kit")
    nurse.sees("2 × 0.15 mg, 2 × 0.3 mg")
    expect(missing).to_have_count(2)
    nurse.page.get_by_text("Sign the emergency protocol").click()
    nurse.page.get_by_label("Prescriber").fill("Dr. Evangeline Moreau")
    nurse.page.get_by_label("Valid until").fill("2027-06-30")
    nurse.press("Keep the signature")
    expect(missing).to_have_count(1)
    expect(missing).to_contain_text("Storage")
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    kit, protocol = [fact.payload for fact in of_the_clinic(school)[-2:]]
    assert isinstance(kit, EpinephrineChecked)
    assert [one.size for one in kit.kit] == ["0.15 mg", "0.3 mg"]
    assert isinstance(protocol, ProtocolSigned)
    assert len(protocol.sha256) == 64


def test_the_day_is_closed_by_two(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R76: every dose accounted for, nobody left on the watch, the unseen named, two signatures."""
    child = school.child("Owen")
    phone.set_offline(True)
    nurse.record_dose(child)
    nurse.go("stock")
    row = nurse.page.locator("li.dose", has_text="U7421AC")
    row.get_by_text("Doses spoilt").click()
    row.get_by_label("Doses", exact=True).fill("2")
    row.get_by_label("Reason").fill("dropped")
    row.get_by_role("button", name="Record the loss").click()
    expect(row).to_contain_text("40 loaded, 1 given, 37 left")

    nurse.go("closing")
    nurse.page.get_by_label("Second name").fill(NURSE)
    nurse.press("Close and sign")
    nurse.sees("Somebody else than you.")
    nurse.sees("Still being watched:")
    nurse.page.get_by_label("Second name").fill(COLLEAGUE)
    nurse.press("Close and sign")
    nurse.go("watch")
    for _ in range(nurse.page.locator("li.dose").count()):
        last = nurse.page.locator("li.dose").first
        last.get_by_role("button", name="Leaves early").click()
        last.get_by_label("Why before the time").fill("closing")
        name = last.locator("strong").inner_text()
        last.get_by_role("button", name="Left well").click()
        expect(nurse.page.locator("li.dose", has_text=name)).to_have_count(0)
    nurse.go("closing")
    nurse.page.get_by_label("Doses of lot U7421AC in Cooler 1 that go back").fill("36")
    nurse.sees("Lot U7421AC: off by 1.")
    nurse.press("Close and sign")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Note").fill("one vial was not in the box")
    nurse.press("Close and sign")
    nurse.sees_title("The day is closed")
    nurse.sees(f"Signed by {NURSE} and {COLLEAGUE}.")
    phone.set_offline(False)
    nurse.go("outbox")
    expect(nurse.page.locator(".syncbar")).to_contain_text("all delivered", timeout=20_000)
    facts = of_the_clinic(school)
    closed = facts[-1].payload
    assert isinstance(closed, ClinicClosed)
    assert closed.signed_by == (NURSE, COLLEAGUE)
    tdap = next(count for count in closed.counts if count.lot == "U7421AC")
    assert (tdap.loaded, tdap.given, tdap.wasted, tdap.returned) == (40, 1, 2, 36)
    assert child.id not in closed.not_seen
    assert school.child("Gus").id in closed.not_seen
    assert any(isinstance(fact.payload, StockWasted) for fact in facts)
    assert any(isinstance(fact.payload, StockReturned) for fact in facts)
    assert isinstance(school.from_phones(child)[-1].payload, ObservationEnded)

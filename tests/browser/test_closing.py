"""The boxes, the kit and the close of the day, on the phone and in the district's log."""

import re
from datetime import timedelta

from playwright.sync_api import BrowserContext, expect

from events.catalog.clinics import ClinicClosed, ClinicCountersigned, EpinephrineChecked, LotCount, ProtocolSigned
from events.catalog.devices import DeviceClosed
from events.catalog.doses import DoseNotGiven, DoseVoided, ObservationEnded
from events.catalog.stock import StockCorrected, StockHeld, StockLoaded, StockReturned, StockWasted, TemperatureRead
from events.ids import stream_of
from projections.fold import Fact
from projections.returns import returns_of
from projections.shelf import Shelf
from server.district import wall_clock
from tests.browser.nurse import PIN, Nurse
from tests.browser.school import COLLEAGUE, NURSE, School
from tests.browser.test_looks import OPEN_ALL, SMALL_TARGETS, TARGET_PIXELS_MIN, WIDER_THAN_SCREEN, inspect
from tests.browser.test_several_nurses import BENS_PIN, hand_over, let_ben_in

FUNDS = ("Vaccines for Children", "private purchase")


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
    reading.get_by_label("Degrees Celsius").fill("41")
    expect(reading.get_by_text("Is that °F?")).to_be_visible()
    reading.get_by_text("°F", exact=True).click()
    expect(reading.get_by_text("Recorded as 5 °C.")).to_be_visible()
    reading.get_by_text("°C", exact=True).click()
    reading.get_by_label("Degrees Celsius").fill("11")
    expect(reading).to_contain_text("these lots will be set aside on every device: P100")
    reading.get_by_role("button", name="Record and set the lots aside").click()
    expect(nurse.page.locator("li.dose", has_text="P100")).to_contain_text("too warm or too cold")
    nurse.waits_for_delivery(3)
    kinds = [type(fact.payload) for fact in of_the_clinic(school)[before:]]
    assert kinds == [StockLoaded, TemperatureRead, TemperatureRead]


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


def test_a_loss_is_booked_to_the_fund_it_was_taken_from(school: School, nurse: Nurse) -> None:
    """WEB-R283: one lot in one box, paid for twice: two rows by their funds, and the loss leaves the one tapped."""
    later = (school.today + timedelta(days=200)).isoformat()
    clinic = stream_of("clinic", school.clinic)
    for fund in ("vfc", "private"):
        box = StockLoaded(
            container="Cooler 5", cvx="150", mvx="SKB", lot="TWO1", expires_on=later, doses=10, funding=fund
        )
        school.tell(clinic, box)
    nurse.go("stock")
    rows = nurse.page.locator("li.dose", has_text="TWO1")
    expect(rows).to_have_count(2)
    public, private = (rows.filter(has_text=f"Cooler 5 · {fund}") for fund in FUNDS)
    private.get_by_text("Doses spoiled").click()
    private.get_by_label("Reason").fill("dropped")
    private.get_by_role("button", name="Record the loss").click()
    expect(private).to_contain_text("10 loaded, 0 given, 9 left")
    expect(public).to_contain_text("10 loaded, 0 given, 10 left")
    nurse.waits_for_delivery(1)
    wasted = of_the_clinic(school)[-1].payload
    assert isinstance(wasted, StockWasted)
    assert (wasted.container, wasted.funding) == ("Cooler 5", "private")


def test_the_close_names_what_was_set_aside(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R284: not everything is in the record while a row is set aside or waits; the file to carry is there."""
    phone.set_offline(True)
    nurse.record_dose(school.child("Bea"))
    nurse.go("closing")
    outbox = nurse.page.get_by_role("region", name="Outbox")
    expect(outbox).to_contain_text("1 entry waits on this phone")
    expect(outbox.get_by_role("button", name="Save")).to_be_visible()
    nurse.go("settings")
    device = nurse.page.locator("dl.facts dd").filter(has_text=re.compile("^[0-9a-f-]{36}$")).inner_text()
    school.tell(stream_of("device", device), DeviceClosed(last_seq=0, reason="lost"))
    phone.set_offline(False)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.go("outbox")
    expect(nurse.page.locator("li.dose .pill.bad")).to_have_count(1)
    expect(nurse.page.locator(".syncbar")).to_contain_text("1 set aside")
    nurse.go("closing")
    expect(outbox).to_contain_text("Set aside by the office's server, not in the record: 1")
    expect(outbox).not_to_contain_text("Everything of this phone")
    expect(outbox.get_by_role("listitem")).to_have_text("Dose given · A child no longer on this phone")


def test_not_given_is_undone_within_the_visit(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R288: one tap at the child; its consents are open again at the close, and the log keeps both words."""
    child = school.child("Soren")
    phone.set_offline(True)
    nurse.go(f"child/{child.id}/not-given")
    nurse.page.get_by_label("unwell").check()
    nurse.press("Record")
    nurse.sees_title(child.full_name)
    told = nurse.page.locator(".notice", has_text="Not given:")
    expect(told).to_contain_text("unwell")
    owed = nurse.page.get_by_role("region", name="Consents")

    def closing() -> None:
        nurse.go("closing")
        owed.get_by_text("without an outcome").click()
        expect(owed.get_by_role("button").first).to_be_visible()

    closing()
    expect(owed.get_by_role("button", name=child.full_name)).to_have_count(0)
    nurse.open_child(child)
    told.get_by_role("button", name="Undo").click()
    expect(told).to_have_count(0)
    closing()
    expect(owed.get_by_role("button", name=child.full_name)).to_be_visible()
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    said, undone = school.from_phones(child)[-2:]
    assert isinstance(said.payload, DoseNotGiven)
    assert isinstance(undone.payload, DoseVoided)
    assert undone.payload.event == said.id


def test_who_was_not_seen_takes_three_taps_a_child(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R644: from the list of the close to why, and back to the list, open and in sight, the child off it."""
    phone.set_offline(True)
    nurse.go("closing")
    nurse.page.get_by_text("Show them").click()
    heading = nurse.page.get_by_role("heading", name="Not seen: ")
    before = int(heading.inner_text().split()[-1])
    rows = nurse.page.locator("#not-seen .linkrow")
    expect(rows).to_have_count(before)
    first, second, third = rows.locator("strong").all_inner_texts()[:3]
    for name in (first, second):
        rows.filter(has_text=name).click()
        nurse.page.get_by_label("absent").check()
        nurse.page.get_by_label("Tdap", exact=True).check()
        nurse.press("Record")
        nurse.sees_title("Close the day")
        expect(heading).to_be_in_viewport()
        expect(rows.filter(has_text=name)).to_have_count(0)
    expect(heading).to_have_text(f"Not seen: {before - 2}")
    rows.filter(has_text=third).click()
    nurse.page.get_by_role("button", name="Back").click()
    nurse.sees_title("Close the day")
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    children = [child for child in school.children if child.full_name in (first, second)]
    told = [school.from_phones(child)[-1].payload for child in children]
    assert [one.reason for one in told if isinstance(one, DoseNotGiven)] == ["absent", "absent"]


def test_a_box_nobody_read_is_named(school: School, nurse: Nurse) -> None:
    """WEB-R289: before leaving without a reading at the start, at the close without one at the end."""
    clinic = stream_of("clinic", school.clinic)
    load = StockLoaded(
        container="Blue bag", cvx="150", mvx="SEQ", lot="F7", expires_on="2027-06-30", doses=5, funding="vfc"
    )
    school.tell(clinic, load)
    nurse.go("ready")
    boxes = nurse.page.locator("li.dose", has=nurse.page.get_by_text("Boxes cold", exact=True))
    expect(boxes).to_contain_text("Blue bag: no reading at the start yet")
    expect(boxes).to_contain_text("missing")
    nurse.go("closing")
    owed = nurse.page.get_by_role("region", name="Temperatures")
    expect(owed.get_by_role("button", name="Blue bag")).to_contain_text("no reading at the start yet")
    expect(owed.get_by_role("button", name="Cooler 1")).to_contain_text("no reading at the end yet")
    nurse.start_dose(school.child("Soren"), "U7421AC")
    warned = nurse.page.locator(".notice", has_text="Look again")
    expect(nurse.page.get_by_role("button", name="Record", exact=True)).to_be_visible()
    expect(warned.filter(has_text="temperature")).to_have_count(0)
    nurse.choose_lot("F7")
    expect(warned).to_contain_text("Blue bag: no temperature was read at the start.")
    at = wall_clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    read = [TemperatureRead(container="Blue bag", at=at, celsius=5, occasion=when) for when in ("start", "end")]
    school.tell(clinic, *read)
    expect(warned).to_contain_text("Blue bag was closed for the day.")
    nurse.go("closing")
    expect(owed.get_by_role("button", name="Cooler 1")).to_be_visible()
    expect(owed.get_by_role("button", name="Blue bag")).to_have_count(0)


def test_a_load_typed_wrongly_is_corrected(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R290: only what was wrong is said, with a reason; the right lot counts, and may be chosen, from then on."""
    load = StockLoaded(
        container="Cooler 6", cvx="150", mvx="SEQ", lot="Q1OO", expires_on="2027-06-30", doses=50, funding="vfc"
    )
    school.tell(stream_of("clinic", school.clinic), load)
    nurse.go("stock")
    wrong = nurse.page.locator("li.dose", has_text="Q1OO")
    wrong.get_by_text("Typed wrongly?").click()
    wrong.get_by_role("button", name="Record the correction").click()
    expect(wrong.get_by_text("Fill this in.")).to_be_visible()
    wrong.get_by_label("Why it is corrected").fill("letters for zeros, and five doses")
    wrong.get_by_role("button", name="Record the correction").click()
    expect(wrong.get_by_text("Nothing is different yet.")).to_be_visible()
    phone.set_offline(True)
    wrong.get_by_label("Lot number").fill("q100")
    wrong.get_by_label("Doses", exact=True).last.fill("5")
    wrong.get_by_role("button", name="Record the correction").click()
    expect(nurse.page.locator("li.dose", has_text="Q100")).to_contain_text("5 loaded, 0 given, 5 left")
    expect(wrong).to_have_count(0)
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    told = of_the_clinic(school)[-1].payload
    assert isinstance(told, StockCorrected)
    assert (told.lot, told.doses, told.expires_on, told.container) == ("Q100", 5, None, None)


PHOTOGRAPHED = re.compile(r"^\S+\n\d+\n[A-Za-z0-9+/]{43}=\n\n— \S+ ")
"""A head of the district's log: its name, how many entries, their hash, the district's signature."""


def test_the_day_is_closed_by_two(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R76: every dose accounted for, nobody left on the watch, the unseen named, two signatures; WEB-R69 of it."""
    child = school.child("Owen")
    phone.set_offline(True)
    nurse.record_dose(child)
    nurse.go("stock")
    row = nurse.page.locator("li.dose", has_text="U7421AC")
    row.get_by_text("Doses spoiled").click()
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
    nurse.page.locator("li.dose").first.wait_for()
    for _ in range(nurse.page.locator("li.dose").count()):
        last = nurse.page.locator("li.dose").first
        last.get_by_role("button", name="Leaves early").click()
        last.get_by_label("Why before the time").fill("closing")
        name = last.locator("strong").inner_text()
        last.get_by_role("button", name="Left well").click()
        expect(nurse.page.locator("li.dose", has_text=name)).to_have_count(0)
    nurse.go("closing")
    back = nurse.page.get_by_label("Doses of lot U7421AC in Cooler 1 that go back")
    for wrong in ("", "-1", "1.5", "9" * 20):
        back.fill(wrong)
        nurse.page.get_by_label("Note").fill("x" * 1_200)
        nurse.press("Close and sign")
        nurse.sees("A whole number, 10000 at most.")
    expect(nurse.page.get_by_label("Note")).to_have_value("x" * 1_000)
    nurse.page.get_by_label("Note").fill("")
    back.fill("36")
    nurse.sees("Lot U7421AC: off by 1.")
    nurse.press("Close and sign")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Note").fill("one vial was not in the box")
    nurse.press("Close and sign")
    nurse.sees_title("The day is closed")
    nurse.sees(f"Signed by {NURSE} and {COLLEAGUE}.")
    nurse.page.get_by_text("Signed proof of the record").click()
    expect(nurse.page.locator("pre.receipt")).to_have_text(PHOTOGRAPHED)
    for language, words in (("Español", "Firmado por"), ("English", "Signed by")):
        nurse.go("settings")
        nurse.page.get_by_label(language).check()
        nurse.go("closing")
        nurse.sees(f"{words} {NURSE}")
        nurse.page.evaluate(OPEN_ALL)
        assert inspect(nurse.page) == []
        assert nurse.page.evaluate(SMALL_TARGETS.replace("LEAST", str(TARGET_PIXELS_MIN))) == []
        assert nurse.page.evaluate(WIDER_THAN_SCREEN) == 0
    phone.set_offline(False)
    nurse.go("outbox")
    expect(nurse.page.locator(".syncbar")).to_contain_text("all delivered")
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


def test_a_closed_day_is_closed_anew(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R514: a lost vial is found after the close: counted again, signed by two; the earlier close stays."""
    clinic, lot = stream_of("clinic", school.clinic), "AGAIN1"
    load = StockLoaded(
        container="Red", cvx="150", mvx="SEQ", lot=lot, expires_on="2027-06-30", doses=10, funding="private"
    )
    back = StockReturned(lot=lot, cvx="150", mvx="SEQ", container="Red", doses=9, funding="private")
    count = LotCount(
        lot=lot, container="Red", funding="private", loaded=10, given=0, wasted=0, drawn_not_given=0, returned=9
    )
    at = wall_clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    closed = ClinicClosed(at=at, signed_by=(COLLEAGUE, "Olga Lund"), counts=(count,), note="one vial is missing")
    school.tell(clinic, load, back, closed)
    nurse.go("closing")
    nurse.sees(f"Signed by {COLLEAGUE} and Olga Lund.")
    phone.set_offline(True)
    nurse.press("Count again and sign")
    nurse.sees("stays in the record")
    goes_back = nurse.page.get_by_label(f"Doses of lot {lot} in Red that go back")
    expect(goes_back).to_have_value("9")
    uneven = nurse.page.get_by_text(f"Lot {lot}: off by 1.")
    expect(uneven).to_be_visible()
    goes_back.fill("10")
    expect(uneven).to_have_count(0)
    nurse.page.get_by_label("Second name").fill(COLLEAGUE)
    nurse.press("Close and sign")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Note").fill("the vial lay under the table")
    assert inspect(nurse.page) == []
    nurse.press("Close and sign")
    nurse.sees(f"Signed by {NURSE} and {COLLEAGUE}.")
    line = nurse.page.locator("li.dose", has_text=lot).first
    expect(line).to_contain_text("10 loaded, 0 given, 0 spoiled, 0 drawn, 10 back")
    expect(line).not_to_contain_text("Since then")
    nurse.page.get_by_text("Earlier closes").click()
    nurse.sees("one vial is missing")
    assert inspect(nurse.page) == []
    assert nurse.page.evaluate(WIDER_THAN_SCREEN) == 0
    phone.set_offline(False)
    nurse.go("outbox")
    expect(nurse.page.locator(".syncbar")).to_contain_text("all delivered")
    facts = school.facts_of(clinic)
    assert [told.doses for told in returns_of(Shelf(facts)) if told.lot == lot] == [10]
    assert sum(isinstance(fact.payload, ClinicClosed) and fact.payload.note == closed.note for fact in facts) == 1


def test_the_second_signs_a_close_with_a_pin_of_their_own(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R647: without a network, on the phone that is handed on; who wrote the close is not asked."""
    let_ben_in(nurse, school.code(school.colleague))
    nurse.sees(f"{COLLEAGUE} can open this phone now")
    phone.set_offline(True)
    nurse.go("closing/again")
    nurse.page.get_by_label("Second name").fill(COLLEAGUE)
    nurse.page.get_by_label("Note").fill("counted once more")
    nurse.press("Close and sign")
    nurse.sees(f"{COLLEAGUE} stands there by name alone.")
    sign = nurse.page.get_by_role("button", name=re.compile("^Sign this close"))
    expect(sign).to_have_count(0)
    hand_over(nurse, COLLEAGUE, BENS_PIN)
    nurse.go("closing")
    expect(sign).to_have_text(f"Sign this close as {COLLEAGUE}")
    assert inspect(nurse.page) == []
    sign.click()
    nurse.sees(f"Signed with a PIN of their own: {COLLEAGUE}")
    expect(sign).to_have_count(0)
    assert inspect(nurse.page) == []
    assert nurse.page.evaluate(WIDER_THAN_SCREEN) == 0
    hand_over(nurse, NURSE, PIN)
    phone.set_offline(False)
    nurse.go("outbox")
    expect(nurse.page.locator(".syncbar")).to_contain_text("all delivered")
    facts = school.facts_of(stream_of("clinic", school.clinic))
    close = [fact for fact in facts if isinstance(fact.payload, ClinicClosed)][-1]
    second = facts[-1]
    assert second.payload == ClinicCountersigned(event=close.id)
    assert (close.header.author, second.header.author) == (school.nurse, school.colleague)

"""A whole clinic day as one story, in chapters: planned with a network, lived without one, brought home.

day = Day(playwright, school, folder)
day.plan()          the day before, with a network; then it is cut
day.chapters()      each ends on a screen that anything may befall: a killed tab, an empty battery, an update
day.come_home()     the network is back
"""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Playwright, expect

from events.catalog.people import RoleGranted
from events.ids import ClinicId, stream_of
from tests.browser.nurse import PIN, Nurse, hold_phone
from tests.browser.school import COLLEAGUE, NO_CONSENT, NO_PACKET, NOT_SCREENED, NURSE, Child, School
from tests.browser.test_papers import file_statement, noise, slip_of
from tests.browser.test_planning import clinic_id
from tests.browser.test_several_nurses import BENS_PIN, hand_over, let_ben_in

GRANTED = "navigator.storage.persist = navigator.storage.persisted = async () => true"
CLINIC, COOLER = "Aspen commons", "Cooler 2"
TDAP = "U7421AC"
TDAP_CODE = f"010034928140010017310630\x1d10{TDAP}"
LOADED, WASTED = 20, 2
USUAL, WRONG_CHILD, BENS, REACTS, EXEMPT = "Owen", "Wren", "Ada", "Zoë", "Gus"
TWICE = "Kou"
"""The child to whom both phones give a Tdap."""
GIVEN = (USUAL, TWICE, NO_CONSENT, NO_PACKET, BENS, REACTS)
"""Who leaves this phone's clinic with a dose."""


class Day:
    """One phone's day. ``nurse`` is the tab in use, whoever of the two holds it."""

    def __init__(self, playwright: Playwright, school: School, profile: Path) -> None:
        self.playwright, self.school, self.profile = playwright, school, profile
        self.phone = hold_phone(playwright, profile)
        self.phone.add_init_script(GRANTED)
        self.nurse = Nurse(self.phone.pages[0], school)
        self.clinic, self.walk_in = ClinicId(""), ""

    # The day before, with a network

    def plan(self) -> None:
        """Place and day, taken onto the phone; its children, people, stock and orders; then the network is cut."""
        nurse, school = self.nurse, self.school
        school.tell(stream_of("staff", school.nurse), RoleGranted(role="nurse", facility=school.facility))
        nurse.sign_in()
        nurse.enroll()
        nurse.press("Plan a new clinic")
        self._say_where_and_when()
        self._put_a_grade_on_the_list()
        self._name_the_people()
        self._load_two_vaccines()
        self._write_down_orders()
        let_ben_in(nurse, school.code(school.colleague))
        nurse.sees(f"{COLLEAGUE} can open this phone now")
        nurse.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        self.planned = self._delivered()
        self.phone.set_offline(True)

    def _say_where_and_when(self) -> None:
        page = self.nurse.page
        page.get_by_label("School or facility").select_option(label="Aspen Middle School")
        told = {
            "Name of the clinic": CLINIC,
            "Address for 911": "410 Aspen Ave",
            "City": "Grand Rapids",
            "ZIP": "55744",
            "Day": self.school.today.isoformat(),
            "Operator": "Itasca County Public Health",
            "Number to call": "218-555-0100",
        }
        for label, words in told.items():
            page.get_by_label(label).fill(words)
        for vaccine in ("Tdap", "MMR"):
            page.get_by_label(vaccine, exact=True).check()
        self.nurse.press("Save")
        self.nurse.sees_title(CLINIC)
        self.clinic = ClinicId(clinic_id(self.nurse))
        self.nurse.press("Take this clinic onto the phone")
        page.get_by_role("searchbox").wait_for()

    def _put_a_grade_on_the_list(self) -> None:
        nurse = self.nurse
        nurse.go(f"plan/{self.clinic}/roster")
        nurse.page.get_by_label("Grade").select_option("7")
        nurse.page.get_by_label("Who lacks").select_option(label="whatever they have")
        nurse.press("Show the children")
        nurse.press(f"Put {len(self.school.children)} on the list")
        nurse.go("roster")
        expect(nurse.page.get_by_role("status").filter(has_text="20 of 20")).to_be_visible()

    def _name_the_people(self) -> None:
        nurse = self.nurse
        nurse.go(f"plan/{self.clinic}/staff")
        work = {NURSE: ("Vaccinator", "Check-in"), COLLEAGUE: ("Screening", "Observer")}
        for name, stations in work.items():
            for station in stations:
                person = nurse.page.get_by_label("Person")
                person.select_option(label=person.locator("option", has_text=name).inner_text())
                nurse.page.get_by_label("Place of work").select_option(label=station)
                nurse.press("Add")
        expect(nurse.page.get_by_text("Nobody yet for")).to_have_count(0)
        nurse.press("Save")
        nurse.sees_title(CLINIC)

    def _load_two_vaccines(self) -> None:
        """The one scanned, the other typed from its label."""
        nurse = self.nurse
        nurse.go("stock")
        load = nurse.page.locator("details", has_text="Load a lot")
        load.get_by_text("Load a lot").click()
        load.get_by_role("button", name="Scan the vial").click()
        load.get_by_label("Code as text").fill(TDAP_CODE)
        nurse.page.keyboard.press("Enter")
        expect(load.get_by_label("Lot number")).to_have_value(TDAP)
        self._load(load, "115", "PMC", LOADED)
        load.get_by_label("Lot number").fill("W028843")
        load.get_by_label("Expires").fill("2031-06-30")
        self._load(load, "03", "MSD", 10)

    def _load(self, load: Locator, vaccine: str, maker: str, doses: int) -> None:
        load.get_by_label("Vaccine").select_option(vaccine)
        load.get_by_label("Maker").select_option(maker)
        load.get_by_label("Doses").fill(str(doses))
        load.get_by_label("Box").fill(COOLER)
        load.get_by_label("Who paid").select_option("vfc")
        self.nurse.press("Load this lot")
        expect(self.nurse.page.locator("li.dose", has_text=f"{doses} loaded")).to_be_visible()

    def _write_down_orders(self) -> None:
        nurse = self.nurse
        nurse.go("orders")
        nurse.page.get_by_text("Write down a standing order").click()
        for vaccine, route, orders in (("115", "IM", 1), ("03", "SC", 2)):
            nurse.page.get_by_label("Vaccine").select_option(vaccine)
            nurse.page.get_by_label("Prescriber").fill("Dr. Evangeline Moreau")
            nurse.page.get_by_label("Valid until").fill("2031-06-30")
            nurse.page.get_by_label("Route").select_option(route)
            nurse.press("Keep this order")
            expect(nurse.page.locator("li.dose")).to_have_count(orders)

    # The day, without a network

    def make_ready(self) -> None:
        """The box is cold; the kit, the protocol and the papers; nothing is missing."""
        nurse = self.nurse
        self._read_the_box("at the start", "4,5")
        nurse.go("ready")
        nurse.sees("Not ready")
        nurse.page.get_by_text("Check the emergency kit").click()
        for size in ("0.15 mg", "0.3 mg"):
            nurse.page.get_by_label(f"Pieces of {size}").fill("2")
            nurse.page.get_by_label(f"{size} expires").fill("2031-05-31")
        nurse.press("Sign the kit")
        nurse.sees("2 × 0.15 mg, 2 × 0.3 mg")
        nurse.page.get_by_text("Sign the emergency protocol").click()
        nurse.page.get_by_label("Prescriber").fill("Dr. Evangeline Moreau")
        nurse.page.get_by_label("Valid until").fill("2031-06-30")
        nurse.press("Keep the signature")
        nurse.page.get_by_text("Pack the papers").click()
        for words in ("blank forms with their codes", "the roster", "the emergency protocol"):
            nurse.page.get_by_label(words).check()
        nurse.press("They are packed")
        nurse.sees("Ready to leave.")

    def _read_the_box(self, when: str, celsius: str) -> None:
        self.nurse.go("stock")
        reading = self.nurse.page.get_by_role("region", name="Temperatures")
        reading.get_by_label("Degrees Celsius").fill(celsius)
        reading.get_by_label("Logger").fill("L-17")
        reading.get_by_label(when).check()
        reading.get_by_role("button", name="Record the reading").click()
        expect(reading.locator(".panel")).to_contain_text(f"{celsius.replace(',', '.')} °C · {when}")

    def give_the_usual_dose(self) -> None:
        """The slip goes with the child: checked in, asked, given."""
        for given in (USUAL, TWICE):
            self._check_in(self.school.child(given))
            self._ask(self.school.child(given))
            self._give(self.school.child(given))

    def _check_in(self, child: Child) -> None:
        nurse = self.nurse
        nurse.go(f"child/{child.id}/slip")
        nurse.page.locator("svg.code").wait_for()
        self._scan_slip(child, "check_in")
        nurse.page.get_by_role("button", name=re.compile("^Who pays")).click()
        nurse.page.get_by_label("Has Medical Assistance").check()
        nurse.press("Sign and keep")
        nurse.sees_title(child.full_name)

    def _ask(self, child: Child) -> None:
        self._scan_slip(child, "screening")
        self.nurse.press("No to all")
        self.nurse.sees_title(child.full_name)

    def _give(self, child: Child, lot: str = TDAP) -> None:
        """Nothing stands against it: the lot and Record; where the phone asks for a reason, there is one."""
        self._scan_slip(child, "vaccinator")
        self.nurse.choose_lot(lot)
        reason = self.nurse.page.get_by_label("Reason to give it all the same")
        if reason.is_visible():
            reason.fill("the family asked for it")
        self.nurse.press("Record")
        self.nurse.sees("Safe on this phone")

    def _scan_slip(self, child: Child, station: str) -> None:
        nurse = self.nurse
        nurse.go(f"scan/{station}")
        nurse.page.get_by_label("Code as text").fill(slip_of(nurse, child))
        nurse.page.keyboard.press("Enter")
        nurse.sees_title(child.full_name)
        nurse.press("No, go on")

    def hand_the_family_its_packet(self) -> None:
        nurse, child = self.nurse, self.school.child(NO_PACKET)
        self._check_in(child)
        self._ask(child)
        nurse.start_dose(child, TDAP)
        nurse.sees("No family packet is recorded.")
        nurse.press("Record the packet")
        nurse.press("Sign and keep")
        nurse.sees_title(child.full_name)
        self._give(child)

    def take_consent_by_voice(self) -> None:
        nurse, child = self.nurse, self.school.child(NO_CONSENT)
        self._check_in(child)
        self._ask(child)
        nurse.start_dose(child, TDAP)
        nurse.sees("There is no consent for this vaccine.")
        nurse.press("Record a consent")
        nurse.page.get_by_label("By voice").check()
        nurse.page.get_by_role("group", name="For which vaccines").get_by_label("Tdap").check()
        nurse.page.get_by_label("Who says so").fill("Mai Xiong")
        nurse.press("Sign and keep")
        nurse.sees_title(child.full_name)
        self._give(child)

    def file_a_paper_with_its_picture(self) -> None:
        nurse = self.nurse
        file_statement(nurse, self.school.child(EXEMPT), noise(60))
        nurse.sees("The picture is on this phone, locked away")
        nurse.press("Record")
        nurse.sees("Safe on this phone")

    def take_a_walk_in(self) -> None:
        """A child nobody expected, with her paper record and her mother's word."""
        nurse = self.nurse
        nurse.go("register")
        nurse.page.get_by_label("Given name").fill("Jonas")
        nurse.page.get_by_label("Family name").fill("Weber")
        nurse.page.get_by_label("Birth date").fill("2014-03-23")
        nurse.page.get_by_label("Name of parent or guardian").fill("Karin Weber")
        nurse.page.get_by_label("Phone", exact=True).fill("218-555-0199")
        nurse.press("Register")
        nurse.sees_title("Jonas Weber")
        self.walk_in = nurse.page.evaluate("location.hash").split("/")[2]
        nurse.press("Enter a paper record")
        nurse.page.get_by_label("Polio, dose 1").fill("5/2014")
        nurse.page.get_by_label("MMR, dose 1").fill("4/2/2015")
        nurse.page.get_by_label("Who says so").select_option("parent")
        nurse.press("Record 2 doses")
        nurse.sees_title("Jonas Weber")

    def hand_the_phone_to_ben(self) -> None:
        """He gives a dose by his own PIN and sees whom she watches; she finds what she had begun to type."""
        nurse, child = self.nurse, self.school.child(BENS)
        self._check_in(child)
        self._ask(child)
        nurse.go(f"child/{child.id}/not-given")
        nurse.page.get_by_label("Note").fill("her arm is in pl")
        hand_over(nurse, COLLEAGUE, BENS_PIN)
        nurse.go("watch")
        nurse.sees(self.school.child(USUAL).full_name)
        self._give(child)
        hand_over(nurse, NURSE, PIN)
        nurse.open_child(child)
        nurse.press("Not given")
        expect(nurse.page.get_by_label("Note")).to_have_value("her arm is in pl")
        nurse.page.get_by_label("Note").fill("")

    def screen_then_send_home(self) -> None:
        """Nothing against a dose, but she has a fever by now."""
        nurse, child = self.nurse, self.school.child(NOT_SCREENED)
        self._ask(child)
        nurse.press("Not given")
        nurse.page.get_by_label("unwell").check()
        nurse.page.get_by_label("Note").fill("fever, 39 °C")
        nurse.press("Record")
        nurse.sees_title(child.full_name)
        nurse.sees("fever, 39 °C")

    def undo_a_dose(self) -> None:
        """Recorded for the wrong child of two with one name on the list."""
        nurse, child = self.nurse, self.school.child(WRONG_CHILD)
        nurse.record_dose(child, TDAP)
        nurse.open_child(child)
        nurse.correct("Tdap")
        nurse.press("Undo")
        expect(nurse.page.locator("li.void")).to_contain_text("undone within the visit")

    def help_in_an_emergency(self) -> None:
        """Hives after the dose: the times by one tap each, what happened, and what VAERS asks."""
        nurse, child = self.nurse, self.school.child(REACTS)
        self._check_in(child)
        self._ask(child)
        self._give(child)
        nurse.open_child(child)
        nurse.press("Emergency")
        for tap in ("Epinephrine now", "911 called now", "Handed over now", "Parent called now"):
            nurse.press(tap)
        nurse.page.get_by_label("What happened").fill("hives and wheeze")
        nurse.press("Sign the reaction")
        nurse.sees_title(child.full_name)
        nurse.press("To the report")
        nurse.page.get_by_label("Must be reported").check()
        nurse.page.get_by_label("Emergency room or urgent care").check()
        nurse.page.get_by_role("group", name="Recovered").get_by_label("yes").check()
        nurse.press("Sign what is known")
        nurse.sees("Sign again once more is known.")

    def end_every_watch(self) -> None:
        nurse = self.nurse
        nurse.go("watch")
        nurse.page.locator("li.dose").first.wait_for()
        for _ in range(nurse.page.locator("li.dose").count()):
            row = nurse.page.locator("li.dose").first
            row.get_by_role("button", name="Leaves early").click()
            row.get_by_label("Why before the time").fill("the bus leaves")
            name = row.locator("strong").inner_text()
            row.get_by_role("button", name="Left well").click()
            expect(nurse.page.locator("li.dose", has_text=name)).to_have_count(0)

    def close(self) -> None:
        """Two doses fell; the box is read a last time; what goes back is what the phone says is left."""
        nurse, left = self.nurse, LOADED - len(GIVEN) - WASTED
        nurse.go("stock")
        row = nurse.page.locator("li.dose", has_text=TDAP)
        row.get_by_text("Doses spoilt").click()
        row.get_by_label("Doses", exact=True).fill(str(WASTED))
        row.get_by_label("Reason").fill("dropped")
        row.get_by_role("button", name="Record the loss").click()
        expect(row).to_contain_text(f"{LOADED} loaded, {len(GIVEN)} given, {left} left")
        self._read_the_box("at the end", "5")
        nurse.go("closing")
        expect(nurse.page.get_by_label(f"Doses of lot {TDAP} in {COOLER} that go back")).to_have_value(str(left))
        nurse.sees("Reactions to report: 1")
        nurse.page.get_by_label("Second name").fill(COLLEAGUE)
        nurse.press("Close and sign")
        nurse.sees_title("The day is closed")
        nurse.sees(f"{LOADED} loaded, {len(GIVEN)} given, {WASTED} spoilt, 0 drawn, {left} back")

    def chapters(self) -> tuple[Callable[[], None], ...]:
        return (
            self.make_ready,
            self.take_a_walk_in,
            self.give_the_usual_dose,
            self.hand_the_family_its_packet,
            self.take_consent_by_voice,
            self.file_a_paper_with_its_picture,
            self.hand_the_phone_to_ben,
            self.screen_then_send_home,
            self.undo_a_dose,
            self.help_in_an_emergency,
            self.end_every_watch,
            self.close,
        )

    # The end

    def come_home(self) -> int:
        """The network is back: every row has its receipt, the picture too. How many rows there were."""
        nurse = self.nurse
        nurse.go("outbox")
        rows = nurse.page.locator("li.dose")
        expect(rows.first).to_be_visible()
        made = rows.count()
        waits = re.compile("waiting for a network|Sent, no receipt yet")
        expect(rows.get_by_text(waits)).to_have_count(made - self.planned)
        self.phone.set_offline(False)
        nurse.page.evaluate("dispatchEvent(new Event('online'))")
        expect(rows.get_by_text("receipt verified").filter(has_text=re.compile("position"))).to_have_count(made)
        nurse.sees("Picture in the district, receipt verified")
        return made

    def _delivered(self) -> int:
        """What is in the district already, once all of it is."""
        self.nurse.go("outbox")
        self.nurse.sees_title("Outbox")
        expect(self.nurse.page.locator(".syncbar")).to_contain_text("all delivered")
        return self.nurse.page.locator("li.dose").count()

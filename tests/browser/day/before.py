"""The day before, with a network: place and day, children, people, stock and orders."""

from playwright.sync_api import Locator, expect

from events.catalog.people import RoleGranted
from events.ids import ClinicId, stream_of
from tests.browser.day.cast import CLINIC, COOLER, LOADED, TDAP, TDAP_CODE
from tests.browser.day.phone import SharedPhone
from tests.browser.school import COLLEAGUE, NURSE
from tests.browser.test_planning import clinic_id
from tests.browser.test_several_nurses import let_ben_in


class BeforeTheClinic(SharedPhone):
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
        nurse.page.get_by_label("Who lacks").select_option(label="all of them, lacking or not")
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

    def _delivered(self) -> int:
        """What is in the district already, once all of it is."""
        self.nurse.go("outbox")
        self.nurse.sees_title("Outbox")
        expect(self.nurse.page.locator(".syncbar")).to_contain_text("all delivered")
        return self.nurse.page.locator("li.dose").count()

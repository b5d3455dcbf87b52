"""The clinic, without a network: made ready, then one child after the other, then what goes wrong with some."""

import re

from playwright.sync_api import expect

from tests.browser.day.cast import BENS, EXEMPT, REACTS, TDAP, TWICE, USUAL, WRONG_CHILD
from tests.browser.day.phone import SharedPhone
from tests.browser.nurse import PIN
from tests.browser.school import COLLEAGUE, NO_CONSENT, NO_PACKET, NOT_SCREENED, NURSE, Child
from tests.browser.test_papers import file_statement, noise, slip_of
from tests.browser.test_several_nurses import BENS_PIN, hand_over


class AtTheClinic(SharedPhone):
    def make_ready(self) -> None:
        """The box is cold; the kit, the protocol and the papers; nothing is missing."""
        nurse = self.nurse
        self.read_the_box("at the start", "4,5")
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

    def give_the_usual_dose(self) -> None:
        """The slip goes with the child: checked in, asked, given."""
        for given in (USUAL, TWICE):
            self.check_in(self.school.child(given))
            self.ask(self.school.child(given))
            self.give(self.school.child(given))

    def check_in(self, child: Child) -> None:
        nurse = self.nurse
        nurse.go(f"child/{child.id}/slip")
        nurse.page.locator("svg.code").wait_for()
        self._scan_slip(child, "check_in")
        nurse.page.get_by_role("button", name=re.compile("^Who pays")).click()
        nurse.page.get_by_label("Has Medical Assistance").check()
        nurse.press("Sign and keep")
        nurse.sees_title(child.full_name)

    def ask(self, child: Child) -> None:
        self._scan_slip(child, "screening")
        self.nurse.page.get_by_label("Who answered").fill("A parent")
        self.nurse.press("No to all")
        self.nurse.sees_title(child.full_name)

    def give(self, child: Child, lot: str = TDAP) -> None:
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
        self.check_in(child)
        self.ask(child)
        nurse.start_dose(child, TDAP)
        nurse.sees("No family packet is recorded.")
        nurse.press("Record the packet")
        nurse.press("Sign and keep")
        nurse.sees_title(child.full_name)
        self.give(child)

    def take_consent_by_voice(self) -> None:
        nurse, child = self.nurse, self.school.child(NO_CONSENT)
        self.check_in(child)
        self.ask(child)
        nurse.start_dose(child, TDAP)
        nurse.sees("There is no consent for this vaccine.")
        nurse.press("Record a consent")
        nurse.page.get_by_label("By voice").check()
        nurse.page.get_by_role("group", name="For which vaccines").get_by_label("Tdap").check()
        nurse.page.get_by_label("Who says so").fill("Mai Xiong")
        nurse.press("Sign and keep")
        nurse.sees_title(child.full_name)
        self.give(child)

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
        self.check_in(child)
        self.ask(child)
        nurse.go(f"child/{child.id}/not-given")
        nurse.page.get_by_label("Note").fill("her arm is in pl")
        hand_over(nurse, COLLEAGUE, BENS_PIN)
        nurse.go("watch")
        nurse.sees(self.school.child(USUAL).full_name)
        self.give(child)
        hand_over(nurse, NURSE, PIN)
        nurse.open_child(child)
        nurse.press("Not given")
        expect(nurse.page.get_by_label("Note")).to_have_value("her arm is in pl")
        nurse.page.get_by_label("Note").fill("")

    def screen_then_send_home(self) -> None:
        """Nothing against a dose, but she has a fever by now."""
        nurse, child = self.nurse, self.school.child(NOT_SCREENED)
        self.ask(child)
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
        self.check_in(child)
        self.ask(child)
        self.give(child)
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

"""A whole clinic day as one story, without a network from its start to its end.

Told twice: on a day when nothing happens to the phone, and on a day when its tab is killed twice, its battery falls out
and it takes an app update, while a second phone gives one child the same vaccine.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Playwright, Route, expect

from events.catalog.clinics import ClinicClosed, EpinephrineChecked, ProtocolSigned
from events.catalog.consents import ConsentGiven, ScreeningAnswered
from events.catalog.doses import DoseAdministered, DoseNotGiven, DoseRecorded, DoseVoided, ObservationEnded
from events.catalog.students import ContactsRecorded, StudentRegistered
from events.ids import StudentId, stream_of
from server.assets import Asset
from tests.browser.nurse import Nurse, hold_phone, kill_browser_of
from tests.browser.school import COLLEAGUE, NO_CONSENT, NOT_SCREENED, NURSE, School, open_school

TDAP, MMR, HEPATITIS_B = "U7421AC", "W028843", "Y011562"
TWICE = "Kou"
"""The child to whom both phones give a Tdap."""


@pytest.fixture(scope="module")
def served(versions: tuple[dict[str, Asset], dict[str, Asset]]) -> dict[str, Asset]:
    return dict(versions[0])


@pytest.fixture
def school(
    tmp_path: Path, served: dict[str, Asset], versions: tuple[dict[str, Asset], dict[str, Asset]]
) -> Iterator[School]:
    """A school for each day, whose app can be released anew."""
    served.clear()
    served.update(versions[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.app.read_assets", lambda folder: served)
        with open_school(tmp_path / "school") as opened:
            yield opened


class Day:
    """The day in chapters, each ending on a screen that anything may befall."""

    def __init__(self, playwright: Playwright, school: School, profile: Path) -> None:
        self.playwright, self.school, self.profile = playwright, school, profile
        self.phone = hold_phone(playwright, profile)
        self.nurse = Nurse(self.phone.pages[0], school).join()
        self.phone.set_offline(True)
        self.walk_in = ""

    def make_ready(self) -> None:
        """The kit, the protocol and the first temperature."""
        nurse = self.nurse
        nurse.go("ready")
        nurse.page.get_by_text("Check the emergency kit").click()
        for size in ("0.15 mg", "0.3 mg"):
            nurse.page.get_by_label(f"Pieces of {size}").fill("2")
            nurse.page.get_by_label(f"{size} expires").fill("2027-05-31")
        nurse.press("Sign the kit")
        nurse.sees("2 × 0.15 mg, 2 × 0.3 mg")
        nurse.page.get_by_text("Sign the emergency protocol").click()
        nurse.page.get_by_label("Prescriber").fill("Dr. Evangeline Moreau")
        nurse.page.get_by_label("Valid until").fill("2027-06-30")
        nurse.press("Keep the signature")
        nurse.sees("Dr. Evangeline Moreau")

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

    def give_the_usual_dose(self) -> None:
        self.nurse.record_dose(self.school.child("Owen"), TDAP)
        self.nurse.record_dose(self.school.child(TWICE), TDAP)

    def take_consent_by_voice(self) -> None:
        nurse, child = self.nurse, self.school.child(NO_CONSENT)
        nurse.start_dose(child, TDAP)
        nurse.sees("There is no consent for this vaccine.")
        nurse.press("Record a consent")
        nurse.page.get_by_label("By voice").check()
        nurse.page.get_by_role("group", name="For which vaccines").get_by_label("Tdap").check()
        nurse.page.get_by_label("Who says so").fill("Mai Xiong")
        nurse.press("Sign and keep")
        nurse.sees_title(child.full_name)
        nurse.record_dose(child, TDAP)

    def screen_then_send_home(self) -> None:
        """Nothing against a dose, but she has a fever by now."""
        nurse, child = self.nurse, self.school.child(NOT_SCREENED)
        nurse.go(f"child/{child.id}/screening")
        nurse.press("No to all")
        nurse.sees_title(child.full_name)
        nurse.press("Not given")
        nurse.page.get_by_label("unwell").check()
        nurse.page.get_by_label("Note").fill("fever, 39 °C")
        nurse.press("Record")
        nurse.sees_title(child.full_name)
        nurse.sees("fever, 39 °C")

    def undo_a_dose(self) -> None:
        """Recorded for the wrong child of two with one name on the list."""
        nurse, child = self.nurse, self.school.child("Wren")
        nurse.record_dose(child, TDAP)
        nurse.open_child(child)
        nurse.correct("Tdap")
        nurse.press("Undo")
        expect(nurse.page.locator("li.void")).to_contain_text("undone within the visit")

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
        nurse = self.nurse
        nurse.go("closing")
        nurse.page.get_by_label(f"Doses of lot {TDAP} in Cooler 1 that go back").wait_for()
        nurse.page.get_by_label("Second name").fill(COLLEAGUE)
        nurse.press("Close and sign")
        nurse.sees_title("The day is closed")

    def chapters(self) -> tuple[Callable[[], None], ...]:
        return (
            self.make_ready,
            self.take_a_walk_in,
            self.give_the_usual_dose,
            self.take_consent_by_voice,
            self.screen_then_send_home,
            self.undo_a_dose,
            self.end_every_watch,
            self.close,
        )

    # What may befall the phone

    def kill_the_tab(self) -> None:
        page = self.nurse.page
        with pytest.raises(Error):
            page.goto("chrome://crash")
        self.hold(self.phone.new_page())
        page.close()

    def lose_the_battery(self) -> None:
        kill_browser_of(self.profile)
        self.phone = hold_phone(self.playwright, self.profile)
        self.phone.set_offline(True)
        self.hold(self.phone.pages[0])

    def take_an_update(self, served: dict[str, Asset], released: dict[str, Asset]) -> None:
        """A bar of network for the app's files, none for the records."""

        def cut(route: Route) -> None:
            route.abort()

        self.phone.route("**/sync", cut)
        self.phone.set_offline(False)
        served.clear()
        served.update(released)
        self.nurse.page.evaluate("navigator.serviceWorker.getRegistration().then((known) => known.update())")
        self.nurse.press("Update now")
        self.nurse.unlock()
        self.phone.set_offline(True)
        self.phone.unroute_all(behavior="ignoreErrors")

    def hold(self, page: Page) -> None:
        """Open the app again, as a nurse does: Chromium needs a moment to notice that the worker died with the tab."""
        self.nurse = Nurse(page, self.school)
        for patience in (500, 1_000, 2_000, 4_000):
            try:
                page.goto(self.school.url, timeout=5_000)
                break
            except Error:
                page.wait_for_timeout(patience)
        self.nurse.unlock()

    # The end

    def come_home(self) -> int:
        """The network is back: every row has its receipt. How many rows there were."""
        nurse = self.nurse
        nurse.go("outbox")
        rows = nurse.page.locator("li.dose .pill")
        expect(rows.first).to_be_visible()
        made = rows.count()
        expect(nurse.page.locator("li.dose .pill.wait")).to_have_count(made)
        self.phone.set_offline(False)
        nurse.page.evaluate("dispatchEvent(new Event('online'))")
        nurse.waits_for_delivery(made)
        return made


def kinds(school: School, student: StudentId) -> list[type]:
    facts = school.facts_of(stream_of("student", student))
    return [type(fact.payload) for fact in facts if fact.header.author == school.nurse]


def is_whole(day: Day, made: int) -> None:
    """What the district's log holds of the day: all that was made, as one chain, and nothing twice."""
    school = day.school
    assert kinds(school, StudentId(day.walk_in)) == [StudentRegistered, ContactsRecorded, DoseRecorded, DoseRecorded]
    assert kinds(school, school.child("Owen").id) == [DoseAdministered, ObservationEnded]
    assert kinds(school, school.child(NO_CONSENT).id) == [ConsentGiven, DoseAdministered, ObservationEnded]
    assert kinds(school, school.child(NOT_SCREENED).id) == [ScreeningAnswered, DoseNotGiven]
    assert kinds(school, school.child("Wren").id) == [DoseAdministered, DoseVoided]
    clinic = [
        fact for fact in school.facts_of(stream_of("clinic", school.clinic)) if fact.header.author == school.nurse
    ]
    told = [type(fact.payload) for fact in clinic]
    assert told[:2] == [EpinephrineChecked, ProtocolSigned]
    closed = clinic[-1].payload
    assert isinstance(closed, ClinicClosed)
    assert closed.signed_by == (NURSE, COLLEAGUE)
    device = clinic[-1].header.device
    everything = [*clinic, *(fact for child in school.children for fact in school.from_phones(child))]
    everything += school.facts_of(stream_of("student", day.walk_in))
    assert sorted(fact.header.seq for fact in everything if fact.header.device == device) == list(range(1, made + 1))


def test_a_whole_day_without_a_network(playwright: Playwright, school: School, tmp_path: Path) -> None:
    """WEB-R140: ready, walk-in, doses, a voice, a refusal, an undo, the watch, the close; then all of it at home."""
    day = Day(playwright, school, tmp_path / "phone")
    for chapter in day.chapters():
        chapter()
    assert school.from_phones(school.child("Owen")) == []
    is_whole(day, day.come_home())
    day.phone.close()


def test_a_whole_day_on_which_everything_happens(
    playwright: Playwright,
    school: School,
    tmp_path: Path,
    another: Callable[[], Nurse],
    served: dict[str, Asset],
    versions: tuple[dict[str, Asset], dict[str, Asset]],
) -> None:
    """WEB-R141: the tab killed twice, the battery out, an update, a second phone: the same day, whole."""
    day = Day(playwright, school, tmp_path / "phone")
    second = another()
    second.page.context.set_offline(True)
    befalls: dict[int, Callable[[], None]] = {
        1: day.kill_the_tab,
        2: day.lose_the_battery,
        4: lambda: day.take_an_update(served, versions[1]),
        6: day.kill_the_tab,
    }
    for number, chapter in enumerate(day.chapters()):
        chapter()
        befalls.get(number, lambda: None)()
    second.record_dose(school.child(TWICE), TDAP)
    is_whole(day, day.come_home())
    second.page.context.set_offline(False)
    second.waits_for_delivery(1)
    day.nurse.page.evaluate("dispatchEvent(new Event('online'))")
    for nurse in (day.nurse, second):
        nurse.open_child(school.child(TWICE))
        nurse.sees("stands twice")
    day.nurse.go("settings")
    day.nurse.sees("7.2.0")
    day.phone.close()

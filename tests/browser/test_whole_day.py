"""A whole clinic day as one story (day/), without a network from its start to its end.

Told twice: on a day when nothing happens to the phone, and on a day when its tab is killed twice, its battery falls out
and it takes an app update, while a second phone gives one child the same vaccine.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Playwright, Route

from events.catalog.clinics import (
    ClinicClosed,
    ClinicPlanned,
    ClinicStaffed,
    EpinephrineChecked,
    OrderIssued,
    PapersPacked,
    ProtocolSigned,
    RosterAdded,
    SlipMarked,
)
from events.catalog.consents import ConsentGiven, EligibilityStated, PacketGiven, ScreeningAnswered
from events.catalog.doses import (
    DoseAdministered,
    DoseNotGiven,
    DoseRecorded,
    DoseVoided,
    ObservationEnded,
    ReactionAssessed,
    ReactionObserved,
)
from events.catalog.statements import StatementReceived
from events.catalog.stock import StockLoaded, StockReturned, StockWasted, TemperatureRead
from events.catalog.students import ContactsRecorded, StudentRegistered
from events.ids import Stream, StudentId, stream_of
from projections.fold import Fact
from server.assets import Asset
from tests.browser.day.cast import (
    BENS,
    CLINIC,
    EXEMPT,
    GIVEN,
    LOADED,
    REACTS,
    TDAP,
    TWICE,
    USUAL,
    WASTED,
    WRONG_CHILD,
)
from tests.browser.day.phone import GRANTED
from tests.browser.day.story import Day
from tests.browser.nurse import Nurse, hold_phone, kill_browser_of
from tests.browser.school import COLLEAGUE, NO_CONSENT, NO_PACKET, NOT_SCREENED, NURSE, School, open_school


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


class Befallen(Day):
    """A day on which things happen to the phone."""

    def kill_the_tab(self) -> None:
        page = self.nurse.page
        with pytest.raises(Error):
            page.goto("chrome://crash")
        self.hold(self.phone.new_page())
        page.close()

    def lose_the_battery(self) -> None:
        kill_browser_of(self.profile)
        self.phone = hold_phone(self.playwright, self.profile)
        self.phone.add_init_script(GRANTED)
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
        self.say_who_and_unlock()
        self.phone.set_offline(True)
        self.phone.unroute_all(behavior="ignoreErrors")

    def hold(self, page: Page) -> None:
        """Open the app again, as a nurse does: Chromium needs a moment to notice that the worker died with the tab."""
        self.nurse = Nurse(page, self.school)
        for patience in (500, 1_000, 2_000, 4_000, 8_000):
            try:
                page.goto(self.school.url, timeout=10_000)
                page.get_by_text(NURSE, exact=True).wait_for(timeout=10_000)
                break
            except Error:
                page.wait_for_timeout(patience)
        self.say_who_and_unlock()

    def say_who_and_unlock(self) -> None:
        self.nurse.page.get_by_text(NURSE, exact=True).click()
        self.nurse.unlock()


def told(facts: list[Fact]) -> list[type]:
    return [type(fact.payload) for fact in facts]


def is_whole(day: Day, made: int) -> None:
    """What the district's log holds of the day: all that was made, as one chain, and nothing twice."""
    school = day.school
    stream = stream_of("clinic", day.clinic)
    device = school.facts_of(stream)[0].header.device

    def from_here(stream: Stream) -> list[Fact]:
        return [fact for fact in school.facts_of(stream) if fact.header.device == device]

    def of(student: StudentId) -> list[Fact]:
        return from_here(stream_of("student", student))

    def kinds(given: str) -> list[type]:
        return told(of(school.child(given).id))

    usual = [EligibilityStated, ScreeningAnswered, DoseAdministered, ObservationEnded]
    assert kinds(USUAL) == usual
    assert kinds(NO_PACKET) == [EligibilityStated, ScreeningAnswered, PacketGiven, DoseAdministered, ObservationEnded]
    assert kinds(NO_CONSENT) == [EligibilityStated, ScreeningAnswered, ConsentGiven, DoseAdministered, ObservationEnded]
    assert kinds(EXEMPT) == [StatementReceived]
    assert kinds(BENS) == usual
    assert [fact.header.author for fact in of(school.child(BENS).id)] == [
        *(school.nurse, school.nurse, school.colleague, school.nurse)
    ]
    assert kinds(NOT_SCREENED) == [ScreeningAnswered, DoseNotGiven]
    assert kinds(WRONG_CHILD) == [DoseAdministered, DoseVoided]
    assert kinds(REACTS) == [*usual[:3], ReactionObserved, ReactionAssessed, ObservationEnded]
    assert told(of(StudentId(day.walk_in))) == [StudentRegistered, ContactsRecorded, DoseRecorded, DoseRecorded]
    clinic = from_here(stream)
    assert Counter(told(clinic)) == {
        ClinicPlanned: 1,
        RosterAdded: 2,  # the grade, and who walked in
        ClinicStaffed: 1,
        StockLoaded: 2,
        OrderIssued: 2,
        TemperatureRead: 2,
        EpinephrineChecked: 1,
        ProtocolSigned: 1,
        PapersPacked: 1,
        SlipMarked: len(GIVEN),
        StockWasted: 1,
        StockReturned: 2,
        ClinicClosed: 1,
    }
    the_close_is_even(day, clinic[-1])
    students = [*(child.id for child in school.children), StudentId(day.walk_in)]
    everything = [*clinic, *(fact for student in students for fact in of(student))]
    assert sorted(fact.header.seq for fact in everything) == list(range(1, made + 1))


def the_close_is_even(day: Day, last: Fact) -> None:
    """Per lot and box, consents in = outcomes, who was not seen, two names."""
    closed = last.payload
    assert isinstance(closed, ClinicClosed)
    assert closed.signed_by == (NURSE, COLLEAGUE)
    assert closed.counts is not None
    counts = {count.lot: count for count in closed.counts}
    tdap, mmr = counts[TDAP], counts["W028843"]
    left = LOADED - len(GIVEN) - WASTED
    assert (tdap.loaded, tdap.given, tdap.wasted, tdap.drawn_not_given, tdap.returned) == (
        *(LOADED, len(GIVEN), WASTED, 0, left),
    )
    assert (mmr.loaded, mmr.given, mmr.returned) == (10, 0, 10)
    assert closed.consents is not None
    assert closed.consents.consents == closed.consents.given + closed.consents.not_given + closed.consents.open
    assert (closed.consents.given, closed.consents.not_given) == (len(GIVEN), 1)
    unseen = {day.school.child(given).id for given in (*GIVEN, NOT_SCREENED)}
    assert closed.not_seen is not None
    assert not unseen & set(closed.not_seen)
    assert day.school.child(WRONG_CHILD).id in closed.not_seen


def test_a_whole_day_without_a_network(playwright: Playwright, school: School, tmp_path: Path) -> None:
    """WEB-R140: planned, lived and closed on one phone of two nurses; nothing leaves it before; then all is home."""
    day = Day(playwright, school, tmp_path / "phone")
    day.plan()
    before = school.log_size()
    for chapter in day.chapters():
        chapter()
    assert school.log_size() == before
    is_whole(day, day.come_home())
    day.phone.close()


def test_a_whole_day_on_which_everything_happens(
    playwright: Playwright,
    school: School,
    tmp_path: Path,
    another: Callable[[str], Nurse],
    served: dict[str, Asset],
    versions: tuple[dict[str, Asset], dict[str, Asset]],
) -> None:
    """WEB-R141, WEB-R401: the tab killed twice, the battery out, an update, a second phone: the same day, whole."""
    day = Befallen(playwright, school, tmp_path / "phone")
    day.plan()
    second = another(CLINIC)
    second.page.context.set_offline(True)
    befalls: dict[Callable[[], None], Callable[[], None]] = {
        day.take_a_walk_in: day.kill_the_tab,
        day.give_the_usual_dose: day.lose_the_battery,
        day.hand_the_phone_to_ben: lambda: day.take_an_update(served, versions[1]),
        day.help_in_an_emergency: day.kill_the_tab,
    }
    for chapter in day.chapters():
        chapter()
        befalls.get(chapter, lambda: None)()
    second.record_dose(school.child(TWICE), TDAP)
    is_whole(day, day.come_home())
    second.page.context.set_offline(False)
    second.waits_for_delivery(1)
    day.nurse.page.evaluate("dispatchEvent(new Event('online'))")
    for nurse in (day.nurse, second):
        nurse.open_child(school.child(TWICE))
        nurse.sees("stands twice")
    day.nurse.go("closing")
    day.nurse.sees("The record's counts changed after the day was closed")
    day.nurse.sees(f"Since then: {LOADED} loaded, {len(GIVEN) + 1} given")
    day.nurse.sees("Off by 1.")
    day.nurse.go("settings")
    day.nurse.sees("7.2.0")
    day.phone.close()

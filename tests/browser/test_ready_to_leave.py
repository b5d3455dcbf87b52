"""Ready to leave: each line can fail, and says what is missing; then it stands again."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import BrowserContext, Locator, Playwright, Route, expect

from events.catalog.clinics import (
    ClinicPlanned,
    Epinephrine,
    EpinephrineChecked,
    LackAccepted,
    OrderIssued,
    PapersPacked,
    ProtocolSigned,
    RosterAdded,
    RosterRemoved,
)
from events.catalog.event_type import PersonName
from events.catalog.facilities import FacilityCorrected
from events.catalog.stock import StockCleared, StockHeld, StockLoaded
from events.catalog.students import StudentRegistered
from events.ids import StudentId, stream_of
from server.district import wall_clock
from tests.browser.nurse import Nurse, hold_phone
from tests.browser.school import VACCINES, WORK, School, make_id
from tests.browser.test_closing import of_the_clinic

TAKE_FILES = """async (part) => {
    window.taken = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const one of await cache.keys()) {
            if (!new URL(one.url).pathname.startsWith(part)) continue;
            window.taken.push([name, one, await cache.match(one)]);
            await cache.delete(one);
        }
    }
    return window.taken.length;
}"""
GIVE_BACK = """async () => {
    for (const [name, one, response] of window.taken) await (await caches.open(name)).put(one, response);
}"""
PARTS = ("/index.html", "/assets/place-", "/assets/worker-", "/assets/zxing", "/assets/es-", "/manifest")
"""Screens, threads, the scanner, the words in Spanish: each is wanted without a network."""
GRANTED = "navigator.storage.persist = navigator.storage.persisted = async () => true"


OTHER_WORDS = "0" * 64


def words_hash(nurse: Nurse) -> str:
    """Of the emergency protocol as this phone shows it."""
    return hashlib.sha256((nurse.page.locator("pre.receipt").text_content() or "").encode()).hexdigest()


def line(nurse: Nurse, title: str) -> Locator:
    return nurse.page.locator("li.dose", has=nurse.page.get_by_text(title, exact=True))


def lacks(nurse: Nurse, title: str, words: str) -> None:
    expect(line(nurse, title)).to_contain_text("missing")
    expect(line(nurse, title)).to_contain_text(words)


def stands(nurse: Nurse, title: str) -> None:
    expect(line(nurse, title).locator(".pill")).to_contain_text("there")


def test_the_papers_are_packed_by_name(school: School, nurse: Nurse) -> None:
    """WEB-R196: each paper is named until it is packed; who packed it is in the log."""
    nurse.go("ready")
    paper = line(nurse, "Paper, should the phones fail")
    expect(paper).to_contain_text("missing")
    expect(paper).to_contain_text("blank forms with their codes, the roster, the emergency protocol")
    nurse.page.get_by_text("Pack the papers").click()
    nurse.press("They are packed")
    nurse.sees("Fill this in.")
    for words in ("blank forms with their codes", "the roster", "the emergency protocol"):
        nurse.page.get_by_label(words).check()
    nurse.press("They are packed")
    stands(nurse, "Paper, should the phones fail")
    nurse.waits_for_delivery(1)
    packed = of_the_clinic(school)[-1].payload
    assert isinstance(packed, PapersPacked)
    assert packed.papers == ("blank_forms", "roster", "protocol")


def test_what_is_missing_leads_to_where_it_is_made_good(school: School, nurse: Nurse) -> None:
    """WEB-R75: the kit and the protocol unfold on this screen; what stands has no such way."""
    nurse.go("ready")
    stands(nurse, "Standing orders")
    expect(line(nurse, "Standing orders").get_by_role("button")).to_have_count(0)
    pieces, words = nurse.page.get_by_label("Pieces of 0.15 mg"), nurse.page.locator("pre.receipt")
    for title, shown in (("Epinephrine for all sizes, in date", pieces), ("Emergency protocol, signed", words)):
        expect(shown).to_be_hidden()
        line(nurse, title).get_by_role("button", name="See to it").click()
        expect(shown).to_be_visible()
        expect(shown).to_be_in_viewport()
    clinic = stream_of("clinic", school.clinic)
    school.tell(clinic, StockHeld(lots=("Y011562",), why="recall"))
    lacks(nurse, "Usable lots", "Hepatitis B")
    line(nurse, "Usable lots").get_by_role("button", name="See to it").click()
    nurse.sees_title("Stock and temperatures")
    school.tell(clinic, StockCleared(lots=("Y011562",), authority="GSK"))


def test_a_clock_that_is_wrong_is_named(phone: BrowserContext, nurse: Nurse) -> None:
    """WEB-R75: compared with the server's at each answer; how far it is off, and what to do."""

    def answer_from_the_past(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        earlier = datetime.fromisoformat(told["server_time"]) - timedelta(minutes=9)
        route.fulfill(response=answer, json={**told, "server_time": earlier.isoformat()})

    nurse.go("ready")
    stands(nurse, "Clock")
    phone.route("**/sync", answer_from_the_past)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    lacks(nurse, "Clock", "9 min off the district's: let the phone set its clock")
    phone.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def ready(playwright: Playwright, school: School, tmp_path: Path) -> Nurse:
    """A phone for which everything stands: the office checked kit, protocol and papers."""
    context = hold_phone(playwright, tmp_path / "ready phone")
    context.add_init_script(GRANTED)
    nurse = Nurse(context.pages[0], school).join()
    nurse.go("ready")
    later = (school.today + timedelta(days=90)).isoformat()
    at = wall_clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    school.tell(
        stream_of("clinic", school.clinic),
        EpinephrineChecked(
            kit=(
                Epinephrine(size="0.15 mg", pieces=2, expires_on=later),
                Epinephrine(size="0.3 mg", pieces=2, expires_on=later),
            ),
            at=at,
        ),
        ProtocolSigned(prescriber="Dr. Evangeline Moreau", sha256=words_hash(nurse), valid_to=later),
        PapersPacked(papers=("blank_forms", "roster", "protocol"), at=at),
    )
    nurse.sees("Ready to leave.")
    return nurse


def test_everything_stands_and_then_one_thing_after_the_other_fails(ready: Nurse, school: School) -> None:
    """WEB-R75: an old kit, a protocol that ends, a child without a record, lots and orders that lack, an infant."""
    clinic, today = stream_of("clinic", school.clinic), school.today.isoformat()
    yesterday = (school.today - timedelta(days=1)).isoformat()
    at = wall_clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    old = Epinephrine(size="0.15 mg", pieces=2, expires_on=yesterday)
    new = Epinephrine(size="0.3 mg", pieces=2, expires_on=today)
    school.tell(clinic, EpinephrineChecked(kit=(old, new), at=at))
    lacks(ready, "Epinephrine for all sizes, in date", "0.15 mg")
    ready.sees("Not ready")
    school.tell(clinic, EpinephrineChecked(kit=(Epinephrine(size="1 mg/mL", pieces=3, expires_on=today),), at=at))
    stands(ready, "Epinephrine for all sizes, in date")

    nobody = StudentId(make_id("nobody"))
    school.tell(clinic, RosterAdded(students=(nobody,)))
    lacks(ready, "The children on the roster", "20 of 21")
    lacks(ready, "Their histories", "20 of 21")
    infant = StudentRegistered(name=PersonName(given="Io", family="Larsen"), birth_date=yesterday)
    school.tell(stream_of("student", nobody), infant)
    stands(ready, "Their histories")
    both = tuple(Epinephrine(size=size, pieces=2, expires_on=today) for size in ("0.15 mg", "0.3 mg"))
    school.tell(clinic, EpinephrineChecked(kit=both, at=at))
    lacks(ready, "Epinephrine for all sizes, in date", "0.1 mg")
    school.tell(clinic, RosterRemoved(students=(nobody,)))
    stands(ready, "Epinephrine for all sizes, in date")

    planned = ClinicPlanned(
        name="Aspen gymnasium", facility=school.facility, address=WORK, on=today, vaccines=(*VACCINES, "165")
    )
    school.tell(clinic, planned)
    lacks(ready, "Usable lots", "HPV")
    lacks(ready, "Standing orders", "HPV")
    loaded = StockLoaded(
        container="Cooler 1", cvx="165", mvx="MSD", lot="HPV1", expires_on=today, doses=2, funding="vfc"
    )
    ordered = OrderIssued(
        prescriber="Dr. Moreau",
        cvx="165",
        valid_from=today,
        valid_to=today,
        dose_ml=0.5,
        route="IM",
        sites=("left_deltoid",),
    )
    school.tell(clinic, loaded, ordered)
    stands(ready, "Usable lots")
    stands(ready, "Standing orders")
    school.tell(clinic, StockHeld(lots=("HPV1",), why="recall"))
    lacks(ready, "Usable lots", "HPV")
    school.tell(clinic, StockCleared(lots=("HPV1",), authority="Merck"))
    stands(ready, "Usable lots")
    ready.page.context.close()


def test_a_clinic_without_a_number_to_call_is_looked_at(ready: Nurse, school: School) -> None:
    """WEB-R296: its facility's number counts, or its own; without either one may leave, and is told."""
    clinic, today = stream_of("clinic", school.clinic), school.today.isoformat()
    expect(line(ready, "A number families may call")).to_contain_text("218-555-0100")
    stands(ready, "A number families may call")
    facility = stream_of("facility", school.facility)
    school.tell(facility, FacilityCorrected(reason="out of use", phone=""))
    lacks(ready, "A number families may call", "names nobody to call")
    ready.sees("You may leave; 1 to look at.")
    planned = ClinicPlanned(name="Aspen gymnasium", facility=school.facility, address=WORK, on=today, vaccines=VACCINES)
    school.tell(clinic, replace(planned, phone="218-555-0177"))
    stands(ready, "A number families may call")
    school.tell(clinic, planned)
    lacks(ready, "A number families may call", "names nobody to call")
    school.tell(facility, FacilityCorrected(reason="a new line", phone="218-555-0100"))
    stands(ready, "A number families may call")
    ready.page.context.close()


def test_ready_looks_at_the_day_of_the_clinic(ready: Nurse, school: School) -> None:
    """WEB-R285: for tomorrow's clinic what ends today is missing: kit, lots, orders, an age they leave out."""
    clinic, today = stream_of("clinic", school.clinic), school.today.isoformat()
    tomorrow, later = ((school.today + timedelta(days=days)).isoformat() for days in (1, 90))
    at = wall_clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def plan(on: str, vaccines: tuple[str, ...]) -> ClinicPlanned:
        return ClinicPlanned(name="Aspen gymnasium", facility=school.facility, address=WORK, on=on, vaccines=vaccines)

    def order(until: str, oldest: int | None) -> OrderIssued:
        return OrderIssued(
            prescriber="Dr. Moreau",
            cvx="165",
            valid_from=today,
            valid_to=until,
            dose_ml=0.5,
            route="IM",
            sites=("left_deltoid",),
            age_months_to=oldest,
        )

    def lot(number: str, until: str) -> StockLoaded:
        return StockLoaded(
            container="Cooler 1", cvx="165", mvx="PFR", lot=number, expires_on=until, doses=2, funding="vfc"
        )

    def kit(until: str) -> EpinephrineChecked:
        sizes = ("0.15 mg", "0.3 mg")
        return EpinephrineChecked(
            kit=tuple(Epinephrine(size=size, pieces=2, expires_on=until) for size in sizes),  # type: ignore[arg-type]
            at=at,
        )

    signed = words_hash(ready)
    school.tell(clinic, kit(today), lot("P1", today), order(today, None), plan(today, (*VACCINES, "165")))
    school.tell(clinic, ProtocolSigned(prescriber="Dr. Moreau", sha256=signed, valid_to=later))
    stands(ready, "Usable lots")
    stands(ready, "Standing orders")
    school.tell(clinic, plan(tomorrow, (*VACCINES, "165")))
    lacks(ready, "Epinephrine for all sizes, in date", "0.15 mg, 0.3 mg")
    lacks(ready, "Usable lots", "HPV9")
    lacks(ready, "Standing orders", "HPV9")
    school.tell(clinic, kit(later), lot("P2", later), order(later, 24))
    stands(ready, "Epinephrine for all sizes, in date")
    stands(ready, "Usable lots")
    lacks(ready, "Standing orders", "HPV9 (ages)")
    school.tell(clinic, order(later, None))
    stands(ready, "Standing orders")
    school.tell(clinic, plan(today, VACCINES))
    ready.page.context.close()


def test_other_words_than_this_phones_are_not_the_signed_protocol(ready: Nurse, school: School) -> None:
    """WEB-R286: what was signed is compared with what the phone would show in an emergency."""
    clinic, signed = stream_of("clinic", school.clinic), words_hash(ready)
    stands(ready, "Emergency protocol, signed")
    far, farther = ((school.today + timedelta(days=days)).isoformat() for days in (100, 200))
    planned = ClinicPlanned(name="Aspen gymnasium", facility=school.facility, address=WORK, on=far, vaccines=VACCINES)
    at = wall_clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kit = EpinephrineChecked(kit=(Epinephrine(size="1 mg/mL", pieces=2, expires_on=farther),), at=at)
    school.tell(clinic, planned, kit)
    stands(ready, "Epinephrine for all sizes, in date")
    lacks(ready, "Emergency protocol, signed", "No protocol is signed")
    expect(line(ready, "Emergency protocol, signed").locator(".pill.bad")).to_be_visible()
    ready.sees("Not ready")
    school.tell(clinic, ProtocolSigned(prescriber="Dr. Someone Else", sha256=OTHER_WORDS, valid_to=farther))
    lacks(ready, "Emergency protocol, signed", "Dr. Someone Else signed other words than this phone shows")
    ready.sees("Not ready")
    school.tell(clinic, ProtocolSigned(prescriber="Dr. Evangeline Moreau", sha256=signed, valid_to=farther))
    stands(ready, "Emergency protocol, signed")
    school.tell(clinic, replace(planned, on=school.today.isoformat()))
    stands(ready, "Emergency protocol, signed")
    ready.page.context.close()


def test_files_storage_and_clock_are_really_looked_at(ready: Nurse, school: School) -> None:
    """WEB-R75, WEB-R287: a kept file that is gone, whichever; storage not granted; a clock unchecked for half a day."""
    assert ready.page.evaluate(TAKE_FILES, "/assets/mn-current") == 1
    ready.go("stock")
    ready.go("ready")
    lacks(ready, "The law", "not kept on this phone")
    stands(ready, "App kept for the day without a network")
    for part in PARTS:
        ready.page.evaluate(GIVE_BACK)
        ready.go("stock")
        ready.go("ready")
        stands(ready, "The law")
        stands(ready, "App kept for the day without a network")
        assert ready.page.evaluate(TAKE_FILES, part) > 0, part
        ready.go("stock")
        ready.go("ready")
        lacks(ready, "App kept for the day without a network", "parts of the app are not kept")
    ready.sees("Not ready")
    stands(ready, "Storage")
    stands(ready, "Clock")
    ready.page.context.set_offline(True)
    ready.page.clock.install()
    ready.page.clock.fast_forward("13:00:00")
    ready.unlock()
    lacks(ready, "Clock", "not compared with the server since")
    ready.page.context.close()


def test_a_phone_that_may_lose_its_store_does_not_leave(ready: Nurse, school: School) -> None:
    """WEB-R128: not granted it blocks and says what to do; granted it stands; otherwise somebody signs for it."""
    ready.page.evaluate("navigator.storage.persist = async () => false")
    ready.page.reload()
    ready.page.evaluate("navigator.storage.persist = async () => false")
    ready.unlock()
    ready.go("roster")
    ready.press("Ready to leave?")
    lacks(ready, "Storage", "may delete")
    ready.sees("Not ready: 1 missing.")
    ready.sees("Install the app")
    ready.sees("after seven days without a visit")
    ready.press("Ask the browser now")
    ready.sees("The browser does not promise it yet.")
    ready.page.get_by_text("Leave all the same").click()
    ready.press("Sign: this phone leaves without")
    expect(ready.page.locator("details .error")).to_have_count(2)
    ready.page.get_by_label("Why it leaves without").fill("a borrowed phone")
    ready.page.get_by_label("I know that records").check()
    ready.press("Sign: this phone leaves without")
    lacks(ready, "Storage", "not promised; leaves all the same: a borrowed phone")
    ready.sees("You may leave; 1 to look at.")
    ready.go("roster")
    expect(ready.page.get_by_role("button", name="Ready to leave?")).to_have_count(0)
    ready.waits_for_delivery(1)
    accepted = of_the_clinic(school)[-1].payload
    assert isinstance(accepted, LackAccepted)
    assert (accepted.lacking, accepted.reason) == ("storage", "a borrowed phone")
    ready.go("ready")
    ready.page.evaluate("navigator.storage.persist = async () => true")
    ready.press("Ask the browser now")
    stands(ready, "Storage")
    ready.page.context.close()

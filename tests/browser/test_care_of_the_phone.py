"""What may befall the phone itself: a new version, a cleared or full store, an office that closes it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hpke
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect

from events.catalog.devices import DeviceClosed
from events.ids import stream_of
from events.wire import unb64
from server.assets import Asset
from tests.browser.nurse import PIN, REFUSE, Nurse
from tests.browser.office import Office, hold_laptop
from tests.browser.school import LOGIN, NURSE, PASSWORD, School, open_school
from tests.browser.test_full_outbox import count_of, delivers_everything, fill_outbox, holds_everything

SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
CACHED = """async () => {
    const names = await caches.keys();
    const found = [];
    for (const name of names) for (const one of await (await caches.open(name)).keys()) found.push(one.url);
    return [names, found.map((url) => new URL(url).pathname).sort()];
}"""


@pytest.fixture(scope="module")
def served(versions: tuple[dict[str, Asset], dict[str, Asset]]) -> dict[str, Asset]:
    """What the server gives; a test may exchange it."""
    return dict(versions[0])


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, served: dict[str, Asset]) -> Iterator[School]:
    """A school of its own, whose app can be released anew while it runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.app.read_assets", lambda folder: served)
        with open_school(tmp_path_factory.mktemp("school")) as opened:
            yield opened


def test_exactly_the_built_files_are_kept_for_the_days_without_a_network(
    nurse: Nurse, school: School, served: dict[str, Asset]
) -> None:
    """WEB-R90: the cache holds each built file once and nothing else: nothing about anybody."""
    nurse.record_dose(school.child("Kou"))
    nurse.waits_for_delivery(1)
    names, addresses = nurse.page.evaluate(CACHED)
    assert len(names) == 1
    assert addresses == sorted(f"/{path}" for path in served if path not in ("sw.js", "sw.mjs"))


def test_an_update_keeps_the_outbox(
    phone: BrowserContext,
    school: School,
    nurse: Nurse,
    served: dict[str, Asset],
    versions: tuple[dict[str, Asset], dict[str, Asset]],
) -> None:
    """WEB-R91, WEB-R199: all that waits under one version, a picture too, is delivered by the next; the PIN stays."""
    before = count_of(school)

    def cut(route: Route) -> None:
        route.abort()

    for way in ("**/sync", "**/photos/**"):
        phone.route(way, cut)
    fill_outbox(phone, school, nurse)
    phone.set_offline(False)
    nurse.go("settings")
    nurse.sees("7.1.0")
    served.clear()
    served.update(versions[1])
    nurse.page.evaluate("navigator.serviceWorker.getRegistration().then((known) => known.update())")
    nurse.press("Update now")
    nurse.unlock(PIN)
    holds_everything(nurse)
    nurse.go("settings")
    nurse.sees("7.2.0")
    names, addresses = nurse.page.evaluate(CACHED)
    assert len(names) == 1
    assert addresses == sorted(f"/{path}" for path in versions[1] if path not in ("sw.js", "sw.mjs"))
    phone.unroute_all(behavior="ignoreErrors")
    delivers_everything(phone, school, nurse, before)


@pytest.fixture
def release(served: dict[str, Asset], versions: tuple[dict[str, Asset], dict[str, Asset]]) -> Iterator[None]:
    """The old version is served until the test exchanges it."""
    served.clear()
    served.update(versions[0])
    yield
    served.clear()
    served.update(versions[1])


def mark(page: Page) -> None:
    """What a page that begins anew forgets."""
    page.evaluate("window.isOld = true")


def begins_anew(page: Page) -> None:
    page.wait_for_function("() => window.isOld === undefined")


def learn_of(page: Page, served: dict[str, Asset], released: dict[str, Asset]) -> None:
    """The new version is released; the network of this open tab comes back, nobody reloads anything."""
    served.clear()
    served.update(released)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("button", name="Update now")).to_be_visible()


@pytest.mark.usefixtures("release")
def test_an_open_office_tab_learns_of_an_update(
    playwright: Playwright,
    school: School,
    tmp_path: Path,
    served: dict[str, Asset],
    versions: tuple[dict[str, Asset], dict[str, Asset]],
) -> None:
    """OFFICE-R17, WEB-R207: where a word is half typed it waits for a tap, a tab that holds nothing begins anew."""
    laptop = hold_laptop(playwright, tmp_path / "laptop")
    office = Office(laptop.pages[0], school).sign_in()
    office.sees("Worklist")
    office.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    writing = Office(laptop.new_page(), school)
    writing.page.goto(f"{school.url}/office#/children")
    writing.page.get_by_role("searchbox").fill("white fea")
    for tab in (office, writing):
        mark(tab.page)
    learn_of(office.page, served, versions[1])
    office.sees("what is not sent is not kept")
    assert office.page.evaluate("window.isOld")
    office.page.get_by_role("button", name="Update now").click()
    begins_anew(office.page)
    expect(office.page.get_by_role("heading", level=1)).to_have_text("Worklist")
    expect(office.page.get_by_role("button", name="Update now")).to_have_count(0)
    expect(writing.page.get_by_role("button", name="Update now")).to_be_visible()
    expect(writing.page.get_by_role("searchbox")).to_have_value("white fea")
    assert writing.page.evaluate("window.isOld")
    writing.page.get_by_role("button", name="Update now").click()
    begins_anew(writing.page)
    expect(writing.page.get_by_role("searchbox")).to_be_visible()
    laptop.close()


@pytest.mark.usefixtures("release")
def test_an_update_does_not_begin_an_emergency_anew(
    phone: BrowserContext,
    school: School,
    nurse: Nurse,
    served: dict[str, Asset],
    versions: tuple[dict[str, Asset], dict[str, Asset]],
) -> None:
    """WEB-R206: no field holds anything, the screen does; the tab beside it, which holds nothing, begins anew."""
    child = school.child("Kou")
    nurse.go(f"emergency/{child.id}")
    nurse.press("Epinephrine now")
    nurse.sees("Epinephrine 1")
    beside = Nurse(phone.new_page(), school)
    beside.page.goto(school.url)
    beside.unlock()
    beside.go("outbox")
    for tab in (nurse, beside):
        mark(tab.page)
    learn_of(beside.page, served, versions[1])
    beside.press("Update now")
    begins_anew(beside.page)
    expect(nurse.page.get_by_role("button", name="Update now")).to_be_visible()
    nurse.sees("Epinephrine 1")
    assert nurse.page.evaluate("window.isOld")


def test_a_vanished_store_is_said(nurse: Nurse) -> None:
    """WEB-R92: whose store is cleared, in use or not, is told so, and what it means; then it begins anew."""
    nurse.page.evaluate("indexedDB.deleteDatabase('doseledger')")
    nurse.sees("What this phone held is gone")
    nurse.page.reload()
    nurse.sees("What this phone held is gone")
    nurse.sign_in()
    nurse.enroll()
    nurse.choose_clinic()
    expect(nurse.page.get_by_text("What this phone held is gone")).to_have_count(0)


def test_a_nearly_full_phone_is_warned_of(school: School, nurse: Nurse) -> None:
    """WEB-R93: before the store takes no more, it is said; a dose that could not be kept is not called safe."""
    child = school.child("Gus")
    nurse.page.add_init_script("navigator.storage.estimate = async () => ({ quota: 9e8, usage: 9e8 - 1e6 })")
    nurse.page.reload()
    nurse.unlock()
    nurse.sees("This phone is nearly full")
    nurse.fill_dose(child, "U7421AC")
    nurse.page.evaluate(REFUSE)
    nurse.press("Record")
    nurse.sees("could not keep what you did last")
    nurse.press("I did it again, or wrote it down")
    expect(nurse.page.get_by_text("could not keep what you did last")).to_have_count(0)
    expect(nurse.page.get_by_text("Safe on this phone")).to_have_count(0)
    assert school.from_phones(child) == []


def test_a_closed_phone_delivers_and_holds_no_child(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R94: closed by the office it forgets the children, says why, and its work is kept for review."""
    child = school.child("Bea")
    phone.set_offline(True)
    nurse.record_dose(child)
    nurse.go("settings")
    device = nurse.page.locator("dl.facts dd").filter(has_text=re.compile("^[0-9a-f-]{36}$")).inner_text()
    school.tell(stream_of("device", device), DeviceClosed(last_seq=0, reason="lost"))
    phone.set_offline(False)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.sees("gives this phone no children any more")
    assert nurse.find("kowalczyk").count() == 0
    nurse.go("outbox")
    expect(nurse.page.locator("li.dose .pill.bad")).to_have_count(1)


def test_a_forgotten_pin_loses_no_undelivered_work(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R46, WEB-R48: a locked phone hands its work over sealed; begun anew with a code, it delivers that work."""
    child = school.child("Maya")
    phone.set_offline(True)
    nurse.record_dose(child)
    nurse.go("settings")
    nurse.press("Lock now")
    with nurse.page.expect_download() as saving:
        nurse.press("Save undelivered work as a file")
    (sealed,) = json.loads(saving.value.path().read_text(encoding="utf-8"))["events"]
    info = f"doseledger/hand-off/v1\n{school.district.id}\n{sealed['event_hash']}".encode()
    plain = SUITE.decrypt(unb64(sealed["sealed"]), school.district.keys.sealing, info)
    assert child.stream in json.loads(plain)["header"]

    phone.set_offline(False)
    nurse.press("I forgot my PIN: begin with a new code")
    nurse.page.get_by_label("Login").fill(LOGIN)
    nurse.page.get_by_label("Password").fill(PASSWORD)
    nurse.press("Sign in")
    nurse.enroll(pin="314159")
    nurse.choose_clinic()
    nurse.open_child(child)
    expect(nurse.page.get_by_text(re.compile(f"given by {NURSE}|{NURSE}")).first).to_be_visible()
    (fact,) = school.from_phones(child)
    assert fact.event_hash == sealed["event_hash"]

"""The phone's store: one writer over all tabs, nothing lost when it dies, nothing readable on its disk."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright, Route, expect

from tests.browser.nurse import Nurse, hold_phone, kill_browser_of
from tests.browser.school import NAMES, NURSE, School

READ_STORES = """async () => {
    const found = [];
    for (const { name } of await indexedDB.databases()) {
        const open = indexedDB.open(name);
        const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
        for (const store of db.objectStoreNames) {
            const all = db.transaction(store).objectStore(store);
            for (const ask of [all.getAllKeys(), all.getAll()]) {
                const values = await new Promise((done) => { ask.onsuccess = () => done(ask.result); });
                found.push(...values);
            }
        }
        db.close();
    }
    const texts = (value) => {
        if (value instanceof Uint8Array) return new TextDecoder("latin1").decode(value);
        if (value instanceof ArrayBuffer) return texts(new Uint8Array(value));
        return typeof value === "object" && value ? Object.values(value).map(texts).join(" ") : String(value);
    };
    return [found.length, found.map(texts).join("\\n"), JSON.stringify(localStorage) + JSON.stringify(sessionStorage)];
}"""

HAS_DRAFT = """async () => {
    const open = indexedDB.open("doseledger");
    const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
    const ask = db.transaction("sealed").objectStore("sealed").getAllKeys(IDBKeyRange.bound("draft/", "draft/~"));
    const keys = await new Promise((done) => { ask.onsuccess = () => done(ask.result); });
    db.close();
    return keys.length > 0;
}"""


def forms(name: str) -> list[bytes]:
    """A name as a disk may hold it."""
    return [name.encode(), name.encode("utf-16-le"), name.encode("latin-1", "ignore")]


def test_two_tabs_make_one_chain(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R30: events of two tabs, made at once, are one chain without a fork or a gap."""
    child = school.child("Tomás")
    phone.set_offline(True)
    other = Nurse(phone.new_page(), school)
    other.page.goto(school.url)
    other.unlock()
    for tab, lot in ((nurse, "U7421AC"), (other, "W028843")):
        tab.fill_dose(child, lot)
    nurse.page.get_by_role("button", name="Record", exact=True).click(no_wait_after=True)
    other.page.get_by_role("button", name="Record", exact=True).click(no_wait_after=True)
    for tab in (nurse, other):
        tab.sees("Safe on this phone")
    other.record_dose(child, "X019002")
    nurse.record_dose(child, "Y011562")
    phone.set_offline(False)
    nurse.waits_for_delivery(4)
    other.waits_for_delivery(4)
    facts = school.from_phones(child)
    assert [fact.header.seq for fact in facts] == [1, 2, 3, 4]
    for before, after in pairwise(facts):
        assert after.header.prev == before.event_hash


def test_a_killed_browser_loses_nothing(playwright: Playwright, school: School, tmp_path: Path) -> None:
    """WEB-R31: what was shown as safe is there after the browser died, and is delivered then."""
    child = school.child("Lía")
    first = hold_phone(playwright, tmp_path / "phone")
    nurse = Nurse(first.pages[0], school).join()
    first.set_offline(True)
    nurse.record_dose(child)
    kill_browser_of(tmp_path / "phone")
    assert school.from_phones(child) == []

    again = hold_phone(playwright, tmp_path / "phone")
    nurse = Nurse(again.pages[0], school)
    again.set_offline(True)
    nurse.page.goto(school.url)
    nurse.unlock()
    assert nurse.states() == ["… On this phone, waiting for a network"]
    again.set_offline(False)
    nurse.waits_for_delivery(1)
    assert len(school.from_phones(child)) == 1
    again.close()


def test_a_killed_browser_loses_no_keystroke(playwright: Playwright, school: School, tmp_path: Path) -> None:
    """WEB-R44: what the store had taken when the browser died is in the form when it is opened again."""
    child = school.child("Lía")
    first = hold_phone(playwright, tmp_path / "phone")
    nurse = Nurse(first.pages[0], school).join()
    first.set_offline(True)
    nurse.fill_dose(child, "X019002")
    nurse.page.wait_for_function(HAS_DRAFT)
    kill_browser_of(tmp_path / "phone")

    again = hold_phone(playwright, tmp_path / "phone")
    nurse = Nurse(again.pages[0], school)
    again.set_offline(True)
    nurse.page.goto(school.url)
    nurse.unlock()
    nurse.open_child(child)
    nurse.press("Record a dose")
    expect(nurse.page.get_by_label(re.compile("X019002"))).to_be_checked()
    again.close()


def test_the_store_holds_no_name(phone: BrowserContext, school: School, nurse: Nurse, tmp_path: Path) -> None:
    """WEB-R32: raw stored values, and the browser's files, hold no name of a child or of the nurse."""
    child = school.child("Elise")
    nurse.record_dose(child)
    nurse.waits_for_delivery(1)
    nurse.fill_dose(child, "W028843")
    nurse.page.wait_for_timeout(500)
    count, values, storages = nurse.page.evaluate(READ_STORES)
    assert count > 10
    names = [NURSE, *(part for given, family, _ in NAMES for part in (given, family) if len(part) > 4)]
    for name in names:
        assert name not in values, name
        assert name not in storages, name
    phone.close()
    disk = b"".join(
        path.read_bytes() for path in (tmp_path / "phone").rglob("*") if path.is_file() and "IndexedDB" in str(path)
    )
    assert disk
    for name in names:
        assert not any(form in disk for form in forms(name)), name


def test_a_lost_answer_is_asked_for_again(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R33: the server took the event, the answer was lost: it is delivered once, at one position."""
    child = school.child("Wren")
    lost = True

    def lose(route: Route) -> None:
        answer = route.fetch()
        if lost:
            route.abort()
        else:
            route.fulfill(response=answer)

    phone.route("**/sync", lose)
    nurse.record_dose(child)
    nurse.go("outbox")
    expect(nurse.page.locator(".syncbar.offline")).to_be_visible()
    assert len(school.from_phones(child)) == 1
    expect(nurse.page.locator("li.dose .pill.good")).to_have_count(0)
    lost = False
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.waits_for_delivery(1)
    assert len(school.from_phones(child)) == 1
    phone.unroute_all(behavior="ignoreErrors")


def test_a_forged_receipt_delivers_nothing(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R34: an answer that says accepted without a proof that holds leaves the row waiting."""
    child = school.child("Cade")

    forging = True

    def forge(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        for said in body.get("answers", []) if forging else []:
            said["proof"]["position"] += 1
        route.fulfill(response=answer, json=body)

    phone.route("**/sync", forge)
    nurse.record_dose(child)
    nurse.go("outbox")
    expect(nurse.page.locator(".syncbar.refused, .syncbar.alarm")).to_be_visible()
    expect(nurse.page.locator("li.dose .pill.good")).to_have_count(0)
    forging = False
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.waits_for_delivery(1)
    phone.unroute_all(behavior="ignoreErrors")


def test_two_phones_and_one_dose_are_both_kept(school: School, nurse: Nurse, another: Callable[[], Nurse]) -> None:
    """WEB-R35: the same dose on two phones is two facts and one discrepancy, shown on both."""
    child = school.child("Ifrah")
    second = another()
    for phone in (nurse, second):
        phone.page.context.set_offline(True)
        phone.record_dose(child)
    for phone in (nurse, second):
        phone.page.context.set_offline(False)
        phone.waits_for_delivery(1)
    assert len(school.from_phones(child)) == 2
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    for phone in (nurse, second):
        phone.open_child(child)
        phone.sees("stands twice")

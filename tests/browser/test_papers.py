"""A statement with a picture of its paper, taken without a network: the event first, the picture behind it."""

import random
import re
import struct
import zlib
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, Request, Route, expect

from events.catalog.disclosures import RecordViewed
from events.ids import access_stream
from tests.browser.nurse import REFUSE, Nurse, hold_phone
from tests.browser.office import OLGA, Office, hold_laptop
from tests.browser.school import Child, School

SIDE = 1_300


def noise(side: int = SIDE) -> bytes:
    """A PNG that no JPEG makes small: more than one piece."""
    grain = random.Random(900)
    rows = b"".join(b"\0" + grain.randbytes(3 * side) for _ in range(side))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def file_statement(nurse: Nurse, child: Child, picture: bytes, kind: str = "image/png") -> None:
    nurse.open_child(child)
    nurse.press("A statement or exemption")
    nurse.page.locator("label", has_text=re.compile("^medical", re.IGNORECASE)).first.click()
    nurse.page.get_by_label("Who signed it").fill("Dr. Berg")
    nurse.page.get_by_label("physician", exact=True).check()
    nurse.page.locator("input[type=file]").set_input_files({"name": "paper", "mimeType": kind, "buffer": picture})


def pieces_sent(page: Page) -> list[int]:
    """Numbers of the pieces this page has begun to send, as it goes on."""
    sent: list[int] = []

    def note(request: Request) -> None:
        found = re.search(r"/photos/[0-9a-f]{64}/(\d+)\?", request.url)
        if found and request.method == "PUT":
            sent.append(int(found[1]))

    page.on("request", note)
    return sent


def test_a_picture_follows_its_event_and_goes_on_after_the_browser_was_killed(
    playwright: Playwright, school: School, nurse: Nurse, phone: BrowserContext, tmp_path: Path
) -> None:
    """WEB-R121, WEB-R324"""
    child = school.child("Kou")
    phone.set_offline(True)
    file_statement(nurse, child, noise())
    nurse.sees("The picture is on this phone, locked away")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.go("outbox")
    nurse.sees("Picture still on this phone")
    expect(nurse.page.locator(".syncbar")).to_contain_text("1 waiting · 1 picture waiting")

    def only_the_first(route: Route) -> None:
        if re.search(r"/0\?", route.request.url) or route.request.method == "GET":
            route.continue_()
        else:
            route.abort()

    nurse.page.route("**/photos/**", only_the_first)
    sent = pieces_sent(nurse.page)
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    second = re.compile(r"/photos/.*/1\?")
    with nurse.page.expect_event("requestfailed", lambda one: second.search(one.url) is not None):
        pass
    nurse.sees("Picture still on this phone")
    assert sent[0] == 0
    phone.close()

    again = hold_phone(playwright, tmp_path / "phone")
    try:
        back = Nurse(again.pages[0], school)
        more = pieces_sent(back.page)
        back.page.goto(school.url)
        back.unlock()
        back.go("outbox")
        back.sees("Picture in the district, receipt verified")
        assert more[0] == 1, "what the server had was not sent again"
        back.open_child(child)
        back.sees("Dr. Berg")
    finally:
        again.close()


FORMER = """(hasSpare) => new Promise((done) => {
  const asking = indexedDB.open("doseledger");
  asking.onsuccess = () => {
    const transaction = asking.result.transaction("photos", "readwrite");
    const photos = transaction.objectStore("photos");
    photos.getAll().onsuccess = ({ target }) => {
      for (const one of target.result) photos.put({ ...one, hasSpare, note: one.note.replace("/0\\n", "/9\\n") });
    };
    transaction.oncomplete = () => done(asking.result.close());
  };
})"""
"""The receipts of pictures become those of another epoch of the log."""


def test_a_picture_whose_receipt_is_of_another_epoch_is_not_called_delivered(
    school: School, nurse: Nurse, phone: BrowserContext
) -> None:
    """WEB-R320, WEB-R324: without a network it cannot be asked for; with one it is, and is called so again."""
    file_statement(nurse, school.child("Kou"), noise(300))
    nurse.sees("The picture is on this phone, locked away")
    nurse.press("Record")
    nurse.go("outbox")
    nurse.sees("Picture in the district, receipt verified")
    for has_spare, words in ((True, "Picture on this phone, sent again"), (False, "Picture no longer here")):
        phone.set_offline(True)
        nurse.page.evaluate(FORMER, has_spare)
        nurse.page.reload()
        nurse.unlock()
        nurse.go("outbox")
        nurse.sees(words)
        expect(nurse.page.locator(".syncbar")).to_contain_text("1 picture waiting" if has_spare else "all delivered")
        phone.set_offline(False)
        nurse.sees("Picture in the district, receipt verified")


def test_what_is_no_picture_is_said_and_the_paper_is_recorded_without(school: School, nurse: Nurse) -> None:
    """WEB-R122"""
    file_statement(nurse, school.child("Elise"), b"%PDF-1.7 no picture", "image/png")
    nurse.sees("This file is no picture the phone can read")
    nurse.press("Record")
    nurse.sees("Safe on this phone")


SLOW_PICTURES = """() => {
    const make = window.createImageBitmap.bind(window);
    const released = new Promise((release) => { window.release = release; });
    window.createImageBitmap = (file) => released.then(() => make(file));
}"""


def test_a_picture_under_way_is_waited_for(school: School, nurse: Nurse) -> None:
    """WEB-R417: nothing is recorded without it; a store that refuses it is said, it can be taken again."""
    nurse.page.evaluate(SLOW_PICTURES)
    file_statement(nurse, school.child("Tomás"), noise(60))
    record = nurse.page.get_by_role("button", name="Record", exact=True)
    expect(record).to_be_disabled()
    nurse.page.evaluate(REFUSE)
    nurse.page.evaluate("release()")
    nurse.sees("could not keep what you did last")
    expect(record).to_be_enabled()
    expect(nurse.page.locator("input[type=file]")).to_be_enabled()
    expect(nurse.page.get_by_label("Who signed it")).to_have_value("Dr. Berg")


def slip_of(nurse: Nurse, child: Child) -> str:
    """What the code on a child's slip says, as docs and web/src/scan/slip.ts have it."""
    digits = child.id.replace("-", "")
    return f"DLS1 {digits} {98 - int(digits, 16) * 100 % 97:02}"


def scan(nurse: Nurse, text: str) -> None:
    """A hand scanner types what it reads."""
    nurse.go("scan")
    nurse.page.get_by_label("Code as text").fill(text)
    nurse.page.keyboard.press("Enter")


def test_a_slip_finds_its_child_and_a_marked_one_stops_the_dose(nurse: Nurse, school: School) -> None:
    """WEB-R123, WEB-R458: what was seen on the slip is still known before the dose."""
    child = school.child("Kou")
    scan(nurse, slip_of(nurse, child))
    nurse.sees_title(child.full_name)
    nurse.sees("Look at the slip")
    nurse.press("Yes, it is marked")
    nurse.sees("Stop. Give nothing yet.")
    assert nurse.page.get_by_role("button", name="Record a dose").count() == 0
    scan(nurse, slip_of(nurse, child))
    nurse.press("No, go on")
    nurse.sees("Vaccine and lot")
    nurse.choose_lot("U7421AC")
    nurse.sees("The slip was marked for a dose that this phone does not hold.")


def test_a_slip_of_a_child_this_phone_does_not_hold_says_so(nurse: Nurse, school: School) -> None:
    """WEB-R123: and a code that is no slip is refused."""
    child = school.child("Kou")
    wrong = slip_of(nurse, child)[:-1] + "x"
    scan(nurse, wrong)
    nurse.sees("This is no slip of ours")
    digits = "01a1fea772837dee830d40bd57deeac1"
    scan(nurse, f"DLS1 {digits} {98 - int(digits, 16) * 100 % 97:02}")
    nurse.sees("History not on this phone")


def test_the_papers_print_on_letter_sheets(nurse: Nurse, school: School) -> None:
    """WEB-R124: each blank form is a sheet with a number of its own; nothing of the app's frame is printed."""
    nurse.go("papers")
    nurse.page.get_by_label("How many forms").fill("3")
    expect(nurse.page.locator("article.sheet")).to_have_count(3)
    numbers = nurse.page.locator("article.sheet .number").all_inner_texts()
    assert len(set(numbers)) == 3
    assert pages(nurse.page.pdf(prefer_css_page_size=True)) == (3, "612 792")
    nurse.page.get_by_label("Roster").check()
    expect(nurse.page.get_by_role("rowheader", name="Vang, Kou")).to_be_visible()
    nurse.page.get_by_label("Slips of all children").check()
    expect(nurse.page.locator("article.slip").first).to_be_visible()
    nurse.page.emulate_media(media="print")
    expect(nurse.page.locator("nav")).to_be_hidden()


def pages(pdf: bytes) -> tuple[int, str]:
    """How many, and the size of each in points."""
    sizes = re.findall(rb"/MediaBox \[0 0 (\d+)(?:\.\d+)? (\d+)(?:\.\d+)?\]", pdf)
    return len(sizes), " ".join(part.decode() for part in sizes[0])


def test_the_office_opens_pictures_of_a_statement_and_a_consent(
    playwright: Playwright, school: School, nurse: Nurse, tmp_path: Path
) -> None:
    """OFFICE-R16, WEB-R198: a paper consent has its picture too; each opened on its own, on record."""
    child = school.child("Pa Houa")
    file_statement(nurse, child, noise(60))
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.go(f"child/{child.id}/consent")
    nurse.page.get_by_label("On paper", exact=True).check()
    nurse.page.locator("fieldset.checks input[type=checkbox]").first.check()
    nurse.page.get_by_label("Who says so").fill("Mai Vang")
    nurse.page.locator("input[type=file]").set_input_files(
        {"name": "consent", "mimeType": "image/png", "buffer": noise(60)}
    )
    nurse.sees("The picture is on this phone, locked away")
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.go("outbox")
    expect(nurse.page.get_by_text("Picture in the district, receipt verified")).to_have_count(2)
    laptop = hold_laptop(playwright, tmp_path / "laptop")
    office = Office(laptop.pages[0], school).sign_in()
    office.sees("Worklist")
    office.go(f"child/{child.id}")
    rows = office.section("pictures").locator("li")
    expect(rows).to_have_count(2)
    expect(rows.locator("img")).to_have_count(0)
    for row in (rows.first, rows.last):
        row.get_by_role("button", name="Open the picture").click()
        expect(row.locator("img")).to_have_js_property("complete", True)
        assert row.locator("img").evaluate("async (img) => { await img.decode(); return img.naturalWidth; }") > 0
    looks = [
        viewing.part
        for month in {fact.header.recorded_at[:7] for fact in school.facts_of(child.stream)}
        for fact in school.facts_of(access_stream(OLGA, month))
        if isinstance(fact.payload, RecordViewed)
        for viewing in fact.payload.viewings
    ]
    assert looks.count("photo") == 2
    laptop.close()

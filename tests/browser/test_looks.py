"""What every screen owes everybody: no violation of axe's rules, large targets, text to 200 %, a small first load."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from server.assets import WEB_DIST
from tests.browser.nurse import Nurse, hold_phone
from tests.browser.places import places, route_of, routes, unfinished
from tests.browser.school import LOGIN, NO_CONSENT, PASSWORD, School

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
FIRST_SCREEN_BYTES_MAX = 70_000
ROSTER_BYTES_MAX = 90_000
TARGET_PIXELS_MIN = 44
VIOLATIONS = """async () => {
    const found = await axe.run(document, { resultTypes: ["violations"] });
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`.slice(0, 600));
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, a[href], summary, input, select, textarea")]
    .filter((one) => one.checkVisibility())
    .map((one) => [(one.closest("label") ?? one).getBoundingClientRect(), one.outerHTML.slice(0, 120)])
    .filter(([box]) => box.height < LEAST || box.width < LEAST)
    .map(([box, html]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)
"""
WIDER_THAN_SCREEN = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""

WITHOUT_A_MARK = """() => {
    const marks = { good: "✓", due: "!", wait: "…", calm: "–", bad: "✕" };
    const isTold = (one) => Object.entries(marks).some(([tone, mark]) =>
        one.classList.contains(tone) && one.textContent.startsWith(`${mark} `) && one.textContent.length > 3);
    const states = [...document.querySelectorAll(".pill:not([aria-hidden])")];
    window.statesSeen = (window.statesSeen ?? 0) + states.length;
    return states.filter((one) => !isTold(one)).map((one) => one.outerHTML);
}"""


OPEN_ALL = "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"


def test_every_place_of_the_app_is_looked_at(school: School) -> None:
    """WEB-R69: what the app's own table of places names is in the list that these tests and the pictures walk."""
    looked_at = {route_of(place) for place, _ in [*places(school), *unfinished(school)]}
    assert looked_at == routes()


def inspect(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [str(one) for one in page.evaluate(VIOLATIONS)]


@pytest.mark.skipif(not AXE.exists(), reason="the web's packages are not installed: make web")
def test_axe_finds_no_violation_on_any_screen(nurse: Nurse, school: School) -> None:
    """WEB-R69: every place, in both languages."""
    found: list[str] = []
    shown = [*places(school), *unfinished(school)]
    for language in ("English", "Español"):
        nurse.go("settings")
        nurse.page.get_by_label(language).check()
        for place, sign in shown:
            nurse.go(place)
            expect(nurse.page.locator(sign).first).to_be_visible()
            nurse.page.evaluate(OPEN_ALL)
            found += [f"{language} {place}: {one}" for one in inspect(nurse.page)]
    assert found == []


@pytest.mark.skipif(not AXE.exists(), reason="the web's packages are not installed: make web")
def test_axe_finds_no_violation_before_the_work(nurse: Nurse, school: School) -> None:
    """WEB-R69: locked, and the emergency screen while locked."""
    nurse.go("settings")
    nurse.press("Lock now")
    expect(nurse.page.get_by_label("Enter your PIN")).to_be_visible()
    found = inspect(nurse.page)
    nurse.press("Emergency")
    nurse.sees("Epinephrine by weight")
    assert found + inspect(nurse.page) == []


@pytest.mark.skipif(not AXE.exists(), reason="the web's packages are not installed: make web")
@pytest.mark.parametrize("language", ["en-US", "es-US"])
def test_axe_finds_no_violation_at_the_door(
    playwright: Playwright, school: School, tmp_path: Path, language: str
) -> None:
    """WEB-R69: signing in, refused, and enrolling, with what is wrong said."""
    context = hold_phone(playwright, tmp_path / "new phone", language)
    page = context.pages[0]
    page.goto(school.url)
    fields, send = page.locator("form input"), page.locator("form .button.main")
    expect(fields).to_have_count(2)
    found = inspect(page)
    fields.nth(0).fill(LOGIN)
    fields.nth(1).fill("wrong")
    send.click()
    expect(page.locator(".notice.bad")).to_be_visible()
    found += inspect(page)
    fields.nth(1).fill(PASSWORD)
    send.click()
    expect(fields).to_have_count(4)
    found += inspect(page)
    send.click()
    expect(page.locator(".error").first).to_be_visible()
    found += inspect(page)
    context.close()
    assert found == []


@pytest.mark.skipif(not AXE.exists(), reason="the web's packages are not installed: make web")
def test_axe_finds_no_violation_around_a_dose(nurse: Nurse, school: School) -> None:
    """WEB-R69: what only shows while a dose is given: what stops it, given all the same, and safe on this phone."""
    found: dict[str, list[str]] = {}
    nurse.start_dose(school.child(NO_CONSENT), "U7421AC")
    nurse.sees("Do not give")
    found["stopped"] = inspect(nurse.page)
    nurse.press("It was already given")
    expect(nurse.page.get_by_role("button", name="Record what was given", exact=True)).to_be_visible()
    found["already given"] = inspect(nurse.page)
    nurse.record_dose(school.child("Ada"))
    found["safe"] = inspect(nurse.page)
    assert found == {"stopped": [], "already given": [], "safe": []}


def test_no_request_leaves_for_anybody_else(addresses: set[str], nurse: Nurse, school: School) -> None:
    """WEB-R242: from every place of the app, by its threads and sockets too, the district's server alone is asked."""
    for place, sign in [*places(school), *unfinished(school)]:
        nurse.go(place)
        expect(nurse.page.locator(sign).first).to_be_visible()
    nurse.record_dose(school.child("Ada"))
    nurse.waits_for_delivery(1)
    hosts = {urlsplit(address).netloc for address in addresses if not address.startswith(("blob:", "data:"))}
    assert hosts == {urlsplit(school.url).netloc}


@pytest.fixture
def addresses(phone: BrowserContext) -> set[str]:
    """Whatever this phone asks for from its first screen on."""
    asked: set[str] = set()
    phone.on("request", lambda request: asked.add(request.url))
    phone.pages[0].on("websocket", lambda opened: asked.add(opened.url))
    return asked


def test_targets_are_large_and_nothing_is_wider_than_the_phone(nurse: Nurse, school: School) -> None:
    """WEB-R73: 44 px for a thumb in a glove; 360 px wide, at normal text and at 200 %.

    WEB-R642: each state is told by a word and a mark of its own, whatever its colour.
    """
    small: list[str] = []
    wide: list[str] = []
    coloured: list[str] = []
    for place, sign in [*places(school), *unfinished(school)]:
        nurse.go(place)
        expect(nurse.page.locator(sign).first).to_be_visible()
        nurse.page.evaluate(OPEN_ALL)
        found = nurse.page.evaluate(SMALL_TARGETS.replace("LEAST", str(TARGET_PIXELS_MIN)))
        small += [f"{place}: {one}" for one in found]
        coloured += [f"{place}: {one}" for one in nurse.page.evaluate(WITHOUT_A_MARK)]
        for text in ("100%", "200%"):
            nurse.page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
            if nurse.page.evaluate(WIDER_THAN_SCREEN) > 0:
                wide.append(f"{place} at {text}")
            nurse.page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    assert small == []
    assert wide == []
    assert coloured == []
    assert nurse.page.evaluate("window.statesSeen") > 20


def test_the_first_screen_is_small() -> None:
    """WEB-R70: at most 70 KB of gzipped script before the first screen, 90 KB until the roster; rule sets apart."""
    page = (WEB_DIST / "index.html").read_text(encoding="utf-8")
    first = closure(re.findall(r'src="/(assets/[\w.-]+\.js)"', page))
    assert 0 < weight(first) <= FIRST_SCREEN_BYTES_MAX, sorted(first)
    later = [path.relative_to(WEB_DIST).as_posix() for path in (WEB_DIST / "assets").glob("*.js")]
    roster = closure([*first, *(name for name in later if re.match(r"assets/(day|folding)-", name))])
    assert weight(roster) <= ROSTER_BYTES_MAX, sorted(roster)


def closure(names: list[str]) -> set[str]:
    """The scripts and all they import at once."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        text = (WEB_DIST / name).read_text(encoding="utf-8")
        waiting += [f"assets/{other}" for other in re.findall(r'(?:from|import)\s*"\./([\w.-]+\.js)"', text)]
    return found


def weight(names: set[str]) -> int:
    return sum(len(gzip.compress((WEB_DIST / name).read_bytes(), 9)) for name in names)


TAB = "document.querySelector('nav button')"
GROWN = f"() => parseFloat(getComputedStyle({TAB}).fontSize) / window.words"
FIXED = """() => {
    const heights = ['.syncbar', 'nav', '.foot'].map((part) => document.querySelector(part).offsetHeight);
    return heights.reduce((one, two) => one + two) / innerHeight;
}"""


def test_what_is_fixed_leaves_room_for_what_is_read_at_200_percent(nurse: Nurse, school: School) -> None:
    """WEB-R420: bar, places and the button at the thumb; their words grow with the text and stay whole."""
    nurse.page.evaluate("() => { window.words = parseFloat(getComputedStyle(TAB).fontSize); }".replace("TAB", TAB))
    nurse.page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    nurse.go(f"plan/{school.clinic}/edit")
    nurse.page.locator(".foot").wait_for()
    assert nurse.page.evaluate(FIXED) < 0.6
    assert nurse.page.evaluate(GROWN) > 1.85  # the page's own size is 106.25 %
    assert (
        nurse.page.locator("nav button").evaluate_all(
            "tabs => tabs.map((tab) => [...tab.childNodes].at(-1)).filter((words) => {"
            " const range = document.createRange(); range.selectNodeContents(words);"
            " return range.getClientRects().length > 1; }).length"
        )
        == 0
    )

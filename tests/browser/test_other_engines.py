"""The phone's day in the engines of Firefox and Safari, as Debian has them; skipped where they are not installed.

apt-get install firefox-esr webkit2gtk-driver xvfb
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.catalog.doses import DoseAdministered
from tests.browser.engines import Tab, Wire, firefox, is_here, webkit
from tests.browser.nurse import PIN
from tests.browser.school import LOGIN, PASSWORD, School


@pytest.fixture(params=["firefox", "webkit"])
def engine(request: pytest.FixtureRequest) -> str:
    if not is_here(request.param):
        pytest.skip(f"{request.param} is not on this machine")
    return str(request.param)


@pytest.fixture
def tab(engine: str, tmp_path: Path) -> Iterator[Tab]:
    with firefox(tmp_path / "profile") if engine == "firefox" else webkit() as opened:
        yield opened


@pytest.fixture
def wire(school: School) -> Iterator[Wire]:
    plugged = Wire(int(school.url.rpartition(":")[2]))
    yield plugged
    plugged.close()


def unlock(tab: Tab) -> None:
    tab.fill("Enter your PIN", PIN)
    tab.press("Unlock")


def test_a_dose_without_network_ends_in_the_district_log(engine: str, tab: Tab, wire: Wire, school: School) -> None:
    """WEB-R241: enrolled, the network gone, a cold start, a dose, a reload; delivered and receipted once it is back."""
    child = school.child("Owen" if engine == "firefox" else "Maya")
    tab.goto(wire.url)
    tab.fill("Login", LOGIN)
    tab.fill("Password", PASSWORD)
    tab.press("Sign in")
    tab.fill("One-time code", school.code())
    for label, words in (("Name of this phone", "Cart 9"), ("Choose a PIN", PIN), ("The PIN again", PIN)):
        tab.fill(label, words)
    tab.press("Enroll this phone")
    tab.press("Aspen gymnasium")
    tab.until("return document.querySelectorAll('button.child').length === 20")
    tab.until("return navigator.serviceWorker.controller !== null")

    wire.pull()
    before = len(school.from_phones(child))
    tab.goto(wire.url)
    unlock(tab)
    tab.sees("No network")
    tab.go(f"child/{child.id}")
    tab.sees(child.full_name)
    tab.until(
        "const there = location.hash.endsWith('/dose'); if (!there) button('Record a dose')?.click(); return there"
    )
    tab.until("const one = [...document.querySelectorAll('label')].find((one) => one.textContent.includes(given[0]));"
              " one?.click(); return Boolean(one)", "U7421AC")  # fmt: skip
    tab.press_until("Record", "Safe on this phone")
    tab.look("location.reload()")
    unlock(tab)
    tab.go("outbox")
    tab.sees("waiting for a network")
    assert len(school.from_phones(child)) == before
    tab.go("settings")
    tab.check("Español")
    tab.sees("Ajustes")
    tab.check("English")

    wire.put_back()
    tab.go("outbox")
    tab.until("return document.querySelectorAll('li.dose .pill.good').length === 1")
    given = school.from_phones(child)[-1].payload
    assert isinstance(given, DoseAdministered)
    assert given.lot == "U7421AC"

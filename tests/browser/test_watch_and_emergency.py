"""After a dose: the watch that nobody forgets, and the screen for the worst minute."""

import json
import re

from playwright.sync_api import BrowserContext, expect

from events.catalog.doses import ObservationEnded, ReactionObserved
from tests.browser.nurse import Nurse
from tests.browser.places import ROUTES
from tests.browser.school import ALLERGIC, COLLEAGUE, School
from tests.browser.test_several_nurses import BENS_PIN, hand_over, let_ben_in

DOSES = [
    "7.5–14 kg 17–32 lb 0.1 mg 0.1 mL",
    "15–24 kg 33–54 lb 0.15 mg 0.15 mL",
    "25–29 kg 55–65 lb 0.25–0.3 mg 0.25–0.3 mL",
    "30–49 kg 66–109 lb 0.3 mg 0.3 mL",
    "50+ kg 110+ lb 0.3–0.5 mg 0.3–0.5 mL",
]
"""0.01 mg/kg, as an injector gives it; in pounds too, for that is what a family knows."""

OPEN_LATER = """() => {
    const open = crypto.subtle.decrypt.bind(crypto.subtle);
    const held = new Promise((go) => { window.openNow = go; });
    crypto.subtle.decrypt = async (...sealed) => { await held; return open(...sealed); };
}"""


def test_the_watch_survives_a_lock_and_ends_only_by_hand(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R56, WEB-R24: a clock per child that runs on through a lock; early asks why, and keeps it in sight."""
    child = school.child("Núria")
    phone.set_offline(True)
    nurse.record_dose(child)
    nurse.sees("Watch for 15 minutes")
    nurse.go("settings")
    nurse.press("Lock now")
    nurse.unlock()
    nurse.go("watch")
    row = nurse.page.locator("li.dose", has_text=child.full_name)
    expect(row).to_contain_text("14:")
    row.get_by_role("button", name="Leaves early").click()
    row.get_by_role("button", name="Left well").click()
    nurse.sees("Fill this in.")
    row.get_by_label("Why before the time").fill("the bus leaves")
    nurse.page.get_by_role("button", name=re.compile("Hand the phone on")).click()
    nurse.unlock()
    nurse.go("watch")
    expect(row.get_by_label("Why before the time")).to_have_value("the bus leaves")
    expect(row.get_by_role("button", name="Leaves early")).to_have_count(0)
    row.get_by_role("button", name="Left well").click()
    expect(row).to_have_count(0)
    nurse.open_child(child)
    nurse.sees("watch is over")
    phone.set_offline(False)
    nurse.waits_for_delivery(2)
    ended = school.from_phones(child)[-1].payload
    assert isinstance(ended, ObservationEnded)
    assert (ended.minutes, ended.note, ended.clinic) == (0, "the bus leaves", school.clinic)


def test_thirty_minutes_after_an_earlier_anaphylaxis(nurse: Nurse, school: School) -> None:
    """WEB-R56."""
    nurse.record_dose(school.child(ALLERGIC))
    nurse.sees("Watch for 30 minutes")


def addresses(child: str) -> list[str]:
    """Every place of the app's own table, so that a new one is tried too."""
    told = json.loads(ROUTES.read_text(encoding="utf-8"))
    found = {*told["day"], *told["office"], *told["clinic"]} - {"emergency", "child"}
    return [*sorted(found), f"child/{child}", *(f"child/{child}/{deed}" for deed in told["child"])]


def test_emergency_is_one_tap_away_and_its_times_are_signed(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R57: from every screen; the address for 911, the parent's phone, the dose by weight, each time by one tap.

    WEB-R515: of three taps the one by mistake is taken back alone. WEB-R643: a tap is answered in sight.
    """
    child = school.child("Joaquín")
    phone.set_offline(True)
    for place in addresses(child.id):
        nurse.go("roster")
        nurse.go(place)
        nurse.press("Emergency")
        nurse.sees("410 Aspen Ave")
        nurse.sees("Epinephrine by weight")
    nurse.go(f"child/{child.id}")
    nurse.press("Emergency")
    expect(nurse.page.get_by_role("link", name="218-555-0142")).to_have_attribute("href", "tel:218-555-0142")
    nurse.press("Epinephrine now")
    expect(nurse.page.locator(".times li")).to_be_in_viewport(ratio=1)  # seen, or it is tapped once more
    nurse.press("911 called now")
    expect(nurse.page.locator(".times li")).to_have_count(1)
    nurse.page.wait_for_timeout(400)
    nurse.page.reload()
    nurse.unlock()
    expect(nurse.page.locator(".times li")).to_have_count(1)
    nurse.press("Epinephrine now")
    expect(nurse.page.locator(".times li")).to_have_count(2)
    nurse.press("Epinephrine now")
    expect(nurse.page.locator(".times li")).to_have_count(3)
    nurse.page.get_by_text("Tapped by mistake").click()
    nurse.page.get_by_role("button", name=re.compile("^Take back: Epinephrine 3")).click()
    expect(nurse.page.locator(".times li")).to_have_count(2)
    nurse.press("Sign the reaction")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("What happened").fill("hives and wheeze two minutes after the dose")
    nurse.press("Sign the reaction")
    nurse.sees_title(child.full_name)
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    reaction = school.from_phones(child)[-1].payload
    assert isinstance(reaction, ReactionObserved)
    assert len(reaction.epinephrine_at) == 2
    assert reaction.emergency_called_at is not None
    assert reaction.began_at <= reaction.epinephrine_at[0] < reaction.epinephrine_at[1]


def test_the_times_of_an_emergency_are_everybodys_until_signed(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R280: handed on in the middle of it, the next nurse sees the times; child and close name them till signed."""
    let_ben_in(nurse, school.code(school.colleague))
    nurse.sees(f"{COLLEAGUE} can open this phone now")
    phone.set_offline(True)
    child, mistaken = school.child("Joaquín"), school.child("Wren")
    nurse.go(f"emergency/{child.id}")
    nurse.press("Epinephrine now")
    expect(nurse.page.locator(".times li")).to_have_count(1)
    hand_over(nurse, COLLEAGUE, BENS_PIN)
    nurse.go(f"emergency/{child.id}")
    expect(nurse.page.locator(".times li")).to_have_count(1)
    nurse.press("911 called now")
    nurse.go(f"emergency/{mistaken.id}")
    nurse.press("Epinephrine now")
    nurse.go(f"child/{child.id}")
    unsigned = nurse.page.locator(".notice", has_text="not signed yet")
    expect(unsigned).to_contain_text("Epinephrine 1:")
    expect(unsigned).to_contain_text("911 called at")
    nurse.go("closing")
    owed = nurse.page.get_by_role("region", name="Emergencies not signed yet: 2")
    expect(owed).to_contain_text(child.full_name)
    expect(owed).to_contain_text("Epinephrine 1:")
    nurse.page.get_by_label("Second name").fill("Somebody Else")
    nurse.press("Close and sign")
    expect(owed.locator(".error")).to_be_visible()

    owed.get_by_role("button", name=mistaken.full_name).click()
    nurse.page.get_by_text("Tapped by mistake").click()
    nurse.press("Discard these times")
    nurse.sees_title(mistaken.full_name)
    expect(unsigned).to_have_count(0)
    nurse.go("closing")
    nurse.page.get_by_role("region", name="Emergencies not signed yet: 1").get_by_role("button").click()
    nurse.page.get_by_label("What happened").fill("hives")
    nurse.press("Sign the reaction")
    nurse.sees_title(child.full_name)
    expect(unsigned).to_have_count(0)
    nurse.go("closing")
    expect(nurse.page.get_by_role("region", name="Emergencies not signed yet")).to_have_count(0)
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    fact = next(one for one in school.facts_of(child.stream)[::-1] if isinstance(one.payload, ReactionObserved))
    assert isinstance(fact.payload, ReactionObserved)
    assert (fact.header.author, len(fact.payload.epinephrine_at)) == (school.colleague, 1)
    assert fact.payload.emergency_called_at is not None


def test_the_times_of_a_child_that_left_the_phone_are_signed(school: School, nurse: Nurse) -> None:
    """WEB-R280: taken off the roster in the middle of it; the close names the times, and nobody closes before."""
    child = school.child("Hazel")
    nurse.go(f"emergency/{child.id}")
    nurse.press("Epinephrine now")
    expect(nurse.page.locator(".times li")).to_have_count(1)
    school.take_off_roster(child)
    nurse.go(f"child/{child.id}")
    nurse.sees("not on this phone")
    nurse.go("closing")
    owed = nurse.page.get_by_role("region", name="Emergencies not signed yet: 1")
    expect(owed).to_contain_text("Epinephrine 1:")
    owed.get_by_role("button").click()
    expect(nurse.page.locator(".times li")).to_have_count(1)
    nurse.page.get_by_label("What happened").fill("hives, taken to the hospital")
    nurse.press("Sign the reaction")
    nurse.sees_title("Close the day")
    expect(owed).to_have_count(0)
    nurse.waits_for_delivery(1)
    seen = school.from_phones(child)[-1].payload
    assert isinstance(seen, ReactionObserved)
    assert (len(seen.epinephrine_at), seen.description) == (1, "hives, taken to the hospital")


def test_a_tap_before_the_times_kept_are_read_replaces_none(nurse: Nurse, school: School) -> None:
    """WEB-R295: a phone slow to open what is sealed; the tap counts from its own moment and stands behind."""
    child, times = school.child("Joaquín"), nurse.page.locator(".times li")
    nurse.go(f"emergency/{child.id}")
    nurse.press("Epinephrine now")
    expect(times).to_have_count(1)
    nurse.go("roster")
    nurse.page.evaluate(OPEN_LATER)
    nurse.go(f"emergency/{child.id}")
    nurse.press("Epinephrine now")
    expect(times).to_have_count(0)
    nurse.page.evaluate("window.openNow()")
    expect(times).to_have_count(2)
    nurse.go("roster")
    nurse.go(f"emergency/{child.id}")
    expect(times).to_have_count(2)


def test_a_child_is_found_by_typing_in_an_emergency(nurse: Nurse, school: School) -> None:
    """WEB-R281: no scrolling through a list of hundreds; who is watched stands first."""
    watched, wanted = school.child("Núria"), school.child("Mohamed")
    nurse.record_dose(watched)
    nurse.go("emergency")
    rows = nurse.page.locator(".panel button")
    expect(rows.filter(has_text=watched.full_name)).to_contain_text("being watched")
    expect(rows.first).to_contain_text("being watched")
    nurse.page.get_by_role("searchbox").fill("warsame moh")
    expect(rows).to_have_count(1)
    rows.click()
    expect(nurse.page.get_by_role("heading", name=wanted.full_name)).to_be_visible()


def test_emergency_can_be_read_before_anybody_signed_in(phone: BrowserContext, school: School) -> None:
    """WEB-R57, WEB-R643: a phone nobody enrolled yet shows steps and doses, and asks for no PIN."""
    page = phone.pages[0]
    page.goto(school.url)
    page.get_by_label("Login").wait_for()
    page.get_by_role("button", name="Emergency", exact=True).click()
    expect(page.get_by_role("heading", name="Epinephrine by weight")).to_be_visible()
    assert [" ".join(row.split()) for row in page.locator("tbody tr").all_inner_texts()] == DOSES
    expect(page.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")
    expect(page.get_by_text("Unlock to write down the times.")).to_have_count(0)
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Login")).to_be_visible()


def test_emergency_can_be_read_while_locked(phone: BrowserContext, nurse: Nurse) -> None:
    """WEB-R57, WEB-R282: no PIN stands between a nurse, protocol and address for 911; no child is shown."""
    phone.set_offline(True)
    nurse.go("settings")
    nurse.press("Lock now")
    nurse.press("Emergency")
    nurse.sees("Epinephrine by weight")
    nurse.sees("Unlock to write down the times.")
    nurse.sees("Aspen gymnasium, 410 Aspen Ave, Grand Rapids, MN, 55744")
    nurse.page.reload()
    nurse.sees("410 Aspen Ave")
    nurse.sees("Epinephrine by weight")


def test_emergency_can_be_read_in_a_tab_left_behind(nurse: Nurse) -> None:
    """WEB-R57: a newer version has the store now; the tab that must be closed still shows steps and doses."""
    nurse.page.evaluate("() => void indexedDB.databases().then(([{ name }]) => indexedDB.open(name, 9999))")
    nurse.sees("A newer version is open in another tab")
    nurse.press("Emergency")
    nurse.sees("Epinephrine by weight")

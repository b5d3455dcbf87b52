"""One phone, two nurses: each with her own PIN, in turn, without a network; nobody's work is hidden or lost."""

import re

from playwright.sync_api import BrowserContext, expect

from tests.browser.nurse import PIN, Nurse
from tests.browser.school import COLLEAGUE, LOGIN, NURSE, PASSWORD, School
from tests.browser.test_looks import inspect

BENS_PIN = "314159"


def let_ben_in(nurse: Nurse, code: str, pin: str = BENS_PIN, own: str = PIN) -> None:
    """The office gave a code for Ben; whoever is unlocked lets him in."""
    nurse.go("nurses")
    nurse.page.get_by_text("Add a nurse, or give one a new PIN").click()
    nurse.page.get_by_label("One-time code of the nurse").fill(code)
    nurse.page.get_by_label("The nurse chooses a PIN").fill(pin)
    nurse.page.get_by_label("The nurse's PIN again").fill(pin)
    nurse.page.get_by_label("your own PIN").fill(own)
    nurse.press("Let the nurse in")


def hand_over(nurse: Nurse, to: str, pin: str) -> None:
    """Two taps and a PIN."""
    nurse.page.get_by_role("button", name=re.compile("Hand the phone on")).click()
    nurse.page.get_by_text(to, exact=True).click()
    nurse.unlock(pin)
    expect(nurse.page.get_by_role("button", name=re.compile(f"{to} is at work"))).to_be_visible()


def test_two_nurses_give_doses_in_turn(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R110, WEB-R114: offline, by turns; an observation stays listed; each dose has its author in the log."""
    let_ben_in(nurse, school.code(school.colleague))
    nurse.sees(f"{COLLEAGUE} can open this phone now")
    phone.set_offline(True)
    first, second, third = (school.child(given) for given in ("Tomás", "Kou", "Hazel"))
    nurse.record_dose(first)
    hand_over(nurse, COLLEAGUE, BENS_PIN)
    nurse.go("watch")
    nurse.sees(first.full_name)
    nurse.record_dose(second)
    nurse.go("outbox")
    expect(nurse.page.locator("li.dose .pill.wait")).to_have_count(2)
    for who in (NURSE, COLLEAGUE):
        expect(nurse.page.locator("li.dose").filter(has_text=who)).to_have_count(1)
    hand_over(nurse, NURSE, PIN)
    nurse.record_dose(third)
    hand_over(nurse, COLLEAGUE, BENS_PIN)
    phone.set_offline(False)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.waits_for_delivery(3)
    facts = [fact for child in (first, second, third) for fact in school.doses_given(child)]
    assert [fact.header.author for fact in facts] == [school.nurse, school.colleague, school.nurse]
    assert [fact.header.seq for fact in facts] == [1, 2, 3]
    assert len({fact.header.device for fact in facts}) == 1


def test_a_half_filled_form_waits_for_its_own_nurse(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R111: the next nurse finds the child and an empty form; the first one's values are there when she is back."""
    let_ben_in(nurse, school.code(school.colleague))
    nurse.sees(f"{COLLEAGUE} can open this phone now")
    child = school.child("Wren")
    nurse.open_child(child)
    nurse.press("From a paper")
    nurse.page.get_by_label("Date as written").fill("2015-0")
    hand_over(nurse, COLLEAGUE, BENS_PIN)
    nurse.sees_title(child.full_name)
    nurse.press("From a paper")
    expect(nurse.page.get_by_label("Date as written")).to_have_value("")
    hand_over(nurse, NURSE, PIN)
    nurse.press("From a paper")
    expect(nurse.page.get_by_label("Date as written")).to_have_value("2015-0")


def test_a_code_that_is_not_good_lets_nobody_in(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R112: a wrong code, a wrong PIN, no network: said, what was typed stays, and nothing recorded is touched."""
    phone.set_offline(True)
    nurse.record_dose(school.child("Gus"))
    let_ben_in(nurse, "AAAAA-AAAAA")
    nurse.sees("No network.")
    phone.set_offline(False)
    nurse.press("Let the nurse in")
    nurse.sees("Check the ten characters")
    expect(nurse.page.get_by_label("One-time code of the nurse")).to_have_value("AAAAA-AAAAA")
    nurse.page.get_by_label("your own PIN").fill("")
    nurse.press("Let the nurse in")
    nurse.sees("Use at least 6 digits.")
    nurse.page.get_by_label("your own PIN").fill("000000")
    nurse.press("Let the nurse in")
    nurse.sees("That is not the PIN")
    expect(nurse.page.locator("main > .content > .list > li")).to_have_count(1)
    nurse.page.reload()
    nurse.unlock()
    nurse.go("nurses")
    nurse.page.get_by_text("Add a nurse").first.click()
    expect(nurse.page.get_by_label("One-time code of the nurse")).to_have_value("AAAAA-AAAAA")
    nurse.waits_for_delivery(1)


def test_who_forgot_her_pin_gets_another_from_her_colleague(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R113: with a full outbox of two, an office's code and a colleague bring her back; nothing leaves sight."""
    let_ben_in(nurse, school.code(school.colleague))
    nurse.sees(f"{COLLEAGUE} can open this phone now")
    phone.route("**/sync", lambda route: route.abort())
    children = [school.child(given) for given in ("Soren", "Cade", "Lía")]
    for child in children[:2]:
        nurse.record_dose(child)
    hand_over(nurse, COLLEAGUE, BENS_PIN)
    nurse.record_dose(children[2])
    let_ben_in(nurse, school.code(), "161803", own=BENS_PIN)
    nurse.sees(f"{NURSE} can open this phone now")
    hand_over(nurse, NURSE, "161803")
    nurse.go("outbox")
    expect(nurse.page.locator("li.dose .pill.wait")).to_have_count(3)
    phone.unroute_all(behavior="ignoreErrors")
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.waits_for_delivery(3)
    facts = [fact for child in children for fact in school.doses_given(child)]
    assert [fact.header.author for fact in facts] == [school.nurse, school.nurse, school.colleague]


def test_when_nobody_remembers_the_phone_begins_anew_and_delivers(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R46: both PINs forgotten with work of both: a code from the office, and the log holds all of it."""
    let_ben_in(nurse, school.code(school.colleague))
    nurse.sees(f"{COLLEAGUE} can open this phone now")
    phone.set_offline(True)
    children = [school.child(given) for given in ("Elise", "Ada")]
    nurse.record_dose(children[0])
    hand_over(nurse, COLLEAGUE, BENS_PIN)
    nurse.record_dose(children[1])
    nurse.page.get_by_role("button", name=re.compile("Hand the phone on")).click()
    phone.set_offline(False)
    nurse.press("None of us can open it: begin with a new code")
    nurse.page.get_by_label("Login").fill(LOGIN)
    nurse.page.get_by_label("Password").fill(PASSWORD)
    nurse.press("Sign in")
    nurse.enroll(pin="161803")
    nurse.choose_clinic()
    for child in children:
        nurse.open_child(child)
        expect(
            nurse.page.locator("#history ~ *").filter(has_text=re.compile(f"{NURSE}|{COLLEAGUE}")).first
        ).to_be_visible()
    facts = [fact for child in children for fact in school.doses_given(child)]
    assert [fact.header.author for fact in facts] == [school.nurse, school.colleague]


def test_taken_off_the_phone_her_work_still_goes_out(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R112"""
    let_ben_in(nurse, school.code(school.colleague))
    nurse.sees(f"{COLLEAGUE} can open this phone now")
    phone.set_offline(True)
    child = school.child("Bea")
    hand_over(nurse, COLLEAGUE, BENS_PIN)
    nurse.record_dose(child)
    hand_over(nurse, NURSE, PIN)
    nurse.go("nurses")
    row = nurse.page.locator("li").filter(has_text=COLLEAGUE)
    expect(row).to_contain_text("1")
    row.get_by_text("Remove from this phone").click()
    row.get_by_role("button", name=f"Remove {COLLEAGUE}").click()
    expect(nurse.page.locator("main > .content > .list > li")).to_have_count(1)
    phone.set_offline(False)
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.waits_for_delivery(1)
    assert [fact.header.author for fact in school.doses_given(child)] == [school.colleague]
    nurse.page.reload()
    expect(nurse.page.get_by_label("Enter your PIN")).to_be_visible()
    expect(nurse.page.get_by_text(COLLEAGUE)).to_have_count(0)


def test_a_pin_is_changed_without_a_network(phone: BrowserContext, nurse: Nurse) -> None:
    """WEB-R113, WEB-R412: half a PIN is said to be one, and is not tried."""
    phone.set_offline(True)
    nurse.go("nurses")
    nurse.page.get_by_text("Change my PIN").first.click()
    nurse.page.get_by_label("My new PIN (").fill("161803")
    nurse.page.get_by_label("My new PIN again").fill("161803")
    nurse.press("Change my PIN")
    nurse.sees("Use at least 6 digits.")
    nurse.page.get_by_label("My current PIN").fill(PIN)
    nurse.page.get_by_label("My new PIN again").fill("16180")
    nurse.press("Change my PIN")
    nurse.sees("The two PINs differ.")
    nurse.page.get_by_label("My new PIN again").fill("161803")
    nurse.press("Change my PIN")
    nurse.sees("Your PIN is changed.")
    nurse.page.reload()
    nurse.unlock(PIN)
    nurse.sees("That is not the PIN")
    nurse.unlock("161803")
    nurse.sees_title("Nurses of this phone")


def test_an_untouched_phone_locks_and_an_emergency_does_not(school: School, nurse: Nurse) -> None:
    """WEB-R114: after five minutes, and what is observed is still said, without a name."""
    child = school.child("Owen")
    nurse.record_dose(child)
    nurse.page.clock.install()
    nurse.go(f"emergency/{child.id}")
    expect(nurse.page.locator(".taps")).to_be_visible()
    later(nurse, "20:00")
    expect(nurse.page.locator(".taps")).to_be_visible()
    nurse.go("roster")
    later(nurse, "04:00")
    expect(nurse.page.locator("button.child").first).to_be_visible()
    nurse.page.get_by_role("searchbox").fill("ow")
    later(nurse, "04:00")
    expect(nurse.page.locator("button.child").first).to_be_visible()
    later(nurse, "02:00")
    expect(nurse.page.get_by_label("Enter your PIN")).to_be_visible()
    nurse.sees("Under observation: ")
    expect(nurse.page.get_by_text(child.full_name)).to_have_count(0)


def later(nurse: Nurse, time: str) -> None:
    """The phone looks how long it was untouched; its own timer began before the clock was ours, and keeps real time."""
    nurse.page.clock.fast_forward(time)
    nurse.page.evaluate("() => { document.dispatchEvent(new Event('visibilitychange')); }")


def test_the_screens_of_a_shared_phone_pass_axe(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R69: the lock screen with two nurses, and the nurses' screen unfolded, in both languages."""
    let_ben_in(nurse, school.code(school.colleague))
    nurse.sees(f"{COLLEAGUE} can open this phone now")
    found = []
    for language in ("English", "Español"):
        nurse.go("settings")
        nurse.page.get_by_label(language).check()
        nurse.go("nurses")
        for summary in nurse.page.locator("summary").all():
            summary.click()
        found += inspect(nurse.page)
        nurse.page.locator("button.nurse").click()
        expect(nurse.page.locator("form .choice")).to_be_visible()
        found += inspect(nurse.page)
        nurse.page.get_by_text(NURSE, exact=True).click()
        nurse.page.locator("form .field input").fill(PIN)
        nurse.page.locator("form .button.main").click()
        expect(nurse.page.locator("nav")).to_be_visible()
    assert found == []

"""A court's order on who decides for a child, as the health office records it and the nurse's phone reads it."""

from playwright.sync_api import Locator, expect

from events.catalog.consents import ConsentGiven, ConsentRefused, SayEnded
from tests.browser.nurse import Nurse
from tests.browser.office import OLGA, OLGA_NAME, Office
from tests.browser.school import Child, School

COURT = "Hennepin 27-FA-26-1234"


def who_disagree(school: School, given: str) -> Child:
    """A child whose one parent says yes to Tdap, and the other no."""
    child = school.child(given)
    yes = ConsentGiven(cvx=("115",), signer="Mai Yang", standing="parent", form="paper", on="2026-11-02")
    school.tell(child.stream, yes, ConsentRefused(cvx=("115",), signer="Kia Yang", standing="parent", on="2026-11-02"))
    return child


def order_form(office: Office, child: Child) -> Locator:
    """The form of an order, unfolded, on the child's record."""
    office.go(f"child/{child.id}")
    deed = office.section("says").locator("details.deed").last
    deed.locator("summary").click()
    return deed


def test_an_order_is_recorded_by_who_saw_it_and_every_phone_reads_it(
    school: School, office: Office, nurse: Nurse
) -> None:
    """OFFICE-R28, PROJ-R253: of whom, which court, from when, seen."""
    child = who_disagree(school, "Ifrah")
    deed = order_form(office, child)
    submit = deed.get_by_role("button", name="Record a court's order")
    submit.click()
    expect(deed.get_by_text("Fill this in.").first).to_be_visible()
    expect(deed.get_by_text("Look at the order first: a word about it is not enough.")).to_be_visible()
    deed.get_by_label("Who has no say").select_option("Kia Yang")
    deed.get_by_label("Court and file number").fill(COURT)
    deed.get_by_label("Date of the order").fill("2036-11-03")
    expect(deed.get_by_text("That day cannot be: check day, month and year.")).to_be_visible()
    deed.get_by_label("Date of the order").fill("2026-11-03")
    deed.get_by_label("From which day they have no say").fill("1999-11-03")
    expect(deed.get_by_text("That day cannot be: check day, month and year.")).to_be_visible()
    deed.get_by_label("From which day they have no say").fill("2026-11-04")
    submit.click()
    expect(deed.get_by_text("Look at the order first")).to_be_visible()
    deed.get_by_label("I saw the order itself, or its copy").check()
    submit.click()
    row = office.section("says").locator("li.card")
    expect(row).to_contain_text("no say from November 4, 2026")
    expect(row).to_contain_text(f"{COURT} · 2026-11-03 · {OLGA_NAME}")
    expect(row.locator(".pill")).to_contain_text("no say")
    order = school.facts_of(child.stream)[-1].payload
    assert isinstance(order, SayEnded)
    assert (order.person, order.since, order.by) == ("Kia Yang", "2026-11-04", OLGA)
    nurse.start_dose(child, "U7421AC")
    nurse.sees("Kia Yang said no, and by the court order on record has no say: say that you saw the order.")
    expect(nurse.page.get_by_text("Do not give")).to_have_count(0)


def test_an_order_is_undone_and_a_say_given_back(school: School, office: Office, nurse: Nurse) -> None:
    """OFFICE-R28, PROJ-R252: a mistake is set aside and counted again; a later order gives the say back."""
    child = who_disagree(school, "Maya")
    said = SayEnded(person="Kia Yang", since="2026-11-04", document=f"{COURT} · 2026-11-03 · {OLGA_NAME}", by=OLGA)
    school.tell(child.stream, said)
    office.go(f"child/{child.id}")
    row = office.section("says").locator("li.card")
    expect(row.locator(".pill")).to_contain_text("no say")
    office.decide(row, "This was recorded by mistake", "the order of another family")
    expect(row).to_contain_text("set aside: the order of another family")
    expect(row.locator(".pill")).to_contain_text("counts for nothing")
    expect(row.get_by_text("They have a say again")).to_have_count(0)
    office.decide(row, "Count this order again", "it was theirs after all")
    expect(row.locator(".pill")).to_contain_text("no say")
    back = row.locator("details.deed").filter(has_text="They have a say again")
    back.locator("summary").click()
    back.get_by_label("From which day").fill("2026-11-01")
    expect(back.get_by_text("That day cannot be")).to_be_visible()
    back.get_by_label("From which day").fill(school.today.isoformat())
    back.get_by_label("What shows it").fill("order of November 20, seen")
    back.locator("button.main").click()
    expect(row.locator(".pill")).to_contain_text("has a say again")
    nurse.start_dose(child, "U7421AC")
    nurse.sees("Kia Yang says no, somebody else yes. They must agree first.")


def test_the_form_of_an_order_is_spanish_and_takes_no_relationship_for_a_name(school: School, office: Office) -> None:
    """OFFICE-R28, OFFICE-R11: who is not on record yet is written by name; a half-written order waits."""
    office.page.get_by_role("button", name="Español").click()
    expect(office.page.get_by_role("heading", level=1)).to_have_text("Pendientes")
    child = who_disagree(school, "Kou")
    deed = order_form(office, child)
    deed.get_by_label("Quién no puede decidir").select_option("otra persona")
    deed.get_by_label("El nombre tal como esa persona firma").fill("la mamá")
    expect(deed.get_by_text("Eso es un parentesco, no un nombre.")).to_be_visible()
    deed.get_by_label("El nombre tal como esa persona firma").fill("Bao Lee")
    expect(deed.get_by_text("Eso es un parentesco, no un nombre.")).to_have_count(0)
    office.go("children")
    office.go(f"child/{child.id}")
    expect(office.section("says").get_by_label("El nombre tal como esa persona firma")).to_have_value("Bao Lee")

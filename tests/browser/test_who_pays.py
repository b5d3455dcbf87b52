"""Who pays is asked at each visit; a dose of another fund is a loan, said before, logged, and paid back by name."""

import re

from playwright.sync_api import BrowserContext, expect

from events.catalog.clinics import ClinicClosed
from events.catalog.consents import EligibilityStated
from events.catalog.doses import DoseAdministered, DoseVoided
from events.catalog.stock import StockBorrowed, StockLoaded, StockReplaced
from events.ids import stream_of
from tests.browser.nurse import Nurse
from tests.browser.school import COLLEAGUE, NOT_ASKED, School
from tests.browser.test_before_a_dose import told
from tests.browser.test_closing import of_the_clinic


def test_a_public_lot_asks_who_pays_first(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R100: the category, who said it and the day are kept; then the usual dose asks nothing more."""
    child = school.child(NOT_ASKED)
    phone.set_offline(True)
    nurse.start_dose(child, "U7421AC")
    nurse.sees("Nobody asked who pays; this lot belongs to a public programme.")
    nurse.press("Ask who pays")
    nurse.sees_title("Who pays")
    nurse.press("Sign and keep")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label(re.compile("Has Medical Assistance or MinnesotaCare")).check()
    nurse.sees("Give from the stock paid by: Vaccines for Children.")
    expect(nurse.page.get_by_label("Who said so")).to_have_value(f"Parent {child.family}")
    nurse.press("Sign and keep")
    nurse.sees_title(child.full_name)
    nurse.sees("Medical Assistance, MinnesotaCare")
    nurse.start_dose(child, "U7421AC")
    expect(nurse.page.get_by_text("Look again")).to_have_count(0)
    phone.set_offline(False)
    nurse.waits_for_delivery(1)
    said = told(school, child, EligibilityStated)
    assert (said.category, said.on, said.clinic) == ("medicaid", school.today.isoformat(), school.clinic)


def test_a_dose_of_another_fund_is_lent_and_paid_back(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R100: the mismatch asks a reason; the loan stands at the close, per dose, and is gone with an undone dose."""
    insured, undone = school.child("Maya"), school.child("Owen")
    for child in (insured, undone):
        stated = EligibilityStated(
            category="insured", on=school.today.isoformat(), said_by="Parent", clinic=school.clinic
        )
        school.tell(child.stream, stated)
    nurse.go("settings")
    nurse.open_child(insured)
    nurse.page.locator(".pill", has_text="insurance").wait_for()
    phone.set_offline(True)
    for child in (insured, undone):
        nurse.start_dose(child, "U7421AC")
        nurse.sees("This lot is paid by: Vaccines for Children. The child's vaccine by: private purchase.")
        nurse.press("Record")
        nurse.sees("Fill this in.")
        nurse.page.get_by_label("Reason to give it all the same").fill("the private box is empty")
        nurse.press("Record")
        nurse.sees("Safe on this phone")
    nurse.press("Undo")
    nurse.sees("Undone.")

    nurse.go("closing")
    nurse.sees("Doses lent between funds: 1")
    loan = nurse.page.locator("li.dose", has_text="owed by: private")
    expect(loan).to_contain_text(insured.full_name)
    expect(loan).to_contain_text("the private box is empty")
    loan.get_by_text("Not paid back").click()
    loan.get_by_role("button", name="It was paid back").click()
    expect(loan).to_contain_text("Fill this in.")
    loan.get_by_label("Lot that replaced it").fill("p555")
    loan.get_by_role("button", name="It was paid back").click()
    expect(loan).to_contain_text("lot P555")
    phone.set_offline(False)
    nurse.waits_for_delivery(6)

    given = told(school, insured, DoseAdministered)
    assert (given.funding, given.container) == ("vfc", "Cooler 1")
    assert any("private box is empty" in one for one in given.warnings_overridden)
    assert told(school, undone, DoseVoided)
    facts = [fact for fact in of_the_clinic(school) if isinstance(fact.payload, StockBorrowed | StockReplaced)]
    first, second, paid = (fact.payload for fact in facts)
    assert isinstance(first, StockBorrowed)
    assert (first.from_funding, first.to_funding, first.student) == ("vfc", "private", insured.id)
    assert isinstance(second, StockBorrowed)
    assert isinstance(paid, StockReplaced)
    assert (paid.event, paid.lot) == (facts[0].header.id, "P555")


def test_the_close_counts_each_box_and_fund(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R76, WEB-R100: one lot in two boxes is two lines; consents in = outcomes; what is open is named."""
    later = school.today.replace(year=school.today.year + 1).isoformat()
    private = StockLoaded(
        container="Blue bag", cvx="115", mvx="PMC", lot="U7421AC", expires_on=later, doses=5, funding="private"
    )
    school.tell(stream_of("clinic", school.clinic), private)
    child = school.child("Ada")
    nurse.go("stock")
    nurse.page.locator("li.dose", has_text="5 loaded").wait_for()
    phone.set_offline(True)
    nurse.open_child(child)
    nurse.press("Record a dose")
    nurse.page.get_by_label(re.compile("U7421AC · Blue bag · private purchase")).check()
    nurse.sees("This lot is paid by: private purchase. The child's vaccine by: Vaccines for Children.")
    nurse.page.get_by_label("Reason to give it all the same").fill("cooler left behind")
    nurse.press("Record")
    nurse.sees("Safe on this phone")
    nurse.go("watch")
    nurse.page.locator("li.dose").first.wait_for()
    for _ in range(nurse.page.locator("li.dose").count()):
        row = nurse.page.locator("li.dose").first
        row.get_by_role("button", name="Leaves early").click()
        row.get_by_label("Why before the time").fill("closing")
        name = row.locator("strong").inner_text()
        row.get_by_role("button", name="Left well").click()
        expect(nurse.page.locator("li.dose", has_text=name)).to_have_count(0)
    nurse.go("closing")
    expect(nurse.page.get_by_label("Doses of lot U7421AC in Blue bag that go back")).to_have_value("4")
    counted = nurse.page.get_by_role("region", name="Consents", exact=True)
    expect(counted).to_contain_text("open")
    nurse.page.get_by_label("Second name").fill(COLLEAGUE)
    nurse.press("Close and sign")
    nurse.sees_title("The day is closed")
    phone.set_offline(False)
    expect(nurse.page.locator(".syncbar")).to_contain_text("all delivered")
    closed = of_the_clinic(school)[-1].payload
    assert isinstance(closed, ClinicClosed)
    blue = next(count for count in closed.counts if count.container == "Blue bag")
    assert (blue.lot, blue.funding, blue.loaded, blue.given, blue.returned) == ("U7421AC", "private", 5, 1, 4)
    assert closed.consents is not None
    total = closed.consents
    assert total.consents == total.given + total.not_given + total.open
    assert total.given >= 1
    assert total.open > 0

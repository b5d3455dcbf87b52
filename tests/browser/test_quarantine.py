"""What the district cannot take is not lost, and the nurse reads why and who has it."""

from playwright.sync_api import BrowserContext, expect

from events.catalog.devices import SeatClosed, SeatOpened, SubmissionClosed, SubmissionQuarantined
from events.ids import DeviceId, stream_of
from tests.browser.nurse import Nurse
from tests.browser.school import School


def close_seat(school: School, nurse: Nurse) -> DeviceId:
    """The office closes the nurse's key on this phone."""
    nurse.go("settings")
    device = DeviceId(nurse.page.locator("dt:text-is('Device') + dd").inner_text())
    stream = stream_of("device", device)
    opened = next(fact.payload for fact in school.facts_of(stream) if isinstance(fact.payload, SeatOpened))
    closed = SeatClosed(seat=opened.seat, author=opened.author, public_key=opened.public_key, reason="lost")
    school.tell(stream, closed)
    return device


def test_a_closed_phone_learns_who_settled_its_row_and_why(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """QUARANTINE-R08, WEB-R72: the phone is given no clinic any more and asks by its own key."""
    phone.set_offline(True)
    nurse.record_dose(school.child("Cade"))
    device = close_seat(school, nurse)
    phone.set_offline(False)
    nurse.go("outbox")
    row = nurse.page.locator("li.dose")
    expect(row).to_contain_text("Set aside by the district")
    stream = stream_of("device", device)
    submission = next(one.payload for one in school.facts_of(stream) if isinstance(one.payload, SubmissionQuarantined))
    closed = SubmissionClosed(submission=submission.submission, reason="given twice on paper", by=submission.staff)
    school.tell(stream, closed)
    nurse.page.reload()
    nurse.unlock()
    nurse.go("outbox")
    expect(row).to_contain_text("Set aside, then closed")
    expect(row).to_contain_text("given twice on paper")
    nurse.go("settings")
    nurse.page.get_by_label("Español").check()
    nurse.go("outbox")
    expect(row).to_contain_text("Apartada y luego cerrada")


def test_a_row_set_aside_says_why_and_who_has_it(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R72: in words of both languages, with the receipt of the record of its quarantine."""
    phone.set_offline(True)
    nurse.record_dose(school.child("Cade"))
    close_seat(school, nurse)
    phone.set_offline(False)
    nurse.go("outbox")
    row = nurse.page.locator("li.dose")
    expect(row).to_contain_text("Set aside by the district")
    expect(row).to_contain_text("This phone's key was closed. The district administrator has it and will settle it.")
    expect(row).to_contain_text("Nothing is lost.")
    expect(row.get_by_text("Receipt", exact=True)).to_be_visible()
    assert school.from_phones(school.child("Cade")) == []
    nurse.go("settings")
    nurse.page.get_by_label("Español").check()
    nurse.go("outbox")
    expect(row).to_contain_text("La clave de este teléfono fue cerrada.")

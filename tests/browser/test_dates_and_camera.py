"""What a keyboard types into a date field that is no day, and a camera that is left before its picture has come."""

from pathlib import Path

from playwright.sync_api import Locator, Playwright, expect

from events.catalog.doses import DoseRecorded
from tests.browser.nurse import Nurse, hold_phone
from tests.browser.school import School

NO_DAY = "Choose a whole day that exists"
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
LEAVE_AS_IT_STARTS = """() => {
    window.opened = [];
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await open(wanted);
        window.opened.push(...stream.getTracks());
        return stream;
    };
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        location.hash = "#/roster";
        return play.call(this);
    };
}"""
STILL_ON = "() => window.opened.filter((track) => track.readyState === 'live').length"


def type_into(field: Locator, keys: str) -> None:
    """Key by key, as into the boxes for month, day and year; `fill` would write no day that is none."""
    field.focus()
    field.press_sequentially(keys)


def test_a_day_that_is_none_is_not_taken_for_nothing(nurse: Nurse, school: School) -> None:
    """WEB-R500: 30 February, and a date without its year, where a day may be left out too."""
    child = school.child("Wren")
    for keys in ("02302031", "0304"):
        nurse.go("roster")
        nurse.go(f"child/{child.id}/sharing")
        nurse.page.get_by_label("Who signed it").fill("Ana Feather")
        type_into(nurse.page.get_by_label("Last day it holds"), keys)
        nurse.press("Sign and keep")
        nurse.sees(NO_DAY)
    assert [fact for fact in school.from_phones(child) if fact.header.type == "disclosure.consented"] == []
    nurse.go("roster")
    nurse.go(f"child/{child.id}/sharing")
    nurse.press("Sign and keep")
    nurse.sees(NO_DAY)


def test_the_day_of_a_dose_that_is_none_is_said(nurse: Nurse, school: School) -> None:
    """WEB-R500: a dose is not said to lack its day where a day was typed that is none."""
    nurse.start_dose(school.child("Tomás"), "U7421AC")
    nurse.open_details()
    type_into(nurse.page.get_by_label("Given on"), "02302026")
    nurse.sees(NO_DAY)
    nurse.press("Record")
    expect(nurse.page.get_by_text("Safe on this phone")).to_have_count(0)


def test_a_camera_left_at_once_goes_out_and_alarms_nobody(
    playwright: Playwright, school: School, tmp_path: Path
) -> None:
    """WEB-R501: a scan closed before its picture came is no work that could not be kept, and leaves no camera on."""
    phone = hold_phone(playwright, tmp_path / "phone", flags=CAMERA)
    nurse = Nurse(phone.pages[0], school).join()
    nurse.page.evaluate(LEAVE_AS_IT_STARTS)
    for opened in (1, 2, 3):
        nurse.go("scan")
        nurse.page.wait_for_function(f"() => window.opened.length === {opened}")
        expect(nurse.page.get_by_role("searchbox")).to_be_visible()
    nurse.page.wait_for_timeout(500)
    expect(nurse.page.get_by_text("could not keep")).to_have_count(0)
    assert nurse.page.evaluate(STILL_ON) == 0
    phone.close()


def test_a_paper_dose_keeps_the_words_of_its_paper(nurse: Nurse, school: School) -> None:
    """WEB-R506: 04-03-2019 was understood as a day of April, and whoever doubts it can read what stood there."""
    child = school.child("Mohamed")
    nurse.record_paper(child, "MMR", "04-03-2019")
    nurse.waits_for_delivery(1)
    [fact] = school.from_phones(child)
    assert isinstance(fact.payload, DoseRecorded)
    assert (fact.payload.given_on, fact.payload.as_written) == ("2019-04-03", "04-03-2019")

"""A reaction: from the worst minute to the number VAERS gave, named until it is there."""

from playwright.sync_api import BrowserContext, expect

from events.catalog.doses import ReactionAssessed, ReactionObserved, VaersReported
from tests.browser.nurse import Nurse
from tests.browser.school import School
from tests.browser.test_before_a_dose import told


def test_a_reaction_is_followed_to_its_number(phone: BrowserContext, school: School, nurse: Nurse) -> None:
    """WEB-R101: the items of form VAERS 2.0, the decision, the number days later; owed in the close until then."""
    child = school.child("Zoë")
    phone.set_offline(True)
    nurse.record_dose(child)
    nurse.open_child(child)
    nurse.press("Emergency")
    nurse.press("Epinephrine now")
    nurse.press("911 called now")
    nurse.press("Handed over now")
    nurse.press("Parent called now")
    nurse.page.get_by_label("What happened").fill("hives and wheeze")
    nurse.press("Sign the reaction")
    nurse.sees_title(child.full_name)
    nurse.sees("Reaction: report it to VAERS")
    nurse.go("closing")
    nurse.sees("Reactions to report: 1")
    nurse.page.get_by_role("region", name="Reactions to report: 1").get_by_role("button").click()
    nurse.sees_title("Reaction")

    nurse.press("Sign what is known")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Must be reported").check()
    nurse.page.get_by_label("Emergency room or urgent care").check()
    nurse.page.get_by_label("Hospital", exact=True).check()
    nurse.page.get_by_label("Which hospital, city, state").fill("Grand Itasca, Grand Rapids MN")
    nurse.page.get_by_label("Days in the hospital").fill("1")
    nurse.page.get_by_role("group", name="Recovered").get_by_label("yes").check()
    nurse.page.get_by_text("More that VAERS asks").click()
    nurse.page.get_by_label("Medicines and supplements then").fill("none")
    nurse.page.get_by_label("Other vaccines of the month before").fill("rabies, June clinic")
    nurse.page.get_by_label("Asian", exact=True).check()
    nurse.page.get_by_label("White", exact=True).check()
    nurse.page.get_by_label("not Hispanic or Latino").check()
    nurse.page.get_by_label("Immunization project's report number").fill("MN-77")
    nurse.page.get_by_label("Military status at vaccination").select_option("beneficiary")
    nurse.press("Sign what is known")
    nurse.sees("Signed: ")
    nurse.page.get_by_text("The VAERS form, item by item").click()
    form = nurse.page.locator("dl.facts")
    for words in (child.full_name, "hives and wheeze", "U7421AC", "911 called at", "Grand Itasca", "School or student"):
        expect(form).to_contain_text(words)
    for words in ("rabies, June clinic", "Asian, White", "not Hispanic or Latino", "MN-77", "beneficiary (TRICARE)"):
        expect(form).to_contain_text(words)
    expect(form.locator("dt")).to_have_count(28)
    nurse.page.emulate_media(media="print")
    expect(form).to_be_visible()
    expect(nurse.page.locator("#assess")).to_be_hidden()
    nurse.page.emulate_media(media="screen")
    nurse.press("Keep the number")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("VAERS number").fill("E-1047311")
    nurse.press("Keep the number")
    nurse.sees_title(child.full_name)
    expect(nurse.page.get_by_text("Reaction: report it to VAERS")).to_have_count(0)
    nurse.go("closing")
    nurse.sees_title("Close the day")
    expect(nurse.page.get_by_text("Reactions to report")).to_have_count(0)
    phone.set_offline(False)
    nurse.waits_for_delivery(4)
    seen, known, number = (told(school, child, kind) for kind in (ReactionObserved, ReactionAssessed, VaersReported))
    assert isinstance(seen, ReactionObserved)
    assert isinstance(known, ReactionAssessed)
    assert isinstance(number, VaersReported)
    assert None not in (seen.handed_over_at, seen.parent_called_at, seen.emergency_called_at)
    assert (known.report, known.results, known.recovered) == ("required", ("emergency_room", "hospital"), "yes")
    assert (known.hospital_days, known.medications) == (1, "none")
    assert (known.race, known.ethnicity, known.project_number) == (("asian", "white"), "not_hispanic", "MN-77")
    assert (known.military_status, known.military_site) == ("beneficiary", "no")
    assert number.report_number == "E-1047311"


def test_a_nurse_decides_that_no_report_is_needed(nurse: Nurse, school: School) -> None:
    """WEB-R101: with a reason; then nothing is owed."""
    child = school.child("Gus")
    nurse.record_dose(child)
    nurse.go(f"emergency/{child.id}")
    nurse.page.get_by_label("What happened").fill("fainted, well after a minute")
    nurse.press("Sign the reaction")
    nurse.sees_title(child.full_name)
    nurse.press("To the report")
    nurse.page.get_by_label("No report").check()
    nurse.press("Sign what is known")
    nurse.sees("Fill this in.")
    nurse.page.get_by_label("Note", exact=True).fill("fainting alone, no injury")
    nurse.press("Sign what is known")
    nurse.sees("It was decided that no report is needed.")
    nurse.open_child(child)
    expect(nurse.page.get_by_text("Reaction: report it to VAERS")).to_have_count(0)
    nurse.waits_for_delivery(3)

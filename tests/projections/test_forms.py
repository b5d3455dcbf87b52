"""A paper form is entered once: two entries of it are a matter for the health office, whosever record they stand in."""

from datetime import timedelta

from events.catalog.clinics import ClinicPlanned, RosterAdded
from events.catalog.discrepancies import DiscrepancySettled
from events.catalog.doses import DoseNotGiven
from events.catalog.event_type import Address
from events.catalog.students import StudentLinked
from events.ids import ClinicId, stream_of
from events.roles import Role
from projections.clinic import clinic_discrepancies, clinic_of, visits
from projections.clinic_words import ClinicWords
from projections.discrepancies import discrepancies_of
from projections.discrepancy import Discrepancy
from projections.fold import Fact
from projections.forms import form_entries, forms_entered_twice
from projections.student import Student, fold
from tests.projections.given import CHILD, OTHER_CHILD, PHONE, TABLET, Given, make_id

CLINIC = ClinicId(make_id(40))
TODAY = "2026-09-01"
FORM = "00c0ffee-44"


def children_of(log: Given) -> list[Student]:
    streams = [stream_of("student", child) for child in (CHILD, OTHER_CHILD)]
    return [fold(fact for fact in log.facts if fact.stream == stream) for stream in streams]


def across(log: Given) -> list[Discrepancy]:
    return forms_entered_twice(entry for child in children_of(log) for entry in form_entries(child))


def within(log: Given) -> tuple[Discrepancy, ...]:
    one, _ = children_of(log)
    verified = ("copy_not_verified", "clock_skew")
    return tuple(found for found in discrepancies_of(one, ClinicWords()) if found.kind not in verified)


def copied(log: Given, cvx: str, form: str = FORM, **more: object) -> Fact:
    return log.dose(cvx, TODAY, clinic=CLINIC, from_paper=True, paper_form=form, **more)  # type: ignore[arg-type]


def not_given(log: Given, form: str = FORM, **more: object) -> Fact:
    told = DoseNotGiven(clinic=CLINIC, cvx=("03", "10"), reason="refused", on=TODAY, paper_form=form)
    return log.add(told, **more)  # type: ignore[arg-type]


def of_two_children() -> Given:
    log = Given()
    copied(log, "03", device=PHONE, seen=0)
    log.student = OTHER_CHILD
    copied(log, "03", device=TABLET, seen=0)
    log.student = CHILD
    return log


def test_one_form_entered_for_two_children_names_both_entries() -> None:
    """PROJ-R158: grave, of the health office, due, and concurrent where neither phone had heard of the other."""
    log = of_two_children()
    [one] = across(log)
    assert (one.kind, one.severity, one.owner) == ("form_entered_twice", "hard", Role.HEALTH_OFFICE)
    assert (one.how_known, one.due_on) == ("concurrent", one.raised_on + timedelta(days=1))
    assert [(side.event, side.student) for side in one.sides] == [
        (log.facts[0].id, CHILD),
        (log.facts[1].id, OTHER_CHILD),
    ]
    assert FORM in one.says
    assert within(log) == ()


def test_a_form_entered_although_the_first_entry_was_shown_says_so() -> None:
    """PROJ-R158, PROJ-R22"""
    log = Given()
    copied(log, "03")
    copied(log, "10", device=TABLET)
    [one] = within(log)
    assert (one.kind, one.how_known) == ("form_entered_twice", "shown")


def test_one_form_entered_as_two_things_of_one_child() -> None:
    """PROJ-R158: given and not given, or two vaccines; soft where no dose is on record."""
    for second, severity in (("dose", "hard"), ("not_given", "soft")):
        log = Given()
        not_given(log, device=PHONE, seen=0)
        if second == "dose":
            copied(log, "03", device=TABLET, seen=0)
        else:
            not_given(log, device=TABLET, seen=0)
        assert [(one.kind, one.severity, one.concurrent) for one in within(log)] == [
            ("form_entered_twice", severity, True)
        ]
        assert [one.key for one in across(log)] == [one.key for one in within(log)]
    assert {side.says for side in within(log)[0].sides} == {f"not given on {TODAY}: MMR; IPV"}


def test_the_same_dose_from_one_form_is_a_duplicate_dose_and_no_more() -> None:
    """PROJ-R158, PROJ-R21: nobody is asked twice about one cause; so too once two records are one child."""
    log = Given()
    copied(log, "03", device=PHONE, seen=0)
    copied(log, "03", device=TABLET, seen=0)
    assert [one.kind for one in within(log)] == ["duplicate_dose"]
    assert across(log) == []
    twins = of_two_children()
    twins.add(StudentLinked(other=OTHER_CHILD, evidence="same birth certificate"))
    found = discrepancies_of(fold(twins.facts), ClinicWords())
    assert [one.kind for one in found if one.kind != "copy_not_verified"] == ["duplicate_dose"]


def test_it_ends_by_a_void_or_by_a_persons_word() -> None:
    """PROJ-R158, PROJ-R23"""
    log = of_two_children()
    [one] = across(log)
    settled = of_two_children()
    events = tuple(side.event for side in one.sides)
    settled.add(DiscrepancySettled(kind=one.kind, events=events, reason="a sheet for two sisters"))
    key = {f"{one.kind}:{'+'.join(sorted(events))}"}
    assert forms_entered_twice([entry for child in children_of(settled) for entry in form_entries(child)], key) == []
    log.voided(log.facts[0])
    assert across(log) == []


def test_forms_without_a_number_or_of_other_numbers_are_no_matter() -> None:
    """PROJ-R158"""
    log = Given()
    copied(log, "03", form="")
    copied(log, "10", form="")
    copied(log, "21", form="0badcafe-07")
    not_given(log)
    assert within(log) == ()
    assert across(log) == []


def test_a_clinics_day_shows_a_form_of_two_children_once_and_not_when_settled() -> None:
    """PROJ-R158, PROJ-R28"""
    log = of_two_children()
    stream = stream_of("clinic", CLINIC)
    log.add(ClinicPlanned(name="Gym", facility=None, address=Address(lines=("1 Main St",)), on=TODAY), stream=stream)
    log.add(RosterAdded(students=(CHILD, OTHER_CHILD)), stream=stream)
    day = visits(clinic_of(log.facts), children_of(log))
    [one] = [one for one in clinic_discrepancies(day) if one.kind == "form_entered_twice"]
    assert all(one in visit.discrepancies for visit in day)
    log.student = OTHER_CHILD
    log.add(DiscrepancySettled(kind=one.kind, events=tuple(side.event for side in one.sides), reason="looked at"))
    day = visits(clinic_of(log.facts), children_of(log))
    assert {one.kind for one in clinic_discrepancies(day)} == {"copy_not_verified"}

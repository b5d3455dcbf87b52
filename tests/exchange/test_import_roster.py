"""Importing rosters: what is new, what a second run does, what stops the run (docs/requirements/imports.md)."""

import stat
from pathlib import Path

import pytest

from events.catalog.event_type import PersonName
from events.catalog.facilities import FacilityOpened
from events.catalog.statements import StatementReceived
from events.catalog.students import (
    ContactsRecorded,
    EnrollmentBegan,
    GradeAssigned,
    Identifier,
    StudentCorrected,
    StudentRegistered,
)
from events.errors import Refused
from events.ids import stream_of
from tests.exchange.paper_log import NURSE, PaperLog, PowerCut, class_of, roster, roster_folder, write


def private_text(path: Path) -> str:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return path.read_text()


FIRST_DAY = {"first_day": "2026-09-08"}


async def test_a_roster_becomes_the_events_of_hand_entry(tmp_path: Path) -> None:
    """IMPORT-R01"""
    log = PaperLog()
    summary = await roster(log, roster_folder(tmp_path / "r", class_of(3)), **FIRST_DAY)
    assert summary.counts == {"facility": {"new": 1}, "student": {"new": 3}}
    assert [f.name for f in log.payloads(FacilityOpened)] == ["Maple School"]  # type: ignore[attr-defined]
    child = log.payloads(StudentRegistered)[0]
    assert isinstance(child, StudentRegistered)
    assert child.name == PersonName(given="Solveig0", family="Nygaard0")
    assert child.identifiers == (Identifier("sis", "s-0"),)
    assert child.told is not None
    assert child.told.detail == "users.csv:2"
    began = log.payloads(EnrollmentBegan)[0]
    assert isinstance(began, EnrollmentBegan)
    assert (began.first_day, began.grade) == ("2026-09-08", "4")


async def test_a_second_run_adds_nothing_at_all_not_even_a_seat(tmp_path: Path) -> None:
    """IMPORT-R02"""
    log, folder = PaperLog(), roster_folder(tmp_path / "r", class_of(20))
    await roster(log, folder, **FIRST_DAY)
    size, batches = len(log.stored), log.batches
    summary = await roster(log, folder, **FIRST_DAY)
    assert (len(log.stored), log.batches) == (size, batches)
    assert summary.counts == {"student": {"unchanged": 20}}


async def test_another_order_of_rows_adds_nothing(tmp_path: Path) -> None:
    """IMPORT-R03"""
    log, children = PaperLog(), class_of(20)
    await roster(log, roster_folder(tmp_path / "a", children), **FIRST_DAY)
    size = len(log.stored)
    await roster(log, roster_folder(tmp_path / "b", children[::-1]), **FIRST_DAY)
    assert len(log.stored) == size


async def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """IMPORT-R04"""
    log = PaperLog()
    folder = roster_folder(tmp_path / "r", [*class_of(2), ("s-9", "", "Nobody", "2016-01-01", "1")])
    summary = await roster(log, folder, dry_run=True)
    assert summary.counts == {"facility": {"new": 1}, "student": {"new": 2}, "row": {"refused": 1}}
    assert not log.stored
    assert not log.batches
    assert not (tmp_path / "out").exists()


async def test_a_change_at_the_source_is_a_correction_with_only_what_differs(tmp_path: Path) -> None:
    """IMPORT-R05"""
    log, children = PaperLog(), class_of(20)
    await roster(log, roster_folder(tmp_path / "r", children), **FIRST_DAY)
    children[4] = ("s-4", "Solveig4", "Nygaard-Lund", children[4][3], "04")
    summary = await roster(log, roster_folder(tmp_path / "r", children), **FIRST_DAY)
    assert summary.counts == {"student": {"unchanged": 19, "changed": 1}}
    (corrected,) = log.payloads(StudentCorrected)
    assert isinstance(corrected, StudentCorrected)
    assert corrected.name is not None
    assert corrected.name.family == "Nygaard-Lund"
    assert corrected.birth_date is None
    assert corrected.identifiers is None


async def test_a_record_corrected_by_hand_stays_while_the_source_still_says_the_old(tmp_path: Path) -> None:
    """IMPORT-R06"""
    log, folder = PaperLog(), roster_folder(tmp_path / "r", class_of(1))
    await roster(log, folder, **FIRST_DAY)
    child = next(one.header.stream for one in log.stored if one.header and one.header.stream.startswith("student"))
    log.add((child, StudentCorrected(reason="birth certificate", birth_date="2016-03-11")), author=NURSE)
    size = len(log.stored)
    summary = await roster(log, folder, **FIRST_DAY)
    assert summary.counts == {"student": {"unchanged": 1}}
    assert len(log.stored) == size


async def test_more_than_a_fifth_of_changes_stops_the_run(tmp_path: Path) -> None:
    """IMPORT-R07"""
    log, children = PaperLog(), class_of(20)
    await roster(log, roster_folder(tmp_path / "r", children), **FIRST_DAY)
    size = len(log.stored)
    moved = [(key, given, "Shifted", born, grade) for key, given, _, born, grade in children[:5]] + children[5:]
    folder = roster_folder(tmp_path / "r", moved)
    with pytest.raises(Refused, match="5 of 20 existing records would change"):
        await roster(log, folder, **FIRST_DAY)
    assert len(log.stored) == size
    assert (await roster(log, folder, dry_run=True, **FIRST_DAY)).counts == {"student": {"changed": 5, "unchanged": 15}}
    summary = await roster(log, folder, accept_changes=True, **FIRST_DAY)
    assert summary.counts == {"student": {"changed": 5, "unchanged": 15}}


async def test_rows_absent_from_a_file_delete_nothing(tmp_path: Path) -> None:
    """IMPORT-R08"""
    log = PaperLog()
    await roster(log, roster_folder(tmp_path / "r", class_of(20)), **FIRST_DAY)
    size = len(log.stored)
    await roster(log, roster_folder(tmp_path / "r", class_of(2)), **FIRST_DAY)
    assert len(log.stored) == size


async def test_a_power_cut_in_the_middle_is_completed_by_the_next_run(tmp_path: Path) -> None:
    """IMPORT-R09"""
    log, folder = PaperLog(), roster_folder(tmp_path / "r", class_of(900))
    log.cut_after = 2
    with pytest.raises(PowerCut):
        await roster(log, folder, **FIRST_DAY)
    assert 0 < len(log.stored) < 1801
    log.cut_after = None
    await roster(log, folder, **FIRST_DAY)
    assert len(log.payloads(StudentRegistered)) == len(log.payloads(EnrollmentBegan)) == 900
    assert len(log.payloads(FacilityOpened)) == 1


async def test_a_new_school_year_assigns_grades_without_the_brake(tmp_path: Path) -> None:
    """IMPORT-R10"""
    log, children = PaperLog(), class_of(10)
    await roster(log, roster_folder(tmp_path / "r", children), **FIRST_DAY)
    promoted = [(key, given, family, born, "05") for key, given, family, born, _ in children]
    summary = await roster(log, roster_folder(tmp_path / "r", promoted), **FIRST_DAY)
    assert summary.counts == {"student": {"changed": 10}}
    assert {one.grade for one in log.payloads(GradeAssigned)} == {"5"}  # type: ignore[attr-defined]


async def test_refused_rows_are_listed_for_the_owner_without_names(tmp_path: Path) -> None:
    """IMPORT-R11"""
    folder = roster_folder(tmp_path / "r", [("s-1", "Hodan", "Warsame", "31/12/2015", "3"), *class_of(1)])
    summary = await roster(PaperLog(), folder, **FIRST_DAY)
    assert summary.refused_file is not None
    text = private_text(Path(summary.refused_file))
    assert text.splitlines()[0] == "file,line,column,value class,reason,fix"
    assert "demographics.csv,2,birthDate,date,the day stands before the month" in text
    assert "Hodan" not in text
    assert "Warsame" not in text


async def test_a_child_without_a_first_day_is_registered_and_left_to_a_person(tmp_path: Path) -> None:
    """IMPORT-R12"""
    log = PaperLog()
    summary = await roster(log, roster_folder(tmp_path / "r", class_of(2)))
    assert len(log.payloads(StudentRegistered)) == 2
    assert not log.payloads(EnrollmentBegan)
    assert any(notice.column == "first day" and notice.count == 2 for notice in summary.look_at)


async def test_a_placeholder_first_name_is_flagged(tmp_path: Path) -> None:
    """IMPORT-R13"""
    summary = await roster(
        PaperLog(), roster_folder(tmp_path / "r", [("s-1", "BABY BOY", "Xiong", "2026-09-01", "IT")])
    )
    assert any("placeholder" in notice.reason for notice in summary.look_at)


async def test_parents_are_contacts_whichever_side_names_them(tmp_path: Path) -> None:
    """IMPORT-R14"""
    parents = (
        "p-1,active,Faduma,Warsame,,,parent,org-1,s-0,,218-555-0101,f@example.org\n"
        "p-2,active,Liban,Warsame,,,guardian,org-1,s-0,,218-555-0102,"
    )
    log, folder = PaperLog(), roster_folder(tmp_path / "r", class_of(1), parents)
    await roster(log, folder, **FIRST_DAY)
    (recorded,) = log.payloads(ContactsRecorded)
    assert isinstance(recorded, ContactsRecorded)
    assert [(one.name, one.relation, one.phone) for one in recorded.contacts] == [
        ("Faduma Warsame", "parent", "218-555-0101"),
        ("Liban Warsame", "guardian", "218-555-0102"),
    ]
    size = len(log.stored)
    await roster(log, folder, **FIRST_DAY)
    assert len(log.stored) == size


async def test_a_child_known_by_name_and_birth_date_gets_the_rosters_number(tmp_path: Path) -> None:
    """IMPORT-R15"""
    log, (child,) = PaperLog(), class_of(1)
    student = next(log.minted)
    name = PersonName(given=child[1].upper(), family=child[2])
    log.add((stream_of("student", student), StudentRegistered(name=name, birth_date=child[3])), author=NURSE)
    await roster(log, roster_folder(tmp_path / "r", [child]), **FIRST_DAY)
    assert len(log.payloads(StudentRegistered)) == 1
    (corrected,) = log.payloads(StudentCorrected)
    assert isinstance(corrected, StudentCorrected)
    assert corrected.identifiers == (Identifier("sis", "s-0"),)


async def test_a_number_of_another_child_is_refused(tmp_path: Path) -> None:
    """IMPORT-R16"""
    log = PaperLog()
    await roster(log, roster_folder(tmp_path / "r", class_of(1)), **FIRST_DAY)
    summary = await roster(log, roster_folder(tmp_path / "r", [("s-0", "Tou-Ger", "Xiong", "2012-05-06", "8")]))
    assert summary.counts == {"student": {"refused": 1}}
    assert "another name and birth date" in summary.refused[0].reason


ED_FI = """<?xml version="1.0" encoding="UTF-8"?>
<InterchangeStudent xmlns="http://ed-fi.org/6.0.0"><Student><StudentUniqueId>77</StudentUniqueId>
<Name><FirstName>Araceli</FirstName><LastSurname>Ocampo-Ruiz</LastSurname></Name>
<BirthData><BirthDate>2015-05-05</BirthDate></BirthData></Student></InterchangeStudent>"""
ED_FI_HEALTH = """<InterchangeStudentHealth xmlns="http://ed-fi.org/6.0.0"><StudentHealth>
<StudentReference><StudentIdentity><StudentUniqueId>77</StudentUniqueId></StudentIdentity></StudentReference>
<AsOfDate>2026-09-01</AsOfDate>
<RequiredImmunization><ImmunizationType>uri://x#MMR</ImmunizationType></RequiredImmunization>
<RequiredImmunization><ImmunizationType>uri://x#IPV</ImmunizationType><ImmunizationDate>2015-07-06</ImmunizationDate>
</RequiredImmunization>
<NonMedicalImmunizationExemption>uri://x#Philosophical</NonMedicalImmunizationExemption>
</StudentHealth></InterchangeStudentHealth>"""


async def test_ed_fi_is_found_by_content_and_its_exemption_is_a_paper_to_check(tmp_path: Path) -> None:
    """IMPORT-R17"""
    folder = tmp_path / "edfi"
    folder.mkdir()
    write(folder / "a-health.dat", ED_FI_HEALTH)
    write(folder / "z-children.txt", ED_FI)
    log = PaperLog()
    summary = await roster(log, folder)
    assert summary.counts == {"student": {"new": 1}, "dose": {"new": 2}, "statement": {"new": 1}}
    (paper,) = log.payloads(StatementReceived)
    assert isinstance(paper, StatementReceived)
    assert (paper.kind, paper.received_on, paper.notary) == ("conscientious", "2026-09-01", None)
    size = len(log.stored)
    assert (await roster(log, folder)).total("unchanged") == 4
    assert len(log.stored) == size


ED_FI_ENROLLMENT = """<InterchangeStudentEnrollment xmlns="http://ed-fi.org/5.2.0"><StudentSchoolAssociation>
<StudentReference><StudentIdentity><StudentUniqueId>77</StudentUniqueId></StudentIdentity></StudentReference>
<SchoolReference><SchoolIdentity><SchoolId>255901107</SchoolId></SchoolIdentity></SchoolReference>
<EntryDate>2026-09-08</EntryDate><EntryGradeLevel>uri://x#Fifth grade</EntryGradeLevel>
</StudentSchoolAssociation></InterchangeStudentEnrollment>"""
ED_FI_SCHOOLS = """<InterchangeEducationOrganization><School><NameOfInstitution>Grand Bend</NameOfInstitution>
<SchoolId>255901107</SchoolId></School></InterchangeEducationOrganization>"""


async def test_ed_fi_enrollments_find_the_child_by_its_number(tmp_path: Path) -> None:
    """IMPORT-R17"""
    folder = tmp_path / "edfi"
    folder.mkdir()
    for name, text in (("1.xml", ED_FI_ENROLLMENT), ("2.xml", ED_FI_SCHOOLS), ("3.xml", ED_FI)):
        write(folder / name, text)
    log = PaperLog()
    await roster(log, folder)
    (began,) = log.payloads(EnrollmentBegan)
    assert isinstance(began, EnrollmentBegan)
    assert (began.first_day, began.grade) == ("2026-09-08", "5")
    assert [one.name for one in log.payloads(FacilityOpened)] == ["Grand Bend"]  # type: ignore[attr-defined]
    size = len(log.stored)
    await roster(log, folder)
    assert len(log.stored) == size

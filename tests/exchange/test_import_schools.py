"""Importing rosters: schools that are renamed, left, shared, closed to a child or told twice."""

from pathlib import Path

import pytest

from events.catalog.facilities import FacilityCorrected, FacilityOpened
from events.catalog.students import EnrollmentBegan, Identifier
from events.errors import Refused
from events.ids import EventId, FacilityId, stream_of
from tests.exchange.paper_log import NURSE, ORGS, PaperLog, class_of, roster, roster_folder, write

FIRST_DAY = {"first_day": "2026-09-08"}


def schools(log: PaperLog) -> list[str]:
    return [str(one.name) for one in log.payloads(FacilityOpened) if isinstance(one, FacilityOpened)]


def renamings(log: PaperLog) -> list[str | None]:
    return [one.name for one in log.payloads(FacilityCorrected) if isinstance(one, FacilityCorrected)]


def opened_by_hand(log: PaperLog, name: str) -> FacilityId:
    facility = FacilityId(next(log.minted))
    log.add((stream_of("facility", facility), FacilityOpened(name=name, kind="school")), author=NURSE)
    return facility


def rename(log: PaperLog, facility: str, name: str) -> EventId:
    corrected = FacilityCorrected(name=name, reason="the board renamed it")
    return log.add((stream_of("facility", facility), corrected), author=NURSE)


async def test_a_school_under_a_new_name_is_changed_once_and_stays_the_same_school(tmp_path: Path) -> None:
    """IMPORT-R51"""
    log, folder = PaperLog(), roster_folder(tmp_path / "r", class_of(5))
    await roster(log, folder, **FIRST_DAY)
    write(folder / "orgs.csv", ORGS.replace("Maple School", "Maple Academy"))
    summary = await roster(log, folder, **FIRST_DAY)
    assert summary.counts == {"facility": {"changed": 1}, "student": {"unchanged": 5}}
    assert (schools(log), renamings(log)) == (["Maple School"], ["Maple Academy"])
    assert (await roster(log, folder, **FIRST_DAY)).events == 0


async def test_a_school_renamed_by_hand_keeps_its_name_while_the_roster_says_the_old(tmp_path: Path) -> None:
    """IMPORT-R51"""
    log, folder = PaperLog(), roster_folder(tmp_path / "r", class_of(1))
    await roster(log, folder, **FIRST_DAY)
    facility = next(one.header.stream for one in log.stored if one.header and one.header.type == "facility.opened")
    rename(log, facility.partition("/")[2], "Maple Language Academy")
    assert (await roster(log, folder, **FIRST_DAY)).events == 0


async def test_a_school_opened_by_hand_gets_the_rosters_number_and_is_found_under_its_next_name(tmp_path: Path) -> None:
    """IMPORT-R51"""
    log, folder = PaperLog(), roster_folder(tmp_path / "r", class_of(1))
    facility = opened_by_hand(log, "MAPLE school")
    await roster(log, folder, **FIRST_DAY)
    (linked,) = log.payloads(FacilityCorrected)
    assert isinstance(linked, FacilityCorrected)
    assert (linked.name, linked.identifiers) == ("MAPLE school", (Identifier("sis", "org-1"),))
    write(folder / "orgs.csv", ORGS.replace("Maple School", "Maple Academy"))
    await roster(log, folder, **FIRST_DAY)
    assert (schools(log), renamings(log)[-1]) == (["MAPLE school"], "Maple Academy")
    (began,) = log.payloads(EnrollmentBegan)
    assert isinstance(began, EnrollmentBegan)
    assert began.facility == facility


async def test_two_schools_of_one_name_are_two_schools(tmp_path: Path) -> None:
    """IMPORT-R51"""
    folder = roster_folder(tmp_path / "r", class_of(2))
    users = (folder / "users.csv").read_text()
    write(folder / "users.csv", users.replace("student,org-1", "student,org-2", 1))
    write(folder / "orgs.csv", ORGS + "org-2,active,Maple School,school,\n")
    log = PaperLog()
    await roster(log, folder, **FIRST_DAY)
    assert schools(log) == ["Maple School", "Maple School"]


async def test_a_child_who_moved_schools_begins_there_and_the_old_stay_is_pointed_out(tmp_path: Path) -> None:
    """IMPORT-R52"""
    folder = roster_folder(tmp_path / "r", class_of(1))
    write(folder / "orgs.csv", ORGS + "org-2,active,Oak School,school,\n")
    log = PaperLog()
    await roster(log, folder, **FIRST_DAY)
    users = (folder / "users.csv").read_text()
    write(folder / "users.csv", users.replace("student,org-1", "student,org-2"))
    summary = await roster(log, folder, first_day="2026-11-02")
    assert len(log.payloads(EnrollmentBegan)) == 2
    assert any("still on record at another school" in notice.reason for notice in summary.look_at)
    assert (await roster(log, folder, first_day="2026-11-02")).events == 0


ASSOCIATION = """<StudentSchoolAssociation><StudentReference><StudentIdentity><StudentUniqueId>77</StudentUniqueId>
</StudentIdentity></StudentReference><SchoolReference><SchoolIdentity><SchoolId>{school}</SchoolId></SchoolIdentity>
</SchoolReference><PrimarySchool>{primary}</PrimarySchool><EntryDate>{entry}</EntryDate>
<EntryGradeLevel>uri://x#Fifth grade</EntryGradeLevel>{exit}</StudentSchoolAssociation>"""
STUDENT = """<e:InterchangeStudent xmlns:e="http://ed-fi.org/5"><e:Student><e:StudentUniqueId>77</e:StudentUniqueId>
<e:Name><e:FirstName>Araceli</e:FirstName><e:LastSurname>Ruiz</e:LastSurname></e:Name>
<e:BirthData><e:BirthDate>2015-05-05</e:BirthDate></e:BirthData></e:Student></e:InterchangeStudent>"""


def ed_fi_folder(folder: Path, *associations: str) -> Path:
    folder.mkdir()
    write(folder / "1.xml", STUDENT)
    write(folder / "2.xml", f"<InterchangeStudentEnrollment>{''.join(associations)}</InterchangeStudentEnrollment>")
    return folder


async def test_an_ed_fi_enrollment_that_has_ended_begins_nothing(tmp_path: Path) -> None:
    """IMPORT-R52"""
    ended = "<ExitWithdrawDate>2026-06-01</ExitWithdrawDate>"
    leaving = "<ExitWithdrawDate>2027-06-01</ExitWithdrawDate>"
    folder = ed_fi_folder(
        tmp_path / "e",
        ASSOCIATION.format(school=1, primary="true", entry="2025-09-08", exit=ended),
        ASSOCIATION.format(school=2, primary="true", entry="2026-09-08", exit=leaving),
    )
    log = PaperLog()
    summary = await roster(log, folder)
    (began,) = log.payloads(EnrollmentBegan)
    assert isinstance(began, EnrollmentBegan)
    assert (began.first_day, began.basis) == ("2026-09-08", "full")
    assert any("has ended" in notice.reason for notice in summary.look_at)
    assert (await roster(log, folder)).events == 0


async def test_a_child_at_two_ed_fi_schools_has_one_file_holder(tmp_path: Path) -> None:
    """IMPORT-R52"""
    folder = ed_fi_folder(
        tmp_path / "e",
        ASSOCIATION.format(school=1, primary="false", entry="2026-09-08", exit=""),
        ASSOCIATION.format(school=2, primary="true", entry="2026-09-08", exit=""),
    )
    log = PaperLog()
    await roster(log, folder)
    stays = [one for one in log.payloads(EnrollmentBegan) if isinstance(one, EnrollmentBegan)]
    assert [stay.basis for stay in stays] == ["shared", "shared"]
    assert {stay.file_holder for stay in stays} == {stays[0].facility}
    assert schools(log) == ["School 2", "School 1"]
    write(
        folder / "3.xml",
        "<InterchangeEducationOrganization><School><NameOfInstitution>Bend High</NameOfInstitution>"
        "<SchoolId>2</SchoolId></School></InterchangeEducationOrganization>",
    )
    await roster(log, folder)
    assert renamings(log) == ["Bend High"]


async def test_what_a_delta_marks_as_deleted_begins_nothing(tmp_path: Path) -> None:
    """IMPORT-R08"""
    folder = roster_folder(tmp_path / "r", class_of(3))
    users = (folder / "users.csv").read_text().replace("student,org-1", "student,")
    write(folder / "users.csv", users.replace("s-1,active", "s-1,tobedeleted"))
    enrollments = ["s-0,active,org-1", "s-0,tobedeleted,org-2", "s-2,tobedeleted,org-1"]
    lines = [
        f"e{n},{status},{school},{user},student"
        for n, line in enumerate(enrollments)
        for user, status, school in [line.split(",")]
    ]
    header = "sourcedId,status,schoolSourcedId,userSourcedId,role"
    write(folder / "enrollments.csv", "\n".join([header, *lines]) + "\n")
    write(folder / "orgs.csv", ORGS + "org-2,active,Oak School,school,\n")
    log = PaperLog()
    summary = await roster(log, folder, **FIRST_DAY)
    assert len(log.payloads(EnrollmentBegan)) == 1
    (refused,) = summary.refused
    assert "student leave" in refused.fix


async def test_a_set_that_stands_there_twice_is_refused_whole(tmp_path: Path) -> None:
    """IMPORT-R53"""
    for name in ("north", "south"):
        roster_folder(tmp_path / "both" / name, class_of(1))
    with pytest.raises(Refused, match=r"users\.csv.*twice.*each folder by itself"):
        await roster(PaperLog(), tmp_path / "both")


async def test_a_set_without_birth_dates_says_which_file_is_missing(tmp_path: Path) -> None:
    """IMPORT-R53"""
    folder = roster_folder(tmp_path / "r", class_of(2))
    (folder / "demographics.csv").unlink()
    (refused,) = (await roster(PaperLog(), folder)).refused
    assert (refused.count, refused.reason) == (2, "no birth date: there is no demographics.csv")
    assert "beside users.csv" in refused.fix


async def test_a_delta_without_demographics_may_change_a_family_name_but_not_the_whole_name(tmp_path: Path) -> None:
    """IMPORT-R05"""
    folder = roster_folder(tmp_path / "r", class_of(3))
    log = PaperLog()
    await roster(log, folder, **FIRST_DAY)
    (folder / "demographics.csv").unlink()
    users = (folder / "users.csv").read_text()
    child = "s-1,active,Solveig1,Nygaard1"
    assert child in users
    write(folder / "users.csv", users.replace(child, "s-1,active,Solveig1,Nygaard-Ruiz"))
    assert (await roster(log, folder)).counts["student"] == {"unchanged": 2, "changed": 1}
    write(folder / "users.csv", users.replace(child, "s-1,active,Amir,Haddad"))
    summary = await roster(log, folder)
    assert summary.counts["student"] == {"unchanged": 2, "refused": 1}
    assert "another name" in summary.refused[0].reason


async def test_ed_fi_2_writes_a_grade_as_a_code_value(tmp_path: Path) -> None:
    """IMPORT-R61"""
    association = ASSOCIATION.format(school=1, primary="true", entry="2026-09-08", exit="")
    coded = association.replace(
        "uri://x#Fifth grade", "<CodeValue>Fifth grade</CodeValue><Namespace>uri://x</Namespace>"
    )
    assert coded != association
    log = PaperLog()
    await roster(log, ed_fi_folder(tmp_path / "e", coded))
    (began,) = log.payloads(EnrollmentBegan)
    assert isinstance(began, EnrollmentBegan)
    assert began.grade == "5"

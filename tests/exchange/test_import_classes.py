"""Importing rosters: the class of each child, from its homeroom, its only class, or its teacher's name."""

from pathlib import Path

from events.catalog.students import EnrollmentBegan, GradeAssigned
from tests.exchange.paper_log import NURSE, PaperLog, class_of, roster, roster_folder, write
from tests.exchange.test_import_schools import ASSOCIATION, ed_fi_folder

CLASSES = "sourcedId,status,title,classCode,classType,schoolSourcedId"
ENROLLMENTS = "sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role,primary"
FIRST_DAY = {"first_day": "2026-09-08"}
LIND = "t-lind,active,Karin,Lind,,,teacher,org-1,,,,"


def with_classes(folder: Path, classes: str, enrollments: str) -> Path:
    """A roster of three children at Maple School; a line is ``id,status,title,code,type`` or ``class,user,role``."""
    roster_folder(folder, class_of(3), LIND)
    rows = [f"{one},org-1" for one in classes.split()]
    write(folder / "classes.csv", "\n".join([CLASSES, *rows]).replace("_", " ") + "\n")
    taught = [one.split(",") for one in enrollments.split()]
    lines = [f"e{n},active,{held},org-1,{user},{role},true" for n, (held, user, role) in enumerate(taught)]
    write(folder / "enrollments.csv", "\n".join([ENROLLMENTS, *lines]) + "\n")
    return folder


def classes_of(log: PaperLog) -> list[str]:
    return [one.classroom for one in log.payloads(EnrollmentBegan) if isinstance(one, EnrollmentBegan)]


def moves(log: PaperLog) -> list[tuple[str, str, str]]:
    assigned = [one for one in log.payloads(GradeAssigned) if isinstance(one, GradeAssigned)]
    return [(one.grade, one.classroom, one.from_day) for one in assigned]


async def test_a_homeroom_is_the_class_else_the_only_class_else_none(tmp_path: Path) -> None:
    """IMPORT-R62"""
    classes = "c-1,active,4_Lind,,homeroom c-2,active,Band,,scheduled c-3,active,Art,,scheduled"
    enrolled = "c-1,s-0,student c-2,s-0,student c-2,s-1,student c-2,s-2,student c-3,s-2,student"
    log, folder = PaperLog(), with_classes(tmp_path / "r", classes, enrolled)
    await roster(log, folder, **FIRST_DAY)
    assert classes_of(log) == ["4 Lind", "Band", ""]
    assert (await roster(log, folder, **FIRST_DAY)).events == 0, "a second run adds nothing"


async def test_a_class_without_a_title_is_called_by_code_or_teacher(tmp_path: Path) -> None:
    """IMPORT-R62"""
    classes = "c-1,active,,4B,homeroom c-2,active,,,homeroom"
    enrolled = "c-1,s-0,student c-2,s-1,student c-2,t-lind,teacher"
    log = PaperLog()
    await roster(log, with_classes(tmp_path / "r", classes, enrolled), **FIRST_DAY)
    assert classes_of(log) == ["4B", "Lind", ""]


async def test_a_class_learned_later_is_told_from_that_day_and_one_set_by_hand_stays(tmp_path: Path) -> None:
    """IMPORT-R62: with the grade as it stands; the roster saying again what it said changes nothing."""
    log = PaperLog()
    await roster(log, with_classes(tmp_path / "a", "c-1,active,Band,,scheduled", ""), **FIRST_DAY)
    later = with_classes(tmp_path / "b", "c-1,active,4_Lind,,homeroom", "c-1,s-0,student")
    summary = await roster(log, later, **FIRST_DAY)
    assert summary.counts == {"student": {"unchanged": 2, "changed": 1}}
    assert moves(log) == [("4", "4 Lind", "2026-11-21")]
    (began, *_) = (one for one in log.payloads(EnrollmentBegan) if isinstance(one, EnrollmentBegan))
    (stream,) = (one.header.stream for one in log.stored if one.header and one.header.type == "grade.assigned")
    by_hand = GradeAssigned(facility=began.facility, grade="4", from_day="2026-11-21", classroom="4 Berg")
    log.add((stream, by_hand), author=NURSE)
    assert (await roster(log, later, **FIRST_DAY)).events == 0


async def test_an_ed_fi_homeroom_is_the_class(tmp_path: Path) -> None:
    """IMPORT-R62"""
    section = (
        "<StudentSectionAssociation><StudentReference><StudentIdentity><StudentUniqueId>77</StudentUniqueId>"
        "</StudentIdentity></StudentReference><SectionReference><SectionIdentity><SectionIdentifier>{name}"
        "</SectionIdentifier><SchoolReference><SchoolIdentity><SchoolId>1</SchoolId></SchoolIdentity>"
        "</SchoolReference></SectionIdentity></SectionReference><HomeroomIndicator>{homeroom}</HomeroomIndicator>"
        "</StudentSectionAssociation>"
    )
    folder = ed_fi_folder(
        tmp_path / "e",
        section.format(name="5 Okafor", homeroom="true"),
        section.format(name="Band", homeroom="false"),
        ASSOCIATION.format(school=1, primary="true", entry="2026-09-08", exit=""),
    )
    log = PaperLog()
    await roster(log, folder)
    assert classes_of(log) == ["5 Okafor"]
    assert (await roster(log, folder)).events == 0

"""Files that are damaged, huge, foreign or meant to harm: no traceback, the line and the reason."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from server.exchange import files
from server.exchange.formats import dose_reader, roster_reader
from server.exchange.registry import COLUMNS
from server.exchange.rows import ChildRow, DoseRow, Flag, Refusal, UnreadableFile
from tests.exchange.paper_log import ORGS, class_of, roster_folder, write

TODAY = date(2026, 11, 21)
HEADER = "|".join(COLUMNS)


def row(**values: str) -> str:
    told = {
        "first_name": "Ana",
        "last_name": "Muñoz",
        "birth_date": "2015-01-02",
        "cvx_code": "03",
        "vaccination_date": "2016-02-03",
        **values,
    }
    return "|".join(told.get(column, "") for column in COLUMNS)


def read(path: Path) -> list[object]:
    return list(dose_reader(path, TODAY)())


BILLION_LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>
<InterchangeStudent><Student><StudentUniqueId>&lol2;</StudentUniqueId></Student></InterchangeStudent>"""
EXTERNAL = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<InterchangeStudent><Student><StudentUniqueId>&e;</StudentUniqueId></Student></InterchangeStudent>"""
NESTED = "<InterchangeStudent><Student>" + "<a>" * 500
CUT_SHORT = "<InterchangeStudent>\n<Student>\n<StudentUniqueId>1</StudentUniqueId>\n</Student>\n<Student>\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (BILLION_LAUGHS, 1, "document type or entities"),
        (EXTERNAL, 1, "document type or entities"),
        (NESTED, 1, "nested too deep"),
        (CUT_SHORT, 6, "damaged or cut short"),
        ("<InterchangeStudent><Student></Nope></InterchangeStudent>", 1, "damaged"),
    ],
    ids=["entity bomb", "external entity", "deep nesting", "cut short", "wrong tag"],
)
def test_xml_that_harms_or_ends_too_soon_is_refused_whole(tmp_path: Path, text: str, line: int, reason: str) -> None:
    """IMPORT-R40"""
    path = write(tmp_path / "Student.xml", text)
    with pytest.raises(UnreadableFile, match=f"Student.xml, line {line}: .*{reason}.*Nothing was imported"):
        list(roster_reader(path, TODAY)())


def test_a_zip_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    """IMPORT-R41"""
    path = tmp_path / "roster.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("users.csv", b"a" * (64 * 1024 * 1024))
    with pytest.raises(UnreadableFile, match="swells more than"):
        roster_reader(path, TODAY)


def test_a_zip_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """IMPORT-R41"""
    path = tmp_path / "roster.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(files.FILES_MAX + 1):
            archive.writestr(f"{number}.csv", "")
    with pytest.raises(UnreadableFile, match="more than 500 files"):
        roster_reader(path, TODAY)


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_a_zip_cut_short_is_refused(tmp_path: Path, keep: float) -> None:
    """IMPORT-R41"""
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.csv", ORGS * 50)
    cut = write(tmp_path / "cut.zip", whole.read_bytes()[: int(whole.stat().st_size * keep)])
    with pytest.raises(UnreadableFile, match="damaged or cut short"):
        roster_reader(cut, TODAY)


def test_a_zip_with_a_damaged_member_is_refused_while_reading(tmp_path: Path) -> None:
    """IMPORT-R41"""
    path = tmp_path / "roster.zip"
    folder = roster_folder(tmp_path / "r", class_of(200))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for one in sorted(folder.iterdir()):
            archive.write(one, f"nested/{one.name}")
    content = bytearray(path.read_bytes())
    at = content.index(b"Solveig150")
    content[at : at + 3] = b"XXX"
    with pytest.raises(UnreadableFile, match="damaged"):
        list(roster_reader(write(path, bytes(content)), TODAY)())


@pytest.mark.parametrize("inside", ["export/", "export/2026/", "export\\2026\\"], ids=["one", "two", "of Windows"])
def test_a_zip_with_a_folder_inside_reads_like_the_folder(tmp_path: Path, inside: str) -> None:
    """IMPORT-R42"""
    folder = roster_folder(tmp_path / "r", class_of(3))
    path = tmp_path / "roster.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for one in folder.iterdir():
            archive.write(one, f"{inside}{one.name}")
    assert list(roster_reader(path, TODAY)()) == list(roster_reader(folder, TODAY)())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"name,dose\nAna,1\n", r"no header of this format \(expected first_name, last_name, birth_date"),
        ("a.pdf", b"%PDF-1.7\n\0\0\0", "no text file"),
        ("a.csv", b"x" * 70_000, "too long for a table"),
        ("a.csv", HEADER.replace("vaccination_date", "when").encode(), "column vaccination_date is missing"),
    ],
)
def test_a_foreign_file_is_refused_whole(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    """IMPORT-R43"""
    with pytest.raises(UnreadableFile, match=reason):
        read(write(tmp_path / name, content))


def test_a_path_that_does_not_exist_and_a_folder_of_nothing(tmp_path: Path) -> None:
    """IMPORT-R43"""
    with pytest.raises(UnreadableFile, match="no such file"):
        roster_reader(tmp_path / "gone.zip", TODAY)
    with pytest.raises(UnreadableFile, match="neither a OneRoster set"):
        roster_reader(tmp_path, TODAY)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", HEADER.encode(), HEADER.encode() + b"\r\n"])
def test_an_empty_file_has_no_rows(tmp_path: Path, content: bytes) -> None:
    """IMPORT-R44"""
    assert read(write(tmp_path / "a.csv", content)) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_endings(tmp_path: Path, encoding: str, ending: str) -> None:
    """IMPORT-R45"""
    text = ending.join([HEADER, row(immunization_id="1"), row(immunization_id="2"), ""])
    rows = [one for one in read(write(tmp_path / "a.csv", text.encode(encoding))) if isinstance(one, DoseRow)]
    assert [one.person.name.family for one in rows if one.person.name] == ["Muñoz", "Muñoz"]
    assert [one.place.line for one in rows] == [2, 3]


def test_latin_bytes_are_said_aloud(tmp_path: Path) -> None:
    """IMPORT-R45"""
    rows = read(write(tmp_path / "a.csv", "\n".join([HEADER, row()]).encode("cp1252")))
    assert any(isinstance(one, Flag) and "Windows-1252" in one.reason for one in rows)


@pytest.mark.parametrize("delimiter", ["|", ",", "\t", ";"])
def test_columns_in_another_order_extra_columns_and_quotes(tmp_path: Path, delimiter: str) -> None:
    """IMPORT-R46"""
    columns = ["note", *reversed(COLUMNS), "more"]
    told = {
        "note": f'"a{delimiter} ""b"""',
        "first_name": '"Ana"',
        "last_name": "Muñoz",
        "birth_date": "1/2/2015",
        "cvx_code": "3",
        "vaccination_date": "2/3/2016",
    }
    text = "\n".join([delimiter.join(columns).upper(), delimiter.join(told.get(one, "") for one in columns)])
    (dose,) = read(write(tmp_path / "a.csv", text))
    assert isinstance(dose, DoseRow)
    assert (dose.cvx, dose.given_on, dose.person.birth_date) == ("03", "2016-02-03", "2015-01-02")


def test_a_row_cut_short_or_with_a_stray_delimiter_is_refused_by_its_line(tmp_path: Path) -> None:
    """IMPORT-R47"""
    text = "\n".join([HEADER, row(), row()[:40], row() + "|extra", row()])
    rows = read(write(tmp_path / "a.csv", text))
    assert [type(one) for one in rows] == [DoseRow, Refusal, Refusal, DoseRow]
    assert [one.place.line for one in rows if isinstance(one, Refusal)] == [3, 4]


def test_a_quote_that_never_closes_does_not_swallow_the_file(tmp_path: Path) -> None:
    """IMPORT-R48"""
    text = "\n".join([HEADER, row(first_name='"Ana'), *(row(immunization_id=str(n)) for n in range(100))])
    rows = read(write(tmp_path / "a.csv", text))
    assert sum(isinstance(one, DoseRow) for one in rows) == 100
    assert [one.place.line for one in rows if isinstance(one, Refusal)] == [2]


def test_a_line_without_end_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    """IMPORT-R49"""
    text = "\n".join([HEADER, "x" * 500_000, row()])
    rows = read(write(tmp_path / "a.csv", text))
    assert [type(one) for one in rows] == [Refusal, DoseRow]


def test_one_roster_1_2_roles_dates_and_departments(tmp_path: Path) -> None:
    """IMPORT-R50"""
    folder = tmp_path / "v12"
    folder.mkdir()
    users = (
        "sourcedId,status,givenName,familyName,grades,agentSourcedIds\nu1,active,Anders,Lund,KG,\nt1,active,T,Each,,\n"
    )
    roles = (
        "sourcedId,status,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n"
        "r1,active,u1,primary,student,2026-09-08,2027-06-10,dep\nr2,active,t1,primary,teacher,,,org-1\n"
        "r3,active,u1,secondary,student,2020-09-08,2021-06-10,org-1\n"
    )
    write(folder / "Users.csv", users)
    write(folder / "roles.csv", roles)
    write(folder / "orgs.csv", ORGS + "dep,active,History,department,org-1\n")
    write(folder / "demographics.csv", "sourcedId,birthDate,sex\nu1,2021-02-03,male\n")
    rows = list(roster_reader(folder, TODAY)())
    (child,) = [one for one in rows if isinstance(one, ChildRow)]
    (attends,) = child.attends
    assert (attends.school.name, attends.first_day, attends.grade) == ("Maple School", "2026-09-08", "K")
    assert any(isinstance(one, Flag) and "has ended" in one.reason for one in rows)


def test_a_sourced_id_with_two_contents_is_refused_in_any_order(tmp_path: Path) -> None:
    """IMPORT-R28"""
    children = [("s-1", "Ana", "Muñoz", "2015-01-02", "4"), ("s-1", "Bo", "Lund", "2015-01-02", "4")]
    for order in (children, children[::-1]):
        rows = list(roster_reader(roster_folder(tmp_path / "r", order), TODAY)())
        assert not [one for one in rows if isinstance(one, ChildRow)]

"""LAW-R27: workbooks of the CDC's test cases, of whatever edition; the cases here are ours."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from projections.law.record import Record
from server.law_cli import law_group

GROUP = law_group(lambda student, as_of, known_at: Record(born_on="2019-01-01"))
HEADING = ["CDC_Test_ID", "Test_Case_Name", "DOB", "Vaccine_Group", "Assessment_Date"] + [
    f"{name}_{number}"
    for number in (1, 2)
    for name in ("Date_Administered", "CVX", "Evaluation_Status", "Evaluation_Reason")
]
BORN, GIVEN, SOON = date(2020, 3, 10), date(2021, 4, 12), date(2021, 4, 30)
Cell = Callable[[date], Any]


def rows(cell: Cell = lambda day: datetime(day.year, day.month, day.day), cvx: Any = "03") -> list[list[Any]]:  # noqa: DTZ001
    """Two measles cases, the second dose of the second too soon; a dose of a group that is not compared."""
    late, asked = cell(date(2024, 4, 15)), cell(date(2024, 9, 3))
    first = [cell(GIVEN), cvx, "Valid", None]
    return [
        ["2030-0001", "two in time", cell(BORN), "MMR", asked, *first, late, cvx, "Valid", ""],
        [
            "2030-0002",
            "too soon",
            cell(BORN),
            "MMR",
            asked,
            *first,
            cell(SOON),
            cvx,
            "Not Valid",
            "Interval: too short",
        ],
        ["2030-0003", "another group", cell(BORN), "FLU", asked, *first, None, None, None, None],
    ]


def compared(tmp_path: Path, table: list[list[Any]], heading: list[str] = HEADING, above: int = 0) -> Result:
    book = openpyxl.Workbook()
    book.active.title = "About"  # type: ignore[union-attr]
    sheet = book.create_sheet("Cases of 2030")
    for _ in range(above):
        sheet.append(["Expert cases"])
    for row in [heading, *table]:
        sheet.append(row)
    file = tmp_path / "book.xlsx"
    book.save(file)
    result = CliRunner().invoke(GROUP, ["cdsi", str(file)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


AGREED = "all: agree 4 of 4 (100.00 %), not valid found 1 of 1 (100.00 %)"
CELLS: dict[str, Cell] = {
    "dates": lambda day: datetime(day.year, day.month, day.day),  # noqa: DTZ001
    "serial numbers": lambda day: day.toordinal() - date(1899, 12, 30).toordinal(),
    "serial numbers as text": lambda day: str(day.toordinal() - date(1899, 12, 30).toordinal()),
    "ISO text": lambda day: day.isoformat(),
    "ISO text with a time": lambda day: f"{day.isoformat()} 00:00:00",
    "American text": lambda day: f"{day.month}/{day.day}/{day.year}",
    "text with the month's name": lambda day: day.strftime("%d-%b-%Y"),
}


@pytest.mark.parametrize("name", CELLS)
def test_dates_of_every_kind(name: str, tmp_path: Path) -> None:
    """LAW-R27"""
    told = compared(tmp_path, rows(CELLS[name]))
    assert told.output.splitlines()[-1] == AGREED
    assert "not compared: FLU (1 cases)" in told.output


@pytest.mark.parametrize("cvx", ["03", "3", 3, 3.0, " 03 "])
def test_codes_of_every_kind(cvx: object, tmp_path: Path) -> None:
    """LAW-R27"""
    assert compared(tmp_path, rows(cvx=cvx)).output.splitlines()[-1] == AGREED


def test_another_order_spelling_and_place_of_columns(tmp_path: Path) -> None:
    """LAW-R27"""
    order = [12, 0, 5, 11, 3, 2, 1, 4, 6, 10, 7, 9, 8]
    heading = [HEADING[at].replace("_", " ").upper() for at in order]
    table = [[row[at] for at in order] for row in rows()]
    assert compared(tmp_path, table, heading, above=4).output.splitlines()[-1] == AGREED


def test_more_columns_and_other_words(tmp_path: Path) -> None:
    """LAW-R27"""
    table = [[*row, "more"] for row in rows()]
    table[0][3], table[1][11] = "Measles, Mumps, Rubella", "not valid"
    told = compared(tmp_path, table, [*HEADING, "Reviewed_By"])
    assert told.output.splitlines()[-1] == AGREED


def test_fewer_doses(tmp_path: Path) -> None:
    """LAW-R27"""
    told = compared(tmp_path, [row[:9] for row in rows()], HEADING[:9])
    assert told.output.splitlines()[-1] == "all: agree 2 of 2 (100.00 %), not valid found 0 of 0 (none)"


def test_a_disagreement_is_printed_and_counted(tmp_path: Path) -> None:
    """LAW-R27"""
    table = rows()
    table[1][11] = "Valid"
    told = compared(tmp_path, table)
    assert "2030-0002 too soon: dose 2: CDC Valid Interval: too short, here Not Valid" in told.output
    assert "MMR: agree 3 of 4 (75.00 %)" in told.output


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (2, "unknown", "note: Cases of 2030 row 2: DOB 'unknown' is no date; the case is left out"),
        (9, "soon", "note: Cases of 2030 row 2: dose 2: 'soon' is no date; the dose is left out"),
        (11, "Perhaps", "note: Cases of 2030 row 2: dose 2: 'Perhaps' is no status known; not compared"),
    ],
)
def test_what_cannot_be_compared_is_told(at: int, value: str, said: str, tmp_path: Path) -> None:
    """LAW-R27"""
    table = rows()
    table[0][at] = value
    assert said in compared(tmp_path, table).output


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    """LAW-R27"""
    told = compared(tmp_path, [["a", 1]], ["Name", "Amount"])
    assert told.exit_code == 2
    assert "book.xlsx: no sheet names the CDC's columns" in told.output
    assert "its sheets are About, Cases of 2030" in told.output


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """LAW-R27"""
    told = compared(tmp_path, [], [name for name in HEADING if name != "CVX_1"])
    assert told.exit_code == 2
    assert "Cases of 2030 lacks cvx1" in told.output


def test_groups_we_do_not_compare_are_no_comparison(tmp_path: Path) -> None:
    """LAW-R27"""
    told = compared(tmp_path, rows()[2:])
    assert told.exit_code == 2
    assert "no case of a group compared here (DTAP, POL," in told.output


@pytest.mark.parametrize("content", [b"", b"CDC_Test_ID,DOB\n", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"])
def test_what_is_no_workbook_is_refused(content: bytes, tmp_path: Path) -> None:
    """LAW-R27"""
    file = tmp_path / "book.xlsx"
    file.write_bytes(content)
    told = CliRunner().invoke(GROUP, ["cdsi", str(file)])
    assert told.exit_code == 2
    assert "book.xlsx: not an Excel workbook (.xlsx)" in told.output

"""A CDC test workbook (xlsx) compared with our dose validity, dose by dose.

Reads the sheet whose first row names `CDC_Test_ID` and `Vaccine_Group`, whatever its title or edition. A dose of
another group in a case (a varicella dose in a measles case) is judged for its own antigens. A dose is not valid
when any antigen it is judged for says so, valid when any says so, else extraneous.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import openpyxl

from projections.law.schedule import Schedule, schedule_named
from projections.law.validity import EXTRANEOUS, NOT_VALID, VALID, Check, Given, check_doses

GROUPS = {
    "DTAP": ("DIPH", "TET", "PERT"),
    "POL": ("POLIO",),
    "MMR": ("MEAS", "MUMP", "RUBE"),
    "VAR": ("VAR",),
    "HEPB": ("HEPB",),
    "HEPA": ("HEPA",),
    "HIB": ("HIB",),
    "PCV": ("PCV",),
    "MCV": ("MENACWY",),
}
"""The workbook's vaccine groups (upper case) and the antigens they ask about; other groups are not compared."""

DOSES_MAX = 30


class Count(msgspec.Struct):
    """Doses compared: all and agreeing; not valid by the CDC and found so by us."""

    doses: int = 0
    agree: int = 0
    not_valid: int = 0
    found: int = 0

    def told(self) -> str:
        """`agree 540 of 542 (99.6 %), not valid found 51 of 51 (100.0 %)`."""
        return (
            f"agree {self.agree} of {self.doses} ({_percent(self.agree, self.doses)}), "
            f"not valid found {self.found} of {self.not_valid} ({_percent(self.found, self.not_valid)})"
        )


class Report(msgspec.Struct):
    """The comparison of one workbook."""

    groups: dict[str, Count]
    total: Count
    disagreements: list[str]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "none"


def compare_workbook(file: Path) -> Report:
    """Judge every dose of the groups we know and compare with `Evaluation_Status_n`."""
    schedule = schedule_named("acip")
    report = Report({}, Count(), [])
    for row in _rows(file):
        group = str(row.get("Vaccine_Group") or "").strip()
        born = _day(row.get("DOB"))
        if group.upper() not in GROUPS or born is None:
            continue
        doses, expected = _doses(row)
        ours = _statuses(schedule, born, doses, GROUPS[group.upper()], _day(row.get("Assessment_Date")) or 0)
        count = report.groups.setdefault(group, Count())
        for number, (status, reason) in expected.items():
            _add(count, status, ours[number])
            _add(report.total, status, ours[number])
            if ours[number] != status:
                report.disagreements.append(
                    f"{row.get('CDC_Test_ID')} {row.get('Test_Case_Name')}: dose {number}: "
                    f"CDC {status} {reason}, here {ours[number]}"
                )
    return report


def _add(count: Count, wanted: str, got: str) -> None:
    count.doses += 1
    count.agree += wanted == got
    count.not_valid += wanted == "Not Valid"
    count.found += wanted == got == "Not Valid"


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    for sheet in book.worksheets:
        lines = sheet.iter_rows(values_only=True)
        names = [str(name).strip() for name in next(lines, ())]
        if "CDC_Test_ID" in names and "Vaccine_Group" in names:
            for line in lines:
                yield dict(zip(names, line, strict=False))


def _day(value: object) -> int | None:
    """The ordinal of a cell: a date, or text of one in either common order."""
    if isinstance(value, datetime):
        return value.date().toordinal()
    if isinstance(value, date):
        return value.toordinal()
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(str(value).strip()[:10], form).date().toordinal()  # noqa: DTZ007 (a civil date)
        except ValueError:
            continue
    return None


def _doses(row: dict[str, Any]) -> tuple[list[Given], dict[int, tuple[str, str]]]:
    doses: list[Given] = []
    expected: dict[int, tuple[str, str]] = {}
    for number in range(1, DOSES_MAX + 1):
        day = _day(row.get(f"Date_Administered_{number}"))
        if day is None:
            continue
        doses.append(Given(day, str(row.get(f"CVX_{number}") or "").strip().zfill(2), number))
        status = str(row.get(f"Evaluation_Status_{number}") or "").strip()
        if status:
            expected[number] = status, str(row.get(f"Evaluation_Reason_{number}") or "").strip()
    return doses, expected


def _statuses(schedule: Schedule, born: int, doses: list[Given], antigens: tuple[str, ...], on: int) -> dict[int, str]:
    asked = [check_doses(schedule, born, doses, antigen, on) for antigen in antigens]
    covered = {dose for found in asked for dose in found}
    others = []
    if any(dose.dose not in covered for dose in doses):
        others = [check_doses(schedule, born, doses, antigen, on) for antigen in schedule.series]
    return {
        dose.dose: _status(
            [found[dose.dose] for found in (asked if dose.dose in covered else others) if dose.dose in found]
        )
        for dose in doses
    }


def _status(checks: list[Check]) -> str:
    said = [check.status for check in checks]
    if NOT_VALID in said:
        return "Not Valid"
    return "Extraneous" if EXTRANEOUS in said and VALID not in said else "Valid"

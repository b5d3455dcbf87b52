"""A CDC test workbook (xlsx) compared with our dose validity, dose by dose.

    workbook --> the sheets whose heading row names the CDC's columns --> rows --> doses --> ours against theirs

Any edition is read: whatever the sheet is called, wherever its heading row stands (within its first 30), however its
columns are ordered, spelled or numbered, dates as cells, serial numbers or text. A dose of another group in a case
(a varicella dose in a measles case) is judged for its own antigens. A dose is not valid when any antigen it is judged
for says so, valid when any says so, else extraneous. What cannot be compared is told, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
from openpyxl.workbook import Workbook

from projections.law.schedule import Schedule, schedule_named
from projections.law.target import EXTRANEOUS, NOT_VALID, VALID, Check, Given
from projections.law.validity import check_doses

ANTIGENS = {
    "DTAP": ("DIPH", "TET", "PERT"),
    "POL": ("POLIO",),
    "MMR": ("MEAS", "MUMP", "RUBE"),
    "VAR": ("VAR",),
    "HEPB": ("HEPB",),
    "HEPA": ("HEPA",),
    "HIB": ("HIB",),
    "PCV": ("PCV",),
    "MCV": ("MENACWY",),
    "HPV": ("HPV",),
    "MENB": ("MENB",),
}
"""The CDC's vaccine groups and the antigens they ask about; other groups are not compared."""

SPELLINGS = {
    "DTAPTDAPTD": "DTAP", "DTAPTDAP": "DTAP", "TDAP": "DTAP", "TD": "DTAP", "DTP": "DTAP", "POLIO": "POL", "IPV": "POL",
    "VARICELLA": "VAR", "HEPATITISB": "HEPB", "HEPATITISA": "HEPA", "PNEUMOCOCCAL": "PCV", "PNEUMO": "PCV",
    "MENACWY": "MCV", "MENINGOCOCCAL": "MCV", "MENINGOCOCCALACWY": "MCV", "MCV4": "MCV", "MEASLESMUMPSRUBELLA": "MMR",
    "MENINGOCOCCALB": "MENB",
}  # fmt: skip

STATUSES = {"valid": "Valid", "notvalid": "Not Valid", "invalid": "Not Valid", "substandard": "Not Valid"} | {
    "extraneous": "Extraneous"
}

HEADING_ROWS_MAX = 30
DATE_FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%Y/%m/%d", "%m-%d-%Y", "%d-%b-%Y", "%m/%d/%y")
NEEDED = ("cdctestid", "vaccinegroup", "dob", "dateadministered1", "cvx1", "evaluationstatus1")


class NoTestWorkbook(Exception):
    """A file that is no workbook of the CDC's test cases: the message says what is missing and where."""


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
    """The comparison of one workbook. `others`: cases of groups not compared; `notes`: what could not be read."""

    groups: dict[str, Count]
    total: Count
    disagreements: list[str]
    others: dict[str, int]
    notes: list[str]


class Case(msgspec.Struct, frozen=True):
    """One row of a test sheet. `cells` is keyed by column name without case, blanks and underscores."""

    where: str
    cells: Mapping[str, Any]
    epoch: datetime

    def text(self, column: str) -> str:
        """A cell as text; a whole number without its decimals."""
        value = self.cells.get(column)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def day(self, column: str) -> int | None:
        """The ordinal of a date cell; None when it is empty or no date."""
        return _day(self.cells.get(column), self.epoch)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "none"


def compare_workbook(file: Path) -> Report:
    """Judge every dose of the groups we know and compare with `Evaluation_Status_n`. Raises NoTestWorkbook."""
    schedule = schedule_named("acip")
    report = Report({}, Count(), [], {}, [])
    for case in _cases(file):
        _compare(schedule, case, report)
    return report


def _compare(schedule: Schedule, case: Case, report: Report) -> None:
    written, born = case.text("vaccinegroup"), case.day("dob")
    group = re.sub(r"[^A-Z0-9]", "", written.upper())
    group = SPELLINGS.get(group, group)
    if group not in ANTIGENS:
        report.others[written or "(no group)"] = report.others.get(written or "(no group)", 0) + 1
        return
    if born is None:
        report.notes.append(f"{case.where}: DOB {case.text('dob')!r} is no date; the case is left out")
        return
    doses, expected = _doses(case, report)
    ours = _statuses(schedule, born, doses, ANTIGENS[group], case.day("assessmentdate") or 0)
    count = report.groups.setdefault(written, Count())
    for number, (status, reason) in expected.items():
        _add(count, status, ours[number])
        _add(report.total, status, ours[number])
        if ours[number] != status:
            report.disagreements.append(
                f"{case.text('cdctestid')} {case.text('testcasename')}: dose {number}: CDC {status} {reason}".rstrip()
                + f", here {ours[number]}"
            )


def _add(count: Count, wanted: str, got: str) -> None:
    count.doses += 1
    count.agree += wanted == got
    count.not_valid += wanted == "Not Valid"
    count.found += wanted == got == "Not Valid"


def _cases(file: Path) -> Iterator[Case]:
    """The rows below every heading row found. Raises NoTestWorkbook when there is none."""
    book = _open(file)
    seen: list[str] = []
    found = False
    for sheet in book.worksheets:
        names: list[str] = []
        sheet.reset_dimensions()  # some writers state a smaller sheet than they write
        for number, line in enumerate(sheet.iter_rows(values_only=True), start=1):
            if names:
                if any(value is not None for value in line):
                    cells = dict(zip(names, line, strict=False))
                    yield Case(f"{sheet.title} row {number}", cells, book.epoch)
                continue
            heading = [_column(value) for value in line]
            if all(name in heading for name in NEEDED):
                names, found = heading, True
            elif number >= HEADING_ROWS_MAX:
                break
            elif "cdctestid" in heading and "vaccinegroup" in heading:
                seen.append(f"{sheet.title} lacks {', '.join(name for name in NEEDED if name not in heading)}")
    if not found:
        told = "; ".join(seen) or f"its sheets are {', '.join(book.sheetnames)}"
        raise NoTestWorkbook(f"no sheet names the CDC's columns (CDC_Test_ID, DOB, Vaccine_Group, ...): {told}")


def _open(file: Path) -> Workbook:
    try:
        return openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets whatever a zip or its XML raises through
        raise NoTestWorkbook(f"not an Excel workbook (.xlsx): {type(error).__name__}: {error}") from error


def _column(name: object) -> str:
    """`CDC_Test_ID`, `CDC Test ID` and `cdc test id` are one column; so are `CVX_1` and `CVX 01`."""
    bare = re.sub(r"[^a-z0-9]", "", str(name or "").lower())
    return re.sub(r"(?<=[a-z])0+(?=[1-9])", "", bare)


def _day(value: object, epoch: datetime) -> int | None:
    if isinstance(value, datetime):
        return value.date().toordinal()
    if isinstance(value, date):
        return value.toordinal()
    written = str(value).strip() if value is not None else ""
    if re.fullmatch(r"[0-9]{4,6}(\.[0-9]+)?", written):
        return (epoch + timedelta(days=int(float(written)))).date().toordinal()
    for form in DATE_FORMS:
        try:
            return datetime.strptime(written.split(" ")[0].split("T")[0], form).date().toordinal()  # noqa: DTZ007 (a civil date)
        except ValueError:
            continue
    return None


def _doses(case: Case, report: Report) -> tuple[list[Given], dict[int, tuple[str, str]]]:
    doses: list[Given] = []
    expected: dict[int, tuple[str, str]] = {}
    columns = (name.removeprefix("dateadministered") for name in case.cells if name.startswith("dateadministered"))
    for number in sorted(int(name) for name in columns if name.isdecimal()):
        written, day = case.text(f"dateadministered{number}"), case.day(f"dateadministered{number}")
        if day is None:
            if written:
                report.notes.append(f"{case.where}: dose {number}: {written!r} is no date; the dose is left out")
            continue
        doses.append(Given(day, case.text(f"cvx{number}").zfill(2), number))
        said = case.text(f"evaluationstatus{number}")
        status = STATUSES.get(re.sub(r"[^a-z]", "", said.lower()))
        if status is not None:
            expected[number] = status, case.text(f"evaluationreason{number}")
        elif said:
            report.notes.append(f"{case.where}: dose {number}: {said!r} is no status known; not compared")
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

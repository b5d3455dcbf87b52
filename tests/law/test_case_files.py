# ruff: noqa: E501  (tables: one row to a line)
"""LAW-R26: case files as people make them, and what is said of those that cannot be read.

`examiner_cases.csv` and `examiner_deadlines.csv` hold rows written from the texts by one who did not look at the
program: both sides of every boundary day, every reading that is open.
"""

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.law import cases, deadline_cases
from projections.law.case_rows import read_rows
from projections.law.errors import BadCaseFile
from projections.law.library import rule_sets
from projections.law.record import Record
from server.law_cli import law_group

HERE = Path(__file__).parent
GROUP = law_group(lambda student, as_of, known_at: Record(born_on="2019-01-01"))
KNOWN = {one.rules.id: one for one in rule_sets()}
HEAD = "case_id,ruleset,birthdate,facility_kind,enrolled_on,grade,as_of,doses,exemptions,transfer,expected_overall,expected_per_vaccine,statement_source,doubtful,alternative_overall"
GOOD = "A-1,MN-2006,2001-03-12,school,2006-09-05,K,2006-09-05,,,,NOT_COMPLIANT,MEAS=short,none,no,"


def run(command: str, content: str | bytes, tmp_path: Path) -> Result:
    file = tmp_path / "cases.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = CliRunner().invoke(GROUP, [command, str(file)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def changed(column: str, value: str) -> str:
    cells = dict(zip(HEAD.split(","), GOOD.split(","), strict=True)) | {column: value}
    out = io.StringIO()
    csv.writer(out).writerows([list(cells), list(cells.values())])
    return out.getvalue()


@pytest.mark.parametrize("command", ["check", "deadlines"])
def test_every_case_of_the_examiner_agrees(command: str) -> None:
    """LAW-R01 LAW-R17 LAW-R19"""
    file = HERE / ("examiner_cases.csv" if command == "check" else "examiner_deadlines.csv")
    told = CliRunner().invoke(GROUP, [command, str(file)])
    assert told.exit_code == 0, told.output
    rows = len(list(csv.DictReader(file.open(newline=""))))
    assert told.output.splitlines()[-1].startswith(f"{rows} cases, {rows} agree, 0 disagree, ")


def test_each_case_has_its_own_name_and_boundary() -> None:
    """LAW-R17"""
    rows = list(csv.DictReader((HERE / "examiner_cases.csv").open(newline="")))
    assert len({row["case_id"] for row in rows}) == len(rows)
    assert all(row["boundary"] and row["citation"] for row in rows)


SHAPES: dict[str, Callable[[str], bytes]] = {
    "as it is": lambda text: text.encode(),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "Windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "old Macintosh line ends": lambda text: text.replace("\n", "\r").encode(),
    "blank lines": lambda text: ("\n\n" + text.replace("\n", "\n\n,,,\n \n")).encode(),
    "everything quoted": lambda text: rewritten(text, quote_all=True),
    "another order of columns": lambda text: rewritten(text, shuffle=True),
    "spaces and other cases": lambda text: rewritten(text, spaces=True),
    "a column nobody knows": lambda text: "\n".join(f"{line},x" if n else f"{line},Reviewer" for n, line in enumerate(text.splitlines())).encode(),
    "no end of line": lambda text: text.rstrip("\n").encode(),
}  # fmt: skip


def rewritten(text: str, quote_all: bool = False, shuffle: bool = False, spaces: bool = False) -> bytes:
    rows = list(csv.reader(io.StringIO(text, newline="")))
    order = list(range(len(rows[0])))
    if shuffle:
        random.Random(7).shuffle(order)
    out = io.StringIO()
    for row in rows:
        cells = [f"  {row[at]} " if spaces else row[at] for at in order]
        cells = [cell.title() if spaces and row is rows[0] else cell for cell in cells]
        csv.writer(out, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("command", ["check", "deadlines"])
def test_a_file_is_read_whatever_its_shape(command: str, shape: str, tmp_path: Path) -> None:
    """LAW-R26"""
    lines = (HERE / ("examiner_cases.csv" if command == "check" else "examiner_deadlines.csv")).read_text().splitlines()
    told = run(command, SHAPES[shape]("\n".join(lines[:40]) + "\n"), tmp_path)
    assert told.exit_code == 0, told.output
    assert told.output.splitlines()[-1].startswith("39 cases, 39 agree, 0 disagree, ")
    assert ("column reviewer" in told.output) is (shape == "a column nobody knows")


CELLS = [
    ("ruleset", "MN-1999", "line 2, column ruleset: 'MN-1999' is none of mn_1980"),
    ("ruleset", "", "line 2, column ruleset: is empty"),
    ("birthdate", "3/12/2001", "line 2, column birthdate: '3/12/2001': write a date as YYYY-MM-DD"),
    ("birthdate", "", "line 2, column birthdate: is empty"),
    ("as_of", "", "line 2, column as_of: is empty"),
    ("as_of", "2006-02-30", "line 2, column as_of: '2006-02-30' is not a day"),
    ("as_of", "2006-09", "line 2, column as_of: '2006-09' is not a day"),
    ("facility_kind", "prison", "line 2, column facility_kind: 'prison' is no facility known here"),
    ("enrolled_on", "soon", "line 2, column enrolled_on: 'soon'"),
    ("grade", "13", "line 2, column grade: '13' is none of 1, 2"),
    ("doses", "MMR=2002-03-18", "line 2, column doses: 'MMR=2002-03-18': write a dose as CODE:YYYY-MM-DD"),
    ("doses", "MMR:3/18/2002", "line 2, column doses: '3/18/2002'"),
    ("exemptions", "medical|MMR|physician", "line 2, column exemptions: 'medical|MMR|physician': write kind|vaccines"),
    ("exemptions", "medcal|MMR|physician|signed|2006-08-01", "the kind one of medical, lab, disease"),
    (
        "exemptions",
        "medical|MMR|physician|sealed|2006-08-01",
        "line 2, column exemptions: 'sealed' is none of notarized",
    ),
    ("exemptions", "medical|MMR|physician|signed|", "has no date"),
    ("transfer", "from=school;on=2006-09-05;grace=30", "line 2, column transfer: 'grace=30'"),
    ("transfer", "from=school;on=2006-09-05;grace_days=ten", "grace_days='ten' is not a number of days"),
    ("transfer", "from=moon;on=2006-09-05", "from='moon' is none of school"),
    ("expected_overall", "COMPLIANT", "line 2, column expected_overall: 'COMPLIANT' is none of not_subject"),
    ("expected_overall", "", "line 2, column expected_overall: is empty"),
    ("expected_per_vaccine", "MMR=short", "line 2, column expected_per_vaccine: 'MMR=short': write ANTIGEN=token"),
    ("expected_per_vaccine", "MEAS=missing", "line 2, column expected_per_vaccine: 'missing' is none of ok"),
    ("statement_source", "grandmother", "line 2, column statement_source: 'grandmother' is none of physician"),
    ("doubtful", "perhaps", "line 2, column doubtful: 'perhaps' is none of yes"),
]


@pytest.mark.parametrize(("column", "value", "said"), CELLS)
def test_a_cell_that_cannot_be_read_is_named_and_agrees_with_nothing(
    column: str, value: str, said: str, tmp_path: Path
) -> None:
    """LAW-R26"""
    told = run("check", changed(column, value), tmp_path)
    assert said in told.output
    assert told.exit_code == 1
    assert told.output.splitlines()[-1] == "1 cases, 0 agree, 1 disagree, 0 doubtful"


def test_a_row_marked_doubtful_that_cannot_be_read_fails_all_the_same(tmp_path: Path) -> None:
    """LAW-R26"""
    told = run("check", changed("doubtful", "yes").replace("2006-09-05,,,", "2006-19-05,,,"), tmp_path)
    assert told.exit_code == 1
    assert told.output.splitlines()[-1] == "1 cases, 0 agree, 1 disagree, 0 doubtful"


NOTED = [
    ("doses", "MRM:2002-03-18", "the vaccine code 'MRM' is not understood and counts for nothing"),
    ("exemptions", "medical|MRM|physician|signed|2006-08-01", "'MRM' names no vaccine understood here"),
    ("exemptions", "medical|MMR|physican|signed|2006-08-01", "'physican' is no signer that any text names"),
]


@pytest.mark.parametrize(("column", "value", "said"), NOTED)
def test_what_means_nothing_to_the_law_is_noted(column: str, value: str, said: str, tmp_path: Path) -> None:
    """LAW-R26"""
    told = run("check", changed(column, value), tmp_path)
    assert f"note: line 2, column {column}: " in told.output
    assert said in told.output
    assert told.output.splitlines()[-1] == "1 cases, 1 agree, 0 disagree, 0 doubtful"


FILES = {
    "nothing at all": (b"", "line 1: the file is empty"),
    "no such columns": (
        b"id,name\n1,x\n",
        "line 1: no column case_id, ruleset, birthdate, as_of, doses, expected_overall",
    ),
    "a column missing": (HEAD.replace("as_of,", "").encode(), "line 1: no column as_of"),
    "semicolons": (HEAD.replace(",", ";").encode(), "not separated by commas"),
    "tabs": (HEAD.replace(",", "\t").encode(), "not separated by commas"),
    "a column twice": (f"{HEAD},doses\n".encode(), "two columns are named 'doses'"),
    "an open quote": (f'{HEAD}\n"A-1,MN-2006\n'.encode(), "a quote is open"),
    "a workbook": (b"PK\x03\x04rest", "this is a workbook"),
    "UTF-16": (HEAD.encode("utf-16"), "UTF-16"),
    "Latin-1": (f"{HEAD}\nA-1,caf\xe9".encode("latin-1"), "line 2: byte 0xe9 is not UTF-8"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_form_is_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    """LAW-R26"""
    content, said = FILES[name]
    told = run("check", content, tmp_path)
    assert told.exit_code == 2
    assert "cases.csv: " in told.output
    assert said in told.output


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"{GOOD},,x", "line 2: 17 cells, where the first line names 15: put a cell that holds a comma in quotes"),
        ("A-1,MN-2006", "line 2: 2 cells, where the first line names 15: is a comma or a quote missing?"),
    ],
)
def test_a_row_of_another_length_is_named(row: str, said: str, tmp_path: Path) -> None:
    """LAW-R26"""
    told = run("check", f"{HEAD}\n{row}\n", tmp_path)
    assert said in told.output
    assert told.exit_code == 1


def test_a_file_without_a_case_is_no_success(tmp_path: Path) -> None:
    """LAW-R26"""
    told = run("check", HEAD + "\n", tmp_path)
    assert told.exit_code == 1
    assert told.output.splitlines()[-1] == "0 cases, 0 agree, 0 disagree, 0 doubtful"


DEADLINES = [
    ("MN-1999,in_process_18_months,enrolled_on=2006-09-05,2008-03-05", "column ruleset: 'MN-1999' is none of mn-1980"),
    (
        "MN-2006,tea_time,enrolled_on=2006-09-05,2008-03-05",
        "column kind: 'tea_time' is no deadline of mn-2006: in_process",
    ),
    (
        "MN-2006,in_process_18_months,enrolled_on=9/5/2006,2008-03-05",
        "column inputs: 'enrolled_on=9/5/2006' lacks the day",
    ),
    ("MN-2006,in_process_18_months,enrolled_on=2006-02-30,2008-03-05", "lacks the day it counts from"),
    (
        "MN-2006,transfer_in_grace,transfer_on=2006-09-05;policy_days=ten,none",
        "policy_days='ten' is not a number of days",
    ),
    ("MN-2006,in_process_18_months,enrolled_on=2006-09-05,", "column expected: is empty"),
    ("MN-1988-SUGGESTED,tea;one_dose,dose1=1989-09-05,dose 2 by 1990-02-05", "is no row of the suggested schedule"),
]


@pytest.mark.parametrize(("row", "said"), DEADLINES)
def test_a_deadline_that_cannot_be_read_is_named(row: str, said: str, tmp_path: Path) -> None:
    """LAW-R26"""
    told = run("deadlines", f"id,ruleset,kind,inputs,expected\nD-1,{row}\n", tmp_path)
    assert f"D-1: line 2, {said}" in told.output or said in told.output
    assert told.exit_code == 1
    assert told.output.splitlines()[-1] == "1 cases, 0 agree, 1 disagree, 0 doubtful"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(max_size=14), min_size=0, max_size=18), max_size=4))
def test_no_content_of_cells_raises(table: list[list[str]]) -> None:
    """LAW-R26"""
    out = io.StringIO()
    csv.writer(out, escapechar="\\").writerows([HEAD.split(","), *table])
    try:
        rows = read_rows(out.getvalue(), cases.COLUMNS).rows
    except BadCaseFile:
        return
    assert all(one.differences for one in cases.check(rows, KNOWN) if one.verdict is None)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(HEAD.split(",")), st.text(max_size=24))
def test_any_text_in_a_good_rows_cell_is_judged_or_named(column: str, text: str) -> None:
    """LAW-R26"""
    rows = read_rows(changed(column, text.replace("\x00", "")), cases.COLUMNS).rows
    for one in cases.check(rows, KNOWN):
        assert one.verdict is not None or one.differences


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20), st.text(max_size=30), st.text(max_size=30))
def test_no_content_of_a_deadlines_cells_raises(ruleset: str, kind: str, inputs: str) -> None:
    """LAW-R26"""
    out = io.StringIO()
    name = ruleset if len(ruleset) > 3 else "MN-1988-SUGGESTED"
    csv.writer(out).writerows([["id", "ruleset", "kind", "inputs", "expected"], ["D-1", name, kind, inputs, "x"]])
    for row in read_rows(out.getvalue().replace("\x00", ""), deadline_cases.COLUMNS).rows:
        assert deadline_cases.check([row], KNOWN)[0].differences

"""Agreement with the worked cases, deadlines and CDC workbooks beside the repository; skipped where they are absent."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from projections.law.record import Record
from server.law_cli import law_group
from server.law_workbook import compare_workbook
from tests.law.schedule_from_cdc import schedule, write

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ACIP = Path(__file__).resolve().parents[2] / "projections" / "law" / "data" / "acip.json"
GROUP = law_group(lambda student, as_of, known_at: Record(born_on="2019-01-01", grade="K"))


def need(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    return path


@pytest.mark.parametrize(("command", "file"), [("check", "law_cases.csv"), ("deadlines", "law_deadlines.csv")])
def test_every_case_agrees(command: str, file: str) -> None:
    """LAW-R17"""
    ran = CliRunner().invoke(GROUP, [command, str(need(DATA / "law" / file))])
    assert ran.exit_code == 0, ran.output
    assert ", 0 disagree, " in ran.output.splitlines()[-1]


@pytest.mark.parametrize("edition", ["4.4", "4.42"])
def test_dose_validity_agrees_with_the_cdc(edition: str) -> None:
    """LAW-R18"""
    report = compare_workbook(need(DATA / "cdsi" / f"cdsi-healthy-childhood-and-adult-test-cases-v{edition}.xlsx"))
    assert report.total.agree / report.total.doses >= 0.99
    assert report.total.found / report.total.not_valid >= 0.97
    for name, count in report.groups.items():
        assert count.agree / count.doses >= 0.97, name


def test_the_schedule_states_the_facts_it_was_read_from() -> None:
    """LAW-R18"""
    assert ACIP.read_text() == write(schedule(need(DATA / "cdsi" / "supporting-data-4.64")))

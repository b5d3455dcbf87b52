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
HPV_AGREEING = 0.86
"""Cases of doses before 16 December 2016, when sixteen weeks sufficed, and of a vaccine for girls alone."""
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
    hpv = report.groups.pop("HPV")
    assert hpv.agree / hpv.doses >= HPV_AGREEING
    total = report.groups.values()
    assert sum(one.agree for one in total) / sum(one.doses for one in total) >= 0.99
    assert sum(one.found for one in total) / sum(one.not_valid for one in total) >= 0.97
    for name, count in report.groups.items():
        assert count.agree / count.doses >= 0.97, name


def test_the_schedule_states_the_facts_it_was_read_from() -> None:
    """LAW-R18"""
    assert ACIP.read_text() == write(schedule(need(DATA / "cdsi" / "supporting-data-4.64")))

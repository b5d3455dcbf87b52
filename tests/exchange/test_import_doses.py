"""Importing doses: registry files against children on record (docs/requirements/imports.md)."""

import json
from pathlib import Path

import pytest

from events.catalog.doses import DoseAdministered, DoseCorrected, DoseVoided
from events.catalog.event_type import Address, Giver
from events.catalog.students import Identifier, StudentRegistered
from events.errors import Refused
from server.exchange.registry import COLUMNS
from tests.exchange.paper_log import NURSE, PaperLog, doses, immunization, log_with_hodan, patient, recorded, write

CHILD = {"first_name": "Hodan", "last_name": "Warsame", "birth_date": "2015-04-03", "miic_client_id": "900"}


def line(**values: str) -> str:
    told = {**CHILD, "vaccine_group_name": "MMR", "cvx_code": "03", "vaccination_date": "2016-05-06", **values}
    return "|".join(told.get(column, "") for column in COLUMNS)


def registry_file(path: Path, *lines: str, header: bool = True) -> Path:
    return write(path, "\r\n".join([*(["|".join(COLUMNS)] if header else []), *lines]) + "\r\n")


@pytest.mark.parametrize("header", [True, False])
async def test_a_registry_row_becomes_a_historical_dose_with_its_source(tmp_path: Path, header: bool) -> None:
    """IMPORT-R20: columns by name, or by position when there is no header."""
    log = log_with_hodan()
    path = registry_file(tmp_path / "miic.csv", line(immunization_id="1", historical_lot_number="L1"), header=header)
    assert (await doses(log, path)).counts == {"dose": {"new": 1}}
    (dose,) = recorded(log)
    assert (dose.cvx, dose.given_on, dose.lot, dose.source_key) == ("03", "2016-05-06", "L1", "registry:1")
    assert (dose.told.source, dose.told.recorder) == ("registry", "import run")
    assert dose.told.detail == f"miic.csv:{2 if header else 1}"


async def test_a_second_run_and_another_row_order_add_nothing(tmp_path: Path) -> None:
    """IMPORT-R02, IMPORT-R03"""
    rows = [line(immunization_id=str(n), vaccination_date=f"2016-0{n + 1}-06", cvx_code="20") for n in range(8)]
    log = log_with_hodan()
    rows = [row.replace("|MMR|", "|DTaP|") for row in rows]
    await doses(log, registry_file(tmp_path / "a.csv", *rows))
    size, batches = len(log.stored), log.batches
    summary = await doses(log, registry_file(tmp_path / "b.csv", *rows[::-1]))
    assert (len(log.stored), log.batches) == (size, batches)
    assert summary.counts == {"dose": {"unchanged": 8}}


@pytest.mark.parametrize("tick", ["X", "yes", "given", "✓", ""])
async def test_a_tick_where_a_date_belongs_is_a_dose_without_a_date(tmp_path: Path, tick: str) -> None:
    """IMPORT-R21"""
    log = log_with_hodan()
    await doses(log, registry_file(tmp_path / "a.csv", line(immunization_id="1", vaccination_date=tick)))
    (dose,) = recorded(log)
    assert dose.given_on is None
    assert dose.cvx == "03"


async def test_partial_dates_are_kept_as_written(tmp_path: Path) -> None:
    """IMPORT-R22"""
    log = log_with_hodan()
    rows = [
        line(immunization_id=n, vaccination_date=when)
        for n, when in (("1", "2016-05"), ("2", "06/2019"), ("3", "2015"))
    ]
    await doses(log, registry_file(tmp_path / "a.csv", *rows))
    assert [dose.given_on for dose in recorded(log)] == ["2016-05", "2019-06", "2015"]


async def test_a_code_nobody_knows_is_kept_as_written_and_not_refused(tmp_path: Path) -> None:
    """IMPORT-R23"""
    log = log_with_hodan()
    row = line(immunization_id="1", vaccine_group_name="Varicella", cvx_code="769", cpt_code="79732")
    summary = await doses(log, registry_file(tmp_path / "a.csv", row))
    (dose,) = recorded(log)
    assert (dose.cvx, dose.as_written) == (None, "Varicella; CVX 769; CPT 79732")
    assert any("not understood" in notice.reason for notice in summary.look_at)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2015-04-02", "before birth"),
        ("2026-11-22", "in the future"),
        ("2014", "before birth"),
        ("2016-02-30", "not a day of the calendar"),
        ("43831", "spreadsheet"),
        ("13/01/2016", "day stands before the month"),
        ("no", "no dose was given"),
    ],
)
async def test_an_impossible_date_is_refused_with_its_reason(tmp_path: Path, when: str, why: str) -> None:
    """IMPORT-R24"""
    log = log_with_hodan()
    size = len(log.stored)
    summary = await doses(log, registry_file(tmp_path / "a.csv", line(immunization_id="1", vaccination_date=when)))
    assert summary.counts == {"row": {"refused": 1}}
    assert why in summary.refused[0].reason
    assert summary.refused[0].places == ("a.csv:2",)
    assert len(log.stored) == size


async def test_a_row_of_an_unknown_student_says_what_to_do(tmp_path: Path) -> None:
    """IMPORT-R25"""
    path = registry_file(tmp_path / "a.csv", line(immunization_id="1"))
    summary = await doses(PaperLog(), path)
    assert summary.refused[0].reason == "no such student"
    assert summary.refused[0].fix == "import the roster first, or pass --register"
    log = PaperLog()
    await doses(log, path, register=True)
    assert len(log.payloads(StudentRegistered)) == len(recorded(log)) == 1


async def test_a_local_number_finds_a_child_only_when_the_person_agrees(tmp_path: Path) -> None:
    """IMPORT-R26"""
    log = log_with_hodan(Identifier("sis", "4711"))
    married = line(immunization_id="1", id_1="4711", last_name="Warsame-Holm")
    stranger = line(immunization_id="2", id_1="4711", first_name="Tou", last_name="Xiong", birth_date="2011-01-01")
    summary = await doses(log, registry_file(tmp_path / "a.csv", married, stranger))
    assert summary.counts == {"dose": {"new": 1, "refused": 1}}


async def test_a_change_at_the_registry_corrects_the_dose_and_less_never_replaces_more(tmp_path: Path) -> None:
    """IMPORT-R05, IMPORT-R27"""
    log = log_with_hodan()
    await doses(log, registry_file(tmp_path / "a.csv", line(immunization_id="1")))
    await doses(log, registry_file(tmp_path / "a.csv", line(immunization_id="1", vaccination_date="2016-05-09")))
    (corrected,) = log.payloads(DoseCorrected)
    assert isinstance(corrected, DoseCorrected)
    assert (corrected.given_on, corrected.cvx, corrected.lot) == ("2016-05-09", None, None)
    summary = await doses(log, registry_file(tmp_path / "a.csv", line(immunization_id="1", vaccination_date="X")))
    assert summary.counts == {"dose": {"unchanged": 1}}
    assert len(log.payloads(DoseCorrected)) == 1


async def test_more_than_a_fifth_of_changed_doses_stops_the_run(tmp_path: Path) -> None:
    """IMPORT-R07"""
    log = log_with_hodan()
    rows = [line(immunization_id=str(n), vaccination_date=f"201{n}-05-06") for n in range(6, 10)]
    await doses(log, registry_file(tmp_path / "a.csv", *rows))
    with pytest.raises(Refused, match="4 of 4 existing records would change"):
        await doses(log, registry_file(tmp_path / "a.csv", *(row.replace("-05-06", "-05-07") for row in rows)))


async def test_one_number_with_two_contents_is_refused_in_any_order(tmp_path: Path) -> None:
    """IMPORT-R28"""
    rows = [line(immunization_id="1"), line(immunization_id="1", vaccination_date="2019-01-02")]
    for order in (rows, rows[::-1]):
        log = log_with_hodan()
        summary = await doses(log, registry_file(tmp_path / "a.csv", *order))
        assert summary.counts == {"dose": {"refused": 2}}
        assert not recorded(log)


async def test_a_dose_we_gave_ourselves_comes_back_from_the_registry_as_nothing_new(tmp_path: Path) -> None:
    """IMPORT-R29"""
    log = log_with_hodan()
    given = DoseAdministered(
        cvx="03",
        given_on="2016-05-06",
        lot="L1",
        mvx="MSD",
        site="left_arm",
        route="SC",
        dose_ml=0.5,
        giver=Giver(name="N. Nurse", title="RN", address=Address(lines=("1 Main St",))),
    )
    stream = log.stored[0].header.stream  # type: ignore[union-attr]
    log.add((stream, given), author=NURSE)
    assert (await doses(log, registry_file(tmp_path / "a.csv", line(immunization_id="1")))).counts == {
        "dose": {"unchanged": 1}
    }


async def test_a_voided_dose_is_not_brought_back(tmp_path: Path) -> None:
    """IMPORT-R30"""
    log, path = log_with_hodan(), registry_file(tmp_path / "a.csv", line(immunization_id="1"))
    await doses(log, path)
    stream, event = log.stored[-1].header.stream, log.stored[-1].header.id  # type: ignore[union-attr]
    log.add((stream, DoseVoided(event=event, reason="another child's")), author=NURSE)
    assert (await doses(log, path)).counts == {"dose": {"unchanged": 1}}
    assert len(recorded(log)) == 1


async def test_a_folder_is_read_file_by_file_and_its_readme_is_not(tmp_path: Path) -> None:
    """IMPORT-R42"""
    folder = tmp_path / "f"
    folder.mkdir()
    registry_file(folder / "a.csv", line(immunization_id="1"))
    write(
        folder / "b.ndjson", "\n".join(json.dumps(one) for one in (patient(), immunization(occurrenceDateTime="2019")))
    )
    write(folder / "README.md", "# About these files")
    log = log_with_hodan()
    assert (await doses(log, folder)).counts["dose"] == {"new": 2}

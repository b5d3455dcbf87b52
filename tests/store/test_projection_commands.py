"""``doseledger projections`` and ``verify``: rows are caught up, compared with rebuilt ones, built anew."""

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from events.catalog.event_type import PersonName
from events.catalog.students import StudentRegistered
from events.errors import Refused
from events.ids import StudentId, stream_of
from server.commands.projections import list_projections, projections
from server.commands.verify import verify
from server.district import open_district, wall_clock
from server.settings import Settings
from tests.server.house import ADA, BEA, Turnable, found
from tests.server.making import a_dose


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    async def furnish() -> Settings:
        settings = await found(tmp_path, Turnable())
        async with open_district(settings, wall_clock, "command", "test") as district:
            for child in (ADA, BEA):
                name = PersonName(given="Ada", family="Quillfeather")
                registered = StudentRegistered(name=name, birth_date="2015-06-15")
                await district.record([(stream_of("student", StudentId(child)), one) for one in (registered, a_dose())])
        return settings

    return asyncio.run(furnish())


def run(settings: Settings, command: object, *words: str) -> Result:
    return CliRunner().invoke(command, list(words), obj=settings)  # type: ignore[arg-type]


def change(settings: Settings, statement: str) -> None:
    with sqlite3.connect(settings.home / "projections.db") as database:
        database.execute(statement)
    database.close()


def test_each_projection_says_how_far_it_has_read(settings: Settings) -> None:
    """STORE-R32"""
    listed = run(settings, projections, "list")
    assert listed.exit_code == 0, listed.output
    found = {one["name"]: one for one in json.loads(run(settings, projections, "list", "--json").output)}
    assert {name: one["rows"] for name, one in found.items()} == {"student": 2, "clinic": 0, "around": 1}
    assert len({one["position"] for one in found.values()}) == 1


def test_verify_compares_the_rows_with_the_same_built_from_zero(settings: Settings) -> None:
    """STORE-R32: all three, by digest, after the log itself."""
    holds = run(settings, verify)
    assert holds.exit_code == 0, holds.output
    assert holds.output.count("equal those built from zero") == 3
    told = json.loads(run(settings, verify, "--json").output)
    assert told["log"]["fault"] is None
    assert [one["live"] == one["rebuilt"] != "" for one in told["projections"]] == [True] * 3


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM projection_row WHERE rowid = (SELECT min(rowid) FROM projection_row)",
        "UPDATE projection_row SET count = count + 1",
        "UPDATE projection_row SET sealed = zeroblob(80)",
        "UPDATE projection_row SET stream_key = (SELECT max(stream_key) FROM projection_row)",
    ],
)
def test_a_changed_row_is_found_and_a_rebuild_mends_it(settings: Settings, statement: str) -> None:
    """STORE-R32"""
    assert run(settings, verify).exit_code == 0
    change(settings, statement)
    wrong = run(settings, verify)
    assert wrong.exit_code == 1
    assert "everything holds" in wrong.output, "the log itself is whole"
    assert "WRONG" in wrong.output
    assert "Quillfeather" not in wrong.output
    for name in ("student", "around"):
        assert run(settings, projections, "rebuild", name).exit_code == 0
    mended = run(settings, projections, "check")
    assert mended.exit_code == 0, mended.output


def test_the_file_may_be_deleted_and_is_built_anew(settings: Settings) -> None:
    """STORE-R27"""
    before = {one.name: one.digest for one in asyncio.run(list_projections(settings))}
    for file in settings.home.glob("projections.db*"):
        file.unlink()
    assert {one.name: one.digest for one in asyncio.run(list_projections(settings))} == before


def test_a_damaged_file_is_said_in_a_sentence(settings: Settings) -> None:
    """STORE-R32: what to do stands in it, and nothing else is lost."""
    run(settings, projections, "list")
    for at in (0, 4096):
        path = settings.home / "projections.db"
        path.write_bytes(path.read_bytes()[:at] + b"not a database" * 2000)
        with pytest.raises(Refused, match="delete the file"):
            asyncio.run(list_projections(settings))
        for file in settings.home.glob("projections.db*"):
            file.unlink()
        assert run(settings, verify).exit_code == 0


def test_nothing_of_a_child_is_in_plain_text(settings: Settings) -> None:
    """STORE-R16"""
    assert run(settings, verify).exit_code == 0
    for file in settings.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"Quillfeather" not in content
            assert b"2015-06-15" not in content

"""``doseledger import`` on a real log, and on the sample files of other projects where they are at hand."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from events.catalog import Payload
from events.errors import Refused
from events.ids import DistrictId, EventId, Position, Stream
from server.cli import doseledger
from server.commands import imports
from server.commands.imports import import_path
from server.district import District, found_district, open_district, wall_clock
from server.home import Home
from server.settings import Settings
from tests.exchange.paper_log import PowerCut, class_of, roster_folder

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="sample files of other projects are not here")


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = Settings(
        home=tmp_path / "home", district=DistrictId("isd-900"), log_name="log.example", host="127.0.0.1", port=0
    )
    await found_district(made, wall_clock, "Test District", "school_district", "America/Chicago")
    return made


async def size_of(settings: Settings) -> int:
    async with open_district(settings, wall_clock, "command", "count") as district:
        return (await district.log.head()).checkpoint.size


async def types_of(settings: Settings) -> dict[str, int]:
    counts: dict[str, int] = {}
    async with open_district(settings, wall_clock, "command", "count") as district:
        async for stored in district.log.read(Position(0)):
            if stored.header is not None:
                counts[stored.header.type] = counts.get(stored.header.type, 0) + 1
    return counts


async def test_a_second_run_leaves_the_log_as_it_was(settings: Settings, tmp_path: Path) -> None:
    """IMPORT-R02"""
    folder = roster_folder(tmp_path / "r", class_of(30))
    await import_path(settings, folder, roster=True, first_day="2026-09-08")
    size = await size_of(settings)
    assert (await types_of(settings))["student.registered"] == 30
    await import_path(settings, folder, roster=True, first_day="2026-09-08")
    assert await size_of(settings) == size


async def test_a_run_cut_off_between_two_commits_is_completed_by_the_next(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IMPORT-R09"""
    folder = roster_folder(tmp_path / "r", class_of(500))
    whole, commits = District.record, 0

    async def record(self: District, facts: Sequence[tuple[Stream, Payload]]) -> list[EventId]:
        nonlocal commits
        commits += 1
        if commits == 2:
            raise PowerCut
        return await whole(self, facts)

    with monkeypatch.context() as patched:
        patched.setattr(District, "record", record)
        with pytest.raises(PowerCut):
            await import_path(settings, folder, roster=True, first_day="2026-09-08")
    assert 0 < (await types_of(settings))["student.registered"] < 500
    await import_path(settings, folder, roster=True, first_day="2026-09-08")
    counts = await types_of(settings)
    assert counts["student.registered"] == counts["enrollment.began"] == 500
    assert counts["facility.opened"] == 1


async def test_two_imports_of_a_district_do_not_run_at_once(settings: Settings, tmp_path: Path) -> None:
    """IMPORT-R18: neither in one home nor on another machine, which shares the folder of the head outside."""
    from server.commands.imports import _alone

    folder, machine = roster_folder(tmp_path / "r", class_of(1)), Home(tmp_path / "another machine")
    machine.path.mkdir()
    machine.checkpoints.symlink_to(settings.home / "checkpoint")
    for home in (Home(settings.home), machine):
        with _alone(home, settings.district), pytest.raises(Refused, match="another import is running"):
            await import_path(settings, folder, roster=True)


@needs_data
@pytest.mark.parametrize(
    ("path", "roster", "new"),
    [
        ("oneroster/moodle-fixtures/oneroster_test_data", True, {"facility": 1, "student": 1}),
        ("oneroster/moodle-fixtures/oneroster_test_data.zip", True, {"facility": 1, "student": 1}),
        ("edfi", True, {"student": 960, "dose": 357, "statement": 3}),
        ("mn-aisr/mock_aisr_download.csv", False, {"student": 9_997, "dose": 9_997}),
        ("synthea/synthea_r4_patients_immunizations.ndjson", False, {"student": 60, "dose": 1_318}),
    ],
)
async def test_the_sample_files_go_in_once(settings: Settings, path: str, roster: bool, new: dict[str, int]) -> None:
    """IMPORT-R19"""
    first = await import_path(settings, DATA / path, roster=roster, register=True)
    assert {subject: rows["new"] for subject, rows in first.counts.items()} == new
    size = await size_of(settings)
    again = await import_path(settings, DATA / path, roster=roster, register=True)
    assert again.total("new") == again.total("changed") == again.events == 0
    assert await size_of(settings) == size


@needs_data
@pytest.mark.parametrize("name", ["Test_full_data_set.zip", "Test_minimal_data_set", "v1p2_full_dataset.zip"])
async def test_a_roster_without_birth_dates_says_so_line_by_line(settings: Settings, name: str) -> None:
    """IMPORT-R19"""
    summary = await import_path(settings, DATA / "oneroster" / "moodle-fixtures" / name, roster=True)
    assert summary.counts == {"student": {"refused": 3}}
    assert summary.refused[0].places == ("users.csv:3", "users.csv:6", "users.csv:7")


def call(home: Path, *words: str) -> Result:
    environment = {"DOSELEDGER_HOME": str(home), "DOSELEDGER_DISTRICT": "isd-900"}
    return CliRunner(env=environment).invoke(doseledger, words)


def test_the_command_prints_a_table_or_json(tmp_path: Path) -> None:
    """IMPORT-R04"""
    home, folder = tmp_path / "home", roster_folder(tmp_path / "r", class_of(3))
    assert call(home, "init", "--name", "Test").exit_code == 0
    told = call(home, "import", "roster", str(folder), "--first-day", "2026-09-08", "--dry-run")
    assert "students" in told.stdout
    assert "nothing was written" in told.stdout
    summary = json.loads(call(home, "import", "roster", str(folder), "--first-day", "2026-09-08", "--json").stdout)
    assert summary["counts"] == {"facility": {"new": 1}, "student": {"new": 3}}


@pytest.mark.parametrize("content", [b"\x00\x01", b"PK\x03\x04broken", b"<a><b>", b'{"a":', b"a,b\n1,2\n", b"\xff\xfe"])
def test_a_file_of_nonsense_is_one_sentence_and_no_traceback(tmp_path: Path, content: bytes) -> None:
    """IMPORT-R43"""
    home, path = tmp_path / "home", tmp_path / "nonsense"
    path.write_bytes(content)
    call(home, "init", "--name", "Test")
    for kind in ("roster", "doses"):
        told = call(home, "import", kind, str(path))
        assert told.exception is None or isinstance(told.exception, Refused), told.exception


def test_ctrl_c_says_what_is_on_record_and_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """IMPORT-R09"""
    home, folder = tmp_path / "home", roster_folder(tmp_path / "r", class_of(3))
    assert call(home, "init", "--name", "Test").exit_code == 0

    async def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(imports, "run_import", interrupted)
        stopped = call(home, "import", "roster", str(folder))
    assert stopped.exit_code != 0
    assert "the same command again does the rest" in stopped.stderr
    assert call(home, "import", "roster", str(folder)).exit_code == 0

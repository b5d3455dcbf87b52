"""A transfer file comes in: into the right child once, from the log it says, and nothing twice."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from events.catalog.doses import DoseRecorded
from events.catalog.event_type import PersonName, Told
from events.catalog.students import Identifier, StudentCorrected, StudentRegistered
from events.errors import Refused
from events.ids import Stream, stream_of
from projections.student import fold
from server.bundle import verify_bundle
from server.bundle.gather import fact_of_row
from server.commands.student import show_student
from server.commands.transfer import list_transfers, run_export, run_import, show_imported
from server.commands.verify import verify
from server.desk import open_desk
from server.taking_in import child_of
from server.transfers import request_file
from server.transfers_in import Wanted
from tests.transfer.conftest import Leaving
from tests.transfer.offices import Office, ada, founded
from tests.transfer.test_bundle import pack, unpack


async def sent(office: Office, path: Path) -> Path:
    await run_export(office.settings, "okafor", "Lincoln School", path, clock=office.clock)
    return path


async def child_here(office: Office) -> Stream:
    """The stream of the one child of a district."""
    return next(fact.stream for fact in await office.facts() if isinstance(fact.payload, StudentRegistered))


async def test_a_later_file_finds_its_child_under_another_name(old: Office, new: Office, tmp_path: Path) -> None:
    """TRANSFER-R09: what came in before finds its child by the events it stands on, before any name or number."""
    await ada(old)
    file = await sent(old, tmp_path / "a.zip")
    await run_import(new.settings, file, Wanted(), clock=new.clock)
    married = StudentCorrected(name=PersonName(given="Ada", family="Novak"), identifiers=(), reason="adopted")
    await new.write((await child_here(new), married))
    again = await run_import(new.settings, file, Wanted(), clock=new.clock)
    assert (again.outcome, sum(again.added.values())) == ("matched", 0)
    with pytest.raises(Refused, match=r"came in before.*leave --new out"):
        await run_import(new.settings, file, Wanted(as_new=True), clock=new.clock)
    assert len(await new.of(StudentRegistered)) == 1


async def test_a_number_of_another_child_is_no_match(old: Office, new: Office, tmp_path: Path) -> None:
    """TRANSFER-R08: a mistyped state number must not put doses on a stranger."""
    await ada(old)
    file = await sent(old, tmp_path / "a.zip")
    stranger = StudentRegistered(
        name=PersonName(given="Bo", family="Lund"), birth_date="2012-01-01", identifiers=(Identifier("state", "9001"),)
    )
    await new.write((stream_of("student", new.make_id()), stranger))
    with pytest.raises(Refused, match="same number, but another name and birth date"):
        await run_import(new.settings, file, Wanted(), clock=new.clock)
    assert (await run_import(new.settings, file, Wanted(as_new=True), clock=new.clock)).outcome == "registered"


async def test_another_log_under_the_same_name_is_refused(old: Office, new: Office, tmp_path: Path) -> None:
    """TRANSFER-R10: its key is another, and what came in before shows it; only a key the clerk gives overrules."""
    await ada(old)
    await run_import(new.settings, await sent(old, tmp_path / "a.zip"), Wanted(), clock=new.clock)
    forger = await founded(tmp_path / "elsewhere", "isd-900")
    await ada(forger)
    forged = tmp_path / "forged.zip"
    made = await run_export(forger.settings, "okafor", "Lincoln School", forged, clock=forger.clock)
    with pytest.raises(Refused, match="under another key"):
        await run_import(new.settings, forged, Wanted(dry_run=True), clock=new.clock)
    taken = await run_import(new.settings, forged, Wanted(log_key=made.log_key, dry_run=True), clock=new.clock)
    assert taken.outcome == "matched"


async def test_a_dose_the_registry_told_already_is_not_told_again(old: Office, new: Office, tmp_path: Path) -> None:
    """TRANSFER-R11: the same vaccine on the same whole day: one dose, and no discrepancy for every line of the file."""
    await ada(old)
    registered = StudentRegistered(name=PersonName(given="Ada", family="Okafor"), birth_date="2015-06-15")
    theirs = [one for one in await old.of(DoseRecorded) if isinstance(one, DoseRecorded)]
    told = Told(source="registry", recorder="import run")
    held = [DoseRecorded(told=told, cvx=one.cvx, given_on=one.given_on) for one in theirs[:10]]
    stream = stream_of("student", new.make_id())
    await new.write((stream, registered), *((stream, dose) for dose in held))
    found = await run_import(new.settings, await sent(old, tmp_path / "a.zip"), Wanted(), clock=new.clock)
    assert (found.added["doses"], found.unchanged) == (6, 10)
    shown = await show_student(new.settings, "okafor", clock=new.clock)
    assert (len(shown.doses), shown.discrepancies) == (16, ())


async def test_a_file_of_two_children_nobody_linked_is_none(leaving: Leaving, tmp_path: Path) -> None:
    """TRANSFER-R12: their doses would end up on one record."""
    district = leaving.district
    other = district.register(given="Bo")
    facts = [fact for fact in map(fact_of_row, district.rows) if fact is not None]
    both = fold(fact for fact in facts if fact.stream in (f"student/{leaving.given.student}", f"student/{other}"))
    file = tmp_path / "file.zip"
    file.write_bytes((await leaving.file(both)).content)
    with pytest.raises(Refused, match="two children"):
        child_of(verify_bundle(file))


async def test_the_clerk_is_told_what_comes_next(
    old: Office, new: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """TRANSFER-R03: a file enrolls nobody: that starts legal clocks, so a person does it."""
    await ada(old)
    found = await run_import(new.settings, await sent(old, tmp_path / "a.zip"), Wanted(), clock=new.clock)
    show_imported(Console(width=200), found)
    assert f"doseledger student enroll {found.student}" in capsys.readouterr().out


@pytest.mark.parametrize("day", ["2026-09-02", "2030-01-01"])
async def test_nobody_asked_tomorrow(old: Office, day: str) -> None:
    """TRANSFER-R01: the day of a request has come; the day of the transfer may lie ahead."""
    await ada(old)
    async with open_desk(old.settings, "transfer request", "", old.clock) as desk:
        with pytest.raises(Refused, match="today is 2026-09-01"):
            await request_file(desk, "okafor", "Hamline", {"requested_on": day})
        await request_file(desk, "okafor", "Hamline", {"transfer_on": day})
    [row] = await list_transfers(old.settings, clock=old.clock)
    assert row.day_0 == day


async def test_a_bundle_of_a_newer_program_says_so(bundle: Path, tmp_path: Path) -> None:
    """BUNDLE-R13: whatever else its manifest holds by then."""
    files = unpack(bundle)
    newer = files["manifest.json"].replace(b'"doseledger-bundle/1"', b'"doseledger-bundle/2", "seal": [1]')
    with pytest.raises(Refused, match=r"its format is 'doseledger-bundle/2'.*a newer program made it"):
        verify_bundle(pack({**files, "manifest.json": newer}, tmp_path / "newer.zip"))


async def test_verify_tells_a_wrong_file_by_its_exit_code(bundle: Path, tmp_path: Path) -> None:
    """BUNDLE-R05: 0 if everything holds, 1 if something is wrong."""
    files = unpack(bundle)
    wrong = pack({**files, "index.html": b"all fine"}, tmp_path / "wrong.zip")
    for path, code, word in ((bundle, 0, "everything in this file holds"), (wrong, 1, "WRONG")):
        result = CliRunner().invoke(verify, [str(path)])
        assert (result.exit_code, word in result.output) == (code, True)
    json = CliRunner().invoke(verify, [str(wrong), "--json"])
    assert json.exit_code == 1
    assert '"wrong"' in json.output


@pytest.mark.parametrize(
    ("to", "says"), [("", "to: must not be empty"), ("x" * 201, "to: at most 200 characters")], ids=["empty", "long"]
)
async def test_a_field_that_breaks_its_rule_is_named(old: Office, to: str, says: str) -> None:
    """TRANSFER-R01"""
    await ada(old)
    async with open_desk(old.settings, "transfer request", "", old.clock) as desk:
        with pytest.raises(Refused, match=says):
            await request_file(desk, "okafor", to, {})

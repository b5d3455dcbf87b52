"""The office at its desk, on real stores: a child moves from one district to the next, and the auditor asks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from events.catalog.disclosures import RecordViewed
from events.catalog.doses import DoseCorrected, DoseRecorded, DoseVoided
from events.catalog.event_type import PersonName
from events.catalog.policy import ConscientiousInTransfer, PolicyAdopted
from events.catalog.students import StudentLinked, StudentRegistered
from events.catalog.transfers import TransferPrepared, TransferReceived, TransferSent
from events.errors import Refused
from events.ids import DISTRICT_STREAM, StudentId, stream_id, stream_of
from server.bundle import verify_bundle
from server.commands.replay import run_replay
from server.commands.retention import list_retention, show_retention
from server.commands.statement import check, forward, list_papers, receive, withdraw
from server.commands.student import enroll, leave, list_students, show_student
from server.commands.transfer import list_transfers, run_export, run_import, transfer
from server.district import open_district
from server.records import read_records
from server.transfers_in import Wanted
from tests.projections.given import PAPER
from tests.transfer.offices import Office, ada


async def test_leaving_starts_the_clock_and_the_list_shows_it(old: Office) -> None:
    """TRANSFER-R01: open with its due day, done once sent, request or none."""
    await ada(old)
    words = await leave(old.settings, "okafor", "2026-08-28", "transfer", clock=old.clock)
    assert "by 2026-09-27" in words
    [row] = await list_transfers(old.settings, clock=old.clock)
    assert (row.name, row.due_on, row.state, row.days_left) == ("Ada Okafor", "2026-09-27", "open", 26)
    old.at += timedelta(days=40)
    [row] = await list_transfers(old.settings, clock=old.clock)
    assert row.state == "overdue"


async def test_an_export_is_recorded_as_prepared_and_sent(old: Office, tmp_path: Path) -> None:
    """TRANSFER-R02: the log knows hash, size and receiver of every file that left."""
    await ada(old)
    await leave(old.settings, "4711", "2026-08-28", "transfer", destination="Hamline School", clock=old.clock)
    out = tmp_path / "ada.zip"
    made = await run_export(old.settings, "state:9001", out=out, clock=old.clock)
    report = verify_bundle(out, made.log_key)
    assert report.sha256 == made.sha256
    assert report.is_pinned
    [prepared] = await old.of(TransferPrepared)
    [sent] = await old.of(TransferSent)
    assert isinstance(prepared, TransferPrepared)
    assert isinstance(sent, TransferSent)
    assert prepared.bundle_sha256 == sent.bundle_sha256 == made.sha256
    assert sent.to == "Hamline School"
    assert await list_transfers(old.settings, clock=old.clock) == []
    [row] = await list_transfers(old.settings, everything=True, clock=old.clock)
    assert (row.state, row.was_late) == ("done", False)
    assert out.stat().st_mode & 0o077 == 0


async def test_a_file_only_prepared_keeps_the_clock_running(old: Office, tmp_path: Path) -> None:
    await ada(old)
    await leave(old.settings, "okafor", "2026-08-28", "transfer", clock=old.clock)
    with pytest.raises(Refused, match="--to"):
        await run_export(old.settings, "okafor", out=tmp_path / "a.zip", clock=old.clock)
    await run_export(old.settings, "okafor", out=tmp_path / "a.zip", sent=False, clock=old.clock)
    assert len(await list_transfers(old.settings, clock=old.clock)) == 1


async def test_a_child_arrives_with_its_doses_and_their_source(old: Office, new: Office, tmp_path: Path) -> None:
    """TRANSFER-R03: told by another school, with origin and position; TRANSFER-R04: a second run adds nothing."""
    await ada(old)
    await leave(old.settings, "okafor", "2026-08-28", "transfer", clock=old.clock)
    out = tmp_path / "ada.zip"
    made = await run_export(old.settings, "okafor", "Lincoln School", out, clock=old.clock)
    dry = await run_import(new.settings, out, Wanted(dry_run=True), clock=new.clock)
    assert (dry.outcome, dry.added["doses"]) == ("registered", 16)
    assert await new.of(StudentRegistered) == []
    first = await run_import(new.settings, out, Wanted(log_key=made.log_key), clock=new.clock)
    doses = await new.of(DoseRecorded)
    assert len(doses) == first.added["doses"] == 16
    assert all(isinstance(dose, DoseRecorded) and dose.told.source == "other_school" for dose in doses)
    assert {dose.source_key.partition("#")[0] for dose in doses if isinstance(dose, DoseRecorded)} == {first.origin}
    [received] = await new.of(TransferReceived)
    assert isinstance(received, TransferReceived)
    assert received.origin in received.checkpoint
    assert (received.came_from, received.first_minnesota_enrollment) == ("school", "2021-09-07")
    again = await run_import(new.settings, out, Wanted(log_key=made.log_key), clock=new.clock)
    assert again.outcome == "matched"
    assert sum(again.added.values()) == 0
    assert again.unchanged == 16
    assert len(await new.of(TransferReceived)) == 1
    shown = await show_student(new.settings, "okafor", clock=new.clock)
    assert [number for number in shown.numbers if number.startswith("state")] == ["state 9001"]


async def test_the_clock_and_terms_come_along_when_the_child_is_enrolled(
    old: Office, new: Office, tmp_path: Path
) -> None:
    """TRANSFER-R05: A-09, A-10: a move restarts nothing; transfer day and terms come from the file."""
    await ada(old)
    await leave(old.settings, "okafor", "2026-08-28", "transfer", clock=old.clock)
    await run_export(old.settings, "okafor", "Lincoln School", tmp_path / "a.zip", clock=old.clock)
    await run_import(new.settings, tmp_path / "a.zip", Wanted(), clock=new.clock)
    told = {"facility": "Lincoln", "first_day": "2026-09-01", "grade": "5"}
    await enroll(new.settings, "okafor", told, new.clock)
    async with open_district(new.settings, new.clock, "command", "test") as district:
        records = await read_records(district)
    [line] = records.student(records.find("okafor")).attendance.lines
    assert line.began.first_minnesota_enrollment == "2021-09-07"
    assert line.began.transferred_on == "2026-08-28"
    assert line.began.kindergarten_term == "2021-2022"


async def test_what_was_corrected_there_is_corrected_here(old: Office, new: Office, tmp_path: Path) -> None:
    """TRANSFER-R06: a later file of the same child brings changes, and leaves alone what we settled ourselves."""
    student = await ada(old)
    await leave(old.settings, "okafor", "2026-08-28", "transfer", clock=old.clock)
    await run_export(old.settings, "okafor", "Lincoln School", tmp_path / "1.zip", clock=old.clock)
    await run_import(new.settings, tmp_path / "1.zip", Wanted(), clock=new.clock)
    doses = [fact for fact in await old.facts() if isinstance(fact.payload, DoseRecorded)]
    stream = stream_of("student", student)
    await old.write(
        (stream, DoseCorrected(event=doses[0].id, reason="card", given_on="2015-08-16")),
        (stream, DoseVoided(event=doses[1].id, reason="a cousin's")),
    )
    await run_export(old.settings, "okafor", "Lincoln School", tmp_path / "2.zip", clock=old.clock)
    found = await run_import(new.settings, tmp_path / "2.zip", Wanted(), clock=new.clock)
    assert (found.added["doses"], found.added["corrections"], found.added["voids"]) == (0, 1, 1)
    again = await run_import(new.settings, tmp_path / "2.zip", Wanted(), clock=new.clock)
    assert sum(again.added.values()) == 0


async def test_what_they_voided_lies_beside_the_dose(old: Office, new: Office, tmp_path: Path) -> None:
    """TRANSFER-R06: of two linked records the dose may lie in either; parted again, it stays void."""
    there = await ada(old)
    first = stream_of("student", new.make_id())
    await new.write((first, StudentRegistered(name=PersonName(given="Bo", family="Lund"), birth_date="2012-01-01")))
    await run_export(old.settings, "okafor", "Lincoln School", tmp_path / "1.zip", clock=old.clock)
    await run_import(new.settings, tmp_path / "1.zip", Wanted(as_new=True), clock=new.clock)
    second = next(fact.stream for fact in await new.facts() if isinstance(fact.payload, DoseRecorded))
    linked = StudentLinked(other=StudentId(stream_id(second)), evidence="one child")
    await new.write((first, linked))
    dose = next(fact for fact in await old.facts() if isinstance(fact.payload, DoseRecorded))
    await old.write((stream_of("student", there), DoseVoided(event=dose.id, reason="a cousin's")))
    await run_export(old.settings, "okafor", "Lincoln School", tmp_path / "2.zip", clock=old.clock)
    found = await run_import(new.settings, tmp_path / "2.zip", Wanted(), clock=new.clock)
    assert found.added["voids"] == 1
    assert [fact.stream for fact in await new.facts() if isinstance(fact.payload, DoseVoided)] == [second]


async def test_a_medical_statement_arrives_for_review_and_a_conscientious_one_by_the_switch(
    old: Office, new: Office, tmp_path: Path
) -> None:
    """TRANSFER-R07"""
    await ada(old)
    for kind, standing in (("medical", "physician"), ("conscientious", "parent")):
        told = {"kind": kind, "signer": "B. Okafor", "standing": standing, "signed_on": "2026-08-20", "notary": "N"}
        event = await receive(old.settings, "okafor", told, ("varicella",), old.clock)
        await check(old.settings, event, True, clock=old.clock)
    await run_export(old.settings, "okafor", "Lincoln", tmp_path / "1.zip", clock=old.clock)
    await run_import(new.settings, tmp_path / "1.zip", Wanted(), clock=new.clock)
    assert [line.paper.kind for line in await list_papers(new.settings, "okafor", clock=new.clock)] == ["medical"]
    switch = PolicyAdopted(value=ConscientiousInTransfer(included=True), effective_from="2026-09-01", authority="board")
    await old.write((DISTRICT_STREAM, switch))
    await run_export(old.settings, "okafor", "Lincoln", tmp_path / "2.zip", clock=old.clock)
    await run_import(new.settings, tmp_path / "2.zip", Wanted(), clock=new.clock)
    papers = await list_papers(new.settings, "okafor", clock=new.clock)
    assert [(line.paper.kind, line.state, line.paper.received_on) for line in papers] == [
        ("medical", "review", "2026-09-01"),
        ("conscientious", "review", "2026-09-01"),
    ]
    with pytest.raises(Refused, match="only conscientious"):
        await forward(new.settings, papers[0].event, "mail", clock=new.clock)


async def test_a_file_matches_a_child_we_have_or_says_that_it_cannot_tell(
    old: Office, new: Office, tmp_path: Path
) -> None:
    """TRANSFER-R08: by number, by name and birth date, or as told; never silently into the wrong child."""
    await ada(old)
    await run_export(old.settings, "okafor", "Lincoln", tmp_path / "a.zip", clock=old.clock)
    for _ in range(2):
        same = StudentRegistered(name=PersonName(given="ADA", family="Okáfor"), birth_date="2015-06-15")
        await new.write((stream_of("student", new.make_id()), same))
    with pytest.raises(Refused, match="give --student"):
        await run_import(new.settings, tmp_path / "a.zip", Wanted(), clock=new.clock)
    async with open_district(new.settings, new.clock, "command", "test") as district:
        ours = (await read_records(district)).students()[0].id
    found = await run_import(new.settings, tmp_path / "a.zip", Wanted(student=str(ours)), clock=new.clock)
    assert (found.outcome, found.student) == ("matched", ours)


async def test_our_own_file_and_a_stranger_are_refused(old: Office, new: Office, tmp_path: Path) -> None:
    await ada(old)
    made = await run_export(old.settings, "okafor", "Lincoln", tmp_path / "a.zip", clock=old.clock)
    with pytest.raises(Refused, match="our own district"):
        await run_import(old.settings, tmp_path / "a.zip", Wanted(), clock=old.clock)
    other = made.log_key.replace("log.example", "log.elsewhere")
    with pytest.raises(Refused, match="not the key you expect"):
        await run_import(new.settings, tmp_path / "a.zip", Wanted(log_key=other), clock=new.clock)
    assert await new.of(StudentRegistered) == []


async def test_the_auditor_sees_what_was_known_then(old: Office) -> None:
    """REPLAY-R01: true-on and known-on are separate; REPLAY-R02: a day ends in the district's time zone."""
    student = await ada(old)
    old.at = datetime(2026, 9, 9, 4, 59, tzinfo=UTC)  # 23:59 on 8 September in Chicago
    late = DoseRecorded(told=PAPER, cvx="140", given_on="2026-09-01")
    await old.write((stream_of("student", student), late))
    old.at = datetime(2026, 9, 20, 12, tzinfo=UTC)
    on_the_7th = await run_replay(old.settings, "okafor", "2026-09-01", "2026-09-07", clock=old.clock)
    on_the_8th = await run_replay(old.settings, "okafor", "2026-09-01", "2026-09-08", clock=old.clock)
    assert on_the_7th.known is not None
    assert on_the_8th.known is not None
    assert len(on_the_8th.known.doses) == len(on_the_7th.known.doses) + 1
    assert [dose.cvx for dose in on_the_7th.later_doses] == ["140"]
    assert on_the_8th.later_doses == ()
    before = await run_replay(old.settings, "okafor", "2020-01-01", "2026-08-31", clock=old.clock)
    assert before.known is None


async def test_the_auditor_asks_under_another_law(old: Office) -> None:
    """REPLAY-R03: the verdict under the version in force, and under the one asked for."""
    await ada(old)
    found = await run_replay(old.settings, "okafor", rule_set="mn-2006", clock=old.clock)
    assert found.known is not None
    assert found.known.verdict.rule_set == "mn-current"
    assert found.otherwise is not None
    assert found.otherwise.rule_set == "mn-2006"
    with pytest.raises(Refused, match="no rule set"):
        await run_replay(old.settings, "okafor", rule_set="mn-1700", clock=old.clock)
    with pytest.raises(Refused, match="YYYY-MM-DD"):
        await run_replay(old.settings, "okafor", "tomorrow", clock=old.clock)
    with pytest.raises(Refused, match="no child is known"):
        await run_replay(old.settings, "nobody", clock=old.clock)


async def test_an_exemption_is_filed_checked_and_withdrawn(old: Office) -> None:
    """STATEMENT-R01: by events, each visible in the next verdict."""
    student = StudentId(old.make_id())
    name = PersonName(given="Bo", family="Lund")
    await old.write((stream_of("student", student), StudentRegistered(name=name, birth_date="2020-09-01")))
    told = {"facility": "Lincoln", "first_day": "2026-08-31", "grade": "K", "kindergarten_term": "2026-2027"}
    await enroll(old.settings, "lund", told, old.clock)

    async def status() -> str:
        [row] = await list_students(old.settings, "lund", clock=old.clock)
        return row.status

    assert await status() == "not_compliant"
    antigens = (
        "diphtheria",
        "tetanus",
        "pertussis",
        "polio",
        "measles",
        "mumps",
        "rubella",
        "hepatitis_b",
        "varicella",
    )
    paper = {
        "kind": "conscientious",
        "signer": "C. Lund",
        "standing": "parent",
        "notary": "N",
        "signed_on": "2026-08-30",
    }
    event = await receive(old.settings, "lund", paper, antigens, old.clock)
    assert await status() == "review"
    assert "Forward it" in await check(old.settings, event, True, clock=old.clock)
    assert await status() == "exempt"
    await forward(old.settings, event, "mail", clock=old.clock)
    await withdraw(old.settings, event, "C. Lund", clock=old.clock)
    assert await status() == "not_compliant"
    with pytest.raises(Refused, match="withdrawn already"):
        await withdraw(old.settings, event, "C. Lund", clock=old.clock)
    with pytest.raises(Refused, match="no paper"):
        await check(old.settings, "nothing", True, clock=old.clock)


async def test_what_cannot_be_entered_is_said(old: Office) -> None:
    await ada(old)
    with pytest.raises(Refused, match="attends none"):
        await leave(old.settings, "okafor", "2020-01-01", "transfer", clock=old.clock)
    with pytest.raises(Refused, match="not one facility"):
        await enroll(old.settings, "okafor", {"facility": "Moon", "first_day": "2026-09-01", "grade": "5"}, old.clock)
    told = {"facility": "Lincoln", "first_day": "2026-09-01", "grade": "13"}
    with pytest.raises(Refused, match="grade: is not written as it must be"):
        await enroll(old.settings, "okafor", told, old.clock)


async def test_retention_lists_every_file(old: Office) -> None:
    """RETENTION-R01: 18th birthday, five years on, what stands against it."""
    await ada(old)
    [row] = await list_retention(old.settings, clock=old.clock)
    assert (row.state, str(row.earliest)) == ("kept", "2038-06-16")
    old.at = datetime(2039, 1, 1, tzinfo=UTC)
    [row] = await list_retention(old.settings, ripe=True, clock=old.clock)
    assert row.state == "held"
    show_retention(Console(file=None, quiet=True), [row])


async def test_reading_is_recorded(old: Office) -> None:
    """RECORDS-R01: every command that reads a child's record writes record.viewed, by the reader or the system."""
    student = await ada(old)
    await show_student(old.settings, "okafor", clock=old.clock)
    await run_replay(old.settings, "okafor", clock=old.clock)
    await list_retention(old.settings, clock=old.clock)
    viewed = [payload for payload in await old.of(RecordViewed) if isinstance(payload, RecordViewed)]
    assert [one.part for payload in viewed for one in payload.viewings] == ["student show", "replay", "retention list"]
    assert {one.student for payload in viewed for one in payload.viewings} == {student}
    with pytest.raises(Refused, match="nobody signs in"):
        await show_student(old.settings, "okafor", "ghost", clock=old.clock)


def test_the_help_says_what_there_is() -> None:
    result = CliRunner().invoke(transfer, ["--help"])
    assert all(word in result.output for word in ("request", "export", "list", "import"))


async def test_a_child_is_enrolled_once_at_one_school(old: Office) -> None:
    """TRANSFER-R14: a second stay beside the first would start its clocks twice; after leaving it may come again."""
    await ada(old)
    again = {"facility": "Lincoln", "first_day": "2026-08-31", "grade": "5"}
    with pytest.raises(Refused, match="attends Lincoln School since 2021-09-07 and has not left"):
        await enroll(old.settings, "okafor", again, old.clock)
    await leave(old.settings, "okafor", "2026-08-28", "transfer", clock=old.clock)
    with pytest.raises(Refused, match="until 2026-08-28"):
        await enroll(old.settings, "okafor", {**again, "first_day": "2026-08-28"}, old.clock)
    with pytest.raises(Refused, match="grade: is not written as it must be"):
        await enroll(old.settings, "okafor", {**again, "grade": "99"}, old.clock)
    await enroll(old.settings, "okafor", again, old.clock)
    [row] = await list_transfers(old.settings, everything=True, clock=old.clock)
    assert row.state == "done"

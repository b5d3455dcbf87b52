"""The 30 days to help move a file, and how they end."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from events.catalog.transfers import TransferCancelled, TransferReceived, TransferRequested, TransferSent
from events.ids import Stream, stream_of
from projections.policy import policy_of
from projections.student import fold
from projections.transfer import Transfer, transfers_of
from tests.projections.given import CHILD, OTHER_SCHOOL, Given, make_id
from tests.projections.test_compliance import district

CASES = Path(__file__).resolve().parents[3] / "shared/data/law/law_deadlines.csv"
STREAM = stream_of("transfer", make_id(60))
HASH = "a" * 64
BASIS = "34 CFR 99.31(a)(2)"


def left(last_day: str = "1989-10-02", **more: Any) -> Given:
    log = Given()
    log.registered()
    log.enrolled("1989-09-05", grade="3")
    log.left(last_day, **more)
    return log


def transfers(log: Given) -> tuple[Transfer, ...]:
    return transfers_of(fold(f for f in log.facts if f.stream.startswith("student/")), log.facts, policy_of([]))


def ask(log: Given, stream: Stream = STREAM, **more: Any) -> None:
    payload = TransferRequested(
        student=CHILD, to="Lincoln School", requested_by="Lincoln School", **({"requested_on": "1989-10-05"} | more)
    )
    log.add(payload, stream=stream)


def send(log: Given, at: str, stream: Stream = STREAM) -> None:
    log.add(
        TransferSent(student=CHILD, bundle_sha256=HASH, to="Lincoln School", sent_at=at, channel="mail", basis=BASIS),
        stream=stream,
    )


def test_leaving_starts_the_clock_request_or_none() -> None:
    """PROJ-R29: day 0 is the transfer, day 30 the last good day."""
    [one] = transfers(left())
    assert one.due_on == date(1989, 11, 1)
    assert [one.state(date(1989, *day)) for day in ((10, 2), (10, 25), (11, 1), (11, 2))] == [
        "open",
        "due_soon",
        "due_soon",
        "overdue",
    ]


def test_the_worked_deadlines_agree() -> None:
    """PROJ-R29"""
    if not CASES.exists():
        pytest.skip("the worked deadlines are not on this machine")
    rows = [row for row in csv.DictReader(CASES.open()) if row["kind"] == "transfer_out_assist_30_days"]
    for row in rows:
        day_0 = row["inputs"].split("transfer_on=")[1].split(";")[0]
        [one] = transfers(left(day_0))
        assert one.due_on.isoformat() == row["expected"]
        assert one.state(date.fromisoformat(row["first_breach"])) == "overdue"


def test_a_day_told_by_the_ending_or_the_asker_is_day_0() -> None:
    assert transfers(left(transfer_on="1989-10-09"))[0].day_0 == date(1989, 10, 9)
    log = left()
    ask(log, transfer_on="1989-10-04")
    assert [one.day_0 for one in transfers(log)] == [date(1989, 10, 4)]


def test_a_file_sent_is_done_and_late_is_said() -> None:
    """PROJ-R30"""
    log = left()
    ask(log)
    send(log, "1989-10-20T15:00:00.000Z")
    [one] = transfers(log)
    assert (one.state(date(1989, 12, 1)), one.done_how, one.was_late) == ("done", "sent to Lincoln School", False)
    assert one.state(date(1989, 10, 19)) == "open"
    late = left()
    send(late, "1989-11-03T15:00:00.000Z")
    assert transfers(late)[0].was_late


def test_the_day_of_sending_is_the_districts_civil_day() -> None:
    log = left()
    send(log, "1989-11-02T04:30:00.000Z")
    student = fold(f for f in log.facts if f.stream.startswith("student/"))
    assert not transfers_of(student, log.facts, district())[0].was_late


def test_a_move_to_our_own_next_school_is_done_when_it_begins() -> None:
    """PROJ-R31: the same help is due inside the district (law, row 89); the file is there already."""
    log = left("1989-12-01", reason="moved_up")
    log.enrolled("1989-12-04", grade="3", facility=OTHER_SCHOOL)
    [one] = transfers(log)
    assert one.done_how == "the next school is ours"


def test_a_graduation_starts_no_clock_but_a_request_does() -> None:
    log = left(reason="graduated")
    assert transfers(log) == ()
    ask(log)
    assert [one.due_on for one in transfers(log)] == [date(1989, 11, 4)]


def test_a_cancelled_transfer_is_done_and_a_file_received_is_none_of_ours() -> None:
    log = left()
    log.at = datetime.fromisoformat("1989-10-06T12:00:00+00:00")
    ask(log)
    log.add(TransferCancelled(student=CHILD, reason="the child stays"), stream=STREAM)
    log.add(
        TransferReceived(
            student=CHILD, bundle_sha256=HASH, from_district="isd-1", origin="x/isd-1/0", checkpoint="c", facts=3
        ),
        stream=stream_of("transfer", make_id(61)),
    )
    [one] = transfers(log)
    assert (one.state(date(1989, 12, 1)), one.done_how) == ("done", "the child stays")


def test_two_moves_take_their_own_papers() -> None:
    log = left()
    send(log, "1989-10-20T15:00:00.000Z")
    log.enrolled("1990-09-04", grade="4")
    log.left("1991-01-15")
    first, second = transfers(log)
    assert first.done_how == "sent to Lincoln School"
    assert second.done_on is None

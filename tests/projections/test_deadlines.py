"""One list of everything that is due about a child."""

from datetime import date

from events.catalog.policy import TransferGrace
from events.catalog.statements import StatementForwarded
from projections.compliance import judge
from projections.deadlines import Deadline, deadlines_of
from projections.policy import Policy
from projections.retention import timeline_of
from projections.student import fold
from projections.transfer import transfers_of
from tests.projections.given import Given
from tests.projections.test_compliance import NO_POLICY, district

DAY = date(2006, 9, 11)


def deadlines(log: Given, policy: Policy = NO_POLICY, on: date = DAY) -> dict[str, Deadline]:
    student = fold(log.facts)
    transfers = transfers_of(student, log.facts, policy)
    found = deadlines_of(student, judge(student, policy, on), transfers, timeline_of(student, policy, on), on)
    return {one.kind: one for one in found}


def test_the_end_of_eighteen_months() -> None:
    """PROJ-R36: each deadline says what it counts from and by which clause."""
    log = Given()
    log.registered("2001-06-15")
    log.enrolled("2006-09-05", kindergarten_term="2006-2007")
    for cvx in ("20", "10", "08", "03"):
        log.told_dose(cvx, "2006-08-01")
    log.told_dose("17", "2002-08-01")
    log.checked(log.paper("in_process", "2006-09-01", standing="physician"))
    one = deadlines(log)["in_process"]
    assert one.due_on == date(2008, 3, 5)
    assert "subd. 2" in one.clause
    assert one.counted_from == "first day attended 2006-09-05"
    assert "POLIO" in one.antigens


def test_grace_transfer_out_and_retention() -> None:
    log = Given()
    log.registered("2001-06-15")
    log.enrolled("2006-09-05", kindergarten_term="2006-2007", transferred_from="school", transferred_on="2006-09-05")
    found = deadlines(log, district(TransferGrace(days=30)))
    assert found["transfer_in"].due_on == date(2006, 10, 5)
    assert found["retention"].due_on == date(2024, 6, 15)
    log.left("2006-09-08")
    assert deadlines(log)["transfer_out"].due_on == date(2006, 10, 8)
    assert deadlines(log, on=date(2006, 10, 9))["transfer_out"].state == "overdue"


def test_a_conscientious_statement_waits_to_be_forwarded() -> None:
    """PROJ-R37: the conscientious one only (A-23), and once forwarded it is off the list."""
    log = Given()
    log.registered("2001-06-15")
    log.checked(log.paper("medical", "2006-09-01"))
    assert "forward" not in deadlines(log)
    paper = log.paper("conscientious", "2006-09-01")
    log.checked(paper)
    assert deadlines(log)["forward"].due_on is None
    log.add(StatementForwarded(event=paper.id, on="2006-09-10", channel="mail"))
    assert "forward" not in deadlines(log)

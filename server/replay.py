"""What a school knew of a child on one day, of another day, under which law: the auditor's question.

    known on D   the log prefix received before D ends in the district's time zone (design, section 9)
    true on T    the record as of T: what had happened by then, judged on T
    both at once, and beside them what had happened by T but was only learned after D (law, 3.3)

The policy is folded from the same prefix, so a later decision cannot reach back. Pure over Records.
"""

from datetime import date

import msgspec

from events.ids import StudentId
from projections.compliance import judge
from projections.deadlines import Deadline, deadlines_of
from projections.retention import timeline_of
from projections.student import Student
from projections.summary import DoseRow, PaperRow, Summary, summary_of
from projections.verdict_words import VerdictRow, verdict_row
from server.records import Records


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """One child as then known. ``learned_later`` are doses and papers of before ``true_on`` not yet known."""

    true_on: str
    known_on: str
    known_size: int
    log_size: int
    known: Summary | None
    """None: nothing was known of the child."""
    otherwise: VerdictRow | None
    """The verdict under another rule set, when one was asked for."""
    later_doses: tuple[DoseRow, ...]
    later_papers: tuple[PaperRow, ...]


def replay(
    then: Records, now: Records, student: StudentId, true_on: date, known_on: date, rule_set: str = ""
) -> Replay:
    """The child in ``then`` (the prefix) beside the child in ``now`` (everything), on the day asked."""
    streams = now.student(student).streams
    past = next((found for one in streams if (found := then.student(one)).facts), None)
    known = summary_on(then, past, true_on) if past is not None else None
    full = summary_on(now, now.student(student), true_on)
    doses = {row.event for row in known.doses} if known else set()
    papers = {row.event for row in known.papers} if known else set()
    return Replay(
        true_on=true_on.isoformat(),
        known_on=known_on.isoformat(),
        known_size=then.size,
        log_size=now.size,
        known=known,
        otherwise=_otherwise(then, past, true_on, rule_set),
        later_doses=tuple(row for row in full.doses if row.event not in doses and row.counts),
        later_papers=tuple(row for row in full.papers if row.event not in papers),
    )


def summary_on(records: Records, student: Student, on: date) -> Summary:
    """A child's whole summary on a civil day, as these records tell it."""
    judgment = judge(student, records.policy, on, cases=records.cases(student))
    names = {facility: name for facility, (name, _) in records.facilities.items()}
    return summary_of(student, judgment, on, open_deadlines(records, student, on), names)


def open_deadlines(records: Records, student: Student, on: date) -> tuple[Deadline, ...]:
    """The deadlines of a child as they stand on a civil day; what had not begun by then is left out."""
    transfers = [one for one in records.transfers(student) if one.day_0 <= on]
    judgment = judge(student, records.policy, on, cases=records.cases(student))
    timeline = timeline_of(student, records.policy, on, open_matters(records, student, on))
    return deadlines_of(student, judgment, transfers, timeline, on)


def open_matters(records: Records, student: Student, on: date) -> list[str]:
    """What stops a destruction beyond placed holds: an open case, a file still to be moved."""
    matters = [
        f"a file still to move, due {one.due_on}" for one in records.transfers(student) if one.state(on) != "done"
    ]
    return matters + records.open_cases(student)


def _otherwise(then: Records, past: Student | None, on: date, rule_set: str) -> VerdictRow | None:
    if past is None or not rule_set:
        return None
    return verdict_row(judge(past, then.policy, on, rule_set, then.cases(past)))

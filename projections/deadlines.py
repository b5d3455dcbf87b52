"""Every statutory day of one child, in one list: what is due, by when, counted from what, by which clause.

    in_process     end of the 18 months for the primary schedule       121A.15 subd. 2
    transfer_in    last day of the grace while papers follow           121A.15 subd. 5
    short_stay     last of five days in child care                     121A.15 subd. 5
    transfer_out   day 30: help the file move to the next school       121A.15 subd. 7
    forward        a conscientious statement to the commissioner       121A.15 subd. 3(d); no day in the text
    vaers          report a reaction, or decide that none is needed   42 U.S.C. 300aa-25(b); no day in the text
    retention      last day the file must be kept                      121A.15 subd. 7

Deadlines are read off the verdict and the folds: nothing here counts days a second way.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from projections.compliance import Judgment
from projections.reactions import reactions_of
from projections.retention import Timeline
from projections.student import Student
from projections.transfer import Transfer

Kind = Literal["in_process", "transfer_in", "short_stay", "transfer_out", "forward", "vaers", "retention"]
State = Literal["open", "overdue", "done"]


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """One day to meet. ``due_on`` is the last good day; None where the text names none (do it now)."""

    kind: Kind
    due_on: date | None
    counted_from: str
    clause: str
    says: str
    state: State
    antigens: tuple[str, ...] = ()

    def days_left(self, on: date) -> int | None:
        """Days from a civil day to the last good one; negative when it is past."""
        return (self.due_on - on).days if self.due_on is not None else None


def deadlines_of(
    student: Student, judgment: Judgment, transfers: Iterable[Transfer], timeline: Timeline, on: date
) -> tuple[Deadline, ...]:
    """All deadlines of a child as they stand on a civil day, open ones first, the nearest in front."""
    found = [
        *_from_verdict(judgment),
        *(_transfer_out(one, on) for one in transfers),
        *_to_forward(student, on),
        *_to_report(student, on),
        *_retention(timeline, on),
    ]
    return tuple(sorted(found, key=lambda one: (one.state == "done", one.due_on or date.min, one.kind)))


def _from_verdict(judgment: Judgment) -> list[Deadline]:
    verdict, clauses = judgment.verdict, judgment.rule_set.rules.clauses
    found = []
    by_day: dict[str, list[str]] = {}
    for antigen in verdict.antigens:
        if antigen.outcome == "in_process" and antigen.cure_by:
            by_day.setdefault(antigen.cure_by, []).append(antigen.antigen)
    for day, antigens in by_day.items():
        clause = next(one.clause for one in verdict.antigens if one.cure_by == day and one.antigen == antigens[0])
        start = judgment.record.clock_from or judgment.record.enrolled_on
        found.append(
            Deadline(
                kind="in_process",
                due_on=date.fromisoformat(day),
                counted_from=f"first day attended {start}",
                clause=clauses[clause].cite if clause in clauses else clause,
                says=f"a statement that the primary schedule is complete for {', '.join(antigens)}",
                state="open",
                antigens=tuple(antigens),
            )
        )
    if verdict.overall in ("transfer_grace", "short_stay_exempt") and verdict.last_day:
        is_stay = verdict.overall == "short_stay_exempt"
        moved = judgment.record.transfer.moved_on if judgment.record.transfer else ""
        found.append(
            Deadline(
                kind="short_stay" if is_stay else "transfer_in",
                due_on=date.fromisoformat(verdict.last_day),
                counted_from=f"first day {judgment.record.enrolled_on}" if is_stay else f"transfer on {moved}",
                clause=clauses[verdict.clause].cite if verdict.clause in clauses else verdict.clause,
                says="the stay may last five days" if is_stay else "records or an exemption from the family",
                state="open",
            )
        )
    return found


def _transfer_out(transfer: Transfer, on: date) -> Deadline:
    state = transfer.state(on)
    return Deadline(
        kind="transfer_out",
        due_on=transfer.due_on,
        counted_from=f"transfer on {transfer.day_0}",
        clause="Minn. Stat. 121A.15, subd. 7",
        says=f"help move the file to {transfer.to or 'the next school'}",
        state="done" if state == "done" else "overdue" if state == "overdue" else "open",
    )


def _to_forward(student: Student, on: date) -> list[Deadline]:
    return [
        Deadline(
            kind="forward",
            due_on=None,
            counted_from=f"accepted statement received {line.paper.received_on}",
            clause="Minn. Stat. 121A.15, subd. 3(d)",
            says="send the conscientious statement to the commissioner of health",
            state="open",
        )
        for line in student.papers
        if line.paper.kind == "conscientious"
        and line.state == "accepted"
        and line.forwarded is None
        and line.paper.filed_here
        and line.paper.received_on <= on.isoformat()
    ]


def _to_report(student: Student, on: date) -> list[Deadline]:
    return [
        Deadline(
            kind="vaers",
            due_on=None,
            counted_from=f"reaction of {one.told.began_at[:10]}",
            clause="42 U.S.C. 300aa-25(b)",
            says="report the reaction to VAERS and write down its number, or decide that none is needed",
            state="open" if one.is_owed else "done",
        )
        for one in reactions_of(student.shelf)
        if one.told.began_at[:10] <= on.isoformat() and (one.is_owed or one.vaers is not None)
    ]


def _retention(timeline: Timeline, on: date) -> list[Deadline]:
    if timeline.last_day_kept is None:
        return []
    return [
        Deadline(
            kind="retention",
            due_on=timeline.last_day_kept,
            counted_from=f"18th birthday {timeline.majority_on}",
            clause="Minn. Stat. 121A.15, subd. 7",
            says="the last day the file must be kept",
            state="done" if on > timeline.last_day_kept else "open",
        )
    ]

"""Is this child in compliance on this day, why, and until when does the answer hold?

    Student + Policy  --lawful.record_of-->  law.Record  --evaluate-->  Verdict  =  Judgment

``holds_until`` is the first day on which the answer may change with no new event: the evaluator's own
(a birthday, day 30, the end of 18 months) or a day our facts are dated to (a grade or an enrollment that
begins, a paper received later). So lists need no nightly sweep: a row is stale from that day and no earlier.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from events.errors import Refused
from projections.fold import Fact
from projections.law import record as law
from projections.law.evaluate import evaluate
from projections.law.library import rule_set_for, rule_set_named, rule_sets
from projections.law.ruleset import Loaded, NoVerifiedVersion
from projections.law.verdict import Verdict
from projections.lawful import protected_statuses, record_of
from projections.policy import Policy
from projections.student import Student


class Judgment(msgspec.Struct, frozen=True):
    """A verdict with what it rests on. ``uncovered`` says, in words, that no rule set covers the day; else empty."""

    record: law.Record
    verdict: Verdict
    rule_set: Loaded
    holds_until: date | None
    """The first day on which this may change with no new event; None: never."""
    uncovered: str = ""


def judge(student: Student, policy: Policy, as_of: date, rule_set: str = "", cases: Iterable[Fact] = ()) -> Judgment:
    """The law's answer about a child on a day, under the version in force or a named one.

    ``cases`` are facts of the child's case streams (protected status), where the caller may see them.
    A day no rule set covers is judged under its neighbour and says so. Raises Refused for an unknown name.
    """
    version, uncovered = choose_rule_set(as_of, rule_set)
    record = record_of(student, policy, as_of, protected_statuses(cases, student.streams))
    verdict = evaluate(record, version, as_of)
    days = [date.fromisoformat(verdict.holds_until)] if verdict.holds_until else []
    holds_until = min((*days, *_days_to_come(student, as_of), *_change_of_law(version, rule_set, as_of)), default=None)
    return Judgment(record, verdict, version, holds_until, uncovered)


def verdict_of(student: Student, policy: Policy, as_of: date, rule_set: str = "") -> Verdict:
    """The verdict alone; see ``judge``."""
    return judge(student, policy, as_of, rule_set).verdict


def choose_rule_set(as_of: date, name: str = "") -> tuple[Loaded, str]:
    """The rule set to judge by, and what to say when none covers the day."""
    if name:
        named = rule_set_named(name)
        if named is None:
            known = ", ".join(one.rules.id for one in rule_sets())
            raise Refused("unknown-rule-set", f"there is no rule set {name!r}: choose one of {known}")
        return named, ""
    found = rule_set_for(as_of)
    if not isinstance(found, NoVerifiedVersion):
        return found, ""
    neighbour = rule_set_named(found.before or found.after)
    if neighbour is None:
        raise Refused("no-rule-set", str(found))
    return neighbour, str(found)


def _days_to_come(student: Student, as_of: date) -> list[date]:
    """Days after this one on which the child's own facts, already recorded, say something else."""
    days = [line.paper.received_on for line in student.papers]
    for line in student.attendance.lines:
        days += [grade.from_day for grade in line.grades]
        if line.ended is not None:
            days.append((date.fromisoformat(line.ended.last_day) + timedelta(days=1)).isoformat())
    return [date.fromisoformat(day) for day in days if day > as_of.isoformat()]


def _change_of_law(version: Loaded, named: str, as_of: date) -> list[date]:
    """The day another version of the law takes over, when the version was chosen by date."""
    if named:
        return []
    edges = [date.fromisoformat(one.rules.effective_from) for one in rule_sets()]
    if version.rules.effective_to:
        edges.append(date.fromisoformat(version.rules.effective_to) + timedelta(days=1))
    return [edge for edge in edges if edge > as_of]

"""Facts: one record under one plan, every date an ordinal, nothing yet decided by today's date.

What a record says is read once, whatever day is then asked about. A fact that cannot be (a dose before birth, a
date that is no date) is left out here and noted in `notes`; it never raises. A birth date without its day is given
as one of its two ends: `evaluate` judges both.
"""

from __future__ import annotations

from copy import copy

from projections.law.calendar import working_day
from projections.law.doses import read_doses
from projections.law.entries import Cover, Entry, Note
from projections.law.form import RuleSet
from projections.law.intervals import add_months, read_day
from projections.law.papers import read_exemption, read_orders, read_papers
from projections.law.plan import Plan
from projections.law.plan_parts import NEVER
from projections.law.record import Record
from projections.law.verdict import Finding


class Facts:
    """What `judge` reads. Ordinals; NEVER where there is no date."""

    def __init__(self, plan: Plan, record: Record, born: int, exact_birth: bool, horizon: int = NEVER) -> None:
        rules = plan.rules
        self.plan, self.record, self.born = plan, record, born
        self.notes: list[Note] = []
        self.edges: list[int] = []
        self.flags: set[str] = {"suspension_reach"} if record.suspensions else set()
        if record.born_on.endswith("-02-29"):
            self.flags.add("leap_birthday")
        self.marks = plan.marks(born)
        self.group = _group_of(rules, record.facility, record.grade)
        self.professional = record.statement_source in rules.in_process.statements
        self.source, self.sex = record.statement_source, record.sex
        self.enrolled = self._day(record.enrolled_on, "enrolled_on_impossible")
        self.asks = plan.bands_for(self.group, record.grade)
        self._read_clock(plan, record)
        self._read_subject(plan, record)
        self._read_transfer(plan, record)
        self.latest_dose = 0  # the last day of a dose that has one; set by `read_doses`
        self.antigens = read_doses(self, plan, record, horizon if exact_birth else 0)
        self.protected: list[tuple[int, int]] = []
        self.covers: dict[int, list[Cover]] = {}
        self.papers: dict[int, list[Cover]] = {}
        self.suspended: dict[int, list[tuple[int, int]]] = {}
        for exemption in record.exemptions:
            read_exemption(self, plan, exemption)
        if record.papers:
            read_papers(self, plan, record)
        if record.suspensions or record.protected or record.planned:
            read_orders(self, plan, record)

    def moving(self, day: int) -> bool:
        """Whether the record holds anything but doses whose effect comes or goes after a day."""
        return (
            bool(self.flags)
            or self.latest_dose > day
            or day < self.enrolled < NEVER
            or day < self.clock_start < NEVER
            or self.stay_last >= day
            or (self.grace_from < NEVER and self.grace_last + 2 > day)
            or any(day < edge < NEVER for edge in self.edges)
        )

    def under(self, plan: Plan) -> Facts:
        """The same facts for a plan that differs in nothing that facts are read by (`Plan.reads`)."""
        turned = copy(self)
        turned.plan, turned.asks = plan, plan.bands_for(self.group, self.record.grade)
        return turned

    def _day(self, text: str, code: str) -> int:
        """A full date of the record on or after birth; NEVER when empty or impossible (with a note)."""
        if not text:
            return NEVER
        day = read_day(text)
        if day is None or day < self.born:
            self.note(Finding(code, on=text))
            return NEVER
        return day

    def note(self, finding: Finding, since: int = 0, until: int = NEVER) -> None:
        """Add a finding for some days; its ends are days on which the verdict changes."""
        self.notes.append(Note(since, until, finding))
        if since:
            self.edges.append(since)
        if until < NEVER:
            self.edges.append(until)

    def _read_clock(self, plan: Plan, record: Record) -> None:
        written = record.transfer.first_mn_enrollment if record.transfer is not None else ""
        first = self._day(written, "first_enrollment_impossible")
        if self.enrolled < first < NEVER:  # a first enrollment later than this one was not the first
            self.note(Finding("first_enrollment_impossible", on=written))
            first = NEVER
        start = self._day(record.clock_from, "clock_impossible")
        if start == NEVER:
            start = first
        if start == NEVER:
            start = self.enrolled
        self.clock_moved, self.clock_later = start < self.enrolled < NEVER, self.enrolled < start < NEVER
        if plan.values.get("clock") == "restarts" and self.clock_moved:
            start = self.enrolled
        if plan.values.get("later_requirement") == "from_enrollment" and self.clock_later:
            start = self.enrolled
        self.clock_start = start
        self.clock_last = NEVER
        if start < NEVER:
            self.clock_last = add_months(start, plan.rules.in_process.months)
            self.clock_last -= 1 if plan.values.get("last_day") == "day_before" else 0

    def _read_subject(self, plan: Plan, record: Record) -> None:
        self.not_subject_clause, self.not_subject_until = "", 0
        who = (self.group, record.facility, record.grade, record.resident, record.online_contact)
        for clause, age, extra, born_to in plan.subject_for(who, record.online_classroom, record.excluded_service):
            until = self.marks[age] + extra if age >= 0 else NEVER
            if self.born <= born_to and until > self.not_subject_until:
                self.not_subject_clause, self.not_subject_until = clause, until
        stay = plan.rules.short_stay
        self.stay_last = 0
        if stay is not None and record.short_stay in stay.kinds and self.enrolled < NEVER:
            self.stay_last = self.enrolled + stay.days - 1

    def _read_transfer(self, plan: Plan, record: Record) -> None:
        self.grace_from, self.grace_last, self.grace_unrolled = NEVER, 0, 0
        rule, move = plan.rules.transfer, record.transfer
        if rule is None or move is None or self.group != rule.group or move.moved_from not in rule.moved_from:
            return
        moved = self._day(move.moved_on, "transfer_impossible")
        days = rule.days if rule.kind == "right" else min(move.grace_days or 0, rule.days)
        if moved == NEVER or days <= 0:
            return
        self.grace_from, self.grace_unrolled = moved, moved + days
        rolls = plan.values.get("weekend") == "rolls"
        self.grace_last = working_day(moved + days) if rolls else moved + days

    def schedule_past(self, antigen: int, good: list[Entry], as_of: int, age_day: int) -> bool:
        """Whether the suggested exclusion date for the next dose of the primary schedule is past."""
        due = self.schedule_due(antigen, good, age_day)
        return due is not None and as_of > due

    def schedule_due(self, antigen: int, good: list[Entry], age_day: int) -> int | None:
        """The suggested exclusion date for the next dose, None when none is set for it (A-20).

        Never later than the end of the clock, and for the last dose of the primary schedule never earlier.
        """
        recorded = max(1, sum(1 for entry in good if entry.first <= self.enrolled))
        row = self.plan.schedule_row(antigen, recorded, self.marks, age_day)
        upcoming = len(good) + 1
        if row is None or upcoming >= row.steps[-1].dose:
            return None
        for step in row.steps:
            if step.dose == upcoming:
                due = add_months(good[step.after - 1].first, step.months)
                gap = add_months(good[-1].first, step.gap_months) + step.gap_weeks * 7
                return min(max(due, gap), self.clock_last)
        return None


def _group_of(rules: RuleSet, facility: str, grade: str) -> str:
    """The facility group whose bands decide: by grade where the rule set says so, else by facility."""
    return rules.group_of_grade.get(grade) or rules.facilities.get(facility, "")

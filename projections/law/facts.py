"""Facts: one record under one plan, every date an ordinal, nothing yet decided by today's date.

What a record says is read once, whatever day is then asked about. A fact that cannot be (a dose before birth, a
date that is no date) is left out here and noted in `notes`; it never raises. A birth date without its day is given
as one of its two ends: `evaluate` judges both.
"""

from __future__ import annotations

from typing import NamedTuple

from projections.law.calendar import working_day
from projections.law.codes import CODES
from projections.law.intervals import add_months, read_day, read_span
from projections.law.plan import NEVER, Plan, applies, exemption_rule
from projections.law.record import Dose, Exemption, Record
from projections.law.validity import Given, invalid_doses
from projections.law.verdict import Finding, NotCounted

GOOD, MAYBE, DEFECT, BAD = 0, 1, 2, 3
"""A dose counts; may count (its date straddles a limit); lacks the date the law asks; does not count."""


STANDARDS = "standards_"
"""Begins the reason of a dose set aside by the schedule, not by the rule set's own text."""


class Entry(NamedTuple):
    """One dose as it bears on one antigen."""

    first: int
    last: int
    kind: int
    dose: int
    cvx: str
    reason: str


class Cover(NamedTuple):
    """A statement's effect on one antigen from `since` to before `until`: an exemption's outcome, or `review`."""

    since: int
    until: int
    outcome: str
    clause: str
    flag: str


class Note(NamedTuple):
    """A finding that shows from `since` to before `until`."""

    since: int
    until: int
    finding: Finding


class AntigenFacts:
    """The doses and papers that bear on one antigen; `counted` and `not_counted` hold once every dose is past."""

    def __init__(self, entries: list[Entry]) -> None:
        self.good = [entry for entry in entries if entry.kind == GOOD]
        self.maybe = [entry for entry in entries if entry.kind == MAYBE]
        self.defect = [entry for entry in entries if entry.kind == DEFECT]
        self.bad = [entry for entry in entries if entry.kind == BAD]
        self.aside = [entry for entry in self.bad if entry.reason.startswith(STANDARDS)]
        self.counted = tuple([entry.dose for entry in self.good])
        rest = self.maybe + self.defect + self.bad
        self.not_counted = tuple(NotCounted(entry.dose, entry.reason) for entry in rest) if rest else ()

    def every(self) -> list[Entry]:
        """Every dose that bears on the antigen, counted or not."""
        return self.good + self.maybe + self.defect + self.bad


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
        self.group = applies(rules, record.facility, record.grade)
        self.professional = record.statement_source in rules.in_process.statements
        self.source, self.sex = record.statement_source, record.sex
        self.enrolled = self._day(record.enrolled_on, "enrolled_on_impossible")
        self.bands = plan.bands_for(self.group, record.grade)
        self._read_clock(plan, record)
        self._read_subject(plan, record)
        self._read_transfer(plan, record)
        self.antigens = self._read_doses(plan, record, horizon if exact_birth else 0)
        self.covers: dict[int, list[Cover]] = {}
        self.papers: dict[int, list[Cover]] = {}
        self.suspended: dict[int, list[tuple[int, int]]] = {}
        for exemption in record.exemptions:
            self._read_exemption(plan, exemption)
        self._read_papers(plan, record)
        self._read_others(plan, record)

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
        first = record.transfer.first_mn_enrollment if record.transfer is not None else ""
        start = self._day(record.clock_from, "clock_impossible")
        if start == NEVER:
            start = self._day(first, "first_enrollment_impossible")
        if start == NEVER:
            start = self.enrolled
        self.clock_moved = start < self.enrolled < NEVER
        if plan.values.get("clock") == "restarts" and self.clock_moved:
            start = self.enrolled
        self.clock_last = NEVER
        if start < NEVER:
            self.clock_last = add_months(start, plan.rules.in_process.months)
            self.clock_last -= 1 if plan.values.get("last_day") == "day_before" else 0

    def _read_subject(self, plan: Plan, record: Record) -> None:
        self.not_subject_clause, self.not_subject_until = "", 0
        for subject, age in zip(plan.rules.subject, plan.subject_ages, strict=True):
            asked = (
                (subject.group, self.group),
                (subject.resident, record.resident),
                (subject.online_contact, record.online_contact),
                (subject.online_classroom, record.online_classroom),
                (subject.excluded_service, record.excluded_service),
            )
            if any(want not in ("", None, have) for want, have in asked):
                continue
            if (subject.facilities and record.facility not in subject.facilities) or (
                subject.grades and record.grade not in subject.grades
            ):
                continue
            if subject.born_to and self.born > (read_day(subject.born_to) or 0):
                continue
            until = NEVER
            if age >= 0:
                until = self.marks[age] + (1 if plan.values.get(subject.age_to_reading) == "over" else 0)
            if until > self.not_subject_until:
                self.not_subject_clause, self.not_subject_until = subject.clause, until
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

    def _read_doses(self, plan: Plan, record: Record, horizon: int) -> list[AntigenFacts]:
        entries: list[list[Entry]] = [[] for _ in plan.antigens]
        invalid = self._invalid_doses(plan, record, horizon)
        self.latest_dose = 0
        for index, dose in enumerate(record.doses):
            touched = plan.codes.get(dose.code)
            if touched is None:
                touched = self._understand(plan, index, dose)
            if not touched:
                continue
            span = read_span(dose.given_on)
            if span is None and dose.given_on:
                self.note(Finding("dose_date_impossible", dose=index, on=dose.given_on))
                continue
            first, last, precision = span or (self.born, NEVER, "none")
            if last < self.born:
                self.note(Finding("dose_before_birth", dose=index, on=dose.given_on))
                continue
            first = max(first, self.born)
            if last < NEVER and last > self.latest_dose:
                self.latest_dose = last
            defective = self._lacks_date(plan, first, last, precision)
            cvx = CODES.cvx(dose.code) or dose.code
            for antigen in touched:
                kind, reason = GOOD, ""
                limit = plan.limits[antigen]
                mark = self.marks[limit] - plan.grace if limit >= 0 else 0
                if last < mark:
                    kind, reason = BAD, "before_minimum_age"
                elif plan.counted_standards and (antigen, index) in invalid:
                    kind, reason = BAD, STANDARDS + invalid[(antigen, index)]
                elif defective:
                    kind, reason = DEFECT, defective
                elif mark and plan.grace and first < mark + plan.grace:
                    self.flags.add("grace")
                if kind == GOOD and first < mark:
                    kind, reason = MAYBE, "date_straddles_minimum_age"
                entries[antigen].append(Entry(first, last, kind, index, cvx, reason))
        return [AntigenFacts(_without_doubles(plan, one)) for one in entries]

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

    def _invalid_doses(self, plan: Plan, record: Record, horizon: int) -> dict[tuple[int, int], str]:
        """Doses up to the horizon that the medically acceptable standards do not accept.

        Keyed by antigen index and dose index. Where the rule set does not count them out, each is noted.
        """
        given: list[Given] = []
        for index, dose in enumerate(record.doses):
            span = read_span(dose.given_on)
            if span is not None and span.first == span.last and self.born <= span.first <= horizon:
                given.append(Given(span.first, CODES.cvx(dose.code) or dose.code, index))
        found = invalid_doses(plan.standards, self.born, given, plan.antigens)
        if not plan.counted_standards:
            for (antigen, index), reason in found.items():
                day = read_day(record.doses[index].given_on) or 0
                self.note(Finding("dose_invalid_by_standards", plan.antigens[antigen], index, detail=reason), day)
        return found

    def _understand(self, plan: Plan, index: int, dose: Dose) -> tuple[int, ...]:
        antigens = CODES.antigens_of(dose.code)
        if antigens is None:
            self.note(Finding("code_not_understood", dose=index, detail=dose.code))
            return ()
        return tuple(plan.index[a] for a in antigens if a in plan.index)

    def _lacks_date(self, plan: Plan, first: int, last: int, precision: str) -> str:
        """Why the date is not exact enough for this rule set: empty when it is."""
        if precision == "day":
            return ""
        if precision != "month":
            return "date_missing" if precision == "none" else "month_missing"
        if plan.day_if_enrolled_after < NEVER:
            if self.enrolled > plan.day_if_enrolled_after:
                return "" if plan.lenient_limit else "day_missing"
            self.flags.add(plan.rules.dates.enrolled_reading)
            return "day_missing" if plan.day_for_everyone else ""
        if last > plan.day_if_given_after and not (plan.lenient_limit and first <= plan.day_if_given_after):
            return "day_missing"
        return ""

    def _read_exemption(self, plan: Plan, paper: Exemption) -> None:
        dates = [read_day(text) for text in (paper.signed_on, paper.received_on) if text]
        if None in dates:
            self.note(Finding("exemption_date_impossible", on=paper.signed_on or paper.received_on))
        since = max((day for day in dates if day is not None), default=0)
        signed = read_day(paper.signed_on) or since
        withdrawn = read_day(paper.withdrawn_on) or NEVER
        accepted, rejected = read_day(paper.accepted_on), read_day(paper.rejected_on)
        if accepted is not None and rejected is not None and rejected >= accepted:
            withdrawn, rejected = min(withdrawn, rejected), None
        named = CODES.named_on_statement(paper.antigens)
        if paper.antigens and not named:
            self.note(Finding("exemption_names_unknown", detail="+".join(paper.antigens)), since)
        blank = not paper.antigens
        covered = [i for i, antigen in enumerate(plan.antigens) if blank or antigen in named]
        until = withdrawn if accepted is not None else min(withdrawn, rejected or NEVER)
        if since >= until:
            return
        self.edges += [since] if since else []
        self.edges += [until] if until < NEVER else []
        honoured = False
        for antigen in covered:
            outcome, clause, flag = "review", "", "unchecked"
            if accepted is not None:
                rule, blocked = exemption_rule(
                    plan,
                    paper.kind,
                    paper.signer,
                    paper.notarized,
                    plan.antigens[antigen],
                    self.group,
                    signed,
                    self.marks,
                )
                if rule is None and blocked:
                    self.flags.add(blocked)
                if rule is None or not paper.signed or (blank and plan.values.get("blank_statement") == "nothing"):
                    continue
                outcome, clause, flag = rule.outcome, rule.clause, rule.reading
                if blank:
                    outcome, flag = "review", "blank_statement"
            honoured = True
            self.covers.setdefault(antigen, []).append(Cover(since, until, outcome, clause, flag))
        if covered and not honoured:
            self.note(Finding("statement_not_lawful", detail=paper.kind, on=paper.signed_on), since, until)

    def _read_papers(self, plan: Plan, record: Record) -> None:
        for paper in record.papers:
            since, until = read_day(paper.received_on) or 0, read_day(paper.checked_on) or NEVER
            if since >= until:
                continue
            self.edges += [since] if since else []
            self.edges += [until] if until < NEVER else []
            named = CODES.named_on_statement(paper.antigens or ("ALL",))
            for antigen in (plan.index[a] for a in plan.antigens if a in named):
                self.papers.setdefault(antigen, []).append(Cover(since, until, "review", "", "unchecked"))

    def _read_others(self, plan: Plan, record: Record) -> None:
        limit = plan.rules.suspensions
        reached = not limit.statements or self.source in limit.statements
        reached = reached or plan.values.get(limit.reading) == "all"
        for order in record.suspensions:
            since = read_day(order.since)
            if since is None:
                self.note(Finding("suspension_date_impossible", on=order.since))
                continue
            last = read_day(order.until) or NEVER - 1
            if limit.months:
                last = min(last, add_months(since, limit.months) - 1)
            self.edges += [since, last + 1]
            named = CODES.named_on_statement(order.antigens or ("ALL",))
            for antigen in (plan.index[a] for a in plan.antigens if reached and a in named):
                self.suspended.setdefault(antigen, []).append((since, last))
        self.protected: list[tuple[int, int]] = []
        kinds = plan.rules.protection.kinds if plan.rules.protection is not None else ()
        for status in (one for one in record.protected if one.kind in kinds):
            since, last = read_day(status.since) or 0, read_day(status.until) or NEVER - 1
            self.protected.append((since, last))
            self.edges += [since, last + 1]
        for planned in record.planned:
            day = read_day(planned.planned_on)
            if day is None:
                self.note(Finding("planned_date_impossible", on=planned.planned_on))
                continue
            named = CODES.named_on_statement(planned.antigens)
            for name in (one for one in plan.antigens if one in named):
                given = [e for e in self.antigens[plan.index[name]].good if e.first >= day - 30]
                if not given:
                    self.note(Finding("planned_dose_missed", antigen=name, on=planned.planned_on), day + 1)


def _without_doubles(plan: Plan, entries: list[Entry]) -> list[Entry]:
    """In order of date, a second record of one day set aside; what may be a double becomes `MAYBE`."""
    if len(entries) > 1:
        entries.sort()
        for i in range(1, len(entries)):
            entry, before = entries[i], entries[i - 1]
            if entry.first != before.first or entry.last != before.last or BAD in (entry.kind, before.kind):
                continue
            if entry.first == entry.last:
                entries[i] = entry._replace(kind=BAD, reason="same_day")
            elif entry.kind == GOOD:
                entries[i] = entry._replace(kind=MAYBE, reason="perhaps_the_same_dose")
    if plan.values.get("partial_date") == "not_counted":
        entries = [entry._replace(kind=BAD) if entry.kind == MAYBE else entry for entry in entries]
    return entries

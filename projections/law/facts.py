"""Facts: one record under one plan, every date an ordinal, nothing yet decided by today's date.

What a record says is read once, whatever day is then asked about. A fact that cannot be (a dose before birth, a
date that is no date) is left out here and noted in `notes`; it never raises. A birth date without its day is given
as one of its two ends: `evaluate` judges both.
"""

from __future__ import annotations

from copy import copy
from itertools import pairwise
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from projections.law.calendar import working_day
from projections.law.codes import CODES
from projections.law.intervals import add_months, read_day, read_span
from projections.law.plain import LIVE_GAP, Row, plain_course
from projections.law.plan import NEVER, Plan, applies, exemption_rule
from projections.law.record import Dose, Exemption, Record
from projections.law.validity import Given, invalid_doses
from projections.law.verdict import Finding, NotCounted

GOOD, MAYBE, DEFECT, BAD = 0, 1, 2, 3
"""A dose counts; may count (its date straddles a limit); lacks the date the law asks; does not count."""


STANDARDS = "standards_"
"""Begins the reason of a dose set aside by the schedule, not by the rule set's own text."""


class Entry(msgspec.Struct, frozen=True, order=True, gc=False):
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


NONE: list[Entry] = []


class AntigenFacts:
    """The doses that bear on one antigen; `counted` and `not_counted` hold once every dose is past."""

    __slots__ = ("aside", "bad", "counted", "defect", "good", "maybe", "not_counted", "plain")

    def __init__(self, entries: list[Entry], plain: bool) -> None:
        self.plain = plain
        if plain:
            self.good = entries
            self.maybe = self.defect = self.bad = self.aside = NONE
            self.not_counted: tuple[NotCounted, ...] = ()
        else:
            self.good = [entry for entry in entries if entry.kind == GOOD]
            self.maybe = [entry for entry in entries if entry.kind == MAYBE]
            self.defect = [entry for entry in entries if entry.kind == DEFECT]
            self.bad = [entry for entry in entries if entry.kind == BAD]
            self.aside = [entry for entry in self.bad if entry.reason.startswith(STANDARDS)]
            rest = self.maybe + self.defect + self.bad
            self.not_counted = tuple([NotCounted(entry.dose, entry.reason) for entry in rest])
        self.counted = tuple([entry.dose for entry in self.good])

    def every(self) -> list[Entry]:
        """Every dose that bears on the antigen, counted or not."""
        return self.good + self.maybe + self.defect + self.bad


EMPTY = AntigenFacts(NONE, True)


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
        self.safe_from = [self.marks[limit] if limit >= 0 else 0 for limit in plan.limits]
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

    @property
    def moving(self) -> bool:
        """Whether the record holds anything but doses whose effect comes or goes with the days."""
        return bool(
            self.edges or self.flags or self.notes or self.protected or self.grace_from < NEVER or self.stay_last
        )

    def under(self, plan: Plan) -> Facts:
        """The same facts for a plan that differs in nothing that facts are read by (`Plan.reads`)."""
        turned = copy(self)
        turned.plan, turned.bands = plan, plan.bands_for(self.group, self.record.grade)
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

    def _read_doses(self, plan: Plan, record: Record, horizon: int) -> list[AntigenFacts]:
        entries: list[list[Entry]] = [[] for _ in plan.antigens]
        uneven: set[int] = set()
        live: list[int] = []
        odd = False
        born, latest, noted, codes, safe = self.born, 0, len(self.notes), plan.codes, self.safe_from
        for index, dose in enumerate(record.doses):
            code = codes.get(dose.code)
            if code is None:
                self._note_code(index, dose)
                continue
            touched, cvx, limited, is_live, is_odd = code
            odd = odd or is_odd
            span = read_span(dose.given_on)
            if not touched:
                if is_live and span is not None and span.precision == "day":
                    live.append(span.first)
                continue
            if span is None and dose.given_on:
                self.note(Finding("dose_date_impossible", dose=index, on=dose.given_on))
                continue
            first, last, precision = span or (born, NEVER, "none")
            if last < born:
                self.note(Finding("dose_before_birth", dose=index, on=dose.given_on))
                continue
            if first < born:
                first = born
            if latest < last < NEVER:
                latest = last
            plain = Entry(first, last, GOOD, index, cvx, "")
            whole = precision == "day"
            if is_live and whole:
                live.append(first)
            if whole and not limited:
                for antigen in touched:
                    entries[antigen].append(plain)
                continue
            defective = "" if whole else self._lacks_date(plan, first, last, precision)
            for antigen in touched:
                entry = plain
                if defective or first < safe[antigen]:
                    entry = self._weigh(plan, antigen, plain, defective)
                    uneven.add(antigen)
                elif not whole:
                    uneven.add(antigen)
                entries[antigen].append(entry)
        self.latest_dose = latest
        if not horizon:
            return [
                _antigen_facts(plan, one, antigen in uneven) if one else EMPTY for antigen, one in enumerate(entries)
            ]
        made, suspects = self._by_the_book(plan, entries, uneven)
        if odd or latest > horizon or _close(live):
            suspects = [antigen for antigen, one in enumerate(entries) if one]
        if suspects:
            standing, self.notes = self.notes, self.notes[:noted]
            self._apply_standards(plan, record, horizon, entries, uneven, suspects)
            self.notes += standing[noted:]
            for antigen in suspects:
                made[antigen] = _antigen_facts(plan, entries[antigen], antigen in uneven)
        return made

    def _by_the_book(
        self, plan: Plan, entries: list[list[Entry]], uneven: set[int]
    ) -> tuple[list[AntigenFacts], list[int]]:
        """The antigens whose doses keep the plain course, made at once; the others are left to be looked at."""
        made: list[AntigenFacts] = []
        suspects: list[int] = []
        before: list[Entry] = NONE
        rows_before: tuple[Row, ...] | None = None
        facts_before: AntigenFacts | None = None
        for antigen, rows in enumerate(plan.plain_rows):
            own = entries[antigen]
            if not own:
                made.append(EMPTY)
                continue
            found = None
            if antigen not in uneven and rows is not None:
                if rows is rows_before and own == before:  # one vaccine against several diseases
                    found = facts_before
                else:
                    own.sort()
                    if plain_course(rows, self.born, own):
                        found = AntigenFacts(own, True)
                    before, rows_before, facts_before = own, rows, found
            made.append(found or EMPTY)
            if found is None:
                suspects.append(antigen)
        return made, suspects

    def _weigh(self, plan: Plan, antigen: int, entry: Entry, defective: str) -> Entry:
        """The dose held against the minimum age the rule set states, and against its want of a date."""
        limit = plan.limits[antigen]
        mark = self.marks[limit] - plan.grace if limit >= 0 else 0
        if entry.last < mark:
            return replace(entry, kind=BAD, reason="before_minimum_age")
        if defective:
            return replace(entry, kind=DEFECT, reason=defective)
        if entry.first < mark:
            return replace(entry, kind=MAYBE, reason="date_straddles_minimum_age")
        if plan.grace and limit >= 0 and entry.first < mark + plan.grace:
            self.flags.add("grace")
        return entry

    def _apply_standards(
        self,
        plan: Plan,
        record: Record,
        horizon: int,
        entries: list[list[Entry]],
        uneven: set[int],
        suspects: list[int],
    ) -> None:
        """Set aside what the medically acceptable standards do not accept, or note it where that does not count.

        Looked at: the antigens asked of this student, or all where an invalid dose is only noted.
        """
        if plan.counted_standards:
            asked = plan.asked_by(self.bands)
            suspects = [one for one in suspects if one in asked]
        if not suspects:
            return
        given: list[Given] = []
        for index, dose in enumerate(record.doses):
            span = read_span(dose.given_on)
            if span is not None and span.first == span.last and self.born <= span.first <= horizon:
                given.append(Given(span.first, CODES.cvx(dose.code) or dose.code, index))
        found = invalid_doses(plan.standards, self.born, given, [plan.antigens[one] for one in suspects])
        for (which, index), reason in found.items():
            antigen = suspects[which]
            if not plan.counted_standards:
                day = read_day(record.doses[index].given_on) or 0
                self.note(Finding("dose_invalid_by_standards", plan.antigens[antigen], index, detail=reason), day)
                continue
            uneven.add(antigen)
            entries[antigen] = [
                replace(one, kind=BAD, reason=STANDARDS + reason)
                if one.dose == index and one.reason != "before_minimum_age"
                else one
                for one in entries[antigen]
            ]

    def _note_code(self, index: int, dose: Dose) -> None:
        if CODES.antigens_of(dose.code) is None:
            self.note(Finding("code_not_understood", dose=index, detail=dose.code))

    def _lacks_date(self, plan: Plan, first: int, last: int, precision: str) -> str:
        """Why the date is not exact enough for this rule set: empty when it is."""
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


def _close(live: list[int]) -> bool:
    """Whether two live vaccines were given on different days less than a month apart."""
    if len(live) < 2:
        return False
    live.sort()
    return any(0 < later - earlier < LIVE_GAP for earlier, later in pairwise(live))


def _antigen_facts(plan: Plan, entries: list[Entry], uneven: bool) -> AntigenFacts:
    """In order of date, a second record of one day set aside; what may be a double becomes `MAYBE`."""
    if len(entries) > 1:
        entries = sorted(entries)
        for i in range(1, len(entries)):
            entry, before = entries[i], entries[i - 1]
            if entry.first != before.first or entry.last != before.last or BAD in (entry.kind, before.kind):
                continue
            uneven = True
            if entry.first == entry.last:
                entries[i] = replace(entry, kind=BAD, reason="same_day")
            elif entry.kind == GOOD:
                entries[i] = replace(entry, kind=MAYBE, reason="perhaps_the_same_dose")
    if uneven and plan.values.get("partial_date") == "not_counted":
        entries = [replace(entry, kind=BAD) if entry.kind == MAYBE else entry for entry in entries]
    return AntigenFacts(entries, not uneven)

"""`evaluate(record, rule_set, as_of) -> Verdict`: the law's answer for one record on one day.

Pure: no clock, no I/O; the same three arguments give the same bytes, here and in the browser. It never raises for
anything a record may hold.

`holds_until` is exact: every day on which something in the record or the rule set could tip is a candidate (a
birthday, day 30, the end of 18 months, a paper's dates, a dose dated later); candidates are judged in order and
the first that changes the verdict is the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import cast

from msgspec.structs import replace

from projections.law.bands import State, moves_surely, next_move
from projections.law.day import look_at
from projections.law.facts import Facts
from projections.law.intervals import add_months, read_day, read_span, write_day
from projections.law.judge import judge
from projections.law.plan import Plan, plan_for
from projections.law.plan_parts import LAST_DAY, NEVER
from projections.law.record import Record
from projections.law.ruleset import Loaded
from projections.law.verdict import Finding, Overall, ReadingUse, Verdict

NO_FLAGS: frozenset[str] = frozenset()
Answer = tuple[State, tuple[ReadingUse, ...]]


def evaluate(record: Record, rule_set: Loaded, as_of: date) -> Verdict:
    """Judge a record under a rule set on a day."""
    return _Case(record, rule_set, as_of.isoformat()).verdict(as_of.toordinal())


class _Case:
    """One record under one rule set, with the facts read once per plan."""

    def __init__(self, record: Record, rule_set: Loaded, as_of: str) -> None:
        self.record, self.rule_set, self.as_of = record, rule_set, as_of
        self._facts: dict[tuple[int, int], list[Facts]] = {}
        self._latest_dose = 0
        if record.doses and max([dose.given_on for dose in record.doses]) > as_of:  # ISO texts sort as dates do
            days = [span.first for dose in record.doses if (span := read_span(dose.given_on)) is not None]
            self._latest_dose = max(days, default=0)

    def verdict(self, as_of: int) -> Verdict:
        """The verdict with its exact `holds_until`."""
        plan = self._plan(as_of)
        state = self._state(plan, as_of)
        now = _bare(state), self._uses(plan, state, as_of)
        return self._write(now, self._holds_until(plan, as_of, now, set(state.flags)))

    def _holds_until(self, plan: Plan, as_of: int, now: Answer, known: set[str]) -> str | None:
        """The first candidate day whose answer is another. A flag met on the way brings its reading's own days."""
        facts, day = self._read(plan, as_of), as_of
        while not known and not now[1] and not self.record.readings and len(facts) == 1:
            found = next_move(facts[0], now[0], day)
            if found is None:
                break
            if found > LAST_DAY:
                return None
            if moves_surely(facts[0], now[0], day, found):
                return write_day(found)
            state = judge(facts[0], found)
            if _bare(state) != now[0]:
                return write_day(found)
            if state.flags:
                break
            day = found
        days = self._candidates(day, known)
        while days:
            day = days.pop(0)
            plan = self._plan(day)
            state = self._state(plan, day)
            if _bare(state) != now[0]:
                return write_day(day)
            if state.flags or now[1]:
                if self._uses(plan, state, day) != now[1]:
                    return write_day(day)
                if not state.flags <= known:
                    known |= state.flags
                    days = self._candidates(day, known)
        return None

    def _plan(self, as_of: int, extra: tuple[tuple[str, str], ...] = ()) -> Plan:
        if not self.record.readings:
            return plan_for(self.rule_set, extra)
        adopted = tuple(
            (one.name, one.value)
            for one in self.record.readings
            if (read_day(one.since) or 0) <= as_of <= (read_day(one.until) or NEVER)
        )
        return plan_for(self.rule_set, adopted + extra)

    def _read(self, plan: Plan, as_of: int, like: Plan | None = None) -> list[Facts]:
        """The facts under a plan: one, or one for each end of a birth date without its day; none without one.

        A dose dated after the day has no say on the validity of those before it. `like`: another plan, under which
        facts are read the same.
        """
        horizon = as_of if as_of < self._latest_dose else NEVER
        known = self._facts.get((id(plan), horizon))
        if known is None:
            if like is not None:
                known = [facts.under(plan) for facts in self._read(like, as_of)]
            else:
                span = read_span(self.record.born_on)
                ends = [] if span is None else [span.first] if span.first == span.last else [span.first, span.last]
                known = [Facts(plan, self.record, born, len(ends) == 1, horizon) for born in ends]
            self._facts[(id(plan), horizon)] = known
        return known

    def _state(self, plan: Plan, as_of: int, like: Plan | None = None) -> State:
        facts = self._read(plan, as_of, like)
        if len(facts) == 1 and facts[0].born <= as_of:
            return judge(facts[0], as_of)
        if not facts or facts[0].born > as_of:
            return _unborn(plan, self.record)
        return _merge(plan, [judge(one, as_of) for one in facts])

    def _uses(self, plan: Plan, state: State, as_of: int) -> tuple[ReadingUse, ...]:
        """What the other value of each reading flagged would say of the day."""
        if not state.flags:
            return ()
        return tuple([use for name in sorted(state.flags) for use in self._try_other(plan, name, state, as_of)])

    def _try_other(self, plan: Plan, name: str, state: State, as_of: int) -> Iterable[ReadingUse]:
        reading = plan.rules.readings.get(name)
        if reading is None:
            return
        turned = self._turned(plan, as_of, name)
        value, other_value = plan.values[name], turned.values[name]
        other = self._state(turned, as_of, None if name in plan.reads else plan)
        for antigen, mine, theirs in zip(plan.antigens, state.parts, other.parts, strict=True):
            if mine.outcome != theirs.outcome:
                yield ReadingUse(reading.ambiguity, name, value, other_value, antigen, mine.outcome, theirs.outcome)
        if state.overall != other.overall:
            yield ReadingUse(reading.ambiguity, name, value, other_value, "", state.overall, other.overall)

    def _candidates(self, as_of: int, flags: set[str]) -> list[int]:
        """The days after `as_of` to judge: of the plans adopted then and later, and of the readings flagged."""
        changes: list[int] = []
        for reading in self.record.readings:
            changes += (read_day(reading.since) or 0, (read_day(reading.until) or NEVER) + 1)
        days = list(changes)
        for start in [as_of, *changes]:
            plan = self._plan(start)
            for facts in self._read(plan, as_of):
                days += _edges(facts, as_of)
            for name in flags:
                if name in plan.rules.readings:
                    turned = self._turned(plan, start, name)
                    for facts in self._read(turned, as_of, None if name in plan.reads else plan):
                        days += _edges(facts, as_of)
        return sorted({day for day in days if as_of < day <= LAST_DAY})

    def _turned(self, plan: Plan, on: int, name: str) -> Plan:
        """The plan of a day with one reading turned to its other value."""
        reading = plan.rules.readings[name]
        other_value = reading.other if plan.values[name] == reading.value else reading.value
        return self._plan(on, ((name, other_value),))

    def _write(self, answer: Answer, holds_until: str | None) -> Verdict:
        (state, uses), loaded = answer, self.rule_set
        rules = loaded.rules
        return Verdict(
            rules.id,
            rules.revision,
            loaded.sha256,
            rules.verified and not any(finding.code == "rule_set_not_in_force" for finding in state.findings),
            self.as_of,
            cast(Overall, state.overall),
            state.may_attend,
            state.clause,
            state.last_day,
            state.parts,
            state.findings,
            uses,
            holds_until,
        )


def _bare(state: State) -> State:
    """A judgment without its flags, comparable with another's."""
    return state._replace(flags=NO_FLAGS) if state.flags else state


def _edges(facts: Facts, as_of: int) -> list[int]:
    """Every day after `as_of` on which the judgment of these facts could change (and some on which it cannot)."""
    plan, asks, marks = facts.plan, facts.asks, facts.marks
    days = [marks[age] + shift for age, shift in asks.ages]
    days += facts.edges
    days += (plan.effective_from, plan.effective_to + 1)
    days += [band.since for band in asks.bands]
    days += (facts.born, facts.enrolled, facts.clock_start, facts.not_subject_until - 1, facts.not_subject_until)
    days += (facts.not_subject_until + 2, facts.stay_last + 1, facts.grace_from, facts.grace_unrolled + 1)
    days += (facts.grace_last + 1, facts.grace_last + 2)
    last = facts.clock_last
    if facts.professional:
        days += [marks[age] for one in plan.primary for age in (one.age_from, one.age_to)]  # -1 is any other age
        if last >= as_of - 2:
            days += (last - 1, last, last + 1, last + 2)
            days += _schedule_edges(facts)
    if facts.latest_dose > as_of:
        for antigen in facts.antigens:
            days += [day for entry in antigen.every() for day in (entry.first, entry.last)]
    for index, months, age in asks.windows:
        for entry in facts.antigens[index].every():
            for day in (entry.first, entry.last):
                mark = add_months(day, months) if day < NEVER else NEVER
                if mark >= (marks[age] if age >= 0 else 0):
                    days += (mark, mark + 1)
    return days


def _schedule_edges(facts: Facts) -> list[int]:
    """The suggested exclusion dates, by every number of doses and age group they may be counted from."""
    days: list[int] = []
    for index, antigen in enumerate(facts.antigens if facts.plan.schedule else ()):
        for count in range(1, len(antigen.good) + 1):
            for age_day in (facts.enrolled, *facts.marks):
                due = facts.schedule_due(index, antigen.good[:count], min(age_day, NEVER - 1))
                if due is not None:
                    days.append(due + 1)
    return days


def _unborn(plan: Plan, record: Record) -> State:
    """No usable birth date on this day: nothing can be judged, everything is for a person to look at."""
    parts = tuple(look_at(plan, antigen) for antigen in plan.antigens)
    finding = Finding("birth_date_unusable", on=record.born_on)
    return State("review", True, plan.rules.statement_rule, "", parts, (finding,), frozenset())


def _merge(plan: Plan, states: list[State]) -> State:
    """Two judgments, one for each end of the birth date: where they differ a person must look."""
    early, late = states
    parts = tuple(
        one if one.outcome == two.outcome else replace(one, outcome="review", cure="check", cure_by="")
        for one, two in zip(early.parts, late.parts, strict=True)
    )
    findings = (*early.findings, *(f for f in late.findings if f not in early.findings))
    findings = (*findings, Finding("birth_date_partial", detail=plan.rules.id))
    if early.overall == late.overall:
        return early._replace(parts=parts, findings=findings, flags=frozenset())
    return State("review", True, early.clause, "", parts, findings, frozenset())

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

from projections.law.facts import Facts
from projections.law.intervals import add_months, read_day, read_span, write_day
from projections.law.judge import NOT_ASKED, Part, State, judge
from projections.law.plan import NEVER, Plan, plan_for
from projections.law.record import Record
from projections.law.ruleset import Loaded
from projections.law.verdict import AntigenVerdict, Finding, Outcome, Overall, ReadingUse, Verdict

Answer = tuple[State, tuple[ReadingUse, ...]]


def evaluate(record: Record, rule_set: Loaded, as_of: date) -> Verdict:
    """Judge a record under a rule set on a day."""
    return _Case(record, rule_set).verdict(as_of.toordinal())


class _Case:
    """One record under one rule set, with the facts read once per plan."""

    def __init__(self, record: Record, rule_set: Loaded) -> None:
        self.record, self.rule_set = record, rule_set
        self._facts: dict[int, list[Facts]] = {}

    def verdict(self, as_of: int) -> Verdict:
        """The verdict with its exact `holds_until`."""
        now = self._answer(as_of)
        holds_until = None
        for day in self._candidates(as_of):
            if self._answer(day) != now:
                holds_until = write_day(day)
                break
        return self._write(now, as_of, holds_until)

    def _plan(self, as_of: int, extra: tuple[tuple[str, str], ...] = ()) -> Plan:
        adopted = tuple(
            (one.name, one.value)
            for one in self.record.readings
            if (read_day(one.since) or 0) <= as_of <= (read_day(one.until) or NEVER)
        )
        return plan_for(self.rule_set, adopted + extra)

    def _read(self, plan: Plan) -> list[Facts]:
        """The facts under a plan: one, or one for each end of a birth date without its day; none without one."""
        known = self._facts.get(id(plan))
        if known is None:
            span = read_span(self.record.born_on)
            ends = [] if span is None else [span.first] if span.first == span.last else [span.first, span.last]
            known = [Facts(plan, self.record, born, len(ends) == 1) for born in ends]
            self._facts[id(plan)] = known
        return known

    def _state(self, plan: Plan, as_of: int) -> State:
        facts = self._read(plan)
        if len(facts) == 1 and facts[0].born <= as_of:
            return judge(facts[0], as_of)
        if not facts or facts[0].born > as_of:
            return _unborn(plan, self.record)
        return _merge(plan, [judge(one, as_of) for one in facts])

    def _answer(self, as_of: int) -> Answer:
        plan = self._plan(as_of)
        state = self._state(plan, as_of)
        if not state.flags:
            return state, ()
        uses = tuple(use for name in sorted(state.flags) for use in self._try_other(plan, name, state, as_of))
        return state._replace(flags=frozenset()), uses

    def _try_other(self, plan: Plan, name: str, state: State, as_of: int) -> Iterable[ReadingUse]:
        reading = plan.rules.readings.get(name)
        if reading is None:
            return
        value = plan.values[name]
        other_value = reading.other if value == reading.value else reading.value
        other = self._state(self._plan(as_of, ((name, other_value),)), as_of)
        for antigen, mine, theirs in zip(plan.antigens, state.parts, other.parts, strict=True):
            if mine.outcome != theirs.outcome:
                yield ReadingUse(reading.ambiguity, name, value, other_value, antigen, mine.outcome, theirs.outcome)
        if state.overall != other.overall:
            yield ReadingUse(reading.ambiguity, name, value, other_value, "", state.overall, other.overall)

    def _candidates(self, as_of: int) -> list[int]:
        days: set[int] = set()
        for reading in self.record.readings:
            days.add(read_day(reading.since) or 0)
            days.add((read_day(reading.until) or NEVER) + 1)
        plans = {id(plan): plan for plan in (self._plan(day) for day in [as_of, *days])}
        for plan in plans.values():
            for facts in self._read(plan):
                days.update(_edges(facts))
        return sorted(day for day in days if as_of < day < NEVER)

    def _write(self, answer: Answer, as_of: int, holds_until: str | None) -> Verdict:
        (state, uses), loaded = answer, self.rule_set
        rules = loaded.rules
        return Verdict(
            rules.id,
            rules.revision,
            loaded.sha256,
            rules.verified and not any(finding.code == "rule_set_not_in_force" for finding in state.findings),
            write_day(as_of),
            cast(Overall, state.overall),
            state.may_attend,
            state.clause,
            state.last_day,
            tuple(
                AntigenVerdict(
                    antigen,
                    cast(Outcome, part.outcome),
                    part.needed,
                    part.counted,
                    part.not_counted,
                    part.clause,
                    part.cure,
                    part.cure_by,
                )
                for antigen, part in zip(rules.antigens, state.parts, strict=True)
            ),
            state.findings,
            uses,
            holds_until,
        )


def _edges(facts: Facts) -> Iterable[int]:
    """Every day on which the judgment of these facts could change."""
    plan = facts.plan
    yield from facts.marks
    yield from facts.edges
    yield from (facts.born, facts.enrolled, plan.effective_from, plan.effective_to + 1)
    yield from (facts.not_subject_until - 1, facts.not_subject_until, facts.not_subject_until + 2)
    yield from (facts.stay_last + 1, facts.grace_from, facts.grace_unrolled + 1, facts.grace_last + 1)
    yield from (
        facts.grace_last + 2,
        facts.clock_last - 1,
        facts.clock_last,
        facts.clock_last + 1,
        facts.clock_last + 2,
    )
    yield from (band.since for band in facts.bands)
    years = {option.within_months for _, band in plan.bands for need in band.asks if need for option in need.options}
    for index, antigen in enumerate(facts.antigens):
        for entry in antigen.good + antigen.maybe + antigen.defect + antigen.bad:
            yield from (entry.first, entry.last)
            for months in years - {0}:
                for day in (entry.first, min(entry.last, NEVER - 100_000)):
                    if day < NEVER - 100_000:
                        mark = add_months(day, months)
                        yield from (mark, mark + 1)
        if plan.schedule and antigen.good and facts.clock_last < NEVER:
            for count in range(1, len(antigen.good) + 1):
                for age_day in (facts.enrolled, *facts.marks):
                    due = facts.schedule_due(index, antigen.good[:count], min(age_day, NEVER - 1))
                    if due is not None:
                        yield due + 1


def _unborn(plan: Plan, record: Record) -> State:
    """No usable birth date on this day: nothing can be judged, everything is for a person to look at."""
    part = Part("review", 0, (), (), plan.rules.statement_rule, "check", "")
    finding = Finding("birth_date_unusable", on=record.born_on)
    return State("review", True, part.clause, "", (part,) * len(plan.antigens), (finding,), frozenset())


def _merge(plan: Plan, states: list[State]) -> State:
    """Two judgments, one for each end of the birth date: where they differ a person must look."""
    early, late = states
    parts = tuple(
        one if one.outcome == two.outcome else one._replace(outcome="review", cure="check", cure_by="")
        for one, two in zip(early.parts, late.parts, strict=True)
    )
    findings = (*early.findings, *(f for f in late.findings if f not in early.findings))
    findings = (*findings, Finding("birth_date_partial", detail=plan.rules.id))
    if early.overall == late.overall:
        return early._replace(parts=parts, findings=findings, flags=frozenset())
    return State("review", True, early.clause, "", parts, findings, frozenset())


__all__ = ["NOT_ASKED", "evaluate"]

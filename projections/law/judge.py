"""One day's judgment of one student's facts: each antigen's answer (day.py), then overall."""

from __future__ import annotations

from msgspec.structs import replace

from projections.law.bands import State
from projections.law.day import Day, look_at
from projections.law.facts import Facts
from projections.law.intervals import write_day
from projections.law.plan_parts import NEVER
from projections.law.verdict import AntigenVerdict, Finding


def _noted(facts: Facts, as_of: int) -> list[Finding]:
    """What was found in the record and holds on that day, and what lies after the day."""
    plan = facts.plan
    notes = [note.finding for note in facts.notes if note.since <= as_of < note.until] if facts.notes else []
    if facts.latest_dose > as_of:
        for antigen in facts.antigens:
            for entry in antigen.good + antigen.maybe + antigen.defect + antigen.bad:
                late = Finding("dose_after_as_of", dose=entry.dose, on=facts.record.doses[entry.dose].given_on)
                if entry.first > as_of and late not in notes:
                    notes.append(late)
    if as_of < facts.enrolled < NEVER:
        notes.append(Finding("enrolled_after_as_of", on=facts.record.enrolled_on))
    if as_of < facts.clock_start < NEVER and facts.clock_start != facts.enrolled:
        notes.append(Finding("clock_after_as_of", on=write_day(facts.clock_start)))
    if not plan.effective_from <= as_of <= plan.effective_to:
        notes.append(Finding("rule_set_not_in_force", detail=plan.rules.id))
    return notes


def judge(facts: Facts, as_of: int) -> State:
    """The whole judgment of one day."""
    plan = facts.plan
    nothing = plan.not_asked
    notes = _noted(facts, as_of)
    near_two_months = frozenset(("two_months",)) if abs(as_of - facts.not_subject_until) <= 1 else frozenset()
    if as_of < facts.not_subject_until:
        return State("not_subject", True, facts.not_subject_clause, "", nothing, tuple(notes), near_two_months)
    stay = plan.rules.short_stay
    if stay is not None and facts.stay_last and facts.enrolled <= as_of <= facts.stay_last:
        last = write_day(facts.stay_last)
        return State("short_stay_exempt", True, stay.clause, last, nothing, tuple(notes), near_two_months)
    day = Day(facts, as_of)
    if day.band is None:
        notes.append(Finding("no_requirement_known", detail=facts.record.facility))
        unknown = tuple(look_at(plan, antigen) for antigen in plan.antigens)
        return State("review", True, plan.rules.statement_rule, "", unknown, tuple(notes), near_two_months)
    parts = day.parts(day.band)
    if facts.enrolled < as_of:
        day.note_age_at_enrollment(parts)
    if facts.source == "none" and any(part.outcome == "ok" for part in parts):
        notes.append(Finding("no_statement_on_file"))
    if not facts.record.grade and facts.group in plan.graded:
        notes.append(Finding("grade_unknown"))
    return _overall(facts, as_of, day, parts, notes, near_two_months)


_SETTLED = frozenset(("ok", "not_required", "exempt_age"))
_ORDER = (
    ("short", "not_compliant"),
    ("date_defect", "not_compliant"),
    ("review", "review"),
    ("in_process", "in_process"),
    ("primary_ok", "primary_complete"),
    ("exempt_medical", "exempt"),
    ("exempt_conscience", "exempt"),
    ("disease_history", "exempt"),
)


def _overall(
    facts: Facts, as_of: int, day: Day, parts: list[AntigenVerdict], notes: list[Finding], flags: frozenset[str]
) -> State:
    rules, outcomes = facts.plan.rules, [part.outcome for part in parts]
    overall, clause, last_day = "complete", rules.statement_rule, ""
    if not _SETTLED.issuperset(outcomes):
        for part in parts:
            if part.cure and not rules.clauses[part.clause].verified:
                notes.append(Finding("clause_not_verified", antigen=part.antigen, detail=part.clause))
        for outcome, token in _ORDER:
            if outcome in outcomes:
                overall, clause = token, parts[outcomes.index(outcome)].clause
                break
    may_attend = overall != "not_compliant"
    if overall == "not_compliant":
        if facts.grace_unrolled < as_of <= facts.grace_last + 1:
            day.flags.add("weekend")
        transfer = rules.transfer
        if transfer is not None and facts.grace_from <= as_of <= facts.grace_last:
            overall, clause, last_day, may_attend = "transfer_grace", transfer.clause, write_day(facts.grace_last), True
            parts = [replace(p, cure_by=last_day) if p.outcome in ("short", "date_defect") else p for p in parts]
        may_attend = may_attend or any(since <= as_of <= last for since, last in facts.protected)
    if overall == "in_process":
        last_day = write_day(facts.clock_last)
    findings = tuple(dict.fromkeys(notes + day.findings)) if notes or day.findings else ()
    return State(overall, may_attend, clause, last_day, tuple(parts), findings, flags.union(day.flags, facts.flags))

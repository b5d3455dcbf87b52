"""What makes a well-formed rule-set file unusable: everything wrong in it, as (path, reason).

Asked once, when a file is loaded. What passes here cannot make the evaluator raise, here or in the browser, and holds
no name that nothing reads: a misspelt switch, vaccine or facility is refused and not passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

from projections.law.checks import DAYS_MAX, DOSES_MAX, MONTHS_MAX, Fault, ages, all_of, count, dates, one_of
from projections.law.codes import CODES
from projections.law.form import Deadline, Option, RuleSet
from projections.law.intervals import read_day
from projections.law.readings import kept, reading_faults
from projections.law.schedule import schedule_named

SOURCES = frozenset(("physician", "public_clinic", "provider", "parent", "emancipated", "none"))
FACILITIES = frozenset(
    ("school", "home_school", "online", "child_care", "family_child_care", "group_family_child_care", "early_childhood")
)
MOVED_FROM = frozenset(("school", "home_school", "out_of_state_school", "child_care"))
STAYS = frozenset(("drop_in", "crisis_nursery"))
KINDS = frozenset(("medical", "laboratory", "disease", "conscience"))
OUTCOMES = frozenset(("exempt_medical", "exempt_conscience", "disease_history", "review"))


def faults(rules: RuleSet) -> Iterator[Fault]:
    """Every fault of a rule set, the plainest first."""
    for part in (_head, _clauses, _antigens, _needs, _bands, _statements, _periods, _deadlines, reading_faults):
        yield from part(rules)


def _head(rules: RuleSet) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", rules.id):
        yield "$.id", f"{rules.id!r} is not a name of small letters, digits and hyphens"
    if rules.revision < 1:
        yield "$.revision", f"{rules.revision} is not 1 or more"
    if read_day(rules.effective_from) is None:
        yield "$.effective_from", f"{rules.effective_from!r} is not a full date"
    if rules.effective_to and (read_day(rules.effective_to) is None or rules.effective_to < rules.effective_from):
        yield "$.effective_to", f"{rules.effective_to!r} is not a date on or after effective_from"
    for name, group in rules.facilities.items():
        yield from one_of(f"$.facilities.{name}", name, FACILITIES)
        if not group:
            yield f"$.facilities.{name}", "names no group"


def _clauses(rules: RuleSet) -> Iterator[Fault]:
    if not rules.clauses or not rules.sources:
        yield "$.clauses", "cites nothing"
    for key, clause in rules.clauses.items():
        if clause.source not in rules.sources:
            yield f"$.clauses.{key}.source", f"unknown source {clause.source!r}"
        if not clause.cite.strip() or not clause.text.strip():
            yield f"$.clauses.{key}", "a clause needs its citation and one sentence of text"
    for path, key in _cited(rules):
        if key not in rules.clauses:
            yield path, f"cites unknown clause {key!r}"


def _cited(rules: RuleSet) -> Iterator[Fault]:
    for index, subject in enumerate(rules.subject):
        yield f"$.subject[{index}].clause", subject.clause
    for name, need in rules.needs.items():
        if need.clause:
            yield f"$.needs.{name}.clause", need.clause
        for exemption in need.exempt:
            yield f"$.needs.{name}.exempt", exemption.clause
    for index, band in enumerate(rules.bands):
        yield f"$.bands[{index}].clause", band.clause
    for antigen, limit in rules.limits.items():
        yield f"$.limits.{antigen}.clause", limit.clause
    for index, rule in enumerate(rules.exemptions):
        yield f"$.exemptions[{index}].clause", rule.clause
    for name, cohort in rules.cohorts.items():
        yield f"$.cohorts.{name}.clause", cohort.clause
    for index, deadline in enumerate(rules.deadlines):
        yield f"$.deadlines[{index}].clause", deadline.clause
    yield "$.dates.clause", rules.dates.clause
    yield "$.dates.month_clause", rules.dates.month_clause
    yield "$.in_process.clause", rules.in_process.clause
    yield "$.in_process.statement_clause", rules.in_process.statement_clause
    yield "$.suspensions.clause", rules.suspensions.clause
    yield "$.standards.clause", rules.standards.clause
    yield "$.statement_rule", rules.statement_rule
    for part in ("transfer", "protection", "short_stay"):
        cited = getattr(rules, part)
        if cited is not None:
            yield f"$.{part}.clause", cited.clause


def _antigens(rules: RuleSet) -> Iterator[Fault]:
    if not rules.antigens:
        yield "$.antigens", "names no antigen"
    if len(set(rules.antigens)) != len(rules.antigens):
        yield "$.antigens", "names an antigen twice"
    named: list[Fault] = [("$.antigens", antigen) for antigen in rules.antigens]
    named += [("$.limits", antigen) for antigen in rules.limits]
    named += [("$.in_process.antigens", antigen) for antigen in rules.in_process.antigens]
    for path, parts in (
        ("$.bands[{}].asks", [band.asks for band in rules.bands]),
        ("$.exemptions[{}].antigens", [rule.antigens for rule in rules.exemptions]),
        ("$.in_process.primary[{}].doses", [primary.doses for primary in rules.in_process.primary]),
        ("$.schedule[{}].antigens", [row.antigens for row in rules.schedule]),
    ):
        named += [(path.format(index), antigen) for index, part in enumerate(parts) for antigen in part]
    for path, antigen in named:
        if antigen not in rules.antigens or antigen not in CODES.antigens:
            yield path, f"unknown antigen {antigen!r}"


def _needs(rules: RuleSet) -> Iterator[Fault]:
    for name, need in rules.needs.items():
        path = f"$.needs.{name}"
        if not need.options:
            yield f"{path}.options", "offers no way to meet it"
        if need.cohort and need.cohort not in rules.cohorts:
            yield f"{path}.cohort", f"unknown cohort {need.cohort!r}"
        yield from ages(path, [age for one in need.exempt for age in (one.since, one.until)])
        for exemption in need.exempt:
            yield from one_of(f"{path}.exempt.sex", exemption.sex, ("", "F", "M"))
        yield from kept(rules, f"{path}.reading", need.reading, need.reading_value)
        for index, option in enumerate(need.options):
            yield from _option(rules, f"{path}.options[{index}]", option)


def _option(rules: RuleSet, path: str, option: Option) -> Iterator[Fault]:
    yield from count(f"{path}.doses", option.doses, 1, DOSES_MAX)
    yield from count(f"{path}.within_years", option.within_years, 0, MONTHS_MAX // 12)
    yield from count(f"{path}.apart_months", option.apart_months, 0, MONTHS_MAX)
    yield from ages(path, (option.last_at, option.each_from, option.each_to))
    yield from kept(rules, f"{path}.reading", option.reading, option.reading_value)
    for code in option.vaccines:
        if CODES.cvx(code) is None:
            yield f"{path}.vaccines", f"unknown vaccine {code!r}"


def _bands(rules: RuleSet) -> Iterator[Fault]:
    groups = {*rules.facilities.values(), *rules.group_of_grade.values()}
    if not rules.bands:
        yield "$.bands", "asks nothing of anybody"
    seen: set[str] = set()
    for index, band in enumerate(rules.bands):
        path = f"$.bands[{index}]"
        if band.id in seen:
            yield f"{path}.id", f"{band.id!r} stands twice"
        seen.add(band.id)
        yield from one_of(f"{path}.group", band.group, {"", *groups})
        yield from ages(path, (band.age_from, band.age_to))
        yield from dates(f"{path}.since", band.since)
        yield from all_of(f"{path}.statements", band.statements, SOURCES)
        for antigen, need in band.asks.items():
            if need not in rules.needs:
                yield f"{path}.asks.{antigen}", f"unknown need {need!r}"
    for index, subject in enumerate(rules.subject):
        path = f"$.subject[{index}]"
        yield from one_of(f"{path}.group", subject.group, {"", *groups})
        yield from all_of(f"{path}.facilities", subject.facilities, rules.facilities)
        yield from ages(f"{path}.age_to", (subject.age_to,))
        yield from dates(f"{path}.born_to", subject.born_to)
    for antigen, limit in rules.limits.items():
        yield from ages(f"$.limits.{antigen}.min_age", (limit.min_age,), needed=True)
    for index, primary in enumerate(rules.in_process.primary):
        path = f"$.in_process.primary[{index}]"
        yield from ages(path, (primary.age_from, primary.age_to))
        yield from all_of(f"{path}.groups", primary.groups, groups)
        for antigen, doses in primary.doses.items():
            yield from count(f"{path}.doses.{antigen}", doses, 1, DOSES_MAX)
    if rules.transfer is not None:
        yield from one_of("$.transfer.group", rules.transfer.group, groups)
    for index, rule in enumerate(rules.exemptions):
        yield from all_of(f"$.exemptions[{index}].groups", rule.groups, groups)


def _statements(rules: RuleSet) -> Iterator[Fault]:
    for index, rule in enumerate(rules.exemptions):
        path = f"$.exemptions[{index}]"
        yield from one_of(f"{path}.kind", rule.kind, KINDS)
        yield from one_of(f"{path}.outcome", rule.outcome, OUTCOMES)
        yield from ages(path, (rule.age_from, rule.age_to))
        yield from dates(f"{path}.signed_before", rule.signed_before)
        yield from kept(rules, f"{path}.reading", rule.reading, rule.reading_value)
        if not rule.signers:
            yield f"{path}.signers", "names nobody"
    yield from all_of("$.in_process.statements", rules.in_process.statements, SOURCES)
    yield from all_of("$.suspensions.statements", rules.suspensions.statements, SOURCES)
    yield from dates("$.dates.day_if_enrolled_after", rules.dates.day_if_enrolled_after)
    yield from dates("$.dates.day_if_given_after", rules.dates.day_if_given_after)
    yield from one_of("$.standards.use", rules.standards.use, ("counted", "finding"))
    if not resources.files("projections.law").joinpath(f"data/{rules.standards.schedule}.json").is_file():
        yield "$.standards.schedule", f"unknown schedule {rules.standards.schedule!r}"
        return
    series = {one.name for one in schedule_named(rules.standards.schedule).file.series}
    yield from all_of("$.standards.without", rules.standards.without, series)


def _periods(rules: RuleSet) -> Iterator[Fault]:
    yield from count("$.in_process.months", rules.in_process.months, 1, MONTHS_MAX)
    yield from count("$.suspensions.months", rules.suspensions.months, 0, MONTHS_MAX)
    if rules.transfer is not None:
        yield from one_of("$.transfer.kind", rules.transfer.kind, ("right", "policy"))
        yield from count("$.transfer.days", rules.transfer.days, 0, DAYS_MAX)
        yield from all_of("$.transfer.moved_from", rules.transfer.moved_from, MOVED_FROM)
    if rules.short_stay is not None:
        yield from count("$.short_stay.days", rules.short_stay.days, 1, DAYS_MAX)
        yield from all_of("$.short_stay.kinds", rules.short_stay.kinds, STAYS)
    for name, cohort in rules.cohorts.items():
        for term in (cohort.kg_from, cohort.g7_from):
            if not re.fullmatch(r"[0-9]{4}-[0-9]{4}", term):
                yield f"$.cohorts.{name}", f"{term!r} is not a school year such as 2000-2001"
    for index, row in enumerate(rules.schedule):
        path = f"$.schedule[{index}]"
        yield from ages(path, (row.age_from, row.age_to))
        if not row.steps:
            yield f"{path}.steps", "names no dose"
        for step in row.steps:
            yield from count(f"{path}.steps.after", step.after, 1, step.dose - 1)
            for part in (step.months, step.gap_months, step.gap_weeks):
                yield from count(f"{path}.steps", part, 0, MONTHS_MAX)


def _deadlines(rules: RuleSet) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, one in enumerate(rules.deadlines):
        path = f"$.deadlines[{index}]"
        if one.kind in seen:
            yield f"{path}.kind", f"{one.kind!r} stands twice"
        seen.add(one.kind)
        yield from _deadline(path, one)


def _deadline(path: str, one: Deadline) -> Iterator[Fault]:
    for part, most in (
        (one.days, DAYS_MAX),
        (one.extension_days, DAYS_MAX),
        (one.months, MONTHS_MAX),
        (one.years, 150),
    ):
        yield from count(path, part, 0, most)
    yield from ages(f"{path}.majority_age", (one.majority_age,))
    if one.month_day and read_day(f"2001-{one.month_day}") is None:
        yield f"{path}.month_day", f"{one.month_day!r} is not a month and day such as 11-01"
    if not (one.days or one.months or one.majority_age or one.month_day or one.answer):
        yield path, "says no time"

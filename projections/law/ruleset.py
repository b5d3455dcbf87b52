"""A rule set: one version of the law as data, read from JSON, checked, never changed afterwards.

The form of a file stands in `form.py`; `docs/law.md` tells how to read and add one. Nothing in Python or TypeScript
knows a rule set by name: what a version of the law asks, exempts and counts stands in its file.

A file is refused (`BadRuleSet`: file, path, reason) when it breaks the format, cites a clause or source it does
not hold, names an unknown antigen, or covers days another file covers.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable
from datetime import date

import msgspec

from projections.law import intervals
from projections.law.codes import CODES
from projections.law.errors import BadRuleSet
from projections.law.form import RuleSet


class Loaded(msgspec.Struct, frozen=True, eq=False):
    """A checked rule set with the SHA-256 of the bytes it was read from. Equal only to itself."""

    rules: RuleSet
    sha256: str
    file: str


class NoVerifiedVersion(msgspec.Struct, frozen=True):
    """The answer for a date that no rule set covers: never a guess. Names the neighbours, if any."""

    on: str
    before: str
    after: str

    def __str__(self) -> str:
        near = " and ".join(name for name in (self.before, self.after) if name)
        return f"no verified version covers {self.on}" + (f" (the nearest are {near})" if near else "")


def load_rule_set(content: bytes, file: str) -> Loaded:
    """Read and check one rule-set file. Raises BadRuleSet with file, path and reason."""
    try:
        rules = msgspec.json.decode(content, type=RuleSet)
    except msgspec.MsgspecError as error:
        reason, _, path = str(error).partition(" - at `")
        raise BadRuleSet(file, path.rstrip("`") or "$", reason) from error
    for path, reason in _faults(rules):
        raise BadRuleSet(file, path, reason)
    return Loaded(rules, hashlib.sha256(content).hexdigest(), file)


def load_all(files: Iterable[tuple[str, bytes]]) -> tuple[Loaded, ...]:
    """Read several files, sorted by their first day; refuse doubles of an id and overlapping dates."""
    loaded = sorted((load_rule_set(content, name) for name, content in files), key=lambda one: one.rules.effective_from)
    for earlier, later in itertools.pairwise(loaded):
        if not earlier.rules.effective_to or earlier.rules.effective_to >= later.rules.effective_from:
            raise BadRuleSet(later.file, "$.effective_from", f"overlaps {earlier.file} ({earlier.rules.id})")
    if len({one.rules.id for one in loaded}) != len(loaded):
        raise BadRuleSet(loaded[-1].file, "$.id", "two files have the same id")
    return tuple(loaded)


def rule_set_on(loaded: Iterable[Loaded], on: date) -> Loaded | NoVerifiedVersion:
    """The rule set in force on a day, or the statement that no version covers it."""
    day, before, after = on.isoformat(), "", ""
    for one in loaded:
        if one.rules.effective_from > day:
            return NoVerifiedVersion(day, before, after or one.rules.id)
        if not one.rules.effective_to or day <= one.rules.effective_to:
            return one
        before = one.rules.id
    return NoVerifiedVersion(day, before, after)


def _faults(rules: RuleSet) -> Iterable[tuple[str, str]]:
    """Everything that makes a well-formed file unusable, as (path, reason)."""
    if intervals.read_day(rules.effective_from) is None:
        yield "$.effective_from", f"{rules.effective_from!r} is not a full date"
    if rules.effective_to and (
        intervals.read_day(rules.effective_to) is None or rules.effective_to < rules.effective_from
    ):
        yield "$.effective_to", f"{rules.effective_to!r} is not a date on or after effective_from"
    if not rules.clauses or not rules.sources:
        yield "$.clauses", "cites nothing"
    for key, clause in rules.clauses.items():
        if clause.source not in rules.sources:
            yield f"$.clauses.{key}.source", f"unknown source {clause.source!r}"
        if not clause.cite.strip() or not clause.text.strip():
            yield f"$.clauses.{key}", "a clause needs its citation and one sentence of text"
    for path, clause_key in _cited(rules):
        if clause_key not in rules.clauses:
            yield path, f"cites unknown clause {clause_key!r}"
    for path, antigen in _antigens_named(rules):
        if antigen not in rules.antigens or antigen not in CODES.antigens:
            yield path, f"unknown antigen {antigen!r}"
    for path, age in _ages(rules):
        try:
            intervals.read_age(age)
        except ValueError as error:
            yield path, str(error)
    for path, name in _readings_named(rules):
        if name not in rules.readings:
            yield path, f"unknown reading {name!r}"
    for index, band in enumerate(rules.bands):
        for antigen, need in band.asks.items():
            if need not in rules.needs:
                yield f"$.bands[{index}].asks.{antigen}", f"unknown need {need!r}"


def _cited(rules: RuleSet) -> Iterable[tuple[str, str]]:
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
    if rules.transfer is not None:
        yield "$.transfer.clause", rules.transfer.clause
    if rules.protection is not None:
        yield "$.protection.clause", rules.protection.clause
    if rules.short_stay is not None:
        yield "$.short_stay.clause", rules.short_stay.clause


def _antigens_named(rules: RuleSet) -> Iterable[tuple[str, str]]:
    for index, band in enumerate(rules.bands):
        for antigen in band.asks:
            yield f"$.bands[{index}].asks", antigen
    for index, rule in enumerate(rules.exemptions):
        for antigen in rule.antigens:
            yield f"$.exemptions[{index}].antigens", antigen
    for antigen in (*rules.limits, *rules.in_process.antigens, *rules.antigens, *rules.standards.longest):
        yield "$.antigens", antigen
    for index, primary in enumerate(rules.in_process.primary):
        for antigen in primary.doses:
            yield f"$.in_process.primary[{index}].doses", antigen


def _ages(rules: RuleSet) -> Iterable[tuple[str, str]]:
    for index, subject in enumerate(rules.subject):
        if subject.age_to:
            yield f"$.subject[{index}].age_to", subject.age_to
    for name, need in rules.needs.items():
        ages = [age for option in need.options for age in (option.last_at, option.each_from, option.each_to)]
        ages += [age for exemption in need.exempt for age in (exemption.since, exemption.until)]
        yield from ((f"$.needs.{name}", age) for age in ages if age)
    for index, band in enumerate(rules.bands):
        yield from ((f"$.bands[{index}]", age) for age in (band.age_from, band.age_to) if age)
    for index, primary in enumerate(rules.in_process.primary):
        yield from ((f"$.in_process.primary[{index}]", age) for age in (primary.age_from, primary.age_to) if age)
    yield from ((f"$.limits.{antigen}.min_age", limit.min_age) for antigen, limit in rules.limits.items())


def _readings_named(rules: RuleSet) -> Iterable[tuple[str, str]]:
    for name, need in rules.needs.items():
        names = [need.reading, *(option.last_reading for option in need.options)]
        names += [name for option in need.options for name in (option.within_reading, option.reading)]
        yield from ((f"$.needs.{name}", reading) for reading in names if reading)
    for index, rule in enumerate(rules.exemptions):
        if rule.reading:
            yield f"$.exemptions[{index}].reading", rule.reading
    named = (rules.dates.reading, rules.dates.enrolled_reading, rules.suspensions.reading)
    yield from (("$.dates", name) for name in named if name)

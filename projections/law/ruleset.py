"""A rule set: one version of the law as data, read from JSON, checked, never changed afterwards.

The structs below are the file format, field by field; `rulesets/schema.json` is made from them, `docs/law.md` tells
how to read and add one. Nothing in Python or TypeScript knows a rule set by name: what a version of the law
asks, exempts and counts stands in its file.

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


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a rule-set file: frozen, strict about field names."""


class Source(_Part, frozen=True):
    """Where a clause was read: title, and what kind of text it is."""

    title: str
    kind: str = "statute"  # statute | rule | guidance | secondary
    seen_on: str = ""


class Clause(_Part, frozen=True):
    """One rule in one sentence, with its citation. `verified` is false where the source could not be confirmed."""

    cite: str
    source: str
    text: str
    verified: bool = True


class Subject(_Part, frozen=True):
    """Who is not subject at all: every condition named must hold."""

    clause: str
    group: str = ""
    facilities: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    age_to: str = ""  # up to this age; on the day itself by the reading `age_to_reading`
    age_to_reading: str = ""
    born_to: str = ""  # last birth date
    resident: bool | None = None
    online_contact: bool | None = None
    online_classroom: bool | None = None
    excluded_service: bool | None = None


class Option(_Part, frozen=True):
    """One way to meet a need: so many doses, under conditions on each or on the last of them."""

    doses: int
    last_at: str = ""  # the n-th dose at this age or later, by the reading `last_reading`
    last_reading: str = ""  # a reading with values `after` and `on_or_after`
    each_from: str = ""  # only doses given from this age on count
    each_to: str = ""  # only doses given before this age count
    within_years: int = 0  # only doses of the preceding years count
    within_reading: str = ""  # a reading with values `inclusive` and `exclusive`
    vaccines: tuple[str, ...] = ()  # only these codes count
    reading: str = ""  # the option is open only while this reading has the value `reading_value`
    reading_value: str = ""


class AgeExemption(_Part, frozen=True):
    """The need falls away from one age on (`since`) or up to an age (`until`), for one sex if named."""

    clause: str
    since: str = ""
    until: str = ""
    sex: str = ""


class Need(_Part, frozen=True):
    """What is asked for one antigen: any one of `options`; or nothing, by age, cohort or reading."""

    options: tuple[Option, ...]
    clause: str = ""  # empty: the band's clause
    exempt: tuple[AgeExemption, ...] = ()
    cohort: str = ""
    own_ages: bool = False  # the rule states its own ages: the schedule's minimum ages do not take a dose away
    reading: str = ""  # the need stands only while this reading has the value `reading_value`
    reading_value: str = ""


class Band(_Part, frozen=True):
    """Who must have what. The first band that fits decides; ages run from `age_from` to before `age_to`."""

    id: str
    clause: str
    asks: dict[str, str]  # antigen -> name of a need
    group: str = ""
    age_from: str = ""
    age_to: str = ""
    grades: tuple[str, ...] = ()
    since: str = ""  # this band is asked from this date on
    statements: tuple[str, ...] = ()  # only these statement sources are accepted; empty: any


class Limit(_Part, frozen=True):
    """A minimum age the rule set itself states for an antigen."""

    min_age: str
    clause: str


class Dates(_Part, frozen=True):
    """How exact a dose's date must be: month, or day for some persons (enrolled after) or doses (given after)."""

    clause: str
    month_clause: str
    day_if_enrolled_after: str = ""
    day_if_given_after: str = ""
    reading: str = ""  # what a date without its day is worth where the limit is unclear: `defective`, `accepted`
    enrolled_reading: str = ""  # whom `day_if_enrolled_after` spares: `new_enrollees` bound, or `everyone`


class ExemptionRule(_Part, frozen=True):
    """One kind of exemption statement that the law honours; the first rule that fits a statement decides."""

    kind: str
    outcome: str
    clause: str
    signers: tuple[str, ...]
    antigens: tuple[str, ...] = ()  # empty: any
    groups: tuple[str, ...] = ()  # facility groups; empty: any
    notarized: bool = False
    signed_before: str = ""  # only statements signed before this date
    age_from: str = ""  # the student's age when it was signed
    age_to: str = ""
    reading: str = ""
    reading_value: str = ""


class InProcess(_Part, frozen=True):
    """The begun schedule: whose statement, which antigens, how long, and the primary schedule by age."""

    clause: str
    statement_clause: str
    statements: tuple[str, ...]
    antigens: tuple[str, ...]
    months: int
    primary: tuple[Primary, ...]


class Primary(_Part, frozen=True):
    """The primary schedule of one age group: antigen -> doses."""

    doses: dict[str, int]
    age_from: str = ""
    age_to: str = ""
    groups: tuple[str, ...] = ()


class TransferRule(_Part, frozen=True):
    """The days a transferred student may attend without a statement: a right, or what local policy grants."""

    clause: str
    kind: str  # right | policy
    days: int  # the right, or the most a policy may grant
    group: str
    moved_from: tuple[str, ...]


class Protection(_Part, frozen=True):
    """Statuses that enroll at once and block exclusion: the student attends whatever is missing."""

    clause: str
    kinds: tuple[str, ...]


class ShortStay(_Part, frozen=True):
    """Days from the first day of attendance, that day included, free of every requirement."""

    clause: str
    kinds: tuple[str, ...]
    days: int


class SuspensionRule(_Part, frozen=True):
    """What a commissioner's order may suspend and for how long (0: as long as it says)."""

    clause: str
    months: int = 0
    statements: tuple[str, ...] = ()  # the requirements it reaches, by statement source; empty: any
    reading: str = ""  # a reading with values `substitute_statements` and `all`


class Cohort(_Part, frozen=True):
    """A requirement phased in by the school year of entry."""

    clause: str
    kg_from: str
    g7_from: str
    reading: str = ""  # a reading with values `stays` and `entry_only`


class Reading(_Part, frozen=True):
    """A switch for an unclear point of the text: what is taken, what else it could be, and why."""

    ambiguity: str
    value: str
    other: str
    why: str


class Standards(_Part, frozen=True):
    """Dose validity under `medically acceptable standards`: `counted` changes the count, `finding` only tells."""

    use: str  # counted | finding
    schedule: str
    clause: str


class Step(_Part, frozen=True):
    """A suggested exclusion date: `months` after dose `after`, never sooner than a gap after the dose before."""

    dose: int
    after: int
    months: int
    gap_months: int = 0
    gap_weeks: int = 0


class Schedule(_Part, frozen=True):
    """The suggested exclusion schedule for one age group and number of doses recorded at enrollment."""

    key: str
    recorded: int
    antigens: tuple[str, ...]
    steps: tuple[Step, ...]
    age_from: str = ""
    age_to: str = ""


class Deadline(_Part, frozen=True):
    """A duty's last day, counted from a day given or fixed in the year. See `deadlines.py`.

    `words` are other names of the kind: a name that holds one of them means this deadline.
    """

    kind: str
    clause: str
    days: int = 0
    months: int = 0
    years: int = 0  # from the majority_age birthday of a birth date
    majority_age: str = ""
    month_day: str = ""  # "11-01", of the year or the first year of the school year given
    extension_days: int = 0  # more days on request
    policy_caps: bool = False  # the days local policy grants, never more than `days`
    first_day_counts: bool = False
    less_a_day: bool = False
    rolls: bool = False  # a last day on a weekend or holiday moves to the next working day
    answer: str = ""  # what the text answers instead of a date
    breach: str = ""  # words before the first bad day
    words: tuple[str, ...] = ()


class RuleSet(_Part, frozen=True):
    """One version of the law. See `docs/law.md`."""

    id: str
    title: str
    revision: int
    effective_from: str
    effective_to: str
    verified: bool
    note: str
    sources: dict[str, Source]
    clauses: dict[str, Clause]
    antigens: tuple[str, ...]
    facilities: dict[str, str]
    subject: tuple[Subject, ...]
    needs: dict[str, Need]
    bands: tuple[Band, ...]
    limits: dict[str, Limit]
    dates: Dates
    exemptions: tuple[ExemptionRule, ...]
    in_process: InProcess
    transfer: TransferRule | None
    short_stay: ShortStay | None
    suspensions: SuspensionRule
    protection: Protection | None
    cohorts: dict[str, Cohort]
    readings: dict[str, Reading]
    standards: Standards
    deadlines: tuple[Deadline, ...]
    schedule: tuple[Schedule, ...] = ()
    group_of_grade: dict[str, str] = {}
    statement_rule: str = "1"


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
    for antigen in (*rules.limits, *rules.in_process.antigens, *rules.antigens):
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

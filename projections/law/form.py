"""The form of a rule set: the parts of its file, field by field.

`rulesets/schema.json` is made from these structs; `docs/law.md` tells how a file reads. Ages are text such as `4y`
or `11m15d`, dates are full, names of antigens are those of `codes.py`. Nothing is checked here but the form:
`ruleset.py` checks what a well-formed file says.
"""

from __future__ import annotations

import msgspec


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a rule-set file: frozen, strict about field names."""


class Source(_Part, frozen=True):
    """Where a clause was read: title, and what kind of text it is."""

    title: str
    kind: str = "statute"  # statute | rule | guidance | secondary
    seen_on: str = ""


class Clause(_Part, frozen=True):
    """One rule in one sentence, English and Spanish, with its citation.

    `verified` is false where the source could not be confirmed.
    """

    cite: str
    source: str
    text: str
    text_es: str = ""
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
    apart_months: int = 0  # so many months at least from the first of them to the last
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
    why_es: str = ""


class Standards(_Part, frozen=True):
    """Dose validity under `medically acceptable standards`: `counted` changes the count, `finding` only tells.

    `without` names series left out: those that go on after the number of doses the rule set asks pass a last dose
    given too young, since by them it is not the last.
    """

    use: str  # counted | finding
    schedule: str
    clause: str
    without: tuple[str, ...] = ()


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

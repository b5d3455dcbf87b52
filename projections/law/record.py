"""The record: everything about one student that the law can ask, and nothing else.

The one input of the evaluator, in Python and in TypeScript. The student fold builds it from events; case
files, vectors and tests build it by hand. It is plain JSON: every date is text, every list a tuple.

Dates. A *partial* date is the text of `events.dates.PartialDate`: `2006-09-05`, `2006-09` or `2006`. A *full*
date is `YYYY-MM-DD`. The empty text means "not known" or "did not happen". Text that is no date at all
(`2006-13-40`) is allowed in: the evaluator leaves the fact out and says so in a finding.

Invariants. Nothing here depends on today. Nothing here is a conclusion: no age, no clock, no "complete".
Order within a tuple has no meaning for the law; verdicts name a dose by its index in `doses`.
"""

from __future__ import annotations

import msgspec


class Dose(msgspec.Struct, frozen=True, kw_only=True):
    """One vaccine given on one day, as the record knows it. Voided doses are left out by the fold.

    `code` is a CVX number ("20", "107") or one of the names in `codes.py` ("DTaP", "MMR"); an unknown code is
    kept and reported, and counts for nothing. `given_on` is a partial date; empty means that the paper shows
    a tick or a cross without a date (forbidden since 1988, and a date defect).
    """

    code: str
    given_on: str
    basis: str = "historical"  # historical | administered (given by us)
    source: str = ""  # who told: physician, public_clinic, parent, registry, school, ...
    event: str = ""  # id of the event that recorded it


class Exemption(msgspec.Struct, frozen=True, kw_only=True):
    """One medical, laboratory, disease-history or conscientious statement.

    It acts from `received_on` (or `signed_on`, whichever is later). Until `accepted_on` or `rejected_on` its
    antigens are under review; acceptance reaches back to receipt; a rejected or withdrawn paper covers nothing
    from that day on. `antigens` holds antigen codes (`MEAS`) or vaccine names (`MMR`, `ALL`); empty means that
    the paper names none.
    """

    kind: str  # medical | laboratory | disease | conscience
    antigens: tuple[str, ...] = ()
    signer: str = ""  # physician, nurse_practitioner, physician_assistant, nurse, parent, guardian, ...
    notarized: bool = False
    signed: bool = True
    signed_on: str = ""  # full date
    received_on: str = ""  # full date
    accepted_on: str = ""  # full date, empty while unchecked
    rejected_on: str = ""  # full date
    withdrawn_on: str = ""  # full date
    event: str = ""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A record statement (complete or in process) received and not yet entered dose by dose.

    From `received_on` until `checked_on` what it covers is under review and never a missing dose. Empty
    `antigens` means that it covers the whole record. Exemption papers are `Exemption`, not this.
    """

    kind: str = "statement"  # statement | in_process | registry
    antigens: tuple[str, ...] = ()
    received_on: str = ""  # full date
    checked_on: str = ""  # full date, empty while unchecked
    event: str = ""


class PlannedDose(msgspec.Struct, frozen=True, kw_only=True):
    """A date promised on an in-process statement (school form, alternative 3). Missing it is a reminder."""

    antigens: tuple[str, ...]
    planned_on: str  # full date
    event: str = ""


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """The last change of school. `grace_days` is the local policy in force on `moved_on`; None: none recorded."""

    moved_from: str  # school | child_care | home_school | out_of_state_school | none
    moved_on: str  # full date; day 0 of the count
    grace_days: int | None = None
    first_mn_enrollment: str = ""  # full date of the first covered enrollment in Minnesota
    event: str = ""


class ProtectedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A dated status that enrolls at once and blocks exclusion. `until` is its last day; empty: still holds."""

    kind: str  # homeless | foster
    since: str = ""  # full date
    until: str = ""  # full date
    event: str = ""


class Suspension(msgspec.Struct, frozen=True, kw_only=True):
    """A commissioner's order that suspends a requirement from `since` to `until`, both days included."""

    antigens: tuple[str, ...]
    since: str  # full date
    until: str = ""  # full date; empty: open, or as long as the rule set lets an order run
    event: str = ""


class PolicyReading(msgspec.Struct, frozen=True, kw_only=True):
    """A reading or an exclusion schedule adopted by the district, dated.

    `name` is one of the rule set's `readings` (`fourth_birthday`) or `exclusion_schedule` with the value
    `adopted`. `until` is the last day; empty: still in force.
    """

    name: str
    value: str
    since: str = ""  # full date
    until: str = ""  # full date
    event: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One student's facts, the argument of `evaluate(record, rule_set, as_of)`.

    `facility` is one of: `school` (public, nonpublic, church, alternative), `home_school`, `online` (instruction by
    computer only; see `resident`, `online_contact`, `online_classroom`), `child_care`, `family_child_care`,
    `group_family_child_care`. `grade` is `K`, `1`..`12`, `PREK_SPED` (a child with a disability receiving special
    instruction before kindergarten) or empty. `kg_term` and `g7_term` are the school years of *entry* (`2006-2007`),
    recorded facts that are never computed from the grade. `enrolled_on` is the first day attended. `clock_from` is
    the start of the in-process clock when it is known to differ from the first covered enrollment.
    `statement_source` is the best source of the record statement on file.
    """

    born_on: str  # partial date
    sex: str = ""  # F | M | empty
    facility: str = "school"
    grade: str = ""
    enrolled_on: str = ""  # full date
    clock_from: str = ""  # full date
    kg_term: str = ""
    g7_term: str = ""
    statement_source: str = "none"  # physician | public_clinic | parent | emancipated | none
    resident: bool = True  # Minnesota resident
    online_contact: bool = False  # any teacher or instructor contact time
    online_classroom: bool = False  # any classroom attendance required
    excluded_service: bool = False  # served under 125A.05(c) or 125A.06(d)
    short_stay: str = ""  # drop_in (75 % occasional care) | crisis_nursery | empty
    doses: tuple[Dose, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    papers: tuple[Paper, ...] = ()
    planned: tuple[PlannedDose, ...] = ()
    transfer: Transfer | None = None
    protected: tuple[ProtectedStatus, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    readings: tuple[PolicyReading, ...] = ()

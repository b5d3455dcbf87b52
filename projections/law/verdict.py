"""The verdict: what the law says of one record on one day, with its reasons.

Made by `evaluate`, equal byte for byte in Python and TypeScript (same field order, same JSON). Kept by notices,
decisions and reports together with the record it judged; doses are named by their index in `record.doses`.
Sentences for people are made from it by `explain.py`, never stored in it.

Order of precedence of `overall`, first that applies: `not_subject`, `short_stay_exempt`, `not_compliant` (or
`transfer_grace`, which only ever stands in for it), `review`, `in_process`, `primary_complete`, `exempt`,
`complete`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Overall = Literal[
    "not_subject",
    "short_stay_exempt",
    "not_compliant",
    "transfer_grace",
    "review",
    "in_process",
    "primary_complete",
    "exempt",
    "complete",
]
Outcome = Literal[
    "ok",
    "primary_ok",
    "in_process",
    "short",
    "date_defect",
    "review",
    "exempt_age",
    "exempt_medical",
    "exempt_conscience",
    "disease_history",
    "not_required",
]


class NotCounted(msgspec.Struct, frozen=True, gc=False):
    """A dose on record that does not count for the antigen. `reason` is a key of `texts/reasons`."""

    dose: int
    reason: str
    clause: str = ""


class AntigenVerdict(msgspec.Struct, frozen=True, gc=False):
    """One antigen. `clause` is a key of the rule set's `clauses`; `cure` a key, empty when nothing is owed.

    `needed` is the number of doses the deciding clause asks (0 when none), `counted` the indexes that count,
    `cure_by` the last day (full date) on which the student may still attend without the cure; empty: now.
    """

    antigen: str
    outcome: Outcome
    needed: int
    counted: tuple[int, ...]
    not_counted: tuple[NotCounted, ...]
    clause: str
    cure: str = ""
    cure_by: str = ""


class Finding(msgspec.Struct, frozen=True, gc=False):
    """Something a person should look at that is no antigen's outcome: an impossible date, an unknown code,
    an invalid dose under an older rule set, a missed planned date. `on` is the date concerned, if any."""

    code: str
    antigen: str = ""
    dose: int = -1
    on: str = ""
    detail: str = ""


class ReadingUse(msgspec.Struct, frozen=True, gc=False):
    """A reading of an unclear text that decided something. `antigen` is empty for the overall result.

    `ambiguity` is the number in the project's list (`A-01`); `says` the token given, `other` what the other
    reading (`other_value` of the switch `name`) would have said.
    """

    ambiguity: str
    name: str
    value: str
    other_value: str
    antigen: str
    says: str
    other: str


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """The whole answer. `holds_until` is the first date on which it changes with no new event; None: never.

    `last_day` is the last day of the grace, the in-process clock or the short stay the overall result rests on.
    `may_attend` is false only for `not_compliant` without a protected status (homeless, foster care) on that day.
    `verified` is false when the rule set, or the date, is not covered by a verified version of the law.
    """

    rule_set: str
    revision: int
    sha256: str
    verified: bool
    as_of: str
    overall: Overall
    may_attend: bool
    clause: str
    last_day: str
    antigens: tuple[AntigenVerdict, ...]
    findings: tuple[Finding, ...]
    readings: tuple[ReadingUse, ...]
    holds_until: str | None

    def outcome(self, antigen: str) -> Outcome | None:
        """The outcome for one antigen code, or None when the rule set does not know it."""
        return next((a.outcome for a in self.antigens if a.antigen == antigen), None)

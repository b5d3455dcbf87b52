"""A verdict in words: the overall outcome and one line a vaccine, each with the clause that decided it.

Used wherever a person reads a verdict (screen, page, packet, replay), so that the same outcome is always said
in the same words. Nothing is decided here.
"""

import msgspec

from projections.compliance import Judgment
from projections.law.codes import CODES

OVERALL_WORDS = {
    "not_subject": "The law does not apply to this child.",
    "short_stay_exempt": "A short stay: exempt for up to five days.",
    "not_compliant": "Not in compliance: required doses or papers are missing.",
    "transfer_grace": "May attend while the records follow from the former school.",
    "review": "A person has to look: a paper or a date is open.",
    "in_process": "In process: doses have begun and the time allowed is running.",
    "primary_complete": "The primary schedule is complete; a booster is recommended.",
    "exempt": "In compliance by an exemption.",
    "complete": "Complete.",
}
OUTCOME_WORDS = {
    "ok": "enough",
    "primary_ok": "primary schedule complete",
    "in_process": "in process",
    "short": "missing",
    "date_defect": "a date lacks its day",
    "review": "to be looked at",
    "exempt_age": "not required at this age",
    "exempt_medical": "medical exemption",
    "exempt_conscience": "conscientious exemption",
    "disease_history": "had the disease",
    "not_required": "not required",
}
ANTIGEN_WORDS = {
    "DIPH": "diphtheria",
    "TET": "tetanus",
    "PERT": "pertussis",
    "POLIO": "polio",
    "MEAS": "measles",
    "MUMP": "mumps",
    "RUBE": "rubella",
    "HIB": "Hib",
    "HEPB": "hepatitis B",
    "HEPA": "hepatitis A",
    "VAR": "varicella",
    "PCV": "pneumococcal",
    "MENACWY": "meningococcal",
}


class AntigenRow(msgspec.Struct, frozen=True):
    """One line of the verdict with the clause that decided it."""

    antigen: str
    outcome: str
    words: str
    counted: int
    needed: int
    not_counted: tuple[str, ...]
    cite: str
    clause: str
    cure_by: str


class VerdictRow(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict and the version of the law it was found under."""

    overall: str
    words: str
    may_attend: bool
    rule_set: str
    revision: int
    sha256: str
    verified: bool
    uncovered: str
    cite: str
    last_day: str
    holds_until: str
    antigens: tuple[AntigenRow, ...]
    readings: tuple[str, ...]
    findings: tuple[str, ...]


def verdict_row(judgment: Judgment) -> VerdictRow:
    """The verdict in words, each line with its citation."""
    verdict, clauses = judgment.verdict, judgment.rule_set.rules.clauses
    rows = []
    for one in verdict.antigens:
        clause = clauses.get(one.clause)
        rows.append(
            AntigenRow(
                one.antigen,
                one.outcome,
                OUTCOME_WORDS.get(one.outcome, one.outcome),
                len(one.counted),
                one.needed,
                tuple(_why_not(judgment, dose.dose, dose.reason) for dose in one.not_counted),
                clause.cite if clause else "",
                clause.text if clause else "",
                one.cure_by,
            )
        )
    overall = clauses.get(verdict.clause)
    return VerdictRow(
        overall=verdict.overall,
        words=OVERALL_WORDS.get(verdict.overall, verdict.overall),
        may_attend=verdict.may_attend,
        rule_set=verdict.rule_set,
        revision=verdict.revision,
        sha256=verdict.sha256,
        verified=verdict.verified,
        uncovered=judgment.uncovered,
        cite=overall.cite if overall else "",
        last_day=verdict.last_day,
        holds_until=judgment.holds_until.isoformat() if judgment.holds_until else "",
        antigens=tuple(rows),
        readings=tuple(
            f"{use.ambiguity} {use.name}={use.value}: {use.antigen or 'overall'} is {use.says}; "
            f"under {use.other_value} it would be {use.other}"
            for use in verdict.readings
        ),
        findings=tuple(_finding(one.code, one.antigen, one.on, one.detail) for one in verdict.findings),
    )


def antigen_word(code: str) -> str:
    return ANTIGEN_WORDS.get(code, code.lower())


def _why_not(judgment: Judgment, dose: int, reason: str) -> str:
    line = judgment.record.doses[dose]
    return f"{CODES.name(line.code)} {line.given_on or 'without a date'}: {reason.replace('_', ' ')}"


def _finding(code: str, antigen: str, on: str, detail: str) -> str:
    words = [code.replace("_", " "), antigen_word(antigen) if antigen else "", on, detail]
    return ", ".join(filter(None, words))

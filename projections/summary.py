"""A child's record on a day in words and plain values: what a screen, a page or a packet prints.

Everything here is text a person reads or a machine parses (ISO dates, codes); nothing is decided here. The
same summary is shown by ``student show``, by ``replay`` and on a bundle's page, so they cannot differ.
``on`` is the civil day asked about: doses, papers and enrollments that happened later are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from events.dates import PartialDate, earliest
from projections.compliance import Judgment
from projections.deadlines import Deadline
from projections.discrepancies import Discrepancy, discrepancies_of, vaccine_name
from projections.history import DoseLine
from projections.law.codes import CODES
from projections.papers import PaperLine
from projections.student import Student

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


class DoseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One dose. ``source`` says who gave or told it; ``note`` what was corrected or why it does not count."""

    event: str
    vaccine: str
    cvx: str
    given_on: str
    basis: str
    source: str
    lot: str
    counts: bool
    note: str


class PaperRow(msgspec.Struct, frozen=True):
    """One paper with its state and the vaccines it names."""

    event: str
    kind: str
    signer: str
    received_on: str
    state: str
    antigens: str


class StayRow(msgspec.Struct, frozen=True):
    """One enrollment."""

    facility: str
    kind: str
    basis: str
    grade: str
    first_day: str
    last_day: str


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


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The whole record on a day."""

    student: str
    name: str
    birth_date: str
    sex: str
    numbers: tuple[str, ...]
    on: str
    enrollments: tuple[StayRow, ...]
    doses: tuple[DoseRow, ...]
    papers: tuple[PaperRow, ...]
    alerts: tuple[str, ...]
    verdict: VerdictRow
    deadlines: tuple[Deadline, ...]
    discrepancies: tuple[Discrepancy, ...]
    not_understood: tuple[str, ...]


def summary_of(student: Student, judgment: Judgment, on: date, deadlines: Iterable[Deadline] = ()) -> Summary:
    """The record as it stood on a civil day, judged as ``judgment`` says."""
    day = on.isoformat()
    identity = student.identity
    return Summary(
        student=student.id or "",
        name=student.full_name,
        birth_date=student.birth_date,
        sex=identity.sex,
        numbers=tuple(f"{number.system} {number.value}" for number in student.identifiers),
        on=day,
        enrollments=tuple(
            StayRow(
                line.facility,
                line.began.kind,
                line.began.basis,
                line.grade_on(on),
                line.began.first_day,
                line.ended.last_day if line.ended and line.ended.last_day <= day else "",
            )
            for line in student.attendance.lines
            if line.began.first_day <= day
        ),
        doses=tuple(_dose_row(dose) for dose in student.doses if happened_by(dose, on)),
        papers=tuple(_paper_row(line, day) for line in student.papers if line.paper.received_on <= day),
        alerts=tuple(f"{alert.kind}: {alert.text}" for alert in student.alerts if alert.stands_on(day)),
        verdict=verdict_row(judgment),
        deadlines=tuple(deadlines),
        discrepancies=discrepancies_of(student),
        not_understood=tuple(f"{fact.header.type} at position {fact.position}" for fact in student.not_understood),
    )


def happened_by(dose: DoseLine, on: date) -> bool:
    """Whether the dose may have been given by that day; one without a date is always shown."""
    return not dose.given_on or earliest(PartialDate(dose.given_on)) <= on


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


def _dose_row(dose: DoseLine) -> DoseRow:
    notes = [f"{change.field} was {change.was or 'empty'}" for one in dose.corrections for change in one.changes]
    if dose.void_reason is not None:
        notes.append(f"voided: {dose.void_reason}")
    if dose.giver is not None:
        source = f"given by {dose.giver.name}, {dose.giver.title}"
    else:
        source = f"told by {dose.told.source.replace('_', ' ')} ({dose.told.recorder})" if dose.told else ""
    return DoseRow(
        event=dose.event,
        vaccine=vaccine_name(dose.cvx) if dose.cvx else dose.as_written or vaccine_name(""),
        cvx=dose.cvx,
        given_on=dose.given_on,
        basis=dose.basis,
        source=source,
        lot=dose.lot,
        counts=dose.is_standing,
        note="; ".join(notes),
    )


def _paper_row(line: PaperLine, day: str) -> PaperRow:
    withdrawn_later = line.withdrawn is not None and line.withdrawn.on > day
    state = (line.outcome or "review") if withdrawn_later else line.state
    names = ", ".join(name.replace("_", " ") for name in line.paper.antigens)
    return PaperRow(line.event, line.paper.kind, line.paper.signer, line.paper.received_on, state, names)

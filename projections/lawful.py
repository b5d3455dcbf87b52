"""A child's facts as the law's record: which fact of ours is which word of the law's.

    Student + Policy + protected status  --record_of-->  law.Record

The record says facts only; every reading of the law is the rule set's. What is decided here, and nowhere
else:

  statement source  the best accepted paper (physician, public clinic, provider, parent, emancipated person).
                    Without one, doses we gave or a clinic or registry told count as a public clinic's record.
  review            a paper received and not yet checked; a rejected one was under review until its check.
  clock             begins with the first covered enrollment known in Minnesota; a move does not restart it (A-09).
  transfer          the last move into the enrollment that decides, with the grace policy of that very day.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

import msgspec

from events.catalog.cases import ProtectionEnded, ProtectionRecorded
from events.catalog.policy import ExclusionSchedule, Reading
from events.catalog.students import EnrollmentBegan
from events.ids import StudentId
from projections.enrollment import EnrollmentLine
from projections.fold import Fact
from projections.law import record as law
from projections.law.codes import ANTIGENS
from projections.law.library import rule_sets
from projections.papers import PaperLine
from projections.policy import Policy
from projections.shelf import Shelf
from projections.student import Student

_FACILITIES = {"child_care": "child_care", "family_child_care": "family_child_care", "home_school": "home_school"}
_STAYS = {"crisis_nursery": "crisis_nursery", "short_stay": "drop_in"}
_SEXES = {"female": "F", "male": "M"}
_KINDS = {
    "medical": "medical",
    "laboratory": "laboratory",
    "disease_history": "disease",
    "conscientious": "conscience",
}
_SOURCES = ("physician", "public_clinic", "provider", "parent", "emancipated")
_MOVES = ("school", "child_care", "home_school", "out_of_state_school")


def record_of(
    student: Student, policy: Policy, as_of: date, protected: tuple[law.ProtectedStatus, ...] = ()
) -> law.Record:
    """The record of a child as the law asks for it on a day. Nothing dated later is decided here."""
    attendance = student.attendance
    line = attendance.current(as_of)
    kindergarten, seventh = attendance.entry_terms(as_of)
    earlier = [stay for stay in attendance.lines if line is not None and stay.began.first_day < line.began.first_day]
    record = law.Record(
        born_on=student.birth_date,
        sex=_SEXES.get(student.identity.sex, ""),
        kg_term=kindergarten,
        g7_term=seventh,
        statement_source=statement_source(student, as_of),
        doses=tuple(
            law.Dose(
                code=dose.cvx or dose.as_written or "?",
                given_on=dose.given_on,
                basis=dose.basis,
                source=dose.told.source if dose.told else "",
                event=dose.event,
            )
            for dose in student.standing_doses
        ),
        exemptions=tuple(_exemption(paper, policy) for paper in student.papers if paper.is_exemption),
        papers=tuple(_paper(paper, policy) for paper in student.papers if not paper.is_exemption),
        planned=tuple(
            law.PlannedDose(antigens=_codes(dose.antigens), planned_on=dose.on, event=paper.event)
            for paper in student.papers
            if paper.paper.kind == "in_process" and paper.state == "accepted"
            for dose in paper.paper.planned
        ),
        protected=protected,
        suspensions=tuple(
            law.Suspension(
                antigens=_codes(order.antigens),
                since=order.effective_from,
                until=order.effective_to,
                event=fact.id,
            )
            for fact, order in policy.suspensions
        ),
        readings=_readings(policy),
    )
    return msgspec.structs.replace(record, **_place(line, earlier, policy, as_of))


def statement_source(student: Student, as_of: date) -> str:
    """Who stands behind the record on a day: see the module's words. ``none`` when nobody does."""
    told = [
        _standing(paper.paper.standing)
        for paper in student.papers
        if paper.state == "accepted" and not paper.is_exemption and paper.paper.received_on <= as_of.isoformat()
    ]
    for source in _SOURCES:
        if source in told:
            return source
    for dose in student.standing_doses:
        if dose.basis == "administered" or (dose.told and dose.told.source in ("registry", "clinic_record")):
            return "public_clinic"
    return "none"


def protected_statuses(cases: Iterable[Fact], students: tuple[StudentId, ...]) -> tuple[law.ProtectedStatus, ...]:
    """Homeless and foster care, dated, from case streams (they block exclusion; Safe at Home does not)."""
    shelf = Shelf(cases)
    found = []
    for fact, told in shelf.of(ProtectionRecorded):
        if told.student not in students or told.status not in ("homeless", "foster"):
            continue
        ends = [ended.on for _, ended in shelf.about(fact.id, ProtectionEnded)]
        until = min(filter(None, (told.to_day, *ends)), default="")
        found.append(law.ProtectedStatus(kind=told.status, since=told.from_day, until=until, event=fact.id))
    return tuple(found)


def _place(line: EnrollmentLine | None, earlier: list[EnrollmentLine], policy: Policy, as_of: date) -> dict[str, Any]:
    """The fields of the record that say where the child attends; none when it attends nowhere we know."""
    if line is None:
        return {}
    began = line.began
    first = min(
        filter(None, (began.first_minnesota_enrollment, *(stay.began.first_day for stay in earlier))), default=""
    )
    grade = line.grade_on(as_of)
    if grade == "PREK" and began.special_instruction:
        grade = "PREK_SPED"
    return {
        "facility": facility_word(began),
        "grade": "" if grade in ("UNGRADED", "POST") else grade,
        "enrolled_on": began.first_day,
        "clock_from": first if first and first < began.first_day else "",
        "resident": began.basis != "nonresident_online",
        "short_stay": _STAYS.get(began.basis, ""),
        "transfer": _transfer(line, earlier, policy, first),
    }


def facility_word(began: EnrollmentBegan) -> str:
    """The law's word for the place a stay is at, from kind and basis."""
    if began.basis == "home_school":
        return "home_school"
    if began.basis == "nonresident_online" or began.kind == "online_school":
        return "online"
    if began.basis in _STAYS:
        return "child_care"
    return _FACILITIES.get(began.kind, "school")


def _transfer(line: EnrollmentLine, earlier: list[EnrollmentLine], policy: Policy, first: str) -> law.Transfer | None:
    """The move into this enrollment: as told on entry, or seen because the child left another place of ours."""
    began = line.began
    left = [stay for stay in earlier if stay.ended is not None and stay.ended.last_day <= began.first_day]
    if began.transferred_on is None and not began.transferred_from and not left:
        return None
    before = facility_word(left[-1].began) if left else "school"
    moved_from = began.transferred_from if began.transferred_from in _MOVES else before
    moved_on = began.transferred_on or began.first_day
    return law.Transfer(
        moved_from="child_care" if moved_from == "family_child_care" else moved_from,
        moved_on=moved_on,
        grace_days=policy.grace_days(date.fromisoformat(moved_on)),
        first_mn_enrollment=first,
        event=line.fact.id,
    )


def _exemption(line: PaperLine, policy: Policy) -> law.Exemption:
    paper = line.paper
    checked = policy.civil_day(line.checked_at).isoformat() if line.checked_at else ""
    return law.Exemption(
        kind=_KINDS[paper.kind],
        antigens=_codes(paper.antigens),
        signer=_standing(paper.standing),
        notarized=paper.notary is not None,
        signed=paper.signed,
        signed_on=paper.signed_on or "",
        received_on=paper.received_on,
        accepted_on=checked if line.outcome == "accepted" else "",
        rejected_on=checked if line.outcome == "rejected" else "",
        withdrawn_on=line.withdrawn.on if line.withdrawn else "",
        event=line.event,
    )


def _paper(line: PaperLine, policy: Policy) -> law.Paper:
    ends = [policy.civil_day(line.checked_at).isoformat()] if line.checked_at else []
    ends += [line.withdrawn.on] if line.withdrawn else []
    return law.Paper(
        kind="in_process" if line.paper.kind == "in_process" else "statement",
        antigens=_codes(line.paper.antigens),
        received_on=line.paper.received_on,
        checked_on=min(ends, default=""),
        event=line.event,
    )


def _readings(policy: Policy) -> tuple[law.PolicyReading, ...]:
    """The district's readings by the rule sets' names for them: one ambiguity may turn several switches."""
    found: list[law.PolicyReading] = []
    for fact, adopted, reading in policy.decisions(Reading):
        names = {
            name
            for name, ambiguity, *values in _switches()
            if ambiguity == reading.ambiguity and reading.choice in values
        }
        for name in sorted(names):
            found.append(
                law.PolicyReading(
                    name=name,
                    value=reading.choice,
                    since=adopted.effective_from,
                    until=adopted.effective_to or "",
                    event=fact.id,
                )
            )
    for fact, adopted, schedule in policy.decisions(ExclusionSchedule):
        found.append(
            law.PolicyReading(
                name="schedule",
                value="adopted" if schedule.adopted else "advisory",
                since=adopted.effective_from,
                until=adopted.effective_to or "",
                event=fact.id,
            )
        )
    return tuple(found)


@cache
def _switches() -> frozenset[tuple[str, str, str, str]]:
    """Every reading of the packaged rule sets: name, ambiguity, its two values."""
    return frozenset(
        (name, one.ambiguity, one.value, one.other)
        for loaded in rule_sets()
        for name, one in loaded.rules.readings.items()
    )


def _codes(antigens: Iterable[str]) -> tuple[str, ...]:
    return tuple(ANTIGENS.get(name, name.upper()) for name in antigens)


def _standing(standing: str) -> str:
    return "provider" if standing == "health_care_provider" else standing

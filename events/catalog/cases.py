"""An exclusion procedure of one student, from first notice to re-admission (law, 3.1 and 3.2).

Stream ``case/…``: administrators and named staff, never devices. Protected status lives here too, because
who may see is decided per stream (design, sections 5 and 10).
"""

from typing import Literal

from events.catalog.event_type import (
    DECIDERS,
    OFFICE,
    Antigen,
    CivilDate,
    Count,
    EventType,
    Few,
    Instant,
    Label,
    Language,
    Many,
    Name,
    Note,
    Payload,
    Sentence,
    Sha256,
    Text,
)
from events.ids import EventId, StudentId
from events.roles import Role


class CaseOpened(Payload, frozen=True, kw_only=True):
    """A child's status is being pursued: the verdict it rests on, stored as it was."""

    student: StudentId
    antigens: Few[Antigen]
    as_of: CivilDate
    verdict: Text
    rule_set_sha256: Sha256
    log_size: Count


class SourceChecked(Payload, frozen=True, kw_only=True):
    """One source was asked for the child's doses, with its answer, ``nothing found`` included (E12)."""

    student: StudentId
    source: Literal["file", "registry", "former_school", "clinic", "parent"]
    asked: Text
    answer: Text
    on: CivilDate


class RecordReviewed(Payload, frozen=True, kw_only=True):
    """Somebody went through the file (E11)."""

    student: StudentId
    as_of: CivilDate
    outcome: Text


class ObjectionVoiced(Payload, frozen=True, kw_only=True):
    """A parent voiced a belief against immunization, and what was answered (E13)."""

    student: StudentId
    by: Name
    channel: Name
    said: Text
    answered: Text
    on: CivilDate


class ExclusionProposed(Payload, frozen=True, kw_only=True):
    """Grounds, vaccines, evidence and the date proposed (E17, E18)."""

    student: StudentId
    grounds: Text
    antigens: Few[Antigen]
    evidence: Many[EventId]
    proposed_for: CivilDate


class HearingOffered(Payload, frozen=True, kw_only=True):
    """The family was offered to be heard before any exclusion (E17)."""

    at: Instant
    place: Name
    language: Language
    how_told: Text


class HearingHeld(Payload, frozen=True, kw_only=True):
    """The family was heard: who was there, who presided, what they brought and said."""

    at: Instant
    present: Many[Name]
    presided: Name
    interpreter: Label = ""
    said: Note = ""
    evidence: Many[EventId] = ()


class HearingDeclined(Payload, frozen=True, kw_only=True):
    """The family did not want, or did not come to, a hearing."""

    on: CivilDate
    by: Label = ""
    note: Note = ""


class DecisionMade(Payload, frozen=True, kw_only=True):
    """Who decided, by what authority, on which findings, under which clause (E18)."""

    student: StudentId
    decider: Name
    authority: Text
    outcome: Literal["exclude", "do_not_exclude", "postpone"]
    findings: Few[Sentence]
    clause: Text
    antigens: Few[Antigen]
    served_how: Note = ""
    effective_on: CivilDate | None = None


class ExclusionBegan(Payload, frozen=True, kw_only=True):
    """The child was kept from school: from when, how it went home, what ends it (E19, E20)."""

    student: StudentId
    at: Instant
    arrangement: Text
    conditions: Text
    language: Language


class ReadmissionRequested(Payload, frozen=True, kw_only=True):
    """Something was brought that may end the exclusion (E21)."""

    student: StudentId
    at: Instant
    brought: Many[EventId] = ()


class StudentReadmitted(Payload, frozen=True, kw_only=True):
    """The child is back; school days lost."""

    student: StudentId
    at: Instant
    days_lost: Count
    reason: Text


class ReviewFound(Payload, frozen=True, kw_only=True):
    """An auditor's finding on one element of the procedure, E1 to E24."""

    element: Name
    finding: Literal["met", "not_met", "not_shown", "not_applicable"]
    reason: Text
    evidence: Many[EventId] = ()


class CaseClosed(Payload, frozen=True, kw_only=True):
    """The procedure ended."""

    reason: Text


class ProtectionRecorded(Payload, frozen=True, kw_only=True):
    """A protected status: enrolls at once, blocks exclusion, keeps addresses off devices and exports."""

    student: StudentId
    status: Literal["homeless", "foster", "safe_at_home", "emancipated"]
    from_day: CivilDate
    evidence: Note = ""
    to_day: CivilDate | None = None


class ProtectionEnded(Payload, frozen=True, kw_only=True):
    """The status ended on that day."""

    event: EventId
    student: StudentId
    on: CivilDate


_OFFICE = (Role.HEALTH_OFFICE, Role.ADMINISTRATOR, Role.SYSTEM)

TYPES = (
    EventType("case.opened", CaseOpened, "case", OFFICE, "S3 Q12; law 3.1"),
    EventType("case.closed", CaseClosed, "case", OFFICE, "S3 Q12"),
    EventType("source.checked", SourceChecked, "case", OFFICE, "S3 Q12; E12"),
    EventType("record.reviewed", RecordReviewed, "case", OFFICE, "S1 V.A.2; E11"),
    EventType("objection.voiced", ObjectionVoiced, "case", OFFICE, "S3 Q12; E13"),
    EventType("exclusion.proposed", ExclusionProposed, "case", OFFICE, "S3 Q12; E17-E18"),
    EventType("hearing.offered", HearingOffered, "case", OFFICE, "S3 Q12; E17"),
    EventType("hearing.held", HearingHeld, "case", DECIDERS, "S3 Q12; E17"),
    EventType("hearing.declined", HearingDeclined, "case", OFFICE, "S3 Q12; E17"),
    EventType("decision.made", DecisionMade, "case", DECIDERS, "S3 Q9, Q12; 121A.15 subd. 1; E18"),
    EventType("exclusion.began", ExclusionBegan, "case", DECIDERS, "S1 V.A.3; E19-E20"),
    EventType("readmission.requested", ReadmissionRequested, "case", OFFICE, "S1 III.E; E21"),
    EventType("student.readmitted", StudentReadmitted, "case", OFFICE, "S1 III.E; E21"),
    EventType("review.found", ReviewFound, "case", (Role.AUDITOR,), "law 3.1"),
    EventType("protection.recorded", ProtectionRecorded, "case", _OFFICE, "42 U.S.C. 11432(g)(3)(C); design 10"),
    EventType("protection.ended", ProtectionEnded, "case", _OFFICE, "design 10"),
)

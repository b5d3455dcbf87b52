"""What a family was told, allowed and answered before a dose.

Consent is per vaccine and comes from somebody with standing; a verbal one names caller, listener and
time. Screening answers belong to one visit and never travel in a transfer file.
"""

from typing import Literal

import msgspec

from events.catalog.event_type import (
    CARE,
    CivilDate,
    Cvx,
    EventType,
    Few,
    Instant,
    Label,
    Language,
    Many,
    Name,
    Note,
    Payload,
    Photo,
    Text,
)
from events.ids import ClinicId, EventId, StaffId
from events.roles import Role


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    """Who interpreted (name or number), how, and in which language; never the child."""

    name: Name
    mode: Literal["in_person", "telephone", "video"]
    language: Language


class ConsentGiven(Payload, frozen=True, kw_only=True):
    """Somebody with standing allowed these vaccines, for one clinic or until a day."""

    cvx: Few[Cvx]
    signer: Name
    standing: Literal["parent", "guardian", "emancipated", "student_adult", "student", "other"]
    """``student``: a minor, whose yes ends their own no and allows hepatitis B alone (Minn. Stat. 144.3441)."""
    form: Literal["paper", "verbal", "electronic"]
    on: CivilDate
    clinic: ClinicId | None = None
    until: CivilDate | None = None
    listener: Label = ""
    called_at: Instant | None = None
    interpreter: Interpreter | None = None
    registry_sharing: bool = False
    """A separate written permission to share with the state registry, as it was once ticked on a paper consent (A-24).
    It is a paper of its own now: ``disclosure.consented``."""
    photo: Photo | None = None


class ConsentRefused(Payload, frozen=True, kw_only=True):
    """Somebody with standing said no to these vaccines. Against another's yes it blocks until settled."""

    cvx: Few[Cvx]
    signer: Name
    standing: Literal["parent", "guardian", "emancipated", "student_adult", "student", "other"]
    on: CivilDate
    note: Note = ""
    listener: Label = ""
    """Who heard it, where it was said by voice."""
    called_at: Instant | None = None
    interpreter: Interpreter | None = None


class ConsentWithdrawn(Payload, frozen=True, kw_only=True):
    """A consent given earlier no longer holds, from the moment named."""

    event: EventId
    by: Name
    at: Instant
    listener: Label = ""
    cvx: Few[Cvx] = ()
    """The vaccines it is taken back for; the whole consent where none is named."""
    standing: Literal["parent", "guardian", "emancipated", "student_adult", "student", "other", ""] = ""
    """Of whoever takes it back; that of the consent where nobody said."""


class ConsentVoided(Payload, frozen=True, kw_only=True):
    """A word on consent was a mistake of whoever wrote it down: another child's form, a paper entered twice.

    ``event`` is a consent given, refused or taken back, a say that ended or came back, or a permission to share: it
    stays visible and counts for nothing. Naming another voiding it undoes that: the word was right after all.
    """

    event: EventId
    reason: Text
    by: StaffId | None = None
    """Who said so in the office; on a phone it is the author."""


class SayEnded(Payload, frozen=True, kw_only=True):
    """A court left somebody without a say for this child: from a day on neither their yes nor their no counts."""

    person: Name
    """As they sign."""
    since: CivilDate
    document: Text
    """What shows it: court, file number, date, and who saw it."""
    by: StaffId | None = None


class SayRestored(Payload, frozen=True, kw_only=True):
    """They have a say again from a day on. Where they never lost it, that is the day it was said to have ended."""

    event: EventId
    on: CivilDate
    reason: Text
    by: StaffId | None = None


class PacketPart(msgspec.Struct, frozen=True, kw_only=True):
    """One paper of the packet with its edition: requirements and exemptions, the recommended list, or one VIS."""

    kind: Literal["requirements", "recommended", "vis"]
    document: Name
    edition: CivilDate


class PacketGiven(Payload, frozen=True, kw_only=True):
    """The family packet reached an adult: requirements with exemptions, recommended list, VIS (121A.15 subd. 3a)."""

    recipient: Name
    version: Name
    language: Language
    channel: Literal["hand", "mail", "email", "portal"]
    on: CivilDate
    to_minor: bool = False
    parts: Few[PacketPart] = ()
    """What lay in it; empty where only its version was written down."""


EligibilityCategory = Literal[
    "medicaid",
    "uninsured",
    "american_indian_alaska_native",
    "underinsured_public_clinic",
    "underinsured",
    "insured",
    "unknown",
]
"""Who pays for a child's vaccine. Vaccines for Children covers the first four through 18 years of age: Medical
Assistance, MinnesotaCare or a prepaid plan; no insurance; American Indian or Alaska Native; insured without vaccines
and seen at an FQHC, RHC, local public health, IHS or tribal clinic. ``underinsured`` is one seen elsewhere."""


class EligibilityStated(Payload, frozen=True, kw_only=True):
    """Who pays for this child's vaccine, as somebody said at a visit. Asked at each visit; a word is proof enough."""

    category: EligibilityCategory
    on: CivilDate
    said_by: Name
    clinic: ClinicId | None = None
    note: Note = ""


class ScreeningAnswered(Payload, frozen=True, kw_only=True):
    """The questions of one visit, by the version of the questionnaire; ``positive`` lists those answered yes."""

    clinic: ClinicId
    questionnaire: Name
    answered_by: Name
    at: Instant
    positive: Many[Name] = ()
    unanswered: Many[Name] = ()
    interpreter: Interpreter | None = None


class ScreeningDecided(Payload, frozen=True, kw_only=True):
    """A nurse decided on a positive answer: which vaccines may be given all the same, and why."""

    event: EventId
    allowed: Few[Cvx]
    blocked: Few[Cvx]
    reason: Text


_CONSENT = (*CARE, Role.RECORDS)

TYPES = (
    EventType("consent.given", ConsentGiven, "student", _CONSENT, "121A.15 subd. 3a; Minn. Stat. 144.341-144.344"),
    EventType("consent.refused", ConsentRefused, "student", _CONSENT, "Minn. Stat. 144.341-144.344"),
    EventType("consent.withdrawn", ConsentWithdrawn, "student", _CONSENT, "Minn. Stat. 144.341-144.344"),
    EventType("consent.voided", ConsentVoided, "student", _CONSENT, "FERPA 34 CFR 99.20-99.21; design 5"),
    EventType("say.ended", SayEnded, "student", _CONSENT, "Minn. Stat. 518.003 subd. 3; design 8"),
    EventType("say.restored", SayRestored, "student", _CONSENT, "Minn. Stat. 518.18; design 8"),
    EventType("packet.given", PacketGiven, "student", _CONSENT, "121A.15 subd. 3a(b); 42 U.S.C. 300aa-26"),
    EventType("eligibility.stated", EligibilityStated, "student", CARE, "42 U.S.C. 1396s(b)(2), (c)(2); issue 6"),
    EventType("screening.answered", ScreeningAnswered, "student", CARE, "clinic practice; issue 6"),
    EventType("screening.decided", ScreeningDecided, "student", CARE, "clinic practice; issue 6"),
)

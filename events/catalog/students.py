"""The child: who it is, where it attends, and what else a nurse must know before a dose.

A registration is found again by its source keys (``identifiers``), never by name. Names and birth
dates are corrected by appending; a merge links two streams and moves nothing (design, section 5).
"""

from typing import Annotated, Literal

import msgspec

from events.catalog.event_type import (
    CARE,
    FILES,
    Address,
    Antigen,
    CivilDate,
    Count,
    Cvx,
    EventType,
    Few,
    Label,
    Language,
    Name,
    Payload,
    PersonName,
    SchoolYear,
    Text,
    Told,
    WrittenDate,
)
from events.forms import form
from events.ids import EventId, FacilityId, StaffId, StudentId
from events.roles import Role

FacilityKind = Literal[
    "elementary", "secondary", "school", "child_care", "family_child_care", "home_school", "online_school"
]
"""What the law distinguishes: schools (``school`` where one building holds both levels), child care, the
superintendent's file for home school, and a school attended by computer only (121A.15 subd. 9, 3(g))."""

Grade = Annotated[str, form("PREK|PREK_SPED|K|[1-9]|1[0-2]|UNGRADED|POST")]
"""``PREK``, ``PREK_SPED``, ``K``, ``1`` to ``12``, ``UNGRADED`` or ``POST``."""


class Identifier(msgspec.Struct, frozen=True):
    """A number the child carries elsewhere: ``sis`` (roster source), ``state`` (MARSS), ``registry`` (MIIC)."""

    system: Name
    value: Name


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A parent, guardian or other person to call; ``phone`` as dialled."""

    name: Name
    relation: Name
    phone: Label = ""
    email: Label = ""
    language: Language = "en"
    address: Address | None = None


class StudentRegistered(Payload, frozen=True, kw_only=True):
    """A child became known to the district, by roster file, walk-in or transfer.

    ``birth_date`` may be partial only where a paper is all there is; a verdict then says ``review``.
    """

    name: PersonName
    birth_date: WrittenDate
    sex: Literal["female", "male", "unknown"] = "unknown"
    identifiers: Few[Identifier] = ()
    aliases: Few[PersonName] = ()
    language: Language = "en"
    told: Told | None = None


class StudentCorrected(Payload, frozen=True, kw_only=True):
    """Who the child is was written wrongly or has changed: only the fields that differ are present."""

    reason: Text
    name: PersonName | None = None
    birth_date: WrittenDate | None = None
    sex: Literal["female", "male", "unknown"] | None = None
    identifiers: Few[Identifier] | None = None
    language: Language | None = None
    told: Told | None = None


class ContactsRecorded(Payload, frozen=True, kw_only=True):
    """The people to reach about this child, whole: it replaces the list before it."""

    contacts: Few[Contact]


class StudentLinked(Payload, frozen=True, kw_only=True):
    """This stream and another turned out to be one child. Moves nothing; undone by ``student.unlinked``."""

    other: StudentId
    evidence: Text
    by: StaffId | None = None


class StudentUnlinked(Payload, frozen=True, kw_only=True):
    """A link was wrong: each event stays where it was written."""

    other: StudentId
    reason: Text
    by: StaffId | None = None


class EnrollmentBegan(Payload, frozen=True, kw_only=True):
    """A child began to attend a facility. Clocks count from ``first_day``, the first day attended (A-09).

    ``kind`` copies the facility's kind so that the child's own stream decides its verdict.
    ``file_holder`` names the one facility that keeps the file where two share a child.
    ``transferred_from`` and ``transferred_on`` start the transfer grace (121A.15 subd. 5);
    ``first_minnesota_enrollment`` keeps an 18-month clock that a move does not restart (A-10).
    """

    facility: FacilityId
    kind: FacilityKind
    basis: Literal["full", "part", "shared", "home_school", "nonresident_online", "crisis_nursery", "short_stay"]
    first_day: CivilDate
    grade: Grade
    kindergarten_term: SchoolYear = ""
    """School year of kindergarten entry, ``2006-2007``; decides hepatitis B from the 2000-2001 term."""
    grade_7_term: SchoolYear = ""
    file_holder: FacilityId | None = None
    transferred_from: Label = ""
    transferred_on: CivilDate | None = None
    first_minnesota_enrollment: CivilDate | None = None
    classroom: Label = ""
    """The class within the grade, as the school calls it."""
    special_instruction: bool = False
    """A child with a disability who receives special instruction (121A.15 subd. 9(a))."""
    expected_days: Count | None = None
    """Days of a planned short stay."""
    told: Told | None = None


class EnrollmentEnded(Payload, frozen=True, kw_only=True):
    """A child left a facility: starts the 30-day transfer-out clock, request or none (121A.15 subd. 7)."""

    facility: FacilityId
    last_day: CivilDate
    reason: Literal["transfer", "graduated", "withdrew", "moved_up", "other"]
    destination: Label = ""
    transfer_on: CivilDate | None = None
    """Day the child moved to the next school, when it is not ``last_day``."""


class GradeAssigned(Payload, frozen=True, kw_only=True):
    """The grade attended from a day on, at the enrollment's facility."""

    facility: FacilityId
    grade: Grade
    from_day: CivilDate
    kindergarten_term: SchoolYear = ""
    grade_7_term: SchoolYear = ""
    classroom: Label = ""
    told: Told | None = None


class AllergyRecorded(Payload, frozen=True, kw_only=True):
    """An allergy someone told us of; ``anaphylaxis`` to a component stops the vaccines that hold it."""

    substance: Name
    anaphylaxis: bool
    told: Told


class ContraindicationRecorded(Payload, frozen=True, kw_only=True):
    """A clinical reason not to give some vaccines, until a day or for good. It exempts from nothing by itself."""

    reason: Text
    told: Told
    antigens: Few[Antigen] = ()
    cvx: Few[Cvx] = ()
    until: CivilDate | None = None


class ContraindicationLifted(Payload, frozen=True, kw_only=True):
    """An allergy or contraindication no longer stands."""

    event: EventId
    reason: Text


_REGISTER = (*CARE, Role.RECORDS)

TYPES = (
    EventType("student.registered", StudentRegistered, "student", _REGISTER, "121A.15 subd. 7; design 5"),
    EventType("student.corrected", StudentCorrected, "student", _REGISTER, "FERPA 34 CFR 99.20; design 5"),
    EventType("student.contacts_recorded", ContactsRecorded, "student", _REGISTER, "design 5"),
    EventType("student.linked", StudentLinked, "student", FILES, "design 5, merge"),
    EventType("student.unlinked", StudentUnlinked, "student", FILES, "design 5, unmerge"),
    EventType("enrollment.began", EnrollmentBegan, "student", FILES, "121A.15 subd. 1, 2, 5, 9"),
    EventType("enrollment.ended", EnrollmentEnded, "student", FILES, "121A.15 subd. 7"),
    EventType("grade.assigned", GradeAssigned, "student", FILES, "121A.15 subd. 10"),
    EventType("allergy.recorded", AllergyRecorded, "student", CARE, "standing order practice; issue 6"),
    EventType("contraindication.recorded", ContraindicationRecorded, "student", CARE, "121A.15 subd. 3(c)"),
    EventType("contraindication.lifted", ContraindicationLifted, "student", CARE, "design 5"),
)

"""What a district decided, with dates: who it is, its grace days, readings, rule sets, the state's suspensions.

Policy never overrides the statute: grace is 0 to 30 days (121A.15 subd. 5), and no schedule completes a
series before 18 months are over (S3 Q14). ``effective_to`` is the last day it holds.
"""

from typing import Annotated, Literal

import msgspec

from events.catalog.event_type import (
    Antigen,
    CivilDate,
    Count,
    EventType,
    Few,
    Label,
    Name,
    Note,
    Payload,
    Sha256,
    Text,
)
from events.forms import form
from events.ids import StaffId
from events.roles import Role


class DistrictFounded(Payload, frozen=True, kw_only=True):
    """The tenant: first event of its log after the seat that writes it. ``time_zone`` is an IANA name."""

    name: Name
    kind: Literal["school_district", "nonpublic_school", "child_care"]
    time_zone: Name
    log_key: Text
    """The log's verifier key (C2SP signed-note)."""
    sealing_key: Text
    """The district's X25519 public key for HPKE, 64 hexadecimal digits."""


class TransferGrace(msgspec.Struct, frozen=True, tag="transfer_grace"):
    """Days a transferred child may attend while papers follow."""

    days: Annotated[int, msgspec.Meta(ge=0, le=30)]


class TimeZone(msgspec.Struct, frozen=True, tag="time_zone"):
    """The civil day of the district: an IANA zone."""

    name: Name


class ConscientiousInTransfer(msgspec.Struct, frozen=True, tag="conscientious_in_transfer"):
    """Whether conscientious statements travel in a transfer file (law, 3.3: counsel decides)."""

    included: bool


class RuleSetAdopted(msgspec.Struct, frozen=True, tag="rule_set"):
    """A revision of a rule set, by its SHA-256, and the named person who approved it."""

    rule_set: Name
    revision: Count
    sha256: Sha256
    approved_by: Name


class Reading(msgspec.Struct, frozen=True, tag="reading"):
    """How an ambiguity (``A-03``) is read here, where the rule set offers a choice."""

    ambiguity: Annotated[str, form("A-[0-9]{2}")]
    choice: Name


class ExclusionSchedule(msgspec.Struct, frozen=True, tag="exclusion_schedule"):
    """The suggested schedule of 1988 (S3 Q14) is adopted, or not."""

    adopted: bool


class RetentionSchedule(msgspec.Struct, frozen=True, tag="retention_schedule"):
    """An approved schedule for a class of record that the sources give no period for."""

    record: Literal["administered_dose", "child_care_file"]
    years_after_last_entry: Annotated[int, msgspec.Meta(ge=1, le=200)]
    approved_by: Name


Recommended = Annotated[str, form("[a-z][a-z0-9_]{1,39}")]
"""A disease or vaccine in the record's own words (``hpv``, ``hepatitis_a``)."""


class RecommendedList(msgspec.Struct, frozen=True, tag="recommended_list"):
    """An edition of the commissioner's list of recommended immunizations, and where it was read (121A.15 subd. 3a)."""

    edition: CivilDate
    document: Name
    vaccines: Few[Recommended]
    source: Text
    """The address it was read at, or where the paper lies."""
    read_on: CivilDate
    compared_by: Name
    """Who compared what stands here with the commissioner's own words."""


PolicyValue = (
    TransferGrace
    | TimeZone
    | ConscientiousInTransfer
    | RuleSetAdopted
    | Reading
    | ExclusionSchedule
    | RetentionSchedule
    | RecommendedList
)
"""What can be decided; the field ``type`` says which."""


class PolicyAdopted(Payload, frozen=True, kw_only=True):
    """The district decided this, from a day on, by this authority; ``by`` entered it in the office."""

    value: PolicyValue
    effective_from: CivilDate
    authority: Name
    effective_to: CivilDate | None = None
    note: Note = ""
    by: StaffId | None = None


class SuspensionIssued(Payload, frozen=True, kw_only=True):
    """The commissioner of health suspended requirements for up to one year (121A.15 subd. 4, 6)."""

    antigens: Few[Antigen]
    effective_from: CivilDate
    effective_to: CivilDate
    order: Name
    region: Label = ""


class ReportFiled(Payload, frozen=True, kw_only=True):
    """A state report went out: SHA-256 of what was sent, and the size of the log behind its counts."""

    report: Name
    school_year: Name
    sha256: Sha256
    log_size: Count
    filed_on: CivilDate


_POLICY = (Role.ADMINISTRATOR, Role.DISTRICT_ADMIN, Role.SYSTEM)

TYPES = (
    EventType("district.founded", DistrictFounded, "district", (Role.SYSTEM,), "design 2"),
    EventType("policy.adopted", PolicyAdopted, "district", _POLICY, "121A.15 subd. 5; S1; design 9"),
    EventType("suspension.issued", SuspensionIssued, "district", _POLICY, "121A.15 subd. 4, 6"),
    EventType("report.filed", ReportFiled, "district", (*_POLICY, Role.HEALTH_OFFICE), "121A.15 subd. 8"),
)

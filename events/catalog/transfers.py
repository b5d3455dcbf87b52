"""A child's file moves to the next school within 30 days of the transfer (121A.15 subd. 7).

The clock starts with ``enrollment.ended``, request or none; these events say what was done about it.
Stream ``transfer/…``; the child is only a random id here.
"""

from typing import Literal

from events.catalog.event_type import (
    FILES,
    CivilDate,
    Count,
    EventType,
    Few,
    Instant,
    Label,
    Name,
    Payload,
    SchoolYear,
    Sentence,
    Sha256,
    SignedText,
    Text,
)
from events.ids import FacilityId, StudentId


class TransferRequested(Payload, frozen=True, kw_only=True):
    """Somebody asked for the file: the next school or the family."""

    student: StudentId
    to: Name
    requested_by: Name
    requested_on: CivilDate
    transfer_on: CivilDate | None = None
    """Day the child moved, when the asker says; else the last day attended."""
    facility: FacilityId | None = None
    channel: Literal["letter", "email", "phone", "portal", "in_person", ""] = ""


class TransferPrepared(Payload, frozen=True, kw_only=True):
    """A transfer file was made: SHA-256 and size of the bundle, and what it holds and leaves out."""

    student: StudentId
    bundle_sha256: Sha256
    bundle_bytes: Count
    events: Count
    withheld: Count
    log_size: Count
    conscientious_included: bool
    request: Label = ""


class TransferSent(Payload, frozen=True, kw_only=True):
    """The file left for the next school. A disclosure with its legal basis."""

    student: StudentId
    bundle_sha256: Sha256
    to: Name
    sent_at: Instant
    channel: Name
    basis: Text


class TransferConfirmed(Payload, frozen=True, kw_only=True):
    """The next school said it has the file."""

    student: StudentId
    bundle_sha256: Sha256
    by: Name
    on: CivilDate


class TransferReceived(Payload, frozen=True, kw_only=True):
    """A file came in from another district: whose log it was proven against, and how many facts it brought.

    What the former school told of attendance is kept here, for the enrollment that follows: it is no stay
    in this district, yet clocks and entry terms count from it (A-09, A-10).
    """

    student: StudentId
    bundle_sha256: Sha256
    from_district: Name
    origin: Name
    checkpoint: SignedText
    facts: Count
    doubts: Few[Sentence] = ()
    came_from: Literal["school", "child_care", "home_school", ""] = ""
    left_on: CivilDate | None = None
    first_minnesota_enrollment: CivilDate | None = None
    kindergarten_term: SchoolYear = ""
    grade_7_term: SchoolYear = ""


class TransferCancelled(Payload, frozen=True, kw_only=True):
    """There was no transfer after all, or it is answered elsewhere."""

    student: StudentId
    reason: Text


TYPES = (
    EventType(
        "transfer.requested",
        TransferRequested,
        "transfer",
        FILES,
        "121A.15 subd. 7; Minn. Stat. 120A.22 subd. 7",
    ),
    EventType("transfer.prepared", TransferPrepared, "transfer", FILES, "121A.15 subd. 7; design 11"),
    EventType("transfer.sent", TransferSent, "transfer", FILES, "121A.15 subd. 7; FERPA 34 CFR 99.31(a)(2), 99.34"),
    EventType("transfer.confirmed", TransferConfirmed, "transfer", FILES, "121A.15 subd. 7"),
    EventType("transfer.received", TransferReceived, "transfer", FILES, "121A.15 subd. 7; design 11"),
    EventType("transfer.cancelled", TransferCancelled, "transfer", FILES, "121A.15 subd. 7"),
)

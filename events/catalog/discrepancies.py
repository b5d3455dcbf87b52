"""How a person settles what two sides of a record say against each other (design, section 8).

Most discrepancies end by another fact: a dose voided, two streams linked, a birth date corrected. Where
both sides are right as they stand (a dose really was given twice), nothing else would say so: this does.
"""

from typing import Literal

from events.catalog.event_type import CARE, EventType, Few, Payload, Text
from events.ids import EventId, StaffId
from events.roles import Role

DiscrepancyKind = Literal[
    "duplicate_dose",
    "dose_before_birth",
    "dose_in_the_future",
    "dose_against_consent",
    "dose_without_standing",
    "dose_against_contraindication",
    "dose_under_withdrawn_order",
    "dose_of_held_lot",
    "form_entered_twice",
    "check_of_withdrawn_paper",
    "conflicting_corrections",
    "conflicting_demographics",
    "same_child_twice",
    "written_while_linked",
    "clock_skew",
    "reaction_not_reported",
    "copy_not_verified",
]


class DiscrepancySettled(Payload, frozen=True, kw_only=True):
    """A person looked at both sides, named by their events, and says that they stand as they are, and why."""

    kind: DiscrepancyKind
    events: Few[EventId]
    reason: Text
    by: StaffId | None = None


TYPES = (
    EventType(
        "discrepancy.settled", DiscrepancySettled, "student", (*CARE, Role.RECORDS), "design 8, conflicts are data"
    ),
)

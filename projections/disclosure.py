"""What of a child's file may leave the district, and for whom: allow-lists of event types, never deny-lists.

A new event type leaves with nobody until somebody adds it here. A transfer file is the immunization file
of 121A.15 subd. 7 (the information of subd. 1 to 3): who the child is, where it attended, doses,
statements, contraindications. Never access records, case notes, screening answers, consents, protected
status, contacts and addresses of the family, or anything of another child. Conscientious statements go
only while the district's dated switch says so (law, 3.3); what speaks about a statement goes or stays
with it.
"""

from collections.abc import Iterable

import msgspec

from events.catalog.statements import StatementReceived
from events.catalog.students import StudentLinked, StudentUnlinked
from events.codec import Unknown
from events.ids import EventId, StudentId
from projections.fold import Fact, arrange
from projections.shelf import event_named

TRANSFER_TYPES = frozenset(
    {
        "student.registered",
        "student.corrected",
        "student.linked",
        "student.unlinked",
        "enrollment.began",
        "enrollment.ended",
        "grade.assigned",
        "dose.administered",
        "dose.recorded",
        "dose.corrected",
        "dose.voided",
        "dose.verified",
        "statement.received",
        "statement.checked",
        "statement.withdrawn",
        "statement.forwarded",
        "contraindication.recorded",
        "contraindication.lifted",
    }
)


class Selection(msgspec.Struct, frozen=True):
    """What goes, in log order, and how many events of the same streams stay."""

    included: tuple[Fact, ...]
    withheld: int
    conscientious: bool
    """Whether conscientious statements were allowed to go."""


def select_for_transfer(facts: Iterable[Fact], students: Iterable[StudentId], conscientious: bool) -> Selection:
    """The transfer file of one child, whose linked streams are ``students``."""
    streams = {f"student/{student}" for student in students}
    own = [fact for fact in arrange(facts) if fact.stream in streams]
    allowed = [fact for fact in own if _is_allowed(fact, streams, conscientious)]
    kept = {fact.id for fact in allowed}
    included = tuple(fact for fact in allowed if _subject_is_kept(fact, kept))
    return Selection(included, len(own) - len(included), conscientious)


def _is_allowed(fact: Fact, streams: set[str], conscientious: bool) -> bool:
    if fact.header.type not in TRANSFER_TYPES or isinstance(fact.payload, Unknown):
        return False
    match fact.payload:
        case StatementReceived(kind="conscientious"):
            return conscientious
        case StudentLinked(other=other) | StudentUnlinked(other=other):
            return f"student/{other}" in streams
        case _:
            return True


def _subject_is_kept(fact: Fact, kept: set[EventId]) -> bool:
    """What speaks about an event goes only with that event."""
    about = event_named(fact)
    return about is None or about in kept

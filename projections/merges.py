"""What was written while two records were taken for one child, once somebody parted them again.

    student.linked --- events in either stream --- student.unlinked        each of them a discrepancy for a person

An unlink moves nothing (design, section 5): each event stays where it was written, which may be the other child's
record. A person assigns it: voids it here and records it there, or says that it stands (``discrepancy.settled``).
"""

from collections.abc import Collection, Iterator
from itertools import chain

from events.catalog import Payload
from events.catalog.devices import ReceiptPresented
from events.catalog.discrepancies import DiscrepancySettled
from events.catalog.doses import DoseVoided
from events.catalog.retention import HoldPlaced, HoldReleased
from events.catalog.students import StudentLinked, StudentUnlinked
from events.ids import EventId, StudentId, stream_id
from events.roles import Role
from projections.discrepancy import Discrepancy, raised, settled_keys
from projections.fold import Fact
from projections.student import Student

_OF_THE_RECORD_ITSELF: tuple[type[Payload], ...] = (
    DiscrepancySettled,
    HoldPlaced,
    HoldReleased,
    ReceiptPresented,
    StudentLinked,
    StudentUnlinked,
)


def ever_linked(student: Student) -> set[StudentId]:
    """The records that were ever linked here, as far as these streams tell."""
    links = [(fact, payload.other) for fact, payload in student.shelf.of(StudentLinked)]
    return {one for fact, other in links for one in (_subject(fact), other)}


def written_while_linked(students: Collection[Student]) -> tuple[Discrepancy, ...]:
    """One discrepancy an event, over children of whom some were linked once; in the order of the log."""
    of = {one: student for student in students for one in student.streams}
    facts = sorted({fact.id: fact for one in students for fact in one.facts}.values(), key=lambda fact: fact.order)
    settled = set(chain.from_iterable(settled_keys(student) for student in students))
    found = [one for pair in _spells(facts) for one in _within(pair, facts, of)]
    unique = {one.key: one for one in found}
    return tuple(one for key, one in unique.items() if key not in settled)


def _spells(facts: list[Fact]) -> Iterator[tuple[Fact, Fact, frozenset[StudentId]]]:
    """Each link with the unlink that ended it."""
    standing: dict[frozenset[StudentId], Fact] = {}
    for fact in facts:
        match fact.payload:
            case StudentLinked(other=other):
                standing.setdefault(frozenset((_subject(fact), other)), fact)
            case StudentUnlinked(other=other):
                pair = frozenset((_subject(fact), other))
                if pair in standing:
                    yield standing.pop(pair), fact, pair
            case _:
                continue


def _within(
    spell: tuple[Fact, Fact, frozenset[StudentId]], facts: list[Fact], of: dict[StudentId, Student]
) -> Iterator[Discrepancy]:
    linked, unlinked, pair = spell
    voided = {payload.event for student in of.values() for _, payload in student.shelf.of(DoseVoided)}
    for fact in facts:
        if not linked.order < fact.order < unlinked.order or _subject(fact) not in pair:
            continue
        if isinstance(fact.payload, _OF_THE_RECORD_ITSELF) or EventId(fact.id) in voided or len(pair) != 2:
            continue
        (other,) = pair - {_subject(fact)}
        names = [of[one].full_name if one in of else "another record" for one in (_subject(fact), other)]
        says = f"{fact.header.type} was written to {names[0]} while linked with {names[1]}: whose is it?"
        yield raised("written_while_linked", "soft", [(fact, fact.header.type)], Role.RECORDS, says)


def _subject(fact: Fact) -> StudentId:
    return StudentId(stream_id(fact.stream))

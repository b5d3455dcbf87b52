"""A discrepancy: what does not fit together, both sides, how grave, who settles it, by when.

Nothing is refused and nothing revoked: an offline dose is a fact (design, section 8). A discrepancy goes
when a person records what makes it fit (a void, a correction, a withdrawal, a link) or says that it
stands (``discrepancy.settled``). Its key is made of its events, so it is the same one on every device.

    concurrent   neither side had seen the other when it was signed
    shown        the later side was signed by somebody whose device already held the earlier

``seen`` is the log size a device had verified; its own earlier events it knows in any case. Which there are:
``discrepancies`` (in one child's record), ``twins``, ``merges`` and ``forms`` (across records).
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import msgspec

from events.catalog.discrepancies import DiscrepancyKind, DiscrepancySettled
from events.dates import PartialDate, earliest, is_full
from events.ids import EventId, Stream, StudentId, stream_id, stream_kind
from events.roles import Role
from projections.fold import Fact, knew
from projections.history import DoseLine
from projections.law.codes import CODES
from projections.papers import known_at
from projections.student import Student

SAME_DOSE_DAYS = 4
"""Two records of one vaccine this close are taken for one dose, or for one too many."""
DUE_DAYS = {"hard": 1, "soft": 14}
"""Days the owner has, from the day the second side became known."""


class Side(msgspec.Struct, frozen=True):
    """One event of a discrepancy: in whose record, which device and author wrote it, and what it says."""

    event: EventId
    student: StudentId
    device: str
    author: str
    says: str


class Discrepancy(msgspec.Struct, frozen=True, kw_only=True):
    """Two sides (or one that cannot be) for a person to settle. Days are civil days of UTC receipt."""

    kind: DiscrepancyKind
    severity: str
    """``hard``: a child may have come to harm or status may be wrong; ``soft``: tidy up."""
    sides: tuple[Side, ...]
    concurrent: bool
    owner: Role
    raised_on: date
    says: str
    lot: str = ""
    """Of a dose of a lot that must not be used: that lot, as the dose has it."""

    @property
    def key(self) -> str:
        return f"{self.kind}:{'+'.join(sorted(side.event for side in self.sides))}"

    @property
    def due_on(self) -> date:
        return self.raised_on + timedelta(days=DUE_DAYS[self.severity])

    @property
    def how_known(self) -> str:
        """``concurrent`` or ``shown``."""
        return "concurrent" if self.concurrent else "shown"


def settled_keys(student: Student) -> set[str]:
    """The discrepancies that a person said stand as they are."""
    return {f"{done.kind}:{'+'.join(sorted(done.events))}" for _, done in student.shelf.of(DiscrepancySettled)}


def may_be_one_dose(one: DoseLine, other: DoseLine) -> bool:
    """Whether two lines of one child may tell of one dose: the same vaccine or group, and dates that close."""
    if not CODES.overlap(one.cvx, other.cvx) or not one.given_on or not other.given_on:
        return False
    first, second = PartialDate(one.given_on), PartialDate(other.given_on)
    if is_full(first) and is_full(second):
        return abs((earliest(first) - earliest(second)).days) <= SAME_DOSE_DAYS
    return first == second and one.cvx == other.cvx


def vaccine_name(cvx: str) -> str:
    return CODES.name(cvx) if cvx else "a vaccine not understood"


def dose_words(dose: DoseLine) -> str:
    by = dose.giver.name if dose.giver else dose.told.recorder if dose.told else ""
    return f"{vaccine_name(dose.cvx)} on {dose.given_on or 'a day not written'}, {dose.basis}, {by}"


def raised(
    kind: DiscrepancyKind, severity: str, sides: list[tuple[Fact, str]], owner: Role, says: str, *, lot: str = ""
) -> Discrepancy:
    """A side from elsewhere than a child's stream (a clinic's order) stands under the child it is about."""
    ordered = sorted(sides, key=lambda side: side[0].order)
    facts = [fact for fact, _ in ordered]
    shown = any(knew(later, earlier) for earlier, later in combinations(facts, 2))
    about = next(fact.stream for fact in facts if stream_kind(fact.stream) == "student")
    return Discrepancy(
        kind=kind,
        severity=severity,
        sides=tuple(_side(fact, words, about) for fact, words in ordered),
        concurrent=len(facts) > 1 and not shown,
        owner=owner,
        raised_on=max(known_at(fact) for fact in facts).date(),
        says=says,
        lot=lot,
    )


def _side(fact: Fact, says: str, about: Stream) -> Side:
    stream = fact.stream if stream_kind(fact.stream) == "student" else about
    return Side(fact.id, StudentId(stream_id(stream)), fact.header.device, fact.header.author, says)


def first_of(student: Student, stream: StudentId) -> Fact:
    return next(fact for fact in student.facts if stream_id(fact.stream) == stream)

"""What came and could not be taken as an event, who has to settle it, and how it was settled.

    submission.quarantined --> open --submission.released--> released: it is the event named
                               | ^ \\--submission.closed----> closed: why, or what was done instead
                               submission.assigned: another owner, or a person who took it

A fold over the device streams, changed in place by its one owner, in log order. The first settlement stands;
whatever comes after it changes nothing. The same bytes from two hands (pushed, and carried sealed) have two names, so
that each hand has its receipt, and are one matter: each word on it is said of both.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from events.catalog.consents import ConsentRefused, ConsentVoided, ConsentWithdrawn, SayEnded, SayRestored
from events.catalog.devices import SubmissionAssigned, SubmissionClosed, SubmissionQuarantined, SubmissionReleased
from events.catalog.disclosures import DisclosureRevoked
from events.catalog.doses import DoseAdministered, DoseCorrected, DoseRecorded, DoseVoided, ReactionObserved
from events.catalog.stock import StockHeld
from events.catalog.students import AllergyRecorded, ContraindicationRecorded
from events.ids import EventId, Hash, Position, StaffId, Stream
from events.roles import Role
from projections.fold import Fact, types_of

_SETTLING = types_of(SubmissionQuarantined, SubmissionAssigned, SubmissionReleased, SubmissionClosed)

COUNTS_ASIDE = types_of(
    DoseAdministered,
    DoseRecorded,
    ReactionObserved,
    ContraindicationRecorded,
    AllergyRecorded,
    ConsentRefused,
    ConsentWithdrawn,
    ConsentVoided,
    SayEnded,
    SayRestored,
    DisclosureRevoked,
    StockHeld,
)
"""What still counts on the device that made it while nobody has settled it. (The same list: web's submissions.ts.) A
court's order and a correction of consent count against a dose alone (projections/set_aside)."""

State = Literal["open", "released", "closed"]
Word = SubmissionAssigned | SubmissionReleased | SubmissionClosed


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One refused submission. ``stream`` is where its record stands: that of the device that brought it."""

    record: SubmissionQuarantined
    stream: Stream
    position: Position
    received_at: datetime | None
    state: State = "open"
    event: EventId | None = None
    """What it became, once released."""
    why: str = ""
    by: StaffId | None = None
    settled_at: datetime | None = None
    last_word: Position | None = None
    """Where the event stands that assigned or settled it last."""
    assigned: SubmissionAssigned | None = None
    """The last word on whose it is, where it is not the record's."""
    same_as: Hash | None = None
    """The submission that came first with the same bytes."""

    @property
    def owner(self) -> Role:
        """The role that has to settle it."""
        return Role(self.record.owner if self.assigned is None else self.assigned.owner)

    @property
    def taken_by(self) -> StaffId | None:
        return None if self.assigned is None else self.assigned.staff

    @property
    def hash(self) -> Hash:
        return Hash(self.record.submission)

    def last_said(self, of: Hash) -> Word | None:
        """The last word on it, to be said of the same bytes under another name."""
        match self.state:
            case "open":
                return None if self.assigned is None else replace(self.assigned, submission=of)
            case "closed":
                return SubmissionClosed(submission=of, reason=self.why, by=self.by)
            case "released":
                assert self.event is not None
                return SubmissionReleased(submission=of, event=self.event, reason=self.why, by=self.by)


class Submissions:
    """Every submission ever refused, by its hash."""

    def __init__(self) -> None:
        self._known: dict[Hash, Submission] = {}
        self._first: dict[Hash, Hash] = {}
        """By the hash of the bytes: who came first with them."""

    def __contains__(self, submission: object) -> bool:
        return submission in self._known

    def get(self, submission: Hash) -> Submission | None:
        return self._known.get(submission)

    def all(self) -> tuple[Submission, ...]:
        """In the order they came, under every name."""
        return tuple(self._known.values())

    def matters(self) -> tuple[Submission, ...]:
        """Each once, in the order they came: the same bytes from another hand only where they fared otherwise."""
        first = self._known
        return tuple(one for one in first.values() if one.same_as is None or first[one.same_as].state != one.state)

    def waiting(self) -> tuple[Submission, ...]:
        """What nobody has settled, each matter once, the oldest first."""
        return tuple(one for one in self.matters() if one.state == "open")

    def first_with(self, bytes_sha256: Hash) -> Submission | None:
        """What came first with these bytes, as far as its record tells their hash."""
        name = self._first.get(bytes_sha256)
        return None if name is None else self._known[name]

    def others_alike(self, one: Submission) -> tuple[Submission, ...]:
        """What waits with it: the same bytes under another name."""
        first = one.same_as or one.hash
        alike = (held for held in self._known.values() if first in (held.hash, held.same_as))
        return tuple(held for held in alike if held.state == "open" and held.hash != one.hash)

    def apply(self, fact: Fact) -> None:
        """Take the next fact of the log."""
        if fact.header.type not in _SETTLING:
            return
        match fact.payload:
            case SubmissionQuarantined() as record:
                self._keep(record, fact)
            case SubmissionAssigned() as assigned:
                known = self._known.get(Hash(assigned.submission))
                if known is not None and known.state == "open":
                    self._known[known.hash] = replace(known, assigned=assigned, last_word=fact.position)
            case SubmissionReleased(submission=submission, event=event, reason=why, by=by):
                self._settle(fact, Hash(submission), "released", event, why, by)
            case SubmissionClosed(submission=submission, reason=why, by=by):
                self._settle(fact, Hash(submission), "closed", None, why, by)
            case _:
                pass

    def _keep(self, record: SubmissionQuarantined, fact: Fact) -> None:
        name = Hash(record.submission)
        if name in self._known:
            return
        first = self._first.setdefault(Hash(record.bytes_sha256 or name), name)
        self._known[name] = Submission(
            record=record,
            stream=fact.stream,
            position=fact.position,
            received_at=fact.received_at,
            same_as=None if first == name else first,
        )

    def _settle(
        self, fact: Fact, submission: Hash, state: State, event: EventId | None, why: str, by: StaffId | None
    ) -> None:
        held = self._known.get(submission)
        if held is not None and held.state == "open":
            self._known[submission] = replace(
                held,
                state=state,
                event=event,
                why=why,
                by=by,
                settled_at=fact.received_at,
                last_word=fact.position,
            )


def counts_aside(facts: Sequence[Fact]) -> list[Fact]:
    """Of a device's own facts that were set aside and not settled those that count on it all the same.

    What was given to a child, and what speaks against a dose: the vaccine is in the child, whoever had the right to
    say so. What undoes or corrects such a dose counts with it; a right that was refused counts for nothing.
    """
    given = {fact.header.id for fact in facts if isinstance(fact.payload, DoseAdministered | DoseRecorded)}
    return [fact for fact in facts if fact.header.type in COUNTS_ASIDE or _spoken_of(fact) in given]


def _spoken_of(fact: Fact) -> EventId | None:
    return fact.payload.event if isinstance(fact.payload, DoseVoided | DoseCorrected) else None
